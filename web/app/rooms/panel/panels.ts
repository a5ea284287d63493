/* Panels of experts: what is read of them, and how a sheet comes to its total (src/panel/review.h). */
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";
import { queries } from "../../api/query.ts";
import { languageNow } from "../../text/index.ts";

type Get<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { "application/json": infer R } } } } } ? R : never;

export type Panel = Get<"/api/v1/panels/{id}">;
export type PanelRow = Get<"/api/v1/panels">["items"][number];
export type Sheet = Get<"/api/v1/panels/{id}/scores">["items"][number];
export type Head = Panel["heads"][number];
export type State = "draft" | "frozen" | "drawn" | "closed";

export const panelsRead = () => queryOptions({ queryKey: ["panels"], queryFn: () => take(api.GET("/api/v1/panels")) });
export const panelRead = (id: number) => queryOptions({ queryKey: ["panel", id], queryFn: () => take(api.GET("/api/v1/panels/{id}", { params: { path: { id } } })) });
export const sheetsRead = (id: number) => queryOptions({ queryKey: ["panel", id, "scores"], queryFn: async () => (await take(api.GET("/api/v1/panels/{id}/scores", { params: { path: { id } } }))).items });
export const drawsRead = (id: number) => queryOptions({ queryKey: ["draws", id], queryFn: async () => (await take(api.GET("/api/v1/panels/{id}/draws", { params: { path: { id } } }))).items });
export const reportRead = (id: number) => queryOptions({ queryKey: ["panel", id, "report"], queryFn: () => take(api.GET("/api/v1/panels/{id}/report", { params: { path: { id } } })) });
export const poolRead = (id: number) => queryOptions({ queryKey: ["panel", id, "pool", languageNow()], queryFn: () => take(api.GET("/api/v1/panels/{id}/conflicts", { params: { path: { id } } })) });

export const rereadPanels = () => Promise.all([["panels"], ["panel"], ["draws"], ["todo"]].map((queryKey) => queries.invalidateQueries({ queryKey })));

/* Full marks of a head. */
export const fullOf = (head: Head, marks: boolean) => (marks ? Number(head.weight) : 100);

/* What points of all heads come to; undefined while one is missing. */
export function totalOf(heads: readonly Head[], marks: boolean, points: (head: Head) => number | undefined): number | undefined {
  const weighed = heads.some(({ weight }) => Number(weight) > 0);
  const shares = heads.map((head) => {
    const given = points(head);
    return given === undefined ? undefined : marks ? given : weighed ? (given * Number(head.weight)) / 100 : given / heads.length;
  });
  return shares.includes(undefined) ? undefined : shares.reduce<number>((sum, one) => sum + one!, 0);
}

export const sheetTotal = (panel: Panel, sheet: Sheet) => totalOf(panel.heads, panel.marks, (head) => toPoints(sheet.scores.find((one) => one.head === head.head)?.points));

/* Points as they are typed; undefined where they are none. */
export function toPoints(text: string | undefined): number | undefined {
  const clean = text?.trim() ?? "";
  return /^\d{1,3}(\.\d{1,2})?$/.test(clean) ? Number(clean) : undefined;
}
