/* The second person's page of a step of a case, or of several cases together: what was proposed, what it changes, how
 * each case stands, the papers as they will be issued. */
import { useState } from "react";
import { useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useVerdict } from "../../api/case-form.ts";
import { useActions, useCase, useRefreshCase, type Case, type CaseAction } from "../../api/cases.ts";
import { serverNow } from "../../api/server-time.ts";
import { newKey } from "../../api/submit-key.ts";
import { sendAction } from "../../rooms/case/action-dialog.tsx";
import { refuseProposal, useJointCases } from "../../rooms/case/proposal.tsx";
import { Clause } from "../../ui/clause.tsx";
import { NamedRecord } from "../../rooms/case/named-record.tsx";
import { NoCode, useCasePapers } from "../../rooms/paper/issue.tsx";
import { Changes, Confirm, ConfirmGone, ProposedBy, Row, useFieldChanges, type Change } from "../../rooms/task/confirm.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { SheetRows } from "../../rooms/case/expert-sheets.tsx";
import { PaperPages } from "../../ui/paper-view.tsx";
import { Doubts } from "../../rooms/review/preview.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { day, minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

export default function ConfirmPage() {
  const { id: asked, action: name } = useParams();
  const id = Number(asked);
  const read = useCase(id);
  const actions = useActions(id);
  const error = read.error ?? actions.error;
  if (error) return <Failed page error={error} retry={() => void Promise.all([read.refetch(), actions.refetch()])} />;
  if (!read.data || !actions.data) return <Waiting rows={8} />;
  const action = actions.data.find((one) => one.action === name);
  if (!action?.proposed || action.proposed.mine || !action.open) return <ConfirmGone to={`/case/${id}`} />;
  return <ConfirmStep key={action.proposed.proposal} of={read.data} action={action} />;
}

function ConfirmStep({ of, action }: { of: Case; action: CaseAction }) {
  const t = useText();
  const refresh = useRefreshCase(of.id);
  const cases = useJointCases(of, action);
  const papers = useCasePapers(of.id);
  const [key] = useState(newKey);
  const [seen] = useState(of.version);
  const fields = useFieldChanges(
    Object.entries(action.proposed!.asked.arguments?.records ?? {}).map(([type, then]) => {
      const now = type === "correction" ? of.decided : action.proposed!.records.find((one) => one.type === type)?.record;
      return { type, now, then: type === "correction" ? Object.fromEntries(Object.entries(then).filter(([name, value]) => value !== now?.[name as keyof typeof now])) : then };
    }),
  );
  if (cases.error) return <Failed page error={cases.error} retry={() => void cases.refetch()} />;
  if (!cases.data || !papers.data) return <Waiting rows={8} />;

  const proposed = action.proposed!;
  const said = proposed.asked.arguments;
  const drafts = papers.data.possible.filter(({ paper, steps, on_demand }) => steps.includes(action.action) && (!on_demand || said?.papers?.[paper]));
  const joint = cases.data.length > 1;
  const confirm = async () => {
    if (joint) await take(api.POST("/api/v1/calls/{id}/actions/{action}", { params: { path: { id: of.call!.id, action: action.action } }, body: { cases: cases.data.map(({ id }) => id) } }));
    else await sendAction(of.id, action.action, { version: seen }, key);
    await refresh();
  };
  const unsaid = <span className="confirm-quiet">{t("case.confirm.unsaid")}</span>;
  const changes: Change[] = [
    ...(action.to ? [{ thing: t("case.confirm.stage"), now: <StateTag tone="purple">{of.stage_label}</StateTag>, then: <StateTag tone="blue">{action.to}</StateTag> }] : []),
    ...drafts.flatMap(({ paper, title, needs }): Change[] => [
      {
        thing: t("case.confirm.paper"),
        now: t("case.confirm.paper.now"),
        then: <Data text={t("case.confirm.paper.then", { paper: title }) + (said?.papers?.[paper]?.number ? t("case.confirm.number", { number: said.papers[paper].number! }) : said?.papers?.[paper]?.mark ? t("case.confirm.mark", { mark: said.papers[paper].mark! }) : "")} />,
      },
      ...Object.entries(said?.papers?.[paper]?.values ?? {}).map(([name, value]) => ({
        thing: needs.find((one) => one.name === name)?.label ?? name,
        now: unsaid,
        then: <Data text={shown(value) ?? t("case.confirm.unsaid")} />,
      })),
    ]),
    ...fields,
  ];
  return (
    <Confirm
      action={action.label}
      of={{ label: of.title, number: of.number, to: `/case/${of.id}` }}
      line={t("case.confirm.refuse.line", { action: action.label, stage: of.stage_label })}
      confirm={confirm}
      refuse={(reason) => refuseProposal(cases.data.map(({ id }) => id), action.action, reason).then(refresh)}
      to={`/case/${of.id}`}
      aside={
        <aside aria-label={t("case.confirm.papers")}>
          <NoCode caseId={of.id} papers={drafts.map(({ paper }) => paper)} />
          {drafts.length === 0 && <p className="quiet">{t(said?.records?.correction ? "case.confirm.papers.again" : "case.confirm.papers.none")}</p>}
          {cases.data.flatMap(({ id, name }) =>
            drafts.map(({ paper, title }) => (
              <PaperPages key={`${id} ${paper}`} draft title={joint ? `${title} · ${name}` : title} src={(n) => `/cases/${id}/papers/${paper}/draft/pages/${n}.png?step=${action.action}`} />
            )),
          )}
        </aside>
      }
    >
      <What action={action} joint={joint ? cases.data.length : undefined} />
      {Object.entries((said?.records ?? {}) as Record<string, { id?: number }>).map(([type, then]) =>
        then.id ? (
          <section key={type}>
            <h2>
              <Data text={action.input?.records.find(({ record }) => record === type)?.label ?? ""} />
            </h2>
            <NamedRecord type={type} id={then.id} without={Object.keys(then)} />
          </section>
        ) : null,
      )}
      <Changes changes={changes} />
      {cases.data.map(({ id }) => (
        <Standing key={id} id={id} />
      ))}
      <section>
        <h2>
          {t("case.confirm.checks")} <small>{t("case.confirm.expires", { at: minute(proposed.expires_ms) })}</small>
        </h2>
        <dl className="confirm-rows">
          {Object.entries(said?.against ?? {}).map(([criterion, why]) => (
            <Row key={criterion} name={t("case.confirm.against")}>
              <Data text={why} />
            </Row>
          ))}
          {said?.review_stands && (
            <Row name={t("case.confirm.stands")}>
              <Data text={said.review_stands} />
            </Row>
          )}
          <Row name={`✓ ${t("case.confirm.met")}`} aside={t("case.confirm.twoPersons")}>
            <Data text={t("case.confirm.other", { who: proposed.by_name ?? "" })} />
          </Row>
        </dl>
      </section>
    </Confirm>
  );
}

