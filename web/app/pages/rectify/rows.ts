/* The rows of a rectification: a demand, its reply and its re-check have one number. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, isConflict, take } from "../../api/client.ts";
import { recordOf } from "../../api/records.ts";
import { isSame, type Values } from "../../fields/field.ts";
import { newKey } from "../../rooms/case/action-dialog.tsx";
import type { FileValue } from "../../fields/upload.tsx";

export interface Item {
  n: number;
  demand: string;
  clause?: string | null;
  indicator?: string | null;
  need?: string | null;
}

export type Result = "pass" | "fail";

export interface Rectification {
  id: number;
  version: number;
  state: "prepared" | "active" | "answered" | "decided";
  _may: string[];
  issued?: string | null;
  due?: string | null;
  items?: Item[];
  replies?: { n: number; text: string }[];
  reply_files?: { n: number; file: FileValue }[];
  rechecks?: { n: number; result: Result; on: string }[]; // absent: its reader does not see them yet
  opinion?: string | null;
}

export const TYPE = "rectification";
const TRIES = 3; // of other rows that are saved at the same time

/* Somebody else changed what is being saved; `theirs` is what stands there now. */
export class Changed extends Error {
  constructor(readonly theirs: unknown) {
    super();
  }
}

/* Saves a part of the record by one of its actions, one save after another. `part` is what is changed, of the record as it stands;
 * where it is no longer as it was when the change began, and not as it shall be, nothing is saved (Changed). */
export function useSaveRows(id: number) {
  const cache = useQueryClient();
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const run = async <T>(action: string, part: (row: Rectification) => T, before: T, next: T, body: (row: Rectification) => Values) => {
    for (let tries = 0; ; tries++) {
      const row = await cache.fetchQuery({ ...recordOf<Rectification>(TYPE, id), staleTime: tries > 0 ? 0 : Infinity });
      const now = part(row);
      if (isSame(now, next)) return;
      if (!isSame(now, before)) throw new Changed(now);
      try {
        await take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { path: { type: TYPE, id, action }, header: { "If-Match": `"${row.version}"`, "Idempotency-Key": newKey() } }, body: body(row) }));
        break;
      } catch (failure) {
        if (tries === TRIES || !isConflict(failure)) throw failure;
      }
    }
    await cache.fetchQuery({ ...recordOf(TYPE, id), staleTime: 0 });
  };
  return <T>(...asked: Parameters<typeof run<T>>): Promise<void> => {
    const done = last.current.catch(() => undefined).then(() => run(...asked));
    last.current = done;
    return done;
  };
}

/* The rows of a table with those of number n put in place of the ones that were there. */
export const withRows = <T extends { n: number }>(rows: readonly T[] | undefined, n: number, next: readonly T[]): T[] => [...(rows ?? []).filter((row) => row.n !== n), ...next].sort((a, b) => a.n - b.n);
export const rowsAt = <T extends { n: number }>(rows: readonly T[] | undefined, n: number): T[] => (rows ?? []).filter((row) => row.n === n);
