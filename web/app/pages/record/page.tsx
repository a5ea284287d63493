/* One record: what it is and how far, what belongs to it, its tables and values, and in one line what it lacks; at the
 * right what can be done, what was written about it, and what was. */
import "../../ui/controls.css";
import "../../rooms/record/record.css";
import "./record.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { recordOf, titleOf, typeOf, writable, type RecordField, type RecordType, type Row } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf, isEmpty, isMany, kindOf, type Field } from "../../fields/field.ts";
import { Asks } from "../../rooms/record/asks.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Given } from "../../rooms/task/given.tsx";
import { useKeys } from "../../ui/keys.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { SearchChanges } from "./search-changes.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { minute } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Actions } from "../../rooms/record/actions.tsx";
import { OfficeBegins } from "../../rooms/case/begin.tsx";
import { Dues } from "./dues.tsx";
import { Fees } from "./fees.tsx";
import { Folded } from "./folded.tsx";
import { History } from "../../rooms/record/history.tsx";
import { Crumb } from "./neighbours.tsx";
import { Papers } from "./papers.tsx";
import { Patents } from "./patents.tsx";
import { waysOf } from "../../rooms/shell/routes.ts";
import { useIncoming, type Incoming } from "./refs.ts";
import { Entries, entryAddress, Related } from "./related.tsx";
import { Rows } from "../../rooms/record/rows.tsx";
import { Stages } from "./stages.tsx";
import { factsOf, partsOf, whyEmpty, type Part } from "./told.ts";

export default function OneRecord() {
  const { type: name = "", id = "" } = useParams();
  const type = useQuery({ ...typeOf(name), retry: false });
  const row = useQuery({ ...recordOf(name, Number(id)), retry: false });
  const error = type.error ?? row.error;
  if (error) return <Failed page error={error} retry={() => void row.refetch()} />;
  return type.data && row.data ? <Shown key={`${name} ${id}`} type={type.data} row={row.data} /> : <Waiting />;
}

const wide = (field: Field) => /^(long_text|texts|files?)$/.test(kindOf(field)) || (isMany(field) && kindOf(field) !== "enum");

