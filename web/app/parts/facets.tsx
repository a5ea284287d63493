/* Facets of a search: the values of what was found with their exact counts. A ticked value narrows; ticked
 * values of one facet are alternatives. */
import { useState } from "react";
import { useText } from "../text/index.ts";
import { languageOf } from "./data.tsx";
import { chosenValues } from "./filters.ts";
import { YearRange } from "./year-range.tsx";
import "./facets.css";

interface Value {
  value: string;
  label?: string;
  count: number;
}

export interface FacetData {
  name: string;
  label?: string;
  filter: string;
  distinct: number;
  values: readonly Value[];
}

interface Props {
  facets: readonly FacetData[];
  filters: readonly string[];
  stale: boolean; // counts of the question before
  toggle: (name: string, value: string) => void;
  setRange: (name: string, range: string | null) => void;
}

const FIRST = 6;
/* The order in which people narrow; the rest is folded. */
const order = ["year", "status", "office", "applicant", "region", "ipc4", "type", "ipc3", "kind", "inventor"];
const folded = new Set(["ipc3", "kind", "inventor"]);
const rank = (facet: FacetData) => (order.indexOf(facet.name) + order.length + 1) % (order.length + 1);

export function FacetList({ facets, filters, stale, toggle, setRange }: Props) {
  const t = useText();
  const shown = facets.filter((facet) => facet.values.length > 0).sort((a, b) => rank(a) - rank(b));
  return (
    <div className={stale ? "facets stale" : "facets"} role="group" aria-label={t("search.facets")} aria-busy={stale}>
      {shown.map((facet) =>
        facet.name === "year" ? (
          <YearRange key={facet.name} facet={facet} chosen={chosenValues(filters, facet.filter)} setRange={(range) => setRange(facet.filter, range)} />
        ) : (
          <OneFacet key={facet.name} facet={facet} chosen={chosenValues(filters, facet.filter)} toggle={(value) => toggle(facet.filter, value)} />
        ),
      )}
    </div>
  );
}

function OneFacet({ facet, chosen, toggle }: { facet: FacetData; chosen: readonly string[]; toggle: (value: string) => void }) {
  const t = useText();
  const [all, setAll] = useState(false);
  // A chosen value stays in sight, whatever its count.
  const values = facet.values.filter((one, i) => all || i < FIRST || chosen.includes(one.value));
  const hidden = facet.values.length - values.length;
  return (
    <details className="facet" open={!folded.has(facet.name) || chosen.length > 0}>
      <summary>
        <span className="facet-name">{facet.label}</span>
        {facet.distinct > values.length && <span className="facet-note">{t("search.facet.of", { n: facet.distinct.toLocaleString("en"), shown: values.length })}</span>}
      </summary>
      <ul>
        {values.map(({ value, label = value, count }) => (
          <li key={value}>
            <label title={label}>
              <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
              <span className="facet-label" lang={languageOf(label)}>{label}</span>
              <span className="facet-count">{count.toLocaleString("en")}</span>
            </label>
          </li>
        ))}
      </ul>
      {(hidden > 0 || (all && facet.values.length > FIRST)) && (
        <button type="button" className="text-button" onClick={() => setAll(!all)}>
          {all ? t("search.facet.less") : t("search.facet.more", { n: hidden })}
        </button>
      )}
    </details>
  );
}
