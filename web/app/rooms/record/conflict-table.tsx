/* Two people changed one record: for each field who did, when, both values, and which of them is kept. */
import "./conflict-table.css";
import { api, take } from "../../api/client.ts";
import type { RecordVersion, Row } from "../../api/records.ts";
import { isEmpty, isSame, kindOf, manyOf, type Field } from "../../fields/field.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { RecordValue } from "./value.tsx";
import { Note } from "../../ui/note.tsx";
import { minute } from "../../ui/time.ts";

export interface Conflict {
  field: Field;
  by: RecordVersion; // the last version that changed it
  theirs?: unknown;
  mine?: unknown;
  both?: boolean; // it was changed here as well
}

/* Fields that versions after `from` changed. */
export async function findConflicts(type: string, now: Row, from: number, fields: readonly Field[]): Promise<Conflict[]> {
  const { items } = await take(api.GET("/api/v1/records/{type}/{id}/history", { params: { path: { type, id: now.id } } }));
  const since = items.filter(({ version }) => version > from); // the latest first
  return fields.flatMap((field) => {
    const by = since.find(({ changed }) => changed.includes(field.name));
    return by ? [{ field, by }] : [];
  });
}

export function ConflictTable({ conflicts, values, choose }: { conflicts: readonly Conflict[]; values: Record<string, unknown>; choose: (name: string, value: unknown) => void }) {
  const t = useText();
  const radio = ({ field }: Conflict, word: string, value: unknown) => (
    <label>
      <input type="radio" name={`keep-${field.name}`} aria-label={`${field.label} ${word}`} checked={isSame(values[field.name], value)} onChange={() => choose(field.name, isEmpty(value) ? undefined : value)} />
      <span>{kindOf(field) === "table" && !isEmpty(value) ? t("records.rows", { n: manyOf(value).length }) : <RecordValue field={field} value={value ?? null} bare />}</span>
    </label>
  );
  return (
    <section className="conflict" role="alert">
      <Note tone="doubt">
        <b>{t("records.conflict")}</b>
        <p>{t("records.conflict.text")}</p>
      </Note>
      <table className="close-rows">
        <thead>
          <tr>
            <th scope="col">{t("records.conflict.field")}</th>
            <th scope="col">{t("records.conflict.theirs")}</th>
            <th scope="col">{t("records.conflict.mine")}</th>
          </tr>
        </thead>
        <tbody>
          {conflicts.map((one) => {
            const { field, by, theirs, mine, both } = one;
            const said = { name: by.name ?? "", unit: by.unit ?? "", time: minute(by.at), field: field.label };
            return (
              <tr key={field.name}>
                <th scope="row">
                  <Data text={t(by.name ? "records.conflict.who" : "records.conflict.program", said)} />
                </th>
                <td>{radio(one, t("records.conflict.theirs"), theirs)}</td>
                <td>{both ? radio(one, t("records.conflict.mine"), mine) : <span className="quiet">{t("records.conflict.untouched")}</span>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
