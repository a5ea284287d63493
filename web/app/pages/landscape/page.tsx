/* Counts of patents: an overview of panels, or one panel by the dimensions that the address names. Each mark opens
 * just what it counts; filters narrow all panels. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { loadPart } from "../../api/connection.ts";
import { landscape, totals, type Counted } from "../../api/patents.ts";
import { serverNow } from "../../api/server-time.ts";
import { useFacets } from "../../rooms/patent/use-facets.ts";
import { BarChart, HeatMatrix, type Cell } from "./count-charts.tsx";
import { CountTable } from "./count-table.tsx";
import { ByFamily, useCountText } from "./count-text.ts";
import { FacetList } from "../../rooms/patent/facets.tsx";
import { FamilySwitch } from "../../rooms/patent/family-switch.tsx";
import { FilterChips, filterWords } from "../../rooms/patent/filter-chips.tsx";
import { setValue, toggleValue } from "../../rooms/patent/filters.ts";
import { guardEnter } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { useLanguageInAddress } from "../../rooms/patent/view.ts";
import { Overview, type PanelsProps } from "./overview.tsx";
import { isTime, largest, number, Panel, Unknown } from "./panel.tsx";
import { dimensions, nameOf, readView, UNKNOWN, writeView, type Dimension, type View } from "./view.ts";
import "../../ui/controls.css";
import "./landscape.css";

const ColumnChart = lazy(() => loadPart(() => import("./count-echarts.tsx")).then((all) => ({ default: all.ColumnChart })));

export default function Landscape() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const view = readView(params);
  useLanguageInAddress();
  const [typed, setTyped] = useState(view.query);
  const [narrows, setNarrows] = useState(false);
  useEffect(() => setTyped(view.query), [view.query]);
  const go = (change: Partial<View>) => void navigate(writeView({ ...view, ...change }, language));
  const question = { query: view.query, filters: view.filters, families: view.families };
  const found = useQuery(totals(question));
  const facets = useFacets({ query: view.query, filters: view.filters });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go({ query: typed.trim() });
  };
  const filter = (filters: string[]) => go({ filters });
  const choose = (i: number, name: Dimension | "") => {
    const by = [...view.by];
    if (name) by[i] = name;
    else by.splice(i, 2);
    go({ by: [...new Set(by)] });
  };
  const words = [view.query || t("landscape.all"), ...view.filters.map((one) => filterWords(one, facets.labels, t))];
  return (
    <ByFamily.Provider value={!!view.families}>
      <div className="landscape-page">
        <PageHead
          title={t("landscape.title.long")}
          line={
            <>
              <span className="print-only">{words.join(" · ")} · </span>
              {found.data && <b role="status">{found.data.families === undefined ? t("landscape.total", { n: number(found.data.total) }) : t("search.families", { families: number(found.data.families), n: number(found.data.total) })}</b>}
              <span className="print-only"> · {day(serverNow())}</span>
            </>
          }
          actions={
            <button type="button" className="button" onClick={() => window.print()}>
              {t("landscape.print")}
            </button>
          }
        />
        <form className="landscape-form no-print" role="search" onSubmit={submit}>
          <input className="input" type="search" value={typed} placeholder={t("landscape.query")} aria-label={t("landscape.query")} spellCheck={false} onChange={(event) => setTyped(event.target.value)} onKeyDown={guardEnter} />
          <button type="submit" className="button primary">
            {t("landscape.go")}
          </button>
          <FamilySwitch families={!!view.families} change={(families) => go({ families })} each="landscape.each" />
          <button type="button" className="button" aria-expanded={narrows} onClick={() => setNarrows(!narrows)}>
            {t("landscape.narrow")}
          </button>
          <label>
            {t("landscape.by")}
            <select className="input" value={view.by[0] ?? ""} onChange={(event) => choose(0, event.target.value as Dimension | "")}>
              <option value="">{t("landscape.overview")}</option>
              {dimensions.map((one) => (
                <option key={one} value={one}>
                  {t(nameOf(one))}
                </option>
              ))}
            </select>
          </label>
          {view.by[0] && (
            <label>
              {t("landscape.and")}
              <select className="input" value={view.by[1] ?? ""} onChange={(event) => choose(1, event.target.value as Dimension | "")}>
                <option value="">{t("landscape.only")}</option>
                {dimensions
                  .filter((one) => one !== view.by[0])
                  .map((one) => (
                    <option key={one} value={one}>
                      {t(nameOf(one))}
                    </option>
                  ))}
              </select>
            </label>
          )}
        </form>
        <div className="no-print">
          <FilterChips filters={view.filters} labels={facets.labels} change={filter} />
          {narrows && (
            <div className="landscape-narrow">
              <FacetList
                facets={facets.list}
                filters={view.filters}
                stale={facets.stale}
                toggle={(name, value) => filter(toggleValue(view.filters, name, value))}
                setRange={(name, range) => filter(setValue(view.filters, name, range))}
              />
            </div>
          )}
        </div>
        {found.error instanceof Problem && found.error.status === 400 ? (
          <Note tone="mend" role="alert">
            <b>{t("search.failed")}</b>
            <p>{found.error.message}</p>
          </Note>
        ) : found.error ? (
          <Failed error={found.error} retry={() => void found.refetch()} />
        ) : !found.data ? (
          <Waiting rows={8} />
        ) : found.data.total === 0 ? (
          <Empty title={t("landscape.none")} text={t("landscape.none.why")} />
        ) : view.by.length ? (
          <Single view={view} go={go} />
        ) : (
          <Overview view={view} go={go} />
        )}
      </div>
    </ByFamily.Provider>
  );
}

function Single({ view, go }: PanelsProps) {
  const t = useCountText();
  const language = useLanguage();
  const question = { query: view.query, filters: view.filters, families: view.families };
  const names = ({ by }: Counted) => by.map((one) => t(nameOf(one)));
  const [a, b] = view.by.map((one) => t(nameOf(one)));
  const chart = (cells: Cell[], counted: Counted) => {
    const { by } = counted;
    const rest = cells.filter(({ key }) => key[0] !== UNKNOWN);
    if (by.length === 2) return <HeatMatrix cells={cells} names={names(counted)} wide={isTime(by[0]) && !isTime(by[1])} />;
    if (!isTime(by[0])) return <BarChart cells={rest} total={counted.total} />;
    return (
      <Suspense fallback={<Waiting rows={6} />}>
        <ColumnChart cells={rest} open={counted.open_from ?? Infinity} />
      </Suspense>
    );
  };
  return (
    <Panel
      id="table"
      name={b ? t("landscape.by.both", { a: a!, b }) : a!}
      className="alone"
      question={question}
      by={view.by}
      counted={useQuery(landscape(question, view.by, language))}
      tables={view.tables}
      show={(tables) => go({ tables })}
      finding={(cells, { total }) => largest(cells, total, t)}
      chart={chart}
      table={(cells, counted) => <CountTable cells={cells} names={names(counted)} total={counted.total} narrow={(filters) => go({ filters: [...new Set([...view.filters, ...filters])] })} />}
      foot={(cells, { by, ms }) => (
        <>
          <p>
            {t("landscape.groups", { n: number(cells.length) })} · {t("search.exact", { ms: ms.toFixed(ms < 10 ? 1 : 0) })}
          </p>
          {by.length === 1 && <Unknown cells={cells} />}
        </>
      )}
    />
  );
}
