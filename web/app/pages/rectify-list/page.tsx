/* Rectifications, revocations and cases of sub-centres: those that are late first, each with its next step. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/case/matter.css";
import "../../rooms/centre/centres.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { casePath } from "../../api/cases.ts";
import { listOf, typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { fieldOf, type Field } from "../../fields/field.ts";
import { useAsked } from "../../ui/asked.ts";
import { Choice, Tick, WordsInput } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
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

const useSubjects = (type: string, fields: string) => useQuery({ ...listOf<Subject>(type, { fields, limit: MOST }), retry: false });

export default function RectifyList() {
  const t = useText();
  const language = useLanguage();
  const { asked, set } = useAsked();
  const read = useQuery(listOf<One>("case", { filter: `process=${PROCESSES.join(",")}`, fields: "title,process,stage,stage_label,stage_on,due_date,record_type,record_id", limit: MOST, sort: "-id" }));
  const subjects: Record<string, ReturnType<typeof useSubjects>> = { rectification: useSubjects("rectification", "grounds,items,replies,due"), finding: useSubjects("finding", "ground") };
  const types: Record<string, { isPending: boolean; data?: { fields: Parameters<typeof fieldOf>[0][] } }> = { rectification: useQuery(typeOf("rectification")), finding: useQuery(typeOf("finding")) };
  const field = (type: string, name: string): Field | undefined => {
    const found = types[type]?.data?.fields.find((one) => one.name === name);
    return found && fieldOf(found, language);
  };
  const today = day(serverNow());
  const all = (read.data?.items ?? []).map((one) => ({ ...one, subject: subjects[one.record_type]?.data?.items.find(({ id }) => id === one.record_id), party: one.title.split(/[：:]/)[0]!, what: one.title.split(/[：:]/).at(-1)!, late: one.state === "running" && !!one.due_date && one.due_date < today }));
  const shown = all
    .filter(({ process }) => !asked("process") || process === asked("process"))
    .filter(({ state }) => (asked("state") || "running") === "all" || state === (asked("state") || "running"))
    .filter(({ late }) => asked("late") !== "true" || late)
    .filter(({ title }) => title.includes(asked("q").trim()))
    .sort((a, b) => Number(b.late) - Number(a.late) || (a.due_date ?? "9").localeCompare(b.due_date ?? "9") || b.id - a.id);
  return (
    <ListPage
      whole
      of={read}
      waiting={8}
      rows={Object.values(subjects).some(({ isPending }) => isPending) || Object.values(types).some(({ isPending }) => isPending) ? undefined : read.data && shown}
      head={<PageHead title={t("rectify.title")} line={t("rectify.line", { n: shown.length, late: shown.filter(({ late }) => late).length })} />}
      bar={
        <div className="centres-bar no-print">
          <WordsInput label={t("rectify.find")} value={asked("q")} onChange={(q) => set({ q })} />
          <Choice label={t("rectify.what")} value={asked("process")} options={PROCESSES.map((process) => [process, t(`rectify.process.${process}`)])} onChange={(process) => set({ process })} />
          <Choice label={t("centres.state")} value={asked("state")} first={t("rectify.running")} options={[["over", t("centres.done")], ["all", t("centres.all")]]} onChange={(state) => set({ state })} />
          <Tick label={t("rectify.late.only")} checked={asked("late") === "true"} onChange={(late) => set({ late: late ? "true" : "" })} />
        </div>
      }
      empty={t("rectify.none")}
      className="matter-list"
      keyOf={({ id }) => id}
      columns={[
        {
          head: t("rectify.centre"),
          named: true,
          cell: ({ id, process, party }) => (
            <Link to={casePath(process, id)}>
              <Data text={party} />
            </Link>
          ),
        },
        { head: t("rectify.what"), cell: ({ what }) => <Data text={what} /> },
        {
          head: t("rectify.ground"),
          cell: ({ record_type, subject }) => {
            const grounds = subject?.grounds ?? (subject?.ground ? [subject.ground] : []);
            const groundField = field(record_type, record_type === "finding" ? "ground" : "grounds");
            return grounds.length > 0 && groundField ? <RecordValue bare field={{ ...groundField, many: grounds.length > 1 }} value={grounds.length > 1 ? grounds : grounds[0]} /> : <span className="quiet">{t("records.notGiven")}</span>;
          },
        },
        {
          head: t("rectify.stage"),
          cell: ({ state, late, stage_label, stage_on }) => (
            <>
              <StateTag tone={state === "over" ? "grey" : late ? "red" : "amber"}>{stage_label}</StateTag>
              <small>{stage_on.slice(0, 10)}</small>
            </>
          ),
        },
        {
          head: t("rectify.due"),
          className: "day",
          cell: ({ due_date, state, late }) =>
            due_date && state === "running" ? (
              <>
                <b className={late ? "due-late" : undefined}>{late ? t("desk.late", { n: daysBetween(due_date, today) }) : t("desk.left", { n: daysBetween(today, due_date) })}</b>
                <small>{due_date}</small>
              </>
            ) : (
              <span className="quiet">{state === "running" ? t("desk.noDue") : t("work.no")}</span>
            ),
        },
        {
          head: t("rectify.replied"),
          cell: ({ process, subject }) =>
            process === "rectification" && subject?.items?.length ? t("rectify.replied.n", { n: subject.replies?.length ?? 0, items: subject.items.length }) : <span className="quiet">{t("work.no")}</span>,
        },
        {
          head: t("rectify.next"),
          cell: ({ id, process, state, party, what }) => (
            <Link className="button small" to={casePath(process, id)} aria-label={`${t(state === "running" ? "desk.verb" : "desk.open")} ${party} ${what}`}>
              {t(state === "running" ? "desk.verb" : "desk.open")}
            </Link>
          ),
        },
      ]}
    />
  );
}
