/* Rectifications, revocations and cases of sub-centres: those that are late first, each with its next step. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/case/matter.css";
import "../../rooms/centre/centres.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { casePath } from "../../api/cases.ts";
import { listOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { fieldOf, type Field } from "../../fields/field.ts";
import { typeOf } from "../../api/records.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day, daysBetween } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";

const PROCESSES = ["rectification", "revocation", "revocation-failed", "sub-centre"] as const;
const MOST = 500;

interface One {
  id: number;
  title: string;
  process: string;
  stage: string;
  stage_label: string;
  stage_on: string;
  due_date?: string | null;
  state: "running" | "over";
  record_type: string;
  record_id: number;
}

interface Subject {
  id: number;
  ground?: string | null;
  grounds?: string[];
  items?: { n: number }[];
  replies?: { n: number }[];
  due?: string | null;
}

const useSubjects = (type: string, fields: string) => useQuery({ ...listOf(type, { fields, limit: MOST }), retry: false }).data?.items as unknown as Subject[] | undefined;

export default function RectifyList() {
  const t = useText();
  const language = useLanguage();
  const [params, setParams] = useSearchParams();
  const asked = (name: string) => params.get(name) ?? "";
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    value ? next.set(name, value) : next.delete(name);
    setParams(next, { replace: true });
  };
  const read = useQuery(listOf("case", { filter: `process=${PROCESSES.join(",")}`, fields: "title,process,stage,stage_label,stage_on,due_date,record_type,record_id", limit: MOST, sort: "-id" }));
  const subjects: Record<string, Subject[] | undefined> = { rectification: useSubjects("rectification", "grounds,items,replies,due"), finding: useSubjects("finding", "ground") };
  const types: Record<string, { data?: { fields: Parameters<typeof fieldOf>[0][] } }> = { rectification: useQuery(typeOf("rectification")), finding: useQuery(typeOf("finding")) };
  const field = (type: string, name: string): Field | undefined => {
    const found = types[type]?.data?.fields.find((one) => one.name === name);
    return found && fieldOf(found, language);
  };
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={8} />;
  const today = day(serverNow());
  const all = (read.data.items as unknown as One[]).map((one) => ({ ...one, subject: subjects[one.record_type]?.find(({ id }) => id === one.record_id), party: one.title.split(/[：:]/)[0]!, what: one.title.split(/[：:]/).at(-1)!, late: one.state === "running" && !!one.due_date && one.due_date < today }));
  const shown = all
    .filter(({ process }) => !asked("process") || process === asked("process"))
    .filter(({ state }) => (asked("state") || "running") === "all" || state === (asked("state") || "running"))
    .filter(({ late }) => asked("late") !== "true" || late)
    .filter(({ title }) => title.includes(asked("q").trim()))
    .sort((a, b) => Number(b.late) - Number(a.late) || (a.due_date ?? "9").localeCompare(b.due_date ?? "9") || b.id - a.id);
  return (
    <>
      <PageHead title={t("rectify.title")} line={t("rectify.line", { n: shown.length, late: shown.filter(({ late }) => late).length })} />
      <div className="centres-bar no-print">
        <input className="input" type="search" aria-label={t("rectify.find")} placeholder={t("rectify.find")} value={asked("q")} onChange={(event) => set("q", event.target.value)} />
        <label>
          {t("rectify.what")}{" "}
          <select className="input" value={asked("process")} onChange={(event) => set("process", event.target.value)}>
            <option value="">{t("centres.all")}</option>
            {PROCESSES.map((process) => (
              <option key={process} value={process}>
                {t(`rectify.process.${process}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("centres.state")}{" "}
          <select className="input" value={asked("state")} onChange={(event) => set("state", event.target.value)}>
            <option value="">{t("rectify.running")}</option>
            <option value="over">{t("centres.done")}</option>
            <option value="all">{t("centres.all")}</option>
          </select>
        </label>
        <label className="tick">
          <input type="checkbox" checked={asked("late") === "true"} onChange={(event) => set("late", event.target.checked ? "true" : "")} /> {t("rectify.late.only")}
        </label>
      </div>
      {shown.length === 0 ? (
        <Empty title={t("rectify.none")} />
      ) : (
        <div className="table-scroll">
          <table className="plain-table matter-list">
            <thead>
              <tr>
                {(["centre", "what", "ground", "stage", "due", "replied", "next"] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`rectify.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ id, process, stage_label, stage_on, due_date, state, record_type, subject, party, what, late }) => {
                const grounds = subject?.grounds ?? (subject?.ground ? [subject.ground] : []);
                const groundField = field(record_type, record_type === "finding" ? "ground" : "grounds");
                const items = process === "rectification" ? subject?.items?.length : undefined;
                return (
                  <tr key={id}>
                    <th scope="row">
                      <Link to={casePath(process, id)}>
                        <Data text={party} />
                      </Link>
                    </th>
                    <td>
                      <Data text={what} />
                    </td>
                    <td>{grounds.length > 0 && groundField ? <RecordValue bare field={{ ...groundField, many: grounds.length > 1 }} value={grounds.length > 1 ? grounds : grounds[0]} /> : <span className="quiet">{t("records.notGiven")}</span>}</td>
                    <td>
                      <StateTag tone={state === "over" ? "grey" : late ? "red" : "amber"}>{stage_label}</StateTag>
                      <small>{stage_on.slice(0, 10)}</small>
                    </td>
                    <td className="day">
                      {due_date && state === "running" ? (
                        <>
                          <b className={late ? "due-late" : undefined}>{late ? t("desk.late", { n: daysBetween(due_date, today) }) : t("desk.left", { n: daysBetween(today, due_date) })}</b>
                          <small>{due_date}</small>
                        </>
                      ) : (
                        <span className="quiet">{state === "running" ? t("desk.noDue") : t("work.no")}</span>
                      )}
                    </td>
                    <td>{items ? t("rectify.replied.n", { n: subject!.replies?.length ?? 0, items }) : <span className="quiet">{t("work.no")}</span>}</td>
                    <td>
                      <Link className="button small" to={casePath(process, id)} aria-label={`${t(state === "running" ? "desk.verb" : "desk.open")} ${party} ${what}`}>
                        {t(state === "running" ? "desk.verb" : "desk.open")}
                      </Link>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
