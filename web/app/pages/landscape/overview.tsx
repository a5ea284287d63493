/* The panels of a landscape without a dimension of its own: what there is, from when, whose, where and of what. */
import { skipToken, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { loadPart } from "../../api/connection.ts";
import { facets, landscape, totals, type Counted, type Counting } from "../../api/patents.ts";
import { BarChart, HeatMatrix, TileChart, type Bar, type Cell } from "./count-charts.tsx";
import type { Line } from "./count-echarts.tsx";
import { CountTable, CrossTable, type Row } from "./count-table.tsx";
import { useCountText } from "./count-text.ts";
import { readFilter } from "../../rooms/patent/filters.ts";
import { Waiting } from "../../ui/states.tsx";
import { provinceTiles, tileMaps } from "../../rooms/portal/tile-map.ts";
import { useLanguage } from "../../text/index.ts";
import { isTime, largest, number, Panel, Unknown } from "./panel.tsx";
import { addressOf, dimensions, filterOf, nameOf, UNKNOWN, type Dimension, type View } from "./view.ts";

const charts = () => loadPart(() => import("./count-echarts.tsx"));
const TrendChart = lazy(() => charts().then((all) => ({ default: all.TrendChart })));
const ClassMap = lazy(() => charts().then((all) => ({ default: all.ClassMap })));

export interface PanelsProps {
  view: View;
  go: (change: Partial<View>) => void;
}

export function Overview({ view, go }: PanelsProps) {
  const { region, city } = useProvince(view);
  return (
    <div className="landscape-panels">
      <Trend view={view} go={go} />
      <Status view={view} go={go} />
      <Matrix view={view} go={go} />
      <Applicants view={view} go={go} />
      <Regions view={view} go={go} counted={region} />
      <Classes view={view} go={go} alone={!city} />
      {city && <Cities view={view} go={go} province={city} />}
    </div>
  );
}

const questionOf = ({ query, filters, families }: View): Counting => ({ query, filters, families });

function useCounts(question: Counting, by: readonly string[]) {
  return useQuery(landscape(question, by, useLanguage()));
}

/* What all panels need. */
function useFrame({ view, go }: PanelsProps) {
  return {
    question: questionOf(view),
    tables: view.tables,
    show: (tables: string[]) => go({ tables }),
    narrow: (filters: readonly string[]) => go({ filters: [...new Set([...view.filters, ...filters])] }),
  };
}

/* --- filings by year and office ------------------------------------------------------------------------------- */

const LINES = 5;

const sum = (cells: readonly (Cell | undefined)[]) => cells.reduce((all, cell) => all + (cell?.count ?? 0), 0);

interface Years {
  time: Dimension;
  question: Counting;
  whole?: Counted; // families of each year: those of several offices are one
}

/* Offices as lines, the largest first, and what each year has of them. */
function linesOf(cells: readonly Cell[], { time, question, whole }: Years) {
  const known = cells.filter(({ key }) => key[0] !== UNKNOWN);
  const years = known.map(({ key }) => Number(key[0]));
  const first = Math.min(...years);
  const last = Math.max(...years);
  const all = [...new Map(cells.map((cell) => [cell.key[1]!, cell.label[1]!]))]
    .map(([key, label]) => ({ key, label, sum: sum(cells.filter((cell) => cell.key[1] === key)) }))
    .sort((a, b) => b.sum - a.sum);
  const at = new Map(cells.map((cell) => [cell.key.join("\n"), cell]));
  const span = years.length ? Array.from({ length: last - first + 1 }, (_, i) => String(first + i)) : [];
  const empty = (year: string, label: string): Cell => ({ key: [year], label: [year, label], count: 0, filters: [], address: "" });
  const lines: Line[] = all.slice(0, LINES).map(({ key, label }) => ({ key, label, cells: span.map((year) => at.get(`${year}\n${key}`) ?? empty(year, label)) }));
  const others = whole ? [] : all.slice(LINES);
  const of = (year: string) => (whole ? (whole.cells.find(({ key }) => key[0] === year)?.count ?? 0) : sum(cells.filter(({ key }) => key[0] === year)));

  // The rest of a year is what none of the offices that are shown has.
  const rest = `office!=${lines.map(({ key }) => key).join(",")}`;
  const opens = (count: number, filters: readonly string[]) => (count > 0 ? addressOf(question, filters) : "");
  const row = (year: string, label = year): Row => {
    const filters = [filterOf(time, year)];
    const shown = lines.map(({ key }) => at.get(`${year}\n${key}`));
    const left = of(year) - sum(shown);
    const more: Cell = { key: [year], label: [label], count: left, filters, address: opens(left, [...filters, rest]) };
    return { key: year, label, cells: others.length ? [...shown, more] : shown, total: { key: [year], label: [label], count: of(year), filters, address: opens(of(year), filters) } };
  };
  return { first, last, lines, others, rest, span, row, of };
}

function Trend({ view, go }: PanelsProps) {
  const t = useCountText();
  const language = useLanguage();
  const { question, tables, show, narrow } = useFrame({ view, go });
  const applied = useCounts(question, ["applied", "office"]);
  // Sources may say no filing date at all.
  const without = applied.data && applied.data.total > 0 && applied.data.cells.every(({ key }) => key[0] === UNKNOWN);
  const published = useQuery({ ...landscape(question, ["year", "office"], language), ...(without ? {} : { queryFn: skipToken }) });
  const counted = without ? published : applied;
  const time: Dimension = without ? "year" : "applied";
  const whole = useQuery({ ...landscape(question, [time], language), ...(question.families ? {} : { queryFn: skipToken }) }).data;
  const years: Years = { time, question, whole: question.families ? whole : undefined };
  const open = counted.data?.open_from ?? Infinity;

  const table = (cells: Cell[]) => {
    const { lines, others, rest, span, row } = linesOf(cells, years);
    const unknown = cells.find(({ key }) => key[0] === UNKNOWN);
    const offices = lines.map(({ key, label }): Cell => ({ key: [key], label: [label], count: sum(cells.filter((cell) => cell.key[1] === key)), filters: [], address: addressOf(question, [filterOf("office", key)]) }));
    const left: Cell = { key: [], label: [], count: sum(cells) - sum(offices), filters: [], address: addressOf(question, [rest]) };
    const foot: Row = { key: "", label: t("landscape.sum"), cells: others.length ? [...offices, left] : offices, total: { key: [], label: [], count: sum(cells), filters: [], address: addressOf(question) } };
    return (
      <CrossTable
        head={t(nameOf(time))}
        columns={[...lines.map(({ label }) => label), ...(others.length ? [t("landscape.rest")] : [])]}
        rows={[...span.map((year) => row(year, Number(year) >= open ? `${year} ${t("landscape.open.short")}` : year)), ...(unknown ? [row(UNKNOWN, unknown.label[0])] : [])]}
        foot={question.families ? undefined : foot}
        narrow={narrow}
      />
    );
  };
  return (
    <Panel
      id="trend"
      name={t("landscape.trend")}
      question={question}
      by={[time, "office"]}
      counted={counted}
      tables={tables}
      show={show}
      finding={(cells) => {
        const { span, row } = linesOf(cells, years);
        const [most] = span.map((year) => row(year).total).sort((a, b) => b.count - a.count);
        return most ? t("landscape.most.year", { year: most.key[0]!, n: number(most.count) }) : "";
      }}
      chart={(cells) => {
        const { first, last, lines } = linesOf(cells, years);
        return lines[0]?.cells.length ? (
          <>
            <Suspense fallback={<Waiting rows={6} />}>
              <TrendChart lines={lines} first={first} last={last} open={open} grey={t("landscape.open.years")} />
            </Suspense>
            <div className="print-only">{table(cells)}</div>
          </>
        ) : (
          table(cells)
        );
      }}
      table={table}
      foot={(cells) => {
        const { others, of } = linesOf(cells, years);
        return (
          <>
            {others.length > 0 && <p>{t("landscape.others", { n: others.length, patents: number(others.reduce((n, one) => n + one.sum, 0)) })}</p>}
            <Unknown cells={[...cells.filter(({ key }) => key[0] === UNKNOWN).slice(0, 1)].map((cell) => ({ ...cell, count: of(UNKNOWN) }))} />
          </>
        );
      }}
    />
  );
}

/* --- legal status ------------------------------------------------------------------------------------------------- */

const statuses = ["active", "pending", "inactive", UNKNOWN];
const toneOf = (status: string) => (status === UNKNOWN ? "unknown" : status);

function Status({ view, go }: PanelsProps) {
  const t = useCountText();
  const { question, tables, show, narrow } = useFrame({ view, go });
  return (
    <Panel
      id="status"
      name={t(nameOf("status"))}
      className="tall"
      question={question}
      by={["status"]}
      counted={useCounts(question, ["status"])}
      tables={tables}
      show={show}
      finding={(cells, { total }) => largest(cells, total, t)}
      chart={(cells, { total }) => <BarChart cells={statuses.flatMap((status) => cells.filter(({ key }) => key[0] === status).map((cell) => ({ ...cell, tone: toneOf(status) })))} total={total} />}
      table={(cells, { total }) => <CountTable cells={cells} names={[t(nameOf("status"))]} total={total} narrow={narrow} />}
    />
  );
}

/* --- two dimensions of the reader's choice --------------------------------------------------------------------------- */

const MATRIX_ROWS = 12;

function Matrix({ view, go }: PanelsProps) {
  const t = useCountText();
  const { question, tables, show, narrow } = useFrame({ view, go });
  const choose = (i: number, name: Dimension) => {
    const other = view.matrix[1 - i]!;
    go({ matrix: i === 0 ? [name, other] : [other, name] });
  };
  const names = (counted: Counted) => counted.by.map((one) => t(nameOf(one)));
  return (
    <Panel
      id="matrix"
      name={t("landscape.by.both", { a: t(nameOf(view.matrix[0]!)), b: t(nameOf(view.matrix[1]!)) })}
      className="whole"
      question={question}
      by={view.matrix}
      counted={useCounts(question, view.matrix)}
      tables={tables}
      show={show}
      head={
        <p className="landscape-form no-print">
          {view.matrix.map((chosen, i) => (
            <label key={i}>
              {t(i === 0 ? "landscape.by" : "landscape.and")}
              <select className="input" value={chosen} onChange={(event) => choose(i, event.target.value as Dimension)}>
                {dimensions
                  .filter((one) => one !== view.matrix[1 - i])
                  .map((one) => (
                    <option key={one} value={one}>
                      {t(nameOf(one))}
                    </option>
                  ))}
              </select>
            </label>
          ))}
        </p>
      }
      finding={(cells, { total }) => largest(cells, total, t)}
      chart={(cells, counted) => <HeatMatrix cells={cells} names={names(counted)} wide={isTime(counted.by[0]) && !isTime(counted.by[1])} most={MATRIX_ROWS} />}
      table={(cells, counted) => <CountTable cells={cells} names={names(counted)} total={counted.total} narrow={narrow} />}
    />
  );
}

/* --- applicants ---------------------------------------------------------------------------------------------------- */

const APPLICANTS = 12;

/* The largest by the facet: cells of all applicants by status would be a long answer. */
function Applicants({ view, go }: PanelsProps) {
  const t = useCountText();
  const language = useLanguage();
  const { question, tables, show, narrow } = useFrame({ view, go });
  const facet = useQuery(facets({ query: view.query, filters: view.filters }, language));
  const all = useQuery(totals(question)).data;
  const values = facet.data?.facets?.find(({ name }) => name === "applicant")?.values;
  const top = (values ?? []).map(({ value }) => value).filter((value) => value !== UNKNOWN).slice(0, APPLICANTS);
  const asked = { ...question, filters: [...view.filters, ...(top.length ? [`standard_applicant=${top.join(",")}`] : [])] };
  const counted = useQuery({ ...landscape(asked, ["standard_applicant", "status"], language), ...(values ? {} : { queryFn: skipToken }) });
  const whole = useQuery({ ...landscape(asked, ["standard_applicant"], language), ...(values && question.families ? {} : { queryFn: skipToken }) }).data;
  const countOf = (key: string, of: readonly Cell[]) => (question.families ? (whole?.cells.find((cell) => cell.key[0] === key)?.count ?? 0) : sum(of));
  const bars = (cells: readonly Cell[]): Bar[] =>
    [...new Map(cells.map((cell) => [cell.key[0]!, cell.label[0]!]))]
      .filter(([key]) => key !== UNKNOWN)
      .map(([key, label]) => {
        const of = cells.filter((cell) => cell.key[0] === key);
        const filters = [filterOf("standard_applicant", key)];
        const parts = statuses.flatMap((status) => of.filter((cell) => cell.key[1] === status).map((cell) => ({ ...cell, tone: toneOf(status) })));
        return { key: [key], label: [label], count: countOf(key, of), filters, address: addressOf(question, filters), parts };
      })
      .sort((a, b) => b.count - a.count)
      .slice(0, APPLICANTS);
  const labels = (cells: readonly Cell[]) => statuses.flatMap((status) => cells.find(({ key }) => key[1] === status) ?? []);
  return (
    <Panel
      id="applicant"
      name={t("landscape.applicants", { n: APPLICANTS })}
      question={question}
      by={["standard_applicant", "status"]}
      counted={counted}
      tables={tables}
      show={show}
      finding={(cells) => largest(bars(cells), all?.families ?? all?.total ?? 1, t)}
      chart={(cells) => (
        <>
          <BarChart cells={bars(cells)} />
          <p className="bars-legend">
            {labels(cells).map(({ key, label }) => (
              <span key={key[1]} className={`tone-${toneOf(key[1]!)}`}>
                {label[1]}
              </span>
            ))}
          </p>
        </>
      )}
      table={(cells) => (
        <CrossTable
          head={t(nameOf("standard_applicant"))}
          columns={labels(cells).map(({ label }) => label[1]!)}
          rows={bars(cells).map((bar) => ({ key: bar.key[0]!, label: bar.label[0]!, cells: labels(cells).map(({ key }) => bar.parts!.find((part) => part.key[1] === key[1])), total: bar }))}
          narrow={narrow}
        />
      )}
    />
  );
}

/* --- regions --------------------------------------------------------------------------------------------------------- */

/* The province whose cities are shown: the only one, as behind a filter. */
function useProvince(view: View) {
  const region = useCounts(questionOf(view), ["region"]);
  const [first, ...others] = (region.data?.cells ?? []).filter(({ key }) => key[0] !== UNKNOWN);
  const alone = first && others.length === 0 && first.count * 2 > region.data!.total;
  return { region, city: alone ? first.key[0]!.slice(0, 2) : undefined };
}

interface RegionsProps extends PanelsProps {
  counted: ReturnType<typeof useCounts>;
}

function Regions({ view, go, counted }: RegionsProps) {
  const t = useCountText();
  const { question, tables, show, narrow } = useFrame({ view, go });
  return (
    <Panel
      id="region"
      name={t("landscape.regions")}
      question={question}
      by={["region"]}
      counted={counted}
      tables={tables}
      show={show}
      finding={(cells, { total }) => largest(cells, total, t)}
      chart={(cells) => <TileChart tiles={provinceTiles} cells={cells.filter(({ key }) => key[0] !== UNKNOWN)} />}
      table={(cells, { total }) => <CountTable cells={cells} names={[t(nameOf("region"))]} total={total} narrow={narrow} />}
      foot={(cells) => (
        <>
          <p>{t("landscape.tiles")}</p>
          <Unknown cells={cells} />
        </>
      )}
    />
  );
}

function Cities({ view, go, province }: PanelsProps & { province: string }) {
  const t = useCountText();
  const { question, tables, show, narrow } = useFrame({ view, go });
  const map = tileMaps[province];
  return (
    <Panel
      id="city"
      name={t(nameOf("city"))}
      question={question}
      by={["city"]}
      counted={useCounts(question, ["city"])}
      tables={tables}
      show={show}
      finding={(cells, { total }) => largest(cells, total, t)}
      chart={(cells) => (map ? <TileChart tiles={map.tiles} cells={cells} /> : <BarChart cells={cells.filter(({ key }) => key[0] !== UNKNOWN)} most={16} />)}
      table={(cells, { total }) => <CountTable cells={cells} names={[t(nameOf("city"))]} total={total} narrow={narrow} />}
      foot={(cells) => (
        <>
          {map && <p>{t("landscape.tiles")}</p>}
          <Unknown cells={cells} />
        </>
      )}
    />
  );
}

/* --- classes ----------------------------------------------------------------------------------------------------------- */

/* Subclasses; the groups of one where the filters name it. */
function Classes({ view, go, alone }: PanelsProps & { alone: boolean }) {
  const t = useCountText();
  const { question, tables, show, narrow } = useFrame({ view, go });
  const inside = view.filters.map(readFilter).some(({ name, not, values }) => name === "ipc" && !not && values.length === 1 && /^[A-H]\d\d[A-Z]$/.test(values[0]!));
  const by: Dimension = inside ? "ipc7" : "ipc4";
  return (
    <Panel
      id="ipc"
      name={t(nameOf(by))}
      className={alone ? "whole" : ""}
      question={question}
      by={[by]}
      counted={useCounts(question, [by])}
      tables={tables}
      show={show}
      finding={(cells, { total }) => largest(cells, total, t, ({ key }) => key[0]!)}
      chart={(cells) => (
        <Suspense fallback={<Waiting rows={6} />}>
          <ClassMap cells={cells.filter(({ key }) => key[0] !== UNKNOWN)} />
        </Suspense>
      )}
      table={(cells, { total }) => <CountTable cells={cells} names={[t(nameOf(by))]} total={total} narrow={narrow} />}
      foot={(cells) => <Unknown cells={cells} />}
    />
  );
}
