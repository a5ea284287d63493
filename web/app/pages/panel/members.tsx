/* Experts by cases: who was invited, what each has scored, and the results by which the panel ends. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import { rereadPanels, sheetsRead, sheetTotal, type Panel, type Sheet } from "../../rooms/panel/panels.ts";
import { useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { ReasonDialog } from "../../fields/reason-dialog.tsx";
import { Pool } from "./pool.tsx";

type Member = NonNullable<Panel["members"]>[number];
type Result = { result: "pass" | "fail"; reason: string };

const stands = ({ state }: Member) => state === "invited" || state === "accepted";

export function Members({ panel }: { panel: Panel }) {
  const t = useText();
  const sheets = useQuery({ ...sheetsRead(panel.id), refetchInterval: 30_000 });
  const [replacing, setReplacing] = useState<Member>();
  const [reopening, setReopening] = useState<{ sheet: Sheet; name: string }>();
  const [told, setTold] = useState(false);
  const [adding, setAdding] = useState(false);
  if (sheets.error) return <Failed error={sheets.error} retry={() => void sheets.refetch()} />;
  if (!sheets.data) return <Waiting />;
  const members = panel.members ?? [];
  const cases = panel.cases ?? [];
  const sheet = (member: Member, at: number) => sheets.data.find((one) => one.member === member.member && one.case === at);
  const done = sheets.data.filter(({ state }) => state === "locked").length;
  const owed = (member: Member) => (stands(member) ? cases.filter((of) => !member.apart.includes(of.case)) : []);
  const all = members.reduce((sum, one) => sum + owed(one).length, 0);
  const params = { path: { id: panel.id } };
  const stateOf = ({ state, stated_ms }: Member) => t(`panel.member.${state === "accepted" && stated_ms ? "stated" : (state as "invited" | "accepted" | "refused" | "absent")}`);
  const cell = (member: Member, at: number) => {
    const one = sheet(member, at);
    if (!stands(member)) return null;
    if (member.apart.includes(at)) return <span className="quiet">{t("panel.cell.apart")}</span>;
    if (!one) return <span className="quiet">{t("panel.cell.none")}</span>;
    if (one.state !== "locked") return <span className="quiet">{t("panel.cell.draft")}</span>;
    return (
      <>
        {sheetTotal(panel, one)?.toFixed(2)}{" "}
        <button type="button" className="link" aria-label={t("panel.reopen.of", { name: member.name })} onClick={() => setReopening({ sheet: one, name: member.name })}>
          {t("panel.reopen")}
        </button>
      </>
    );
  };
  const replace = async (reason: string) => {
    await take(api.POST("/api/v1/panels/{id}/actions/replace", { params, body: { member: replacing!.member, reason } }));
    await rereadPanels();
  };
  const reopen = async (reason: string) => {
    await take(api.POST("/api/v1/panels/{id}/sheets/{sheet}/actions/reopen", { params: { path: { id: panel.id, sheet: reopening!.sheet.sheet! } }, body: { reason } }));
    setTold(true);
    await rereadPanels();
  };
  return (
    <>
      <section>
        <h2>
          {t("panel.members")} <small>{t("panel.members.line", { all, done })}</small>
        </h2>
        {told && (
          <Note tone="provisional" role="status">
            {t("panel.reopen.waits")}
          </Note>
        )}
        <div className="table-scroll">
          <Table
            rows={members}
            keyOf={({ member }) => member}
            columns={[
              { head: t("panel.expert"), named: true, className: "nowrap", cell: ({ name }) => <Data text={name} /> },
              { head: t("panel.state"), className: "nowrap", cell: (one) => <span title={one.reason}>{stateOf(one)}</span> },
              ...cases.map((of): Column<Member> => ({ head: <Data text={of.party ?? of.number} />, number: true, cell: (one) => cell(one, of.case) })),
              {
                label: t("panel.replace"),
                number: true,
                cell: (one) =>
                  stands(one) && (
                    <Button size="small" aria-label={t("panel.replace.of", { name: one.name })} onClick={() => setReplacing(one)}>
                      {t("panel.replace")}
                    </Button>
                  ),
              },
            ]}
          />
        </div>
        {!panel.fields?.length && (
          <p>
            <Button size="small" onClick={() => setAdding(!adding)}>
              {t("panel.more")}
            </Button>
          </p>
        )}
        {adding && <Pool panel={panel} without={members.map(({ expert }) => expert)} />}
      </section>
      <Close panel={panel} left={members.reduce((sum, one) => sum + owed(one).filter((of) => sheet(one, of.case)?.state !== "locked").length, 0)} />
      {replacing && <ReasonDialog title={t("panel.replace.of", { name: replacing.name })} verb={t("panel.replace")} line={t("panel.replace.line")} onClose={() => setReplacing(undefined)} act={replace} />}
      {reopening && <ReasonDialog title={t("panel.reopen.of", { name: reopening.name })} verb={t("panel.reopen")} line={t("panel.reopen.line")} onClose={() => setReopening(undefined)} act={reopen} />}
    </>
  );
}

/* What the panel came to of each case. The server says who still owes a sheet: an expert with a conflict owes none. */
function Close({ panel, left }: { panel: Panel; left: number }) {
  const t = useText();
  const { busy, error, act } = useAct();
  const [typed, keep, clear] = useDraft<Record<number, Result>>(`panel.results.${panel.id}`, {});
  const cases = panel.cases ?? [];
  const of = (at: number): Result => typed[at] ?? { result: "pass", reason: "" };
  const change = (at: number, next: Partial<Result>) => keep({ ...typed, [at]: { ...of(at), ...next } });
  const lacks = cases.some((one) => !of(one.case).reason.trim());
  const close = async () => {
    const results = cases.map((one) => ({ case: one.case, result: of(one.case).result, reason: of(one.case).reason.trim() }));
    await take(api.POST("/api/v1/panels/{id}/actions/close", { params: { path: { id: panel.id } }, body: { results } }));
    clear();
    await Promise.all([rereadPanels(), rereadCases()]);
  };
  return (
    <section>
      <h2>
        {t("panel.results")} <small>{t("panel.results.line")}</small>
      </h2>
      <Table
        rows={cases}
        keyOf={(one) => one.case}
        columns={[
          { head: t("review.party"), named: true, cell: (one) => <Data text={one.party ?? one.number} /> },
          {
            head: t("meeting.result"),
            cell: (one) => (
              <select className="input" aria-label={`${t("meeting.result")} ${one.party ?? one.number}`} value={of(one.case).result} onChange={(event) => change(one.case, { result: event.target.value as Result["result"] })}>
                <option value="pass">{t("meeting.pass")}</option>
                <option value="fail">{t("meeting.fail")}</option>
              </select>
            ),
          },
          {
            head: t("review.reason"),
            className: "panel-reason",
            cell: (one) => <input className="input" aria-label={`${t("review.reason")} ${one.party ?? one.number}`} maxLength={2000} value={of(one.case).reason} onChange={(event) => change(one.case, { reason: event.target.value })} />,
          },
        ]}
      />
      <ErrorNote error={error} />
      <p className="score-verbs">
        <Button type="primary" loading={busy} disabled={lacks} onClick={() => void act(close)}>
          {t("panel.close")}
        </Button>
        <span className="quiet">{left > 0 ? t("panel.close.left", { n: left }) : lacks ? t("panel.close.reason") : ""}</span>
      </p>
    </section>
  );
}
