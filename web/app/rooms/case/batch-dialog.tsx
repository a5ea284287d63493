/* One step, or one paper, of many cases at once: one reason for all, or one for each. A case that is refused keeps no
 * other; it stays in the dialog with why. */
import "./action-dialog.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox } from "../../ui/ant.ts";
import { useId, useRef, useState } from "react";
import { api, take } from "../../api/client.ts";
import { useActions, type CaseAction } from "../../api/cases.ts";
import { FieldGrid } from "../../fields/field-form.tsx";
import { useText } from "../../text/index.ts";
import { bodyOf, groupsOf, typedOf, valuesAt, type Group, type Typed } from "../paper/action-body.ts";
import { Basis, useFollows } from "./actions.tsx";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { useLacks } from "../paper/issue.tsx";
import { Waiting } from "../../ui/states.tsx";
import type { Row } from "../task/tasks.ts";
import { useTaskWords } from "../task/words.ts";

interface Props {
  rows: readonly Row[];
  onDone: () => void;
  onClose: () => void;
}

/* The call of the cases, and what of it is asked. Cases of another call are done from their own pages. */
function useBatch(rows: readonly Row[]) {
  const first = rows[0]!;
  const step = first.actions[0]?.name;
  const issues = step === "papers";
  const actions = useActions(first.id);
  const call = useQuery({
    queryKey: ["batch", "call", first.id],
    queryFn: async () => {
      const read = await take(api.GET("/api/v1/cases/{id}", { params: { path: { id: first.id } } }));
      const id = callOf(read.call);
      if (!id) return null;
      const cases = await take(api.GET("/api/v1/calls/{id}/overview", { params: { path: { id } } }));
      return { id, cases: cases.items.map((one) => one.case) };
    },
  });
  const owed = useQuery({
    queryKey: ["batch", "paper", first.id, first.note],
    enabled: issues,
    queryFn: async () => {
      const { due } = await take(api.GET("/api/v1/cases/{id}/papers", { params: { path: { id: first.id } } }));
      return due.find(({ title }) => first.note?.includes(title)) ?? null;
    },
  });
  const lacks = useLacks(first.id, owed.data);
  const paper = owed.data && { ...owed.data, lacks: lacks.data ?? [] };
  const action = issues ? undefined : actions.data?.find((one) => one.action === step);
  return { step, issues, call, paper, action, waits: call.isPending || (issues ? owed.isPending || (!!owed.data && lacks.isPending) : actions.isPending), error: call.error ?? owed.error ?? lacks.error };
}

const callOf = (call: unknown): number | undefined => (typeof call === "number" ? call : ((call as { id: number } | null)?.id ?? undefined));

