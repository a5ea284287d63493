/* Counts that ECharts draws: lines and columns by year, a treemap. A click on a mark opens what it counts; who uses
 * the keyboard or a screen reader has the table. Loaded when it is first shown. */
import { useEffect, useMemo, useRef } from "react";
import { useNavigate } from "react-router";
import { BarChart, LineChart, TreemapChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts, type EChartsCoreOption } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { useCountText } from "./count-text.ts";
import { shadeColours, stepsOf, type Cell } from "./count-charts.tsx";
import { languageOf } from "../../ui/data.tsx";

use([BarChart, LineChart, TreemapChart, GridComponent, MarkAreaComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const number = (n: number) => n.toLocaleString("en");
const sans = '"PingFang SC","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",system-ui,sans-serif';
const PAPER = 658; // px of the 174 mm between the margins of A4
const ink = "#1f2328";
const ink3 = "#57606a";
/* A colour belongs to an office, whatever else is shown. */
const colours: Record<string, string> = { CN: "#0072b2", US: "#d55e00", WO: "#009e73", EP: "#cc79a7", JP: "#8a6d00" };
/* Lines are told apart in black and white too. */
const symbols = ["circle", "triangle", "rect", "diamond", "emptyCircle"];

interface Mark {
  name: string;
  value: unknown;
  address?: string;
}

/* A name of the data and its count: made of text nodes, since data may hold any character. */
function told(name: string, count: number): HTMLElement {
  const box = document.createElement("span");
  const value = document.createElement("b");
  value.textContent = ` ${number(count)}`;
  box.textContent = name;
  box.lang = languageOf(name) ?? "";
  if (!box.lang) box.removeAttribute("lang");
  box.append(value);
  return box;
}

/* Text says its language, and the picture is as wide as the paper that it is printed on. */
function finish(box: HTMLElement): void {
  const svg = box.querySelector("svg");
  if (!svg) return;
  svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
  for (const text of svg.querySelectorAll("text")) {
    const language = languageOf(text.textContent);
    if (language) text.setAttribute("lang", language);
    else text.removeAttribute("lang");
  }
}

function Chart({ option, height }: { option: EChartsCoreOption; height: number }) {
  const t = useCountText();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  useEffect(() => {
    const holder = box.current!;
    const made = init(holder, null, { renderer: "svg" });
    chart.current = made;
    made.on("click", ({ data }) => {
      const { address } = (data ?? {}) as Mark;
      if (address) void navigate(address);
    });
    made.on("finished", () => finish(holder));
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(holder);
    // Drawn anew for the paper, so that its words keep their size.
    const forPaper = () => {
      made.resize({ width: PAPER });
      made.getZr().flush();
      finish(holder);
    };
    const forScreen = () => made.resize({ width: "auto" });
    addEventListener("beforeprint", forPaper);
    addEventListener("afterprint", forScreen);
    return () => {
      removeEventListener("beforeprint", forPaper);
      removeEventListener("afterprint", forScreen);
      observer.disconnect();
      made.dispose();
    };
  }, [navigate]);
  useEffect(() => chart.current!.setOption({ animation: false, textStyle: { fontFamily: sans }, ...option }, true), [option]);
  return <div ref={box} className="chart" role="img" aria-label={t("landscape.chart.said")} style={{ height }} />;
}

const tooltip = {
  trigger: "item",
  confine: true,
  transitionDuration: 0,
  textStyle: { color: ink, fontSize: 13 },
  formatter: ({ data }: { data: Mark & { count: number } }) => (data.name ? told(data.name, data.count) : ""),
};
const values = { type: "value", min: 0, minInterval: 1, splitNumber: 4, splitLine: { lineStyle: { color: "#e3e7ec" } }, axisLabel: { color: ink3, formatter: number } };

export interface Line {
  key: string;
  label: string;
  cells: readonly Cell[]; // by year; those without patents have no address
}

/* Years of which not all is published yet, from this one on, have a grey ground. */
export function TrendChart({ lines, first, last, open, grey }: { lines: readonly Line[]; first: number; last: number; open: number; grey: string }) {
  const option = useMemo((): EChartsCoreOption => {
    const at = Math.max(first, open);
    const longest = Math.max(...lines.map(({ label }) => label.replace(/[^\x00-\x7f]/g, "xx").length));
    const area = open > last ? undefined : { silent: true, itemStyle: { color: "rgba(87,96,106,.1)" }, label: { color: ink3, fontSize: 12, position: "insideTop" }, data: [[{ name: grey, xAxis: at === last ? Math.max(first, last - 0.5) : at }, { xAxis: last }]] };
    return {
      grid: { left: 8, right: 56 + Math.min(20, longest) * 6, top: 16, bottom: 4, containLabel: true },
      tooltip,
      xAxis: { type: "value", min: first, max: Math.max(last, first + 1), minInterval: 1, splitNumber: 10, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: "#8b949e" } }, axisTick: { show: false }, axisLabel: { color: ink3, formatter: String } },
      yAxis: values,
      series: lines.map(({ key, label, cells }, i) => {
        const color = colours[key] ?? ink3;
        return {
          type: "line",
          name: label,
          symbol: symbols[i % symbols.length],
          symbolSize: 7,
          color,
          lineStyle: { width: 2, type: color === ink3 ? "dashed" : "solid" },
          emphasis: { scale: 1.5 },
          endLabel: { show: true, formatter: `${label} ${number(cells.at(-1)?.count ?? 0)}`, color, fontWeight: 600, fontSize: 12, lineHeight: 17 },
          labelLayout: { moveOverlap: "shiftY" },
          markArea: i === 0 ? area : undefined,
          data: cells.map((cell) => ({ value: [Number(cell.key[0]), cell.count], name: cell.label.join(" · "), count: cell.count, address: cell.address })),
        };
      }),
    };
  }, [lines, first, last, open, grey]);
  return <Chart option={option} height={300} />;
}

