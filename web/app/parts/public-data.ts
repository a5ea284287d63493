/* What the portal reads: all of it without signing in. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { base, request, take } from "../api/client.ts";
import { languageNow } from "../text/index.ts";

export type PublicityState = "running" | "interrupted" | "removed" | "over" | "closed";

/* One case whose list is, or was, made public. */
export interface Publicity {
  id: number;
  number: string;
  name: string;
  title?: string;
  programme: string;
  document: { title: string; number?: string; issuer: string };
  trial: boolean;
  state: PublicityState;
  stage: string;
  published_on: string;
  last_day?: string;
  provisional: boolean;
  day?: number;
  days?: number;
  working_days?: string[];
  list_digest?: string;
  removed_on?: string;
  objections?: string;
}

export interface ListRow {
  case: string;
  number: number;
  party: string;
  code?: string;
  name?: string;
  industry?: string;
  city?: string;
  removed_on?: string;
}

export interface Site {
  kind: string;
  title?: string;
  url?: string;
  published_at: string;
  down_at?: string;
}

export interface PublicList {
  id: number;
  how: "first" | "again";
  title?: string;
  note?: string;
  published_on: string;
  frozen_at?: string;
  list_digest?: string;
  last_day?: string;
  sites: Site[];
}

export type Notice = Publicity & { lists: PublicList[] };

export interface Centre {
  name: string | null;
  number: string | null;
  party: string | null;
  programme: string | null;
  document: string | null;
  trial: boolean | null;
  region: string | null;
  region_name: string | null;
  industry: string | null;
  entered: string | null;
  left: string | null;
  cycle_ends: string | null;
  state: "valid" | "revoked" | "exited";
  profile: { sections: { heading: string; text: string }[]; as_of: string } | null;
}

export interface Listing {
  id: number;
  title: string;
  text?: string | null;
  kind?: string;
  industry?: string | null;
  chain_node?: string | null;
  region?: string | null;
  maturity?: string | null;
  price_basis?: string | null;
  price?: string | null;
  price_unit?: string | null;
  rate?: string | null;
  expires?: string | null;
  verified?: string | null;
  patents?: string[];
  ipc_classes?: string[];
  audience?: string | null;
  content?: string | null;
  charge?: string | null;
  contact?: string | null;
  time_limit?: string | null;
  version_date?: string | null;
}

export interface Page<T> {
  items: T[];
  total: number;
  next: number | string | null;
}

type Query = Record<string, string | number | undefined>;

async function read<T>(path: string, query: Query = {}): Promise<T> {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") words.set(name, String(value));
  const tail = String(words) && `?${words}`;
  const response = await request(new Request(`${base}/api/v1${path}${tail}`));
  const body: T = await response.json();
  return take<T>(Promise.resolve({ data: body, error: body, response }));
}

/* Some texts of an answer are in the language that it was asked in. */
const key = (...parts: (string | number | undefined)[]) => ["public", languageNow(), ...parts];

/* --- publicity ------------------------------------------------------------------------------- */

export const usePublicity = (asked: { state?: string; q?: string; page?: number; limit?: number }) =>
  useQuery({
    queryKey: key("publicity", asked.state, asked.q, asked.page, asked.limit),
    queryFn: () => read<Page<Publicity>>("/public/publicity", asked),
    placeholderData: keepPreviousData,
  });

export const useNotice = (id: string) =>
  useQuery({
    queryKey: key("notice", id),
    queryFn: async () => {
      const [notice, rows] = await Promise.all([
        read<Notice>(`/public/publicity/${id}`),
        read<Page<ListRow>>(`/public/publicity/${id}/rows`),
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

/* All of it: a province recognises some dozens. */
export const useCentres = () =>
  useQuery({
    queryKey: key("centres"),
    queryFn: async () => {
      const all: Centre[] = [];
      for (let page: number | string | null = 1; page !== null; ) {
        const got: Page<Centre> = await read("/public/centres", { page, limit: 200 });
        all.push(...got.items);
        page = got.next;
      }
      return all;
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

export const markets = ["supply", "demand", "fund", "site", "cooperation", "services"] as const;
export type Market = (typeof markets)[number];

const sources: Record<Market, { type: string; filter?: string; fields: string; sort: string; words: string[] }> = {
  supply: { type: "supply", filter: "(kind=patent or kind=service)", fields: "*", sort: "-id", words: ["title", "industry"] },
  demand: { type: "demand", fields: "*", sort: "-id", words: ["title", "industry"] },
  fund: { type: "supply", filter: "kind=fund", fields: "*", sort: "-id", words: ["title", "industry"] },
  site: { type: "supply", filter: "kind=site", fields: "*", sort: "-id", words: ["title", "industry"] },
  cooperation: { type: "supply", filter: "kind=cooperation", fields: "*", sort: "-id", words: ["title", "industry"] },
  services: { type: "catalogue_item", fields: "*", sort: "-version_date", words: ["title", "audience"] },
};

/* A word as a text of a filter. */
const quoted = (words: string) => `"${words.replace(/["\\]/g, " ").trim()}"`;

export const useListings = (kind: Market, asked: { q?: string; page?: number; limit: number }) =>
  useQuery({
    queryKey: key("market", kind, asked.q, asked.page, asked.limit),
    queryFn: () => {
      const { type, filter, fields, sort, words } = sources[kind];
      const found = asked.q ? `(${words.map((field) => `${field}~${quoted(asked.q!)}`).join(" or ")})` : undefined;
      return read<Page<Listing>>(`/records/${type}`, {
        filter: [filter, found].filter(Boolean).join(" and "),
        fields,
        sort,
        page: asked.page,
        limit: asked.limit,
      });
    },
    placeholderData: keepPreviousData,
  });

export const useListing = (kind: Market, id: string) =>
  useQuery({ queryKey: key("listing", kind, id), queryFn: () => read<Listing>(`/records/${sources[kind].type}/${id}`) });

/* Names of a province's cities by their codes. */
export const useCities = (province: string | undefined) =>
  useQuery({
    queryKey: ["regions", province],
    queryFn: () => read<Page<{ code: string; name: string }>>("/regions", { under: province }),
    select: (list) => new Map(list.items.map((one) => [one.code, one.name])),
    enabled: province !== undefined,
    staleTime: Infinity,
  });

/* --- who looks ------------------------------------------------------------------------------------ */

export const useSignedIn = () =>
  useQuery({
    queryKey: ["session"],
    queryFn: () => read<{ account: number }>("/session"),
    select: (session) => session.account !== 0,
    staleTime: 60_000,
  });
