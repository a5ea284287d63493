/* One step of a case in a dialog that is made from what the step asks for, or in a page about the one record that the
 * step is to change. What was typed is kept until it is sent; a refusal goes to the fields that it names. */
import "./action-dialog.css";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox } from "../../ui/ant.ts";
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { Offline, Problem, api, take, takeAs } from "../../api/client.ts";
import { isReady, useCase, useRefreshCase, type CaseAction } from "../../api/cases.ts";
import { serverNow } from "../../api/server-time.ts";
import { newKey } from "../../api/submit-key.ts";
import { faultsUnder, type Fault } from "../../fields/field.ts";
import { FieldGrid, focusField } from "../../fields/field-form.tsx";
import { useLacks } from "../../fields/limits.ts";
import { useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { bodyOf, groupsOf, typedOf, valuesAt, type Group, type Person, type Typed } from "../paper/action-body.ts";
import { Basis, Mend, Reasons, useFollows } from "./actions.tsx";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { AgainstSheets } from "./expert-sheets.tsx";
import { composing } from "../../ui/keys.ts";
import { clearsOf, Masking, useClears } from "./masking.tsx";
import { NamedRecord } from "./named-record.tsx";
import { Note } from "../../ui/note.tsx";
import { NoCode } from "../paper/issue.tsx";
import { clock } from "../../ui/time.ts";

export interface ActionDialogProps {
  caseId: number; // of a case that the page has read
  action: CaseAction;
  start?: Typed; // what the page knows already
  without?: string; // a group that the page around it asks for itself
  record?: { type: string; id: number; page: string }; // the page's own, which the step changes; absent: a dialog
  onDone: () => void;
  onClose: () => void;
}

/* In a page: its title, what it asks for, its verb. */
function InPage({ title, children, footer }: { title: string; children: ReactNode; footer: ReactNode }) {
  return (
    <section className="do-here" aria-label={title}>
      <h2>{title}</h2>
      {children}
      <footer>{footer}</footer>
    </section>
  );
}

interface Draft extends Kept {
  typed: Typed;
}

export function ActionDialog({ caseId, action, start, without, record, onDone, onClose }: ActionDialogProps) {
  const t = useText();
  const id = useId();
  const of = useCase(caseId).data;
  const refresh = useRefreshCase(caseId);
  const people = usePeople(caseId, action);
  const [key] = useState(newKey);
  const [seen, setSeen] = useState(of?.version); // as last read: a page that has just read it may not show it yet
  const { busy, error, act, forget } = useAct();
  const [proposed, setProposed] = useState(false);
  const [masks] = useState(!!action.places); // also once nothing is left to mask
  const [tried, setTried] = useState(false); // to send it: from then on it is said what it lacks
  const lacksOf = useLacks();

  // In a page about a record what is said of it comes first.
  const clears = useClears(action, of);
  const groups = [...groupsOf(action, people, t, of?.trial), ...(clears ? [clears] : [])]
    .filter(({ pointer }) => pointer !== without)
    .sort((a, b) => (record ? Number(!a.pointer) - Number(!b.pointer) : 0));
  const [draft, setDraft, clearDraft] = useDraft<Draft | null>(`case.${caseId}.${action.action}${record ? `.${record.id}` : ""}`, null);
  const given = record && `/records/${record.type}/id`;
  const decided = Object.fromEntries(Object.entries(of?.decided ?? {}).map(([name, value]) => [`/records/correction/${name}`, value])); // what a correction changes
  const typed = { ...(draft?.typed ?? { ...decided, ...typedOf(groups), ...start }), ...(given && { [given]: String(record.id) }) };
  const change = (pointer: string, value: unknown) =>
    setDraft({ typed: { ...typed, [pointer]: value }, title: `${action.label}${t("common.colon")}${of?.title ?? ""}`, to: record?.page ?? `/case/${caseId}?do=${action.action}`, at_ms: serverNow() });

  const moved = error instanceof Problem && error.status === 409;
  const lacks = groups.filter(({ pointer, optional }) => !optional || typed[pointer]).flatMap((group) => lacksOf(group.fields, valuesAt(typed, group), group.pointer));
  const faults = tried && lacks.length > 0 ? lacks : error instanceof Problem && !moved ? error.faults : [];
  const shut = !isReady(action) && action.why.length > 0;

  const send = async () => {
    const said = bodyOf(groups, typed);
    const body = { version: seen, ...said, ...(clears && { clears: clearsOf(action, said.clears) }), ...(typed["/commitment"] ? { commitment: action.input?.commitment?.digest } : {}) };
    const { response } = await sendAction(caseId, action.action, body, key);
    clearDraft();
    if (response.status === 202) setProposed(true);
    await refresh();
    if (response.status !== 202) onDone();
  };
  const submit = () => {
    setTried(true);
    forget();
    if (lacks.length > 0) focusField(id, lacks[0]!.field!);
    else void act(send);
  };

  const reload = async () => {
    const now = await refresh();
    forget();
    if (now) setSeen(now.version);
  };

  if (proposed) return <Proposed action={action} onClose={onDone} />;
  const verb = action.two_persons ? t("case.propose.verb", { action: action.label }) : action.label;
  const Frame = record ? InPage : Dialog;
  return (
    <Frame
      title={action.two_persons ? t("case.propose.title", { action: action.label }) : action.label}
      onClose={onClose}
      footer={
        <>
          <span className="do-kept">{draft && t("case.kept", { time: clock(draft.at_ms) })}</span>
          {!record && <Button onClick={onClose}>{t("common.cancel")}</Button>}
          {!shut && (
            <Button type="primary" loading={busy} disabled={moved || (!!action.input?.commitment && !typed["/commitment"])} onClick={submit}>
              {verb}
            </Button>
          )}
        </>
      }
    >
      <div
        className="do"
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !composing(event) && !shut && !moved) submit();
        }}
      >
        {!record && (
          <p className="dialog-line">
            <Data text={of?.title ?? ""} /> <code className="mono">{of?.number}</code>
          </p>
        )}
        <Failure caseId={caseId} action={action} error={error} faults={faults} form={id} groups={groups} reload={moved ? reload : undefined} />
        {shut ? (
          <Note tone="mend" role="alert">
            <Reasons why={action.why} of={action} id={caseId} />
          </Note>
        ) : (
          <>
            <NoCode caseId={caseId} papers={action.input?.papers.map(({ paper }) => paper) ?? []} />
            <Follows action={action} stage={of?.stage_label ?? ""} />
            {action.two_persons && <AgainstSheets id={caseId} />}
            {of && masks && <Masking of={of} action={action} />}
            {groups.map((group) => (
              <Fields key={group.pointer} form={id} group={group} given={given} typed={typed} faults={faults} change={change} />
            ))}
            {action.input?.commitment && <Commitment text={action.input.commitment.text} ticked={!!typed["/commitment"]} tick={(on) => change("/commitment", on)} />}
          </>
        )}
      </div>
    </Frame>
  );
}

