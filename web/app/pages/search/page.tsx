/* Search of patents: the query above, counts that narrow at the left, what was found, a preview at the right. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { exportAddress, hits as hitsOf, type Question } from "../../api/patents.ts";
import { useFacets } from "../../rooms/patent/use-facets.ts";
import { FacetList } from "../../rooms/patent/facets.tsx";
import { FilterChips } from "../../rooms/patent/filter-chips.tsx";
import { FamilySwitch } from "../../rooms/patent/family-switch.tsx";
import { quoted, setValue, toggleValue } from "../../rooms/patent/filters.ts";
import { HitList } from "../../rooms/patent/hits.tsx";
import { useRowKeys } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { Pager } from "../../ui/pager.tsx";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useLanguage, useText, type Key } from "../../text/index.ts";
import { SearchBox } from "./box.tsx";
import { useHistory, type History } from "./history.tsx";
import { Nothing } from "./nothing.tsx";
import { Preview } from "./preview.tsx";
import { Save } from "./saved.tsx";
import { Start } from "./start.tsx";
import { TickBar, useTicked } from "./ticked.tsx";
import { readView, rowOf, sizes, sorts, useLanguageInAddress, writeView, type View } from "../../rooms/patent/view.ts";
import "../../ui/controls.css";
import "./search.css";

const sortNames: Record<(typeof sorts)[number], Key> = { relevance: "search.sort.relevance", "-date": "search.sort.new", date: "search.sort.old", "-cited": "search.sort.cited" };

export default function Search() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const view = readView(params);
  const history = useHistory();
  useFoldedMenu();
  useLanguageInAddress();
  const address = (change: Partial<View>) => writeView({ ...view, page: 1, ...change }, language);
  const go = (change: Partial<View>) => void navigate(address(change));

  return (
    <div className="search-page">
      <h1 className="said">{t("search.title")}</h1>
      <SearchBox view={view} history={history} search={(query, alone) => go(alone ? { query, filters: [] } : { query })} />
      {view.asked ? <Results view={view} history={history} address={address} go={go} /> : <Start history={history} />}
    </div>
  );
}

interface ResultsProps {
  view: View;
  history: History;
  address: (change: Partial<View>) => string;
  go: (change: Partial<View>) => void;
}

function Results({ view, history, address, go }: ResultsProps) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const question: Question = { query: view.query, filters: view.filters };
  const found = useQuery(hitsOf(question, view.families, view.sort, view.page, view.size, language));
  const facets = useFacets(question);

  const ticked = useTicked();

  const hits = found.data?.hits ?? [];
  const place = address({ page: view.page });
  const [row, setRow] = useRowKeys(hits.length, (at) => void navigate(`/patents/${hits[at]!.id}`));
  // A list that comes back, by the browser's own button, shows the row that was chosen in it.
  useEffect(() => setRow(rowOf.get(place) ?? 0), [place]);
  useEffect(() => {
    if (row >= 0) rowOf.set(place, row);
  }, [place, row]);
  const at = Math.max(0, Math.min(row, hits.length - 1));

  const shown = found.data && !found.isPlaceholderData ? found.data : undefined;
  useEffect(() => {
    if (shown) history.remember(question, shown.total);
  }, [shown]);

  const filter = (filters: string[]) => go({ filters });
  const chips = <FilterChips filters={view.filters} labels={facets.labels} change={filter} />;

  if (found.error)
    return (
      <>
        {chips}
        {found.error instanceof Problem && found.error.status === 400 ? (
          <div className="search-alone">
            <Note tone="mend" role="alert">
              <b>{t("search.failed")}</b>
              <p>{found.error.message}</p>
            </Note>
          </div>
        ) : (
          <div className="search-alone">
            <Failed error={found.error} retry={() => void found.refetch()} />
          </div>
        )}
      </>
    );
  if (!found.data)
    return (
      <>
        {chips}
        <div className="search-alone">
          <Waiting rows={8} />
        </div>
      </>
    );

  const { total, families = total, ms, note } = found.data;
  const pages = Math.max(1, Math.ceil(families / view.size));
  const n = total.toLocaleString("en");
  return (
    <>
      {chips}
      {total === 0 ? (
        <div className="search-alone">
          <Nothing question={question} found={found.data} labels={facets.labels} address={address} />
        </div>
      ) : (
        <div className="search-body">
          <aside className="search-facets no-print" aria-label={t("search.facets")}>
            <FacetList
              facets={facets.list}
              filters={view.filters}
              stale={facets.stale}
              toggle={(name, value) => filter(toggleValue(view.filters, name, value))}
              setRange={(name, range) => filter(setValue(view.filters, name, range))}
            />
          </aside>
          <section className="search-list" aria-label={t("search.hits")}>
            <div className="search-tools">
              <p role="status">
                <b>{found.data.families === undefined ? t("search.total", { n }) : t("search.families", { families: families.toLocaleString("en"), n })}</b>
                <span className="quiet">{t("search.exact", { ms: ms.toFixed(ms < 10 ? 1 : 0) })}</span>
              </p>
              <div className="segments no-print" role="group" aria-label={t("search.sort")}>
                {sorts.map((sort) => (
                  <button key={sort} type="button" aria-pressed={sort === view.sort} onClick={() => go({ sort })}>
                    {t(sortNames[sort])}
                  </button>
                ))}
              </div>
              <FamilySwitch families={view.families} change={(on) => go({ families: on })} />
              <span className="search-free" />
              {shown && <Save key={place} question={question} total={total} labels={facets.labels} />}
              <Link className="button small no-print" to={`/landscape?${new URLSearchParams([["query", view.query], ...view.filters.map((one) => ["filter", one])])}`}>
                {t("landscape.title")}
              </Link>
              <span className="search-export no-print">
                <span>{t("search.export", { n })}</span>
                {(["xlsx", "csv"] as const).map((kind) => (
                  <a key={kind} className="button small" href={exportAddress(kind, question, view.sort)} download aria-label={t("search.export.as", { n, kind: kind.toUpperCase() })}>
                    {kind.toUpperCase()}
                  </a>
                ))}
              </span>
            </div>
            <TickBar hits={ticked.hits} clear={ticked.clear} query={view.query} />
            {note && <Note tone="age">{note}</Note>}
            <HitList hits={hits} first={(view.page - 1) * view.size + 1} at={at} stale={found.isPlaceholderData} choose={setRow} opened={setRow} ticks={ticked.ticks} family={({ number }) => address({ filters: [...view.filters, `family=${quoted(number)}`], families: false })} />
            <Pager page={Math.min(view.page, pages)} pages={pages} size={view.size} sizes={sizes} address={(page, size) => address({ page, size })} go={(to) => void navigate(to)} />
          </section>
          <aside className="search-preview no-print" aria-label={t("search.preview.label")}>
            {hits[at] && <Preview hit={hits[at]} rank={(view.page - 1) * view.size + at + 1} total={families} />}
          </aside>
        </div>
      )}
    </>
  );
}
