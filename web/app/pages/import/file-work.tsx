/* One file: while it is checked, what the check found, while it is imported, and what came of it. */
import "../../ui/controls.css";
import "../../ui/form-foot.css";
import "../../ui/plain-table.css";
import "./import.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useNavigate } from "react-router";
import { cancelJob, checkAgain, importChecked, importOf, isCheck, isOver, jobOf, rejectsAddress, type Job, type Report } from "./imports.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { useText, type Key } from "../../text/index.ts";
import { Drop } from "./drop.tsx";
import { Mapping } from "./mapping.tsx";
import { asks, badRows, count, goodRows, lacks, percent, plain, proposed, tableOf, wasRefused, type Bad } from "./report.ts";
import { Undo } from "./start.tsx";

const SHOWN = 100;

export function FileWork({ id }: { id: number }) {
  const t = useText();
  const found = useQuery(jobOf(id));
  const job = found.data;
  return (
    <>
      <p className="crumb">
        <Link to="/import">{t("import.menu")}</Link>
      </p>
      <PageHead title={t("import.title")} line={job && <Line job={job} />} />
      {found.error ? <Failed error={found.error} retry={() => void found.refetch()} /> : !job ? <Waiting /> : <Work job={job} />}
    </>
  );
}

function Line({ job }: { job: Job }) {
  const t = useText();
  const format = job.result?.files?.length === 1 ? job.result.files[0]!.format_title : undefined;
  return (
    <>
      <Data text={job.name ?? ""} />
      {format && (
        <>
          {t("import.comma")}
          <Data text={format} />
        </>
      )}
      {job.result && !wasRefused(job) && `${t("import.comma")}${t("import.n", { n: count(job.result.records) })}`}
    </>
  );
}

const steps: readonly Key[] = ["import.step.file", "import.step.columns", "import.step.rows", "import.step.import", "import.step.done"];

function Steps({ at }: { at: number }) {
  const t = useText();
  return (
    <ol className="import-steps" aria-label={t("import.steps")}>
      {steps.map((key, i) => (
        <li key={key} className={i < at ? "done" : undefined} aria-current={i === at ? "step" : undefined}>
          <i aria-hidden="true">{i < at ? "✓" : i + 1}</i>
          {t(key)}
        </li>
      ))}
    </ol>
  );
}

function Work({ job }: { job: Job }) {
  if (!isOver(job)) return <Running job={job} />;
  if (!job.result) return <NotDone job={job} />;
  return isCheck(job) ? <Checked job={job} report={job.result} /> : <Imported job={job} report={job.result} />;
}

function Running({ job }: { job: Job }) {
  const t = useText();
  const cache = useQueryClient();
  const cancel = async () => {
    await cancelJob(job.id);
    await cache.invalidateQueries({ queryKey: ["job", job.id] });
  };
  return (
    <>
      <Steps at={isCheck(job) ? 1 : 3} />
      <div className="import-running" role="status">
        <p>{t(isCheck(job) ? "import.checking" : "import.importing", { n: percent(job) })}</p>
        <progress aria-label={t("import.progress")} max={Math.max(1, job.total)} value={job.done} />
        <p className="quiet">{job.note ? t("import.soFar", { n: count(Number(job.note)) }) : t("import.waits")}</p>
        <p>{t("import.leave")}</p>
        <Button onClick={() => void cancel()}>{t("import.stop")}</Button>
      </div>
    </>
  );
}

/* Refused as a whole, broken off, cancelled. */
function NotDone({ job }: { job: Job }) {
  const t = useText();
  return (
    <>
      <Steps at={isCheck(job) ? 1 : 3} />
      <Note tone="mend" role="alert">
        {job.state === "cancelled" ? t("import.cancelled") : <Data text={plain(job.error ?? t("common.failed"))} />}
        {!isCheck(job) && job.note && <p>{t("import.broken", { n: count(Number(job.note)) })}</p>}
      </Note>
      <Drop words={t("import.drop")} />
    </>
  );
}

