/* The record that a step is about, as it reads, above the fields that the step fills: an objection is read where it is settled. */
import { useQuery } from "@tanstack/react-query";
import { recordOf, typeOf } from "../../api/records.ts";
import { fieldOf, isEmpty } from "../../fields/field.ts";
import { useLanguage } from "../../text/index.ts";
import { KeyValues } from "../../ui/key-values.tsx";
import { RecordValue } from "../record/value.tsx";

/* What the case says itself, and what only the program reads. */
const aside = ["case_number", "programme", "code_digest"];

export function NamedRecord({ type: name, id, without }: { type: string; id: number; without: readonly string[] }) {
  const language = useLanguage();
  const type = useQuery({ ...typeOf(name), retry: false }).data;
  const row = useQuery({ ...recordOf(name, id), retry: false }).data;
  if (!type || !row) return null;
  const fields = type.fields.filter(({ name: field }) => !without.includes(field) && !aside.includes(field) && !isEmpty(row[field])).map((one) => fieldOf(one, language, row.programme));
  return <KeyValues rows={fields.map((field) => [field.label, <RecordValue key={field.name} field={field} value={row[field.name]} />] as const)} />;
}
