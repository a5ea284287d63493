/* Records of one kind: the columns of the type, words, conditions, order, page by page. All of it stands in the address. */
import "../../ui/controls.css";
import "./list.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { base } from "../../api/client.ts";
import { listOf, readable, recordPath, rulesFor, titleOf, typeOf, typesOf, type ListOrigin, type RecordType } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { distinct, fieldOf, kindOf, ofProgramme, type Field } from "../../fields/field.ts";
import { DayInput } from "../../fields/date-input.tsx";
import { useUnit } from "../../fields/field-input.tsx";
import { useAsked } from "../../ui/asked.ts";
import { Choice } from "../../ui/choice.tsx";
import { Icon } from "../../ui/icons.tsx";
import { guardEnter, useKeys, useRowKeys } from "../../ui/keys.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { Pager } from "../../ui/pager.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText, type Language } from "../../text/index.ts";
import { filterWords } from "./filter-words.ts";
import { Board } from "./board.tsx";
import { ColumnChoice } from "./columns.tsx";
import { ImportDialog } from "../../rooms/record/import.tsx";
import { Many, type Picked } from "./many.tsx";
import { Sums } from "../../rooms/record/sums.tsx";
import { UnitName } from "./unit.tsx";
import { Views } from "./views.tsx";

const sizes = [20, 50, 100];
const numeric = /^(integer|decimal|money)$/;

/* What the address asks, as the API takes it: `filter` is passed on, each condition of the line is added. */
function readQuestion(params: URLSearchParams, choices: readonly Field[], dated: Field | undefined, unit: number | undefined) {
  const parts = choices.flatMap(({ name }) => (params.get(name) ? [`${name}=${params.get(name)}`] : []));
  if (unit && params.get("unit") === "own") parts.push(`owner_unit=${unit}`);
  if (params.get("state")) parts.push(`state=${params.get("state")}`);
  const [from, to] = [params.get("from") ?? "", params.get("to") ?? ""];
  if (dated && (from || to)) parts.push(`${dated.name}=${from}..${to}`);
  const raw = params.get("filter");
  if (raw) parts.push(`(${raw})`);
  return { filter: parts.join(" and ") || undefined, q: params.get("q") || undefined, sort: params.get("sort") || undefined, ended: params.get("ended") === "true" || undefined };
}

/* The condition of the address; the records that refer to one are told by its name. */
function Filtered({ filter, type }: { filter: string; type: RecordType }) {
  const t = useText();
  const language = useLanguage();
  const [, name, id] = /^(\w+)=(\d+)$/.exec(filter) ?? [];
  const described = type.fields.find((one) => one.name === name && one.type === "ref");
  const field = described && fieldOf(described, language);
  return (
    <span className="list-filter">
      {field ? (
        <>
          {field.label}
          {t("common.colon")}
          <RecordValue field={field} value={Number(id)} />
        </>
      ) : (
        <span translate="no">{filterWords(filter, type, language, t)}</span>
      )}
    </span>
  );
}

const stateLabel = (type: RecordType, state: string, language: Language) => type.states.find(({ name }) => name === state)?.label?.[language];

export default function RecordList() {
  const { type: name = "" } = useParams();
  const described = useQuery({ ...typeOf(name), retry: false });
  const types = useQuery(typesOf(useLanguage())); // at once: React shows what suspended no sooner than 300 ms after its fallback
  for (const { error, refetch } of [described, types]) if (error) return <Failed page error={error} retry={() => void refetch()} />;
  return described.data && types.data ? <Listed type={described.data} may={types.data.items.find((one) => one.name === name)?.may ?? []} /> : <Waiting />;
}

const UNIT = "owner_unit";

/* Whose records the reader sees: of several organisations, of his own among them. */
function useUnits(type: RecordType, roles: readonly string[]) {
  const { unit } = useSession();
  const relations = rulesFor(type, roles, "read").map(({ relation }) => relation);
  const several = type.owner === "unit" && relations.some((one) => /^(any|own_city|own_province|authority|handed_in|published)$/.test(one));
  return { several, unit: several && relations.some((one) => /^own(_unit)?$/.test(one)) ? unit : undefined };
}

