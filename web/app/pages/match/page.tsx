/* A page of text, and the patents that answer it, each with its reasons. What is matched is kept as a record, whose
 * number the address has: its text, what of it counts, the patents kept and rejected. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { createMatch, TABS, titleFor, useMatch, type Match, type Tab } from "./matches.ts";
import { ANY_DATE, exportMatch, matches, type Hit, type Matching } from "../../api/patents.ts";
import { queries } from "../../api/query.ts";
import { listOf, recordOf, typesOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useFacets, type Facets } from "../../rooms/patent/use-facets.ts";
import { useAct } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { FacetList } from "../../rooms/patent/facets.tsx";
import { FamilySwitch } from "../../rooms/patent/family-switch.tsx";
import { FilterChips } from "../../rooms/patent/filter-chips.tsx";
import { quoted, setValue, toggleValue } from "../../rooms/patent/filters.ts";
import { HitList, ReasonLegend, Reasons, type HitData } from "../../rooms/patent/hits.tsx";
import { useRowKeys } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Pager } from "../../ui/pager.tsx";
import { PublishedBefore } from "../../rooms/patent/published-before.tsx";
import { useSessionText } from "./session-text.ts";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day, minute } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";
import { StoredNote, TopicDialog, useMayStore, type Stored } from "../../rooms/patent/topic-dialog.tsx";
import { useLanguage, useText, type Translate } from "../../text/index.ts";
import { Against } from "./against.tsx";
import { Answers } from "./answers.tsx";
import { Evidence } from "./chips.tsx";
import { TextPane } from "./text.tsx";
import "../../ui/controls.css";
import "./match.css";

const sizes = [20, 50, 100];
const RECENT = 12;

export default function MatchPage() {
  const [params] = useSearchParams();
  const id = Number(params.get("id")) || 0;
  const demand = Number(params.get("demand")) || 0;
  useFoldedMenu();
  if (id) return <Opened key={id} id={id} />;
  return demand ? <OfDemand key={demand} id={demand} /> : <Begun key="new" demand={null} />;
}

/* --- a new one --------------------------------------------------------------------------------- */

/* A need leads to its match: the one that is kept, else one of its words. */
function OfDemand({ id }: { id: number }) {
  const navigate = useNavigate();
  const types = useQuery(typesOf(useLanguage())).data?.items;
  const mayKeep = types?.some(({ name, may }) => name === "patent_match" && may.includes("create"));
  const { data, error, refetch } = useQuery({ ...recordOf("demand", id), retry: false });
  const given = data && [data.title, data.text].filter(Boolean).map(String).join("\n");
  const { data: opened, error: refused } = useQuery({
    queryKey: ["match of", id],
    enabled: !!given && mayKeep,
    retry: false,
    staleTime: 0,
    queryFn: async () => (await queries.fetchQuery({ ...listOf("patent_match", { filter: `demand=${id}`, sort: "-id", limit: 1 }), staleTime: 0 })).items[0]?.id ?? createMatch(given!, id),
  });
  useEffect(() => {
    if (opened) void navigate(`/match?id=${opened}`, { replace: true });
  }, [opened]);
  if (error || refused) return <Failed page error={error ?? refused!} retry={() => void refetch()} />;
  return given && mayKeep === false ? <Begun demand={id} given={given} /> : <Waiting />;
}

