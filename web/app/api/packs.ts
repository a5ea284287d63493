/* Policies: the documents, their texts with clauses, and what decides differently in two of them. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { languageNow, useLanguage } from "../text/index.ts";
import { api, ask, base, take, type Schemas } from "./client.ts";
import { queries } from "./query.ts";
import type { paths } from "./schema.ts";
import { serverNow } from "./server-time.ts";

type Get<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { "application/json": infer R } } } } } ? R : never;
type Post<P extends keyof paths> = paths[P] extends { post: { responses: { 200: { content: { "application/json": infer R } } } } } ? R : never;

export type Packs = Get<"/api/v1/packs">;
export type Policy = Packs["packs"][number];
export type PolicyText = Get<"/api/v1/packs/{id}/clauses">;
export type Clause = PolicyText["clauses"][number];
export type Criterion = Schemas["PackCriterion"];
export type Ambiguity = Schemas["PackAmbiguity"];
export type Cases = Get<"/api/v1/packs/{id}/cases">;
export type Difference = Schemas["PackDifference"];
export type Simulation = Post<"/api/v1/packs/{id}/simulate">;
export type Loaded = Post<"/api/v1/packs">;

export const packs = (language: string) => queryOptions({ queryKey: ["packs", language], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs")) });
export const usePacks = () => useQuery(packs(useLanguage()));
const of = (id: string) => ({ params: { path: { id } } });

/* Of one policy; all are read again when one changes. `digest`: of a version that waits for two officers. */
const version = (id: string, digest?: string) => ({ params: { path: { id }, query: { digest } } });
export const textOf = (id: string, digest?: string) => queryOptions({ queryKey: ["packs", id, "clauses", languageNow(), digest], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs/{id}/clauses", version(id, digest))) });
export const casesOf = (id: string, digest?: string) => queryOptions({ queryKey: ["packs", id, "cases", digest], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs/{id}/cases", version(id, digest))) });
export const comparisonsOf = (id: string) => queryOptions({ queryKey: ["packs", id, "comparisons"], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs/{id}/comparisons", of(id))) });
export const differencesOf = (id: string, other: string) =>
  queryOptions({ queryKey: ["packs", id, "differences", other], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs/{id}/differences", { params: { path: { id }, query: { with: other } } })) });
export const activationsOf = (id: string) => queryOptions({ queryKey: ["packs", id, "activations"], queryFn: () => take(api.GET("/api/v1/packs/{id}/activations", of(id))) });
export const amendmentsOf = (id: string) => queryOptions({ queryKey: ["packs", id, "amendments"], queryFn: () => take(api.GET("/api/v1/packs/{id}/amendments", of(id))) });

export const rereadPacks = () => Promise.all([queries.invalidateQueries({ queryKey: ["packs"] }), queries.invalidateQueries({ queryKey: ["todo"] })]);

/* The archive is the body as it is. */
export async function loadPack(file: File): Promise<Loaded> {
  const answer = await ask(new Request(`${base}/api/v1/packs`, { method: "POST", headers: { "Content-Type": "application/zip" }, body: await file.arrayBuffer() }));
  return (await answer.json()) as Loaded;
}

/* --- how long a document counts -------------------------------------------------------------------- */

export type Standing = "library" | "informative" | "draft" | "coming" | "in_force" | "lapsed";

/* `left`: days to its last one; undefined: it has none. */
export function standingOf({ standing, effective, expires, replaced_from }: Policy): { standing: Standing; left?: number } {
  if (standing !== "in_force") return { standing: standing as Standing };
  const today = new Date(serverNow() + 8 * 3_600_000).toISOString().slice(0, 10);
  const last = replaced_from && (!expires || replaced_from <= expires) ? new Date(Date.parse(replaced_from) - 86_400_000).toISOString().slice(0, 10) : expires;
  const left = last ? Math.round((Date.parse(last) - Date.parse(today)) / 86_400_000) : undefined;
  if (effective && effective > today) return { standing: "coming", left };
  return { standing: left !== undefined && left < 0 ? "lapsed" : "in_force", left };
}

/* The nearest of the days on which it is time to think of what comes after it: 180, 90, 30. */
export const warningOf = (left: number | undefined) => (left === undefined || left < 0 ? undefined : [30, 90, 180].find((days) => left <= days));