function Listed({ type, may }: { type: RecordType; may: readonly string[] }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const { params, asked, changed } = useAsked();
  const roles = useSession().roles.map(({ role }) => role);
  const label = type.label?.[language] ?? type.name;
  useTitle(label);
  const { several, unit } = useUnits(type, roles);
  const seen = readable(type, roles);
  const usual = [...(type.list ?? type.fields.slice(0, 6).map(({ name }) => name)).filter((name) => name !== "state" && name !== "process" && seen.some((one) => one.name === name)), ...(several ? [UNIT] : [])]; // a process is a key of the policy, which its title says
  const chosen = (params.get("cols") ?? "").split(",").filter((name) => (several && name === UNIT) || seen.some((one) => one.name === name));
  const columns = chosen.length ? chosen : usual;
  const fieldsOf = (names: readonly string[]) => names.flatMap((name) => type.fields.find((one) => one.name === name) ?? []).map((one) => ({ ...fieldOf(one, language), sorts: one.sorts, filter: one.filter }));
  const fields = fieldsOf(columns);
  const listed = fieldsOf(usual);
  const staged = type.stages ? fieldsOf(seen.some(({ name }) => name === "stage") ? ["stage"] : []) : [];
  const choices = [...staged, ...listed.filter((field) => kindOf(field) === "enum" && !!field.choices?.length && field.name !== "stage").slice(0, 2)];
  const dated = listed.find(({ filter }) => filter === "date");
  const board = staged.length > 0 && params.get("view") === "board";
  const question = readQuestion(params, board ? choices.slice(staged.length) : choices, dated, unit);
  const page = Math.max(1, Number(params.get("page")) || 1);
  const size = sizes.includes(Number(params.get("size"))) ? Number(params.get("size")) : sizes[0]!;
  const asksFor = chosen.length || several ? [...new Set([...columns, ...(type.title ? [type.title] : []), "programme"])].filter((name) => name === UNIT || seen.some((one) => one.name === name)).join(",") : undefined;
  const wanted = { ...question, fields: asksFor, page, limit: size };
  const found = useQuery({ ...listOf(type.name, wanted), enabled: !board });
  const items = (board ? undefined : found.data?.items) ?? [];
  const total = found.data?.total ?? 0;
  const [picked, setPicked] = useState<ReadonlyMap<number, Picked>>(new Map());
  const scope = JSON.stringify([type.name, question]);
  const [pickedIn, setPickedIn] = useState(scope);
  if (pickedIn !== scope) {
    setPickedIn(scope); // ticks are of one list
    setPicked(new Map());
  }
  const pickedOf = (row: Record<string, unknown>): Picked => ({ id: Number(row.id), version: Number(row.version), title: titleOf(type, row, language) });
  const tick = (rows: readonly Record<string, unknown>[], on: boolean) => {
    const next = new Map(picked);
    for (const row of rows) on ? next.set(Number(row.id), pickedOf(row)) : next.delete(Number(row.id));
    setPicked(next);
  };
  const address = (change: Record<string, string | undefined>) => {
    const next = changed({ page: undefined, ...change });
    return `/r/${type.name}${next.size ? `?${next}` : ""}`;
  };
  const go = (change: Record<string, string | undefined>) => void navigate(address(change), { replace: true });
  const origin = (at: number): { origin: ListOrigin } => ({ origin: { type: type.name, search: params.size ? `?${params}` : "", question: wanted, at } });
  const open = (row: number) => items[row] && void navigate(recordPath(type.name, items[row].id), { state: origin(row) });
  const [at] = useRowKeys(items.length, open);
  useKeys([{ keys: "x", label: t("records.many.tick"), run: () => items[at] && tick([items[at]], !picked.has(Number(items[at].id))) }]);
  const order = question.sort ?? type.sort ?? "";
  const query = new URLSearchParams(Object.entries(question).flatMap(([key, value]) => (value ? [[key, String(value)]] : [])));
  const narrowed = !!(question.filter || question.q);
  const whole = items.length > 0 && items.every((row) => picked.has(Number(row.id)));
  return (
    <>
      <p className="crumb">
        <Link to="/work">{t("work.menu")}</Link>
      </p>
      <PageHead
        title={label}
        line={type.hint?.[language]}
        actions={
          <>
            {rulesFor(type, roles, "import").length > 0 && (
              <button type="button" className="button" onClick={() => go({ import: "true" })}>
                <Icon name="import" />
                {t("records.import")}
              </button>
            )}
            {rulesFor(type, roles, "export").length > 0 && (
              <a className="button" href={`${base}/api/v1/records/${type.name}/export.xlsx?${query}`} download>
                <Icon name="export" />
                {t("records.export")}
              </a>
            )}
            {may.includes("create") && (
              <Link className="button primary" to={`/r/${type.name}/new`}>
                {t("records.add", { type: label })}
              </Link>
            )}
          </>
        }
      />
      <Views type={type.name} params={params} />
      <form className="list-line no-print" onSubmit={(event) => event.preventDefault()}>
        {staged.length > 0 && (
          <Either label={t("board.view")} first={[t("board.board"), address({ view: "board", stage: undefined, state: undefined, sort: undefined })]} second={[t("board.table"), address({ view: undefined })]} isFirst={board} />
        )}
        {unit && (
          <Either label={t("records.unit.which")} first={[t("records.unit.own"), address({ unit: "own" })]} second={[t("records.unit.all"), address({ unit: undefined })]} isFirst={asked("unit") === "own"} />
        )}
        {!!type.search?.length && <Words key={question.q} q={question.q ?? ""} search={(q) => go({ q })} />}
        {(board ? choices.slice(staged.length) : choices).map((field) => (
          <Choice
            bare
            key={field.name}
            label={field.label}
            value={asked(field.name)}
            first={t("records.all", { name: field.label })}
            options={distinct(field.choices!, [params.get(field.name)]).map(({ code, label: word }) => [code, word])}
            onChange={(value) => go({ [field.name]: value })}
          />
        ))}
        {type.states.length > 1 && !board && (
          <Choice bare label={t("records.state")} value={asked("state")} first={t("records.all", { name: t("records.state") })} options={type.states.map(({ name, label: word }) => [name, word?.[language] ?? name])} onChange={(state) => go({ state })} />
        )}
        {dated && <Dates field={dated} from={params.get("from") ?? ""} to={params.get("to") ?? ""} set={go} />}
        {!board && <ColumnChoice fields={seen.filter(({ name }) => name !== "state")} unit={several} chosen={columns} usual={!chosen.length} choose={(cols) => go({ cols: cols?.join(",") })} />}
        <label className="list-ended">
          <input type="checkbox" checked={!!question.ended} onChange={(event) => go({ ended: event.target.checked ? "true" : undefined })} />
          {t("records.ended")}
        </label>
        {params.get("filter") && <Filtered filter={params.get("filter")!} type={type} />}
        {narrowed && (
          <Link to={`/r/${type.name}${board ? "?view=board" : ""}`} className="list-clear">
            {t("records.filter.clear")}
          </Link>
        )}
      </form>
      {board ? (
        <Board key={scope} type={type} question={question} address={address} />
      ) : found.error ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Waiting />
      ) : items.length === 0 ? (
        <Empty title={narrowed ? t("records.none.filter") : t("records.none", { type: label })} text={narrowed || !may.includes("create") ? undefined : t("records.none.text")} />
      ) : (
        <>
          <Many type={type} picked={[...picked.values()]} total={total} question={question} setPicked={(rows) => setPicked(new Map(rows.map((row) => [row.id, row])))} />
          <div className="list-scroll">
            <table className="close-rows list">
              <thead>
                <tr>
                  <th scope="col" className="list-tick no-print">
                    <input type="checkbox" aria-label={t("records.many.page")} checked={whole} onChange={(event) => tick(items, event.target.checked)} />
                  </th>
                  {columns.map((name) => {
                    const field = fields.find((one) => one.name === name);
                    return field ? <Head key={name} field={field} order={order} address={address} /> : <th key={name} scope="col">{t("records.unit.column")}</th>;
                  })}
                  <th scope="col">{t("records.state")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((row, i) => (
                  <tr key={String(row.id)} className={i === at ? "current" : undefined} onClick={(event) => (event.target as Element).closest("a") || getSelection()?.toString() || open(i)}>
                    <td className="list-tick no-print" onClick={(event) => event.stopPropagation()}>
                      <input type="checkbox" aria-label={t("records.many.row", { title: titleOf(type, row, language) })} checked={picked.has(Number(row.id))} onChange={(event) => tick([row], event.target.checked)} />
                    </td>
                    {columns.map((name) => {
                      const field = fields.find((one) => one.name === name);
                      if (!field) return <td key={name}><UnitName id={row[UNIT]} /></td>;
                      const k = fields.indexOf(field);
                      if (found.isPlaceholderData && row[field.name] === undefined) return <td key={name} />; // a column just chosen
                      return (
                      <td key={field.name} className={numeric.test(kindOf(field)) ? "number" : undefined}>
                        {k === 0 ? <Link to={recordPath(type.name, row.id)} state={origin(i)}>{row[field.name] === null ? titleOf(type, row, language) : <RecordValue field={ofProgramme(field, row.programme)} value={row[field.name]} bare />}</Link> : <RecordValue field={ofProgramme(field, row.programme)} value={row[field.name]} bare />}
                      </td>
                      );
                    })}
                    <td>
                      <StateTag tone={row.ended_ms ? "grey" : "blue"}>{stateLabel(type, String(row.state), language) ?? String(row.state)}</StateTag>
                    </td>
                  </tr>
                ))}
              </tbody>
              <Sums type={type} fields={fields} columns={columns} question={question} total={total} />
            </table>
          </div>
          <div className="list-foot">
            <span>{t("records.total", { n: total.toLocaleString("en") })}</span>
            {total > sizes[0]! && <Pager page={page} pages={Math.max(1, Math.ceil(total / size))} size={size} sizes={sizes} address={(to, each) => address({ page: to > 1 ? String(to) : undefined, size: String(each) })} go={(to) => void navigate(to)} />}
          </div>
        </>
      )}
      {params.has("import") && <ImportDialog type={type} onClose={() => go({ import: undefined })} />}
    </>
  );
}

