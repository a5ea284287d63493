/* One step of several cases at once, written in place: a reason for all or for each, the basis where the document says
 * nothing, what the step's records and papers need. What is refused stays, with why. */
import "./controls.css";
import "./review.css";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { api, take, type Schemas } from "../api/client.ts";
import { useText } from "../text/index.ts";
import { Button } from "./button.tsx";
import { Clause } from "./clause.tsx";
import { Data } from "./data.tsx";
import { composing } from "./keys.ts";
import { Note } from "./note.tsx";
import { actionsKey, queueKey, type Row, type Step } from "./queue.ts";

type Refused = { id: number; detail: string };

interface Props {
  call: number;
  step: Step;
  rows: readonly Row[];
  each?: boolean; // each has a reason of its own from the start
  onDone?: (taken: number[], waits: boolean) => void;
  onClose?: () => void;
}

/* A list that is made public, and a decision of two persons on it, are one thing: all of them or none. */
const isJoint = (step: Step) => step.two_persons || (step.input?.records.some(({ record }) => record === "publicity") ?? false);

export function BatchForm({ call, step, rows, each: apart = false, onDone, onClose }: Props) {
  const t = useText();
  const cache = useQueryClient();
  const [each, setEach] = useState(apart);
  const [reason, setReason] = useState("");
  const [reasons, setReasons] = useState<Record<number, string>>({});
  const [basis, setBasis] = useState("");
  const [refused, setRefused] = useState<Refused[]>([]);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    if (!apart) first.current?.focus();
  }, [apart, step.action]);

  const joint = isJoint(step);
  const send = async () => {
    setBusy(true);
    setError(undefined);
    const own = each ? rows.map((row) => ({ case: row.case, reason: reasons[row.case]?.trim() ?? "" })).filter((one) => one.reason) : [];
    try {
      const done = await take(
        api.POST("/api/v1/calls/{id}/actions/{action}", {
          params: { path: { id: call, action: step.action } },
          body: {
            cases: rows.map((row) => row.case),
            ...(!joint && { apart: true }),
            ...(!each && reason.trim() && { reason: reason.trim() }),
            ...(own.length > 0 && { each: own as unknown as Schemas["Values"][] }),
            ...(basis.trim() && { basis: basis.trim() }),
          },
        }),
      );
      const no = done.items.flatMap((one) => ("detail" in one ? [{ id: one.id, detail: one.detail }] : []));
      setRefused(no);
      const taken = rows.map((row) => row.case).filter((one) => !no.some((other) => other.id === one));
      await Promise.all([cache.invalidateQueries({ queryKey: queueKey(call) }), ...taken.map((one) => cache.invalidateQueries({ queryKey: actionsKey(one) }))]);
      if (no.length === 0 || taken.length > 0) onDone?.(taken, done.items.some((one) => "proposal" in one && one.proposal !== undefined));
    } catch (failure) {
      setError((failure as Error).message);
    }
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !composing(event)) void send();
    if (event.key === "Escape" && onClose) onClose();
  };
  const needsReason = step.input?.reason ?? false;

  return (
    <form className="batch" onSubmit={submit} onKeyDown={press} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        {apart ? t("review.reasons", { step: step.label }) : step.label}
        <small>{t("review.count", { n: rows.length })}</small>
        {step.clause && <Clause clause={step.clause} />}
      </h2>
      {needsReason && !each && (
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
      {needsReason &&
        each &&
        rows.map((row, i) => (
          <div key={row.case} className="batch-row">
            <label htmlFor={`${id}-${row.case}`}>
              <Data text={row.name ?? row.number} />
            </label>
            <textarea
              ref={i === 0 ? first : undefined}
              id={`${id}-${row.case}`}
              className="input"
              rows={2}
              required
              placeholder={t("review.reason.hint")}
              value={reasons[row.case] ?? ""}
              onChange={(event) => setReasons({ ...reasons, [row.case]: event.target.value })}
            />
          </div>
        ))}
      {step.input?.basis && (
        <div className="batch-row">
          <label htmlFor={`${id}-basis`}>{t("review.basis")}</label>
          <textarea id={`${id}-basis`} className="input" rows={2} required value={basis} onChange={(event) => setBasis(event.target.value)} aria-describedby={step.own ? `${id}-own` : undefined} />
          {step.own && (
            <p id={`${id}-own`} className="quiet">
              <Data text={step.own} />
            </p>
          )}
        </div>
      )}
      <div role="status">
        {refused.map((one) => (
          <Note key={one.id} tone="mend">
            <b>
              <Data text={rows.find((row) => row.case === one.id)?.name ?? ""} />
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
          {t(step.two_persons && !step.proposed ? "review.propose" : "review.do", { step: step.label, n: rows.length })}
        </Button>
        {onClose && <Button onClick={onClose}>{t("common.cancel")}</Button>}
      </div>
    </form>
  );
}
