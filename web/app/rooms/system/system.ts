/* How the program is, its backups, its jobs and its days. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, base, take } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";

type Got<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { "application/json": infer T } } } } } ? T : never;
export type System = Got<"/api/v1/system">;
export type Component = System["components"][number];
export type Backup = Got<"/api/v1/backups">["items"][number];
export type Plan = Got<"/api/v1/backup-plan">;
export type Job = Got<"/api/v1/jobs">["items"][number];
export type Workdays = Got<"/api/v1/workdays">["items"][number];

export const systemQuery = queryOptions({ queryKey: ["system"], queryFn: () => take(api.GET("/api/v1/system")), refetchInterval: 15_000, staleTime: 0 });
export const backupsQuery = queryOptions({ queryKey: ["backups"], queryFn: async () => (await take(api.GET("/api/v1/backups"))).items, refetchInterval: 15_000, staleTime: 0 });
export const planQuery = queryOptions({ queryKey: ["backup-plan"], queryFn: () => take(api.GET("/api/v1/backup-plan")), staleTime: 0 });
export const workdaysQuery = queryOptions({ queryKey: ["workdays"], queryFn: async () => (await take(api.GET("/api/v1/workdays"))).items, staleTime: 0 });

export const isOpen = ({ state }: Job) => state === "queued" || state === "running";

/* The newest first; read again every second while one is at work. */
export const useJobs = (of: "mine" | "program", limit: number, on = true) =>
  useQuery({
    queryKey: ["jobs", of, limit],
    queryFn: async () => (await take(api.GET("/api/v1/jobs", { params: { query: { ...(of === "program" ? { of } : {}), limit } } }))).items,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? 1000 : 10_000),
    enabled: on,
    staleTime: 0,
  });

export const cancelJob = (id: number) => take(api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id } } }));
export const retryJob = (id: number) => take(api.POST("/api/v1/jobs/{id}/retry", { params: { path: { id } } }));
export const resultAddress = (id: number, part?: string) => `${base}/api/v1/jobs/${id}/result${part ? `?part=${part}` : ""}`;

export const makeBackup = () => take(api.POST("/api/v1/backups"));
export const checkBackup = (name: string) => take(api.POST("/api/v1/backups/{name}/check", { params: { path: { name } } }));
export const putWorkdays = (table: string, correct: boolean) => take(api.PUT("/api/v1/workdays", { body: { table, ...(correct && { correct }) } }));

export const LEAST_DAYS = 7; // of figures of the disk, before anything follows from them

/* Bytes a day, and days until the disk is full; null: not known, or it does not grow. */
export function growth({ days, free }: System["disk"]): { days: number; perDay: number | null; fullIn: number | null } {
  const [first, last] = [days[0], days.at(-1)];
  const count = first && last ? Math.round((Date.parse(last.date) - Date.parse(first.date)) / 86_400_000) : 0;
  if (!first || !last || count < LEAST_DAYS) return { days: count, perDay: null, fullIn: null };
  const perDay = (last.used - first.used) / count;
  return { days: count, perDay, fullIn: perDay > 0 ? Math.floor(free / perDay) : null };
}
