/* The choice of the columns of a list; the address keeps it. */
import type { RecordField } from "../../api/records.ts";
import { useLanguage, useText } from "../../text/index.ts";

export function ColumnChoice({ fields, unit, chosen, usual, choose }: { fields: readonly RecordField[]; unit: boolean; chosen: readonly string[]; usual: boolean; choose: (columns: string[] | undefined) => void }) {
  const t = useText();
  const language = useLanguage();
  const all = [...fields.map(({ name, label }) => ({ name, label: label?.[language] ?? name })), ...(unit ? [{ name: "owner_unit", label: t("records.unit.column") }] : [])];
  const put = (name: string, on: boolean) => {
    const next = on ? [...chosen, name] : chosen.filter((one) => one !== name);
    choose(next.length ? next : undefined);
  };
  return (
    <details className="list-columns" onKeyDown={(event) => event.key === "Escape" && (event.currentTarget.open = false)}>
      <summary className="button">{t("records.columns")}</summary>
      <fieldset>
        <legend className="said">{t("records.columns")}</legend>
        {all.map(({ name, label }) => (
          <label key={name}>
            <input type="checkbox" checked={chosen.includes(name)} onChange={(event) => put(name, event.target.checked)} />
            {label}
          </label>
        ))}
        {!usual && (
          <button type="button" className="link-button" onClick={() => choose(undefined)}>
            {t("records.columns.usual")}
          </button>
        )}
      </fieldset>
    </details>
  );
}
