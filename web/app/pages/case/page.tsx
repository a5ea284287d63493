/* A case: what it is and where it stands, its way, what was proposed, its views, and what can be done with it. */
import "../../ui/page-head.css";
import "../../ui/plain-table.css";
import "./case.css";
import { Suspense } from "react";
import { Link, Navigate, useLocation, useParams } from "react-router";
import { casePath, useActions, useCase, useHistory, useRefreshCase, type Case, type CaseAction, type CaseStep } from "../../api/cases.ts";
import { ActionDialog } from "../../rooms/case/action-dialog.tsx";
import { CaseActions } from "../../rooms/case/actions.tsx";
import { useDoing } from "../../rooms/case/doing.ts";
import { dueWords } from "../../rooms/task/case-due.tsx";
import { Flow, FLOW_MOST, useFlow } from "../../rooms/case/flow.tsx";
import { isTold, MatterPapers } from "../../rooms/case/matter-papers.tsx";
import { ProposalBar } from "../../rooms/case/proposal.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Given } from "../../rooms/task/given.tsx";
import { useMatch } from "../../ui/match.ts";
import { Note } from "../../ui/note.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useTitle } from "../../ui/title.ts";
import { CasePublicity } from "../../rooms/case/workdays-strip.tsx";
import { useText } from "../../text/index.ts";
import { DEFAULT_TAB, tabs } from "./tabs.ts";

export default function CasePage() {
  const id = Number(useParams().id);
  const { tab } = useParams();
  const { search, hash } = useLocation();
  const read = useCase(id);
  const actions = useActions(id);
  const history = useHistory(id);
  const error = read.error ?? actions.error ?? history.error;
  if (!Number.isInteger(id) || id < 1) return <NotFound page />;
  if (error) return <Failed page error={error} retry={() => void Promise.all([read.refetch(), actions.refetch(), history.refetch()])} />;
  const own = read.data && casePath(read.data.process, id);
  // Before a party hands in its result it replies on the page.
  if (own && !tab && own !== `/case/${id}`) return <Navigate to={own + (search === "?do=hand-in" ? "" : search) + hash} replace />;
  if (!read.data || !actions.data || !history.data) return <Waiting rows={8} />;
  return <CaseView of={read.data} actions={actions.data} history={history.data} />;
}

const WIDE = "(min-width: 1300px)";

function CaseView({ of, actions, history }: { of: Case; actions: CaseAction[]; history: CaseStep[] }) {
  const t = useText();
  const name = useParams().tab ?? DEFAULT_TAB;
  const shown = tabs.find((tab) => tab.name === name);
  const points = useFlow(of, history, actions);
  const vertical = !useMatch(WIDE) || points.length > FLOW_MOST;
  const { doing, open, close } = useDoing(of, actions);
  const refresh = useRefreshCase(of.id);
  const proposed = actions.find((action) => action.proposed);
  useTitle(of.title);
  if (!shown) return <NotFound page />;

  return (
    <div className="case">
      <CaseHead of={of} />
      {of.basis_lapsed && <Note tone="doubt">{of.basis_mark ? <Data text={of.basis_mark} /> : t("case.lapsed")}</Note>}
      {!vertical && <Flow points={points} />}
      {of.open && of.publicity.length > 0 && <CasePublicity caseId={of.id} />}
      {proposed && <ProposalBar of={of} action={proposed} urge={actions.find(({ action }) => action === "urge")} onDo={open} />}
      <div className="case-columns">
        <div>
          <Tabs
            label={t("case.tabs")}
            tabs={[
              { to: `/case/${of.id}/form`, label: t("case.tab.form"), current: false },
              ...tabs.map((tab) => ({ to: `/case/${of.id}/${tab.name}`, label: t(tab.title), count: tab.name === "history" ? history.length : undefined, current: tab === shown })),
            ]}
          />
          <Suspense fallback={<Waiting rows={5} />}>
            <shown.Body of={of} />
          </Suspense>
        </div>
        <aside aria-label={t("case.rail")}>
          <Given type="case" id={of.id} boxes={["read"]} />
          <CaseActions of={of.id} actions={actions} onDo={open} />
          {isTold(of) && <MatterPapers of={of} />}
          {vertical && (
            <section className="case-way">
              <h2>{t("case.flow")}</h2>
              <Flow vertical points={points} />
            </section>
          )}
        </aside>
      </div>
      {doing && (
        <ActionDialog
          key={doing.action}
          caseId={of.id}
          action={doing}
          onClose={close}
          onDone={() => {
            close();
            void refresh();
          }}
        />
      )}
    </div>
  );
}

function CaseHead({ of }: { of: Case }) {
  const t = useText();
  const due = of.due && dueWords(t, of.due);
  return (
    <header className="case-head">
      <nav className="crumb" aria-label={t("case.crumb")}>
        <Link to="/todo">{t("desk.box.todo")}</Link> / {of.call ? <Data text={of.call.title} /> : <Data text={of.process_label} />}
      </nav>
      <h1>
        <Data text={of.title} />
        <StateTag tone={of.open ? "blue" : "grey"} ground>
          {of.stage_label}
        </StateTag>
        {of.trial && <StateTag tone="amber" ground>{of.mark ?? t("case.trial")}</StateTag>}
      </h1>
      <dl className="fact-line case-facts">
        <div>
          <dt>{t("case.number")}</dt>
          <dd>
            <Code text={of.number} />
          </dd>
        </div>
        {of.holder && (
          <div>
            <dt>{t("case.holder")}</dt>
            <dd>
              <b>
                <Data text={of.holder.name} />
              </b>
            </dd>
          </div>
        )}
        {of.open && (
          <div>
            <dt>{t("desk.due")}</dt>
            <dd>
              <b className={due && `due-${due.tone}`}>{due?.line ?? t("desk.noDue")}</b> {due?.below}
            </dd>
          </div>
        )}
        {of.stream && (
          <div>
            <dt>{t("case.stream")}</dt>
            <dd>
              <Data text={of.stream} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t("case.basis")}</dt>
          <dd>
            <Data text={of.document} /> v{of.pack_version}
          </dd>
        </div>
        {of.record_type === "evaluation" && (
          <div>
            <dt>{t("evaluation.scores")}</dt>
            <dd>
              <Link to={`/evaluations/${of.id}`}>{t("evaluation.open.page")}</Link>
            </dd>
          </div>
        )}
      </dl>
    </header>
  );
}
