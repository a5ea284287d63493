/* Counts as pictures whose every part is a link to what it counts: columns by year, bars by name, a matrix
 * of two dimensions. Bars begin at 0; the number is always printed. */
import { useLayoutEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useText } from "../text/index.ts";
import { Data, languageOf } from "./data.tsx";
import "./count-charts.css";

export interface Cell {
  key: readonly string[];
  label: readonly string[];
  count: number;
  address: string;
}

const number = (n: number) => n.toLocaleString("en");

/* --- columns by year ----------------------------------------------------------------------------------- */

const HEIGHT = 320;
const TOP = 20;
const BOTTOM = 24;
const LEFT = 48;

/* A round step that gives three to six lines. */
function axisStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return Math.max(1, [0.2, 0.5, 1, 2].map((one) => one * power).find((one) => most / one <= 5) ?? power * 2);
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}

/* All years from the first to the last; those without patents too. */
function everyYear(given: readonly Cell[]): Cell[] {
  const of = new Map(given.map((cell) => [Number(cell.key[0]), cell]));
  const first = Math.min(...of.keys());
  const span = given.length ? Math.max(...of.keys()) - first + 1 : 0;
  return Array.from({ length: span }, (_, i) => of.get(first + i) ?? { key: [String(first + i)], label: [String(first + i)], count: 0, address: "" });
}

export function ColumnChart({ cells: given }: { cells: readonly Cell[] }) {
  const t = useText();
  const cells = everyYear(given);
  const [box, width] = useWidth();
  const most = Math.max(1, ...cells.map(({ count }) => count));
  const step = axisStep(most);
  const top = Math.ceil(most / step) * step;
  const slot = (width - LEFT) / cells.length;
  const y = (count: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / top);
  const every = [1, 2, 5, 10, 20].find((one) => slot * one >= 38) ?? 50;
  const numbered = slot >= number(most).length * 7 + 4;
  return (
    <div ref={box} className="columns-chart">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="group" aria-label={t("landscape.chart")}>
          {Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step).map((value) => (
            <g key={value} aria-hidden="true">
              <line className="chart-grid" x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
              <text className="chart-word" x={LEFT - 8} y={y(value) + 4} textAnchor="end">
                {number(value)}
              </text>
            </g>
          ))}
          {cells.map((cell, i) => {
            const x = LEFT + i * slot;
            const height = cell.count ? Math.max(1, y(0) - y(cell.count)) : 0;
            const name = cell.label[0]!;
            return (
              <g key={name}>
                {cell.count > 0 ? (
                  <Link to={cell.address} aria-label={t("landscape.open", { name, n: number(cell.count) })}>
                    <title>{`${name}  ${number(cell.count)}`}</title>
                    <rect className="chart-ground" x={x} y={TOP} width={slot} height={HEIGHT - TOP - BOTTOM} />
                    <rect className="chart-bar" x={x + slot * 0.2} y={y(0) - height} width={slot * 0.6} height={height} />
                    {numbered && (
                      <text className="chart-number" x={x + slot / 2} y={y(0) - height - 5} textAnchor="middle">
                        {number(cell.count)}
                      </text>
                    )}
                  </Link>
                ) : null}
                {Number(name) % every === 0 && (
                  <text className="chart-word" aria-hidden="true" x={x + slot / 2} y={HEIGHT - 6} textAnchor="middle">
                    {name}
                  </text>
                )}
              </g>
            );
          })}
          <line className="chart-axis" x1={LEFT} x2={width} y1={y(0)} y2={y(0)} />
        </svg>
      )}
    </div>
  );
}

/* --- bars by name ---------------------------------------------------------------------------------------- */

const BARS = 30;

export function BarChart({ cells }: { cells: readonly Cell[] }) {
  const t = useText();
  const shown = cells.slice(0, BARS);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  return (
    <>
      <ol className="bars-chart">
        {shown.map((cell) => (
          <li key={cell.key[0]}>
            <Link to={cell.address}>
              <span className="bars-name" lang={languageOf(cell.label[0]!)} title={cell.label[0]}>
                {cell.label[0]}
              </span>
              <span className="bars-track">
                <span className="bars-fill" style={{ width: `${(86 * cell.count) / most}%` }} />
                <b>{number(cell.count)}</b>
              </span>
            </Link>
          </li>
        ))}
      </ol>
      {cells.length > BARS && <p className="chart-cut">{t("landscape.cut", { n: BARS, rest: number(cells.length - BARS) })}</p>}
    </>
  );
}

