/* What was searched before, kept in this browser for this account until it signs out. */
import { Link } from "react-router";
import type { Question } from "../../api/patents.ts";
import { useDraft } from "../../parts/draft.ts";
import { Data, languageOf } from "../../parts/data.tsx";
import { filterWords } from "../../parts/filter-chips.tsx";
import { minute } from "../../parts/time.ts";
import { useText } from "../../text/index.ts";

interface Searched {
  query: string;
  filters: string[];
  total: number;
  at: number; // ms
}

const MOST = 50;
const none: Searched[] = [];
const same = (a: Question, b: Question) => a.query === b.query && a.filters.join("\n") === b.filters.join("\n");

export type History = ReturnType<typeof useHistory>;

export function useHistory() {
  const [list, setList, clear] = useDraft<Searched[]>("searches", none);
  const remember = (question: Question, total: number) => {
    if (!question.query && question.filters.length === 0) return;
    const made = { query: question.query, filters: [...question.filters], total, at: Date.now() };
    setList([made, ...list.filter((one) => !same(one, question))].slice(0, MOST));
  };
  return { list, remember, clear };
}

export function HistoryRows({ list }: { list: readonly Searched[] }) {
  const t = useText();
  return (
    <ul className="history">
      {list.map(({ query, filters, total, at }) => (
        <li key={`${query}\n${filters.join("\n")}`}>
          <Link to={`/patents?${new URLSearchParams([["query", query], ...filters.map((filter) => ["filter", filter])])}`}>
            {query ? <Data text={query} /> : t("search.history.all")}
            {filters.length > 0 && <span className="history-filters" lang={languageOf(filters.join())}>{filters.map((filter) => filterWords(filter, new Map(), t)).join(" · ")}</span>}
          </Link>
          <span>{t("search.total", { n: total.toLocaleString("en") })}</span>
          <time>{minute(at)}</time>
        </li>
      ))}
    </ul>
  );
}

export function HistoryList({ history: { list, clear } }: { history: History }) {
  const t = useText();
  if (list.length === 0) return <p className="quiet">{t("search.history.empty")}</p>;
  return (
    <section aria-label={t("search.history")}>
      <HistoryRows list={list} />
      <p className="quiet">
        {t("search.history.note")}{" "}
        <button type="button" className="text-button" onClick={clear}>
          {t("search.history.clear")}
        </button>
      </p>
    </section>
  );
}