function Commitment({ text, ticked, tick }: { text: string; ticked: boolean; tick: (on: boolean) => void }) {
  const t = useText();
  return (
    <section className="do-commitment">
      <h3>{t("case.input.commitment")}</h3>
      <blockquote lang="zh-CN" tabIndex={0}>
        {text}
      </blockquote>
      <Checkbox checked={ticked} onChange={(event) => tick(event.target.checked)}>
        {t("case.input.commitment.tick")}
      </Checkbox>
    </section>
  );
}

/* Who may be given the case, asked of or told of it. */
function usePeople(caseId: number, { input }: CaseAction): Person[] {
  const asked = (["forward", "opinion", "copy"] as const).find((one) => one === input?.people);
  const { data } = useQuery({
    queryKey: ["people", asked, caseId],
    queryFn: () => takeAs<{ items: Person[] }>(api.GET("/api/v1/people", { params: { query: { for: asked!, case: caseId } } })),
    enabled: !!asked,
  });
  return data?.items ?? [];
}

/* Takes a step. The status tells whether it is done, 200, or waits for a second person, 202. */
export async function sendAction(id: number, action: string, body: object, key: string): Promise<{ response: Response }> {
  const answer = await api.POST("/api/v1/cases/{id}/actions/{action}", { params: { path: { id, action } }, body, headers: { "Idempotency-Key": key } });
  await take(Promise.resolve(answer));
  return answer;
}

