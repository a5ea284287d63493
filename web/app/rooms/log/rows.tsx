/* The records and other rows of the store compared with the log by the server: a job, its progress and its verdict. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, take, takeAs } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { minute } from "../../ui/time.ts";

interface Verdict {
  ok: boolean;
  entries: number;
  rows_checked: number;
  fault: string | null;
  changed_after?: number;
  proven?: number;
  head: { time: number } | null;
}
interface Job {
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  ended_ms?: number;
  result?: Verdict;
  error?: string;
}

const many = (n: number) => n.toLocaleString("en");
const isOver = (job: Job | undefined) => job !== undefined && job.state !== "queued" && job.state !== "running";

export function useRowsCheck() {
  const asked = useMutation({ mutationFn: () => take(api.POST("/api/v1/log/checks")) });
  const id = asked.data?.job;
  const read = useQuery({
    queryKey: ["log", "check", id],
    queryFn: () => takeAs<Job>(api.GET("/api/v1/jobs/{id}", { params: { path: { id: id! } } })),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (isOver(state.data) ? false : 500),
  });
  const job = read.data;
  return { start: () => asked.mutate(), job, busy: asked.isPending || (id !== undefined && !isOver(job) && !read.error), failed: asked.error ?? read.error };
}

export function RowsCheck({ of: { job, busy, failed } }: { of: ReturnType<typeof useRowsCheck> }) {
  const t = useText();
  if (busy)
    return (
      <section className="log-strip log-runs" aria-label={t("evidence.store.strip")} role="status">
        <p className="log-line">
          <b>{t("evidence.store.runs")}</b>
          <progress aria-label={t("evidence.store.strip")} />
        </p>
      </section>
    );
  const said = job?.result;
  if (failed || (job && !said))
    return (
      <section className="log-strip log-bad" role="alert">
        <p>
          <b>{t("evidence.store.failed")}</b> {job?.error ?? failed?.message}
        </p>
      </section>
    );
  if (!said) return null;
  return (
    <section className={`log-strip ${said.ok ? "log-good" : "log-bad"}`} aria-label={t("evidence.store.strip")} role={said.ok ? "status" : "alert"}>
      <p className="log-line">
        <b>{said.ok ? `✓ ${t("evidence.store.ok")}` : `✕ ${said.fault}`}</b>
        {said.ok && <span>{t("evidence.store.said", { n: many(said.entries), rows: many(said.rows_checked), time: minute(job.ended_ms ?? 0) })}</span>}
      </p>
      {!said.ok && (
        <p>
          {said.changed_after && t("evidence.store.after", { time: minute(said.changed_after) })}{" "}
          <b>{said.proven && said.head ? t("evidence.verify.proven", { n: many(said.proven), time: minute(said.head.time) }) : t("evidence.verify.provenNone")}</b>
        </p>
      )}
    </section>
  );
}
