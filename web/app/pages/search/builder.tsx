/* Builds a query row by row: relation, field, value. The query that is written so far is its first row. */
import { useId, useState, type KeyboardEvent } from "react";
import { Icon } from "../../ui/icons.tsx";
import { composing } from "../../ui/keys.ts";
import { useText, type Key } from "../../text/index.ts";
import { buildQuery, dates, fields, operators, type Field, type Row } from "./query.ts";

const DAY = "\\d{4}(-\\d{1,2}){0,2}";

const choices: Partial<Record<Field, readonly (readonly [value: string, label: Key])[]>> = {
  type: [
    ["invention", "patent.type.invention"],
    ["utility", "patent.type.utility"],
    ["design", "patent.type.design"],
    ["unknown", "common.unknown"],
  ],
  status: [
    ["active", "patent.status.active"],
    ["pending", "patent.status.pending"],
    ["inactive", "patent.status.inactive"],
    ["unknown", "common.unknown"],
  ],
};

const hints: Partial<Record<Row["field"], Key>> = {
  any: "search.build.words", title: "search.build.words", abstract: "search.build.words", claims: "search.build.words", description: "search.build.words",
  applicant: "search.build.name", inventor: "search.build.name", agent: "search.build.name",
  ipc: "search.build.ipc", cpc: "search.build.ipc", number: "search.build.number", office: "search.build.office", region: "search.build.region",
};

let ids = 0;
const emptyRow = (): Row => ({ id: ++ids, operator: "and", field: "title", value: "", to: "" });

export function Builder({ query, search }: { query: string; search: (query: string) => void }) {
  const t = useText();
  const id = useId();
  const [rows, setRows] = useState<Row[]>(() => [...(query ? [{ ...emptyRow(), field: "query" as const, value: query }] : [emptyRow()]), { ...emptyRow(), field: query ? "title" : "applicant" }]);
  const built = buildQuery(rows);
  const change = (row: Row, part: Partial<Row>) => setRows(rows.map((one) => (one === row ? { ...one, ...part } : one)));
  const submit = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !composing(event) && built) search(built);
  };

  return (
    <section className="builder" aria-label={t("search.builder")}>
      <ol>
        {rows.map((row, i) => (
          <li key={row.id}>
            {i === 0 ? (
              <span className="builder-first" />
            ) : (
              <select className="input" aria-label={t("search.build.op")} value={row.operator} onChange={(event) => change(row, { operator: event.target.value as Row["operator"] })}>
                {operators.map((one) => (
                  <option key={one} value={one}>
                    {t(`search.build.${one}`)}
                  </option>
                ))}
              </select>
            )}
            <select className="input builder-field" aria-label={t("search.build.field")} value={row.field} onChange={(event) => change(row, { field: event.target.value as Row["field"], value: "", to: "" })}>
              {row.field === "query" && <option value="query">{t("search.name.query")}</option>}
              {fields.map((one) => (
                <option key={one} value={one}>
                  {t(`search.name.${one}`)}
                </option>
              ))}
            </select>
            <Value row={row} change={(part) => change(row, part)} onKeyDown={submit} />
            <button type="button" className="builder-remove" aria-label={t("search.build.remove")} title={t("search.build.remove")} disabled={rows.length === 1} onClick={() => setRows(rows.filter((one) => one !== row))}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="text-button" onClick={() => setRows([...rows, emptyRow()])}>
        + {t("search.build.add")}
      </button>
      <div className="builder-foot">
        <span id={id} className="quiet">
          {t("search.build.result")}
        </span>
        <output aria-labelledby={id}>{built ? <code>{built}</code> : <span className="quiet">{t("search.build.empty")}</span>}</output>
        <button type="button" className="button primary" disabled={!built} onClick={() => search(built)}>
          {t("search.go")}
        </button>
      </div>
    </section>
  );
}

function Value({ row, change, onKeyDown }: { row: Row; change: (part: Partial<Row>) => void; onKeyDown: (event: KeyboardEvent) => void }) {
  const t = useText();
  const list = row.field === "query" ? undefined : choices[row.field];
  if (list)
    return (
      <select className="input builder-value" aria-label={t("search.build.value")} value={row.value} onChange={(event) => change({ value: event.target.value })}>
        <option value="" />
        {list.map(([value, label]) => (
          <option key={value} value={value}>
            {t(label)}
          </option>
        ))}
      </select>
    );
  if (dates.includes(row.field))
    return (
      <span className="builder-value builder-range">
        {(["value", "to"] as const).map((part) => (
          <input key={part} className="input" pattern={DAY} value={row[part]} placeholder={t("search.build.day")} aria-label={t(part === "value" ? "search.build.from" : "search.build.to")} onChange={(event) => change({ [part]: event.target.value })} onKeyDown={onKeyDown} />
        ))}
      </span>
    );
  const hint = hints[row.field];
  return <input className="input builder-value" value={row.value} placeholder={hint && t(hint)} aria-label={t("search.build.value")} onChange={(event) => change({ value: event.target.value })} onKeyDown={onKeyDown} />;
}
