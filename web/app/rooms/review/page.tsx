/* A page of review: the queue of one call with its batch at the left, the case that is looked at in the preview. */
import "./review.css";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { BatchForm } from "./batch-form.tsx";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { useRowKeys } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { ReviewPreview } from "./preview.tsx";
import { ReviewQueue } from "./queue.tsx";
import type { CaseAction } from "../../api/cases.ts";
import { sharedSteps, useCalls, useCallWithWork, useQueue, type Call, type Row } from "../case/queue.ts";
import { useFoldedMenu } from "../shell/shell.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";

export interface Batch {
  step: CaseAction;
  rows: Row[];
}

export interface Tools {
  call: Call;
  rows: Row[]; // of the queue, in its order
  ticked: Row[];
  begin: (batch: Batch) => void;
}

interface Props {
  title: string;
  review: Review;
  rows: Row[]; // those of the queue that are shown, in the order of their rank
  line: string;
  tabs?: ReactNode;
  view?: string; // which of the tabs: another one begins without ticks
  actions?: (tools: Tools) => ReactNode;
  verbs?: (tools: Tools) => ReactNode; // beside those of the steps
  below?: (tools: Tools) => ReactNode;
  rank?: { move: (id: number, by: -1 | 1) => void; cut?: number; moveCut?: (to: number) => void };
}

export type Review = ReturnType<typeof useReview>;

/* The queue of `?call=`, else of the latest call that has work for the reader's office, else of the latest that is open. */
export function useReview() {
  const calls = useCalls();
  const asked = Number(useSearchParams()[0].get("call"));
  const known = calls.data ?? [];
  const own = useCallWithWork(asked ? [] : known);
  const call = known.find((one) => one.id === (asked || own.data)) ?? known.find((one) => one.state === "open") ?? known[0];
  const queue = useQueue(own.isPending ? undefined : call?.id);
  return { calls, call, queue: { ...queue, pending: queue.pending || own.isPending } };
}

export function ReviewPage({ title, review: { calls, call, queue }, rows, line, tabs, view, actions, verbs, below, rank }: Props) {
  const t = useText();
  useFoldedMenu();
  const [ticked, setTicked] = useState<number[]>([]);
  const [current, setCurrent] = useState<number>();
  const [batch, setBatch] = useState<{ step: string; ids: number[] }>();
  const [told, setTold] = useState<string>();
  const shown = rows.find((row) => row.case === current) ?? rows[0];
  const at = shown ? rows.indexOf(shown) : -1;
  const [key] = useRowKeys(rows.length, () => {});
  useEffect(() => {
    if (key >= 0) setCurrent(rows[key]?.case);
  }, [key]);
  useEffect(() => {
    setTicked([]);
    setBatch(undefined);
  }, [call?.id, view]);

  // What was ticked last is looked at.
  const tick = (next: number[]) => {
    const added = next.filter((id) => !ticked.includes(id));
    if (added.length > 0) setCurrent(added[added.length - 1]);
    setTicked(next);
  };
  const chosen = useMemo(() => rows.filter((row) => ticked.includes(row.case)), [rows, ticked]);
  if (calls.isPending || queue.pending) return <Waiting />;
  const error = calls.error ?? queue.error;
  if (error) return <Failed page error={error} retry={() => void Promise.all([calls.refetch(), queue.again()])} />;
  if (!call) return <Empty page title={t("review.noCall")} text={t("review.noCall.text")} />;

  const begin = (next: Batch) => {
    setTold(undefined);
    setBatch({ step: next.step.action, ids: next.rows.map((row) => row.case) });
  };
  const tools: Tools = { call, rows, ticked: chosen, begin };
  const inBatch = queue.rows.filter((row) => batch?.ids.includes(row.case));
  const step = inBatch[0]?.steps.find((one) => one.action === batch?.step);
  const done = (label: string) => (taken: number[], waits: boolean) => {
    setTold(t(waits ? "review.waits" : "review.done", { step: label, n: taken.length }));
    if (batch && taken.length === batch.ids.length) setBatch(undefined);
  };
  return (
    <Columns
      width={392}
      rail={shown ? <ReviewPreview key={shown.case} row={shown} before={at > 0 ? () => setCurrent(rows[at - 1]!.case) : undefined} after={at < rows.length - 1 ? () => setCurrent(rows[at + 1]!.case) : undefined} /> : null}
    >
      <p className="crumb">
        <Link to="/review/calls">{t("calls.title")}</Link> / <Data text={call.title} />
      </p>
      <PageHead
        title={title}
        line={line}
        actions={
          <>
            <Button icon={<Icon name="export" />} href={`${base}/api/v1/cases?format=xlsx&filter=${encodeURIComponent(`call=${call.id}`)}`}>
              Excel
            </Button>
            {actions?.(tools)}
          </>
        }
      />
      {tabs}
      {told && (
        <Note tone="told" role="status">
          {told}
        </Note>
      )}
      {rows.length === 0 ? (
        <Empty title={t("review.empty")} text={t("review.empty.text")} />
      ) : (
        <>
          <BatchBar rows={chosen} of={queue.settled} begin={begin} clear={() => setTicked([])}>
            {verbs?.(tools)}
          </BatchBar>
          <div className="queue-scroll">
            <ReviewQueue rows={rows} ticked={ticked} tick={tick} current={shown?.case} show={setCurrent} rank={rank} />
          </div>
          <p className="queue-foot">{t("review.all", { n: rows.length })}</p>
          {step && inBatch.length > 0 && <BatchForm key={`${batch!.step} ${batch!.ids.join()}`} call={call.id} step={step} rows={inBatch} onDone={done(step.label)} onClose={() => setBatch(undefined)} />}
          {below?.(tools)}
        </>
      )}
    </Columns>
  );
}

function BatchBar({ rows, of, begin, clear, children }: { rows: readonly Row[]; of: boolean; begin: (batch: Batch) => void; clear: () => void; children?: ReactNode }) {
  const t = useText();
  const steps = sharedSteps(rows);
  return (
    <div className="batch-bar" role="toolbar" aria-label={t("review.batch")} aria-busy={rows.length > 0 && !of ? true : undefined}>
      <span>{rows.length === 0 ? t("review.ticked.none") : t("review.ticked", { n: rows.length })}</span>
      {steps.map((step) =>
        step.proposed ? (
          <Link key={step.action} className="button small" to={step.proposed.mine ? `/case/${rows[0]!.case}` : `/case/${rows[0]!.case}/confirm/${step.action}`}>
            {t(step.proposed.mine ? "review.proposed" : "case.confirm.title", { action: step.label })}
          </Link>
        ) : (
          <Button key={step.action} size="small" onClick={() => begin({ step, rows: [...rows] })}>
            {step.label}
          </Button>
        ),
      )}
      {rows.length > 0 && children}
      {rows.length > 1 && of && steps.length === 0 && <span className="quiet">{t("review.noShared")}</span>}
      {rows.length > 0 && (
        <button type="button" className="link" onClick={clear}>
          {t("review.untick")}
        </button>
      )}
    </div>
  );
}
