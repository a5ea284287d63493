/* What a step asks for, as groups of fields, and the body that they make. Each group stands at a JSON Pointer of
 * the body, so that what is typed and what a refusal names meet. */
import type { ActionInput, CaseAction } from "../../api/cases.ts";
import type { Field, Values } from "../../fields/field.ts";
import { valuesOf } from "../../fields/field.ts";
import type { Translate } from "../../text/index.ts";

export interface Group {
  pointer: string; // "/records/deal"; "" for the body itself
  title?: string; // data
  clause?: string;
  quote?: string;
  optional?: boolean; // not sent unless it is ticked
  number?: string; // the pointer of the field that says its document number: it is asked once
  fields: Field[];
}

export interface Person {
  account: number;
  name: string;
  unit: number;
  unit_name: string;
  roles: string[];
}

const single = (name: string, label: string, type: string, more: Partial<Field> = {}): Field => ({ name, label, type, required: true, ...more });

const choice = (name: string, label: string, of: readonly { id: number | string; label: string }[]): Field[] =>
  of.length ? [single(name, label, "enum", { choices: of.map((one) => ({ code: String(one.id), label: one.label })) })] : [];

function own(input: ActionInput, people: readonly Person[], t: Translate): Field[] {
  return [
    ...choice("target", t("case.input.target"), input.targets.map(({ stage, label }) => ({ id: stage, label }))),
    ...choice("account", t("case.input.account"), people.map(({ account, name, unit_name }) => ({ id: account, label: `${name} · ${unit_name}` }))),
    ...choice("assignment", t("case.input.assignment"), input.assignments),
    ...choice("call", t("case.input.call"), input.calls.map(({ id, title }) => ({ id, label: title }))),
    ...(input.reason ? [single("reason", t("case.input.reason"), "long_text", { hint: t("case.input.reason.hint"), max: 2000 })] : []),
    ...(input.basis ? [single("basis", t("case.input.basis"), "long_text", { hint: t("case.input.basis.hint"), max: 2000 })] : []),
  ];
}

/* `said`: the number is asked elsewhere. */
function paperFields({ number, marks, lacks }: ActionInput["papers"][number], said: boolean, trial: boolean, t: Translate): Field[] {
  return [
    ...(number && !said && !trial ? [single("number", t("case.input.number"), "document_number", { required: marks.length === 0 })] : []),
    ...(marks.length && !said ? choice("mark", t("case.input.mark"), marks.map((mark) => ({ id: mark, label: mark }))).map((field) => ({ ...field, required: !number })) : []),
    ...lacks.map((field) => ({ ...field, name: `values/${field.name}` })),
  ];
}

/* The field of a record in which a step says the number of its document. */
const NUMBER = "document_no";

/* `trial`: nothing is decided under a number; the number of somebody else's document is asked all the same. */
export function groupsOf({ input }: CaseAction, people: readonly Person[], t: Translate, trial = false): Group[] {
  if (!input) return [];
  const deciding = input.records.find(({ fields }) => fields.some(({ name }) => name === NUMBER));
  const numbered = deciding && input.papers.find(({ number }) => number);
  const numberOf = ({ required, ...field }: Field): Field => (field.name === NUMBER ? { ...field, type: "document_number", required: required || !!numbered?.required } : { ...field, required });
  const groups: Group[] = [
    { pointer: "", fields: own(input, people, t) },
    ...input.records.map(({ record, label, named, choices, fields }) => ({
      pointer: `/records/${record}`,
      title: label,
      fields: [...(named ? choice("id", t("case.input.record"), choices.map(({ id, title }) => ({ id, label: title }))).map((field) => ({ ...field, ...(choices.length === 1 && { value: String(choices[0]!.id) }) })) : []), ...fields.filter(({ name }) => !(trial && numbered && name === NUMBER)).map(numberOf)],
    })),
    ...(input.against.length
      ? [{ pointer: "/against", title: t("case.input.against"), fields: input.against.map(({ criterion, label, why }) => single(criterion, label, "long_text", { hint: why })) }]
      : []),
    ...input.papers.map((paper) => ({ pointer: `/papers/${paper.paper}`, title: paper.title, optional: !paper.required, ...(paper === numbered && { number: `/records/${deciding!.record}/${NUMBER}` }), fields: paperFields(paper, paper === numbered, trial, t) })),
  ];
  return groups.filter(({ fields, optional, number }) => fields.length > 0 || optional || number);
}

/* What was typed, by the pointers of its fields. */
export type Typed = Record<string, unknown>;

export const typedOf = (groups: readonly Group[]): Typed =>
  Object.fromEntries(groups.flatMap(({ pointer, fields }) => Object.entries(valuesOf(fields)).map(([name, value]) => [`${pointer}/${name}`, value])));

export const valuesAt = (typed: Typed, { pointer, fields }: Group): Values => Object.fromEntries(fields.map(({ name }) => [name, typed[`${pointer}/${name}`]]));

const NUMBERS = /^\/(account|unit|assignment|call|records\/\w+\/id)$/;

/* The body: what the shown groups hold, and nothing that was typed for another. A pointer makes its objects. */
export function bodyOf(groups: readonly Group[], typed: Typed): Values {
  const body: Values = {};
  const put = (pointer: string, value: unknown) => {
    const path = pointer.slice(1).split("/");
    let at = body;
    for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as Values;
    at[path[path.length - 1]!] = value;
  };
  for (const { pointer, fields, optional, number } of groups) {
    if (optional && !typed[pointer]) continue;
    if (optional) put(pointer, {});
    if (number && typed[number]) put(`${pointer}/number`, typed[number]);
    for (const { name } of fields) {
      const value = typed[`${pointer}/${name}`];
      if (value !== undefined && value !== null && value !== "") put(`${pointer}/${name}`, NUMBERS.test(`${pointer}/${name}`) ? Number(value) : value);
    }
  }
  return body;
}
