/* Patents that a search, a match or another patent found: one row each, with what was found in them. Rows can be ticked:
 * one by one, by the key x, or, with Shift, all from the last one on. */
import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "react-router";
import { useLanguage, useText } from "../../text/index.ts";
import { Data, languageOf } from "../../ui/data.tsx";
import { useKeys } from "../../ui/keys.ts";
import { PatentStatus } from "../../fields/patent-status.tsx";
import { Runs } from "../../ui/runs.tsx";
import "./hits.css";

interface Run {
  text: string;
  marked: boolean;
}

export interface HitData {
  id: number;
  number: string;
  title: string;
  applicant?: string;
  date?: string;
  ipc?: string;
  status?: string;
  status_label?: string;
  others?: number; // more of its family
  times_cited?: number;
  similarity?: number; // to the text that was matched, 0 to 1
  highlights: readonly { field: string; field_label?: string; runs: readonly Run[] }[];
}

export interface Ticks {
  has: (hit: HitData) => boolean;
  set: (hits: readonly HitData[], on: boolean) => void;
}

interface Props {
  hits: readonly HitData[];
  first: number; // rank of the first row
  at?: number; // the row that the preview shows
  stale?: boolean; // of the question before
  choose?: (row: number) => void;
  opened?: (row: number) => void; // its page is being opened
  below?: (hit: HitData, row: number) => ReactNode;
  beside?: (hit: HitData) => ReactNode;
  ticks?: Ticks;
  off?: (hit: HitData) => boolean; // struck out
  family?: (hit: HitData) => string; // address of the whole family
}

export function HitList({ hits, first, at, stale, choose, opened, below, beside, ticks, off, family }: Props) {
  const t = useText();
  const last = useRef(-1);
  const tick = (row: number, on: boolean, through: boolean) => {
    const from = through && last.current >= 0 ? last.current : row;
    ticks!.set(hits.slice(Math.min(from, row), Math.max(from, row) + 1).filter((hit) => !off?.(hit)), on);
    last.current = row;
  };
  const current = at !== undefined ? hits[at] : undefined;
  useKeys(ticks && current ? [{ keys: "x", label: t("search.key.tick"), run: () => tick(at!, !ticks.has(current), false) }] : []);
  return (
    <ol className={stale ? "hits stale" : "hits"} start={first} aria-busy={stale}>
      {hits.map((hit, row) => (
        <HitRow key={hit.id} hit={hit} rank={first + row} current={row === at} off={off?.(hit)} choose={choose && (() => choose(row))} opened={opened && (() => opened(row))} ticked={ticks?.has(hit)} tick={ticks && ((on, through) => tick(row, on, through))} beside={beside?.(hit)} family={family?.(hit)}>
          {below?.(hit, row)}
        </HitRow>
      ))}
    </ol>
  );
}

interface RowProps {
  hit: HitData;
  rank: number;
  current: boolean;
  off?: boolean;
  choose?: () => void;
  opened?: () => void;
  ticked?: boolean;
  tick?: (on: boolean, through: boolean) => void;
  beside?: ReactNode;
  family?: string;
  children: ReactNode;
}

