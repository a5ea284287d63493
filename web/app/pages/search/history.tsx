/* What was searched before, kept in this browser for this account until it signs out. */
import { Link } from "react-router";
import type { Question } from "../../api/patents.ts";
import { serverNow } from "../../api/server-time.ts";
import { useDraft } from "../../ui/draft.ts";
import { Data, languageOf } from "../../ui/data.tsx";
import { filterWords } from "../../rooms/patent/filter-chips.tsx";
import { minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

interface Searched {
  n?: number; // what it is called: #3
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
    const n = list.find((one) => same(one, question))?.n ?? 1 + Math.max(0, ...list.map((one) => one.n ?? 0));
    const made = { n, query: question.query, filters: [...question.filters], total, at: serverNow() };
    setList([made, ...list.filter((one) => !same(one, question))].slice(0, MOST));
  };
  return { list, remember, clear };
}

/* Numbers of earlier searches, combined: "#1 AND #2 NOT #3" is the query that says the same. undefined: it names
 * none; a number: that search is not in the list. */
export function combine(typed: string, list: readonly Searched[]): string | number | undefined {
  const words = typed.replace(/[()（）]/g, " $& ").trim().split(/\s+/);
  const numberOf = (word: string) => /^([-!]?)[#＃](\d+)$/.exec(word);
  if (!words.some(numberOf)) return undefined;
  let missing: number | undefined;
  const query = words.map((word) => {
    const named = numberOf(word);
    if (!named) return /^(and|or|not)$/i.test(word) ? word.toUpperCase() : word;
    const one = list.find(({ n }) => n === Number(named[2]));
    if (!one) missing ??= Number(named[2]);
    return `${named[1]}(${one ? [one.query && `(${one.query})`, ...one.filters.map((filter) => `{${/[{}]/.test(filter) && !filter.includes('"') ? filter.replace(/=(.*)$/, '="$1"') : filter}}`)].filter(Boolean).join(" ") : ""})`;
  });
  return missing ?? query.join(" ");
}

export function HistoryRows({ list, pick }: { list: readonly Searched[]; pick?: (n: number) => void }) {
  const t = useText();
  return (
    <ul className="history">
      {list.map(({ n, query, filters, total, at }) => (
        <li key={`${query}\n${filters.join("\n")}`}>
          {pick && n !== undefined && (
            <button type="button" className="history-number" aria-label={t("search.history.add", { n })} onClick={() => pick(n)}>
              #{n}
            </button>
          )}
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

export function HistoryList({ history: { list, clear }, pick }: { history: History; pick: (n: number) => void }) {
  const t = useText();
  if (list.length === 0) return <p className="quiet">{t("search.history.empty")}</p>;
  return (
    <section aria-label={t("search.history")}>
      <HistoryRows list={list} pick={pick} />
      <p className="quiet">{t("search.history.sets")}</p>
      <p className="quiet">
        {t("search.history.note")}{" "}
        <button type="button" className="text-button" onClick={clear}>
          {t("search.history.clear")}
        </button>
      </p>
    </section>
  );
}
