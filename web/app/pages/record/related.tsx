/* Records that belong together: those that this one refers to and those that refer to it, each kind with the verb that
 * makes one from here. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { listOf, recordPath, rulesFor, titleOf, typeOf, typesOf, type RecordType, type Row } from "../../api/records.ts";
import { fieldOf, isEmpty, kindOf, type Values } from "../../fields/field.ts";
import { Data } from "../../ui/data.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { useSession } from "../../api/session.ts";
import { waysOf } from "../../rooms/shell/routes.ts";
import { ErrorNote } from "../../ui/note.tsx";
import { Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { draftsOf } from "./papers.tsx";
import { refsTo, type Incoming } from "./refs.ts";

const SHOWN = 2; // links of a kind; the others stand in its list
const ENTRIES = 3;

/* What tells a record from others of its kind: two values of its list, and its state. */
function RowFacts({ type, row }: { type: RecordType; row: Values }) {
  const t = useText();
  const language = useLanguage();
  const fields = (type.list ?? []).flatMap((name) => type.fields.find((one) => one.name === name) ?? []).map((one) => fieldOf(one, language, row.programme));
  const told = fields.filter((field) => field.name !== type.title && field.name !== "stage" && /^(date|known_date|enum|money|integer|boolean)$/.test(kindOf(field)) && !isEmpty(row[field.name])).slice(0, 2);
  const state = type.states.length > 1 ? type.states.find(({ name }) => name === row.state)?.label?.[language] : undefined;
  const words: ReactNode[] = told.map((field) => (
    <>
      {kindOf(field) !== "enum" && `${field.label} `}
      <RecordValue field={field} value={row[field.name]} />
    </>
  ));
  if (state) words.push(state);
  return (
    <small>
      {words.map((word, i) => (
        <span key={i}>
          {i > 0 && t("common.comma")}
          {word}
        </span>
      ))}
    </small>
  );
}

function Line({ kind, children, verb }: { kind: string; children: ReactNode; verb?: ReactNode }) {
  return (
    <li>
      <span className="related-kind">{kind}</span>
      <span className="related-what">{children}</span>
      {verb}
    </li>
  );
}

function Out({ of, kind, id }: { of: string; kind: string; id: number }) {
  const t = useText();
  const language = useLanguage();
  const may = useQuery(typesOf(language)).data?.items.find(({ name }) => name === of)?.may.includes("read");
  const type = useQuery({ ...typeOf(of), enabled: !!may }).data;
  const { data: found, isPlaceholderData } = useQuery({ ...listOf(of, { filter: `id=${id}`, ended: true }), enabled: !!type });
  const row = found?.items.find((one) => one.id === id);
  return (
    <Line kind={kind}>
      {type && row ? (
        <>
          <Link to={recordPath(of, id)}>
            <Data text={titleOf(type, row, language)} />
          </Link>
          <RowFacts type={type} row={row} />
        </>
      ) : (
        <span className="not-given">{may === false || (found && !isPlaceholderData) ? t("records.noRight") : "…"}</span>
      )}
    </Line>
  );
}

const filterOf = ({ ref }: Incoming, id: number) => `${ref.name}=${id}`;
const listAddress = (one: Incoming, id: number) => `/r/${one.type.name}?${new URLSearchParams([["filter", filterOf(one, id)]])}`;
const makeAddress = ({ type, ref, dated }: Incoming, from: RecordType, id: number) =>
  `/r/${type.name}/new?${new URLSearchParams([[ref.name, String(id)], ...(dated ? [["back", `/r/${from.name}/${id}`]] : [])])}`;

function In({ one, of, row }: { one: Incoming; of: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const { type, ref, only, makes } = one;
  const found = useQuery(listOf(type.name, { filter: filterOf(one, row.id), limit: SHOWN })).data;
  const total = found?.total ?? 0;
  // What the page has a way to of its own is not offered twice.
  const verb = makes && !row.ended_ms && type.name !== draftsOf(of.name) && !waysOf(of.name).some(({ makes: kind }) => kind === type.name);
  if (found && total === 0 && !verb) return null;
  const label = type.label?.[language] ?? type.name;
  return (
    <Line
      kind={only ? label : `${label} ${ref.label?.[language] ?? ref.name}`}
      verb={
        verb && (
          <Link className="related-verb no-print" to={makeAddress(one, of, row.id)} aria-label={t("records.related.makeOne", { from: of.label?.[language] ?? of.name, what: label })}>
            {t("records.related.make", { from: of.label?.[language] ?? of.name })}
          </Link>
        )
      }
    >
      {!found ? (
        "…"
      ) : total === 0 ? (
        <span className="related-none">{t("records.related.none")}</span>
      ) : (
        <>
          {found.items.map((item) => (
            <span key={String(item.id)} className="related-one">
              <Link to={recordPath(type.name, item.id)}>
                <Data text={titleOf(type, item, language)} />
              </Link>
              <RowFacts type={type} row={item} />
            </span>
          ))}
          {total > SHOWN && <Link to={listAddress(one, row.id)}>{t("records.related.all", { n: total.toLocaleString("en") })}</Link>}
        </>
      )}
    </Line>
  );
}

/* `told`: references that stand elsewhere on the page. */
export function Related({ type, row, incoming, told }: { type: RecordType; row: Row; incoming: readonly Incoming[] | undefined; told: readonly string[] }) {
  const t = useText();
  const language = useLanguage();
  const out = type.fields.filter(({ name, type: kind, to }) => /^refs?$/.test(kind) && to && to !== "account" && !told.includes(name) && !isEmpty(row[name]));
  const into = incoming?.filter(({ dated }) => !dated);
  if (!into) return <Waiting rows={2} />;
  const client = type.name === "served_party" && typeof row.name === "string";
  if (out.length + into.length === 0 && !client) return null;
  return (
    <section className="record-section related">
      <h2>{t("records.related")}</h2>
      <ul>
        {out.flatMap(({ name, label, to }) =>
          [row[name]].flat().map((id) => <Out key={`${name} ${String(id)}`} of={to!} kind={label?.[language] ?? name} id={Number(id)} />),
        )}
        {client && <Deals name={String(row.name)} />}
        {into.map((one) => (
          <In key={`${one.type.name} ${one.ref.name}`} one={one} of={type} row={row} />
        ))}
      </ul>
    </section>
  );
}

/* An entry of today in one line, where a day and a text are all that is asked. */
function OneLine({ one: { type, ref }, id, label }: { one: Incoming; id: number; label: string }) {
  const t = useText();
  const cache = useQueryClient();
  const [text, setText] = useState("");
  const [field, ...others] = type.fields.filter(({ name, required }) => required && name !== type.title && name !== ref.name);
  const save = useMutation({
    mutationFn: () => take(api.POST("/api/v1/records/{type}", { params: { path: { type: type.name } }, body: { [ref.name]: id, [type.title!]: day(serverNow()), [field!.name]: text.trim() } })),
    onSuccess: async () => {
      setText("");
      await cache.invalidateQueries();
    },
  });
  if (!field || others.length > 0 || !/text$/.test(field.type)) return null;
  return (
    <form
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !save.isPending) save.mutate();
      }}
    >
      <input className="input" aria-label={t("records.entry.today", { what: label })} placeholder={t("records.entry.today", { what: label })} value={text} onChange={(event) => setText(event.target.value)} />
      <ErrorNote error={save.error} />
    </form>
  );
}

