/* Facets of a search: the values of what was found with their exact counts. A ticked value narrows; ticked
 * values of one facet are alternatives. */
import { useText } from "../../text/index.ts";
import { ApplicantFacet, StepNote, useStep } from "./applicant-facet.tsx";
import { chosenValues } from "./filters.ts";
import { OneFacet, type FacetData } from "./one-facet.tsx";
import { YearRange } from "./year-range.tsx";
import "./facets.css";

interface Props {
  facets: readonly FacetData[];
  filters: readonly string[];
  stale: boolean; // counts of the question before
  toggle: (name: string, value: string) => void;
  setRange: (name: string, range: string | null) => void;
}

/* The order in which people narrow; the rest is folded. */
const order = ["year", "status", "office", "applicant", "region", "ipc4", "type", "ipc3", "kind", "inventor"];
const rank = (facet: FacetData) => (order.indexOf(facet.name) + order.length + 1) % (order.length + 1);

export function FacetList({ facets, filters, stale, toggle, setRange }: Props) {
  const t = useText();
  const step = useStep();
  const shown = facets.filter((facet) => facet.values.length > 0).sort((a, b) => rank(a) - rank(b));
  return (
    <div className={stale ? "facets stale" : "facets"} role="group" aria-label={t("search.facets")} aria-busy={stale}>
      <StepNote step={step} choose={(values) => setRange("standard_applicant", values)} />
      {shown.map((facet) =>
        facet.name === "year" ? (
          <YearRange key={facet.name} facet={facet} chosen={chosenValues(filters, facet.filter)} setRange={(range) => setRange(facet.filter, range)} />
        ) : facet.name === "applicant" ? (
          <ApplicantFacet key={facet.name} facet={facet} chosen={chosenValues(filters, facet.filter)} toggle={(value) => toggle(facet.filter, value)} choose={(values) => setRange(facet.filter, values)} step={step.step} />
        ) : (
          <OneFacet key={facet.name} facet={facet} chosen={chosenValues(filters, facet.filter)} toggle={(value) => toggle(facet.filter, value)} />
        ),
      )}
    </div>
  );
}