function Shown({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const roles = useSession().roles.map(({ role }) => role);
  const incoming = useIncoming(type);
  const title = titleOf(type, row, language);
  useTitle(title);
  const parts = partsOf(type, row);
  const facts = factsOf(type, row, parts);
  const state = type.states.find(({ name }) => name === row.state);
  const edit = row._may.includes("change") ? `/r/${type.name}/${row.id}/edit` : undefined;
  const entry = entryAddress(incoming, type, row);
  useKeys([
    ...(edit ? [{ keys: "e", label: t("records.change"), run: () => void navigate(edit) }] : []),
    ...(entry ? [{ keys: "f", label: t("records.entry"), run: () => void navigate(entry) }] : []),
  ]);
  const fieldsOf = (part: Part) => part.fields.filter((field) => !isEmpty(row[field.name]) || row._erased?.includes(field.name)).map((one) => fieldOf(one, language, row.programme));
  const all = parts.flatMap(fieldsOf);
  // A reference stands among what belongs together, unless it leads to no page of its own.
  const isState = (field: Field) => kindOf(field) === "text" && type.states.some(({ name }) => name === row[field.name]); // what counts of its state
  const standsElsewhere = (field: Field) =>
    isState(field) || field.name === type.title || facts.some(({ name }) => name === field.name) || /^(table|file|files|patents)$/.test(kindOf(field)) || (kindOf(field) === "ref" && field.to !== "account");
  const values = parts.map((part) => ({ part, fields: fieldsOf(part).filter((field) => row._erased?.includes(field.name) || !standsElsewhere(field)) })).filter(({ fields }) => fields.length > 0);
  const [main, others] = [values.filter(({ part }) => part === parts[0]), values.filter(({ part }) => part !== parts[0])];
  const files = all.filter((field) => /^files?$/.test(kindOf(field)));
  const mayFill = (name: string) => !!edit && writable(type, roles, "change", row.state).some((field) => field.name === name);
  // A table without rows stands where one may be entered.
  const isTable = (part: Part) => (one: RecordField) => one.type === "table" && (!isEmpty(row[one.name]) || (mayFill(one.name) && whyEmpty(type, row, part, one) === "blank"));
  const tables = parts.flatMap((part) => part.fields.filter(isTable(part))).map((one) => fieldOf(one, language, row.programme));
  return (
    <div className="record-page">
      <header className="record-top">
        <Crumb type={type} row={row} />
        <PageHead
          title={<Data text={title} />}
          tag={
            <StateTag tone={row.ended_ms ? "grey" : "blue"} ground>
              {row.ended_ms ? t("records.ended") : (state?.label?.[language] ?? row.state)}
            </StateTag>
          }
          actions={
            <>
              {waysOf(type.name).map(({ text, to, count }) => (
                <Link key={text} className="button" to={to(row)}>
                  {t(text, count ? { n: Number(row[count] ?? 0).toLocaleString("en") } : {})}
                </Link>
              ))}
              <button type="button" className="button" onClick={() => print()}>
                {t("records.print")}
              </button>
              {edit && (
                <Link className="button" to={edit}>
                  {t("records.change")}
                </Link>
              )}
            </>
          }
        />
        <p className="print-only">
          {t("case.number")} {row.id}
          {t("common.comma")}
          {t("records.version", { n: row.version, time: row.changed_ms ? minute(row.changed_ms) : "" })}
        </p>
        <Facts type={type} row={row} facts={facts} />
        <Stages type={type} row={row} />
      </header>
      <Columns width={344} rail={<Rail type={type} row={row} incoming={incoming} />}>
        {main.map(({ fields }) => (
          <FieldList key="main" row={row} fields={fields} />
        ))}
        <Related type={type} row={row} incoming={incoming} told={facts.map(({ name }) => name)} />
        {!row.ended_ms && <Papers type={type} row={row} />}
        {(type.name === "saved_search" || type.name === "topic_database") && <SearchChanges type={type.name} id={row.id} title={title} />}
        <Fees type={type} row={row} fills={mayFill("fees")} />
        {tables.map((field) => (
          <Rows key={field.name} type={type} of={row} field={field} fills={mayFill(field.name)} />
        ))}
        {all.map((field) => kindOf(field) === "patents" && <Patents key={field.name} label={field.label} numbers={row[field.name] as string[]} />)}
        {others.map(({ part, fields }, i) => (
          <section key={i} className="record-part">
            <h2>
              {part.label?.[language] ?? t("records.part.rest")}
              {!part.applies && <small>{t("records.inapplicable")}</small>}
            </h2>
            <FieldList row={row} fields={fields} />
          </section>
        ))}
        {files.length > 0 && (
          <section className="record-part">
            <h2>{t("records.files")}</h2>
            <FieldList row={row} fields={files} />
          </section>
        )}
        <Folded type={type} row={row} parts={parts} />
      </Columns>
    </div>
  );
}

/* What names the record and what it is about, in a line; its sum stands out. */
function Facts({ type, row, facts }: { type: RecordType; row: Row; facts: readonly RecordField[] }) {
  const language = useLanguage();
  const fields = facts.map((one) => fieldOf(one, language, row.programme));
  const sum = fields.find((field) => kindOf(field) === "money");
  if (fields.length === 0) return null;
  return (
    <dl className="fact-line record-facts">
      {fields.map((field) => (
        <div key={field.name}>
          <dt>{field.label}</dt>
          <dd className={field === sum ? "record-sum" : undefined}>
            {kindOf(field) === "text" && type.key?.includes(field.name) ? <Code text={String(row[field.name])} /> : <RecordValue field={field} value={row[field.name]} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FieldList({ row, fields }: { row: Row; fields: readonly Field[] }) {
  const t = useText();
  return (
    <dl className="record-fields">
      {fields.map((field) => (
        <div key={field.name} className={wide(field) ? "wide" : undefined}>
          <dt>{field.label}</dt>
          <dd>{row._erased?.includes(field.name) ? <span className="not-given">{t("records.erased")}</span> : <RecordValue field={field} value={row[field.name]} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rail({ type, row, incoming }: { type: RecordType; row: Row; incoming: readonly Incoming[] | undefined }) {
  const language = useLanguage();
  // A field that the reader may not see is no member of the record.
  const fields = type.fields.filter(({ name }) => name in row).map((one) => fieldOf(one, language, row.programme));
  return (
    <>
      {type.name === "centre" && typeof row.credit_code === "string" && row.state === "active" && <OfficeBegins party={row.credit_code} pack={String(row.programme)} />}
      <Given type={type.name} id={row.id} boxes={["todo", "read"]} />
      <Asks type={type} row={row} />
      {type.dues && type.dues.length > 0 && <Dues type={type} row={row} />}
      <Actions type={type} row={row} fields={fields} />
      {incoming?.filter(({ dated }) => dated).map((one) => (
        <Entries key={`${one.type.name} ${one.ref.name}`} one={one} of={type} row={row} />
      ))}
      <History type={type} id={row.id} version={row.version} fields={fields} />
    </>
  );
}
