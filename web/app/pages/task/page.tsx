/* One task: what is asked and until when, and in place the reply of its unit with its files; the office accepts it or sends it back. */
import "../../rooms/record/record.css";
import "./task.css";
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { api, isConflict, Offline, Problem, take } from "../../api/client.ts";
import { historyOf, readRecord, recordOf, typeOf, writable, type RecordType } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import { dueOf, repliedLate, useUnitOf, type Task } from "../../rooms/task/issued-tasks.ts";
import { FaultSummary, FieldGrid } from "../../fields/field-form.tsx";
import { fieldOf, isEmpty, isSame, type Fault, type Field, type Values } from "../../fields/field.ts";
import { useLacks } from "../../fields/limits.ts";
import { errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { DueLines } from "../../rooms/task/case-due.tsx";
import { TaskTag } from "../../rooms/task/task-tag.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { Given } from "../../rooms/task/given.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { clock, minute } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Actions } from "../../rooms/record/actions.tsx";
import { History } from "../../rooms/record/history.tsx";
import { useRenewed } from "../../rooms/record/renew.ts";
import { Rows } from "../../rooms/record/rows.tsx";

const TYPE = "task";
const REPLY = ["reply", "reply_files"];

export default function OneTask() {
  const id = Number(useParams().id);
  const type = useQuery(typeOf(TYPE));
  const row = useQuery({ ...recordOf<Task>(TYPE, id), retry: false });
  const error = type.error ?? row.error;
  if (error) return <Failed page error={error} retry={() => void row.refetch()} />;
  return type.data && row.data ? <Shown type={type.data} task={row.data} /> : <Waiting />;
}

function Shown({ type, task }: { type: RecordType; task: Task }) {
  const t = useText();
  const language = useLanguage();
  const roles = useSession().roles.map(({ role }) => role);
  const unitOf = useUnitOf();
  const fields = type.fields.filter(({ name }) => name in task).map((one) => fieldOf(one, language));
  const named = (name: string) => fields.find((one) => one.name === name);
  const due = dueOf(task);
  const late = repliedLate(task);
  const unit = unitOf(task) ?? t("common.unknown");
  const replies = task._may.includes("change") && (task.state === "replied" || task._may.includes("reply"));
  const others = task._may.filter((verb) => verb === "end" || (verb !== "reply" && type.actions.some(({ name }) => name === verb)));
  const returned = useReturned(task);
  useTitle(task.title);
  const fact = (name: string) => {
    const field = named(name);
    return (
      field &&
      !isEmpty(task[name]) && (
        <div key={name}>
          <dt>{field.label}</dt>
          <dd>
            <RecordValue field={field} value={task[name]} />
          </dd>
        </div>
      )
    );
  };
  const guidance = named("guidance");
  const guides = task._may.includes("change") && !replies && writable(type, roles, "change", task.state).some(({ name }) => name === "guidance");
  return (
    <div className="record-page">
      <header className="record-top">
        <p className="crumb">
          <Link to="/tasks">{t("tasks.title")}</Link>
        </p>
        <PageHead
          title={<Data text={task.title} />}
          tag={<TaskTag of={task} ground />}
          actions={
            <>
              <button type="button" className="button" onClick={() => print()}>
                {t("records.print")}
              </button>
              <Link className="button" to={`/r/${TYPE}/${task.id}`}>
                {t("tasks.page")}
              </Link>
            </>
          }
        />
        <dl className="fact-line record-facts">
          <div>
            <dt>{t("tasks.unit")}</dt>
            <dd>
              <Data text={unit} />
            </dd>
          </div>
          {fact("issued_by")}
          {fact("key_work")}
          {fact("project_no")}
          {task.replied_on && (
            <div>
              <dt>{t("tasks.repliedOn")}</dt>
              <dd>
                {task.replied_on} {late > 0 && <b className="no">{t("tasks.repliedOn.late", { n: late })}</b>}
              </dd>
            </div>
          )}
        </dl>
      </header>
      <Columns
        width={344}
        rail={
          <>
            <Given type={TYPE} id={task.id} boxes={["todo", "read"]} />
            {others.length > 0 && <Actions type={type} row={{ ...task, _may: task._may.filter((verb) => verb !== "reply") }} fields={fields} />}
            <History type={type} id={task.id} version={task.version} fields={fields} />
          </>
        }
      >
        <section className="record-section task-demand" aria-label={t("tasks.demand")}>
          <div className="task-days">{due ? <DueLines {...due} /> : <p>{`${t("tasks.due")} ${task.due}`}</p>}</div>
          <div>
            <h2>{t("tasks.demand")}</h2>
            <p className="told-text">{isEmpty(task.text) ? <span className="quiet">{t("tasks.demand.none")}</span> : <Data text={String(task.text)} />}</p>
          </div>
        </section>
        {guidance && (guides || !isEmpty(task.guidance)) && <Rows type={type} of={task} field={guidance} fills={guides} />}
        {task.state === "open" && returned && (
          <Note tone="doubt">
            <Data text={t("tasks.reply.returned", { who: returned.name ?? "", time: minute(returned.at), reason: returned.reason ?? "" })} />
          </Note>
        )}
        {replies ? <Reply key={task.state} task={task} type={type} fields={fields.filter(({ name }) => REPLY.includes(name))} /> : <Replied task={task} unit={unit} fields={fields.filter(({ name }) => REPLY.includes(name))} />}
      </Columns>
    </div>
  );
}