/* The deals of a client: those that name it as a party. */
function Deals({ name }: { name: string }) {
  const t = useText();
  const language = useLanguage();
  const { roles } = useSession();
  const type = useQuery(typeOf("deal")).data;
  const reads = !!type && rulesFor(type, roles.map(({ role }) => role), "read").length > 0;
  const filter = `sides.name=${JSON.stringify(name)}`;
  const found = useQuery({ ...listOf("deal", { filter, limit: SHOWN }), enabled: reads }).data;
  if (!found?.items.length) return null;
  return (
    <Line kind={type?.label?.[language] ?? "deal"}>
      {found.items.map((item) => (
        <span key={String(item.id)} className="related-one">
          <Link to={recordPath("deal", item.id)}>
            <Data text={titleOf(type, item, language)} />
          </Link>
          <RowFacts type={type!} row={item} />
        </span>
      ))}
      {(found.total ?? 0) > SHOWN && <Link to={`/r/deal?${new URLSearchParams({ filter })}`}>{t("records.related.all", { n: (found.total ?? 0).toLocaleString("en") })}</Link>}
    </Line>
  );
}

/* Entries that belong to the record, by their days, newest first. */
export function Entries({ one, of, row }: { one: Incoming; of: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const { type } = one;
  const at = type.title!;
  const found = useQuery(listOf(type.name, { filter: filterOf(one, row.id), sort: `-${at}`, limit: ENTRIES, fields: "*" })).data;
  const label = type.label?.[language] ?? type.name;
  const verb = one.makes && !row.ended_ms;
  const fields = type.fields.filter(({ name }) => name !== at && !refsTo(type, of.name).some((ref) => ref.name === name)).map((field) => fieldOf(field, language));
  const given = (item: Values, kinds: RegExp) => fields.filter((field) => kinds.test(kindOf(field)) && !isEmpty(item[field.name]));
  const total = found?.total ?? 0;
  return (
    <section className="record-rail record-entries">
      <h2>
        {label}
        {total > 0 && <small>{t("records.entries", { n: total.toLocaleString("en"), day: String(found!.items[0]![at]) })}</small>}
        {verb && (
          <Link className="button small no-print" to={makeAddress(one, of, row.id)} aria-label={t("records.add", { type: label })}>
            {t("records.enter")}
          </Link>
        )}
      </h2>
      {found && total === 0 && !verb && <p className="quiet">{t("records.related.none")}</p>}
      {verb && <OneLine one={one} id={row.id} label={label} />}
      <ol className="record-history">
        {found?.items.map((item) => (
          <li key={String(item.id)}>
            <p className="told-head">
              {given(item, /^enum$/).map((field) => (
                <b key={field.name}>
                  <RecordValue field={field} value={item[field.name]} />
                </b>
              ))}
              <Link to={recordPath(type.name, item.id)}>{String(item[at])}</Link>
            </p>
            {given(item, /^long_text$/).map((field) => (
              <p key={field.name} className="told-text">
                <RecordValue field={field} value={item[field.name]} />
              </p>
            ))}
            {given(item, /^date$/).map((field) => (
              <p key={field.name}>
                {field.label} <RecordValue field={field} value={item[field.name]} />
              </p>
            ))}
          </li>
        ))}
      </ol>
      {total > ENTRIES && <Link to={listAddress(one, row.id)}>{t("records.related.all", { n: total.toLocaleString("en") })}</Link>}
    </section>
  );
}

/* The address at which the first kind of entries is written; the page's key "f" leads there. */
export const entryAddress = (incoming: readonly Incoming[] | undefined, of: RecordType, row: Row) => {
  const one = incoming?.find(({ dated, makes }) => dated && makes);
  return one && !row.ended_ms ? makeAddress(one, of, row.id) : undefined;
};
