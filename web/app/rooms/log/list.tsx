/* The evidence log as a list: filter and place in the address, the chosen entry in the rail, the verification above. A preset is a part
 * of the log with its own entry in the menu. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./list.css";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { Link, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { bundleAddress, entriesOf, headWithin, readEntries, type LogAsked, type LogLine } from "./log.ts";
import { recordPath, typesOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useLanguage, useText, type Key } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { composing, isWithin, useKeys } from "../../ui/keys.ts";
import { LogRail } from "./rail.tsx";
import { RowsCheck, useRowsCheck } from "./rows.tsx";
import { LogVerify, useLogVerify } from "./verify.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day, daysAfter, minute } from "../../ui/time.ts";

const LIMIT = 50;
const verbs = ["create", "change", "end", "step", "propose", "grant", "set", "login", "import", "export", "fetch", "issue", "erase", "refused"] as const;
const many = (n: number) => n.toLocaleString("en");
const seconds = (at: string) => `${minute(at)}${new Date(at).toISOString().slice(16, 19)}`;

/* The numbers where the pages before begin. */
const trailOf = (params: URLSearchParams) => (params.get("trail") ?? "").split(",").filter(Boolean);

export function LogList({ title, line, preset }: { title: Key; line?: Key; preset: LogAsked }) {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const verification = useLogVerify();
  const rows = useRowsCheck();
  const asked = (name: string) => params.get(name) ?? "";
  const query: LogAsked = { limit: LIMIT, ...preset };
  for (const name of ["from", "to", "by", "what", "about", "unit"] as const) if (asked(name)) query[name] = asked(name);
  if (asked("refused")) query.refused = true;
  const { limit: _, ...filter } = query;
  if (asked("cursor")) query.cursor = Number(asked("cursor"));
  const began = useRef(0);
  const read = useQuery({
    ...entriesOf(query),
    queryFn: async () => {
      const from = performance.now();
      const page = await readEntries(query);
      began.current = (performance.now() - from) / 1000;
      return page;
    },
    placeholderData: keepPreviousData,
  });
  const whole = useQuery(entriesOf({ limit: 1 })).data?.total;
  const head = useQuery({ queryKey: ["log", "head"], queryFn: () => headWithin(Number.MAX_SAFE_INTEGER) }).data;
  const to = (change: Record<string, string>, replace = true) => {
    const next = new URLSearchParams(location.search); // what was asked last, though its page may not be drawn yet
    for (const [name, value] of Object.entries(change)) value ? next.set(name, value) : next.delete(name);
    setParams(next, { replace, preventScrollReset: true });
  };
  const narrow = (change: Record<string, string>) => to({ cursor: "", trail: "", entry: "", ...change });
  const items = read.data?.items ?? [];
  const chosen = items.findIndex(({ leaf }) => String(leaf) === asked("entry"));
  const choose = (at: number) => items[at] && to({ entry: String(items[at].leaf) });
  useKeys([
    { keys: "j", label: t("shell.keys.next"), run: () => choose(Math.min(chosen + 1, items.length - 1)) },
    { keys: "k", label: t("shell.keys.previous"), run: () => choose(Math.max(chosen - 1, 0)) },
    { keys: "v", label: t("evidence.keys.verify"), run: verification.start },
  ]);
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  const total = read.data?.total ?? 0;
  const next = read.data?.next;
  const trail = trailOf(params);
  const from = trail.length * LIMIT;
  const busy = verification.told?.kind === "reading" || verification.told?.kind === "checking";
  const words = head?.split("\n");
  const witnesses = head ? (head.split("\n\n")[1] ?? "").split("\n").filter(Boolean).length - 1 : 0;
  const excel = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]));
  excel.set("format", "xlsx");
  return (
    <Columns
      rail={asked("entry") ? <LogRail leaf={Number(asked("entry"))} previous={chosen > 0 ? () => choose(chosen - 1) : undefined} next={chosen >= 0 && chosen < items.length - 1 ? () => choose(chosen + 1) : undefined} /> : <p className="quiet log-rail-none">{t("evidence.rail.none")}</p>}
    >
      <PageHead
        title={t(title)}
        line={line ? t(line) : words?.[3] && whole !== undefined ? t("evidence.line.head", { n: many(whole), time: minute(Number(words[3].slice(5))), w: witnesses }) : t("evidence.line", { n: many(whole ?? total) })}
        actions={
          <>
            <Button icon={<Icon name="export" />} href={`${base}/api/v1/log/entries?${excel}`}>
              {t("evidence.excel")}
            </Button>
            <Button icon={<Icon name="export" />} href={bundleAddress()} download="log.bundle">
              {t("evidence.bundle")}
            </Button>
            <Button icon={<Icon name="check" />} onClick={rows.start} disabled={rows.busy}>
              {t("evidence.store")}
            </Button>
            <Button icon={<Icon name="check" />} onClick={verification.start} disabled={!verification.ready || busy} aria-keyshortcuts="v">
              {t("evidence.verify")}
            </Button>
          </>
        }
      />
      <LogVerify of={verification} total={whole ?? 0} />
      <RowsCheck of={rows} />
      <Filters asked={asked} preset={preset} narrow={narrow}>
        {read.data && <span className="quiet">{t("evidence.total", { n: many(total), s: began.current.toFixed(2) })}</span>}
        {["from", "to", "by", "what", "about", "unit", "refused"].some(asked) && (
          <button type="button" className="link-button" onClick={() => narrow({ from: "", to: "", by: "", what: "", about: "", unit: "", refused: "" })}>
            {t("evidence.clear")}
          </button>
        )}
      </Filters>
      {!read.data ? (
        <Waiting rows={8} />
      ) : items.length === 0 ? (
        <Empty title={t("evidence.none")} />
      ) : (
        <>
          <Entries items={items} chosen={chosen} choose={choose} />
          <Foot first={from + 1} shown={items.length} total={total} trail={trail} next={next} cursor={asked("cursor")} to={(change) => to({ entry: "", ...change }, false)} />
        </>
      )}
    </Columns>
  );
}

