/* One step of several cases at once, written in place: a reason for all or for each, and what the step's records and
 * papers need. What is refused stays, with why. */
import "../../ui/controls.css";
import "./review.css";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import type { CaseAction } from "../../api/cases.ts";
import { api, Problem, take } from "../../api/client.ts";
import { faultsUnder, type Fault, type Values } from "../../fields/field.ts";
import { FieldGrid } from "../../fields/field-form.tsx";
import { useLacks } from "../../fields/limits.ts";
import { useText } from "../../text/index.ts";
import { bodyOf, groupsOf, typedOf, valuesAt, type Group, type Typed } from "../paper/action-body.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { AgainstSheets } from "../case/expert-sheets.tsx";
import { composing } from "../../ui/keys.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { NoCode } from "../paper/issue.tsx";
import { rereadQueue, type Row } from "../case/queue.ts";

interface Refused {
  id: number;
  detail: string;
}

interface Props {
  call: number;
  step: CaseAction;
  rows: readonly Row[];
  each?: boolean; // each has a reason of its own from the start
  onDone?: (taken: number[], waits: boolean) => void;
  onClose?: () => void;
}

/* A list that is made public, and a decision of two persons on it, are one thing: all of them or none. */
const isJoint = (step: CaseAction) => step.two_persons || (step.input?.records.some(({ record }) => record === "publicity") ?? false);

const PAPERS = "/papers/";

/* Takes the step of all of them; what is refused is told, with why. */
function useBatch(call: number, step: CaseAction, rows: readonly Row[], onDone: Props["onDone"]) {
  const cache = useQueryClient();
  const { busy, error, act } = useAct();
  const [refused, setRefused] = useState<Refused[]>([]);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const run = async (body: Values) => {
    const cases = rows.map((row) => row.case);
    const { items } = await take(api.POST("/api/v1/calls/{id}/actions/{action}", { params: { path: { id: call, action: step.action } }, body: { ...body, cases } }));
    const no = items.flatMap((one) => ("detail" in one ? [one] : []));
    setRefused(no);
    setFaults(no.flatMap((one) => one.errors));
    await rereadQueue(cache, call);
    const taken = cases.filter((one) => !no.some((other) => other.id === one));
    if (taken.length > 0) onDone?.(taken, items.some((one) => "proposal" in one && one.proposal !== undefined));
  };
  const send = (body: Values) => void act(() => run(body), (failure) => setFaults(failure instanceof Problem ? failure.faults : []));
  return { send, busy, error, refused, faults, setFaults };
}

