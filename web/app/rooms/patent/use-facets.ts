/* Facets of a question. The values of a facet that narrows are counted without it, so that others of the
 * same facet can be added to what is chosen. */
import { useQueries } from "@tanstack/react-query";
import { readFilter, withoutName } from "./filters.ts";
import { useLanguage } from "../../text/index.ts";
import { facets, type Facet, type Matching, type Question } from "../../api/patents.ts";

export interface Facets {
  list: Facet[];
  stale: boolean;
  labels: Map<string, string>; // of "filter=value", for chips
}

const known = new Map<string, string>(); // labels seen before, in the language of `knownIn`
let knownIn = "";

export function useFacets(question: Question, match?: Matching): Facets {
  const language = useLanguage();
  const names = [...new Set(question.filters.map((filter) => readFilter(filter).name))];
  const ask = (filters: readonly string[]) => facets({ query: question.query, filters }, language, match);
  const replies = useQueries({ queries: [ask(question.filters), ...names.map((name) => ask(withoutName(question.filters, name)))] });
  const [all, ...others] = replies;
  const list = (all?.data?.facets ?? []).map((facet) => {
    const without = others[names.indexOf(facet.filter)]?.data?.facets;
    return without?.find(({ name }) => name === facet.name) ?? facet;
  });
  if (knownIn !== language) known.clear();
  knownIn = language;
  for (const { filter, values } of list) for (const { value, label } of values) if (label) known.set(`${filter}=${value}`, label);
  return { list, stale: replies.some((reply) => reply.isPlaceholderData || reply.isPending), labels: known };
}
