/* No hits: which condition to drop, and what would then be found. */
import { useQueries } from "@tanstack/react-query";
import { Link } from "react-router";
import { total, type Found, type Question } from "../../api/patents.ts";
import { Data } from "../../ui/data.tsx";
import { filterWords } from "../../rooms/patent/filter-chips.tsx";
import { Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";
import { conjuncts } from "./query.ts";
import type { View } from "../../rooms/patent/view.ts";

interface Props {
  question: Question;
  found: Found;
  labels: ReadonlyMap<string, string>;
  address: (change: Partial<View>) => string;
}

export function Nothing({ question, found, labels, address }: Props) {
  const t = useText();
  const { query, filters } = question;
  const words = conjuncts(query);
  const without = words.length > 1 ? words.map((word, i) => ({ what: word, query: words.filter((_, k) => k !== i).join(" "), filters })) : [];
  const counts = useQueries({ queries: without.map((left) => total(left)) });
  if (counts.some((count) => count.isPending)) return <Waiting rows={3} />;
  const ways = [
    ...(found.without ?? []).map((one) => ({ what: filterWords(one.filter, labels, t), query, filters: filters.filter((filter) => filter !== one.filter), total: one.total })),
    ...without.map((left, i) => ({ ...left, total: counts[i]!.data ?? 0 })),
  ].filter(({ total: left }) => left > 0);
  return (
    <section className="nothing">
      <h2 role="status">{t("search.none")}</h2>
      {(found.terms?.length ?? 0) > 0 && (
        <p>
          {t("search.words")}
          {found.terms!.map(({ text, count }) => (
            <span key={text} className={count ? "nothing-word" : "nothing-word absent"}>
              {count ? (
                <Link to={address({ query: text, filters: [...filters] })}>
                  <Data text={text} />
                </Link>
              ) : (
                <Data text={text} />
              )}{" "}
              <b>{count ? t("search.total", { n: count.toLocaleString("en") }) : t("search.none.absent")}</b>
            </span>
          ))}
        </p>
      )}
      {ways.length > 0 && (
        <>
          <p>{t("search.none.drop")}</p>
          <ul>
            {ways.map(({ what, total: left, ...to }) => (
              <li key={what}>
                <Link to={address({ query: to.query, filters: [...to.filters] })}>{t("search.none.dropped", { what })}</Link>
                <b>{t("search.total", { n: left.toLocaleString("en") })}</b>
              </li>
            ))}
          </ul>
        </>
      )}
      {ways.length === 0 && <p>{t("search.none.other")}</p>}
      <p>
        <Link to="/patents?query=">{t("search.none.all")}</Link>
      </p>
    </section>
  );
}
