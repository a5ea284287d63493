/* All kinds of records by the duties of the policy that they serve, with what the year has of each. */
import "../../parts/controls.css";
import "./work.css";
import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Popover } from "antd";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { listOf, typesOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { Clause, clauseText } from "../../parts/clause.tsx";
import { Data } from "../../parts/data.tsx";
import { composing, useKeys } from "../../parts/keys.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { usePolicies } from "../../parts/policies.ts";
import { Empty } from "../../parts/states.tsx";
import { day } from "../../parts/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { allOf, groupOf, matches, type Duty, type Entry, type Group, type Kind } from "./kinds.ts";

const FIRST = 6; // kinds of a group that are shown unasked
const USED = 5; // kinds that were used last

interface Headed extends Group {
  label: string;
  number?: number;
  clause?: string;
  quotes: string[];
  plan?: number | null; // null: there is none yet; undefined: nobody plans it
}

export default function Work() {
  const t = useText();
  const navigate = useNavigate();
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const [words, setWords] = useState("");
  const search = useRef<HTMLInputElement>(null);
  useKeys([{ keys: "f", label: t("work.find"), run: () => search.current?.focus() }]);
  const thisYear = Number(day(serverNow()).slice(0, 4));
  const year = Number(params.get("year")) || thisYear;
  const set = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams(params);
    for (const [key, value] of Object.entries(change)) value ? next.set(key, value) : next.delete(key);
    setParams(next, { replace: true });
  };
  const office = /office|ip_centre/.test(session.unit_kind ?? "");
  const { kinds, counted } = useKinds(year);
  const policies = useDuties(session.province);
  const policy = policies?.find(({ id }) => id === params.get("policy")) ?? policies?.[0];
  const { clauses, wordOf } = useClauses(policy?.id);
  const plan = usePlan(year, !office && kinds.some(({ name, may }) => name === "service_plan" && may.includes("read")));
  const view = params.get("view") ?? "duty";
  const onlyOpen = params.get("open") === "true";
  const byHand = kinds.filter(({ by_hand }) => by_hand);
  const listed = params.get("kinds") === "steps" ? kinds.filter(({ by_hand }) => !by_hand) : byHand;

  const head = (duty: Duty, at: number): Headed => {
    const word = wordOf(duty);
    const clause = clauses.find(({ quote }) => word && quote?.includes(word))?.clause;
    return { ...groupOf(byHand, duty.codes, !office), label: duty.label, number: at + 1, clause, quotes: clauses.flatMap((one) => (one.quote && one.clause === clause ? [one.quote] : [])), plan: plan && (plan(duty.codes) ?? null) };
  };
  const duties = (policy?.duties ?? []).filter(({ own }) => !own).map(head);
  const covered = new Set(duties.flatMap(({ codes }) => codes));
  const own: Headed = { ...groupOf(byHand, ["own"], !office), label: t("work.own"), quotes: [] };
  const rest = (policy?.duties ?? []).filter(({ own }) => own).flatMap(({ codes }) => codes.filter((code) => !covered.has(code)));
  const others = [...(rest.length ? groupOf(byHand, rest, !office).entries : []), ...groupOf(byHand, [], !office).entries];
  const other: Headed = { codes: rest, entries: others, label: t("work.other"), quotes: [] };

  const shown = (group: Headed): Headed => ({
    ...group,
    entries: group.entries.filter(({ kind, open }) => (!onlyOpen || open > 0) && (!words.trim() || matches(kind.label, words) || matches(group.label, words) || [group.clause ?? "", ...(view === "clause" ? group.quotes : [])].some((one) => one.includes(words.trim())))),
  });
  const narrowed = !!words.trim() || onlyOpen;
  const flat = view === "letter" || params.has("kinds");
  const groups = (flat ? [{ codes: [], entries: allOf(listed, !office), label: "", quotes: [] }] : [...duties, own, other]).map(shown).filter((group) => !narrowed || group.entries.length > 0);
  const hits = groups.flatMap(({ entries }) => entries);
  const used = byHand.filter(({ last, may }) => last && may.includes("create")).sort((a, b) => b.last!.localeCompare(a.last!) || (b.year ?? 0) - (a.year ?? 0)).slice(0, USED);
  const sum = (of: "year" | "open") => byHand.reduce((n, kind) => n + (kind[of] ?? 0), 0);

  const aim = params.get("duty");
  const ready = duties.length > 0;
  useEffect(() => {
    if (aim && ready) document.getElementById(`duty-${aim}`)?.scrollIntoView({ block: "center" });
  }, [aim, ready]);

  return (
    <div className={office ? "work work-read" : "work"}>
      <PageHead title={t("work.menu")} line={counted === "known" ? t("work.line", { year, n: sum("year").toLocaleString("en"), open: sum("open").toLocaleString("en") }) : counted === "failed" ? t("work.line.unknown") : " "} />
      <div className="work-bar no-print">
        <span className="work-find">
          <input
            ref={search}
            className="input"
            type="search"
            aria-label={t("work.find")}
            placeholder={t("work.find.how")}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={(event) => {
              const to = event.shiftKey ? hits.find(({ add }) => add)?.add : hits[0]?.list;
              if (event.key === "Enter" && words.trim() && to && !composing(event)) void navigate(to);
            }}
          />
          {words.trim() && (
            <small className="quiet" role="status">
              {t("work.hits", { n: new Set(hits.map(({ kind }) => kind.name)).size, all: listed.length })}
            </small>
          )}
        </span>
        {policies && policies.length > 1 && !flat && (
          <Segments label={t("work.policy")} current={policy!.id} choose={(id) => set({ policy: id === policies[0]!.id ? undefined : id })} choices={policies.map(({ id, jurisdiction }) => [id, t(jurisdiction === "000000" ? "work.nation" : "work.province")])} />
        )}
        <Segments
          label={t("work.view")}
          current={flat ? "letter" : view}
          choose={(id) => set({ view: id === "duty" ? undefined : id, kinds: undefined })}
          choices={[["duty", t("work.byDuty")], ["clause", t("work.byClause")], ["letter", t("work.byLetter")]]}
        />
        <label className="work-open">
          <input type="checkbox" checked={onlyOpen} onChange={(event) => set({ open: event.target.checked ? "true" : undefined })} /> {t("work.onlyOpen")}
        </label>
        <label className="work-year">
          {t(office ? "work.countsOf" : "work.planOf")}
          <select className="input" value={year} onChange={(event) => set({ year: Number(event.target.value) === thisYear ? undefined : event.target.value })}>
            {[...new Set([thisYear, thisYear - 1, thisYear - 2, year])].map((one) => (
              <option key={one} value={one}>
                {t("work.year", { year: one })}
              </option>
            ))}
          </select>
        </label>
      </div>
      {!office && !narrowed && used.length > 0 && (
        <section className="work-used no-print" aria-labelledby="work-used">
          <h2 id="work-used">{t("work.used")}</h2>
          <ul>
            {used.map(({ name, label, last }) => (
              <li key={name}>
                <Link to={`/r/${name}`}>
                  <Data text={label} />
                </Link>
                <small>{last === day(serverNow()) ? t("work.today") : last!.slice(0, 4) === String(thisYear) ? last!.slice(5) : last}</small>
                <Add to={`/r/${name}/new`} label={label} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {flat ? (
        <ul className="work-flat">
          {groups[0]?.entries.map((entry) => <Row key={entry.kind.name} entry={entry} year={year} counted={counted} />)}
        </ul>
      ) : (
        <>
          <div className="work-groups">
            {groups.filter(({ number }) => number).map((group) => (
              <Box key={group.number} group={group} whole={narrowed} year={year} counted={counted} quoted={view === "clause"} />
            ))}
          </div>
          {groups.filter(({ number }) => !number).map((group) => (
            <section key={group.label} className="work-own" aria-label={group.label}>
              <h2>{group.label}</h2>
              <ul className="work-flat">
                {group.entries.map((entry) => <Row key={entry.list} entry={entry} year={year} counted={counted} />)}
              </ul>
            </section>
          ))}
        </>
      )}
      {hits.length === 0 && narrowed && <Empty title={t("work.none")} />}
      <p className="work-foot">
        {t("work.steps", { n: kinds.length - byHand.length })} <Link to="?kinds=steps">{t("work.steps.show")}</Link> <Link to="?view=letter">{t("work.all", { n: byHand.length })}</Link>
      </p>
    </div>
  );
}

/* --- what is read ---------------------------------------------------------------------------------- */

type Counted = "waits" | "known" | "failed";

/* The kinds that the reader may see and that stand for themselves; with their counts once these are there. */
function useKinds(year: number): { kinds: Kind[]; counted: Counted } {
  const language = useLanguage();
  const named = useSuspenseQuery(typesOf(language)).data.items;
  const counts = useQuery({ queryKey: ["records", "counts", year, language], queryFn: () => take(api.GET("/api/v1/types", { params: { query: { counts: "year", year } } })), placeholderData: keepPreviousData });
  const kinds = (counts.data?.items ?? named).filter(({ may, within }) => may.length > 0 && !within);
  return { kinds, counted: counts.data ? "known" : counts.error ? "failed" : "waits" };
}

/* The policies in force whose words name the duties: that of the province before that of the country. */
function useDuties(province: string | undefined) {
  const today = day(serverNow());
  return usePolicies()
    ?.filter(({ duties, jurisdiction, standing, effective, expires }) => duties?.length && (standing === "in_force" || standing === "informative") && !(effective && effective > today) && !(expires && expires < today) && (jurisdiction === "000000" || (!!province && jurisdiction?.startsWith(province))))
    .sort((a, b) => (b.jurisdiction ?? "").localeCompare(a.jurisdiction ?? ""));
}

/* The clauses of a policy, and the words of its duties as it says them, in Chinese. */
function useClauses(policy: string | undefined) {
  const clauses = useQuery({ queryKey: ["clauses", policy], enabled: !!policy, staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs/{id}/clauses", { params: { path: { id: policy! } } })) }).data?.clauses ?? [];
  const said = useQuery({ queryKey: ["packs", "zh"], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs", { headers: { "Accept-Language": "zh" } })) }).data?.packs.find(({ id }) => id === policy)?.duties;
  return { clauses, wordOf: ({ codes }: Duty) => said?.find((one) => !one.own && String(one.codes) === String(codes))?.label };
}

/* How many of some duties the year's plan has; undefined: it names none. */
function usePlan(year: number, asked: boolean): ((codes: readonly string[]) => number | undefined) | undefined {
  const plans = useQuery({ ...listOf("service_plan", { filter: `year=${year}`, fields: "items", limit: 100 }), enabled: asked });
  if (!asked) return undefined;
  const items = (plans.data?.items ?? []).flatMap((row) => ((row as Record<string, unknown>).items ?? []) as { duty?: string; count?: number }[]);
  return (codes) => {
    const planned = items.filter(({ duty, count }) => duty && codes.includes(duty) && count);
    return planned.length ? planned.reduce((n, { count }) => n + count!, 0) : undefined;
  };
}

/* --- parts ------------------------------------------------------------------------------------------ */

function Segments({ label, current, choices, choose }: { label: string; current: string; choices: readonly (readonly [string, string])[]; choose: (id: string) => void }) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {choices.map(([id, word]) => (
        <button key={id} type="button" aria-pressed={id === current} onClick={() => choose(id)}>
          {word}
        </button>
      ))}
    </div>
  );
}

function Add({ to, label }: { to: string; label: string }) {
  const t = useText();
  return (
    <Link className="work-add no-print" to={to} aria-label={t("records.add", { type: label })}>
      ＋{t("records.enter")}
    </Link>
  );
}

function Box({ group, whole, year, counted, quoted }: { group: Headed; whole: boolean; year: number; counted: Counted; quoted: boolean }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const { number, label, clause, quotes, count, plan, entries } = group;
  const inUse = entries.filter(({ count, open }) => count || open).length;
  const first = whole || open || entries.length <= FIRST ? entries.length : Math.max(3, Math.min(FIRST, inUse));
  return (
    <section className="work-group" id={`duty-${number}`} aria-labelledby={`work-group-${number}`}>
      <header>
        <h2 id={`work-group-${number}`}>
          <small>{number}</small> <Data text={label} />
        </h2>
        {clause && (
          <span className="work-clause" lang="zh-CN" title={clauseText(clause)}>
            <b aria-hidden="true">§</b> {clause}
          </span>
        )}
        <span className="work-sum">
          <b>{counted === "failed" ? t("work.unknown") : (count?.toLocaleString("en") ?? "")}</b>
          {plan !== undefined && <span className="quiet"> / {plan?.toLocaleString("en") ?? t("work.unplanned")}</span>}
        </span>
      </header>
      {quoted && quotes.map((quote) => <blockquote key={quote} lang="zh-CN">{quote}</blockquote>)}
      {counted === "known" && inUse === 0 && !whole && <p className="quiet">{t("work.empty")}</p>}
      <ul>
        {entries.slice(0, first).map((entry) => (
          <Row key={entry.list} entry={entry} year={year} counted={counted} clause={clause} quote={quotes[0]} />
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

function Row({ entry: { kind, count, open, list, listYear, listOpen, add }, year, counted, clause, quote }: { entry: Entry; year: number; counted: Counted; clause?: string; quote?: string }) {
  const t = useText();
  const facts: ReactNode = (
    <div className="work-facts">
      {clause && <Clause clause={clause} />}
      {quote && <blockquote lang="zh-CN">{quote}</blockquote>}
      <p>{[t("work.facts", { year, n: count ?? 0 }), ...(kind.open == null ? [] : [t("work.facts.open", { n: open })]), ...(kind.undated ? [t("work.facts.undated", { n: kind.undated })] : []), ...(kind.last ? [t("work.facts.last", { day: kind.last })] : [])].join(t("work.facts.join"))}</p>
    </div>
  );
  return (
    <li className="work-kind">
      <Popover content={facts} trigger={["hover", "focus"]} mouseEnterDelay={0.3} placement="bottomLeft" open={counted === "known" ? undefined : false}>
        <Link className="work-name" to={list}>
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
