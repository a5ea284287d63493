/* The sections of a record type, as a form shows them: those that apply to its values, and what was typed in the others. */
import type { RecordType } from "../api/records.ts";
import type { Language } from "../text/index.ts";
import { isEmpty, type Field, type Values } from "./field.ts";
import { holds } from "./limits.ts";

type Section = NonNullable<RecordType["sections"]>[number];

export interface Part {
  name: string; // "": what is asked first
  label: string;
  when?: Section["when"];
  fields: Field[];
  shown: boolean;
  fold: boolean; // may be left for later
  open: boolean; // a fold that is not left for later
}

/* Those given here stay shown, whether their section applies or not. */
export function partsOf(type: RecordType, fields: readonly Field[], values: Values, came: ReadonlySet<string>, language: Language): Part[] {
  const among = (names: readonly string[]) => names.flatMap((name) => fields.find((one) => one.name === name) ?? []);
  const sections = type.sections ?? [];
  const parts = sections.map(({ name = "", label, when, fields: names }, i) => {
    const own = among(names);
    const given = own.some(({ name: one }) => came.has(one) && !type.carry?.includes(one));
    return { name: i ? name : "", label: label?.[language] ?? "", when, fields: own, shown: i === 0 || holds(when, values) || own.some(({ name: one }) => came.has(one)), fold: i > 0 && !when, open: given };
  });
  const placed = new Set(sections.flatMap(({ fields: names }) => names));
  const rest = fields.filter(({ name }) => !placed.has(name));
  if (!parts.length) return [{ name: "", label: "", fields: rest, shown: true, fold: false, open: true }];
  if (rest.length) parts.push({ name: "rest ", label: "", when: undefined, fields: rest, shown: true, fold: true, open: rest.some(({ name }) => came.has(name)) });
  const filled = parts.filter((part) => part.fields.length > 0);
  return filled.some(({ shown, fold }) => shown && !fold) ? filled : filled.map((part) => ({ ...part, open: true }));
}

export const filledIn = ({ fields }: Part, values: Values) => fields.filter(({ name }) => !isEmpty(values[name])).length;

/* Whether the form itself changes that a section applies: it holds the field that decides. */
export const opensItself = ({ when, fields }: Part) => fields.some(({ name }) => when && name in when);

/* An enum that is asked first and decides which sections apply is shown side by side; what an action needs says so. */
export function marked(type: RecordType, fields: readonly Field[], language: Language): Field[] {
  const sections = type.sections ?? [];
  const deciding = new Set(sections.flatMap(({ when }) => Object.keys(when ?? {})));
  return fields.map((field) => {
    const later = type.actions.find(({ need }) => need?.includes(field.name));
    return { ...field, segments: field.type === "enum" && !field.many && deciding.has(field.name) && sections[0]?.fields.includes(field.name), later: later?.label?.[language] };
  });
}
