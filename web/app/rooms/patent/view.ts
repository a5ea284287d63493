/* The whole view of a search is in its address: query, filters, sort, page, language. */
import { useEffect } from "react";
import { useSearchParams } from "react-router";
import type { Sort } from "../../api/patents.ts";
import { useLanguage } from "../../text/index.ts";

export interface View {
  asked: boolean; // false: nothing is searched yet
  query: string;
  filters: string[];
  families: boolean;
  sort: Sort;
  page: number;
  size: number;
}

export const sizes = [20, 50, 100];
export const sorts: readonly Sort[] = ["relevance", "-date", "date", "-cited"];

export function readView(params: URLSearchParams): View {
  const filters = params.getAll("filter");
  const size = Number(params.get("size"));
  return {
    asked: params.has("query") || filters.length > 0,
    query: params.get("query") ?? "",
    filters,
    families: params.get("group") !== "none",
    sort: sorts.find((one) => one === params.get("sort")) ?? "relevance",
    page: Math.max(1, Math.floor(Number(params.get("page"))) || 1),
    size: sizes.includes(size) ? size : sizes[0]!,
  };
}

export function writeView({ query, filters, families, sort, page, size }: Omit<View, "asked">, language: string): string {
  const params = new URLSearchParams([["query", query], ...filters.map((filter) => ["filter", filter])]);
  if (!families) params.set("group", "none");
  if (sort !== "relevance") params.set("sort", sort);
  if (page > 1) params.set("page", String(page));
  if (size !== sizes[0]) params.set("size", String(size));
  params.set("lang", language);
  return `/patents?${params}`;
}

/* Keeps `lang` of the address at the language that is shown, so that the address gives this very view. */
export function useLanguageInAddress(): void {
  const language = useLanguage();
  const [params, setParams] = useSearchParams();
  const stale = params.size > 0 && params.get("lang") !== language;
  useEffect(() => {
    if (!stale) return;
    const next = new URLSearchParams(params);
    next.set("lang", language);
    setParams(next, { replace: true });
  }, [stale, params, language, setParams]);
}

/* The row that was chosen in each list of this tab. */
export const rowOf = new Map<string, number>();
