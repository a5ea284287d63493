/* Counts as a standalone picture: columns by year, lines of a few by year, bars by name, a matrix of two dimensions. Loaded when one is saved. */
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent, VisualMapComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Counted } from "../../api/patents.ts";
import { shadeColours } from "./count-charts.tsx";

use([BarChart, HeatmapChart, LineChart, GridComponent, LegendComponent, TitleComponent, VisualMapComponent, SVGRenderer]);

const ROWS = 40;
const COLUMNS = 30;
const ROW_PX = 26;
const LINES = 6;
const times = ["year", "published", "applied", "granted"];
const seriesColours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#595959"];
const axis = { type: "category", axisTick: { show: false }, axisLine: { lineStyle: { color: "#8b949e" } } };
const short = (text: string, most = 24) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/* The largest of a dimension; years in their order, with those between them. */
function side({ cells, by }: Counted, at: number, most: number): { key: string; label: string }[] {
  const sums = new Map<string, { key: string; label: string; count: number }>();
  for (const { key, label, count } of cells) {
    const known = sums.get(key[at]!) ?? { key: key[at]!, label: label?.[at] || key[at]!, count: 0 };
    sums.set(known.key, { ...known, count: known.count + count });
  }
  const all = [...sums.values()];
  if (!times.includes(by[at]!)) return all.sort((a, b) => b.count - a.count).slice(0, most);
  const years = all.map(({ key }) => Number(key)).filter(Boolean);
  const first = Math.min(...years);
  return years.length ? Array.from({ length: Math.max(...years) - first + 1 }, (_, i) => ({ key: String(first + i), label: String(first + i) })) : [];
}

/* An SVG document of its own size. */
export function pictureOf(counted: Counted, title: string): string {
  const inTime = times.includes(counted.by[0]!), pair = counted.by.length > 1;
  const rows = side(counted, 0, ROWS);
  const columns = pair ? side(counted, 1, COLUMNS) : [];
  const count = (key: string, other?: string) => counted.cells.filter((cell) => cell.key[0] === key && (other === undefined || cell.key[1] === other)).reduce((sum, cell) => sum + cell.count, 0);
  const lines = inTime && pair && columns.length <= LINES;
  const upright = inTime && (!pair || lines);
  const height = upright ? 420 : 120 + rows.length * ROW_PX + (pair ? 40 : 0);
  const names = { ...axis, data: rows.map(({ label }) => short(label)) };
  const label = { show: true, color: "#1f2328", fontSize: 12 };
  const one: EChartsCoreOption = {
    [upright ? "xAxis" : "yAxis"]: upright ? names : { ...names, inverse: true },
    [upright ? "yAxis" : "xAxis"]: { type: "value", min: 0, minInterval: 1, splitLine: { lineStyle: { color: "#e3e7ec" } } },
    series: { type: "bar", barWidth: "62%", color: shadeColours[4], label: { ...label, position: upright ? "top" : "right" }, data: rows.map(({ key }) => count(key) || null) },
  };
  const few: EChartsCoreOption = {
    xAxis: names,
    yAxis: { type: "value", min: 0, minInterval: 1, splitLine: { lineStyle: { color: "#e3e7ec" } } },
    legend: { right: 16, top: 14 },
    color: seriesColours,
    series: columns.map((column) => ({ type: "line", name: column.label, symbolSize: 6, data: rows.map(({ key }) => count(key, column.key)) })),
  };
  const data = rows.flatMap(({ key }, y) => columns.map((column, x) => [x, y, count(key, column.key)])).filter(([, , n]) => n);
  const largest = Math.max(1, ...data.map(([, , n]) => n!));
  const two: EChartsCoreOption = {
    xAxis: { ...axis, position: "top", data: columns.map(({ key, label: said }) => short(columns.length > 8 ? key : said, columns.length > 8 ? 6 : 12)), axisLabel: { interval: 0 } },
    yAxis: { ...names, inverse: true },
    visualMap: { show: false, min: 0, max: largest, inRange: { color: shadeColours } },
    series: { type: "heatmap", label, data: data.map((value) => ({ value, label: { color: value[2]! > largest * 0.6 ? "#fff" : "#1f2328" } })) },
  };
  const width = Math.max(760, 260 + columns.length * 56);
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: "#fff",
    title: [
      { text: title, left: 16, top: 12, textStyle: { fontSize: 16 } },
      { subtext: counted.note ?? "", left: 16, bottom: 4, subtextStyle: { width: width - 32, overflow: "break" } },
    ],
    grid: { left: 16, right: 56, top: 64, bottom: 44, containLabel: true },
    ...(lines ? few : pair ? two : one),
  });
  const picture = chart.renderToSVGString();
  chart.dispose();
  return picture;
}
