/* Whether the server answers, and whether it still serves the program that this tab runs. */
import { useSyncExternalStore } from "react";
import { base, onHeard } from "./client.ts";
import { queries } from "./query.ts";

interface Connection {
  offlineSince: number; // ms; 0: the server answers
  stale: boolean; // the server has a newer program than this tab
  heardAt: number; // ms of the last answer of the API, which also renewed the session
  ended: boolean; // the session; requests wait until the person has signed in again
}

let state: Connection = { offlineSince: 0, stale: false, heardAt: Date.now(), ended: false };
let timer: ReturnType<typeof setTimeout> | undefined;
let wait = 0;
const listeners = new Set<() => void>();

function become(change: Partial<Connection>): void {
  state = { ...state, ...change };
  for (const tell of listeners) tell();
}

export const noteSessionEnd = (ended: boolean): void => become({ ended });

/* Asks whether the server is there again, at growing intervals up to 10 seconds. */
function again(): void {
  clearTimeout(timer);
  wait = Math.min(wait + 2000, 10_000);
  timer = setTimeout(() => void tryNow(), wait);
}

onHeard((online) => {
  if (online) {
    clearTimeout(timer);
    wait = 0;
    const back = state.offlineSince !== 0;
    if (back || Date.now() - state.heardAt > 1000) become({ offlineSince: 0, heardAt: Date.now() });
    // Requests that gave up in the meantime are sent again; the program may have changed with a restart.
    if (back) {
      void queries.refetchQueries({ predicate: (query) => query.state.status === "error" });
      void compareProgram();
    }
  } else {
    lose();
  }
});

function lose(): void {
  if (state.offlineSince) return;
  become({ offlineSince: Date.now() });
  again();
}

/* Asks for the page alone, which renews no session; null: no answer, or a gateway's. */
async function head(): Promise<Response | null> {
  try {
    const answer = await fetch(`${base}/w/`, { method: "HEAD", cache: "no-store" });
    return answer.status === 502 || answer.status === 504 ? null : answer;
  } catch {
    return null;
  }
}

export async function tryNow(): Promise<void> {
  const answer = await head();
  if (!answer) return again();
  clearTimeout(timer);
  wait = 0;
  become({ offlineSince: 0 });
  void queries.refetchQueries({ predicate: (query) => query.state.status === "error" });
  noteProgram(answer);
}

/* --- the program ------------------------------------------------------------------------------- */

let program: string | null | undefined; // the ETag of the page when this tab began

function noteProgram(answer: Response): void {
  const tag = answer.ok ? answer.headers.get("ETag") : null;
  if (!tag) return;
  program ??= tag;
  if (tag !== program) become({ stale: true });
}

export async function compareProgram(): Promise<void> {
  const answer = await head();
  if (answer) noteProgram(answer);
}

const backOnline = () =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (state.offlineSince) return;
      listeners.delete(look);
      resolve();
    };
    listeners.add(look);
  });

/* Loads a part of the program, again and again while the server gives no answer. Where it answers, the
 * part is gone: a newer program has others. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      const answer = await head();
      if (answer) {
        noteProgram(answer);
        throw error;
      }
      lose();
      await backOnline();
    }
  }
}

/* Watches for a newer program: whenever the tab is shown again. */
export function watchProgram(): void {
  void compareProgram();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void compareProgram());
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => state,
  );
}
