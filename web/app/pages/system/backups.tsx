/* The backups of the folder, each with the last restore that checked it. */
import { useMutation, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { checkBackup, type Backup, type Job, type Plan } from "../../rooms/system/system.ts";
import { Data } from "../../ui/data.tsx";
import { Progress } from "../../rooms/system/job-list.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { minute } from "../../ui/time.ts";
import { sizeText } from "../../fields/upload.tsx";
import { useText } from "../../text/index.ts";
import type { SheetName } from "./sheets.tsx";

interface Props {
  read: UseQueryResult<Backup[]>;
  plan?: Plan;
  jobs: readonly Job[];
  keeps: boolean;
  open: (name: SheetName) => void;
}

export function Backups({ read, plan, jobs, keeps, open }: Props) {
  const t = useText();
  const cache = useQueryClient();
  const check = useMutation({ mutationFn: checkBackup, onSettled: () => cache.invalidateQueries({ queryKey: ["jobs"] }) });
  const list = read.data;
  const checkOf = (one: Backup) => jobs.find(({ kind, name }) => kind === "backup_check" && name === one.name);
  return (
    <section>
      <div className="system-head">
        <h2>{t("system.backups")}</h2>
        <span className="quiet">
          {plan && (plan.at ? t("system.backups.plan", { at: plan.at, n: plan.keep }) : t("system.backups.noPlan"))}
          {plan && !plan.at && keeps && (
            <>
              {" "}
              <button type="button" className="link-button" onClick={() => open("backup")}>
                {t("system.verb.backup")}
              </button>
            </>
          )}
        </span>
      </div>
      <ErrorNote error={check.error} />
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : !list ? (
        <Waiting rows={2} />
      ) : list.length === 0 ? (
        <p className="quiet">{t("system.backups.none")}</p>
      ) : (
        <Table
          className="system-backups"
          rows={list}
          keyOf={({ name }) => name}
          columns={[
            {
              head: t("system.backup"),
              cell: ({ made_ms, name }) => (
                <>
                  {minute(made_ms)}
                  <small className="mono">{name}</small>
                </>
              ),
            },
            { head: t("system.size"), number: true, cell: ({ bytes }) => sizeText(bytes) },
            {
              head: t("system.holds"),
              cell: ({ made }) => (
                <>
                  {made ? t("system.holds.n", { rows: made.rows.toLocaleString("en"), files: made.files.toLocaleString("en") }) : t("system.unknown")}
                  {made && <small>{t(made.sealed ? "system.holds.sealed" : "system.holds.open")}</small>}
                  {!!made?.damaged && <small className="system-fault">{t("system.holds.damaged", { n: made.damaged })}</small>}
                </>
              ),
            },
            {
              head: t("system.checked"),
              cell: (one) => {
                const job = checkOf(one);
                return job ? <Progress job={job} /> : <Checked of={one} />;
              },
            },
            {
              label: t("system.verbs"),
              className: "number",
              cell: (one) => {
                const job = checkOf(one);
                return (
                  keeps && (
                    <button type="button" className="button small" disabled={!!job || check.isPending} aria-label={job ? undefined : t("system.check.of", { at: minute(one.made_ms) })} onClick={() => check.mutate(one.name)}>
                      {t(job ? "system.checking" : "system.check")}
                    </button>
                  )
                );
              },
            },
          ]}
        />
      )}
    </section>
  );
}

function Checked({ of }: { of: Backup }) {
  const t = useText();
  const found = of.checked;
  if (!found) return <span className="quiet">{t("system.checked.never")}</span>;
  const good = found.state === "good";
  return (
    <>
      <span className={good ? "system-ok" : "system-fault"}>
        <span aria-hidden="true">{good ? "✓" : "✕"}</span> {minute(found.at_ms)} {t(`system.checked.${found.state}`)}
      </span>
      <small>
        {good ? (
          t("system.checked.what", { s: (found.took_ms / 1000).toFixed(1), tables: found.tables, rows: found.rows.toLocaleString("en"), files: found.files.toLocaleString("en"), entries: found.entries.toLocaleString("en") })
        ) : (
          <Data text={found.error ?? ""} />
        )}
      </small>
    </>
  );
}
