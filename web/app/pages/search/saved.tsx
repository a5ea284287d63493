/* Searches that the reader keeps, each with what it finds more than when he last looked. */
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { total as totalOf, type Question } from "../../api/patents.ts";
import { listOf, typesOf } from "../../api/records.ts";
import { newKey } from "../../api/submit-key.ts";
import { useAct } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { filterWords } from "../../rooms/patent/filter-chips.tsx";
import { Icon } from "../../ui/icons.tsx";
import { useLanguage, useText } from "../../text/index.ts";

const TYPE = "saved_search";

interface Saved extends Question {
  id: number;
  version: number;
  name: string;
  seen: number;
}

const read = (row: Record<string, unknown>): Saved => ({
  id: Number(row.id), version: Number(row.version), name: String(row.name), seen: Number(row.seen_total ?? 0),
  query: String(row.query ?? ""), filters: Array.isArray(row.filters) ? row.filters.map(String) : [],
});

const same = (a: Question, b: Question) => a.query === b.query && [...a.filters].sort().join("\n") === [...b.filters].sort().join("\n");

export function useSaved() {
  const cache = useQueryClient();
  const may = useQuery(typesOf(useLanguage())).data?.items.find(({ name }) => name === TYPE)?.may.includes("read") ?? false;
  const { data } = useQuery({ ...listOf(TYPE, { fields: "*", limit: 100 }), enabled: may });
  return { list: data?.items.map(read), again: () => cache.invalidateQueries({ queryKey: ["records", TYPE] }) };
}

/* Keeps this search; once it is kept, notes that its finds were seen. */
export function Save({ question, total, labels }: { question: Question; total: number; labels: ReadonlyMap<string, string> }) {
  const t = useText();
  const { list, again } = useSaved();
  const { error: failed, act } = useAct();
  const kept = list?.find((one) => same(one, question));
  const stale = kept && kept.seen !== total;
  useEffect(() => {
    if (!stale) return;
    void take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path: { type: TYPE, id: kept.id }, header: { "If-Match": `"${kept.version}"` } }, body: { seen_total: total } })).then(again, () => {});
  }, [stale, total]);
  if (!list || (!question.query && question.filters.length === 0)) return null;
  const save = () => {
    const name = [question.query, ...question.filters.map((filter) => filterWords(filter, labels, t))].filter(Boolean).join(" · ");
    const body = { name: [...name].slice(0, 200).join(""), query: question.query || null, filters: question.filters.length ? [...question.filters] : null, seen_total: total };
    return act(async () => {
      await take(api.POST("/api/v1/records/{type}", { params: { path: { type: TYPE }, header: { "Idempotency-Key": newKey() } }, body }));
      await again();
    });
  };
  return (
    <span className="no-print">
      {failed && <span role="alert">{failed.message} </span>}
      <button type="button" className="button small" disabled={!!kept} onClick={() => void save()}>
        {t(kept ? "search.saved.is" : "search.save")}
      </button>
    </span>
  );
}

export function SavedList() {
  const t = useText();
  const { list = [], again } = useSaved();
  const totals = useQueries({ queries: list.map(({ query, filters }) => totalOf({ query, filters })) });
  if (list.length === 0) return null;
  const end = async ({ id, version }: Saved) => {
    await take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { path: { type: TYPE, id, action: "end" }, header: { "If-Match": `"${version}"`, "Idempotency-Key": newKey() } }, body: {} }));
    await again();
  };
  return (
    <section>
      <h3>{t("search.saved")}</h3>
      <ul className="history">
        {list.map((one, i) => {
          const now = totals[i]?.data;
          const more = now === undefined ? 0 : now - one.seen;
          return (
            <li key={one.id}>
              <Link to={`/patents?${new URLSearchParams([["query", one.query], ...one.filters.map((filter) => ["filter", filter]), ["sort", "-date"]])}`}>
                <Data text={one.name} />
              </Link>
              <Link to={`/r/${TYPE}/${one.id}`}>{t("changes.title")}</Link>
              {more > 0 && <b className="saved-more">{t("search.saved.more", { n: more.toLocaleString("en") })}</b>}
              <span>{now !== undefined && t("search.total", { n: now.toLocaleString("en") })}</span>
              <button type="button" className="saved-remove" aria-label={t("search.saved.remove", { name: one.name })} title={t("search.saved.remove", { name: one.name })} onClick={() => void end(one)}>
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
