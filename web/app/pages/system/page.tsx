/* How the program is: its parts, its backups with their last verified restore, what it is doing; at the right the disk,
 * the version and the settings. */
import "../../ui/controls.css";
import "../../ui/plain-table.css";
import "./system.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { backupsQuery, isOpen, makeBackup, planQuery, systemQuery, useJobs, type Component, type System } from "../../rooms/system/system.ts";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { Code } from "../../ui/copyable.tsx";
import { JobList } from "../../rooms/system/job-list.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Table } from "../../ui/table.tsx";
import { minute } from "../../ui/time.ts";
import { sizeText } from "../../fields/upload.tsx";
import { useText, type Key, type Translate } from "../../text/index.ts";
import { Backups } from "./backups.tsx";
import { Rail } from "./rail.tsx";
import { isSheet, Sheet, type SheetName } from "./sheets.tsx";

export default function SystemPage() {
  const t = useText();
  const keeps = useSession().roles.some(({ role }) => role === "system_administrator");
  const system = useQuery(systemQuery);
  const backups = useQuery(backupsQuery);
  const plan = useQuery(planQuery);
  const program = useJobs("program", 100, keeps);
  const [params, setParams] = useSearchParams();
  const asked = params.get("set") ?? "";
  const open = (name?: SheetName) => setParams(name ? { set: name } : {}, { replace: true });
  const cache = useQueryClient();
  const jobs = program.data?.filter(isOpen) ?? [];
  const ours = jobs.filter(({ kind }) => kind === "backup" || kind === "backup_check" || kind === "reindex").length;
  const before = useRef(0);
  useEffect(() => {
    if (ours < before.current) for (const key of ["system", "backups"]) void cache.invalidateQueries({ queryKey: [key] });
    before.current = ours;
  }, [ours, cache]);
  const backUp = useMutation({ mutationFn: makeBackup, onSettled: () => cache.invalidateQueries({ queryKey: ["jobs"] }) });
  if (system.error) return <Failed page error={system.error} retry={() => void system.refetch()} />;
  if (!system.data) return <Waiting />;
  const of = system.data;
  const faults = of.components.filter(({ state }) => state === "fault").length;
  const warned = of.components.filter(({ state }) => state === "warn").length;
  const last = program.data?.find((job) => job.kind === "backup" && !isOpen(job));
  return (
    <Columns rail={<Rail of={of} plan={plan.data} open={open} />}>
      <PageHead
        title={t("system.title")}
        tag={
          <>
            <StateTag ground tone={faults ? "red" : "green"}>
              {t(faults ? "system.state.fault" : "system.state.ok")}
            </StateTag>
            {warned > 0 && <small className="system-warned">{t("system.warned", { n: warned })}</small>}
          </>
        }
        actions={
          keeps && (
            <Button loading={backUp.isPending || jobs.some(({ kind }) => kind === "backup")} onClick={() => backUp.mutate()}>
              {t("system.backUp")}
            </Button>
          )
        }
      />
      <p className="system-facts">
        <span>
          {t("system.version")} <b>{of.version}</b>
        </span>
        <span>
          {t("system.since")} <b>{minute(of.started_ms)}</b>
        </span>
        <span>
          {t("system.folder")} <Code text={of.folder} />
        </span>
        <span>
          {t("system.store")} <b>{of.store.startsWith("sqlite:") ? "SQLite" : "PostgreSQL"}</b>
        </span>
      </p>
      <ErrorNote error={backUp.error} />
      {last?.state === "failed" && (
        <Note tone="mend" role="alert">
          {t("system.backup.failed", { at: minute(last.ended_ms ?? last.changed_ms) })} {last.error}
        </Note>
      )}
      <Table
        className="system-components"
        rows={of.components}
        keyOf={(one) => one.name}
        columns={[
          { head: t("system.part"), cell: (one) => t(`system.part.${one.name}`) },
          {
            head: t("system.state"),
            className: (one) => `system-${one.state}`,
            cell: (one) => (
              <>
                <span aria-hidden="true">{one.state === "ok" ? "✓" : one.state === "warn" ? "△" : "✕"}</span> {stateOf(one, of, t)}
              </>
            ),
          },
          { head: t("system.now"), cell: (one) => factOf(one, t) },
          { label: t("system.verbs"), className: "number", cell: (one) => verbOf(one, keeps, open, t) },
        ]}
      />
      <Backups read={backups} plan={plan.data} jobs={jobs} keeps={keeps} open={open} />
      {keeps && (
        <section>
          <div className="system-head">
            <h2>{t("system.running")}</h2>
            <Link to="/jobs">{t("system.jobs.all")}</Link>
          </div>
          {jobs.length ? <JobList jobs={jobs} label={t("system.running")} /> : <p className="quiet">{t("system.running.none")}</p>}
        </section>
      )}
      {isSheet(asked) && <Sheet name={asked} onClose={() => open()} />}
    </Columns>
  );
}

/* The year that the days of work lack. */
const lacking = (of: System) => Math.max(of.components.find(({ name }) => name === "workdays")!.count + 1, 0);

function stateOf(one: Component, of: System, t: Translate): string {
  if (one.state === "ok") return t("system.state.ok");
  const words: Partial<Record<Component["name"], Key>> = {
    index: "system.state.index",
    jobs: one.failed ? "system.state.failed" : "system.state.late",
    log: "system.state.log",
    mail: one.count ? "system.state.mailFailed" : "system.state.unset",
    clock: "system.state.clock",
    workdays: "system.state.workdays",
    backups: "system.state.none",
  };
  if (one.name === "backups" && one.count) {
    const kept = [serverNow() - (one.at_ms ?? 0) > 7 * 86_400_000 && t("system.state.old"), !!one.behind && t("system.state.unchecked"), !!one.failed && t("system.state.sameDisk")];
    return kept.filter(Boolean).join(t("common.semicolon"));
  }
  return t(words[one.name] ?? "system.state.fault", { n: one.failed || one.behind, year: lacking(of) });
}

const factOf = (one: Component, t: Translate): string =>
  one.name === "database"
    ? sizeText(one.count)
    : one.name === "workdays" || one.name === "clock"
      ? t(one.name === "clock" && one.state !== "ok" ? "system.fact.clock.doubt" : `system.fact.${one.name}`, { n: one.count })
      : t((one.name === "mail" || one.name === "backups") && !one.count ? `system.fact.${one.name}.none` : `system.fact.${one.name}`, {
          n: one.count.toLocaleString("en"),
          behind: one.behind,
          failed: one.failed,
          today: one.today,
          at: one.at_ms ? minute(one.at_ms) : t("system.unknown"),
        });

function verbOf(one: Component, keeps: boolean, open: (name: SheetName) => void, t: Translate): ReactNode {
  const sheet = (name: SheetName, key: Key) => (
    <button type="button" className="link-button" onClick={() => open(name)}>
      {t(key)}
    </button>
  );
  switch (one.name) {
    case "index":
      return keeps && sheet("index", "system.verb.index");
    case "jobs":
      return keeps && <Link to="/jobs">{t("system.verb.jobs")}</Link>;
    case "mail":
      return sheet("mail", "system.verb.mail");
    case "clock":
      return one.state !== "ok" && sheet("clock", "system.verb.clock");
    case "workdays":
      return <Link to="/workdays">{t("system.verb.workdays")}</Link>;
    case "backups":
      return sheet("backup", "system.verb.backup");
    default:
      return null;
  }
}
