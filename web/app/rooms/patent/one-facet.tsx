/* One facet: its values with their counts, ticked ones first in sight. */
import { useState, type ReactNode } from "react";
import { useText } from "../../text/index.ts";
import { languageOf } from "../../ui/data.tsx";
import "./facets.css";

export interface FacetValue {
  value: string;
  label?: string;
  count: number;
  names?: readonly string[]; // of several names that are one applicant
  groups?: readonly number[]; // records that unite them by hand
}

export interface FacetData {
  name: string;
  label?: string;
  filter: string;
  distinct: number;
  values: readonly FacetValue[];
}

const FIRST = 6;
const folded = new Set(["ipc3", "kind", "inventor"]);

interface Props {
  facet: FacetData;
  chosen: readonly string[];
  toggle: (value: string) => void;
  below?: (value: FacetValue) => ReactNode;
  foot?: ReactNode;
}

export function OneFacet({ facet, chosen, toggle, below, foot }: Props) {
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
        {values.map((one) => {
          const { value, label = value, count } = one;
          return (
            <li key={value}>
              <label title={label}>
                <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
                <span className="facet-label one-line" lang={languageOf(label)}>{label}</span>
                <span className="facet-count">{count.toLocaleString("en")}</span>
              </label>
              {below?.(one)}
            </li>
          );
        })}
      </ul>
      <div className="facet-foot">
        {(hidden > 0 || (all && facet.values.length > FIRST)) && (
          <button type="button" className="text-button" onClick={() => setAll(!all)}>
            {all ? t("search.facet.less") : t("search.facet.more", { n: hidden })}
          </button>
        )}
        {foot}
      </div>
    </details>
  );
}
