/* Imports of patents. A file is checked by one job and imported by another, which reads the same file; what an import
 * brought in can be taken back. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, base, request, take, takeAs } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";

type Reply = paths["/api/v1/imports"]["post"]["responses"][200]["content"]["application/json"];
export type FileReport = NonNullable<Reply["files"]>[number];
export type Reject = FileReport["rejects"][number];
export type Import = paths["/api/v1/imports"]["get"]["responses"][200]["content"]["application/json"]["items"][number];

/* What came of a job: of a check, what an import would do. */
export interface Report extends Reply {
  records: number;
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: number;
  rejects?: string; // digest of the workbook of refused rows
  file?: string; // digest of the report, where it is too long for a job
}

type Listed = paths["/api/v1/jobs"]["get"]["responses"][200]["content"]["application/json"]["items"][number];
export type Job = Omit<Listed, "result"> & { result?: Report };

export const isOver = ({ state }: Job) => state !== "queued" && state !== "running";
export const isCheck = ({ kind }: Job) => kind === "import_check";

async function readJob(id: number): Promise<Job> {
  const job = await takeAs<Job>(api.GET("/api/v1/jobs/{id}", { params: { path: { id } } }));
  if (!job.result?.file) return job;
  const whole = await request(new Request(`${base}/api/v1/jobs/${id}/result`));
  if (!whole.ok) return job; // it is kept for some days
  const report: Report = await whole.json();
  return { ...job, result: { ...report, rejects: job.result.rejects } };
}

export const jobOf = (id: number) =>
  queryOptions({ queryKey: ["job", id], queryFn: () => readJob(id), refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? 500 : false), staleTime: 0 });

/* My checks and imports, the newest first. */
export const useImportJobs = () =>
  useQuery({
    queryKey: ["import-jobs"],
    queryFn: async () => (await takeAs<{ items: Job[] }>(api.GET("/api/v1/jobs", { params: { query: { limit: 200 } } }))).items.filter(({ kind }) => kind === "import" || kind === "import_check"),
    refetchInterval: ({ state }) => (state.data?.some((job) => !isOver(job)) ? 1000 : false),
    staleTime: 0,
  });

export const importsOf = (limit: number) => queryOptions({ queryKey: ["imports", limit], queryFn: () => take(api.GET("/api/v1/imports", { params: { query: { limit } } })), staleTime: 0 });

export const importOf = (id: number) => queryOptions({ queryKey: ["imports", "one", id], queryFn: () => take(api.GET("/api/v1/imports/{id}", { params: { path: { id } } })), staleTime: 0 });

async function post(query: Record<string, string>, maps: readonly string[], body?: Blob): Promise<number> {
  const asked = new URLSearchParams({ ...query, job: "true" });
  for (const map of maps) asked.append("map", map);
  const response = await ask(new Request(`${base}/api/v1/imports?${asked}`, { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } }));
  const { job }: { job: number } = await response.json();
  return job;
}

/* Each begins a job and gives its number. */
export const checkFile = (file: File) => post({ name: file.name.normalize("NFC"), dry_run: "true" }, [], file);
export const checkAgain = (check: Job, maps: readonly string[]) => post({ name: check.name ?? "", check: String(check.id), dry_run: "true" }, maps);
export const importChecked = (check: Job) => post({ name: check.name ?? "", check: String(check.id) }, []);

export const undoImport = (id: number) => take(api.POST("/api/v1/imports/{id}/undo", { params: { path: { id } } }));
export const cancelJob = (id: number) => take(api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id } } }));

export const rejectsAddress = (job: number) => `${base}/api/v1/jobs/${job}/result?part=rejects`;
