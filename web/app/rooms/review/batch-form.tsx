/* One step of several cases at once, written in place: a reason for all or for each, and what the step's records and
 * papers need. What is refused stays, with why. */
import "../../ui/controls.css";
import "./review.css";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import type { CaseAction } from "../../api/cases.ts";
import { api, Problem, take, type Schemas } from "../../api/client.ts";
import { faultsUnder, type Fault, type Values } from "../../fields/field.ts";
import { FieldGrid } from "../../fields/field-form.tsx";
import { useLacks } from "../../fields/limits.ts";
import { useText } from "../../text/index.ts";
import { bodyOf, groupsOf, typedOf, valuesAt, type Typed } from "../paper/action-body.ts";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { AgainstSheets } from "../case/expert-sheets.tsx";
import { composing } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
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

export function BatchForm({ call, step, rows, each: apart = false, onDone, onClose }: Props) {
  const t = useText();
  const cache = useQueryClient();
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
  const [refused, setRefused] = useState<Refused[]>([]);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!apart) first.current?.focus();
  }, [apart]);

  const lacksOf = useLacks();
  const send = async () => {
    const lacks = groups.filter(({ pointer, optional }) => !optional || typed[pointer]).flatMap((group) => lacksOf(group.fields, valuesAt(typed, group), group.pointer));
    setFaults(lacks);
    if (lacks.length > 0) return;
    setBusy(true);
    setError(undefined);
    const body = bodyOf(groups, typed);
    const single = rows.map((row) => ({
      case: row.case,
      ...(each && { reason: own[`${row.case} reason`]?.trim() }),
      ...(numbered.length > 0 && { papers: { ...(body.papers as Values), ...Object.fromEntries(numbered.map(({ paper }) => [paper, { ...((body.papers as Values)?.[paper] as Values), number: own[`${row.case} ${paper}`]?.trim() }])) } }),
    }));
    try {
      const { items } = await take(
        api.POST("/api/v1/calls/{id}/actions/{action}", {
          params: { path: { id: call, action: step.action } },
          body: {
            ...body,
            cases: rows.map((row) => row.case),
            ...(!joint && { apart: true }),
            ...(!each && reason.trim() && { reason: reason.trim() }),
            ...((each || numbered.length > 0) && { each: single as unknown as Schemas["Values"][] }),
          },
        }),
      );
      const no = items.flatMap((one) => ("detail" in one ? [one] : []));
      setRefused(no);
      setFaults(no.flatMap((one) => one.errors));
      await rereadQueue(cache, call);
      const taken = rows.map((row) => row.case).filter((one) => !no.some((other) => other.id === one));
      if (taken.length > 0) onDone?.(taken, items.some((one) => "proposal" in one && one.proposal !== undefined));
    } catch (failure) {
      setError((failure as Error).message);
      setFaults(failure instanceof Problem ? failure.faults : []);
    }
    setBusy(false);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !composing(event)) void send();
    if (event.key === "Escape" && onClose) onClose();
  };
  const nameOf = (of: number) => rows.find((row) => row.case === of)?.name ?? "";
  const asks = step.input?.reason;

  return (
    <form
      className="batch"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void send();
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
          <label htmlFor={`${id}-reason`}>{rows.length > 1 ? t("review.reason.all") : t("review.reason")}</label>
          <textarea ref={first} id={`${id}-reason`} className="input" rows={2} required value={reason} onChange={(event) => setReason(event.target.value)} />
          {rows.length > 1 && (
            <button type="button" className="batch-switch" onClick={() => setEach(true)}>
              {t("review.reason.each")}
            </button>
          )}
        </div>
      )}
      {((asks && each) || numbered.length > 0) &&
        rows.map((row) => (
          <div key={row.case} className="batch-row">
            <span>
              <Data text={row.name ?? row.number} />
            </span>
            <span className="batch-own">
              {asks && each && (
                <textarea className="input" rows={2} required aria-label={`${t("review.reason")} ${row.name ?? row.number}`} placeholder={t("review.reason.hint")} value={own[`${row.case} reason`] ?? ""} onChange={(event) => setOwn({ ...own, [`${row.case} reason`]: event.target.value })} />
              )}
              {numbered.map(({ paper, title }) => (
                <input key={paper} className="input" aria-label={`${t("review.number", { paper: title })} ${row.name ?? row.number}`} placeholder={t("review.number", { paper: title })} value={own[`${row.case} ${paper}`] ?? ""} onChange={(event) => setOwn({ ...own, [`${row.case} ${paper}`]: event.target.value })} />
              ))}
            </span>
          </div>
        ))}
      {groups.map((group) => {
        const shown = !group.optional || !!typed[group.pointer];
        const change = (pointer: string, value: unknown) => setTyped({ ...typed, [pointer]: value });
        return (
          <section key={group.pointer} className="batch-fields">
            {group.optional ? (
              <label className="batch-also">
                <input type="checkbox" checked={shown} onChange={(event) => change(group.pointer, event.target.checked)} />
                {t(group.pointer.startsWith(PAPERS) ? "review.also.paper" : "review.also", { what: group.title ?? "" })}
              </label>
            ) : (
              group.title &&
              group.title !== step.label && (
                <h3>
                  <Data text={group.title} />
                </h3>
              )
            )}
            {shown && group.number && <p className="quiet">{t("case.input.number.once")}</p>}
            {shown && group.fields.length > 0 && (
              <FieldGrid form={id + group.pointer} fields={group.fields} values={valuesAt(typed, group)} onChange={(name, value) => change(`${group.pointer}/${name}`, value)} faults={faultsUnder(faults, group.pointer)} />
            )}
          </section>
        );
      })}
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
      {error && (
        <Note tone="mend" role="alert">
          {error}
        </Note>
      )}
      <div className="batch-verbs">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t(step.two_persons ? "review.propose" : "review.do", { step: step.label, n: rows.length })}
        </Button>
        {onClose && <Button onClick={onClose}>{t("common.cancel")}</Button>}
      </div>
    </form>
  );
}