/* The last time that the office sent it back. */
function useReturned({ id, version }: Task) {
  const versions = useQuery({ ...historyOf(TYPE, id, version), retry: false }).data?.items;
  return versions?.find(({ action }) => action === "return");
}

function Replied({ task, unit, fields }: { task: Task; unit: string; fields: readonly Field[] }) {
  const t = useText();
  const none = isEmpty(task.reply) && isEmpty(task.reply_files);
  return (
    <section className="record-section task-reply" aria-label={t("tasks.reply")}>
      <h2>{t("tasks.reply")}</h2>
      {none ? (
        <p className="quiet">{t("tasks.reply.none", { unit })}</p>
      ) : (
        fields.map((field) =>
          isEmpty(task[field.name]) ? (
            <p key={field.name} className="quiet">
              {t("tasks.reply.files.none")}
            </p>
          ) : (
            <div key={field.name} className="told-text">
              <RecordValue field={field} value={task[field.name]} />
            </div>
          ),
        )
      )}
    </section>
  );
}

interface Draft extends Kept {
  version: number; // of the task that it answers
  values: Values;
}

/* The reply as its unit writes it; what is typed is kept until it is sent. */
function Reply({ task, type, fields: described }: { task: Task; type: RecordType; fields: readonly Field[] }) {
  const t = useText();
  const form = useId();
  const renew = useRenewed(TYPE, task.id);
  const keyOf = useSubmitKey();
  const lacksOf = useLacks();
  const sending = useRef(false);
  const [draft, setDraft, clear] = useDraft<Draft | null>(`task.${task.id}`, null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const [lacks, setLacks] = useState<readonly Fault[]>([]);
  const sent = task.state === "replied";
  const stored = Object.fromEntries(described.map(({ name }) => [name, task[name]]));
  const values = draft?.values ?? stored;
  const version = draft?.version ?? task.version;
  const changed = described.some(({ name }) => !isSame(values[name], stored[name]));
  const fields = described.map((field) => ({ ...field, required: field.name === "reply" }));
  const moved = isConflict(error);
  const faults = lacks.length > 0 ? lacks : error instanceof Problem && !moved ? error.faults : [];
  const put = (next: Values, of = version) => setDraft({ version: of, values: next, title: `${type.actions.find(({ name }) => name === "reply")?.label?.zh ?? ""} ${task.title}`, to: `/tasks/${task.id}`, at_ms: serverNow() });

  const send = async () => {
    if (sending.current) return;
    const found = lacksOf(fields, values);
    setLacks(found);
    setError(undefined);
    if (found.length > 0) return;
    sending.current = true;
    setBusy(true);
    const body = Object.fromEntries(described.map(({ name }) => [name, values[name] ?? null]));
    const header = { "If-Match": `"${version}"`, "Idempotency-Key": keyOf({ body, version, sent }) };
    try {
      const path = { type: TYPE, id: task.id };
      await (sent ? take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path, header }, body })) : take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { path: { ...path, action: "reply" }, header }, body })));
      clear();
      await renew();
    } catch (failure) {
      setError(errorOf(failure));
      if (isConflict(failure)) {
        const now = await readRecord(TYPE, task.id).catch(() => undefined);
        if (now) put(values, now.version);
        await renew();
      }
    }
    sending.current = false;
    setBusy(false);
  };

  return (
    <section className="record-section task-reply" aria-label={t("tasks.reply")}>
      <h2>
        {t("tasks.reply")} {sent && <small>{t("tasks.reply.sent")}</small>}
      </h2>
      {error && faults.length === 0 && (
        <Note tone={moved ? "told" : "mend"} role="alert">
          {moved ? t("tasks.reply.moved") : error instanceof Offline ? t("common.noAnswer") : error.message}
        </Note>
      )}
      <FaultSummary form={form} fields={fields} faults={faults} />
      <FieldGrid form={form} fields={fields} values={values} onChange={(name, value) => put({ ...values, [name]: value })} faults={faults} />
      <div className="task-foot">
        <span className="quiet" role="status">
          {draft && t("tasks.reply.kept", { time: clock(draft.at_ms) })}
        </span>
        <Button type="primary" loading={busy} disabled={sent && !changed} onClick={() => void send()}>
          {t(sent ? "tasks.reply.save" : "tasks.reply.do")}
        </Button>
      </div>
    </section>
  );
}
