/* Counts of patents by one or two dimensions, as a chart or a table; each count opens its patents. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { landscape, type Counted } from "../../api/patents.ts";
import { useFacets } from "../../api/use-facets.ts";
import { BarChart, ColumnChart, HeatMatrix, type Cell } from "../../parts/count-charts.tsx";
import { CountTable } from "../../parts/count-table.tsx";
import { FilterChips } from "../../parts/filter-chips.tsx";
import { guardEnter } from "../../parts/keys.ts";
import { Note } from "../../parts/note.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Empty, Failed, Waiting } from "../../parts/states.tsx";
import { useLanguage, useText, type Key, type Translate } from "../../text/index.ts";
import { useLanguageInAddress } from "../search/view.ts";
import "../../parts/controls.css";
import "./landscape.css";

const dimensions = ["year", "published", "applied", "granted", "office", "type", "kind", "status", "ipc1", "ipc3", "ipc4", "ipc7", "applicant", "inventor", "region", "city", "wipo35", "sei"] as const;
type Dimension = (typeof dimensions)[number];
const times: readonly string[] = ["year", "published", "applied", "granted"];
/* A patent may have more than one of these. */
const several: readonly string[] = ["ipc1", "ipc3", "ipc4", "ipc7", "applicant", "inventor", "wipo35", "sei", "city"];
const UNKNOWN = "未知"; // the key of records that do not say

/* Dates are counted by their year. */
const nameOf = (by: string): Key => (by === "published" || by === "applied" || by === "granted" ? `landscape.${by}` : `search.name.${by as Dimension}`);

/* The filter that finds the records of a key. */
const filterOf = (by: string, key: string) => `${by.replace(/^ipc\d$/, "ipc").replace("city", "region")}=${/[,，*]/.test(key) ? `"${key}"` : key}`;

interface View {
  query: string;
  filters: string[];
  by: Dimension[];
  table: boolean;
}

function readView(params: URLSearchParams): View {
  const by = (params.get("by") ?? "year").split(",").flatMap((name) => dimensions.find((one) => one === name) ?? []);
  return { query: params.get("query") ?? "", filters: params.getAll("filter"), by: by.length ? [...new Set(by)].slice(0, 2) : ["year"], table: params.get("view") === "table" };
}

function writeView({ query, filters, by, table }: View, language: string): string {
  const params = new URLSearchParams([["query", query], ...filters.map((filter) => ["filter", filter]), ["by", by.join(",")]]);
  if (table) params.set("view", "table");
  params.set("lang", language);
  return `/landscape?${params}`;
}

export default function Landscape() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const view = readView(params);
  useLanguageInAddress();
  const [typed, setTyped] = useState(view.query);
  useEffect(() => setTyped(view.query), [view.query]);
  const go = (change: Partial<View>) => void navigate(writeView({ ...view, ...change }, language));
  const counted = useQuery(landscape({ query: view.query, filters: view.filters }, view.by, language));
  const facets = useFacets({ query: view.query, filters: view.filters });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go({ query: typed.trim() });
  };

  const choose = (i: number, name: Dimension | "") => {
    const by = [...view.by];
    if (name) by[i] = name;
    else by.splice(i, 1);
    go({ by: [...new Set(by)] });
  };
  return (
    <>
      <PageHead
        title={t("landscape.title")}
        actions={
          <button type="button" className="button" onClick={() => window.print()}>
            {t("landscape.print")}
          </button>
        }
      />
      <form className="landscape-form no-print" role="search" onSubmit={submit}>
        <input className="input" type="search" value={typed} placeholder={t("landscape.query")} aria-label={t("landscape.query")} spellCheck={false} onChange={(event) => setTyped(event.target.value)} onKeyDown={guardEnter} />
        <label>
          {t("landscape.by")}
          <select className="input" value={view.by[0]} onChange={(event) => choose(0, event.target.value as Dimension)}>
            {dimensions.map((one) => (
              <option key={one} value={one}>
                {t(nameOf(one))}
              </option>
            ))}
          </select>
        </label>
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
        <button type="submit" className="button primary">
          {t("landscape.go")}
        </button>
      </form>
      <FilterChips filters={view.filters} labels={facets.labels} change={(filters) => go({ filters })} />
      {counted.error instanceof Problem && counted.error.status === 400 ? (
        <Note tone="mend" role="alert">
          <b>{t("search.failed")}</b>
          <p>{counted.error.message}</p>
        </Note>
      ) : counted.error ? (
        <Failed error={counted.error} retry={() => void counted.refetch()} />
      ) : !counted.data ? (
        <Waiting rows={8} />
      ) : counted.data.total === 0 ? (
        <Empty title={t("landscape.none")} text={t("landscape.none.why")} />
      ) : (
        <Panel counted={counted.data} view={view} stale={counted.isPlaceholderData} show={(table) => go({ table })} />
      )}
    </>
  );
}

function Panel({ counted, view, stale, show }: { counted: Counted; view: View; stale: boolean; show: (table: boolean) => void }) {
  const t = useText();
  const { by, total, ms, note } = counted;
  const cells: Cell[] = counted.cells.map(({ key, label = key, count }) => ({
    key,
    label: label.map((one, i) => one || key[i]!),
    count,
    address: `/patents?${new URLSearchParams([["query", view.query], ...view.filters.map((filter) => ["filter", filter]), ...key.map((one, i) => ["filter", filterOf(by[i]!, one)])])}`,
  }));
  const names = by.map((one) => t(nameOf(one)));
  const many = by.filter((one) => several.includes(one));
  return (
    <section className={stale ? "landscape stale" : "landscape"} aria-busy={stale} aria-labelledby="landscape">
      <div className="landscape-head">
        <div>
          <h2 id="landscape">{names.length === 1 ? names[0] : t("landscape.by.both", { a: names[0]!, b: names[1]! })}</h2>
          <p className="quiet" role="status">
            {t("landscape.total", { n: total.toLocaleString("en") })} · {t("landscape.groups", { n: cells.length.toLocaleString("en") })} · {t("search.exact", { ms: ms.toFixed(ms < 10 ? 1 : 0) })} · {t("landscape.unit")}
          </p>
        </div>
        <div className="segments no-print" role="group" aria-label={t("landscape.view")}>
          {[false, true].map((table) => (
            <button key={String(table)} type="button" aria-pressed={table === view.table} onClick={() => show(table)}>
              {t(table ? "landscape.table" : "landscape.chart")}
            </button>
          ))}
        </div>
      </div>
      {view.table ? <CountTable cells={cells} names={names} total={total} /> : <Chart by={by} cells={cells} t={t} names={names} />}
      <div className="landscape-notes">
        {many.map((one) => (
          <p key={one}>{t("landscape.several", { name: t(nameOf(one)) })}</p>
        ))}
        {note && <p>{note}</p>}
      </div>
    </section>
  );
}

function Chart({ by, cells, names, t }: { by: readonly string[]; cells: readonly Cell[]; names: readonly string[]; t: Translate }) {
  if (by.length === 2) return <HeatMatrix cells={cells} names={names} wide={times.includes(by[0]!) && !times.includes(by[1]!)} />;
  const unknown = cells.find(({ key }) => key[0] === UNKNOWN);
  const rest = cells.filter((cell) => cell !== unknown);
  return (
    <>
      {times.includes(by[0]!) ? <ColumnChart cells={rest} /> : <BarChart cells={rest} />}
      {unknown && <p className="landscape-unknown">{t("landscape.unknown", { n: unknown.count.toLocaleString("en") })}</p>}
    </>
  );
}
