/* The values of fields: what is empty, equal, at fault, and which widget has them. A value is what the API takes; undefined is no value. */
import type { Schemas } from "../api/client.ts";
import type { Field } from "../api/field.ts";
import { serverNow } from "../api/server-time.ts";
import type { Language } from "../text/index.ts";

export type { Field };

export type Values = Record<string, unknown>;

export const isEmpty = (value: unknown) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/* The members of a value that is a list, or one alone, as what its field holds: rows, files, texts. */
export const manyOf = <One = unknown>(value: unknown): One[] => (Array.isArray(value) ? value : isEmpty(value) ? [] : [value]) as One[];

export const periodOf = (value: unknown): { from?: string; to?: string } => (typeof value === "object" && value) || {};

export const isSame = (one: unknown, other: unknown) => (isEmpty(one) && isEmpty(other)) || JSON.stringify(one) === JSON.stringify(other);

/* `field` is a JSON Pointer into the body that was sent. */
export interface Fault {
  field?: string;
  message: string;
  code?: string; // of an obstacle to a step
  missing?: Schemas["MissingValue"]; // the record that stands in the way
}

export interface WidgetProps {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  id: string;
  label?: string; // where no <label> names it: in a cell of a table
  note?: string; // id of its hint or error
  invalid?: boolean;
  faults?: readonly Fault[]; // of what is inside: "/0/amount"
  fillBeside?: (value: string) => void; // of an organisation's code its name, of its name its code
}

const kinds: Record<string, string> = { int: "integer", bool: "boolean", refs: "ref", percent: "decimal" };

/* The widget that a type of field has: record types and inputs of steps name some differently. A whole number named "year"
 * or "…_year" is a year, as for deadlines (src/judge/names.c); a text named
 * "programme" is a policy, a column "type" a kind of records; a text of which policies offer the words is a choice of them. */
export const kindOf = ({ type = "text", name, choices }: Field) =>
  choices?.length && /^texts?$/.test(type) ? "enum" : type === "int" && /(^|[_/])year$/.test(name) ? "year" : type !== "text" ? (kinds[type] ?? type) : name === "programme" ? "programme" : name === "type" ? "record_type" : type;
/* The word for a day that is known not to have been: of an end (任职结束) and of a limit (有效期至) it says that it is open. */
export const neverOf = ({ name }: Field) => (/^(.*_)?(to|end|ended|left|until)$/.test(name) ? "fields.never.end" : /^(.*_)?(expires|due|deadline|last_day)$/.test(name) ? "fields.never.limit" : "fields.never");

export const isMany = (field: Field) => !!field.many || field.type === "refs" || (field.type === "texts" && kindOf(field) === "enum");

/* With the words of the record's programme first; `alone`: without others, where it has any. */
export function ofProgramme(field: Field, programme: unknown, alone = false): Field {
  const own = field.choices?.filter(({ pack }) => pack && pack === programme) ?? [];
  return own.length ? { ...field, choices: alone ? own : [...own, ...field.choices!] } : field;
}

/* Each code and each word once; of codes with one word the chosen, else the first. */
export const distinct = (choices: NonNullable<Field["choices"]>, chosen: readonly unknown[] = []) =>
  choices.filter((one, i) => choices.findIndex(({ code }) => code === one.code) === i)
    .filter((one, i, all) => chosen.includes(one.code) || !all.some(({ code, label }, k) => label === one.label && code !== one.code && (k < i || chosen.includes(code))));

/* aria attributes of a widget's own control. */
export const aria = ({ label, note, invalid, field }: WidgetProps) => ({
  "aria-label": label,
  "aria-describedby": note,
  "aria-invalid": invalid || undefined,
  "aria-required": field.required || undefined,
});

type Described = Schemas["RecordField"] | Schemas["TableColumn"];

/* A field as a record type describes it. */
export function fieldOf(described: Described, language: Language, programme?: unknown): Field {
  const { name, required, unit, currency, places, many, to, level, accept, organisation, secrecy } = described;
  const type = described.type === "computed" && "result" in described ? described.result : described.type;
  const today = new Date(serverNow() + 8 * 3600_000).toISOString().slice(0, 10);
  const dayOf = (bound: string | undefined) => (bound === "today" ? today : bound === "year_end" ? `${today.slice(0, 4)}-12-31` : bound);
  const field: Field = {
    name, type, required, currency, places, many, to, level, accept, organisation, secrecy,
    coded: described.choices || !!described.choices_of || /^(criterion|role)$/.test(name),
    min: described.min ?? dayOf(described.min_date),
    max: described.max ?? dayOf(described.max_date),
    unit: type === "percent" ? "%" : unit,
    label: described.label?.[language] ?? name,
    hint: described.hint?.[language],
    digest: described.pattern === "[0-9a-f]{64}",
    choices: described.values
      ?.filter(({ from, to: until }) => (!from || from <= today) && (!until || until >= today))
      .map(({ code, label, pack }) => ({ code, label: label?.[language] ?? code, pack })),
    fields: "fields" in described ? described.fields?.map((inner) => fieldOf(inner, language)) : undefined,
    listed: "key" in described && described.key?.length === 1 ? described.key[0] : undefined,
  };
  return ofProgramme(field, programme);
}

/* Faults below a pointer, with pointers from there on: "/records/deal/amount" under "/records/deal" is "/amount". */
export function faultsUnder(faults: readonly Fault[] | undefined, pointer: string): Fault[] {
  return (faults ?? []).flatMap(({ field = "", message }) => {
    const full = field === "" || field.startsWith("/") ? field : `/${field}`;
    return full === pointer || full.startsWith(`${pointer}/`) ? [{ field: full.slice(pointer.length), message }] : [];
  });
}

/* What prefilled fields begin with. */
export const valuesOf = (fields: readonly Field[]): Values => Object.fromEntries(fields.filter(({ value }) => value !== undefined && value !== null).map(({ name, value }) => [name, value]));
