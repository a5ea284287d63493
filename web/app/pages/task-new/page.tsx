/* One task for several centres at once: each gets its own, and each row says what came of it. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/form-foot.css";
import "../../ui/list-bar.css";
import "./task-new.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useCentres } from "../../api/centres.ts";
import { api, Offline, Problem, take } from "../../api/client.ts";
import { typeOf, writable, type RecordType } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { newKey } from "../../api/submit-key.ts";
import { useUnits } from "../../rooms/task/issued-tasks.ts";
import { FaultSummary, FieldGrid } from "../../fields/field-form.tsx";
import { fieldOf, isEmpty, type Fault, type Values } from "../../fields/field.ts";
import { useLacks } from "../../fields/limits.ts";
import { errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Choice, WordsInput } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Place, PlaceWord, useCityOrder } from "../../ui/place.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { clock } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText } from "../../text/index.ts";

const TYPE = "task";
/* `to_unit` is chosen below; guidance comes later. */
const order = ["title", "due", "issued_by", "text", "key_work", "key_project", "project_no"];

interface Draft extends Kept {
  values: Values;
  chosen: string[]; // credit codes
  keys: Record<string, string>; // of the requests for what is typed, by credit code
  done: Record<string, number>; // tasks that were made, by credit code
}

export default function NewTask() {
  const type = useQuery(typeOf(TYPE));
  const centres = useCentres();
  const units = useUnits();
  const error = type.error ?? centres.error;
  if (error) return <Failed page error={error} retry={centres.retry} />;
  return type.data && centres.rows ? <Form type={type.data} centres={centres.rows} units={units} /> : <Waiting rows={8} />;
}

type Centre = NonNullable<ReturnType<typeof useCentres>["rows"]>[number];

