/* One case for one of its experts: the file at the left, a page of it in the middle, the sheet at the right. */
import "../../rooms/paper/form.css";
import "../../ui/controls.css";
import "./score-sheet.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { queries } from "../../api/query.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { panelRead, rereadPanels, sheetsRead, totalOf, type Panel, type Sheet } from "../../rooms/panel/panels.ts";
import { PanelDue } from "../../rooms/panel/due.tsx";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { clock, day } from "../../ui/time.ts";
import { CaseFile } from "./case-file.tsx";
import { Heads } from "./heads.tsx";
import { pointsOf, useSheet } from "./sheet.ts";

export default function ScoreSheet() {
  const params = useParams();
  const [id, at] = [Number(params.id), Number(params.case)];
  const panel = useQuery(panelRead(id));
  const sheets = useQuery(sheetsRead(id));
  useFoldedMenu();
  const error = panel.error ?? sheets.error;
  if (error) return <Failed page error={error} retry={() => void Promise.all([panel.refetch(), sheets.refetch()])} />;
  if (!panel.data || !sheets.data) return <Waiting rows={8} />;
  const sheet = sheets.data.find((one) => one.case === at);
  return sheet ? <OfCase key={at} panel={panel.data} sheets={sheets.data} sheet={sheet} /> : <NotFound page />;
}

function OfCase({ panel, sheets, sheet }: { panel: Panel; sheets: readonly Sheet[]; sheet: Sheet }) {
  const t = useText();
  const navigate = useNavigate();
  const of = useSheet(panel, sheet);
  const { busy, error, act } = useAct();
  const [head, setHead] = useState(panel.heads[0]!.head); // whose reason takes a quotation
  const [recusing, setRecusing] = useState(false);
  const { typed, locked } = of;
  const at = sheets.indexOf(sheet);
  const name = sheet.party ?? t("score.place", { n: sheet.place });
  const points = (one: (typeof panel.heads)[number]) => pointsOf(typed, one, panel.marks);
  const left = panel.heads.filter((one) => points(one) === undefined).length;
  const total = totalOf(panel.heads, panel.marks, (one) => points(one) ?? 0) ?? 0;
  const to = (one: Sheet) => `/score/${panel.id}/${one.case}`;
  const path = { id: panel.id, case_id: sheet.case };
  const quote = (words: string) => of.change({ reasons: { ...typed.reasons, [head]: [typed.reasons[head], words].filter(Boolean).join(t("common.semicolon")) } });
  const submit = async () => {
    const version = await of.save();
    await take(api.POST("/api/v1/panels/{id}/scores/{case_id}/submit", { params: { path }, body: { version } }));
    await queries.refetchQueries({ queryKey: sheetsRead(panel.id).queryKey });
    const next = [...sheets.slice(at + 1), ...sheets.slice(0, at)].find((one) => one.state !== "locked");
    await navigate(next ? to(next) : `/score/${panel.id}`);
    return "left";
  };
  return (
    <div className="panes score-panes">
      <header>
        <p>
          <Link to="/score">{t("score.desk")}</Link> / <Link to={`/score/${panel.id}`}><Data text={panel.title} /></Link>
        </p>
        <PageHead
          title={<Data text={name} />}
          tag={<small className="quiet">{t("score.at", { at: at + 1, n: sheets.length })}</small>}
          actions={
            <>
              <PanelDue due={panel.due_on} over={locked} />
              {at > 0 && <Link className="button" to={to(sheets[at - 1]!)}>{t("score.before")}</Link>}
              {at < sheets.length - 1 && <Link className="button" to={to(sheets[at + 1]!)}>{t("score.next")}</Link>}
            </>
          }
        />
        {panel.stated_ms && <p className="ok">✓ {t("score.stated", { day: day(panel.stated_ms) })}</p>}
      </header>
      {panel.mode === "open" ? <CaseFile panel={panel.id} at={sheet.case} quote={locked ? undefined : quote} /> : <Blind />}
      <aside className="panes-check score-sheet" tabIndex={0} aria-label={t("score.sheet")}>
        <SheetHead of={of} />
        {of.conflict && (
          <Note tone="mend" role="alert" actions={<Button size="small" onClick={() => void queries.refetchQueries({ queryKey: sheetsRead(panel.id).queryKey }).then(of.forget)}>{t("score.sheet.reread")}</Button>}>
            {t("score.sheet.other")}
          </Note>
        )}
        {of.offline && <Note tone="doubt" role="status">{t("score.sheet.offline")}</Note>}
        <ErrorNote error={of.fault} />
        <Heads panel={panel} typed={typed} locked={locked} change={of.change} onHead={setHead} />
      </aside>
      <footer>
        <span>
          {!locked && (
            <Button type="text" danger onClick={() => setRecusing(true)}>
              {t("score.recuse")}
            </Button>
          )}
        </span>
        <ErrorNote error={error} />
        <span className="quiet">{locked ? "" : t("score.locks")}</span>
        <span>
          {t("score.total")} <b className="score-total">{total.toFixed(2).replace(/\.?0+$/, "") || "0"}</b> {t("score.sum", { done: panel.heads.length - left, n: panel.heads.length })}
        </span>
        {!locked && (
          <Button type="primary" loading={busy} disabled={left > 0 || of.conflict} onClick={() => void act(submit)}>
            {left > 0 ? t("score.submit.left", { n: left }) : t("score.submit")}
          </Button>
        )}
      </footer>
      {recusing && <Recuse panel={panel.id} party={sheet.party} onClose={() => setRecusing(false)} />}
    </div>
  );
}