export function BatchDialog({ rows, onDone, onClose }: Props) {
  const t = useText();
  const id = useId();
  const words = useTaskWords();
  const cache = useQueryClient();
  const { step, issues, call, paper, action, waits, error: unread } = useBatch(rows);
  const [typed, setTyped] = useState<Typed>();
  const [each, setEach] = useState(false);
  const [reasons, setReasons] = useState<Record<string, unknown>>({});
  const [numbers, setNumbers] = useState<Record<string, unknown>>({});
  const [left, setLeft] = useState(rows);
  const [refused, setRefused] = useState<Record<number, string>>({});
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const sent = useRef(false);

  const groups: Group[] = issues
    ? [{ pointer: "", fields: (paper?.lacks ?? []).filter(({ name }) => name !== "number") }]
    : action
      ? groupsOf(action, [], t)
      : [];
  const number = issues ? paper?.lacks.find(({ name }) => name === "number") : undefined;
  const own = (group: Group) => (each ? { ...group, fields: group.fields.filter(({ name }) => group.pointer || name !== "reason") } : group);
  const values = typed ?? typedOf(groups);
  const inCall = left.filter((row) => call.data?.cases.includes(row.id));
  const outside = left.filter((row) => !inCall.includes(row));

  const act = async () => {
    if (sent.current || !call.data) return;
    sent.current = true;
    setBusy(true);
    setError(undefined);
    const said = { cases: inCall.map((row) => row.id), ...bodyOf(groups.map(own), values) };
    const path = { id: call.data.id };
    try {
      const done = issues
        ? await take(api.POST("/api/v1/calls/{id}/papers/{paper}", { params: { path: { ...path, paper: paper!.paper } }, body: { ...said, step: paper!.step, ...(number && { each: inCall.map((row) => ({ case: row.id, number: numbers[row.id] ?? "" })) as never }) } }))
        : await take(
            api.POST("/api/v1/calls/{id}/actions/{action}", {
              params: { path: { ...path, action: step! } },
              body: { ...said, apart: true, ...(each && { each: inCall.map((row) => ({ case: row.id, reason: reasons[row.id] ?? "" })) as never }) },
            }),
          );
      const no = Object.fromEntries(done.items.flatMap((one) => ("detail" in one ? [[one.id, one.detail]] : []))) as Record<number, string>;
      await Promise.all([cache.invalidateQueries({ queryKey: ["todo"] }), cache.invalidateQueries({ queryKey: ["case"] })]);
      const rest = [...left.filter((row) => no[row.id])];
      if (rest.length === 0) return onDone();
      setRefused(no);
      setLeft(rest);
    } catch (failure) {
      setError(failure as Error);
    } finally {
      sent.current = false;
      setBusy(false);
    }
  };

  const label = issues ? (rows[0]!.note ?? "") : (action?.label ?? "");
  const hasReason = !!action?.input?.reason;
  const impossible = !waits && (!call.data || inCall.length === 0 || (issues ? !paper : !action?.open));
  return (
    <Dialog
      title={t("desk.batch.title", { what: label || rows[0]!.what, n: inCall.length || rows.length })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} disabled={waits || impossible} onClick={() => void act()}>
            {t("desk.batch.verb", { what: label, n: inCall.length })}
          </Button>
        </>
      }
    >
      {waits ? (
        <Waiting rows={3} />
      ) : (
        <div className="do">
          {(unread ?? error) && (
            <Note tone="mend" role="alert">
              <Data text={(unread ?? error)!.message} />
            </Note>
          )}
          {impossible && !unread && <Note tone="doubt">{t("desk.batch.apart")}</Note>}
          {action && <Before action={action} />}
          {hasReason && (
            <Checkbox checked={each} onChange={(event) => setEach(event.target.checked)}>
              {t("desk.batch.each")}
            </Checkbox>
          )}
          {groups.map(own).map((group) => (
            <section key={group.pointer} className="do-group">
              {group.title && (
                <h3>
                  <Data text={group.title} />
                </h3>
              )}
              <FieldGrid form={id + group.pointer} fields={group.fields} values={valuesAt(values, group)} onChange={(name, value) => setTyped({ ...values, [`${group.pointer}/${name}`]: value })} faults={[]} />
            </section>
          ))}
          <ul className="batch-cases">
            {inCall.map((row) => (
              <li key={row.id}>
                <Data text={words.title(row)} /> <code className="mono">{row.case?.number}</code>
                {refused[row.id] && (
                  <Note tone="mend" role="alert">
                    <Data text={refused[row.id]!} />
                  </Note>
                )}
                {number && <FieldGrid form={`${id}${row.id}`} fields={[number]} values={{ number: numbers[row.id] }} onChange={(_, value) => setNumbers({ ...numbers, [row.id]: value })} faults={[]} />}
                {each && (
                  <FieldGrid
                    form={`${id}${row.id}`}
                    fields={[{ name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }]}
                    values={{ reason: reasons[row.id] }}
                    onChange={(_, value) => setReasons({ ...reasons, [row.id]: value })}
                    faults={[]}
                  />
                )}
              </li>
            ))}
          </ul>
          {outside.length > 0 && !impossible && <Note tone="age">{t("desk.batch.outside", { n: outside.length })}</Note>}
        </div>
      )}
    </Dialog>
  );
}

function Before({ action }: { action: CaseAction }) {
  const t = useText();
  const follows = useFollows()(action);
  return (
    <Note tone="doubt">
      <p>
        <Data text={(action.two_persons ? follows : [t("case.follows.now"), ...follows]).join(t("common.semicolon"))} />
      </p>
      <Basis clause={action.clause} quote={action.quote} own={action.own} />
    </Note>
  );
}
