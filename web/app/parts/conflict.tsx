/* Two people have changed the same fields: who, when, and for each field whose value stays. */
import "./conflict.css";
import { useId, useState } from "react";
import { Button } from "antd";
import type { Field, Values } from "../fields/field.ts";
import { useText } from "../text/index.ts";
import type { Conflict } from "./case-form-edit.ts";
import { Data } from "./data.tsx";
import { Note } from "./note.tsx";
import { minute } from "./time.ts";

function valueText(field: Field, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((one) => valueText(field, one)).join("; ");
  if (typeof value === "object") return Object.values(value as object).filter((one) => typeof one !== "object").join(", ");
  return field.choices?.find(({ code }) => code === value)?.label ?? String(value);
}

export function ConflictChoice({ fields, conflict, mine, settle }: { fields: readonly Field[]; conflict: Conflict; mine: Values; settle: (values: Values) => void }) {
  const t = useText();
  const group = useId();
  const [theirs, setTheirs] = useState<readonly string[]>([]);
  const own = fields.filter(({ name }) => JSON.stringify(mine[name] ?? null) !== JSON.stringify(conflict.theirs[name] ?? null));
  const choose = (name: string, their: boolean) => setTheirs(their ? [...theirs, name] : theirs.filter((one) => one !== name));
  const result = (their: (name: string) => boolean) => Object.fromEntries(fields.map(({ name }) => [name, their(name) ? conflict.theirs[name] : mine[name]]));
  return (
    <div className="conflict" role="alert">
      <Note>
        <b><Data text={conflict.by} /></b>
        <Data text={t("form.conflict.who", { unit: conflict.unit, at: minute(conflict.at) })} />
      </Note>
      <table>
        <thead>
          <tr>
            <th>{t("form.conflict.field")}</th>
            <th>{t("form.conflict.theirs")}</th>
            <th>{t("form.conflict.mine")}</th>
          </tr>
        </thead>
        <tbody>
          {own.map((field) => (
            <tr key={field.name}>
              <th scope="row">{field.label}</th>
              {[true, false].map((their) => (
                <td key={String(their)}>
                  <label>
                    <input type="radio" name={group + field.name} checked={theirs.includes(field.name) === their} onChange={() => choose(field.name, their)} />
                    <Data text={valueText(field, (their ? conflict.theirs : mine)[field.name]) || t("form.empty")} />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="conflict-verbs">
        <Button onClick={() => settle(result(() => true))}>{t("form.conflict.allTheirs")}</Button>
        <Button onClick={() => settle(result(() => false))}>{t("form.conflict.allMine")}</Button>
        <Button type="primary" onClick={() => settle(result((name) => theirs.includes(name)))}>
          {t("form.conflict.save")}
        </Button>
      </p>
    </div>
  );
}
