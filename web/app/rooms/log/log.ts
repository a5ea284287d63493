/* The evidence log: its entries in words, its keys and heads, receipts. */
import { queryOptions } from "@tanstack/react-query";
import { languageNow } from "../../text/index.ts";
import { api, base, Problem, take, type Schemas } from "../../api/client.ts";
import { readAnswer } from "../../api/json.ts";

export type LogLine = Schemas["LogLine"];
export interface LogAsked {
  from?: string;
  to?: string;
  by?: string;
  what?: string;
  about?: string;
  unit?: string;
  refused?: boolean;
  cursor?: number;
  limit?: number;
}

export const readEntries = (query: LogAsked) => take(api.GET("/api/v1/log/entries", { params: { query } }));
export const entriesOf = (query: LogAsked) => queryOptions({ queryKey: ["log", languageNow(), query], queryFn: () => readEntries(query) });

const text = async (path: string): Promise<string> => (await readAnswer(path)).text();

export const logKeys = queryOptions({ queryKey: ["log", "keys"], queryFn: async () => (await text("/log/keys")).split("\n").filter(Boolean), staleTime: Infinity });
export const receiptOf = (uid: string) => queryOptions({ queryKey: ["log", "receipt", uid], queryFn: () => text(`/receipts/${uid}`) });
/* The latest head of at most so many entries; null: there is none. */
export const headWithin = (most: number): Promise<string | null> =>
  text(`/log/head?most=${most}`).catch((error: unknown) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
export const bundleAddress = (most?: number) => `${base}/api/v1/log/bundle${most ? `?most=${most}` : ""}`;
export const receiptAddress = (uid: string) => `${base}/api/v1/receipts/${uid}`;
