/* Hits that were ticked, also on other pages and of other searches, and what is done with them. */
import { useState } from "react";
import { Link } from "react-router";
import { exportAddress } from "../../api/patents.ts";
import { quoted } from "../../rooms/patent/filters.ts";
import type { HitData, Ticks } from "../../rooms/patent/hits.tsx";
import { StoredNote, TopicDialog, useMayStore, type Stored } from "../../rooms/patent/topic-dialog.tsx";
import { useText } from "../../text/index.ts";
import { COMPARED } from "../../rooms/patent/marks.ts";

let now: ReadonlyMap<number, HitData> = new Map(); // of this tab

export function useTicked() {
  const [hits, setHits] = useState(now);
  const put = (next: ReadonlyMap<number, HitData>) => {
    now = next;
    setHits(next);
  };
  const ticks: Ticks = {
    has: ({ id }) => hits.has(id),
    set: (some, on) => {
      const next = new Map(hits);
      for (const hit of some) on ? next.set(hit.id, hit) : next.delete(hit.id);
      put(next);
    },
  };
  return { hits: [...hits.values()], ticks, clear: () => put(new Map()) };
}

export function TickBar({ hits, clear, query }: { hits: readonly HitData[]; clear: () => void; query: string }) {
  const t = useText();
  const [stores, setStores] = useState(false);
  const [stored, setStored] = useState<Stored>();
  const may = useMayStore();
  const n = hits.length;
  if (n === 0) return stored ? <StoredNote stored={stored} /> : null;
  const only = { query: "", filters: [`number=${hits.map(({ number }) => quoted(number)).join(",")}`] };
  return (
    <>
      <div className="tick-bar no-print" role="group" aria-label={t("search.ticked", { n })}>
        <b role="status">{t("search.ticked", { n })}</b>
        {may && (
          <button type="button" className="button small" onClick={() => setStores(true)}>
            {t("topic.store.open")}
          </button>
        )}
        {n > 1 && n <= COMPARED ? (
          <Link className="button small" to={`/patents/compare?${new URLSearchParams(hits.map(({ id }) => ["id", String(id)]))}`}>
            {t("search.compare")}
          </Link>
        ) : (
          <button type="button" className="button small" disabled>
            {t(n > COMPARED ? "search.compare.most" : "search.compare", { n: COMPARED })}
          </button>
        )}
        {(["xlsx", "csv"] as const).map((kind) => (
          <a key={kind} className="button small" href={exportAddress(kind, only, "relevance")} download aria-label={t("search.export.ticked", { n, kind: kind.toUpperCase() })}>
            {kind.toUpperCase()}
          </a>
        ))}
        <button type="button" className="link-button" onClick={clear}>
          {t("search.tick.clear")}
        </button>
      </div>
      {stored && <StoredNote stored={stored} />}
      {stores && (
        <TopicDialog
          patents={hits.map(({ number, title }) => ({ number, title, reason: "" }))}
          why={query && t("topic.reason.search", { query })}
          onClose={() => setStores(false)}
          onStored={(done) => {
            setStores(false);
            setStored(done);
            clear();
          }}
        />
      )}
    </>
  );
}
