/* The words of a task, for its row, its sheet and the rail. */
import { day, daysBetween } from "../../parts/time.ts";
import { useText } from "../../text/index.ts";
import type { Row } from "./todo.ts";

export type Tone = "late" | "near" | "plain" | "quiet";

export function useTaskWords() {
  const t = useText();
  const title = (row: Row): string => {
    const [named] = Object.values(row.title); // the field that names the record, with its value
    return typeof named === "string" ? named : row.type_label;
  };
  const stage = (row: Row) => row.case?.stage ?? row.type_label;
  const stay = (row: Row) => {
    const parts = [row.by, !row.done_ms && t("desk.stay", { n: daysBetween(row.since_ms, Date.now()) }), !!row.case?.urged && t("desk.urged", { n: row.case.urged })];
    return parts.filter(Boolean).join(t("common.comma"));
  };
  const due = (row: Row): { line: string; tone: Tone; below?: string } => {
    if (row.done_ms) return { line: t("desk.doneOn", { day: day(row.done_ms) }), tone: "quiet" };
    if (!row.due) return { line: t("desk.noDue"), tone: "quiet" };
    const provisional = row.provisional ? t("desk.provisional") : undefined;
    const until = [t("desk.until", { day: row.due }), provisional].filter(Boolean).join(t("common.comma"));
    switch (row.day) {
      case "after":
        return { line: t("desk.opens", { day: row.due }), tone: "plain", below: [t("desk.opens.then"), provisional].filter(Boolean).join(t("common.comma")) };
      case "others":
        return { line: t("desk.others"), tone: "plain", below: until };
      case "remind":
        return { line: t("desk.remind"), tone: "quiet", below: row.due };
    }
    if (row.overdue_days) return { line: t("desk.late", { n: row.overdue_days }), tone: "late", below: t("desk.dueOn", { day: row.due }) };
    const left = row.days_left ?? 0;
    return {
      line: left === 0 ? t("desk.today") : t("desk.left", { n: left }),
      tone: left <= 3 ? "near" : "plain",
      below: until,
    };
  };
  return { title, what: (row: Row) => row.what, stage, stay, due };
}
