/* Counts as pictures whose every part is a link to what it counts: bars by name, a matrix of two dimensions, a map
 * of squares. Bars begin at 0; the number is always printed. */
import type { CSSProperties, ReactNode } from "react";
import { Link } from "react-router";
import { useCountText } from "./count-text.ts";
import { Data, languageOf } from "../../ui/data.tsx";
import type { Tile } from "../../rooms/portal/tile-map.ts";
import "./count-charts.css";

export interface Cell {
  key: readonly string[];
  label: readonly string[];
  count: number;
  filters: readonly string[]; // what it adds to the question
  address: string; // empty: no filter finds just these
}

const number = (n: number) => n.toLocaleString("en");

/* A mark; without an address it opens nothing. */
function Mark({ to, name, count, className, title, style, children }: { to: string; name?: string; count: number; className?: string; title?: string; style?: CSSProperties; children: ReactNode }) {
  const t = useCountText();
  if (!to)
    return (
      <span className={className} title={title} style={style}>
        {children}
      </span>
    );
  return (
    <Link to={to} className={className} title={title} style={style} aria-label={name && t("landscape.open", { name, n: number(count) })}>
      {children}
    </Link>
  );
}

/* --- bars by name ---------------------------------------------------------------------------------------- */

const BARS = 30;

/* A bar of several parts, each a link of its own; `tone` is a legal status. */
export interface Bar extends Cell {
  tone?: string;
  parts?: readonly Bar[];
}

interface BarProps {
  cells: readonly Bar[];
  total?: number; // shares of it are printed
  most?: number; // bars
}

export function BarChart({ cells, total, most = BARS }: BarProps) {
  const t = useCountText();
  const shown = cells.slice(0, most);
  const longest = Math.max(1, ...shown.map(({ count }) => count));
  const width = (count: number) => `${((total ? 64 : 86) * count) / longest}%`;
  return (
    <>
      <ol className="bars-chart">
        {shown.map(({ key, label, count, address, tone = "active", parts }) => {
          const name = (
            <span className="bars-name one-line" lang={languageOf(label[0]!)} title={label[0]}>
              {label[0]}
            </span>
          );
          const end = (
            <>
              <b>{number(count)}</b>
              {total && <small>{((100 * count) / total).toFixed(1)}%</small>}
            </>
          );
          return (
            <li key={key[0]}>
              {parts ? (
                <div className="bars-row">
                  {name}
                  <span className="bars-track">
                    <span className="bars-parts" style={{ width: width(count) }}>
                      {parts.map((part) => (
                        <Mark key={part.key.join("\n")} to={part.address} name={part.label.join(" · ")} count={part.count} className={`bars-part tone-${part.tone}`} style={{ flexGrow: part.count }} title={`${part.label.join(" · ")} ${number(part.count)}`}>
                          {part.count >= longest / 16 && number(part.count)}
                        </Mark>
                      ))}
                    </span>
                    <Mark to={address} name={label[0]} count={count}>
                      {end}
                    </Mark>
                  </span>
                </div>
              ) : (
                <Mark to={address} count={count} className="bars-row">
                  {name}
                  <span className="bars-track">
                    <span className={`bars-fill tone-${tone}`} style={{ width: width(count) }} />
                    {end}
                  </span>
                </Mark>
              )}
            </li>
          );
        })}
      </ol>
      {cells.length > most && <p className="chart-cut">{t("landscape.cut", { n: most, rest: number(cells.length - most) })}</p>}
    </>
  );
}

/* --- shades -------------------------------------------------------------------------------------------------- */

/* Round limits of the shades; the last one is open. */
const scales = [
  [1, 2, 5, 10, 20, 40],
  [1, 5, 10, 20, 40, 100],
  [1, 10, 50, 100, 250, 500],
  [1, 50, 250, 500, 1000, 5000],
  [1, 500, 2500, 5000, 10000, 50000],
];
/* As the classes shade-1 to shade-6 have them. */
export const shadeColours = ["#e4eef7", "#bbd6ea", "#83b5d8", "#3f8ec2", "#0072b2", "#004c7a"];

export const stepsOf = (most: number) => scales.find((scale) => most < scale[5]! * 3) ?? scales[scales.length - 1]!;

const shadeOf = (limits: readonly number[], count: number) => `shade-${limits.filter((limit) => count >= limit).length}`;

function Legend({ limits }: { limits: readonly number[] }) {
  return (
    <p className="matrix-legend" aria-hidden="true">
      <span className="shade-0">0</span>
      {limits.map((limit, i) => (
        <span key={limit} className={`shade-${i + 1}`}>
          {i === limits.length - 1 ? `≥ ${number(limit)}` : limits[i + 1]! - 1 === limit ? limit : `${number(limit)}–${number(limits[i + 1]! - 1)}`}
        </span>
      ))}
    </p>
  );
}

/* --- two dimensions ----------------------------------------------------------------------------------------- */

const ROWS = 24;
const COLUMNS = 16;
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
export function HeatMatrix({ cells, names, wide, most: rowsMost = ROWS }: { cells: readonly Cell[]; names: readonly string[]; wide: boolean; most?: number }) {
  const t = useCountText();
  const [across, down] = wide ? [0, 1] : [1, 0];
  const allColumns = axis(cells, across);
  const allRows = axis(cells, down);
  const columns = cut(allColumns, COLUMNS);
  const rows = cut(allRows, rowsMost);
  const at = new Map(cells.map((cell) => [`${cell.key[down]}\n${cell.key[across]}`, cell]));
  const most = Math.max(...rows.flatMap((row) => columns.map((column) => at.get(`${row.key}\n${column.key}`)?.count ?? 0)));
  const limits = stepsOf(most);
  return (
    <>
      <Legend limits={limits} />
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
                    <td key={column.key} className={shadeOf(limits, cell?.count ?? 0)}>
                      {cell && cell.count > 0 ? (
                        <Mark to={cell.address} name={`${row.label} · ${column.label}`} count={cell.count}>
                          {number(cell.count)}
                        </Mark>
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

/* --- a map of squares -------------------------------------------------------------------------------------------- */

export function TileChart({ tiles, cells }: { tiles: readonly Tile[]; cells: readonly Cell[] }) {
  const of = new Map(cells.map((cell) => [cell.key[0], cell]));
  const limits = stepsOf(Math.max(1, ...cells.map(({ count }) => count)));
  const columns = Math.max(...tiles.map(({ col }) => col)) + 1;
  return (
    <>
      <ul className="tile-chart" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 52px))` }}>
        {tiles.map(({ code, name, col, row }) => {
          const cell = of.get(code);
          const words = (
            <>
              <span>{name}</span>
              <b>{number(cell?.count ?? 0)}</b>
            </>
          );
          return (
            <li key={code} lang={languageOf(name)} className={shadeOf(limits, cell?.count ?? 0)} style={{ gridColumn: col + 1, gridRow: row + 1 }}>
              {cell ? (
                <Mark to={cell.address} count={cell.count} title={cell.label[0]}>
                  {words}
                </Mark>
              ) : (
                words
              )}
            </li>
          );
        })}
      </ul>
      <Legend limits={limits} />
    </>
  );
}