function Begun({ demand, given }: { demand: number | null; given?: string }) {
  const t = useText();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [draft, setDraft] = useSessionText("match");
  const [typed, setTyped] = useState(given ?? draft);
  const { busy, error, act } = useAct();
  const recent = useQuery(listOf("patent_match", { fields: "title,kept_count,created_ms", sort: "-id", limit: RECENT }));
  const put = (text: string) => {
    setTyped(text);
    if (!demand) setDraft(text);
  };
  const go = () =>
    act(async () => {
      const id = await createMatch(typed.trim(), demand);
      if (!demand) setDraft("");
      void cache.invalidateQueries({ queryKey: ["records", "patent_match"] });
      void navigate(`/match?id=${id}`, { replace: true });
      return "left";
    });
  return (
    <div className="match">
      <div className="match-text no-print">
        <TextPane typed={typed} setTyped={put} go={() => void go()} busy={busy} error={error} pick={(to) => void navigate(`/match?demand=${to}`)} />
        <p className="quiet">{t("match.kept")}</p>
      </div>
      <section className="match-list" aria-label={t("search.hits")}>
        <div className="match-start">
          <Empty title={t("match.start")} text={t("match.start.why")} />
          {!!recent.data?.items.length && (
            <section className="match-recent">
              <h2>{t("match.recent")}</h2>
              <ul>
                {recent.data.items.map((row) => (
                  <li key={Number(row.id)}>
                    <Link to={`/match?id=${Number(row.id)}`}>
                      <Data text={String(row.title)} />
                    </Link>
                    <span>{t("match.recent.kept", { n: Number(row.kept_count ?? 0) })}</span>
                    <time>{minute(Number(row.created_ms))}</time>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </section>
    </div>
  );
}

/* --- one that is kept ----------------------------------------------------------------------------- */

function Opened({ id }: { id: number }) {
  const { match, error, refetch, change, failed, again } = useMatch(id);
  if (error) return <Failed page error={error} retry={() => void refetch()} />;
  if (!match) return <Waiting />;
  return <Shown id={id} match={match} change={change} failed={failed} again={again} />;
}

const TABS_SHOWN = Object.keys(TABS) as Tab[];

/* A new deal takes over what was kept, and what the demand says. */
const dealFrom = (id: number, { demand, supplies }: Match) =>
  `/r/deal/new?${new URLSearchParams([["patent_match", String(id)], ...(demand ? [["demand", String(demand)]] : []), ...(supplies[0] ? [["supply", String(supplies[0].supply)]] : []), ["back", `/match?id=${id}`]])}`;

type Change = (part: Partial<Match>) => void;
type Address = (change: { filters?: readonly string[]; before?: string; families?: boolean; ownLanguage?: boolean; page?: number; size?: number }) => string;

function Shown({ id, match, change, failed, again }: { id: number; match: Match; change: Change; failed?: Error; again: () => void }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [typed, setTyped] = useState(match.text);
  useTitle(match.title);

  const tab = TABS_SHOWN.find((one) => one === params.get("of"));
  const filters = params.getAll("filter");
  const page = Math.max(1, Math.floor(Number(params.get("page"))) || 1);
  const size = sizes.find((one) => one === Number(params.get("size"))) ?? sizes[0]!;
  const ownLanguage = params.get("languages") === "own";
  const before = params.get("before") ?? undefined;
  const families = params.get("group") !== "none";
  const address: Address = (next) => {
    const view = { filters, before, families, ownLanguage, page: 1, size, ...next };
    const values = new URLSearchParams([["id", String(id)], ...view.filters.map((filter) => ["filter", filter])]);
    if (view.ownLanguage) values.set("languages", "own");
    if (view.before) values.set("before", view.before);
    if (!view.families) values.set("group", "none");
    if (view.page > 1) values.set("page", String(view.page));
    if (view.size !== sizes[0]) values.set("size", String(view.size));
    return `/match?${values}`;
  };
  const narrow = (next: string[]) => void navigate(address({ filters: next }));
  const asks: Matching = { text: match.text, dropped: match.dropped, added: match.added, before, ownLanguage };
  const first = useQuery(matches(asks, filters, families, 1, sizes[0]!, language)).data?.hits ?? [];
  const facets = useFacets({ query: "", filters }, asks);
  const go = () => {
    const text = typed.trim();
    if (text !== match.text) change({ text, title: titleFor(text) });
    if (page > 1) void navigate(address({}), { replace: true });
  };
  return (
    <div className="match">
      <div className="match-text no-print">
        <TextPane typed={typed} setTyped={setTyped} go={go} busy={false} error={failed} pick={(to) => void navigate(`/match?demand=${to}`)} />
        {failed && (
          <button type="button" className="link-button" onClick={again}>
            {t("common.retry")}
          </button>
        )}
        <p className="match-more">
          {match.demand !== null && <Link to={`/r/demand/${match.demand}`}>{t("match.from")}</Link>}
          <Link to="/match">{t("match.new")}</Link>
        </p>
        {!tab && <Evidence match={match} hits={first} change={change} />}
        {!tab && (
          <FacetList
            facets={facets.list}
            filters={filters}
            stale={facets.stale}
            toggle={(name, value) => narrow(toggleValue(filters, name, value))}
            setRange={(name, range) => narrow(setValue(filters, name, range))}
          />
        )}
      </div>
      <section className="match-list" aria-label={t("search.hits")}>
        <div className="match-line">
          <Tabs label={t("match.what")} tabs={(["patents", ...TABS_SHOWN] as const).map((one) => ({ to: one === "patents" ? address({}) : `/match?id=${id}&of=${one}`, label: t(`match.what.${one}`), current: one === (tab ?? "patents") }))} />
          <Link className="button small no-print" to={dealFrom(id, match)}>{t("match.deal")}</Link>
        </div>
        {tab ? TABS[tab].map((kind, _, { length }) => <Answers key={kind} kind={kind} headed={length > 1} match={match} change={change} />) : <Found match={match} asks={asks} change={change} filters={filters} families={families} page={page} size={size} address={address} narrow={narrow} facets={facets} best={first[0]?.score} />}
      </section>
    </div>
  );
}

interface FoundProps {
  match: Match;
  asks: Matching;
  change: Change;
  filters: readonly string[];
  families: boolean;
  page: number;
  size: number;
  address: Address;
  narrow: (filters: string[]) => void;
  facets: Facets;
  best?: number;
}

function Found({ match, asks, change, filters, families: byFamily, page, size, address, narrow, facets, best }: FoundProps) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [stored, setStored] = useState<Stored>();
  const found = useQuery(matches(asks, filters, byFamily, page, size, language));
  const hits = found.data?.hits ?? [];
  const [row, setRow] = useRowKeys(hits.length, (at) => void navigate(`/patents/${hits[at]!.id}`));
  const { kept, rejected } = match;
  const reject = (number: string, reason?: string) => change({ rejected: [...rejected.filter((one) => one.number !== number), { number, ...(reason ? { reason } : {}) }], kept: kept.filter((one) => one !== number) });
  const ticks = {
    has: ({ number }: HitData) => kept.includes(number),
    set: (some: readonly HitData[], on: boolean) => {
      const numbers = some.map(({ number }) => number);
      change({ kept: [...kept.filter((one) => !numbers.includes(one)), ...(on ? numbers : [])] });
    },
  };

  const chips = <FilterChips filters={filters} labels={facets.labels} change={narrow} />;
  if (found.error instanceof Problem && found.error.status === 400)
    return (
      <Note tone="mend" role="alert">
        <b>{t("match.failed")}</b>
        <p>{found.error.message}</p>
      </Note>
    );
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Waiting rows={8} />;
  const { total, families = total, ms, note, nothing_near: nothing } = found.data;
  const dated = asks.before !== ANY_DATE;
  const limit = found.data.before ?? day(serverNow());
  const translated = asks.ownLanguage || hits.some(({ reasons }) => reasons?.some(({ kind }) => kind === "translation"));
  const setBefore = (on: boolean, to: string) => void navigate(address({ before: !on ? ANY_DATE : dated ? to : undefined }));
  const pages = Math.max(1, Math.ceil(families / size));
  if (total === 0)
    return (
      <>
        {chips}
        <Empty title={t("match.none")} text={t("match.none.why")} />
      </>
    );
  return (
    <>
      <div className="match-tools">
        <div className="match-line">
          <p role="status">
            <b>{found.data.families === undefined ? t("match.close", { n: total.toLocaleString("en") }) : t("search.families", { families: families.toLocaleString("en"), n: total.toLocaleString("en") })}</b>
            <span className="quiet">
              {t("match.order")} · {t("search.exact", { ms: ms.toFixed(ms < 10 ? 1 : 0) })}
            </span>
          </p>
          <FamilySwitch families={byFamily} change={(on) => void navigate(address({ families: on }))} />
          <Verbs match={match} asks={asks} filters={filters} hits={hits} total={total} onStored={setStored} />
        </div>
        {chips}
        <PublishedBefore key={limit} day={limit} on={dated} change={setBefore} />
        {translated && (
          <label className="published-before no-print">
            <input type="checkbox" checked={!asks.ownLanguage} onChange={() => void navigate(address({ ownLanguage: !asks.ownLanguage }))} />
            {t("match.languages")}
          </label>
        )}
        <div className="match-legend">
          <ReasonLegend />
          <span className="quiet">{t("match.scale")}</span>
        </div>
      </div>
      {stored && <StoredNote stored={stored} />}
      {nothing && (
        <Note tone="doubt" role="status">
          <b>{t("match.nothing")}</b>
          <p>{t("match.nothing.why")}</p>
        </Note>
      )}
      {note && <Note tone="age">{note}</Note>}
      <HitList
        hits={hits.map((hit) => ({ ...hit, highlights: hit.highlights.filter(({ field }) => field === "title") }))}
        first={(page - 1) * size + 1}
        at={row}
        stale={found.isPlaceholderData}
        choose={setRow}
        ticks={ticks}
        family={({ number }) => address({ filters: [...filters, `family=${quoted(number)}`], families: false })}
        off={({ number }) => rejected.some((one) => one.number === number)}
        beside={({ number }) => !rejected.some((one) => one.number === number) && (
          <button type="button" className="button small no-print" onClick={() => reject(number)}>
            {t("match.reject")}
          </button>
        )}
        below={({ number }, i) => {
          const against = rejected.find((one) => one.number === number);
          if (against) return <Against reason={against.reason ?? ""} tell={(reason) => reject(number, reason)} back={() => change({ rejected: rejected.filter((one) => one !== against) })} />;
          return <Reasons reasons={hits[i]!.reasons ?? []} score={hits[i]!.score} best={best ?? hits[0]!.score} />;
        }}
      />
      <Pager page={Math.min(page, pages)} pages={pages} size={size} sizes={sizes} address={(to, each) => address({ page: to, size: each })} go={(to) => void navigate(to)} />
    </>
  );
}

/* --- what is done with the kept ones ------------------------------------------------------------------ */

const WORDS = 4;

/* Why a patent is near, in a sentence for a topic database. */
function reasonOf(match: Match, hit: Hit | undefined, t: Translate): string {
  const words = (hit?.reasons ?? []).filter(({ weight }) => weight >= 0.005).sort((a, b) => b.weight - a.weight).slice(0, WORDS).map(({ value, weight }) => `${value} ${Math.round(100 * weight)}%`);
  return t("topic.reason.match", { title: match.title, words: words.join(t("common.comma")) || t("match.keep") });
}

function Verbs({ match, asks, filters, hits, total, onStored }: { match: Match; asks: Matching; filters: readonly string[]; hits: readonly Hit[]; total: number; onStored: (stored: Stored) => void }) {
  const t = useText();
  const [stores, setStores] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const may = useMayStore();
  // Reasons of those that were kept on other pages, as long as this page is open.
  const [seen] = useState(() => new Map<string, Hit>());
  useEffect(() => hits.forEach((hit) => seen.set(hit.number, hit)), [hits, seen]);
  const n = match.kept.length;
  const save = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await exportMatch(asks, n ? [`number=${match.kept.map(quoted).join(",")}`] : filters);
    } catch (failure) {
      setFailed(failure instanceof Problem ? failure.message : t("common.noAnswer"));
    }
    setBusy(false);
  };
  return (
    <span className="match-verbs no-print">
      {failed && <span role="alert">{failed}</span>}
      {may && (
        <button type="button" className="button small" disabled={n === 0} onClick={() => setStores(true)}>
          {t("topic.store.open")}
        </button>
      )}
      <button type="button" className="button small" disabled={busy} onClick={() => void save()}>
        {n ? t("match.export.kept", { n: n.toLocaleString("en") }) : t("match.export.all", { n: total.toLocaleString("en") })}
      </button>
      {stores && (
        <TopicDialog
          patents={match.kept.map((number) => ({ number, title: seen.get(number)?.title, reason: reasonOf(match, seen.get(number), t) }))}
          why=""
          onClose={() => setStores(false)}
          onStored={(stored) => {
            setStores(false);
            onStored(stored);
          }}
        />
      )}
    </span>
  );
}
