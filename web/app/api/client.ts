/* The client of the HTTP API, typed by its description (schema.ts, made from openapi.json). It adds the
 * CSRF token and the language, and turns every failure into one of two errors: Problem, the server's
 * answer (RFC 9457), and Offline, no answer at all. An ended session is renewed by whoever is registered
 * with `onSessionEnd`, and the request is sent again: a form keeps what was typed. */
import createClient from "openapi-fetch";
import { languageNow } from "../text/index.ts";
import type { components, paths } from "./schema.ts";
import { noteServerDate } from "./server-time.ts";

export type Schemas = components["schemas"];
type Fault = NonNullable<Schemas["Problem"]["errors"]>[number];

/* The server refused. `faults[].field` is a JSON Pointer into the body that was sent. */
export class Problem extends Error {
  readonly status: number;
  readonly faults: Fault[];
  readonly request: string | null;
  readonly retryAfter: number; // seconds until it is worth trying again; 0: not said

  /* `body`: what came as JSON, usually a Schemas["Problem"]; a gateway sends anything. */
  constructor(status: number, body: unknown, headers: Headers) {
    const { detail, title, errors }: Partial<Schemas["Problem"]> = body ?? {};
    super(detail ?? title ?? String(status));
    this.status = status;
    this.faults = errors ?? [];
    this.request = headers.get("X-Request-Id");
    this.retryAfter = Number(headers.get("Retry-After")) || 0;
  }
}

/* The record changed since the version that the request names, or its state does not allow the action. */
export const isConflict = (failure: unknown): boolean => failure instanceof Problem && failure.status === 409;

/* No answer came: the server is stopped or the network is down. Nothing is known of what it did. */
export class Offline extends Error {}

/* Where the server is: the prefix of a reverse proxy included, without a slash at the end. */
export const base = document.baseURI.replace(/[^/]*$/, "").replace(/\/$/, "");

let csrf: string | undefined;
let renew: (() => Promise<void>) | undefined;
let renewing: Promise<void> | undefined;
let heard: (online: boolean) => void = () => {};

export const setCsrf = (token: string | undefined) => {
  csrf = token;
};

/* `act` signs in again over the page; it resolves when there is a session. */
export const onSessionEnd = (act: (() => Promise<void>) | undefined) => {
  renew = act;
};

/* Told after each request whether the server answered. */
export const onHeard = (act: (online: boolean) => void) => {
  heard = act;
};

async function send(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  if (!headers.has("Accept-Language")) headers.set("Accept-Language", languageNow());
  if (csrf) headers.set("X-CSRF-Token", csrf); // also of a reading: where the cookie is gone, the server tells that the session is over
  try {
    const answer = await fetch(new Request(request, { headers }));
    // A gateway answers these where the server behind it does not.
    if (answer.status === 502 || answer.status === 504) throw new Error(answer.statusText);
    noteServerDate(answer.headers.get("Date"));
    heard(true);
    return answer;
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    heard(false);
    throw new Offline("no answer", { cause });
  }
}

/* A 401 to one of these says that the name or password is wrong, not that a session has ended. */
const signsIn = (sent: Request) => sent.method === "POST" && /\/session(\/(link|proof|certificate))?$/.test(new URL(sent.url).pathname);

/* Has the person sign in again over the page; one dialog for all requests that wait for it. */
export async function renewSession(): Promise<void> {
  if (!renew) return;
  renewing ??= renew().finally(() => {
    renewing = undefined;
  });
  await renewing;
}

/* Sends a request; when the session has ended, once more after signing in again. */
export async function request(sent: Request): Promise<Response> {
  const again = sent.clone();
  const answer = await send(sent);
  if (answer.status !== 401 || !csrf || !renew || signsIn(sent)) return answer;
  await renewSession();
  return send(again);
}

/* Sends what the client below does not: files, and addresses that are made of data. The answer, or Problem. */
export async function ask(sent: Request): Promise<Response> {
  const answer = await request(sent);
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})), answer.headers);
  return answer;
}

/* A body as pages have it: the values of a record are whatever the fields of its form hold; the server checks them. */
export type Sent<Body> = Body extends (infer One)[] ? readonly Sent<One>[] : Body extends object ? (string extends keyof Body ? Record<string, unknown> : { [Name in keyof Body]: Sent<Body[Name]> }) : Body;
type Takes<Operation> = Operation extends { requestBody: { content: { "application/json": infer Body } } } ? Omit<Operation, "requestBody"> & { requestBody: { content: { "application/json": Sent<Body> } } } : Operation;
type Paths = { [Path in keyof paths]: { [Method in keyof paths[Path]]: Takes<paths[Path][Method]> } };

export const api = createClient<Paths, "application/json">({ baseUrl: base, fetch: request });

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/* The body of an answer, or Problem. */
export async function take<T>(answer: Answer<T>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new Problem(response.status, error, response.headers);
  return data as T;
}

/* The same, read as the type that the caller knows it to be: of the fields of a kind of records the description says nothing. */
export const takeAs = <T>(answer: Answer<unknown>) => take(answer as Answer<T>);
