/* Counts as a table: the rows of the chart, unknown ones too, each with its share and a link to its patents. */
import { Link } from "react-router";
import { useText } from "../text/index.ts";
import type { Cell } from "./count-charts.tsx";
import { languageOf } from "./data.tsx";
import "./count-table.css";

const MOST = 500;

export function CountTable({ cells, names, total }: { cells: readonly Cell[]; names: readonly string[]; total: number }) {
  const t = useText();
  const rows = cells.slice(0, MOST);
  return (
    <>
      <table className="count-table">
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
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, count, address }) => (
            <tr key={key.join("\n")}>
              {label.map((one, i) => (
                <td key={i} lang={languageOf(one)}>
                  {one}
                </td>
              ))}
              <td className="count">
                {count > 0 ? (
                  <Link to={address} aria-label={t("landscape.open", { name: label.join(" · "), n: count.toLocaleString("en") })}>
                    {count.toLocaleString("en")}
                  </Link>
                ) : (
                  0
                )}
              </td>
              <td className="count">{((100 * count) / total).toFixed(1)}%</td>
            </tr>
          ))}
        </tbody>
      </table>
      {cells.length > MOST && <p className="chart-cut">{t("landscape.cut.table", { n: MOST, rest: (cells.length - MOST).toLocaleString("en") })}</p>}
    </>
  );
}
