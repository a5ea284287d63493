/* The beginning: where files are dropped, what is under way, what was imported. */
import "../../ui/controls.css";
import "../../ui/plain-table.css";
import "./import.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { importChecked, importsOf, isCheck, isOver, undoImport, useImportJobs, type Import, type Job } from "./imports.ts";
import { serverNow } from "../../api/server-time.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { minute } from "../../ui/time.ts";
import { useText, type Key } from "../../text/index.ts";
import { Drop } from "./drop.tsx";
import { asks, count, goodRows, percent, wasRefused } from "./report.ts";

const PAGE = 20;
const KEPT_MS = 7 * 24 * 3600_000; // a file that was only checked

export function Start() {
  const t = useText();
  const cache = useQueryClient();
  const jobs = useImportJobs();
  const followed = new Set(jobs.data?.filter(({ state }) => state !== "failed" && state !== "cancelled").map(({ check }) => check));
  const waits = (job: Job) => job.state !== "cancelled" && !followed.has(job.id) && job.created_ms > serverNow() - KEPT_MS;
  const open = jobs.data?.filter((job) => (isCheck(job) ? waits(job) : !isOver(job))) ?? [];
  const ended = jobs.data?.filter((job) => !isCheck(job) && isOver(job)).length;
  useEffect(() => void cache.invalidateQueries({ queryKey: ["imports"] }), [cache, ended]);
  return (
    <>
      <PageHead title={t("import.title")} line={t("import.line")} />
      <Drop words={t("import.drop")} />
      {open.length > 0 && <Open jobs={open} />}
      {jobs.error ? <Failed error={jobs.error} retry={() => void jobs.refetch()} /> : <History jobs={jobs.data ?? []} />}
    </>
  );
}

/* Files that are checked or being imported; those that are ready go in together. */
function Open({ jobs }: { jobs: readonly Job[] }) {
  const t = useText();
  const cache = useQueryClient();
  const { busy, error, act } = useAct();
  const ready = jobs.filter((job) => isCheck(job) && job.state === "done" && !wasRefused(job) && goodRows(job) > 0);
  const all = () =>
    act(async () => {
      for (const job of ready) await importChecked(job);
    }).then(() => cache.invalidateQueries({ queryKey: ["import-jobs"] }));
  return (
    <section className="import-section">
      <div className="import-head">
        <h2>{t("import.open")}</h2>
        {ready.length > 1 && (
          <Button type="primary" loading={busy} onClick={() => void all()}>
            {t("import.all", { files: ready.length, n: count(ready.reduce((sum, job) => sum + goodRows(job), 0)) })}
          </Button>
        )}
      </div>
      <ErrorNote error={error} />
      <Table
        rows={jobs}
        keyOf={(job) => job.id}
        columns={[
          {
            head: t("import.file"),
            cell: (job) => (
              <Link to={`/import?job=${job.id}`}>
                <Data text={job.name ?? ""} />
              </Link>
            ),
          },
          { head: t("import.state"), cell: (job) => <JobState job={job} /> },
          { head: t("import.rows"), number: true, cell: (job) => job.result && count(job.result.records) },
          { head: t("import.rejected"), number: true, cell: (job) => job.result && count(job.result.rejected) },
          { head: t("import.at"), className: "day", cell: (job) => minute(job.created_ms) },
        ]}
      />
    </section>
  );
}

function JobState({ job }: { job: Job }) {
  const t = useText();
  if (!isOver(job)) return <StateTag tone="blue">{t(isCheck(job) ? "import.checking" : "import.importing", { n: percent(job) })}</StateTag>;
  if (asks(job)) return <StateTag tone="amber">{t("import.asks")}</StateTag>;
  if (job.state === "failed" || wasRefused(job)) return <StateTag tone="red">{t("import.notRead")}</StateTag>;
  return <StateTag tone="amber">{t("import.ready")}</StateTag>;
}

const states: Record<string, { tone: "green" | "amber" | "grey"; key: Key }> = {
  held: { tone: "green", key: "import.state.held" },
  undoing: { tone: "amber", key: "import.state.undoing" },
  undone: { tone: "grey", key: "import.state.undone" },
  earlier: { tone: "green", key: "import.state.held" },
};

function History({ jobs }: { jobs: readonly Job[] }) {
  const t = useText();
  const [limit, setLimit] = useState(PAGE);
  const found = useQuery(importsOf(limit));
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Waiting />;
  const { items, total } = found.data;
  // A file that is imported again keeps its number: its first job says what it brought in.
  const firsts = new Map(jobs.filter(({ kind }) => kind === "import").flatMap((job) => (job.result?.imports ?? []).map((id) => [id, job] as const)));
  return (
    <section className="import-section">
      <h2>{t("import.history", { n: count(total) })}</h2>
      {items.length === 0 ? (
        <p className="quiet">{t("import.history.none")}</p>
      ) : (
        <Table
          className="import-history"
          rows={items}
          keyOf={({ id }) => id}
          columns={[
            { head: t("import.at"), className: "day", cell: ({ begun }) => (begun ? minute(begun) : t("common.unknown")) },
            {
              head: t("import.file"),
              cell: ({ id, name }) => {
                const job = firsts.get(id);
                return job ? <Link to={`/import?job=${job.id}`}><Data text={name} /></Link> : <Data text={name} />;
              },
            },
            { head: t("import.rows"), number: true, cell: ({ records }) => count(records) },
            ...(["inserted", "updated", "unchanged", "rejected"] as const).map((name): Column<Import> => ({
              head: t(`import.${name}`),
              number: true,
              cell: ({ id }) => {
                const result = firsts.get(id)?.result;
                return result ? count(result[name]) : <span className="quiet">{t("import.notKept")}</span>;
              },
            })),
            { head: t("import.state"), cell: ({ state }) => <StateTag tone={states[state]!.tone}>{t(states[state]!.key)}</StateTag> },
            { className: "number", cell: ({ id, name, state }) => state === "held" && <Undo one={id} name={name} small /> },
          ]}
        />
      )}
      {total > limit && (
        <p>
          <Button onClick={() => setLimit(Math.min(200, limit + PAGE))}>{t("common.more")}</Button>
        </p>
      )}
    </section>
  );
}

/* Takes an import back. */
export function Undo({ one, name, small }: { one: number; name: string; small?: boolean }) {
  const t = useText();
  const cache = useQueryClient();
  const { busy, error, act } = useAct();
  const undo = () =>
    act(async () => {
      await undoImport(one);
      await cache.invalidateQueries({ queryKey: ["imports"] });
    });
  return (
    <>
      <Button size={small ? "small" : "middle"} loading={busy} aria-label={small ? t("import.undo.of", { name }) : undefined} onClick={() => void undo()}>
        {t("import.undo")}
      </Button>
      {error && <em role="alert"> {error.message}</em>}
    </>
  );
}
