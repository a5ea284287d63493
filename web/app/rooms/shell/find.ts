/* What the search box finds: groups of cases, parties, records, documents, patents and policies. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Language } from "../../text/index.ts";
import { api, take, type Schemas } from "../../api/client.ts";

export type FoundGroup = Schemas["FoundGroup"];
export type FoundItem = Schemas["FoundItem"];
export type FoundKind = FoundGroup["kind"];

export const FOUND_EACH = 50; // items of a page of one group
export const FOUND_PAGES = 20;

export const found = (words: string, language: Language, kind?: FoundKind, page = 1) =>
  queryOptions({
    queryKey: ["find", language, words, kind, page],
    queryFn: ({ signal }) => take(api.GET("/api/v1/find", { params: { query: { q: words, ...(kind ? { kind, page, limit: FOUND_EACH } : {}) } }, signal })),
    placeholderData: keepPreviousData,
    enabled: words !== "",
  });

/* The page of all groups, or of one. Patents have a search of their own. */
export const findAddress = (words: string, kind?: FoundKind, page = 1) =>
  kind === "patents" ? `/patents?query=${encodeURIComponent(words)}` : `/find?q=${encodeURIComponent(words)}${kind ? `&kind=${kind}` : ""}${page > 1 ? `&page=${page}` : ""}`;

/* Where an item is; a clause of a policy is read where it is listed. */
export function foundAddress(kind: FoundKind, item: FoundItem, words: string): string {
  if (kind === "cases") return `/case/${item.id}`;
  if (kind === "patents") return `/patents/${item.id}`;
  return kind === "policies" ? findAddress(words, kind) : `/r/${item.type}/${item.id}`;
}
