/* The way of a record through the stages of its type: the day on which it reached each, and what the next one asks for. */
import { useQuery } from "@tanstack/react-query";
import { listOf, typeOf, typesOf, type RecordType, type Row } from "../../api/records.ts";
import { isEmpty, type Values } from "../../fields/field.ts";
import { holds } from "../../fields/limits.ts";
import { Flow, type FlowPoint } from "../../parts/case-flow.tsx";
import { serverNow } from "../../api/server-time.ts";
import { day, daysBetween } from "../../parts/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { refsTo } from "./refs.ts";

type Stage = NonNullable<RecordType["stages"]>[number];

const CHILDREN = 100;

const isDay = (value: unknown): value is string => typeof value === "string" && /^\d{4}/.test(value);
const first = (rows: readonly Values[], column: string) => rows.map((row) => row[column]).filter(isDay).sort()[0];

/* Records of the kind whose dates or presence the stages ask for: of one kind at most. */
function useChildren(type: RecordType, row: Row) {
  const kinds = useQuery(typesOf(useLanguage())).data?.items;
  const kind = type.stages?.map(({ on, has }) => (on?.includes(".") && !type.fields.some(({ name }) => name === on.split(".")[0]) ? has?.type : undefined)).find(Boolean);
  const may = !!kind && !!kinds?.find(({ name }) => name === kind)?.may.includes("read");
  const described = useQuery({ ...typeOf(kind ?? ""), enabled: may }).data;
  const ref = described && refsTo(described, type.name)[0];
  const found = useQuery({ ...listOf(kind ?? "", { filter: `${ref?.name}=${row.id}`, fields: "*", limit: CHILDREN }), enabled: !!ref });
  return { kinds, kind, rows: found.data?.items ?? ([] as Values[]) };
}

function dayReached({ on = "", has }: Stage, row: Row, children: ReturnType<typeof useChildren>): string | undefined {
  if (on === "created") return row.created_ms ? day(row.created_ms) : undefined;
  const [table = "", column] = on.split(".");
  if (!column) return isDay(row[on]) ? row[on] : undefined;
  if (table === children.kind) return first(children.rows.filter((child) => !has?.when || holds(has.when, child)), column);
  return Array.isArray(row[table]) ? first(row[table] as Values[], column) : undefined;
}

export function Stages({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const children = useChildren(type, row);
  if (!type.stages || !("stage" in row)) return null;
  const label = (field: string) => type.fields.find(({ name }) => name === field)?.label?.[language] ?? field;
  // A condition on anything but the state says to which records the stage belongs.
  const stages = type.stages.filter(({ name, when }) => name === row.stage || Object.entries(when ?? {}).every(([field, is]) => field === "state" || holds({ [field]: is }, row)));
  const now = stages.findIndex(({ name }) => name === row.stage);
  const reached = stages.map((stage) => dayReached(stage, row, children));
  // A talk after the signing is no step before it.
  const days = reached.map((one, i) => (one && reached.slice(i + 1, now + 1).some((later) => later && later < one) ? undefined : one));
  const year = day(serverNow()).slice(0, 4);
  const asked = ({ when, given = [], has, each }: Stage): string | undefined => {
    const states = [when?.["state"]].flat().flatMap((name) => (typeof name === "string" ? name : []));
    const leads = states.length && !states.includes(row.state) ? type.actions.find(({ from, to }) => from?.includes(row.state) && to && states.includes(to)) : undefined;
    const column = (path: string) => {
      const [table, name] = path.split(".");
      const field = type.fields.find((one) => one.name === table);
      return `${label(table!)} ${field?.fields?.find((one) => one.name === name)?.label?.[language] ?? ""}`.trim();
    };
    const lacks = [
      leads && (leads.label?.[language] ?? leads.name),
      ...given.filter((name) => isEmpty(row[name])).map(label),
      has && (children.kinds?.find(({ name }) => name === has.type)?.label ?? column(`${has.type}.${has.field}`)),
      each && column(each),
    ].filter(Boolean);
    return lacks.length ? t("records.stage.asks", { what: lacks.join(t("common.comma")) }) : undefined;
  };
  const points = stages.map((stage, i): FlowPoint => {
    const on = i <= now || now < 0 ? days[i] : undefined;
    const passed = i < now && !on && !!stage.on;
    const after = i < now ? days.slice(i + 1, now + 1).find(Boolean) : undefined;
    const word = on && (on.startsWith(year) ? on.slice(5) : on);
    return {
      key: stage.name,
      state: i === now ? "now" : (i < now && !passed) || (now < 0 && on) ? "done" : "next",
      label: stage.label?.[language] ?? stage.name,
      line: word ?? (passed ? t("records.stage.passed") : i === now + 1 && now >= 0 ? asked(stage) : undefined),
      days: on && after ? daysBetween(on, after) : undefined,
    };
  });
  return <Flow points={points} label={t("records.stages")} />;
}
