/* The patents that a record names, with what the library says of them. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { hits } from "../../api/patents.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { PatentStatus } from "../../fields/patent-status.tsx";
import { useLanguage, useText } from "../../text/index.ts";

const SHOWN = 10;

export function Patents({ label, numbers }: { label: string; numbers: readonly string[] }) {
  const t = useText();
  return (
    <section className="record-section">
      <h2>
        {label} <small>{t("records.rows", { n: numbers.length })}</small>
      </h2>
      <table className="close-rows record-table">
        <tbody>
          {numbers.slice(0, SHOWN).map((number) => (
            <Patent key={number} number={number} />
          ))}
        </tbody>
      </table>
      {numbers.length > SHOWN && <p className="quiet">{numbers.slice(SHOWN).join(t("common.comma"))}</p>}
    </section>
  );
}

function Patent({ number }: { number: string }) {
  const t = useText();
  const found = useQuery({ ...hits({ query: number, filters: [] }, false, "relevance", 1, 1, useLanguage()), retry: false });
  const hit = found.data?.total === 1 ? found.data.hits[0] : undefined;
  return (
    <tr>
      <td className="record-number">
        <Code text={number} />
      </td>
      <td>
        {hit ? (
          <Link to={`/patents/${hit.id}`}>
            <Data text={hit.title} />
          </Link>
        ) : (
          <Link to={`/patents?query=${encodeURIComponent(number)}`}>{t("records.patent.find")}</Link>
        )}
      </td>
      <td>{hit ? <PatentStatus status={hit.status} label={hit.status_label} /> : found.isPending ? "…" : <span className="not-given">{t("records.patent.unknown")}</span>}</td>
    </tr>
  );
}
