/* Jobs in rows: what each does, how far it is, and what may be done with it. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./job-list.css";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { cancelJob, isOpen, resultAddress, retryJob, type Job } from "./system.ts";
import { useText, type Key, type Translate } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { StateTag, type StateTone } from "../../ui/state-tag.tsx";
import { minute } from "../../ui/time.ts";
import { sizeText } from "../../fields/upload.tsx";

const kinds: Readonly<Record<string, Key>> = {
  alerts: "system.job.alerts",
  backup: "system.job.backup",
  backup_check: "system.job.backup_check",
  dues: "system.job.dues",
  file_sweep: "system.job.file_sweep",
  import: "system.job.import",
  import_check: "system.job.import_check",
  import_undo: "system.job.import_undo",
  log_check: "system.job.log_check",
  integrity_check: "system.job.integrity_check",
  notices: "system.job.notices",
  outbox: "system.job.outbox",
  papers: "system.job.papers",
  record_import: "system.job.record_import",
  record_import_sweep: "system.job.record_import_sweep",
  recount: "system.job.recount",
  reindex: "system.job.reindex",
  timers: "system.job.timers",
  webhooks: "system.job.webhooks",
  year: "system.job.year",
};
const states: Readonly<Record<string, readonly [Key, StateTone]>> = {
  queued: ["system.job.queued", "grey"],
  running: ["system.job.running", "blue"],
  done: ["system.job.done", "green"],
  failed: ["system.job.failed", "red"],
  cancelled: ["system.job.cancelled", "grey"],
};

export const kindOf = (job: Job, t: Translate) => (kinds[job.kind] ? t(kinds[job.kind]!) : job.kind);

export function Progress({ job }: { job: Job }) {
  const t = useText();
  if (job.total > 0) return <progress aria-label={t("system.job.progress")} max={job.total} value={job.done} />;
  return job.done > 0 ? <span className="quiet">{job.kind === "backup" ? sizeText(job.done) : job.done}</span> : null;
}

const textOf = (result: Job["result"], name: string) => {
  const value = result?.[name];
  return typeof value === "string" ? value : undefined;
};

/* Cancelling and beginning again; `error` of the last try. */
export function useJobVerbs() {
  const cache = useQueryClient();
  const act = useMutation({ mutationFn: ({ id, again }: { id: number; again: boolean }) => (again ? retryJob(id) : cancelJob(id)), onSettled: () => cache.invalidateQueries({ queryKey: ["jobs"] }) });
  return { error: act.error, cancel: (id: number) => act.mutate({ id, again: false }), retry: (id: number) => act.mutate({ id, again: true }) };
}

export function JobList({ jobs, label }: { jobs: readonly Job[]; label: string }) {
  const t = useText();
  const verbs = useJobVerbs();
  return (
    <>
      <ErrorNote error={verbs.error} />
      <div className="table-scroll">
        <table className="plain-table job-list" aria-label={label}>
          <thead>
            <tr>
              <th scope="col">{t("system.job")}</th>
              <th scope="col">{t("system.state")}</th>
              <th scope="col">{t("system.job.progress")}</th>
              <th scope="col">{t("system.job.begun")}</th>
              <th scope="col" aria-label={t("system.verbs")} />
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => {
              const [word, tone] = states[job.state] ?? states.queued!;
              const name = kindOf(job, t);
              return (
                <tr key={job.id}>
                  <td>
                    {name}
                    {job.name && (
                      <small>
                        <Data text={job.name} />
                      </small>
                    )}
                  </td>
                  <td>
                    <StateTag tone={tone}>{t(word)}</StateTag>
                    {job.error && (
                      <small>
                        <Data text={job.error} />
                      </small>
                    )}
                  </td>
                  <td>{isOpen(job) && <Progress job={job} />}</td>
                  <td className="day">{minute(job.created_ms)}</td>
                  <td className="number">
                    {isOpen(job) && (
                      <button type="button" className="link-button" aria-label={t("system.job.cancel.of", { name })} onClick={() => verbs.cancel(job.id)}>
                        {t("system.job.cancel")}
                      </button>
                    )}
                    {(job.state === "failed" || job.state === "cancelled") && (
                      <button type="button" className="link-button" aria-label={t("system.job.retry.of", { name })} onClick={() => verbs.retry(job.id)}>
                        {t("system.job.retry")}
                      </button>
                    )}
                    {textOf(job.result, "rejects") ? (
                      <a href={resultAddress(job.id, "rejects")} download>
                        {t("system.job.rejects")}
                      </a>
                    ) : (
                      textOf(job.result, "file") && (
                        <a href={resultAddress(job.id)} download={textOf(job.result, "name") ?? true}>
                          {t("system.job.result")}
                        </a>
                      )
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