/* Two views, each with its address. */
function Either({ label, first, second, isFirst }: { label: string; first: readonly [word: string, to: string]; second: readonly [word: string, to: string]; isFirst: boolean }) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {[first, second].map(([word, to], i) => (
        <Link key={to} to={to} replace aria-current={isFirst === (i === 0)}>
          {word}
        </Link>
      ))}
    </div>
  );
}

function Words({ q, search }: { q: string; search: (q: string) => void }) {
  const t = useText();
  const [typed, setTyped] = useState(q);
  return (
    <input
      className="input list-words"
      type="search"
      aria-label={t("records.words")}
      placeholder={t("records.words")}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        if (!event.target.value) search("");
      }}
      onKeyDown={(event) => {
        guardEnter(event);
        if (event.key === "Enter" && !event.defaultPrevented) search(typed.trim());
      }}
    />
  );
}

function Dates({ field, from, to, set }: { field: Field; from: string; to: string; set: (change: Record<string, string | undefined>) => void }) {
  const t = useText();
  const day = (value: unknown) => (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : value === undefined ? undefined : null);
  const put = (key: string) => (value: unknown) => {
    const next = day(value);
    if (next !== null) set({ [key]: next });
  };
  return (
    <span className="list-dates">
      <span aria-hidden="true">{field.label}</span>
      <DayInput id="list-from" field={field} unit="day" label={t("records.from", { name: field.label })} value={from} onChange={put("from")} />
      <span aria-hidden="true">→</span>
      <DayInput id="list-to" field={field} unit="day" label={t("records.to", { name: field.label })} value={to} onChange={put("to")} />
    </span>
  );
}

function Head({ field, order, address }: { field: Field & { sorts?: boolean }; order: string; address: (change: Record<string, string>) => string }) {
  const t = useText();
  const unitOf = useUnit();
  const direction = order === field.name ? "ascending" : order === `-${field.name}` ? "descending" : undefined;
  const unit = numeric.test(kindOf(field)) ? unitOf(field) : undefined;
  const words = unit ? `${field.label}（${unit}）` : field.label;
  return (
    <th scope="col" aria-sort={direction} className={numeric.test(kindOf(field)) ? "number" : undefined}>
      {field.sorts ? (
        <Link to={address({ sort: direction === "descending" ? field.name : `-${field.name}` })} replace title={t("records.sort", { name: field.label })}>
          {words}
          <span aria-hidden="true">{direction === "ascending" ? " ↑" : direction === "descending" ? " ↓" : ""}</span>
        </Link>
      ) : (
        words
      )}
    </th>
  );
}
