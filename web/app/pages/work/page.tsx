/* All kinds of records by the duties of the policy that they serve, with what the year has of each. */
import "../../ui/controls.css";
import "../../rooms/shell/search-box.css";
import "./work.css";
import { useQuery } from "@tanstack/react-query";
import { useAsked } from "../../ui/asked.ts";
import { Button } from "../../ui/ant.ts";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { save } from "../../api/download.ts";
import { typesOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { Clause as ClauseMark } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { isOffice, useDuties, type Asked, type Headed, type Plan } from "../../rooms/case/duties.ts";
import { allOf, groupOf, matches, type Kind } from "../../rooms/case/duty-kinds.ts";
import { composing, useKeys } from "../../ui/keys.ts";
import { CountedOf } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Add, Box, Row } from "./boxes.tsx";
import { catalogue } from "./catalogue.ts";
import { ImportChoice } from "./import-choice.tsx";
import { clausesFor, OWN } from "./own.ts";

const USED = 5; // kinds that were used last

/* The names of the types are asked for without suspense, whose end React shows 300 ms after its fallback. */
export default function Work() {
  const types = useQuery(typesOf(useLanguage()));
  if (types.error) return <Failed page error={types.error} retry={() => void types.refetch()} />;
  return types.data ? <Duties named={types.data.items} /> : <Waiting />;
}