function Checked({ job, report }: { job: Job; report: Report }) {
  const t = useText();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { busy, error, act } = useAct();
  const bad = badRows(report);
  const refused = wasRefused(job);
  const [changes, setChanges] = useState<Readonly<Record<string, string>>>(() => (refused ? proposed(report) : {}));
  const good = goodRows(job);
  const run = (begin: () => Promise<number>) =>
    act(async () => {
      const next = await begin();
      void cache.invalidateQueries({ queryKey: ["import-jobs"] });
      void navigate(`/import?job=${next}`, { replace: true });
      return "left";
    });
  const again = (maps: readonly string[]) => void run(() => checkAgain(job, maps));
  const maps = Object.entries(changes).map(([column, field]) => `${column}=${field}`);
  const table = tableOf(report);
  return (
    <>
      <Steps at={refused ? 1 : 2} />
      <Columns rail={refused ? <p className="quiet">{t(asks(job) ? "import.asks" : "import.notRead")}</p> : <Rail report={report} bad />}>
        {(report.files ?? []).map(
          (one) =>
            one.refused && (
              <Note key={one.file} tone={one.columns?.length ? "doubt" : "mend"} role="alert">
                <Data text={(report.files!.length > 1 ? `${one.file} ` : "") + plain(one.refused)} />
                {!!one.columns?.length && <p>{t("import.ask")}</p>}
              </Note>
            ),
        )}
        {!refused && good > 0 && report.inserted + report.updated === 0 && <Note>{t("import.same")}</Note>}
        {bad.length > 0 && <BadRows job={job} rows={bad} />}
        {table && <Mapping table={table} fields={report.fields ?? []} changes={changes} change={setChanges} none={refused ? (field) => again([`-=${field}`]) : undefined} />}
        {!refused && <Remarks report={report} />}
        <ErrorNote error={error} />
        <footer className="form-foot no-print">
          <Link className="button" to="/import">
            {t("import.other")}
          </Link>
          <span>
            {maps.length > 0 ? (
              <Button type="primary" loading={busy} onClick={() => again(maps)}>
                {t("import.again")}
              </Button>
            ) : (
              good > 0 && (
                <>
                  <span className="quiet">{t("import.undone.later")}</span>
                  <Button type="primary" loading={busy} onClick={() => void run(() => importChecked(job))}>
                    {t(bad.length ? "import.rest" : "import.go", { n: count(good) })}
                  </Button>
                </>
              )
            )}
          </span>
        </footer>
      </Columns>
    </>
  );
}

function Imported({ job, report }: { job: Job; report: Report }) {
  const t = useText();
  const cache = useQueryClient();
  const bad = badRows(report);
  const id = report.imports?.[0];
  const one = useQuery({ ...importOf(id ?? 0), enabled: !!id }).data;
  useEffect(() => void cache.invalidateQueries({ queryKey: ["import-jobs"] }), [cache]);
  return (
    <>
      <Steps at={4} />
      <Columns rail={<Rail report={report} />}>
        {one?.state === "undone" || one?.state === "undoing" ? (
          <Note tone="age" role="status">
            {t(one.state === "undone" ? "import.undone" : "import.state.undoing")}
          </Note>
        ) : (
          <Note role="status" actions={one && <Undo one={one.id} name={one.name} />}>
            {t("import.done", { inserted: count(report.inserted), updated: count(report.updated), unchanged: count(report.unchanged) })}
          </Note>
        )}
        {report.files
          ?.filter(({ refused }) => refused)
          .map(({ file, refused, records }) => (
            <Note key={file} tone="mend" role="alert">
              <Data text={`${file} ${plain(refused!)}`} />
              <p>{t("import.cut", { n: count(records) })}</p>
            </Note>
          ))}
        <section className="import-section">
          <Drop words={t(bad.length ? "import.drop.mended" : "import.drop")} />
        </section>
        {bad.length > 0 && <BadRows job={job} rows={bad} />}
        <p>
          <Link to="/import">{t("import.toHistory")}</Link>
        </p>
      </Columns>
    </>
  );
}

