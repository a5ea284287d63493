/* Patents: search, match, landscape and one record. Pages ask through these, so that the same question
 * has the same key in the cache of answers. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Language } from "../text/index.ts";
import { api, base, take, type Schemas } from "./client.ts";
import { download } from "./download.ts";

export type Found = Schemas["SearchReply"];
export type Hit = Found["hits"][number];
export type Facet = NonNullable<Found["facets"]>[number];
export type Counted = Schemas["LandscapeReply"];
export type PatentReply = Schemas["PatentReply"];
export type Patent = Schemas["Patent"];
export type Numbered = Schemas["PatentNumber"];

export type Sort = "relevance" | "-date" | "date" | "-cited";

export interface Question {
  query: string;
  filters: readonly string[];
}

/* `families`: each family counts once. */
export interface Counting extends Question {
  families?: boolean;
}

const asked = ({ query, filters }: Question) => ({ query, filter: [...filters] });

const grouped = (families: boolean) => (families ? { group: "family" as const } : {});

/* One page of hits. */
export const hits = (question: Question, families: boolean, sort: Sort, page: number, size: number, language: Language) =>
  queryOptions({
    queryKey: ["search", language, question, families, sort, page, size],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/search", { params: { query: { ...asked(question), ...grouped(families), sort, k: size, offset: (page - 1) * size } }, signal })),
    placeholderData: keepPreviousData,
  });

/* Counts of values over all that a question or a match finds. */
export const facets = (question: Question, language: Language, match?: Matching) =>
  queryOptions({
    queryKey: ["facets", language, question, match],
    queryFn: ({ signal }): Promise<Pick<Found, "facets">> =>
      match
        ? take(api.POST("/api/v1/match", { body: { ...matching(match, question.filters), k: 1, facets: true }, signal }))
        : take(api.GET("/api/v1/search", { params: { query: { ...asked(question), k: 1, facets: true } }, signal })),
    placeholderData: keepPreviousData,
  });

/* How many a question finds. */
export const total = (question: Question) =>
  queryOptions({
    queryKey: ["total", question],
    queryFn: ({ signal }) => take(api.GET("/api/v1/search", { params: { query: { ...asked(question), k: 1 } }, signal })).then((found) => found.total),
  });

/* How many of each it finds. */
export const totals = (question: Counting) =>
  queryOptions({
    queryKey: ["totals", question],
    queryFn: ({ signal }) => take(api.GET("/api/v1/search", { params: { query: { ...asked(question), ...grouped(!!question.families), k: 1 } }, signal })),
  });

/* Where all hits can be downloaded. */
export function exportAddress(kind: "xlsx" | "csv", question: Question, sort: Sort): string {
  const values = new URLSearchParams([["query", question.query], ...question.filters.map((filter) => ["filter", filter]), ["sort", sort]]);
  return `${base}/api/v1/search/export.${kind}?${values}`;
}

/* A text that patents are to answer; `dropped` and `added`: words and classes that people took out and put in. */
export interface Matching {
  text: string;
  dropped: readonly string[];
  added: readonly string[];
  ownLanguage?: boolean; // without words of other languages
  before?: string; // leaves out what was published on this day or later; today when not given; ANY_DATE: nothing
}

export const ANY_DATE = "any";

const matching = ({ text, dropped, added, before, ownLanguage }: Matching, filters: readonly string[]) => ({
  text, dropped: [...dropped], added: [...added], before, own_language: ownLanguage, filters: [...filters],
});

export const matches = (asks: Matching, filters: readonly string[], families: boolean, page: number, size: number, language: Language) =>
  queryOptions({
    queryKey: ["match", language, asks, filters, families, page, size],
    queryFn: ({ signal }) => take(api.POST("/api/v1/match", { body: { ...matching(asks, filters), ...grouped(families), k: size, offset: (page - 1) * size }, signal })),
    placeholderData: keepPreviousData,
  });

/* Saves all that a match finds, or of it these numbers, as a workbook. */
export const exportMatch = (asks: Matching, filters: readonly string[]) =>
  download(new Request(`${base}/api/v1/match/export.xlsx`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(matching(asks, filters)) }));

const counting = ({ query, filters, families }: Counting, by: readonly string[]) => ({ query, filters: [...filters], by: [...by], ...grouped(!!families) });

export const landscape = (question: Counting, by: readonly string[], language: Language) =>
  queryOptions({
    queryKey: ["landscape", language, question.query, question.filters, !!question.families, by],
    // Shares are of families where these are counted.
    queryFn: async ({ signal }): Promise<Counted> => {
      const found = await take(api.POST("/api/v1/landscape", { body: counting(question, by), signal }));
      return { ...found, total: found.families ?? found.total };
    },
    placeholderData: keepPreviousData,
  });

/* Saves the counts as a workbook. */
export const exportLandscape = (question: Counting, by: readonly string[]): Promise<void> =>
  download(new Request(`${base}/api/v1/landscape/export.xlsx`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(counting(question, by)) }));

export const patent = (id: number, language: Language) =>
  queryOptions({
    queryKey: ["patent", language, id],
    queryFn: ({ signal }) => take(api.GET("/api/v1/patents/{id}", { params: { path: { id } }, signal })),
  });

/* `before`: as in Matching; when not given, the patent's own first date. */
export const similar = (id: number, before: string | undefined, language: Language) =>
  queryOptions({
    queryKey: ["similar", language, id, before],
    queryFn: ({ signal }) => take(api.GET("/api/v1/patents/{id}/similar", { params: { path: { id }, query: { k: 10, before } }, signal })),
    placeholderData: keepPreviousData,
  });

/* The name of an administrative division, from the list that it stands in. */
export const region = (code: string) =>
  queryOptions({
    queryKey: ["region", code],
    queryFn: ({ signal }) => {
      const under = code.endsWith("0000") ? undefined : code.slice(0, code.endsWith("00") ? 2 : 4);
      return take(api.GET("/api/v1/regions", { params: { query: { under } }, signal })).then(({ items }) => items.find((one) => one.code === code)?.full ?? code);
    },
    staleTime: Infinity,
  });
