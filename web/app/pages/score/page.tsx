/* A panel for one of its experts. Before the statement on conflicts nothing is shown but whose cases are judged. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { usePolicyTitle } from "../../api/policies.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { ReasonDialog } from "../../fields/reason-dialog.tsx";
import { PanelDue } from "../../rooms/panel/due.tsx";
import { panelRead, rereadPanels, sheetsRead, sheetTotal, type Panel } from "../../rooms/panel/panels.ts";
import { useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import "../../rooms/panel/panel.css";

export default function ScorePanel() {
  const t = useText();
  const id = Number(useParams().id);
  const policy = usePolicyTitle();
  const panel = useQuery(panelRead(id));
  if (panel.error) return <Failed page error={panel.error} retry={() => void panel.refetch()} />;
  if (!panel.data) return <Waiting rows={8} />;
  const { title, pack, basis, due_on, state, stated_ms } = panel.data;
  return (
    <>
      <p className="crumb">
        <Link to="/score">{t("score.desk")}</Link> /
      </p>
      <PageHead title={<Data text={title} />} line={<Data text={policy(pack)} />} />
      <dl className="fact-line">
        <div>
          <dt>{t("panel.due")}</dt>
          <dd>
            <PanelDue due={due_on} over={state === "closed"} />
          </dd>
        </div>
        <div>
          <dt>{t("panel.basis")}</dt>
          <dd>
            <Data text={basis} />
          </dd>
        </div>
      </dl>
      {stated_ms ? <Sheets panel={panel.data} /> : <Statement panel={panel.data} />}
    </>
  );
}

function Statement({ panel: { id, member_state } }: { panel: Panel }) {
  const t = useText();
  const navigate = useNavigate();
  const { busy, error, act } = useAct();
  const [tied, setTied] = useState<Record<number, string>>({}); // reasons, by unit
  const [refusing, setRefusing] = useState(false);
  const parties = useQuery({ queryKey: ["panel", id, "parties"], queryFn: () => take(api.GET("/api/v1/panels/{id}/parties", { params: { path: { id } } })) });
  if (parties.error) return <Failed error={parties.error} retry={() => void parties.refetch()} />;
  if (!parties.data) return <Waiting />;
  const units = Object.keys(tied).map(Number);
  const invited = member_state === "invited";
  const params = { path: { id } };
  const state = async () => {
    if (invited) await take(api.POST("/api/v1/panels/{id}/actions/answer", { params, body: { answer: "accept" } }));
    await take(api.POST("/api/v1/panels/{id}/actions/declare", { params, body: { recusals: units.map((unit) => ({ unit, reason: tied[unit]!.trim() })) } }));
    await rereadPanels();
  };
  
  const refuse = async (reason: string) => {
    await take(api.POST("/api/v1/panels/{id}/actions/answer", { params, body: { answer: "refuse", reason } }));
    await rereadPanels();
    await navigate("/score");
  };
  return (
    <section className="score-statement">
      <h2>{t("score.statement")}</h2>
      <p>{t("score.statement.line")}</p>
      <ul>
        {parties.data.items.map(({ unit, name }) => (
          <li key={unit}>
            <label>
              <input type="checkbox" aria-label={t("score.statement.one", { name })} checked={unit in tied} onChange={(event) => setTied(event.target.checked ? { ...tied, [unit]: "" } : Object.fromEntries(Object.entries(tied).filter(([one]) => Number(one) !== unit)))} />
              <Data text={name} />
            </label>
            {unit in tied && <FieldInput field={{ name: `tie${unit}`, label: t("score.statement.why", { name }), required: true, max: 200 }} value={tied[unit]} onChange={(value) => setTied({ ...tied, [unit]: String(value ?? "") })} />}
          </li>
        ))}
      </ul>
      <ErrorNote error={error} />
      <p className="score-verbs">
        <Button type="primary" loading={busy} disabled={units.some((unit) => !tied[unit]?.trim())} onClick={() => void act(state)}>
          {units.length > 0 ? t(invited ? "score.statement.some" : "score.statement.only.some", { n: units.length }) : t(invited ? "score.statement.none" : "score.statement.only")}
        </Button>
        {invited && <Button onClick={() => setRefusing(true)}>{t("score.refuse")}</Button>}
      </p>
      {refusing && <ReasonDialog title={t("score.refuse")} verb={t("score.refuse")} onClose={() => setRefusing(false)} act={refuse} />}
    </section>
  );
}

function Sheets({ panel }: { panel: Panel }) {
  const t = useText();
  const sheets = useQuery(sheetsRead(panel.id));
  if (sheets.error) return <Failed error={sheets.error} retry={() => void sheets.refetch()} />;
  if (!sheets.data) return <Waiting />;
  const rows = sheets.data;
  if (rows.length === 0) return <Empty title={t("score.files.none")} />;
  const stateOf = ({ state, version }: (typeof rows)[number]) => (state === "locked" ? "locked" : version > 0 ? "draft" : "none");
  return (
    <section>
      <h2>
        {t("score.files")} <small>{rows.length}</small>
      </h2>
      <Table
        rows={rows}
        keyOf={(row) => row.case}
        columns={[
          { head: t("review.party"), named: true, cell: (row) => <Link to={`/score/${panel.id}/${row.case}`}>{row.party ? <Data text={row.party} /> : t("score.place", { n: row.place })}</Link> },
          { head: t("score.state"), cell: (row) => <StateTag tone={row.state === "locked" ? "green" : row.version > 0 ? "blue" : "grey"}>{t(`score.state.${stateOf(row)}`)}</StateTag> },
          { head: t("score.total"), number: true, cell: (row) => sheetTotal(panel, row)?.toFixed(2) ?? "" },
          {
            label: t("score.open"),
            number: true,
            cell: (row) => (
              <Link className="button small" to={`/score/${panel.id}/${row.case}`} aria-label={`${t("score.open")} ${row.party ?? row.place}`}>
                {t(row.state === "locked" || panel.state !== "drawn" ? "score.look" : "score.open")}
              </Link>
            ),
          },
        ]}
      />
    </section>
  );
}
