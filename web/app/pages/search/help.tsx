/* The syntax of queries, with examples that can be tried. */
import { Link } from "react-router";
import { useText, type Key } from "../../text/index.ts";

const rows: readonly (readonly [name: Key, example: Key, means: Key])[] = [
  ["search.help.words", "search.example.words", "search.help.words.means"],
  ["search.help.phrase", "search.help.phrase.eg", "search.help.phrase.means"],
  ["search.help.field", "search.help.field.eg", "search.help.field.means"],
  ["search.help.logic", "search.help.logic.eg", "search.help.logic.means"],
  ["search.help.range", "search.help.range.eg", "search.help.range.means"],
  ["search.help.class", "search.help.class.eg", "search.help.class.means"],
  ["search.help.party", "search.help.party.eg", "search.help.party.means"],
  ["search.help.place", "search.help.place.eg", "search.help.place.means"],
  ["search.help.number", "search.help.number.eg", "search.help.number.means"],
  ["search.help.filter", "search.help.filter.eg", "search.help.filter.means"],
  ["search.help.near", "search.help.near.eg", "search.help.near.means"],
  ["search.help.prefix", "search.help.prefix.eg", "search.help.prefix.means"],
  ["search.help.other", "search.help.other.eg", "search.help.other.means"],
];

export function Help() {
  const t = useText();
  return (
    <section aria-label={t("search.help.title")}>
      <table className="close-rows help">
        <thead>
          <tr>
            <th scope="col">{t("search.help.write")}</th>
            <th scope="col">{t("search.help.example")}</th>
            <th scope="col">{t("search.help.means")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, example, means]) => (
            <tr key={name}>
              <th scope="row">{t(name)}</th>
              <td>
                <Link className="mono" to={`/patents?${new URLSearchParams([["query", t(example)]])}`}>
                  {t(example)}
                </Link>
              </td>
              <td>{t(means)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">{t("search.help.note")}</p>
    </section>
  );
}
