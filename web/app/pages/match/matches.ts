/* A match that is kept: its text, what of it counts, which patents, supplies and parties were kept or rejected. A record like others; the page
 * of matches writes it as it goes. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, isConflict, take } from "../../api/client.ts";
import { readRecord, recordOf, type Row } from "../../api/records.ts";
import { newKey } from "../../api/submit-key.ts";
import { errorOf } from "../../ui/act.ts";

export interface Rejected {
  number: string;
  reason?: string | null;
}

/* A record that answers the need: one of the two. */
export interface Answer {
  supply?: number | null;
  party?: number | null;
  reason?: string | null;
}

export interface Match {
  title: string;
  text: string;
  demand: number | null;
  dropped: string[];
  added: string[];
  kept: string[];
  rejected: Rejected[];
  supplies: Answer[];
  parties: Answer[];
  refused: Answer[];
}

const TYPE = "patent_match";
const MOST = 80; // characters of a title

const list = <T>(value: unknown) => (Array.isArray(value) ? (value as T[]) : []);

function readMatch(row: Row): Match {
  const { title, text, demand, dropped, added, kept, rejected, supplies, parties, refused }: Record<string, unknown> = row;
  return {
    title: String(title ?? ""), text: String(text ?? ""), demand: typeof demand === "number" ? demand : null,
    dropped: list(dropped), added: list(added), kept: list(kept), rejected: list(rejected),
    supplies: list(supplies), parties: list(parties), refused: list(refused),
  };
}

/* Its first line. */
export const titleFor = (text: string): string => [...text.trim().split("\n")[0]!.trim()].slice(0, MOST).join("");

/* What answers the need. */
export const KINDS = {
  supply: { type: "supply", filter: "kind=patent,cooperation,service and state=draft,published", list: "supplies" },
  site: { type: "supply", filter: "kind=site and state=draft,published", list: "supplies" },
  fund: { type: "supply", filter: "kind=fund and state=draft,published", list: "supplies" },
  party: { type: "served_party", filter: "", list: "parties" },
} as const;
export type Kind = keyof typeof KINDS;

/* What each tab of the page shows. */
export const TABS = { offers: ["supply", "party"], site: ["site"], fund: ["fund"] } as const satisfies Record<string, readonly Kind[]>;
export type Tab = keyof typeof TABS;

/* Those that were refused before the page was opened come last. */
export const answersOf = (kind: Kind, { text, demand }: Match, refused: readonly number[]) =>
  queryOptions({
    queryKey: ["match", "records", kind, text, demand, refused],
    queryFn: ({ signal }) => take(api.POST("/api/v1/match/records", { body: { text, refused: [...refused], type: KINDS[kind].type, ...(KINDS[kind].filter && { filter: KINDS[kind].filter }), ...(demand ? { need: demand } : {}) }, signal })),
  });

export async function createMatch(text: string, demand: number | null): Promise<number> {
  const made = await take(api.POST("/api/v1/records/{type}", { params: { path: { type: TYPE }, header: { "Idempotency-Key": newKey() } }, body: { title: titleFor(text), text, ...(demand ? { demand } : {}) } }));
  return made.id;
}

const write = (id: number, version: number, part: Partial<Match>) =>
  take(
    api.PATCH("/api/v1/records/{type}/{id}", {
      params: { path: { type: TYPE, id }, header: { "If-Match": `"${version}"` } },
      body: Object.fromEntries(Object.entries(part).map(([name, value]) => [name, Array.isArray(value) && value.length === 0 ? null : value])),
    }),
  );

/* The match, and `change`, which shows at once and is written one after the other: what came meanwhile goes together. */
export function useMatch(id: number) {
  const cache = useQueryClient();
  const options = recordOf(TYPE, id);
  const { data: row, error, refetch } = useQuery({ ...options, staleTime: Infinity, retry: false });
  const waiting = useRef<Partial<Match>>({});
  const sending = useRef(false);
  const [failed, setFailed] = useState<Error>();

  const put = async (part: Partial<Match>) => {
    try {
      return await write(id, cache.getQueryData<Row>(options.queryKey)!.version, part);
    } catch (failure) {
      if (!isConflict(failure)) throw failure;
      const now = await readRecord(TYPE, id); // a colleague was here
      return write(id, now.version, part);
    }
  };
  const send = async () => {
    if (sending.current) return;
    sending.current = true;
    try {
      while (Object.keys(waiting.current).length > 0) {
        const part = waiting.current;
        waiting.current = {};
        try {
          const { version } = await put(part);
          cache.setQueryData<Row>(options.queryKey, (now) => now && { ...now, version });
        } catch (failure) {
          waiting.current = { ...part, ...waiting.current };
          throw failure;
        }
      }
      setFailed(undefined);
    } catch (failure) {
      setFailed(errorOf(failure));
    }
    sending.current = false;
  };
  const change = (part: Partial<Match>) => {
    cache.setQueryData<Row>(options.queryKey, (now) => now && ({ ...now, ...part } as Row));
    waiting.current = { ...waiting.current, ...part };
    void send();
  };
  return { match: row && readMatch(row), error, refetch, change, failed, again: () => void send() };
}
