/* A panel for the office that formed it: its experts are chosen or drawn, invited, replaced; who has scored what; the
 * results, and the report of a closed one. */
import "../../ui/controls.css";
import "../../rooms/panel/panel.css";
import "./panel-page.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { usePolicyTitle } from "../../api/policies.ts";
import { panelRead, type State } from "../../rooms/panel/panels.ts";
import { PanelDue } from "../../rooms/panel/due.tsx";
import { PanelState } from "../../rooms/panel/state.tsx";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { DrawFacts } from "./draw-facts.tsx";
import { Members } from "./members.tsx";
import { Pool } from "./pool.tsx";
import { Report } from "./report.tsx";

export default function PanelPage() {
  const t = useText();
  const id = Number(useParams().id);
  const policy = usePolicyTitle();
  const read = useQuery(panelRead(id));
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={8} />;
  const panel = read.data;
  const { title, pack, mode, basis, due_on, held_on, outlier, cases = [] } = panel;
  const state = panel.state as State;
  const facts: (readonly [string, React.ReactNode])[] = [
    held_on ? [t("panel.held"), held_on] : [t("panel.due"), <PanelDue key="due" due={due_on} over={state === "closed"} />],
    [t("panel.mode"), t(mode === "open" ? "panel.mode.open" : "panel.mode.blind")],
    [t("panel.basis"), <Data key="basis" text={basis} />],
    ...(!held_on && outlier ? [[t("panel.outlier"), t("panel.points", { n: Number(outlier) })] as const] : []),
  ];
  return (
    <div className="panel-page">
      <p className="crumb no-print">
        <Link to="/panels">{t("panel.list")}</Link> /
      </p>
      <PageHead title={<Data text={title} />} tag={<PanelState state={state} ground />} line={<Data text={t("panel.line", { policy: policy(pack), n: cases.length })} />} />
      <dl className="fact-line">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {state === "draft" && <Pool panel={panel} />}
      {state !== "draft" && (panel.fields?.length ?? 0) > 0 && <DrawFacts panel={panel} />}
      {state === "drawn" && <Members panel={panel} />}
      {state === "closed" && <Report panel={panel} />}
    </div>
  );
}
