/* What a saved search or a topic database finds otherwise than before, the latest look first. */
import "./search-changes.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { changesOf } from "../../api/records.ts";
import { useText, type Key } from "../../text/index.ts";
import { PatentStatus } from "../../fields/patent-status.tsx";
import { minute } from "../../ui/time.ts";
import { TopicDialog, useMayStore } from "../../rooms/patent/topic-dialog.tsx";

const words: Record<string, Key> = { new: "changes.new", status: "changes.status", removed: "changes.removed" };

export function SearchChanges({ type, id, title }: { type: string; id: number; title: string }) {
  const t = useText();
  const [storing, setStoring] = useState(false);
  const store = useMayStore() && type === "topic_database";
  const { data } = useQuery({ ...changesOf(type, id), retry: false });
  if (!data) return null;
  const looks = [...new Set(data.items.map(({ at_ms }) => at_ms))].map((at) => [at, data.items.filter(({ at_ms }) => at_ms === at)] as const);
  const latest = looks[0]?.[1].filter(({ what, number }) => what === "new" && number) ?? [];
  return (
    <section className="record-section">
      <h2>
        {t("changes.title")} <small>{t("changes.why")}</small>
      </h2>
      {store && latest.length > 0 && (
        <button type="button" className="button no-print" onClick={() => setStoring(true)}>
          {t("topic.store", { n: latest.length })}
        </button>
      )}
      {storing && <TopicDialog into={id} patents={latest.map(({ number }) => ({ number: number!, reason: t("topic.reason.search", { query: title }) }))} why="" onClose={() => setStoring(false)} onStored={() => setStoring(false)} />}
      {looks.length === 0 && <p className="quiet">{t("changes.none")}</p>}
      {looks.map(([at, items]) => (
        <table key={at} className="search-changes">
          <caption>
            {minute(at)} · {(["new", "status", "removed"] as const).map((what) => `${t(words[what]!)} ${items.filter((one) => one.what === what).length}`).join(" · ")}
          </caption>
          <tbody>
            {items.map((one) => (
              <tr key={`${one.patent} ${one.what}`} className={one.what}>
                <td>{t(words[one.what] ?? "changes.title")}</td>
                <td>{one.what === "removed" ? (one.number ?? one.patent) : <Link to={`/patents/${one.patent}`}>{one.number ?? one.patent}</Link>}</td>
                <td>
                  {one.before && <PatentStatus status={one.before} />}
                  {one.what === "status" && " → "}
                  {one.after && <PatentStatus status={one.after} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}