export function BatchForm({ call, step, rows, each: apart = false, onDone, onClose }: Props) {
  const t = useText();
  const id = useId();
  const joint = isJoint(step);
  const alone = !joint && rows.length > 1; // a paper of each has a number of its own
  const groups = groupsOf(step, [], t)
    .map((group) => ({ ...group, fields: group.fields.filter(({ name }) => !(group.pointer === "" && name === "reason") && !(alone && name === "number")), ...(alone && { number: undefined }) }))
    .filter((group) => group.fields.length > 0 || group.optional || group.number);

  const [each, setEach] = useState(apart);
  const [reason, setReason] = useState("");
  const [own, setOwn] = useState<Record<string, string>>({}); // reasons and numbers: "17 reason", "17 letter"
  const [typed, setTyped] = useState<Typed>(() => typedOf(groups));
  const numbered = alone ? (step.input?.papers.filter(({ paper, number, marks, required }) => number && marks.length === 0 && (required || typed[PAPERS + paper])) ?? []) : [];
  const { send, busy, error, refused, faults, setFaults } = useBatch(call, step, rows, onDone);
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!apart) first.current?.focus();
  }, [apart]);

  const lacksOf = useLacks();
  const submit = () => {
    const lacks = groups.filter(({ pointer, optional }) => !optional || typed[pointer]).flatMap((group) => lacksOf(group.fields, valuesAt(typed, group), group.pointer));
    setFaults(lacks);
    if (lacks.length > 0) return;
    const body = bodyOf(groups, typed);
    const papers: Record<string, object> = { ...(body.papers ?? {}) };
    const single = rows.map((row) => ({
      case: row.case,
      ...(each && { reason: own[`${row.case} reason`]?.trim() }),
      ...(numbered.length > 0 && { papers: { ...papers, ...Object.fromEntries(numbered.map(({ paper }) => [paper, { ...papers[paper], number: own[`${row.case} ${paper}`]?.trim() }])) } }),
    }));
    send({ ...body, ...(!joint && { apart: true }), ...(!each && reason.trim() && { reason: reason.trim() }), ...((each || numbered.length > 0) && { each: single }) });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !composing(event)) submit();
    if (event.key === "Escape" && onClose) onClose();
  };
  const nameOf = (of: number) => rows.find((row) => row.case === of)?.name ?? "";
  const asks = step.input?.reason;

  return (
    <form
      className="batch"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={press}
      aria-labelledby={`${id}-title`}
    >
      <h2 id={`${id}-title`}>
        {apart ? t("review.reasons", { step: step.label }) : step.label}
        <small>{t("review.count", { n: rows.length })}</small>
        {step.clause && <Clause clause={step.clause} />}
      </h2>
      <NoCode caseId={rows[0]!.case} papers={step.input?.papers.map(({ paper }) => paper) ?? []} />
      {step.two_persons && rows.map((row) => <AgainstSheets key={row.case} id={row.case} name={row.name ?? row.number} />)}
      {asks && !each && (
        <div className="batch-row">
          <label htmlFor={`${id}-reason`}>
            {rows.length > 1 ? t("review.reason.all") : t("review.reason")} <span className="field-must">{t("common.required")}</span>
          </label>
          <textarea ref={first} id={`${id}-reason`} className="input" rows={2} required value={reason} onChange={(event) => setReason(event.target.value)} />
          {rows.length > 1 && (
            <button type="button" className="batch-switch" onClick={() => setEach(true)}>
              {t("review.reason.each")}
            </button>
          )}
        </div>
      )}
      {((asks && each) || numbered.length > 0) && rows.map((row) => <OwnWords key={row.case} row={row} reasoned={!!asks && each} numbered={numbered} own={own} put={setOwn} />)}
      {groups.map((group) => (
        <BatchFields key={group.pointer} form={id} group={group} typed={typed} faults={faults} step={step.label} change={(pointer, value) => setTyped({ ...typed, [pointer]: value })} />
      ))}
      <div role="status">
        {refused.map((one) => (
          <Note key={one.id} tone="mend">
            <b>
              <Data text={nameOf(one.id)} />
            </b>{" "}
            {one.detail}
          </Note>
        ))}
      </div>
      <ErrorNote error={error} />
      <div className="batch-verbs">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t(step.two_persons ? "review.propose" : "review.do", { step: step.label, n: rows.length })}
        </Button>
        {onClose && <Button onClick={onClose}>{t("common.cancel")}</Button>}
      </div>
    </form>
  );
}

/* What one case alone has: its reason, the numbers of its papers. */
function OwnWords({ row, reasoned, numbered, own, put }: { row: Row; reasoned: boolean; numbered: readonly { paper: string; title: string }[]; own: Record<string, string>; put: (own: Record<string, string>) => void }) {
  const t = useText();
  const name = row.name ?? row.number;
  const input = (what: string, label: string, placeholder = label) => ({
    className: "input",
    "aria-label": `${label} ${name}`,
    placeholder,
    value: own[`${row.case} ${what}`] ?? "",
    onChange: (event: { target: { value: string } }) => put({ ...own, [`${row.case} ${what}`]: event.target.value }),
  });
  return (
    <div className="batch-row">
      <span>
        <Data text={name} /> {reasoned && <span className="field-must">{t("common.required")}</span>}
      </span>
      <span className="batch-own">
        {reasoned && <textarea {...input("reason", t("review.reason"), t("review.reason.hint"))} rows={2} required />}
        {numbered.map(({ paper, title }) => (
          <input key={paper} {...input(paper, t("review.number", { paper: title }))} />
        ))}
      </span>
    </div>
  );
}

/* What the step's records and papers need, once for all cases. */
function BatchFields({ form, group, typed, faults, step, change }: { form: string; group: Group; typed: Typed; faults: readonly Fault[]; step: string; change: (pointer: string, value: unknown) => void }) {
  const t = useText();
  const { pointer, title = "", optional, number, fields } = group;
  const shown = !optional || !!typed[pointer];
  return (
    <section className="batch-fields">
      {optional ? (
        <label className="batch-also">
          <input type="checkbox" checked={shown} onChange={(event) => change(pointer, event.target.checked)} />
          {t(pointer.startsWith(PAPERS) ? "review.also.paper" : "review.also", { what: title })}
        </label>
      ) : (
        title &&
        title !== step && (
          <h3>
            <Data text={title} />
          </h3>
        )
      )}
      {shown && number && <p className="quiet">{t("case.input.number.once")}</p>}
      {shown && fields.length > 0 && (
        <FieldGrid form={form + pointer} fields={fields} values={valuesAt(typed, group)} onChange={(name, value) => change(`${pointer}/${name}`, value)} faults={faultsUnder(faults, pointer)} />
      )}
    </section>
  );
}