/* What follows, before anything is asked. */
function Follows({ action, stage }: { action: CaseAction; stage: string }) {
  const t = useText();
  const [two, ...rest] = action.two_persons ? useFollows()(action) : [t("case.follows.now"), ...useFollows()(action)];
  return (
    <Note tone="doubt">
      <b>{two}</b>
      <p>
        <Data text={(action.stays ? [t("case.follows.stays", { stage }), ...rest] : rest).join(t("common.semicolon"))} />
      </p>
      <Basis clause={action.clause} quote={action.quote} own={action.own} />
    </Note>
  );
}

/* `given`: the pointer of the field that is the page's to say. */
function Fields({ form, group, given, typed, faults, change }: { form: string; group: Group; given?: string; typed: Typed; faults: readonly Fault[]; change: (pointer: string, value: unknown) => void }) {
  const t = useText();
  const { pointer, title, optional } = group;
  const fields = group.fields.filter(({ name }) => `${pointer}/${name}` !== given);
  const shown = !optional || !!typed[pointer];
  const named = pointer.startsWith("/records/") && fields.length === group.fields.length ? Number(typed[`${pointer}/id`] ?? 0) : 0;
  return (
    <section className="do-group">
      {optional ? (
        <Checkbox checked={shown} onChange={(event) => change(pointer, event.target.checked)}>
          {t("case.input.also")} <Data text={title ?? ""} />
        </Checkbox>
      ) : (
        title && (
          <h3>
            <Data text={title} />
          </h3>
        )
      )}
      {named > 0 && <NamedRecord type={pointer.slice("/records/".length)} id={named} without={fields.map(({ name }) => name)} />}
      {shown && group.number && <p className="quiet">{t("case.input.number.once")}</p>}
      {shown && fields.length > 0 && (
        <FieldGrid form={form + pointer} fields={fields} values={valuesAt(typed, group)} onChange={(name, value) => change(`${pointer}/${name}`, value)} faults={faultsUnder(faults, pointer)} />
      )}
    </section>
  );
}

/* Why nothing was done. Each sentence that names a field leads to it. */
function Failure({ caseId, action, error, faults, form, groups, reload }: { caseId: number; action: CaseAction; error?: Error; faults: readonly Fault[]; form: string; groups: readonly Group[]; reload?: () => Promise<void> }) {
  const t = useText();
  if (!error && faults.length === 0) return null;
  const fields = groups.flatMap(({ pointer, title, fields: own }) => own.map((field) => ({ pointer: `${pointer}/${field.name}`, label: [pointer && title, field.label].filter(Boolean).join(" ") })));
  const named = (pointer = "") => fields.find((one) => pointer === one.pointer || pointer.startsWith(`${one.pointer}/`));
  return (
    <Note tone={reload ? "told" : "mend"} role="alert" actions={reload && <Button size="small" onClick={() => void reload()}>{t("case.moved.reload")}</Button>}>
      {!faults.some(({ message }) => message === error?.message) && (
        <p>
          <Data text={!error ? t("fields.faults", { n: faults.length }) : error instanceof Offline ? t("common.noAnswer") : error.message} />
        </p>
      )}
      {reload && <p>{t("case.moved.kept")}</p>}
      {faults.length > 0 && (
        <ul className="do-faults">
          {faults.map(({ field, message, code, missing }, i) => (
            <li key={i}>
              {named(field) ? (
                <button type="button" className="link" onClick={() => focusField(form, field!)}>
                  <Data text={`${named(field)!.label}${t("common.colon")}${message}`} />
                </button>
              ) : (
                <Data text={message} />
              )}
              {code && <Mend why={{ code, field, message, missing }} id={caseId} action={action.action} />}
            </li>
          ))}
        </ul>
      )}
    </Note>
  );
}

/* It waits for a second person: who that may be. */
function Proposed({ action, onClose }: { action: CaseAction; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog
      title={t("case.proposed.title", { action: action.label })}
      onClose={onClose}
      footer={
        <Button type="primary" onClick={onClose} autoFocus>
          {t("common.close")}
        </Button>
      }
    >
      <Note tone="provisional" role="status">
        <b>{t("case.proposed.line")}</b>
        <p>
          <Data text={t("case.proposed.who", { who: action.actor_label ?? "" })} />
        </p>
      </Note>
    </Dialog>
  );
}