function What({ action, joint }: { action: CaseAction; joint?: number }) {
  const t = useText();
  const proposed = action.proposed!;
  return (
    <section>
      <h2>{t("case.confirm.what")}</h2>
      <dl className="confirm-rows">
        <Row name={t("case.confirm.decision")}>
          <b>
            <Data text={action.label} />
          </b>{" "}
          {joint && t("case.confirm.joint", { n: joint })}
        </Row>
        <ProposedBy name={proposed.by_name} at_ms={proposed.proposed_ms} reason={proposed.reason} />
        {action.clause ? (
          <Row name={t("case.confirm.clause")} aside={<Clause clause={action.clause} boxed />}>
            <span className="confirm-quote" lang="zh-CN">
              {action.quote}
            </span>
          </Row>
        ) : (
          action.own && (
            <Row name={t("case.confirm.clause")}>
              <Data text={action.own} />
            </Row>
          )
        )}
        {proposed.asked.basis && (
          <Row name={t("case.confirm.basis")}>
            <Data text={proposed.asked.basis} />
          </Row>
        )}
      </dl>
    </section>
  );
}

/* What speaks for and against it in one case: its party, the name of its centre, what the experts said,
 * publicity and objections, conditions. */
function Standing({ id }: { id: number }) {
  const t = useText();
  const of = useCase(id).data;
  const verdict = useVerdict(id).data;
  if (!of) return <Waiting rows={3} />;
  const list = of.publicity.at(-1);
  const name = list?.list?.rows.find((row) => row.case === of.number)?.name;
  const over = list?.last_day !== undefined && list.last_day < day(serverNow());
  const open = list?.objections_open ?? 0;
  const mark = (met: boolean) => `${met ? "✓" : "✕"} ${t(met ? "case.confirm.met" : "case.confirm.unmet")}`;
  const against = verdict?.criteria.filter(({ state }) => state !== "ok") ?? [];
  return (
    <section aria-label={of.party.name ?? of.title}>
      <h2>
        <Data text={of.party.name ?? of.title} /> <small className="mono">{of.number}</small>
      </h2>
      <Doubts id={id} name={of.party.name} />
      <dl className="confirm-rows">
        <Row name={t("case.confirm.party")}>
          <Data text={of.party.name ?? of.title} /> {of.party.credit_code && <Code text={of.party.credit_code} />}
        </Row>
        {name && (
          <Row name={t("case.confirm.centre")}>
            <b>
              <Data text={name} />
            </b>
          </Row>
        )}
        <SheetRows id={id} />
        {list?.last_day && (
          <Row name={mark(over)} aside={t("case.confirm.publicity")}>
            {t(over ? "case.confirm.publicity.over" : "case.confirm.publicity.runs", { from: list.published_on ?? "", to: list.last_day })}
          </Row>
        )}
        {list && (
          <Row name={mark(open + (list.objections_upheld ?? 0) === 0)} aside={t("case.confirm.objections")}>
            {t("case.confirm.objections.line", { open, upheld: list.objections_upheld ?? 0 })}
          </Row>
        )}
        {against.map((one) => (
          <Row key={one.criterion} name={t(one.state === "unknown" ? "case.confirm.unknown" : one.state === "judged" ? "form.standing.judged" : "case.confirm.unmet")} aside={one.clause && <Clause clause={one.clause} />}>
            <Data text={one.quote ?? one.label} />
          </Row>
        ))}
        {verdict && verdict.counts.ok > 0 && <Row name={mark(true)} aside={t("review.conditions")}>{t("case.confirm.criteria", { n: verdict.counts.ok, all: verdict.criteria.length })}</Row>}
        {of.basis_lapsed && (
          <Row name={mark(false)}>
            <Data text={of.basis_mark ?? t("case.lapsed")} />
          </Row>
        )}
      </dl>
    </section>
  );
}

const shown = (value: unknown): string | undefined => {
  if (value === undefined || value === null || value === "") return undefined;
  if (Array.isArray(value)) return value.map(shown).join("、");
  if (typeof value === "object") return (value as { name?: string }).name ?? JSON.stringify(value);
  return String(value);
};