/* All years from the first to the last; those without patents too. */
function everyYear(given: readonly Cell[]): Cell[] {
  const of = new Map(given.map((cell) => [Number(cell.key[0]), cell]));
  const first = Math.min(...of.keys());
  const span = given.length ? Math.max(...of.keys()) - first + 1 : 0;
  return Array.from({ length: span }, (_, i) => of.get(first + i) ?? { key: [String(first + i)], label: [String(first + i)], count: 0, filters: [], address: "" });
}

/* Columns of years of which not all is published yet have a broken line around them. */
export function ColumnChart({ cells, open }: { cells: readonly Cell[]; open: number }) {
  const option = useMemo((): EChartsCoreOption => {
    const years = everyYear(cells);
    return {
      grid: { left: 8, right: 8, top: 24, bottom: 4, containLabel: true },
      tooltip,
      xAxis: { type: "category", data: years.map(({ label }) => label[0]), axisTick: { show: false }, axisLine: { lineStyle: { color: "#8b949e" } }, axisLabel: { color: ink3 } },
      yAxis: values,
      series: {
        type: "bar",
        barWidth: "60%",
        barMinHeight: 1,
        color: "#0072b2",
        label: { show: true, position: "top", color: ink, fontSize: 12, formatter: ({ data }: { data: { count: number } }) => number(data.count) },
        labelLayout: { hideOverlap: true },
        data: years.map(({ key, label, count, address }) => ({ value: count || null, name: label[0], count, address, itemStyle: Number(key[0]) >= open ? { color: "#cfe4f3", borderColor: "#0072b2", borderType: "dashed" } : undefined })),
      },
    };
  }, [cells, open]);
  return <Chart option={option} height={320} />;
}

/* Areas as large as their counts; what is too small for its words is merged into one, which opens nothing. */
export function ClassMap({ cells }: { cells: readonly Cell[] }) {
  const t = useCountText();
  const option = useMemo((): EChartsCoreOption => {
    const sum = cells.reduce((all, { count }) => all + count, 0);
    const shown = cells.filter(({ count }, i) => i < 40 && count >= sum * 0.012);
    const small = cells.slice(shown.length);
    const steps = stepsOf(Math.max(1, ...shown.map(({ count }) => count)));
    const leaf = ({ key, label, count, address }: Cell) => {
      const step = steps.filter((limit) => count >= limit).length - 1;
      const dark = step >= 4;
      return { name: label[0], code: key[0], value: count, count, address, itemStyle: { color: shadeColours[Math.max(0, step)] }, label: { color: dark ? "#fff" : "#000" } };
    };
    const left = small.reduce((all, { count }) => all + count, 0);
    return {
      tooltip,
      series: {
        type: "treemap",
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        roam: false,
        nodeClick: false,
        sort: false, // the rest comes last
        breadcrumb: { show: false },
        itemStyle: { gapWidth: 2, borderWidth: 0 },
        label: {
          overflow: "break",
          fontSize: 12,
          lineHeight: 16,
          padding: 2,
          formatter: ({ data }: { data: Mark & { code?: string; count: number } }) => {
            const title = data.code && data.name !== data.code ? data.name.replace(data.code, "").trim().split(/[；;，,]/)[0]! : "";
            return `${data.code ?? data.name}\n${number(data.count)}\n${title.length > 14 ? `${title.slice(0, 13)}…` : title}`.trim();
          },
        },
        data: [...shown.map(leaf), ...(left ? [{ name: t("landscape.rest.classes", { n: small.length }), value: left, count: left, itemStyle: { color: "#d0d7de" }, label: { color: "#000" }, cursor: "default" }] : [])],
      },
    };
  }, [cells, t]);
  return <Chart option={option} height={320} />;
}
