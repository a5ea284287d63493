/* A case with a page of its own (rectification, revocation): its head and facts, what the page shows of it, and at the right
 * what can be done now or later, its papers with their service, and its way. */
import "../../ui/page-head.css";
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./matter.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { casePath, useActions, useCase, useHistory, useRefreshCase, type Case, type CaseAction, type CaseStep } from "../../api/cases.ts";
import { api, Problem, takeAs } from "../../api/client.ts";
import { recordOf, typeOf, type RecordType, type Row } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { Basis, PanelDoor, useFollows } from "./actions.tsx";
import { useDoing } from "./doing.ts";
import { dueWords } from "../task/case-due.tsx";
import { Flow, useFlow } from "./flow.tsx";
import { ProposalBar } from "./proposal.tsx";
import { Clause } from "../../ui/clause.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { isOffice } from "./duties.ts";
import { Given } from "../task/given.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { MatterPapers } from "./matter-papers.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { useTitle } from "../../ui/title.ts";

export interface Matter {
  of: Case;
  actions: CaseAction[];
  history: CaseStep[];
  record?: Row; // absent: its reader may not see it
  type: RecordType;
}

export function MatterPage({ id, children }: { id: number; children: (matter: Matter) => ReactNode }) {
  const read = useCase(id);
  const actions = useActions(id);
  const history = useHistory(id);
  const of = read.data;
  const record = useQuery({ ...recordOf(of?.record_type ?? "", of?.record_id ?? 0), enabled: !!of, retry: false });
  const type = useQuery({ ...typeOf(of?.record_type ?? ""), enabled: !!of });
  const hidden = record.error instanceof Problem && (record.error.status === 404 || record.error.status === 403);
  const error = read.error ?? actions.error ?? history.error ?? type.error ?? (hidden ? null : record.error);
  if (!Number.isInteger(id) || id < 1) return <NotFound page />;
  if (error) return <Failed page error={error} retry={() => void Promise.all([read, actions, history, record, type].map((one) => one.refetch()))} />;
  if (!of || !actions.data || !history.data || !type.data || (record.isPending && !hidden)) return <Waiting rows={8} />;
  return <MatterView matter={{ of, actions: actions.data, history: history.data, record: record.data, type: type.data }}>{children}</MatterView>;
}

function MatterView({ matter, children }: { matter: Matter; children: (matter: Matter) => ReactNode }) {
  const t = useText();
  const { of, actions, history } = matter;
  const office = isOffice(useSession());
  const { doing, open, close } = useDoing(of, actions);
  const refresh = useRefreshCase(of.id);
  const cache = useQueryClient();
  const points = useFlow(of, history, actions);
  const proposed = actions.find((action) => action.proposed);
  useTitle(of.title);
  return (
    <Columns
      rail={
        <div className="matter-rail">
          <Given type="case" id={of.id} boxes={["read"]} />
          <Acts of={of.id} actions={actions} onDo={open} />
          <MatterPapers of={of} />
          <section>
            <h2>{t("case.flow")}</h2>
            <Flow vertical points={points} />
          </section>
        </div>
      }
    >
      <p className="crumb">
        {office ? <Link to="/rectify">{t("rectify.title")}</Link> : t("rectify.title")} / {of.number}
      </p>
      <PageHead
        title={<Data text={of.title} />}
        tag={
          <StateTag tone={toneOf(matter)} ground>
            {of.stage_label}
          </StateTag>
        }
        actions={
          <>
            <button type="button" className="button" onClick={() => print()}>
              {t("rectify.print")}
            </button>
            <Link className="button" to={`/case/${of.id}/history`}>
              {t("rectify.all")}
            </Link>
          </>
        }
      />
      <Facts matter={matter} />
      {of.basis_lapsed && <Note tone="doubt">{of.basis_mark ? <Data text={of.basis_mark} /> : t("case.lapsed")}</Note>}
      {of.trial && <Note tone="doubt">{of.mark ? <Data text={of.mark} /> : t("case.trial")}</Note>}
      {proposed && <ProposalBar of={of} action={proposed} urge={actions.find(({ action }) => action === "urge")} onDo={open} />}
      {children(matter)}
      {doing && (
        <ActionDialog
          key={doing.action}
          caseId={of.id}
          action={doing}
          onClose={close}
          onDone={() => {
            close();
            void Promise.all([refresh(), cache.invalidateQueries({ queryKey: ["record", of.record_type, of.record_id] })]);
          }}
        />
      )}
    </Columns>
  );
}

const toneOf = ({ of }: Matter) => (of.open ? (of.due?.overdue_days ? "red" : "amber") : /passed|kept|dismissed|reminded/.test(of.stage) ? "green" : /failed|revoked|confirmed/.test(of.stage) ? "red" : "grey");