/* --- two dimensions ----------------------------------------------------------------------------------------- */

const ROWS = 24;
const COLUMNS = 16;
/* Round limits of the shades; the last one is open. */
const scales = [
  [1, 2, 5, 10, 20, 40],
  [1, 5, 10, 20, 40, 100],
  [1, 10, 50, 100, 250, 500],
  [1, 50, 250, 500, 1000, 5000],
  [1, 500, 2500, 5000, 10000, 50000],
];

interface Axis {
  key: string;
  label: string;
  sum: number;
}

function axis(cells: readonly Cell[], of: number): Axis[] {
  const all = new Map<string, Axis>();
  for (const { key, label, count } of cells) {
    const one = all.get(key[of]!) ?? { key: key[of]!, label: label[of]!, sum: 0 };
    one.sum += count;
    all.set(one.key, one);
  }
  return [...all.values()];
}

const isYear = ({ key }: Axis) => /^\d{4}$/.test(key);

/* The last years in their order, or the largest. */
function cut(all: Axis[], most: number): Axis[] {
  const years = all.filter(isYear);
  if (years.length >= all.length - 1 && years.length > 0) {
    const of = new Map(years.map((year) => [Number(year.key), year]));
    const last = Math.max(...of.keys());
    const first = Math.max(Math.min(...of.keys()), last - most + 1);
    return Array.from({ length: last - first + 1 }, (_, i) => of.get(first + i) ?? { key: String(first + i), label: String(first + i), sum: 0 });
  }
  return [...all].sort((a, b) => b.sum - a.sum).slice(0, most);
}

/* `wide`: the first dimension goes from left to right, as years do. */
export function HeatMatrix({ cells, names, wide }: { cells: readonly Cell[]; names: readonly string[]; wide: boolean }) {
  const t = useText();
  const [across, down] = wide ? [0, 1] : [1, 0];
  const allColumns = axis(cells, across);
  const allRows = axis(cells, down);
  const columns = cut(allColumns, COLUMNS);
  const rows = cut(allRows, ROWS);
  const at = new Map(cells.map((cell) => [`${cell.key[down]}\n${cell.key[across]}`, cell]));
  const most = Math.max(...rows.flatMap((row) => columns.map((column) => at.get(`${row.key}\n${column.key}`)?.count ?? 0)));
  const limits = scales.find((scale) => most < scale[5]! * 3) ?? scales[scales.length - 1]!;
  const shade = (count: number) => limits.filter((limit) => count >= limit).length;
  return (
    <>
      <p className="matrix-legend" aria-hidden="true">
        <span className="shade-0">0</span>
        {limits.map((limit, i) => (
          <span key={limit} className={`shade-${i + 1}`}>
            {i === limits.length - 1 ? `≥ ${number(limit)}` : limits[i + 1]! - 1 === limit ? limit : `${number(limit)}–${number(limits[i + 1]! - 1)}`}
          </span>
        ))}
      </p>
      <div className="matrix-scroll" role="region" aria-label={t("landscape.chart")} tabIndex={0}>
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">
                {names[down]} ＼ {names[across]}
              </th>
              {columns.map((column) => (
                <th key={column.key} scope="col" title={column.label}>
                  <Data text={column.label} />
                  <small>{number(column.sum)}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row" title={row.label}>
                  <Data text={row.label} />
                  <small>{number(row.sum)}</small>
                </th>
                {columns.map((column) => {
                  const cell = at.get(`${row.key}\n${column.key}`);
                  return (
                    <td key={column.key} className={`shade-${shade(cell?.count ?? 0)}`}>
                      {cell && cell.count > 0 ? (
                        <Link to={cell.address} aria-label={t("landscape.open", { name: `${row.label} · ${column.label}`, n: number(cell.count) })}>
                          {number(cell.count)}
                        </Link>
                      ) : (
                        0
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(rows.length < allRows.length || columns.length < allColumns.length) && <p className="chart-cut">{t("landscape.cut.matrix", { rows: rows.length, columns: columns.length })}</p>}
    </>
  );
}
