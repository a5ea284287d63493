/* Before anything is searched: how much there is, how to begin, what was searched last. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { total as totalOf } from "../../api/patents.ts";
import { useSession } from "../../api/session.ts";
import { Empty, Failed } from "../../ui/states.tsx";
import { useText, type Key } from "../../text/index.ts";
import { rolesOf } from "../../rooms/shell/routes.ts";
import { HistoryRows, type History } from "./history.tsx";
import { SavedList } from "./saved.tsx";

const everything = { query: "", filters: [] };
const examples: readonly (readonly [query: Key, why: Key])[] = [
  ["search.example.words", "search.example.words.why"],
  ["search.example.field", "search.example.field.why"],
  ["search.example.class", "search.example.class.why"],
  ["search.example.party", "search.example.party.why"],
];

export function Start({ history: { list } }: { history: History }) {
  const t = useText();
  const imports = useSession().roles.some(({ role }) => rolesOf("/import").includes(role));
  const { data: total, error, refetch } = useQuery(totalOf(everything));
  if (error) return <div className="search-alone"><Failed error={error} retry={() => void refetch()} /></div>;
  if (total === 0)
    return (
      <div className="search-alone">
        <Empty title={t("search.start.empty")} text={imports ? <Link to="/import">{t("search.start.import")}</Link> : t("search.start.ask")} />
      </div>
    );
  return (
    <div className="search-alone start">
      <section>
        <h2>{total === undefined ? "…" : t("search.start", { n: total.toLocaleString("en") })}</h2>
        <p>
          <Link to="/patents?query=">{t("search.start.browse")}</Link>
        </p>
        <h3>{t("search.start.try")}</h3>
        <ul className="start-examples">
          {examples.map(([query, why]) => (
            <li key={query}>
              <Link to={`/patents?${new URLSearchParams([["query", t(query)]])}`}>{t(query)}</Link>
              <span>{t(why)}</span>
            </li>
          ))}
        </ul>
      </section>
      <div className="start-kept">
        <SavedList />
        {list.length > 0 && (
          <section>
            <h3>{t("search.start.recent")}</h3>
            <HistoryRows list={list.slice(0, 8)} />
          </section>
        )}
      </div>
    </div>
  );
}
