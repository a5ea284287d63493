/* What portal pages are made of. */
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useId, useState, type FormEvent, type ReactNode } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Offline, Problem } from "../../api/client.ts";
import { type Key, useLanguage, useText } from "../../text/index.ts";
import type { Publicity, PublicityState } from "./data.ts";
import { KeyValues } from "../../ui/key-values.tsx";
import { daysBetween, weekday } from "../../ui/time.ts";

/* Words of the data, which are Chinese whatever the language of the page. */
export function Data({ children }: { children: ReactNode }) {
  return useLanguage() === "zh" ? <>{children}</> : <span lang="zh-CN">{children}</span>;
}

/* Title and description of the document, which search engines show of the page. */
export function useTitle(title: string | undefined, about: string | undefined) {
  const t = useText();
  useEffect(() => {
    if (!title) return;
    document.title = `${title} · ${t("common.product")}`;
    document.querySelector("meta[name=description]")!.setAttribute("content", (about || title).slice(0, 160));
  }, [title, about, t]);
}

/* Enter that ends a composition of an input method submits nothing. */
export const composing = (event: React.KeyboardEvent) => event.nativeEvent.isComposing || event.keyCode === 229;
const holdComposition = (event: React.KeyboardEvent) => {
  if (event.key === "Enter" && composing(event)) event.preventDefault();
};

/* --- states -------------------------------------------------------------------------------------- */

/* Shown after 200 ms alone: what is quick does not flicker. */
export function Skeleton({ rows = 3 }: { rows?: number }) {
  const t = useText();
  return (
    <div className="skeleton" role="status">
      <span className="said">{t("common.loading")}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} />
      ))}
    </div>
  );
}

export function Failure({ error, retry }: { error: Error; retry: () => void }) {
  const t = useText();
  const problem = error instanceof Problem ? error : undefined;
  return (
    <div className="failure" role="alert">
      <p>
        <strong>{error instanceof Offline ? t("common.offline") : t("common.failed")}</strong>
        {problem && <> {problem.message}</>}
      </p>
      {problem?.request && <p className="note mono">{t("common.request", { id: problem.request })}</p>}
      <button type="button" className="button" onClick={retry}>
        {t("common.retry")}
      </button>
    </div>
  );
}

/* The answer of a query, or its state. */
export function Answer<T>({ of, rows, children }: { of: UseQueryResult<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.isError) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Skeleton rows={rows} />;
}

export const isMissing = (error: unknown) => error instanceof Problem && error.status === 404;

/* An address that is none, and what nobody may see, look the same. */
export function NotFound() {
  const t = useText();
  useTitle(t("portal.notfound"), t("portal.notfound.why"));
  return (
    <div className="column page">
      <h1>{t("portal.notfound")}</h1>
      <p className="lead">{t("portal.notfound.why")}</p>
      <p>
        <Link className="button" to="/">
          {t("portal.notfound.home")}
        </Link>
      </p>
    </div>
  );
}

export function Empty({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <p className="empty">
      {text} {children}
    </p>
  );
}

/* What is known of a thing: values that are there. */
export function Facts({ rows, look = "facts" }: { rows: readonly [Key, ReactNode][]; look?: string }) {
  const t = useText();
  return <KeyValues look={look} rows={rows.flatMap(([name, value]) => (value ? [[t(name), value] as const] : []))} />;
}

/* A state: its look, a sign for who sees no colours, its name. */
export type Mark = readonly [look: string, sign: string, name: Key];
export function Tag({ of: [look, sign, name] }: { of: Mark }) {
  const t = useText();
  return (
    <span className={`tag ${look}`}>
      <span aria-hidden="true">{sign}</span> {t(name)}
    </span>
  );
}

/* --- layout ------------------------------------------------------------------------------------ */

export function Section({ title, more, children }: { title: ReactNode; more?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {more}
      </div>
      {children}
    </section>
  );
}

/* Where the page is: the pages above it. */
export function Crumbs({ to, children }: { to: [string, string][]; children: ReactNode }) {
  const t = useText();
  return (
    <nav className="crumbs" aria-label={t("portal.crumbs")}>
      <ol>
        <li>
          <Link to="/">{t("common.home")}</Link>
        </li>
        {to.map(([path, name]) => (
          <li key={path}>
            <Link to={path}>{name}</Link>
          </li>
        ))}
        <li aria-current="page">{children}</li>
      </ol>
    </nav>
  );
}

