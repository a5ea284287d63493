/* What a field must hold, known before it is sent: a value, a day within its limits. */
import type { Schemas } from "../api/client.ts";
import { useText } from "../text/index.ts";
import { isEmpty, kindOf, type Fault, type Field, type Values } from "./field.ts";

/* The first and last day of a date that has such limits. */
export function limitsOf(field: Field): { from?: string; to?: string } | undefined {
  const [from, to] = [field.min, field.max].map((bound) => (typeof bound === "string" && /^(date|known_date)$/.test(kindOf(field)) ? bound : undefined));
  return from || to ? { from, to } : undefined;
}

export const isWithin = (day: string, { from, to }: { from?: string; to?: string } = {}) => (!from || day >= from) && (!to || day <= to);

/* The limits of a date in words. */
export function useLimits() {
  const t = useText();
  return (field: Field): string | undefined => {
    const { from, to } = limitsOf(field) ?? {};
    return from && to ? t("fields.within", { from, to }) : from ? t("fields.notBefore", { from }) : to && t("fields.notAfter", { to });
  };
}

/* Whether all conditions of a `when` hold; an unknown value holds in none. */
export function holds(when: Schemas["Conditions"] | undefined, values: Values): boolean {
  return Object.entries(when ?? {}).every(([name, is]) => {
    const known = [values[name]].flat().filter((value) => !isEmpty(value));
    const among = (words: readonly string[]) => known.some((value) => words.includes(String(value)));
    return Array.isArray(is) ? among(is) : known.length > 0 && !among(is.not);
  });
}

/* The fields, with those required that a constraint of their type needs beside these values. */
export const markNeeded = (fields: readonly Field[], type: Schemas["RecordType"] | undefined, values: Values): Field[] => markRequired(fields, neededIn(type, values));

export const markRequired = (fields: readonly Field[], needed: ReadonlySet<string>): Field[] => fields.map((field) => (needed.has(field.name) ? { ...field, required: true } : field));

/* The fields that a constraint of a type needs beside these values. */
export function neededIn(type: Schemas["RecordType"] | undefined, values: Values): Set<string> {
  const needs = ({ kind, when, since }: Schemas["RecordType"]["constraints"][number]) => kind === "need" && holds(when, values) && (!since || (values[since] !== false && !isEmpty(values[since])));
  return new Set(type?.constraints.filter(needs).flatMap(({ fields: names = [] }) => names));
}

/* The tables of which a column must add up to a number beside these values. */
export function totalsIn(type: Schemas["RecordType"], values: Values): Record<string, NonNullable<Field["total"]>> {
  const sums = type.constraints.filter(({ kind, when }) => kind === "sum" && holds(when, values));
  return Object.fromEntries(sums.flatMap(({ fields = [], is, at_most }) => fields.map((path) => [path.split(".")[0]!, { column: path.split(".")[1]!, is, at_most }])));
}

/* What is not filled in or lies outside of its limits, all at once, as the server would say one by one. */
export function useLacks() {
  const t = useText();
  const limits = useLimits();
  return (fields: readonly Field[], values: Values, pointer = ""): Fault[] =>
    fields.flatMap((field) => {
      const value = values[field.name];
      const blank = isEmpty(value) || (typeof value === "string" && !value.trim());
      const message = blank ? field.required && t("fields.must") : typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !isWithin(value, limitsOf(field)) && limits(field);
      return message ? [{ field: `${pointer}/${field.name}`, message }] : [];
    });
}
