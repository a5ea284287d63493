/* Who is named in a form: its fields of organisations, by name. A form without such fields names nobody. */
import { createContext } from "react";
import { isEmpty, kindOf, manyOf, type Field, type Values } from "./field.ts";

export interface Involved {
  names: readonly string[];
  add: (name: string) => void;
}

export const InvolvedContext = createContext<Involved | undefined>(undefined);

/* Fills those fields of the form that are there and still empty. */
export const FillContext = createContext<((values: Values) => void) | undefined>(undefined);

const namesOf = (fields: readonly Field[], values: Values): string[] =>
  fields.flatMap((field) => {
    const value = values[field.name];
    if (field.organisation) return isEmpty(value) ? [] : [String(value)];
    if (kindOf(field) === "texts") return manyOf<string>(value);
    return kindOf(field) === "table" ? manyOf<Values>(value).flatMap((row) => (field.fields?.some(({ organisation }) => organisation) ? namesOf(field.fields, row) : [])) : [];
  });

/* `put` writes a field of the form. */
export function involvedIn(fields: readonly Field[], values: Values, put: (name: string, value: unknown) => void): Involved | undefined {
  const names = namesOf(fields, values);
  const list = fields.find((field) => kindOf(field) === "texts" || field.fields?.some(({ organisation }) => organisation));
  if (!list || names.length === 0) return undefined;
  const column = list.fields?.find(({ organisation }) => organisation)?.name;
  return { names, add: (name) => put(list.name, [...manyOf(values[list.name]), column ? { [column]: name } : name]) };
}
