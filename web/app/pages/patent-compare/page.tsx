/* Up to five patents side by side; what not all of them have is marked. */
import { useQueries } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { patent } from "../../api/patents.ts";
import { Data, languageOf } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Missing, titleOf, written } from "../../rooms/patent/patent-facts.tsx";
import { PatentStatus } from "../../fields/patent-status.tsx";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { COMPARED, type Item } from "../../rooms/patent/marks.ts";
import { linesOf, type Line } from "./view.ts";
import "../../ui/controls.css";
import "../../ui/plain-table.css";
import "./compare.css";

export default function Compare() {
  const t = useText();
  const language = useLanguage();
  const [params] = useSearchParams();
  const ids = [...new Set(params.getAll("id").map(Number))].filter((id) => Number.isInteger(id) && id > 0).slice(0, COMPARED);
  const replies = useQueries({ queries: ids.map((id) => patent(id, language)) });
  useFoldedMenu();
  if (ids.length === 0)
    return (
      <Empty page title={t("compare.few")} text={t("compare.few.why")}>
        <Link className="button primary" to="/patents">
          {t("compare.search")}
        </Link>
      </Empty>
    );
  const failed = replies.find(({ error }) => error);
  if (failed?.error) return <Failed page error={failed.error} retry={() => void failed.refetch()} />;
  const shown = replies.flatMap(({ data }) => data ?? []);
  if (shown.length < ids.length) return <Waiting rows={10} />;
  const without = (id: number) => `/patents/compare?${new URLSearchParams(ids.filter((one) => one !== id).map((one) => ["id", String(one)]))}`;
  return (
    <>
      <PageHead
        title={t("compare.title")}
        line={<mark>{t("compare.marked")}</mark>}
        actions={
          <button type="button" className="button" onClick={() => window.print()}>
            {t("patent.print")}
          </button>
        }
      />
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t("compare.title")}>
        <table className={`compare compare-${shown.length}`}>
          <thead>
            <tr>
              <th scope="col">
                <span className="said">{t("compare.fact")}</span>
              </th>
              {shown.map(({ id, record, status_label }) => {
                const number = written(record.publication) || written(record.application);
                return (
                  <th key={id} scope="col">
                    <span className="compare-number">
                      <code>{number}</code>
                      <Link className="no-print" to={without(id)} replace aria-label={t("compare.remove", { number })} title={t("compare.remove", { number })}>
                        <Icon name="close" />
                      </Link>
                    </span>
                    <Link to={`/patents/${id}`}>{titleOf(record) ? <Data text={titleOf(record)} /> : t("patent.untitled")}</Link>
                    <PatentStatus status={record.status} label={status_label} />
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {linesOf(shown.map(({ record }) => record), t).map((line) => (
              <tr key={line.label}>
                <th scope="row">{t(line.label)}</th>
                {line.cells.map((items, i) => (
                  <td key={shown[i]!.id} className={line.mono ? "mono" : line.prose ? "compare-prose" : undefined}>
                    {items.length === 0 ? <Missing /> : <Items items={items} line={line} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Items({ items, line }: { items: readonly Item[]; line: Line }) {
  const shown = items.map(({ text, marked }, i) => (marked ? <mark key={i}>{text}</mark> : <span key={i}>{text}</span>));
  if (line.prose) return <span lang={languageOf(items.map(({ text }) => text).join(""))}>{shown}</span>;
  return (
    <ul lang={languageOf(items.map(({ text }) => text).join(""))}>
      {shown.map((one, i) => (
        <li key={i}>{one}</li>
      ))}
    </ul>
  );
}
