/* The backups of the folder, each with the last restore that checked it. */
import { useMutation, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { checkBackup, type Backup, type Job, type Plan } from "../../rooms/system/system.ts";
import { Data } from "../../ui/data.tsx";
import { Progress } from "../../rooms/system/job-list.tsx";
import { Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
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
      {check.error && (
        <Note tone="mend" role="alert">
          {check.error.message}
        </Note>
      )}
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : !list ? (
        <Waiting rows={2} />
      ) : list.length === 0 ? (
        <p className="quiet">{t("system.backups.none")}</p>
      ) : (
        <table className="plain-table system-backups">
          <thead>
            <tr>
              <th scope="col">{t("system.backup")}</th>
              <th scope="col" className="number">
                {t("system.size")}
              </th>
              <th scope="col">{t("system.holds")}</th>
              <th scope="col">{t("system.checked")}</th>
              <th scope="col" aria-label={t("system.verbs")} />
            </tr>
          </thead>
          <tbody>
            {list.map((one) => {
              const job = jobs.find(({ kind, name }) => kind === "backup_check" && name === one.name);
              return (
                <tr key={one.name}>
                  <td>
                    {minute(one.made_ms)}
                    <small className="mono">{one.name}</small>
                  </td>
                  <td className="number">{sizeText(one.bytes)}</td>
                  <td>
                    {one.made ? t("system.holds.n", { rows: one.made.rows.toLocaleString("en"), files: one.made.files.toLocaleString("en") }) : t("system.unknown")}
                    {one.made && <small>{t(one.made.sealed ? "system.holds.sealed" : "system.holds.open")}</small>}
                    {!!one.made?.damaged && <small className="system-fault">{t("system.holds.damaged", { n: one.made.damaged })}</small>}
                  </td>
                  <td>{job ? <Progress job={job} /> : <Checked of={one} />}</td>
                  <td className="number">
                    {keeps && (
                      <button type="button" className="button small" disabled={!!job || check.isPending} aria-label={job ? undefined : t("system.check.of", { at: minute(one.made_ms) })} onClick={() => check.mutate(one.name)}>
                        {t(job ? "system.checking" : "system.check")}
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
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