function Form({ type, centres, units }: { type: RecordType; centres: readonly Centre[]; units: ReturnType<typeof useUnits> }) {
  const t = useText();
  const form = useId();
  const language = useLanguage();
  const cache = useQueryClient();
  const session = useSession();
  const byName = useCityOrder(session.province);
  const titleOf = usePolicyTitle();
  const lacksOf = useLacks();
  const sending = useRef(false);
  const [params] = useSearchParams();
  const [begun] = useState<Draft>(() => ({ values: { issued_by: session.unit_name }, chosen: params.getAll("to_unit"), keys: {}, done: {}, title: t("tasks.new"), to: "/tasks/new", at_ms: 0 }));
  const [draft, setDraft, clear] = useDraft<Draft>(`task.new.${params.getAll("to_unit").join()}`, begun);
  const [narrow, setNarrow] = useState({ city: "", programme: "", q: "" });
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<Record<string, string>>({});
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const latest = useRef(draft);
  latest.current = draft;
  useTitle(t("tasks.new"));

  const may = writable(type, session.roles.map(({ role }) => role), "create");
  const fields = order.flatMap((name) => may.filter((one) => one.name === name)).map((one) => fieldOf(one, language));
  const put = (change: Partial<Draft>) => setDraft((latest.current = { ...latest.current, ...change, at_ms: serverNow() }));

  const { province = "", city = "" } = session;
  const own = ({ region, state }: Centre) => state === "active" && region.startsWith(city || province);
  const all = centres.filter(own);
  const unitOf = (code: string) => units.find((one) => one.credit_code === code)?.id;
  const found = all
    .filter((one) => !narrow.city || one.region === narrow.city)
    .filter((one) => !narrow.programme || one.programme === narrow.programme)
    .filter((one) => !narrow.q.trim() || one.name.includes(narrow.q.trim()) || one.credit_code?.includes(narrow.q.trim().toUpperCase()));
  /* A unit with several centres has one row. */
  const nameOf = (code: string | undefined) => found.filter((one) => one.credit_code === code).map(({ name }) => name).join(t("common.comma"));
  const shown = found.filter(({ credit_code: code }, i) => !code || found.findIndex((one) => one.credit_code === code) === i).map((one) => (one.credit_code ? { ...one, name: nameOf(one.credit_code) } : one));
  const { chosen, done } = draft;
  const left = chosen.filter((code) => !done[code]);
  const free = shown.filter(({ credit_code: code }) => code && unitOf(code) !== undefined && !done[code]).map(({ credit_code: code }) => code!);
  const every = free.length > 0 && free.every((code) => chosen.includes(code));
  const values = (of: (one: Centre) => string) => [...new Set(all.map(of))].sort();
  const issued = Object.keys(done).length;
  const lacks = lacksOf(fields, draft.values);

  const issue = async (code: string): Promise<string | undefined> => {
    const key = latest.current.keys[code] ?? newKey();
    put({ keys: { ...latest.current.keys, [code]: key } });
    const body = Object.fromEntries([...Object.entries(latest.current.values).filter(([, value]) => !isEmpty(value)), ["to_unit", code]]);
    try {
      const { id } = await take(api.POST("/api/v1/records/{type}", { params: { path: { type: TYPE }, query: { unit: unitOf(code) }, header: { "Idempotency-Key": key } }, body }));
      put({ done: { ...latest.current.done, [code]: id } });
      return undefined;
    } catch (failure) {
      if (failure instanceof Problem) setFaults(failure.faults);
      return failure instanceof Offline ? t("common.noAnswer") : (failure instanceof Problem && failure.faults[0]?.message) || errorOf(failure).message;
    }
  };
  const send = async () => {
    if (sending.current) return;
    setTried(true);
    setFaults([]);
    setRefused({});
    if (lacks.length > 0 || left.length === 0) return;
    sending.current = true;
    setBusy(true);
    for (const code of left) {
      const why = await issue(code);
      if (why) setRefused((before) => ({ ...before, [code]: why }));
    }
    await Promise.all([cache.invalidateQueries({ queryKey: ["records", TYPE] }), cache.invalidateQueries({ queryKey: ["todo"] })]);
    sending.current = false;
    setBusy(false);
  };
  /* What is typed after some were issued is another task for those that are left. */
  const change = (name: string, value: unknown) => put({ values: { ...latest.current.values, [name]: value }, keys: {} });
  const tick = (codes: readonly string[], on: boolean) => put({ chosen: [...latest.current.chosen.filter((code) => !codes.includes(code)), ...(on ? codes : [])] });
  // All are issued: the draft has served.
  const over = issued > 0 && left.length === 0;
  const [kept, setKept] = useState<Draft>();
  useEffect(() => {
    if (over && !busy) {
      setKept(latest.current);
      clear();
    }
  }, [over, busy]);
  if (kept) return <Issued of={kept} centres={all} again={() => setKept(undefined)} />;

  const told = tried && lacks.length > 0 ? lacks : faults;
  return (
    <>
      <p className="crumb">
        <Link to="/tasks">{t("tasks.title")}</Link>
      </p>
      <PageHead title={t("tasks.new")} line={t("tasks.to.line")} />
      {Object.keys(refused).length > 0 && (
        <Note tone="mend" role="alert">
          {t("tasks.issued.refused", { n: Object.keys(refused).length })}
        </Note>
      )}
      <div className="task-new">
        <div>
          <FaultSummary form={form} fields={fields} faults={told} />
          <FieldGrid form={form} fields={fields} values={draft.values} onChange={change} faults={told} />
        </div>
        <section aria-label={t("tasks.to")}>
          <h2>
            {t("tasks.to")} <small>{t("tasks.to.chosen", { n: chosen.length })}</small>
          </h2>
          <div className="task-new-bar">
            <Choice bare label={t("tasks.city")} value={narrow.city} options={values((one) => one.region).sort(byName).map((code) => [code, <PlaceWord code={code} />])} onChange={(city) => setNarrow({ ...narrow, city })} />
            <Choice bare label={t("tasks.to.programme")} value={narrow.programme} options={values((one) => one.programme).map((id) => [id, titleOf(id)])} onChange={(programme) => setNarrow({ ...narrow, programme })} />
            <WordsInput label={t("centres.find")} value={narrow.q} onChange={(q) => setNarrow({ ...narrow, q })} />
          </div>
          <label className="task-new-all">
            <input type="checkbox" checked={every} disabled={free.length === 0} onChange={(event) => tick(free, event.target.checked)} /> {t("tasks.to.all", { n: free.length })}
          </label>
          {shown.length === 0 && <p className="quiet">{t("tasks.to.none")}</p>}
          <ul className="pair-rows task-new-list">
            {shown.map((one) => {
              const code = one.credit_code;
              const made = code ? done[code] : undefined;
              const known = !!code && unitOf(code) !== undefined;
              return (
                <li key={one.id}>
                  <label>
                    <input type="checkbox" checked={!!code && chosen.includes(code)} disabled={!known || !!made || busy} onChange={(event) => tick([code!], event.target.checked)} /> <Data text={one.name} />
                  </label>
                  <small>
                    {made ? <Link to={`/tasks/${made}`}>{t("tasks.issued.here")}</Link> : code && refused[code] ? <span className="list-late">{refused[code]}</span> : known ? <Place code={one.region} /> : t("tasks.to.unknown")}
                  </small>
                </li>
              );
            })}
          </ul>
        </section>
      </div>
      <div className="form-foot no-print">
        <span className="quiet" role="status">
          {tried && left.length === 0 && <b>{t("tasks.to.lacks")}</b>}
          {draft.at_ms > 0 && t("tasks.reply.kept", { time: clock(draft.at_ms) })}
        </span>
        <span>
          <Link className="button" to="/tasks">
            {t("common.cancel")}
          </Link>
          <Button type="primary" loading={busy} onClick={() => void send()}>
            {t("tasks.issue", { n: left.length })}
          </Button>
        </span>
      </div>
    </>
  );
}

function Issued({ of, centres, again }: { of: Draft; centres: readonly Centre[]; again: () => void }) {
  const t = useText();
  return (
    <>
      <p className="crumb">
        <Link to="/tasks">{t("tasks.title")}</Link>
      </p>
      <PageHead
        title={t("tasks.issued", { n: Object.keys(of.done).length })}
        line={<Data text={String(of.values.title)} />}
        actions={
          <>
            <button type="button" className="button" onClick={again}>
              {t("tasks.new")}
            </button>
            <Link className="button primary" to="/tasks">
              {t("tasks.issued.list")}
            </Link>
          </>
        }
      />
      <Table
        className="list-table"
        rows={Object.entries(of.done)}
        keyOf={([code]) => code}
        columns={[
          { head: t("tasks.unit"), named: true, className: "list-name", cell: ([code]) => <Data text={centres.find((one) => one.credit_code === code)?.name ?? code} /> },
          { head: t("tasks.due"), className: "day", cell: () => String(of.values.due) },
          { head: t("tasks.task"), cell: ([, id]) => <Link to={`/tasks/${id}`}>{t("tasks.issued.here")}</Link> },
        ]}
      />
    </>
  );
}
