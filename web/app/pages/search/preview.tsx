/* The chosen hit beside the list: enough to decide whether to open it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { patent, type Hit } from "../../api/patents.ts";
import { Data } from "../../ui/data.tsx";
import { FactList, facts, textOf } from "../../rooms/patent/patent-facts.tsx";
import { PatentStatus } from "../../fields/patent-status.tsx";
import { Runs } from "../../ui/runs.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import "../../rooms/patent/patent.css";

const shown: ReadonlySet<string> = new Set(["patent.publication", "patent.application", "patent.applied", "patent.applicants", "patent.assignees", "patent.inventors", "patent.ipc"]);

export function Preview({ hit, rank, total }: { hit: Hit; rank: number; total: number }) {
  const t = useText();
  const language = useLanguage();
  const { data, error, refetch } = useQuery(patent(hit.id, language));
  const record = data?.record;
  const abstract = record && textOf(record, "abstract");
  const others = hit.highlights.filter(({ field }) => field !== "title");
  return (
    <>
      <p className="preview-place">
        <span className="quiet">{t("search.preview", { at: rank.toLocaleString("en"), n: total.toLocaleString("en") })}</span>
        <span className="quiet">
          <kbd>j</kbd> <kbd>k</kbd> {t("search.key.move")} <kbd>o</kbd> {t("search.key.open")}
        </span>
      </p>
      <h2>{hit.title ? <Data text={hit.title} /> : t("patent.untitled")}</h2>
      <p className="preview-status">
        <PatentStatus status={hit.status} label={hit.status_label} />
        <span className="quiet">{hit.status_date ? t("patent.status.day", { day: hit.status_date }) : t("patent.status.noday")}</span>
      </p>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!error && !record && <Waiting rows={5} />}
      {record && (
        <>
          <FactList list={facts(record, t).filter(([label, value]) => shown.has(label) && (value || label !== "patent.assignees"))} />
          <h3>{t("patent.abstract")}</h3>
          {abstract ? (
            <p className="paper preview-text" lang={abstract.lang}>
              {abstract.content}
            </p>
          ) : (
            <p className="gap">{t("patent.abstract.missing")}</p>
          )}
          {others
            .filter(({ field }) => field !== "abstract")
            .map(({ field, field_label, runs }) => (
              <section key={field}>
                <h3>{field_label}</h3>
                <p className="paper preview-text">
                  <Runs runs={runs} />
                </p>
              </section>
            ))}
          <div className="preview-verbs">
            <Link className="button primary" to={`/patents/${hit.id}`}>
              {t("search.open")}
            </Link>
            <Link className="button" to={`/patents/${hit.id}?part=similar`}>
              {t("search.near")}
            </Link>
          </div>
        </>
      )}
    </>
  );
}