function Rail({ report, bad }: { report: Report; bad?: boolean }) {
  const t = useText();
  const rows = (n: number) => t("import.n", { n: count(n) });
  const missing = bad ? lacks(report) : [];
  return (
    <>
      <section className="import-counts">
        <h2>{t(bad ? "import.verdict" : "import.result")}</h2>
        <KeyValues
          rows={[
            [t("import.inserted"), rows(report.inserted)],
            [t("import.updated"), rows(report.updated)],
            [t("import.unchanged"), rows(report.unchanged)],
            [t("import.rejected"), report.rejected ? <b className="no">{rows(report.rejected)}</b> : rows(0)],
            [t("import.total"), <b>{rows(report.records)}</b>],
          ]}
        />
      </section>
      {missing.length > 0 && (
        <section className="import-lacks">
          <h2>{t("import.lacks")}</h2>
          <ul>
            {missing.map(({ fact, n, all }) => (
              <li key={fact}>
                <b>{all ? t(`import.lacks.${fact}.all`) : t(`import.lacks.${fact}`, { n: count(n) })}</b>
                <small>{t(`import.lacks.${fact}.why`)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function BadRows({ job, rows }: { job: Job; rows: readonly Bad[] }) {
  const t = useText();
  const several = rows.some(({ file, sheet }) => file !== rows[0]!.file || sheet !== rows[0]!.sheet);
  return (
    <section className="import-section">
      <div className="import-head">
        <h2>{t(isCheck(job) ? "import.bad" : "import.badLeft", { n: count(rows.length) })}</h2>
        <span className="quiet">{t("import.bad.how")}</span>
        {job.result?.rejects && (
          <a className="button small" href={rejectsAddress(job.id)} download={t("import.rejects.name", { name: (job.name ?? "").replace(/\.\w+$/, "") })}>
            <Icon name="export" />
            {t("import.rejects", { n: count(rows.length) })}
          </a>
        )}
      </div>
      <Table
        rows={rows.slice(0, SHOWN)}
        keyOf={(_, i) => i}
        columns={[
          several && { head: t("import.file"), cell: ({ file, sheet }) => <Data text={[file, sheet].filter(Boolean).join(" ")} /> },
          { head: t("import.row"), number: true, cell: ({ row }) => count(row) },
          { head: t("import.column"), cell: ({ column }) => (column ? <Data text={column} /> : t("import.wholeRow")) },
          { head: t("import.value"), className: "mono import-value", cell: ({ value }) => (value ? <Data text={value} /> : t("import.empty")) },
          {
            head: t("import.reason"),
            className: "no",
            cell: ({ reason }) => (
              <>
                ✕ <Data text={reason} />
              </>
            ),
          },
        ]}
      />
      {rows.length > SHOWN && <p className="quiet">{t("import.bad.more", { n: count(rows.length - SHOWN) })}</p>}
    </section>
  );
}

/* Values that were not understood and are kept as written, and what else was noticed. */
function Remarks({ report }: { report: Report }) {
  const t = useText();
  const warnings = (report.files ?? []).flatMap(({ warnings: some }) => some);
  const remarks = [...(report.files ?? []).flatMap(({ remarks: some }) => some), ...(report.remarks ?? [])].map(plain).filter(Boolean);
  if (!warnings.length && !remarks.length) return null;
  return (
    <section className="import-section">
      <h2>{t("import.remarks")}</h2>
      <ul className="import-remarks">
        {warnings.map(({ kind, count: n, first_row, column, value }, i) => (
          <li key={i}>
            <Data text={kind} />{" "}
            <span className="quiet">
              {t("import.times", { n: count(n), row: count(first_row) })} <Data text={[column, value].filter(Boolean).join(" ")} />
            </span>
          </li>
        ))}
        {remarks.map((text, i) => (
          <li key={`r${i}`}>
            <Data text={text} />
          </li>
        ))}
      </ul>
    </section>
  );
}
