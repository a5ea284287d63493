/* One step, or one paper, of many cases at once: one reason for all, or one for each. A case that is refused keeps no
 * other; it stays in the dialog with why. */
import "./action-dialog.css";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox } from "../../ui/ant.ts";
import { useId, useState, type ReactNode } from "react";
import { api, take } from "../../api/client.ts";
import { pathOf, useActions, type CaseAction } from "../../api/cases.ts";
import { rereadCases } from "../../api/query.ts";
import type { Field } from "../../fields/field.ts";
import { FieldGrid } from "../../fields/field-form.tsx";
import { useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { bodyOf, groupsOf, typedOf, valuesAt, type Group, type Typed } from "../paper/action-body.ts";
import { Basis, useFollows } from "./actions.tsx";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { useLacks } from "../paper/issue.tsx";
import { Waiting } from "../../ui/states.tsx";
import type { Row } from "../task/todo.ts";
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
      const { call: of } = await take(api.GET("/api/v1/cases/{id}", pathOf(first.id)));
      if (!of) return null;
      const cases = await take(api.GET("/api/v1/calls/{id}/overview", pathOf(of.id)));
      return { id: of.id, cases: cases.items.map((one) => one.case) };
    },
  });
  const owed = useQuery({
    queryKey: ["batch", "paper", first.id, first.note],
    enabled: issues,
    queryFn: async () => {
      const { due } = await take(api.GET("/api/v1/cases/{id}/papers", pathOf(first.id)));
      return due.find(({ title }) => first.note?.includes(title)) ?? null;
    },
  });
  const lacks = useLacks(first.id, owed.data);
  const paper = owed.data && { ...owed.data, lacks: lacks.data ?? [] };
  const action = issues ? undefined : actions.data?.find((one) => one.action === step);
  return { step, issues, call, paper, action, waits: call.isPending || (issues ? owed.isPending || (!!owed.data && lacks.isPending) : actions.isPending), error: call.error ?? owed.error ?? lacks.error };
}

export function BatchDialog({ rows, onDone, onClose }: Props) {
  const t = useText();
  const id = useId();
  const { step, issues, call, paper, action, waits, error: unread } = useBatch(rows);
  const [typed, setTyped] = useState<Typed>();
  const [each, setEach] = useState(false);
  const [reasons, setReasons] = useState<Record<string, unknown>>({});
  const [numbers, setNumbers] = useState<Record<string, unknown>>({});
  const [left, setLeft] = useState(rows);
  const [refused, setRefused] = useState<Record<number, string>>({});
  const { busy, error, act } = useAct();

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

  const send = async () => {
    if (!call.data) return;
    const said = { cases: inCall.map((row) => row.id), ...bodyOf(groups.map(own), values) };
    const path = { id: call.data.id };
    const done = issues
      ? await take(api.POST("/api/v1/calls/{id}/papers/{paper}", { params: { path: { ...path, paper: paper!.paper } }, body: { ...said, step: paper!.step, ...(number && { each: inCall.map((row) => ({ case: row.id, number: numbers[row.id] ?? "" })) }) } }))
      : await take(api.POST("/api/v1/calls/{id}/actions/{action}", { params: { path: { ...path, action: step! } }, body: { ...said, apart: true, ...(each && { each: inCall.map((row) => ({ case: row.id, reason: reasons[row.id] ?? "" })) }) } }));
    const no: Record<number, string> = Object.fromEntries(done.items.flatMap((one) => ("detail" in one ? [[one.id, one.detail]] : [])));
    await rereadCases();
    const rest = left.filter((row) => no[row.id]);
    if (rest.length === 0) return onDone();
    setRefused(no);
    setLeft(rest);
  };

  /* What one case alone has. */
  const ownField = (row: Row, field: Field, all: Record<string, unknown>, put: (all: Record<string, unknown>) => void) => (
    <FieldGrid form={`${id}${row.id}`} fields={[field]} values={{ [field.name]: all[row.id] }} onChange={(_, value) => put({ ...all, [row.id]: value })} faults={[]} />
  );
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
          <Button type="primary" loading={busy} disabled={waits || impossible} onClick={() => void act(send)}>
            {t("desk.batch.verb", { what: label, n: inCall.length })}
          </Button>
        </>
      }
    >
      {waits ? (
        <Waiting rows={3} />
      ) : (
        <div className="do">
          <ErrorNote error={unread ?? error} />
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
              <CaseLine key={row.id} row={row} refused={refused[row.id]}>
                {number && ownField(row, number, numbers, setNumbers)}
                {each && ownField(row, { name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }, reasons, setReasons)}
              </CaseLine>
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

function CaseLine({ row, refused, children }: { row: Row; refused?: string; children: ReactNode }) {
  const words = useTaskWords();
  return (
    <li>
      <Data text={words.title(row)} /> <code className="mono">{row.case?.number}</code>
      {refused && (
        <Note tone="mend" role="alert">
          <Data text={refused} />
        </Note>
      )}
      {children}
    </li>
  );
}
