/* How a record is told: the sections of its type, and of each field without a value, why it has none. */
import type { RecordField, RecordType, Row } from "../../api/records.ts";
import { isEmpty } from "../../fields/field.ts";
import { holds, markNeeded } from "../../fields/limits.ts";

export type Why = "hidden" | "inapplicable" | "unknown" | "blank";

export interface Part {
  label?: RecordType["label"];
  applies: boolean;
  fields: readonly RecordField[];
}

/* The sections in their order; last, what stands in none. The bar shows the stage. */
export function partsOf(type: RecordType, row: Row): Part[] {
  const shown = type.fields.filter(({ name }) => name !== "stage" || !type.stages);
  const sections = (type.sections ?? []).map(({ label, when, fields }): Part => ({
    label,
    applies: !when || holds(when, row),
    fields: fields.flatMap((name) => shown.find((one) => one.name === name) ?? []),
  }));
  const rest = shown.filter(({ name }) => !type.sections?.some(({ fields }) => fields.includes(name)));
  return [...sections, { applies: true, fields: rest }].filter(({ fields }) => fields.length > 0);
}

/* Nobody but an action, a case or a computation enters it. */
const isGiven = ({ type, set_by, by_cases }: RecordField) => type === "computed" || !!set_by?.length || !!by_cases;

/* A member that the record lacks is one that its reader may not see. */
export function whyEmpty(type: RecordType, row: Row, part: Part, field: RecordField): Why | undefined {
  const { name } = field;
  if (!(name in row)) return "hidden";
  if (!isEmpty(row[name]) || row._erased?.includes(name)) return undefined;
  const barred = type.constraints.some(({ kind, fields, when }) => kind === "forbid" && fields?.includes(name) && holds(when, row));
  if (!part.applies || barred) return "inapplicable";
  return isGiven(field) || field.type === "bool" ? "unknown" : "blank";
}

/* What a record of this kind and state should have: what is required, and what an action that leads on needs. */
export function dueOf(type: RecordType, row: Row): ReadonlySet<string> {
  if (row.ended_ms) return new Set();
  const required = type.fields.filter((field) => field.required || field.required_from?.includes(row.state));
  const needed = markNeeded(type.fields.map(({ name }) => ({ name, label: name })), type, row).filter((field) => field.required);
  const ahead = type.actions.filter(({ from, to }) => from?.includes(row.state) && to !== row.state).flatMap(({ need = [] }) => need);
  return new Set([...[...required, ...needed].map(({ name }) => name), ...ahead]);
}

const short = /^(text|enum|date|known_date|datetime|money|decimal|percent|integer|int|bool|ref|party|region|computed)$/;

/* The facts below the title: columns of the type's list, then sums and what else its first section has. Words that take a line stand below. */
export function factsOf(type: RecordType, row: Row, parts: readonly Part[]): RecordField[] {
  const fits = ({ name, type: kind, result, choices, choices_of }: RecordField) =>
    name !== type.title && (kind !== "computed" || result === "money") && !/^(state|stage|process|programme)$/.test(name) && short.test(kind) && !choices && !choices_of && !isEmpty(row[name]) && String(row[name]).length <= 40;
  const listed = (type.list ?? []).flatMap((name) => type.fields.find((one) => one.name === name) ?? []).filter(fits);
  const first = (parts[0]?.fields ?? []).filter((field) => fits(field) && !listed.includes(field));
  const sums = first.filter(({ type: kind }) => kind === "computed");
  const told = [...listed, ...sums, ...first.filter((field) => !sums.includes(field))];
  return told.slice(0, Math.max(4, Math.min(6, listed.length + sums.length)));
}
