/* The record that a form was begun from: what its own form asks first. */
import "./source.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { recordOf, recordPath, titleOf, typeOf } from "../../api/records.ts";
import { fieldOf, isEmpty } from "../../fields/field.ts";
import { useLanguage } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { RecordValue } from "./value.tsx";

export function RecordSource({ type: name, id }: { type: string; id: number }) {
  const language = useLanguage();
  const type = useQuery({ ...typeOf(name), retry: false }).data;
  const row = useQuery({ ...recordOf(name, id), retry: false }).data;
  if (!type || !row) return null;
  const first = type.sections?.[0]?.fields ?? type.list ?? [];
  const fields = type.fields.filter((one) => first.includes(one.name) && one.name !== type.title && !isEmpty(row[one.name])).map((one) => fieldOf(one, language, row.programme));
  const long = fields.filter(({ type: kind }) => kind === "long_text");
  return (
    <section className="record-source">
      <h2>{type.label?.[language] ?? name}</h2>
      <Link to={recordPath(name, id)} target="_blank">
        <Data text={titleOf(type, row, language)} />
      </Link>
      {long.map((field) => (
        <p key={field.name}>
          <Data text={String(row[field.name])} />
        </p>
      ))}
      <KeyValues rows={fields.filter((field) => !long.includes(field)).map((field) => [field.label, <RecordValue key={field.name} field={field} value={row[field.name]} />] as const)} />
    </section>
  );
}
