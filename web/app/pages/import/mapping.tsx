/* The columns of a table: what each is taken for, which can be changed, and what stands in its first rows. */
import type { FileReport, Report } from "./imports.ts";
import { Data, languageOf } from "../../ui/data.tsx";
import { useText } from "../../text/index.ts";
import { count } from "./report.ts";

interface Props {
  table: FileReport;
  fields: NonNullable<Report["fields"]>;
  changes: Readonly<Record<string, string>>; // column → field
  change: (changes: Readonly<Record<string, string>>) => void;
  none?: (field: string) => void; // no column is that: only where the import asks
}

/* Day, month and year of two digits may stand in any order: 03/05/2017, 21-12-31. */
const isEither = (value: string) => /^\d{1,2}\D\d{1,2}\D(\d{4}|\d{1,2})$/.test(value);
const isDate = (field: string) => field.endsWith("_date");

export function Mapping({ table, fields, changes, change, none }: Props) {
  const t = useText();
  const columns = table.columns ?? [];
  const unknown = columns.filter(({ known }) => !known).length;
  const put = (column: string, field: string, was: string) => {
    const next = { ...changes, [column]: field };
    if (field === was) delete next[column];
    change(next);
  };
  return (
    <section className="import-section">
      <div className="import-head">
        <h2>{t("import.columns", { n: count(columns.length) })}</h2>
        <span className="quiet">{unknown ? t("import.columns.unknown", { n: count(unknown) }) : t("import.columns.known")}</span>
        {none && (
          <span className="import-none">
            {!columns.some(({ column }) => column === "office") && (
              <label>
                {t("import.office")} <input className="input" size={10} placeholder={t("search.build.office")} value={changes.office ?? ""} onChange={(event) => put("office", event.target.value, "")} />
              </label>
            )}
            <button type="button" className="link-button" onClick={() => none("publication_number")}>
              {t("import.none.number")}
            </button>
            <button type="button" className="link-button" onClick={() => none("applicant")}>
              {t("import.none.names")}
            </button>
          </span>
        )}
      </div>
      <div className="import-scroll">
        <table className="plain-table import-columns">
          <thead>
            <tr>
              <th scope="col">{t("import.column.file")}</th>
              <th scope="col">{t("import.column.as")}</th>
              <th scope="col">{t("import.sample", { n: 1 })}</th>
              <th scope="col">{t("import.sample", { n: 2 })}</th>
              <th scope="col">{t("import.sample", { n: 3 })}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ column, field: was, known, sample }) => {
              const [field, order] = (changes[column] ?? was).split(":") as [string, string?];
              return (
              <tr key={column}>
                <th scope="row">
                  <Data text={column} />
                  {!known && <small>{t("import.column.unknown")}</small>}
                </th>
                <td>
                  <select className="input" aria-label={t("import.column.of", { column })} value={field} onChange={(event) => put(column, event.target.value, was)}>
                    {fields.map((one) => (
                      <option key={one.field} value={one.field} lang={languageOf(one.label)}>
                        {one.label}
                      </option>
                    ))}
                  </select>
                  {isDate(field) && sample.some(isEither) && (
                    <select className="input import-day" aria-label={t("import.day.of", { column })} value={order ?? ""} onChange={(event) => put(column, [field, event.target.value].filter(Boolean).join(":"), was)}>
                      <option value="">{t("import.day.values")}</option>
                      <option value="day-first">{t("import.day.day")}</option>
                      <option value="month-first">{t("import.day.month")}</option>
                      <option value="year-first">{t("import.day.year")}</option>
                    </select>
                  )}
                </td>
                {sample.map((value, i) => (
                  <td key={i} className="one-line" title={value}>
                    {value ? <Data text={value} /> : <span className="quiet">{t("import.empty")}</span>}
                  </td>
                ))}
              </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
