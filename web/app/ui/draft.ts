/* Drafts: what somebody has typed and not sent, kept in this browser for this account. They outlive a
 * reload, a crash and an expired session; signing out removes them. */
import { useEffect, useState } from "react";
import { useSession } from "../api/session.ts";

export const PREFIX = "zhiyun.draft.";

/* What a draft says of itself where drafts are listed. */
export interface Kept {
  title: string;
  to: string; // the page that goes on with it
  at_ms: number;
}

/* As useState, but kept under `key`. `clear` forgets the draft once it is sent. */
export function useDraft<T>(key: string, initial: T): [T, (next: T) => void, () => void] {
  const { account } = useSession();
  const name = `${PREFIX}${account}.${key}`;
  const [value, setValue] = useState<T>(() => read(name) ?? initial);
  useEffect(() => setValue(read(name) ?? initial), [name]);
  return [
    value,
    (next) => {
      setValue(next);
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // Storage is off or full: what was typed stays in the page alone.
      }
    },
    () => {
      setValue(initial);
      try {
        localStorage.removeItem(name);
      } catch {
        // as above
      }
    },
  ];
}

function read<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/* The drafts of this account that say where they belong, the latest first. */
export function keptDrafts(account: number): Kept[] {
  const kept: Kept[] = [];
  try {
    for (const name of Object.keys(localStorage)) {
      const draft = name.startsWith(`${PREFIX}${account}.`) ? read<Partial<Kept>>(name) : undefined;
      if (draft?.title && draft.to && draft.at_ms) kept.push({ ...draft, title: draft.title, to: draft.to, at_ms: draft.at_ms });
    }
  } catch {
    // Storage is off: there are none.
  }
  return kept.sort((a, b) => b.at_ms - a.at_ms);
}

/* Removes all drafts of this browser, of whichever account. */
export function clearDrafts(): void {
  try {
    for (const kept of [localStorage, sessionStorage]) for (const name of Object.keys(kept)) if (name.startsWith(PREFIX)) kept.removeItem(name);
  } catch {
    // Storage is off: there are none.
  }
}
