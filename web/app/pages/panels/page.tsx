/* What waits for a review by experts, and the panels of the office. */
import "./panels.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { usePolicyTitle } from "../../api/policies.ts";
import { useReviewsApart } from "../../rooms/case/queue.ts";
import { PanelDue } from "../../rooms/panel/due.tsx";
import { panelsRead, type State } from "../../rooms/panel/panels.ts";
import { PanelState } from "../../rooms/panel/state.tsx";
import { useReview } from "../../rooms/review/page.tsx";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";

interface Waits {
  cases: number[];
  title: string;
  to: string; // where the cases are looked at
}

export default function Panels() {
  const t = useText();
  const policy = usePolicyTitle();
  const { calls, queue, call } = useReview();
  const apart = useReviewsApart();
  const panels = useQuery(panelsRead());
  const error = panels.error ?? calls.error ?? queue.error ?? apart.error;
  if (error) return <Failed page error={error} retry={() => void panels.refetch()} />;
  if (!panels.data || calls.isPending || queue.pending || apart.pending) return <Waiting rows={8} />;
  const inCall = queue.rows.filter(({ review }) => review).map((row) => row.case);
  const waiting: Waits[] = [
    ...(call && inCall.length > 0 ? [{ cases: inCall, title: call.title, to: `/review/province?call=${call.id}` }] : []),
    ...apart.cases.map(({ id, title }) => ({ cases: [id], title, to: `/case/${id}` })),
  ];
  const rows = panels.data.items;
  return (
    <>
      <PageHead title={t("panel.list")} line={t("panel.list.line", { n: waiting.reduce((sum, { cases }) => sum + cases.length, 0), all: rows.length })} />
      <section className="panels-part">
        <h2>
          {t("panel.waiting")} <small>{waiting.length || ""}</small>
        </h2>
        {waiting.length === 0 && <p className="quiet">{t("panel.waiting.none")}</p>}
        <ul className="pair-rows">
          {waiting.map(({ cases, title, to }) => (
            <li key={to}>
              <Link to={to}>
                <Data text={title} />
              </Link>
              <span className="panels-verbs">
                <Link className="button small" to={`/panels/new?cases=${cases.join()}`} aria-label={`${t("panel.online")} ${title}`}>
                  {cases.length > 1 ? t("panel.online.all", { n: cases.length }) : t("panel.online")}
                </Link>
                <Link className="button small" to={`/review/meeting?cases=${cases.join()}`} aria-label={`${t("meeting.record")} ${title}`}>
                  {t("meeting.record")}
                </Link>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section className="panels-part">
        <h2>
          {t("panel.groups")} <small>{rows.length || ""}</small>
        </h2>
        {rows.length === 0 ? (
          <Empty title={t("panel.none")} text={t("panel.none.text")} />
        ) : (
          <Table
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              { head: t("panel.name"), named: true, cell: ({ id, title }) => <Link to={`/panels/${id}`}><Data text={title} /></Link> },
              { head: t("panel.policy"), cell: ({ pack }) => <Data text={policy(pack)} /> },
              { head: t("panel.state"), className: "nowrap", cell: ({ state }) => <PanelState state={state as State} /> },
              { head: t("panel.due"), className: "nowrap", cell: ({ due_on, state }) => <PanelDue due={due_on} over={state === "closed"} /> },
            ]}
          />
        )}
      </section>
    </>
  );
}
