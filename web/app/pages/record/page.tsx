/* One record: its fields in four columns, then tables and files; at the right what can be done and what was. */
import "../../parts/controls.css";
import "./record.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { recordOf, titleOf, typeOf, type RecordType, type Row } from "../../api/records.ts";
import { fieldOf, isEmpty, isMany, kindOf, type Field, type Values } from "../../fields/field.ts";
import { Asks } from "../../parts/asks.tsx";
import { Columns } from "../../parts/columns.tsx";
import { Code } from "../../parts/copyable.tsx";
import { Data } from "../../parts/data.tsx";
import { Given } from "../../parts/given.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { RecordValue } from "../../parts/record-value.tsx";
import { Failed, Waiting } from "../../parts/states.tsx";
import { SearchChanges } from "../../parts/search-changes.tsx";
import { StateTag } from "../../parts/state-tag.tsx";
import { minute } from "../../parts/time.ts";
import { useTitle } from "../../parts/title.ts";
import { useLanguage, useText, type Key } from "../../text/index.ts";
import { Actions } from "./actions.tsx";
import { OfficeBegins } from "./begin.tsx";
import { History } from "./history.tsx";

export default function OneRecord() {
  const { type: name = "", id = "" } = useParams();
  const type = useQuery({ ...typeOf(name), retry: false });
  const row = useQuery({ ...recordOf(name, Number(id)), retry: false });
  const error = type.error ?? row.error;
  if (error) return <Failed page error={error} retry={() => void row.refetch()} />;
  return type.data && row.data ? <Shown type={type.data} row={row.data} /> : <Waiting />;
}

interface Way {
  text: Key;
  to: (row: Row) => string;
  count?: string; // a field that says how many there are
}

/* Where a record of some kinds leads: to pages that are about it. */
const ways: Record<string, readonly Way[]> = {
  demand: [{ text: "match.title", to: ({ id }) => `/match?demand=${id}` }],
  patent_match: [{ text: "match.open", to: ({ id }) => `/match?id=${id}` }],
  saved_search: [{ text: "search.open", to: ({ query, filters }) => `/patents?${new URLSearchParams([["query", String(query ?? "")], ...((filters ?? []) as string[]).map((filter) => ["filter", filter]), ["sort", "-date"]])}` }],
  topic_database: [
    { text: "topic.members", to: ({ id }) => `/r/topic_member?${new URLSearchParams([["filter", `topic=${id}`]])}`, count: "member_count" },
    { text: "topic.search", to: ({ id }) => `/patents?${new URLSearchParams([["query", ""], ["filter", `topic=${id}`]])}` },
    { text: "landscape.title", to: ({ id }) => `/landscape?${new URLSearchParams([["query", ""], ["filter", `topic=${id}`]])}` },
  ],
};

const wide = (field: Field) => /^(long_text|texts|patents)$/.test(kindOf(field)) || (isMany(field) && kindOf(field) !== "enum");

function Shown({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const label = type.label?.[language] ?? type.name;
  const title = titleOf(type, row, language);
  useTitle(title);
  // A field that the reader may not see is no member of the record.
  const fields = type.fields.filter(({ name }) => name in row).map((one) => fieldOf(one, language, row.programme));
  const erased = row._erased ?? [];
  const kind = (which: RegExp, field: Field) => which.test(kindOf(field));
  const single = fields.filter((field) => !kind(/^(table|file|files)$/, field) && field.name !== type.title);
  const tables = fields.filter((field) => kindOf(field) === "table" && !isEmpty(row[field.name]));
  const files = fields.filter((field) => kind(/^files?$/, field));
  const keys = (type.key ?? []).flatMap((name) => fields.find((one) => one.name === name && kindOf(one) === "text" && name !== type.title && name !== "programme") ?? []).filter(({ name }) => !isEmpty(row[name]));
  const state = type.states.find(({ name }) => name === row.state);
  return (
    <Columns width={304} rail={<Rail type={type} row={row} fields={fields} />}>
      <p className="crumb">
        <Link to={`/r/${type.name}`}>{label}</Link>
      </p>
      <PageHead
        title={<Data text={title} />}
        tag={
          <StateTag tone={row.ended_ms ? "grey" : "blue"} ground>
            {row.ended_ms ? t("records.ended") : (state?.label?.[language] ?? row.state)}
          </StateTag>
        }
        line={
          <span className="record-line">
            <span>
              {t("case.number")} <Code text={String(row.id)} />
            </span>
            {keys.map((field) => (
              <span key={field.name}>
                {field.label} <Code text={String(row[field.name])} />
              </span>
            ))}
            <span>{t("records.version", { n: row.version, time: row.changed_ms ? minute(row.changed_ms) : "" })}</span>
          </span>
        }
        actions={
          <>
            {ways[type.name]?.map(({ text, to, count }) => (
              <Link key={text} className="button" to={to(row)}>
                {t(text, count ? { n: Number(row[count] ?? 0).toLocaleString("en") } : {})}
              </Link>
            ))}
            <button type="button" className="button" onClick={() => print()}>
              {t("records.print")}
            </button>
            {row._may.includes("change") && (
              <Link className="button" to={`/r/${type.name}/${row.id}/edit`}>
                {t("records.change")}
              </Link>
            )}
          </>
        }
      />
      <dl className="record-fields">
        {single.map((field) => (
          <div key={field.name} className={wide(field) && !isEmpty(row[field.name]) ? "wide" : undefined}>
            <dt>{field.label}</dt>
            <dd>{erased.includes(field.name) ? <span className="not-given">{t("records.erased")}</span> : <RecordValue field={field} value={row[field.name]} />}</dd>
          </div>
        ))}
      </dl>
      {(type.name === "saved_search" || type.name === "topic_database") && <SearchChanges type={type.name} id={row.id} title={title} />}
      {tables.map((field) => (
        <Rows key={field.name} field={field} rows={row[field.name] as Values[]} />
      ))}
      {files.length > 0 && (
        <section className="record-section">
          <h2>{t("records.files")}</h2>
          <dl className="record-fields">
            {files.map((field) => (
              <div key={field.name} className="half">
                <dt>{field.label}</dt>
                <dd>
                  <RecordValue field={field} value={row[field.name]} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </Columns>
  );
}

const numeric = /^(integer|decimal|money)$/;

function Rows({ field, rows }: { field: Field; rows: readonly Values[] }) {
  const t = useText();
  const columns = field.fields ?? [];
  return (
    <section className="record-section">
      <h2>
        {field.label} <small>{t("records.rows", { n: rows.length })}</small>
      </h2>
      <div className="record-scroll">
        <table className="record-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" className={numeric.test(kindOf(column)) ? "number" : undefined}>
                  {column.label}
                  {(column.unit || kindOf(column) === "money") && `（${column.unit ?? t("fields.yuan")}）`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {columns.map((column) => (
                  <td key={column.name} className={numeric.test(kindOf(column)) ? "number" : undefined}>
                    <RecordValue field={column} value={row[column.name] ?? null} bare={numeric.test(kindOf(column))} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Rail({ type, row, fields }: { type: RecordType; row: Row; fields: readonly Field[] }) {
  return (
    <>
      {type.name === "centre" && typeof row.credit_code === "string" && row.state === "active" && <OfficeBegins party={row.credit_code} pack={String(row.programme)} />}
      <Given type={type.name} id={row.id} boxes={["todo", "read"]} />
      <Asks type={type} row={row} />
      <Actions type={type} row={row} fields={fields} />
      <History type={type} id={row.id} version={row.version} fields={fields} />
    </>
  );
}
