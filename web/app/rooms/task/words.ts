/* The words of a task, for its row, its preview and the rail. */
import { serverNow } from "../../api/server-time.ts";
import { useText } from "../../text/index.ts";
import { dueWords } from "./case-due.tsx";
import { panelOf, urgencyOf, type Row } from "./todo.ts";
import { day, daysBetween } from "../../ui/time.ts";

export function useTaskWords() {
  const t = useText();
  const title = (row: Row): string => {
    if (row.name) return row.name;
    const [named] = Object.values(row.title); // the field that names the record, with its value
    const own = typeof named === "string" ? named : row.type_label;
    return row.type !== "case" && row.case ? `${own} · ${row.case.party}` : own;
  };
  const stage = (row: Row) => (row.type === "case" && row.case?.stage) || row.type_label;
  const stay = (row: Row) => {
    if (row.kind === "due") return ""; // it waits for its day alone
    const parts = [row.by, !row.done_ms && t("desk.stay", { n: daysBetween(row.since_ms, serverNow()) }), !!row.case?.urged && t("desk.urged", { n: row.case.urged })];
    return parts.filter(Boolean).join(t("common.comma"));
  };
  const due = (row: Row) => (row.done_ms ? { line: t("desk.doneOn", { day: day(row.done_ms) }), tone: "quiet" as const, below: undefined } : urgencyOf(row) === "papers" ? { line: "", tone: "quiet" as const, below: undefined } : dueWords(t, row));
  return { title, what: (row: Row) => (panelOf(row) ? t("score.invitation") : row.what), stage, stay, due };
}