function SheetHead({ of: { typed, locked, savedMs } }: { of: ReturnType<typeof useSheet> }) {
  const t = useText();
  const word = typed.dirty ? t("score.sheet.unsaved") : typed.version === 0 ? t("score.sheet.new") : locked ? t("score.state.locked") : savedMs ? t("score.sheet.saved", { n: typed.version, time: clock(savedMs) }) : t("score.sheet.kept", { n: typed.version });
  return (
    <h2>
      {t("score.sheet")} <small role="status">{word}</small>
    </h2>
  );
}

function Blind() {
  const t = useText();
  return (
    <div className="score-blind">
      <p className="quiet">{t("score.blind")}</p>
    </div>
  );
}

/* A conflict that is found only now: the case is closed to him at once. */
function Recuse({ panel, party, onClose }: { panel: number; party?: string; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [why, setWhy] = useState("");
  const [chosen, setChosen] = useState<number>();
  const parties = useQuery({ queryKey: ["panel", panel, "parties"], queryFn: () => take(api.GET("/api/v1/panels/{id}/parties", { params: { path: { id: panel } } })) });
  const unit = chosen ?? parties.data?.items.find(({ name }) => name === party)?.unit;
  const recuse = async () => {
    await take(api.POST("/api/v1/panels/{id}/actions/declare", { params: { path: { id: panel } }, body: { recusals: unit ? [{ unit, reason: why }] : [] } }));
    await rereadPanels();
    await navigate(`/score/${panel}`);
  };
  return (
    <ConfirmDialog title={t("score.recuse")} verb={t("score.recuse.do")} danger onClose={onClose} act={recuse}>
      <Note tone="doubt">{t("score.recuse.line")}</Note>
      {!party && (
        <FieldInput
          field={{ name: "unit", label: t("review.party"), type: "enum", required: true, choices: parties.data?.items.map(({ unit: one, name }) => ({ code: String(one), label: name })) ?? [] }}
          value={chosen === undefined ? undefined : String(chosen)}
          onChange={(value) => setChosen(value ? Number(value) : undefined)}
        />
      )}
      <FieldInput field={{ name: "reason", label: t("score.recuse.why"), type: "long_text", required: true, max: 2000 }} value={why} onChange={(value) => setWhy(String(value ?? ""))} />
    </ConfirmDialog>
  );
}