/* Pages of a list, by number in the address. */
export function Pages({ total, limit }: { total: number; limit: number }) {
  const t = useText();
  const [words] = useSearchParams();
  const last = Math.ceil(total / limit);
  const page = Math.min(Number(words.get("page") ?? 1) || 1, last);
  if (last <= 1) return null;
  const to = (number: number) => {
    const next = new URLSearchParams(words);
    next.set("page", String(number));
    return `?${next}`;
  };
  return (
    <nav className="pages no-print" aria-label={t("portal.pages")}>
      {page > 1 && <Link to={to(page - 1)}>{t("portal.pages.before")}</Link>}
      <span>{t("portal.pages.at", { page, last })}</span>
      {page < last && <Link to={to(page + 1)}>{t("portal.pages.after")}</Link>}
    </nav>
  );
}

/* --- forms --------------------------------------------------------------------------------------- */

export function SearchForm({ to, label, initial = "", large }: { to: string; label: string; initial?: string; large?: boolean }) {
  const t = useText();
  const go = useNavigate();
  const [words, setWords] = useState(initial);
  useEffect(() => setWords(initial), [initial]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void go(words.trim() ? `${to}?${new URLSearchParams({ q: words.trim() })}` : to);
  };
  return (
    <form className={large ? "search large" : "search"} role="search" onSubmit={submit}>
      <input
        type="search"
        name="q"
        value={words}
        aria-label={label}
        placeholder={label}
        maxLength={200}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={holdComposition}
      />
      <button type="submit" className="button primary">
        {t("portal.search")}
      </button>
    </form>
  );
}

export function CheckForm({ initial = "" }: { initial?: string }) {
  const t = useText();
  const go = useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const number = String(new FormData(event.currentTarget).get("number")).trim();
    if (number) void go(`/cert/${encodeURIComponent(number)}`);
  };
  return (
    <form className="check" onSubmit={submit}>
      <input
        key={initial}
        name="number"
        required
        maxLength={120}
        className="mono"
        defaultValue={initial}
        aria-label={t("portal.check.number")}
        placeholder={t("portal.check.number")}
        onKeyDown={holdComposition}
      />
      <button type="submit" className="button primary">
        {t("portal.check.do")}
      </button>
    </form>
  );
}

/* --- publicity ------------------------------------------------------------------------------------ */

const stateMarks: Record<PublicityState, Mark> = {
  running: ["provisional", "◷", "portal.state.running"],
  interrupted: ["near", "△", "portal.state.interrupted"],
  removed: ["no", "✕", "portal.state.removed"],
  over: ["plain", "◷", "portal.state.over"],
  closed: ["plain", "✓", "portal.state.closed"],
};

export const StateTag = ({ state }: { state: PublicityState }) => <Tag of={stateMarks[state]} />;

export function TrialTag() {
  const t = useText();
  return <span className="tag plain">{t("portal.trial")}</span>;
}

/* One box for each working day; days off between them are a line. */
export function DayStrip({ of, weekdays }: { of: Publicity; weekdays?: boolean }) {
  const t = useText();
  const days = of.working_days ?? [];
  const names = t("portal.weekdays").split(" ");
  if (days.length === 0 || days.length > 15) return null;
  const cells = days.flatMap((day, i) => {
    const gap = i > 0 && daysBetween(days[i - 1]!, day) > 1;
    return [
      ...(gap ? [{ key: `${day}-gap`, off: days[i - 1]!, day }] : []),
      { key: day, day, number: i + 1, done: i < (of.day ?? 0) },
    ];
  });
  return (
    <ol className="days" aria-label={t("portal.days.label", { day: of.day ?? 0, days: days.length })}>
      {cells.map((cell) =>
        "off" in cell && cell.off ? (
          <li key={cell.key} className="off">
            <span className="box" />
            <span>{daysBetween(cell.off, cell.day) === 3 && weekday(cell.day) === 1 ? t("portal.days.weekend") : t("portal.days.off")}</span>
          </li>
        ) : (
          <li key={cell.key} className={"done" in cell && cell.done ? "done" : undefined}>
            <span className="box">{"number" in cell && cell.number}</span>
            <span>
              {cell.day.slice(5)}
              {weekdays && <span className="weekday"> {names[weekday(cell.day)]}</span>}
            </span>
          </li>
        ),
      )}
    </ol>
  );
}

/* How far it is, in words. */
export function daysLeft(t: ReturnType<typeof useText>, of: Publicity): string {
  if (of.state !== "running" || of.day === undefined || of.days === undefined) return "";
  const left = of.days - of.day;
  if (of.day === 0) return t("portal.days.begins", { date: of.working_days?.[0] ?? "" });
  return left === 0 ? t("portal.days.last") : t(left === 1 ? "portal.days.left1" : "portal.days.left", { n: left });
}