/* `chosen`: the place of the entry that the rail shows; -1: none. */
function Entries({ items, chosen, choose }: { items: readonly LogLine[]; chosen: number; choose: (at: number) => void }) {
  const t = useText();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    void row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t("evidence.table")}>
      <table className="plain-table log-table">
        <thead>
          <tr>
            {(["number", "time", "who", "verb", "object", "why", "result"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`evidence.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((one, at) => (
            <tr key={one.leaf} ref={at === chosen ? row : undefined} className={at === chosen ? "chosen" : undefined} onClick={(event) => isWithin(event.target, "a") || choose(at)}>
              <td className="log-number">
                <button type="button" className="link-button" aria-pressed={at === chosen} onClick={() => choose(at)}>
                  {many(one.leaf)}
                </button>
              </td>
              <td className="day">{seconds(one.at)}</td>
              <td>
                <Who of={one} />
              </td>
              <td className="day">
                <Data text={one.verb} />
              </td>
              <td>
                <ObjectOf of={one} />
              </td>
              <td>{one.reason ? <Data text={t("evidence.because", { reason: one.reason })} /> : !rowsOf(one) && one.detail && <Data text={one.detail} />}</td>
              <td className="day">
                <Result of={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/* `trail`: where the pages before begin. */
function Foot({ first, shown, total, trail, next, cursor, to }: { first: number; shown: number; total: number; trail: readonly string[]; next?: number | null; cursor: string; to: (change: Record<string, string>) => void }) {
  const t = useText();
  const before = trail.at(-1);
  return (
    <p className="log-foot no-print">
      <span className="quiet">{t("evidence.range", { from: many(first), to: many(first + shown - 1), n: many(total) })}</span>
      {before !== undefined && (
        <button type="button" className="link-button" onClick={() => to({ cursor: before === "0" ? "" : before, trail: trail.slice(0, -1).join(",") })}>
          {t("evidence.previous")}
        </button>
      )}
      {next && (
        <button type="button" className="link-button" onClick={() => to({ cursor: String(next), trail: [...trail, cursor || "0"].join(",") })}>
          {t("evidence.next")}
        </button>
      )}
    </p>
  );
}

function Filters({ asked, preset, narrow, children }: { asked: (name: string) => string; preset: LogAsked; narrow: (change: Record<string, string>) => void; children: React.ReactNode }) {
  const t = useText();
  const language = useLanguage();
  const types = useQuery(typesOf(language)).data?.items ?? [];
  const today = day(serverNow());
  const spans: Record<string, string> = { today, week: daysAfter(today, -6), month: daysAfter(today, -29) };
  const span = !asked("from") && !asked("to") ? "all" : (Object.entries(spans).find(([, from]) => asked("from") === from && asked("to") === today)?.[0] ?? "own");
  const commit = (name: string) => ({
    defaultValue: asked(name),
    key: `${name}=${asked(name)}`,
    onBlur: (event: React.FocusEvent<HTMLInputElement>) => event.target.value.trim() !== asked(name) && narrow({ [name]: event.target.value.trim() }),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => event.key === "Enter" && !composing(event) && narrow({ [name]: event.currentTarget.value.trim() }),
  });
  return (
    <div className="log-filters no-print" role="group" aria-label={t("evidence.filter")}>
      <label>
        {t("evidence.when")}{" "}
        <select className="input" value={span} onChange={({ target: { value } }) => narrow(value === "all" ? { from: "", to: "" } : { from: spans[value] ?? daysAfter(today, -1), to: today })}>
          {(["all", "today", "week", "month", "own"] as const).map((name) => (
            <option key={name} value={name}>
              {t(`evidence.when.${name}`)}
            </option>
          ))}
        </select>
      </label>
      {span === "own" && (
        <>
          <label>
            {t("evidence.from")} <input className="input" type="date" value={asked("from")} onChange={({ target }) => narrow({ from: target.value })} />
          </label>
          <label>
            {t("evidence.to")} <input className="input" type="date" value={asked("to")} onChange={({ target }) => narrow({ to: target.value })} />
          </label>
        </>
      )}
      <label>
        {t("evidence.by")} <input {...commit("by")} className="input" type="search" placeholder={t("evidence.any")} />
      </label>
      {!preset.what && (
        <label>
          {t("evidence.what")}{" "}
          <select className="input" value={asked("what")} onChange={({ target }) => narrow({ what: target.value })}>
            <option value="">{t("evidence.any")}</option>
            {verbs.map((verb) => (
              <option key={verb} value={verb}>
                {t(`evidence.verb.${verb}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {!preset.about && (
        <label>
          {t("evidence.about")}{" "}
          <select className="input" value={asked("about").split("/")[0]} onChange={({ target }) => narrow({ about: target.value })}>
            <option value="">{t("evidence.any")}</option>
            {types.map((type) => (
              <option key={type.name} value={type.name}>
                {type.label ?? type.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {t("evidence.unit")} <input {...commit("unit")} className="input" type="search" placeholder={t("evidence.any")} />
      </label>
      {children}
      <label className="log-refused">
        <input type="checkbox" checked={asked("refused") !== ""} onChange={({ target }) => narrow({ refused: target.checked ? "1" : "" })} /> {t("evidence.refused")}
      </label>
    </div>
  );
}

export function Who({ of }: { of: LogLine }) {
  const t = useText();
  return of.name ? <Data text={of.name} /> : <span className="quiet">{t(of.who === 0 ? "evidence.program" : "evidence.nobody")}</span>;
}

/* What it was about: a link where its reader may open it. */
export function ObjectOf({ of }: { of: LogLine }) {
  const t = useText();
  const words = [of.type_label, of.title ?? (of.id ? t("evidence.numbered", { id: of.id }) : "")].filter(Boolean).join(" ");
  return of.readable && of.id && of.type ? (
    <Link to={recordPath(of.type, of.id)}>
      <Data text={words} />
    </Link>
  ) : (
    <Data text={words} />
  );
}

const rowsOf = ({ action }: LogLine) => /^export ([1-9][0-9]*)$/.exec(action)?.[1];

function Result({ of }: { of: LogLine }) {
  const t = useText();
  const rows = rowsOf(of);
  if (of.status) return <span className="no">✕ {t("evidence.denied")}</span>;
  if (of.action.startsWith("propose")) return <span className="log-waits">◷ {t("evidence.waits")}</span>;
  if (rows) return <>{t("evidence.rows", { n: many(Number(rows)) })}</>;
  return of.version ? <>{t("evidence.version", { n: of.version })}</> : null;
}
