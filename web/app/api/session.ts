/* Who is signed in. One query holds the session for all pages; it also gives the client its CSRF token.
 * Where a session ends while a page is open, the shell has the same person sign in over the page. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { api, renewSession, setCsrf, take, type Schemas } from "./client.ts";
import { queries } from "./query.ts";

export type Session = Schemas["Session"];

const KEY = ["session"];
/* The account of the session of this browser, told to its other tabs. */
const STORED = "zhiyun.account";

let account = 0; // whose pages are open here
let leaving = false;

const ask = () => take(api.GET("/api/v1/session"));

async function readSession(): Promise<Session> {
  let session = await ask();
  if (session.account === 0 && account !== 0 && !leaving) {
    await renewSession();
    session = await ask();
  }
  return keep(session);
}

function keep(session: Session): Session {
  setCsrf(session.csrf || undefined);
  account = session.account;
  return session;
}

/* The session; `account` is 0 when nobody is signed in. */
export function useSession(): Session {
  return useSuspenseQuery({ queryKey: KEY, queryFn: readSession, staleTime: Infinity }).data;
}

/* Asks for the session before the first page is drawn, so that it suspends nothing; an answer that is slow is not waited for. */
export const readAhead = () => Promise.race([queries.prefetchQuery({ queryKey: KEY, queryFn: readSession, staleTime: Infinity }), new Promise((done) => setTimeout(done, 300))]);

/* What the server answered to a sign-in becomes the session of all pages. Its counts come with the next reading. */
export async function enterSession(session: Session): Promise<void> {
  leaving = false;
  // What somebody else was shown is not shown to this person.
  if (session.account !== account) queries.removeQueries({ predicate: (query) => query.queryKey[0] !== KEY[0] });
  queries.setQueryData(KEY, keep(session));
  tellOtherTabs(session.account);
  await refreshSession();
}

/* Reads the session again: counts, needs, and whether it still stands. */
export const refreshSession = () => queries.invalidateQueries({ queryKey: KEY });

/* Who is signed in now, past all caches; null when nobody is. */
export async function sessionNow(): Promise<Session | null> {
  const session = await ask();
  return session.account === 0 ? null : session;
}

/* Ends the session here and at the server. */
export async function signOut(): Promise<void> {
  leaving = true;
  try {
    await take(api.DELETE("/api/v1/session"));
  } catch (error) {
    leaving = false;
    throw error;
  }
  account = 0;
  setCsrf(undefined);
  tellOtherTabs(0);
}

function tellOtherTabs(who: number): void {
  try {
    localStorage.setItem(STORED, `${who} ${Date.now()}`); // an event comes only of a text that differs
  } catch {
    // Storage is off: other tabs notice with their next request.
  }
}

/* Calls `act` with the account that another tab of this browser has signed in or, with 0, out. */
export function onOtherTab(act: (who: number) => void): () => void {
  const hear = (event: StorageEvent) => {
    if (event.key !== STORED) return;
    const who = parseInt(event.newValue ?? "0", 10);
    if (who !== account) act(who);
    else void refreshSession(); // the same person, a new session: a new CSRF token
  };
  window.addEventListener("storage", hear);
  return () => window.removeEventListener("storage", hear);
}