function Duties({ named: kindsNamed }: { named: NonNullable<Asked["named"]> }) {
  const t = useText();
  const session = useSession();
  const { params, set } = useAsked();
  const [words, setWords] = useState("");
  const thisYear = Number(day(serverNow()).slice(0, 4));
  const year = Number(params.get("year")) || thisYear;
  const office = isOffice(session);
  const { kinds, counted, policies, policy, clauses, plans, plan, reported, head } = useDuties(year, { policy: params.get("policy"), named: kindsNamed, clauses: true });
  const [imports, setImports] = useState(false);
  const view = params.get("view") ?? "duty";
  const onlyOpen = params.get("open") === "true";
  const byHand = kinds.filter(({ by_hand }) => by_hand);
  const listed = params.get("kinds") === "steps" ? kinds.filter(({ by_hand }) => !by_hand) : byHand;

  const duties = (policy?.duties ?? []).filter(({ own }) => !own).map(head);
  const covered = new Set(duties.flatMap(({ codes }) => codes));
  const ownKinds = groupOf(byHand, ["own"], !office);
  const named = new Set(OWN.flatMap(({ kinds: names }) => names));
  const own = OWN.map(({ id, kinds: names, by, rest }): Headed => ({
    codes: ["own"],
    entries: ownKinds.entries.filter(({ kind }) => names.includes(kind.name) || (rest && !named.has(kind.name))),
    label: t(`work.own.${id}`),
    id: `own-${id}`,
    clauses: clausesFor(by, clauses, duties.flatMap((duty) => duty.clauses)),
  })).filter(({ entries }) => entries.length > 0);
  const rest = (policy?.duties ?? []).filter(({ own: itsOwn }) => itsOwn).flatMap(({ codes }) => codes.filter((code) => !covered.has(code)));
  const others = [...(rest.length ? groupOf(byHand, rest, !office).entries : []), ...groupOf(byHand, [], !office).entries];
  const other: Headed = { codes: rest, entries: others, label: t("work.other"), clauses: [] };
  const article = own.find(({ id }) => id === "own-place")?.clauses[0]?.clause.match(/^[一二三四五六七八九十]+/)?.[0];

  const shown = (group: Headed): Headed => ({
    ...group,
    entries: group.entries.filter(({ kind, open }) => (!onlyOpen || open > 0) && (!words.trim() || matches(kind.label, words) || matches(group.label, words) || group.clauses.some(({ clause, quote }) => clause.includes(words.trim()) || (view === "clause" && quote?.includes(words.trim()))))),
  });
  const narrowed = !!words.trim() || onlyOpen;
  const flat = view === "letter" || params.has("kinds");
  const groups = (flat ? [{ codes: [], entries: allOf(listed, !office), label: "", clauses: [] }] : [...duties, ...own, other]).map(shown).filter((group) => !narrowed || group.entries.length > 0);
  const hits = groups.flatMap(({ entries }) => entries);
  const used = byHand.filter(({ last, may }) => last && may.includes("create")).sort((a, b) => b.last!.localeCompare(a.last!) || (b.year ?? 0) - (a.year ?? 0)).slice(0, USED);
  const sum = (of: "year" | "open") => byHand.reduce((n, kind) => n + (kind[of] ?? 0), 0);

  const owned = groups.filter(({ id, number }) => id && !number);
  const box = (group: Headed) => <Box key={group.id} group={group} whole={narrowed} year={year} counted={reported?.failed ? "failed" : counted} quoted={view === "clause"} plan={plan} plans={!!plans?.includes("create")} />;
  const exported = () => save(catalogue(groups, year, t), `${t("work.menu")} ${year}.csv`);

  const aim = params.get("duty");
  const ready = duties.length > 0;
  useEffect(() => {
    if (aim && ready) document.getElementById(`duty-${aim}`)?.scrollIntoView({ block: "center" });
  }, [aim, ready]);

  return (
    <div className={office ? "work work-read" : "work"}>
      <PageHead
        title={t("work.menu")}
        line={counted === "known" ? <Line year={year} counted={sum("year")} open={sum("open")} here={params} /> : counted === "failed" ? t("work.line.unknown") : " "}
        actions={
          <>
            {!office && byHand.some(({ may }) => may.includes("import")) && (
              <Button icon={<Icon name="import" />} onClick={() => setImports(true)}>
                {t("work.import")}
              </Button>
            )}
            <Button icon={<Icon name="export" />} disabled={counted !== "known"} onClick={exported}>
              {t("work.export")}
            </Button>
          </>
        }
      />
      {imports && <ImportChoice kinds={byHand} used={used[0]} onClose={() => setImports(false)} />}
      <div className="work-bar no-print">
        <Find words={words} onWords={setWords} n={new Set(hits.map(({ kind }) => kind.name)).size} all={listed.length} to={(add) => (add ? hits.find((hit) => hit.add)?.add : hits[0]?.list)} />
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
        <Year year={year} thisYear={thisYear} office={office} plan={plan} may={!!plans?.includes("create")} choose={(one) => set({ year: one === thisYear ? undefined : String(one) })} />
      </div>
      {!office && !narrowed && used.length > 0 && <Used kinds={used} />}
      {flat ? (
        <ul className="work-flat">
          {groups[0]?.entries.map((entry) => <Row key={entry.kind.name} entry={entry} year={year} counted={counted} />)}
        </ul>
      ) : (
        <>
          <CountedOf value={reported && { pack: policy!.id, party: session.credit_code!, asOf: reported.asOf }}>
            <div className="work-groups">{groups.filter(({ number }) => number).map(box)}</div>
          </CountedOf>
          {owned.length > 0 && (
            <section className="work-own" aria-labelledby="work-own">
              <h2 id="work-own">
                {t("work.own")}
                {article && (
                  <>
                    <small>{t("work.own.basic")}</small> <ClauseMark clause={article} boxed />
                  </>
                )}
              </h2>
              <div className="work-groups">{owned.map(box)}</div>
            </section>
          )}
          {groups.filter(({ id, entries }) => !id && entries.length).map((group) => (
            <section key={group.label} className="work-other" aria-label={group.label}>
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

/* Narrows the kinds by words; Enter opens the first of them, with Shift its sheet. */
function Find({ words, onWords, n, all, to }: { words: string; onWords: (words: string) => void; n: number; all: number; to: (add: boolean) => string | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  useKeys([{ keys: "f", label: t("work.find"), run: () => search.current?.focus() }]);
  return (
    <span className="search-box work-find">
      <Icon name="lens" />
      <input
        ref={search}
        type="search"
        aria-label={t("work.find")}
        placeholder={t("work.find.how")}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={(event) => {
          const at = to(event.shiftKey);
          if (event.key === "Enter" && words.trim() && at && !composing(event)) void navigate(at);
        }}
      />
      {!words && <kbd aria-hidden="true">f</kbd>}
      {words.trim() && (
        <small className="quiet" role="status">
          {t("work.hits", { n, all })}
        </small>
      )}
    </span>
  );
}

function Year({ year, thisYear, office, plan, may, choose }: { year: number; thisYear: number; office: boolean; plan?: Plan; may: boolean; choose: (year: number) => void }) {
  const t = useText();
  return (
    <label className="work-year">
      {plan && !plan.made && (
        <span>
          {t("work.unplanned.year", { year })} {may && <Link to={plan.to}>{t("work.plan")}</Link>}
        </span>
      )}
      {t(office ? "work.countsOf" : "work.planOf")}
      <select className="input" value={year} onChange={(event) => choose(Number(event.target.value))}>
        {[...new Set([thisYear, thisYear - 1, thisYear - 2, year])].map((one) => (
          <option key={one} value={one}>
            {t("work.year", { year: one })}
          </option>
        ))}
      </select>
    </label>
  );
}

/* The kinds that were used last, and when. */
function Used({ kinds }: { kinds: readonly Kind[] }) {
  const t = useText();
  const today = day(serverNow());
  return (
    <section className="work-used no-print" aria-labelledby="work-used">
      <h2 id="work-used">{t("work.used")}</h2>
      <ul>
        {kinds.map(({ name, label, last }) => (
          <li key={name}>
            <Link className="one-line" to={`/r/${name}`}>
              <Data text={label} />
            </Link>
            <small>{last === today ? t("work.today") : last!.slice(0, 4) === today.slice(0, 4) ? last!.slice(5) : last}</small>
            <Add to={`/r/${name}/new`} label={label} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/* The sums of all kinds; each opens the kinds that it sums up. */
function Line({ year, counted, open, here }: { year: number; counted: number; open: number; here: URLSearchParams }) {
  const t = useText();
  const to = (change: Record<string, string>) => `?${new URLSearchParams({ ...Object.fromEntries(here), ...change })}`;
  return (
    <>
      <Link to={to({ view: "letter" })}>{t("work.line.year", { year, n: counted.toLocaleString("en") })}</Link>
      {t("work.line.join")}
      <Link to={to({ view: "letter", open: "true" })}>{t("work.line.open", { n: open.toLocaleString("en") })}</Link>
      {t("work.line.how")}
    </>
  );
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
