/* The kinds of records of a duty in a box, and each kind in a row with its counts. */
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { Planned } from "../../rooms/case/planned.tsx";
import type { Counted, Headed, Plan } from "../../rooms/case/duties.ts";
import type { Clause, Entry } from "../../rooms/case/duty-kinds.ts";
import { useText } from "../../text/index.ts";
import { Popover } from "../../ui/ant.ts";
import { Clause as ClauseMark, clauseText } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Meter } from "../../ui/meter.tsx";
import { Num } from "../../ui/num.tsx";
import { asksFor } from "./own.ts";

const FIRST = 6; // kinds of a group that are shown unasked

export function Add({ to, label }: { to: string; label: string }) {
  const t = useText();
  return (
    <Link className="work-add no-print" to={to} aria-label={t("records.add", { type: label })}>
      ＋{t("records.enter")}
    </Link>
  );
}

export function Box({ group, whole, year, counted, quoted, plan: made, plans }: { group: Headed; whole: boolean; year: number; counted: Counted; quoted: boolean; plan?: Plan; plans: boolean }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const { id, number, label, clauses, count, evidence, plan, entries } = group;
  const inUse = entries.filter(({ count, open }) => count || open).length;
  const first = whole || open || entries.length <= FIRST ? entries.length : Math.max(3, Math.min(FIRST, inUse));
  const named = [...new Set(clauses.map(({ clause }) => clause))];
  const metered = !!plan && count !== undefined && counted === "known";
  const Heading = number ? "h2" : "h3";
  return (
    <section className={entries.some((entry) => entry.open) ? "work-group" : "work-group work-ended"} id={id} aria-labelledby={`${id}-head`}>
      <header className={metered ? "work-metered" : undefined}>
        <Heading id={`${id}-head`}>
          {number && <small>{number}</small>} <Data text={label} />
        </Heading>
        {named.length > 0 && (
          <span className="work-clause" lang="zh-CN" title={named.map(clauseText).join("、")}>
            <b aria-hidden="true">§</b> {named.join("、")}
          </span>
        )}
        {number && (
          <span className="work-sum" title={evidence && t("work.evidence")}>
            <b>{counted === "failed" ? t("work.unknown") : count === undefined ? "" : evidence ? <Num indicator={evidence} label={label} text={count.toLocaleString("en")} /> : count.toLocaleString("en")}</b>
            {made && !!plan && <span className="quiet"> / <Planned duty={group} plan={made} /></span>}
            {plan === null && <span className="quiet"> / {made && plans ? <Link to={made.to} aria-label={t("work.plan.of", { duty: label })}>{t("work.unplanned")}</Link> : t("work.unplanned")}</span>}
          </span>
        )}
      </header>
      {metered && <Meter value={count} plan={plan} />}
      {quoted && clauses.map(({ quote }) => quote && <blockquote key={quote} lang="zh-CN">{quote}</blockquote>)}
      {number && counted === "known" && inUse === 0 && !whole && <p className="quiet">{t("work.empty")}</p>}
      <ul>
        {entries.slice(0, first).map((entry) => (
          <Row key={entry.list} entry={entry} year={year} counted={counted} words={clauses.find(asksFor([entry.kind.name])) ?? clauses[0]} />
        ))}
      </ul>
      {first < entries.length && (
        <button type="button" className="work-more link-button no-print" onClick={() => setOpen(true)} aria-label={t("work.more.of", { n: entries.length - first, duty: label })}>
          {t("work.more", { n: entries.length - first })}
        </button>
      )}
    </section>
  );
}

export function Row({ entry: { kind, count, open, list, listYear, listOpen, add }, year, counted, words }: { entry: Entry; year: number; counted: Counted; words?: Clause }) {
  const t = useText();
  const facts: ReactNode = (
    <div className="work-facts">
      {words && <ClauseMark clause={words.clause} />}
      {words?.quote && <blockquote lang="zh-CN">{words.quote}</blockquote>}
      <p>{[t("work.facts", { year, n: count ?? 0 }), ...(kind.open == null ? [] : [t("work.facts.open", { n: open })]), ...(kind.undated ? [t("work.facts.undated", { n: kind.undated })] : []), ...(kind.last ? [t("work.facts.last", { day: kind.last })] : [])].join(t("work.facts.join"))}</p>
    </div>
  );
  return (
    <li className="work-kind">
      <Popover content={facts} trigger={["hover", "focus"]} mouseEnterDelay={0.3} placement="bottomLeft" open={counted === "known" ? undefined : false}>
        <Link className="work-name one-line" to={list}>
          <Data text={kind.label} />
        </Link>
      </Popover>
      {count ? (
        <Link className="work-count" to={listYear} aria-label={t("work.count", { type: kind.label, n: count, year })}>
          {count.toLocaleString("en")}
        </Link>
      ) : (
        <span className="work-count quiet">{count === 0 ? t("work.no") : counted === "failed" ? t("work.unknown") : ""}</span>
      )}
      {open > 0 ? (
        <Link className="work-unfinished" to={listOpen} aria-label={t("work.count.open", { type: kind.label, n: open })}>
          {t("work.unfinished", { n: open.toLocaleString("en") })}
        </Link>
      ) : (
        <span />
      )}
      {add && <Add to={add} label={kind.label} />}
    </li>
  );
}
