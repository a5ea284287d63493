/* Counts as a table: the rows of the chart, unknown ones too, each with its share, a link to its patents, and a
 * button that narrows everything to them. */
import { Link } from "react-router";
import { useCountText } from "./count-text.ts";
import type { Cell } from "./count-charts.tsx";
import { languageOf } from "../../ui/data.tsx";
import "./count-table.css";

const MOST = 500;

const number = (n: number) => n.toLocaleString("en");

interface Props {
  cells: readonly Cell[];
  names: readonly string[];
  total: number;
  narrow: (filters: readonly string[]) => void;
}

export function CountTable({ cells, names, total, narrow }: Props) {
  const t = useCountText();
  const rows = cells.slice(0, MOST);
  return (
    <>
      <table className="close-rows count-table">
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" className="count">
              {t("landscape.count")}
            </th>
            <th scope="col" className="count">
              {t("landscape.share")}
            </th>
            <th className="count no-print">
              <span className="said">{t("landscape.narrow")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, count, filters, address }) => (
            <tr key={key.join("\n")}>
              {label.map((one, i) => (
                <td key={i} lang={languageOf(one)}>
                  {one}
                </td>
              ))}
              <td className="count">
                <Counted name={label.join(" · ")} count={count} address={address} />
              </td>
              <td className="count">{((100 * count) / total).toFixed(1)}%</td>
              <td className="count no-print">
                {filters.length > 0 && <Narrow name={label.join(" · ")} act={() => narrow(filters)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {cells.length > MOST && <p className="chart-cut">{t("landscape.cut.table", { n: MOST, rest: number(cells.length - MOST) })}</p>}
    </>
  );
}

function Counted({ name, count, address }: { name: string; count: number; address: string }) {
  const t = useCountText();
  if (!address) return number(count);
  return (
    <Link to={address} aria-label={t("landscape.open", { name, n: number(count) })}>
      {number(count)}
    </Link>
  );
}

function Narrow({ name, act }: { name: string; act: () => void }) {
  const t = useCountText();
  return (
    <button type="button" className="link-button" aria-label={`${t("landscape.narrow")} ${name}`} onClick={act}>
      {t("landscape.narrow")}
    </button>
  );
}

export interface Row {
  key: string;
  label: string;
  cells: readonly (Cell | undefined)[]; // by column
  total: Cell;
}

interface CrossProps {
  head: string;
  columns: readonly string[];
  rows: readonly Row[];
  foot?: Row;
  narrow: (filters: readonly string[]) => void;
}

/* Rows by columns, with what the columns lack and the sum of each row. */
export function CrossTable({ head, columns, rows, foot, narrow }: CrossProps) {
  const t = useCountText();
  const line = ({ key, label, cells, total }: Row, summed = false) => (
    <tr key={key}>
      <th scope="row" lang={languageOf(label)}>
        {label}
      </th>
      {[...cells, total].map((cell, i) => (
        <td key={i}>{cell ? <Counted name={`${label} · ${columns[i] ?? t("landscape.sum")}`} count={cell.count} address={cell.address} /> : 0}</td>
      ))}
      <td className="no-print">{!summed && total.address && <Narrow name={label} act={() => narrow(total.filters)} />}</td>
    </tr>
  );
  return (
    <table className="close-rows cross-table">
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {[...columns, t("landscape.sum")].map((one, i) => (
            <th key={i} scope="col" lang={languageOf(one)}>
              {one}
            </th>
          ))}
          <th className="no-print">
            <span className="said">{t("landscape.narrow")}</span>
          </th>
        </tr>
      </thead>
      <tbody>{rows.map((row) => line(row))}</tbody>
      {foot && <tfoot>{line(foot, true)}</tfoot>}
    </table>
  );
}
