/* The evidence log: its entries in words, its keys and heads, receipts. */
import { queryOptions } from "@tanstack/react-query";
import { languageNow } from "../../text/index.ts";
import { api, base, request, Problem, take, type Schemas } from "../../api/client.ts";

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

export const entriesOf = (query: LogAsked) => queryOptions({ queryKey: ["log", languageNow(), query], queryFn: () => take(api.GET("/api/v1/log/entries", { params: { query } })) });

async function text(path: string): Promise<string> {
  const answer = await request(new Request(`${base}/api/v1${path}`));
  if (!answer.ok) throw new Problem(answer.status, ((await answer.json().catch(() => ({}))) ?? {}) as Partial<Schemas["Problem"]>, answer.headers);
  return answer.text();
}

export const logKeys = queryOptions({ queryKey: ["log", "keys"], queryFn: async () => (await text("/log/keys")).split("\n").filter(Boolean), staleTime: Infinity });
export const receiptOf = (uid: string) => queryOptions({ queryKey: ["log", "receipt", uid], queryFn: () => text(`/receipts/${uid}`) });
/* The latest head of at most so many entries; null: there is none. */
export const headWithin = (most: number): Promise<string | null> => text(`/log/head?most=${most}`).catch((error: unknown) => (error instanceof Problem && error.status === 404 ? null : Promise.reject(error as Error)));
export const bundleAddress = (most?: number) => `${base}/api/v1/log/bundle${most ? `?most=${most}` : ""}`;
export const receiptAddress = (uid: string) => `${base}/api/v1/receipts/${uid}`;