/* The clause under which the case stands, from its first step that has one. */
export const clauseOf = ({ history }: Matter) => history.find(({ clause }) => clause)?.clause;

interface Related {
  id: number;
  title: string;
  process: string;
}

function Facts({ matter }: { matter: Matter }) {
  const t = useText();
  const { of } = matter;
  const clause = clauseOf(matter);
  const due = of.due && dueWords(t, of.due);
  const parent = useQuery({ ...recordOf<Related & { stage_label: string }>("case", of.parent ?? 0), enabled: !!of.parent, retry: false }).data;
  const later = useQuery({ queryKey: ["case", of.id, "later"], queryFn: () => takeAs<{ items: Related[] }>(api.GET("/api/v1/cases", { params: { query: { filter: `parent=${of.id}`, fields: "title,process", limit: 5 } } })), retry: false }).data?.items;
  const facts: [string, ReactNode][] = [
    [t("rectify.basis"), clause && <Clause key="clause" clause={clause} boxed />],
    [t("rectify.from"), parent && <Link key="from" to={casePath(parent.process, parent.id)}><Data text={parent.stage_label} /></Link>],
    ...(later ?? []).map(({ id, process, title }): [string, ReactNode] => [t("rectify.then"), <Link key={id} to={casePath(process, id)}><Data text={title.split(/[：:]/).at(-1)!} /></Link>]),
    [t("case.holder"), of.holder && <Data key="holder" text={of.holder.name} />],
    [t("desk.due"), of.open && <b key="due" className={due && `due-${due.tone}`}>{due ? `${due.line} ${due.below ?? ""}` : t("desk.noDue")}</b>],
    [t("rectify.closed"), !of.open && of.closed_on],
  ];
  return <KeyValues look="fact-line matter-facts" rows={facts.filter(([, value]) => value)} />;
}

/* --- what can be done ---------------------------------------------------------------------------- */

/* Steps of the policy, open ones first; a closed one says on its button when it opens, or why not yet. */
function Acts({ of, actions, onDo }: { of: number; actions: readonly CaseAction[]; onDo: (action: string) => void }) {
  const t = useText();
  const own = actions.filter(({ aside, proposed }) => !aside && !proposed).sort((a, b) => Number(b.open) - Number(a.open) || Number(a.stays) - Number(b.stays));
  const asides = actions.filter(({ aside, open }) => aside && open);
  return (
    <section className="matter-acts">
      <h2>{t("case.open")}</h2>
      {own.length + asides.length === 0 && <p className="quiet">{t("case.open.none")}</p>}
      {own.map((action, i) => (
        <Act key={action.action} of={of} action={action} primary={i === 0 && action.open && !action.stays} onDo={onDo} />
      ))}
      {asides.length > 0 && (
        <p className="matter-asides">
          {asides.map(({ action, label }) => (
            <button key={action} type="button" className="button small" onClick={() => onDo(action)}>
              {label}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}

function Act({ of, action, primary, onDo }: { of: number; action: CaseAction; primary: boolean; onDo: (action: string) => void }) {
  const t = useText();
  const follows = useFollows()(action);
  const [why] = action.why;
  const shut = action.opens_on ? t("rectify.from.day", { day: action.opens_on }) : action.why.some(({ code }) => code === "served") ? t("rectify.unserved") : t("rectify.shut");
  return (
    <article className="matter-act">
      <header>
        <h3>
          <Data text={action.label} />
        </h3>
        {action.open ? (
          <button type="button" className={`button small${primary ? " primary" : ""}`} aria-label={`${t(action.two_persons ? "case.propose" : "case.do")} ${action.label}`} onClick={() => onDo(action.action)}>
            {t(action.two_persons ? "case.propose" : "case.do")}
          </button>
        ) : (
          <button type="button" className="button small" disabled aria-label={`${action.label} ${shut}`}>
            {shut}
          </button>
        )}
      </header>
      {action.open ? (
        follows.length > 0 && (
          <p>
            <Data text={follows.join(t("common.semicolon"))} />
          </p>
        )
      ) : (
        <>
          {action.why.map(({ message }) => (
            <p key={message}>
              <Data text={message} />
            </p>
          ))}
          <PanelDoor of={of} action={action} />
        </>
      )}
      {(!why?.clause || action.open) && <Basis clause={action.clause} quote={action.quote} own={action.own} />}
    </article>
  );
}

export function Section({ title, facts, children }: { title: string; facts?: ReactNode; children: ReactNode }) {
  return (
    <section className="matter-section" aria-label={title}>
      <h2>
        {title} <small>{facts}</small>
      </h2>
      {children}
    </section>
  );
}
