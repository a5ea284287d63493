/* Stages of a type: on which day a record reached one, and what it lacks for another. */
import type { RecordType, Row } from "../../api/records.ts";
import { isEmpty, manyOf, type Values } from "../../fields/field.ts";
import { holds } from "../../fields/limits.ts";
import { day } from "../../ui/time.ts";

export type Stage = NonNullable<RecordType["stages"]>[number];

const isDay = (value: unknown): value is string => typeof value === "string" && /^\d{4}/.test(value);
const daysOf = (rows: readonly Values[], column: string) => rows.map((row) => row[column]).filter(isDay).sort();

/* The kind of other records whose dates or presence the stages ask for: one at most. */
export const childKind = (type: RecordType): string | undefined =>
  type.stages?.map(({ on, has }) => (on?.includes(".") && !type.fields.some(({ name }) => name === on.split(".")[0]) ? has?.type : undefined)).find(Boolean);

/* `rows`: the records of the kind that refer to this one. */
export function dayReached({ on = "", has }: Stage, row: Values, kind: string | undefined, rows: readonly Values[]): string | undefined {
  if (on === "created") return row.created_ms ? day(Number(row.created_ms)) : undefined;
  const [table = "", column] = on.split(".");
  if (!column) return isDay(row[on]) ? row[on] : undefined;
  if (table === kind) return daysOf(rows.filter((child) => !has?.when || holds(has.when, child)), column)[0];
  return daysOf(manyOf<Values>(row[table]), column)[0];
}

/* The last day of a due that is open, with where it comes from; undefined: it is none now. An interval counts in days. */
export function dueDay(row: Values, kind: string | undefined, rows: readonly Values[], due: NonNullable<RecordType["dues"]>[number]): string | undefined {
  if (!holds(due.when, row)) return undefined;
  const [over = "", until] = due.until?.split(".") ?? [];
  if (over && !until && !isEmpty(row[over])) return undefined;
  const open = (of: readonly Values[]) => (until ? of.filter((one) => isEmpty(one[until])) : of);
  const found = due.on.flatMap((on) => {
    const [table = "", column] = on.split(".");
    if (on === "created") return row.created_ms ? [day(Number(row.created_ms))] : [];
    if (!column) return isDay(row[on]) ? [row[on]] : [];
    if (table === kind) return daysOf(rows, column).slice(-1);
    return daysOf(open(manyOf<Values>(row[table])), column).slice(0, 1);
  });
  const after = due.after === undefined ? 0 : Number(/^(\d+)d$/.exec(due.after)?.[1] ?? NaN);
  const from = found.sort()[found.length - 1];
  return from && !Number.isNaN(after) ? day(Date.parse(`${from.slice(0, 10)}T00:00:00+08:00`) + after * 86_400_000) : undefined;
}

export interface Lacks {
  states: readonly string[]; // in which the stage is; none: in any
  action?: RecordType["actions"][number]; // that leads to such a state
  given: readonly string[]; // fields without a value
  child?: string; // a kind of which it asks a record
  rows: readonly string[]; // columns of tables: "payments.paid"
}

/* What the stage asks of the record beyond what it has; `child` is named even where there is one. */
export function lacksOf(type: RecordType, row: Values, { when, given = [], has, each }: Stage): Lacks {
  const states = [when?.["state"]].flat().flatMap((name) => (typeof name === "string" ? name : []));
  const there = states.length === 0 || states.includes(String(row.state));
  const inTable = !!has && type.fields.some(({ name }) => name === has.type);
  const every = (path: string) => {
    const [table = "", column = ""] = path.split(".");
    return manyOf<Values>(row[table]).map((one) => !isEmpty(one[column]));
  };
  const path = has && `${has.type}.${has.field ?? ""}`;
  return {
    states,
    action: there ? undefined : type.actions.find(({ from, to }) => from?.includes(String(row.state)) && to && states.includes(to)),
    given: given.filter((name) => isEmpty(row[name])),
    child: has && !inTable ? has.type : undefined,
    rows: [...(inTable && path && !every(path).includes(true) ? [path] : []), ...(each && every(each).includes(false) ? [each] : [])].filter((one, i, all) => all.indexOf(one) === i),
  };
}

export function columnLabel(type: RecordType, path: string, language: "zh" | "en"): string {
  const [table, column] = path.split(".");
  const field = type.fields.find(({ name }) => name === table);
  return [field?.label?.[language] ?? table, field?.fields?.find(({ name }) => name === column)?.label?.[language]].filter(Boolean).join(" ");
}

/* Whether the row is in a state from which the stage is reached by what people still enter. */
export const canReach = (row: Row | Values, { states, action }: Lacks) => states.length === 0 || states.includes(String(row.state)) || !!action;
