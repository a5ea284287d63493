/* What the portal reads: all of it without signing in. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { centresFirst } from "../../api/centres.ts";
import { api, type Schemas, take, takeAs } from "../../api/client.ts";
import { readRecord, type Page } from "../../api/records.ts";
import type { paths } from "../../api/schema.ts";
import { languageNow } from "../../text/index.ts";

export type Publicity = Schemas["Publicity"];
export type PublicityState = Schemas["PublicityState"];
export type PublicList = Schemas["PublicityList"];
export type ListRow = Schemas["PublicityRow"];
export type Notice = Schemas["PublicityNotice"];
export type Centre = Schemas["PublicCentre"];

/* Some texts of an answer are in the language that it was asked in. */
const key = (...parts: (string | number | undefined)[]) => ["public", languageNow(), ...parts];

/* --- publicity ------------------------------------------------------------------------------- */

export const usePublicity = (asked: { state?: string; q?: string; page?: number; limit?: number }) =>
  useQuery({
    queryKey: key("publicity", asked.state, asked.q, asked.page, asked.limit),
    queryFn: () => take(api.GET("/api/v1/public/publicity", { params: { query: { ...asked, state: asked.state || undefined, q: asked.q || undefined } } })),
    placeholderData: keepPreviousData,
  });

export const useNotice = (id: string) =>
  useQuery({
    queryKey: key("notice", id),
    queryFn: async () => {
      const params = { path: { id: Number(id) } };
      const [notice, rows] = await Promise.all([
        take(api.GET("/api/v1/public/publicity/{id}", { params })),
        take(api.GET("/api/v1/public/publicity/{id}/rows", { params })),
      ]);
      return { ...notice, rows: rows.items };
    },
  });

/* One list makes many cases public: they are one notice. */
export function notices(cases: Publicity[]): Publicity[][] {
  const byList = new Map<string, Publicity[]>();
  for (const one of cases) {
    const list = one.list_digest ?? String(one.id);
    byList.set(list, [...(byList.get(list) ?? []), one]);
  }
  return [...byList.values()];
}

/* --- the register ------------------------------------------------------------------------------ */

type Centres = paths["/api/v1/public/centres"]["get"]["responses"]["200"]["content"]["application/json"];

/* All of it: a province recognises some dozens. */
export const useCentres = () =>
  useQuery({
    queryKey: key("centres"),
    queryFn: async () => {
      const all: Centre[] = [];
      for (let page: number | null = 1; page !== null; ) {
        const got: Centres = await take(api.GET("/api/v1/public/centres", { params: { query: { page, limit: 200 } } }));
        all.push(...got.items);
        page = got.next;
      }
      return centresFirst(all);
    },
    staleTime: 60_000,
  });

export interface Programme {
  id: string;
  title: string;
  trial: boolean;
  valid: number;
  left: number;
}

/* How many each document recognised, most first. */
export function byProgramme(centres: Centre[]): Programme[] {
  const found = new Map<string, Programme>();
  for (const one of centres) {
    const id = one.programme ?? "";
    const row = found.get(id) ?? { id, title: one.document ?? id, trial: one.trial === true, valid: 0, left: 0 };
    if (one.state === "valid") row.valid++;
    else row.left++;
    found.set(id, row);
  }
  return [...found.values()].sort((a, b) => b.valid - a.valid);
}

/* --- the market ---------------------------------------------------------------------------------- */

export const markets = ["supply", "demand", "fund", "site", "cooperation", "licence", "services"] as const;
export type Market = (typeof markets)[number];

const sources: Record<Market, { type: string; filter?: string; sort: string; words: string[] }> = {
  supply: { type: "supply", filter: "(kind=patent or kind=service)", sort: "-id", words: ["title", "industry"] },
  demand: { type: "demand", sort: "-id", words: ["title", "industry"] },
  fund: { type: "supply", filter: "kind=fund", sort: "-id", words: ["title", "industry"] },
  site: { type: "supply", filter: "kind=site", sort: "-id", words: ["title", "industry"] },
  cooperation: { type: "supply", filter: "kind=cooperation", sort: "-id", words: ["title", "industry"] },
  licence: { type: "open_licence", sort: "-announced_on", words: ["title", "publisher"] },
  services: { type: "catalogue_item", sort: "-version_date", words: ["title", "audience"] },
};

/* A word as a text of a filter. */
const quoted = (words: string) => `"${words.replace(/["\\]/g, " ").trim()}"`;

/* A listing as the public reads it; what its type lacks, or is not said, is not there. Decimals are texts. */
type Said = "text" | "content" | "industry" | "chain_node" | "region" | "maturity" | "price_basis" | "price" | "price_unit" | "rate" | "expires" | "verified" | "published_on" | "publisher" | "version_date" | "audience" | "charge" | "contact" | "time_limit" | "fee_basis" | "fee" | "fee_percent" | "payment" | "statement_no" | "announced_on";
export type Listing = { id: number; title: string } & { [name in Said]?: string | null } & { [name in "patents" | "ipc_classes"]?: string[] | null } & { term?: { from?: string; to?: string } | null };

export const useListings = (kind: Market, asked: { q?: string; page?: number; limit: number }) =>
  useQuery({
    queryKey: key("market", kind, asked.q, asked.page, asked.limit),
    queryFn: async () => {
      const { type, filter, sort, words } = sources[kind];
      const found = asked.q ? `(${words.map((field) => `${field}~${quoted(asked.q!)}`).join(" or ")})` : undefined;
      const all = [filter, found].filter(Boolean).join(" and ");
      const { total, items } = await takeAs<Page<Listing>>(api.GET("/api/v1/records/{type}", { params: { path: { type }, query: { filter: all || undefined, fields: "*", sort, page: asked.page, limit: asked.limit } } }));
      return { total: total ?? items.length, items }; // a page by number tells the total
    },
    placeholderData: keepPreviousData,
  });

export const useListing = (kind: Market, id: string) => useQuery({ queryKey: key("listing", kind, id), queryFn: () => readRecord<Listing>(sources[kind].type, Number(id)) });

/* --- who looks ------------------------------------------------------------------------------------ */

export const useSignedIn = () =>
  useQuery({
    queryKey: ["session"],
    queryFn: () => take(api.GET("/api/v1/session")),
    select: (session) => session.account !== 0,
    staleTime: 60_000,
  });