function HitRow({ hit, rank, current, off, choose, opened, ticked, tick, beside, family, children }: RowProps) {
  const row = useRef<HTMLLIElement>(null);
  const t = useText();
  const language = useLanguage();
  /* On a Chinese page a match in another title stands below the Chinese one. */
  const title = hit.highlights.find(({ field, runs }) => field === "title" && (language !== "zh" || runs.map(({ text }) => text).join("") === hit.title));
  const others = hit.highlights.filter((one) => one !== title);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    // The row is chosen by the keys j and k as well; a click is for whoever points.
    <li ref={row} className={["hit", current && "current", off && "off"].filter(Boolean).join(" ")} aria-current={current || undefined} onClick={choose}>
      {tick && (
        <label className="hit-tick no-print">
          <input type="checkbox" aria-label={t("search.tick", { number: hit.number })} checked={!!ticked} disabled={off} onChange={(event) => tick(event.target.checked, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)} />
        </label>
      )}
      <span className="hit-rank" aria-hidden="true">
        {rank}
      </span>
      <div className="hit-body">
        <h3>
          <Link to={`/patents/${hit.id}`} onClick={opened}>
            {title ? <Runs runs={title.runs} /> : hit.title ? <Data text={hit.title} /> : t("patent.untitled")}
          </Link>
        </h3>
        <p className="hit-facts">
          <span className="mono">{hit.number}</span>
          {hit.applicant && <Data text={hit.applicant} />}
          {hit.date && <span>{hit.date}</span>}
          {hit.ipc && <span className="mono">{hit.ipc}</span>}
          {family && !!hit.others && <Link to={family}>{t("search.others", { n: hit.others.toLocaleString("en") })}</Link>}
          {!!hit.times_cited && <span>{t("search.cited", { n: hit.times_cited })}</span>}
          {hit.similarity !== undefined && <span>{t("match.similarity", { n: Math.round(100 * hit.similarity) })}</span>}
        </p>
        {others.slice(0, 1).map(({ field, field_label, runs }) => (
          <p key={field} className="hit-found">
            {field_label && <span className="hit-field">{field_label}</span>}
            <Runs runs={runs} />
          </p>
        ))}
        {children}
      </div>
      <PatentStatus status={hit.status} label={hit.status_label} />
      {beside}
    </li>
  );
}

/* --- why a match was found ------------------------------------------------------------------------ */

export interface ReasonData {
  kind: string;
  value: string;
  weight: number;
}

const kinds = ["term", "translation", "class", "related", "citer"] as const;
const SHOWN = { term: 5, translation: 3, class: 3, related: 2, citer: 1 };
const LEAST = 0.005; // of the score, to be named

/* The colours of the parts of a bar. */
export function ReasonLegend() {
  const t = useText();
  return (
    <ul className="reason-legend">
      {[...kinds, "rest" as const].map((kind) => (
        <li key={kind}>
          <span className={`swatch ${kind}`} />
          {t(`match.reason.${kind}`)}
        </li>
      ))}
    </ul>
  );
}

/* A bar as long as the score, divided by what made it; beside it what weighs most, of one kind together. */
export function Reasons({ reasons, score, best }: { reasons: readonly ReasonData[]; score: number; best: number }) {
  const t = useText();
  const parts = kinds.map((kind) => {
    const all = reasons.filter((one) => one.kind === kind);
    const named = all.filter(({ weight }) => weight >= LEAST).slice(0, SHOWN[kind]);
    return { kind, share: all.reduce((sum, { weight }) => sum + weight, 0), named };
  });
  const isStated = ({ kind }: ReasonData) => kind === "applicant" || kind === "region" || kind === "family";
  const mentioned = reasons.filter(isStated);
  return (
    <div className="reasons">
      <div className="reason-track" aria-hidden="true">
        <div className="reason-bar" style={{ width: `${Math.max(2, (100 * score) / best)}%` }}>
          {parts.map(({ kind, share }) => share > 0 && <span key={kind} className={`swatch ${kind}`} style={{ width: `${100 * share}%` }} />)}
        </div>
      </div>
      <ul className="reason-words" aria-label={t("match.because")}>
        {parts.map(({ kind, named }) => named.length > 0 && (
          <li key={kind} title={t(`match.reason.${kind}`)}>
            <span className={`swatch ${kind}`} />
            {(kind === "related" || kind === "citer") && `${t(`match.reason.${kind}`)} `}
            {named.map(({ value, weight }) => (
              <span key={value} className="reason">
                <span className={kind === "class" || kind === "citer" ? "mono" : undefined} lang={languageOf(value)}>{value}</span> <b>{Math.round(100 * weight)}%</b>
              </span>
            ))}
          </li>
        ))}
        {mentioned.map(({ kind, value }) => (
          <li key={kind + value}>{t(kind === "family" ? "match.family" : "match.mentioned", { name: value })}</li>
        ))}
      </ul>
    </div>
  );
}
