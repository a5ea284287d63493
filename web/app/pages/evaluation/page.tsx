/* One centre's evaluation in its round: doubts, facts, what they rest on; at the right the scores, the result and the opinion. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/form-foot.css";
import "../../rooms/centre/card.css";
import "./evaluation.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useActions, useCase, type Case, type CaseAction } from "../../api/cases.ts";
import { factsForm, toneOfEvaluation, useEvaluating, useFacts, useResultOf, useRound, type Evaluating, type Evaluation, type Flag, type Member } from "../../rooms/case/evaluations.ts";
import { readRecord, recordPath, typeOf } from "../../api/records.ts";
import { ActionDialog } from "../../rooms/case/action-dialog.tsx";
import type { Typed } from "../../rooms/paper/action-body.ts";
import { Button } from "../../ui/ant.ts";
import { ProposalBar } from "../../rooms/case/proposal.tsx";
import { Clause } from "../../ui/clause.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { useKeys } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { After } from "./after.tsx";
import { Facts } from "./facts.tsx";
import { Rail, shutBy, useScoring } from "./rail.tsx";
import { OPINION, type Typed as Scored } from "./sheet.ts";
import { Sources } from "./sources.tsx";

const RECORD = "evaluation";

export default function EvaluationPage() {
  const id = Number(useParams().case);
  const head = useCase(id);
  const actions = useActions(id);
  const policies = useEvaluating();
  const of = head.data;
  // Read again with each version of the case: what is shown as saved is never older than the version that a save is based on.
  const record = of?.record_id ?? 0;
  const evaluation = useQuery({
    queryKey: ["record", RECORD, record, of?.version],
    queryFn: () => readRecord<Evaluation>(RECORD, record),
    placeholderData: (before) => (before?.id === record ? before : undefined),
    enabled: of?.record_type === RECORD,
    retry: false,
  });
  const error = head.error ?? actions.error;
  if (!Number.isInteger(id) || id < 1 || (of && of.record_type !== RECORD)) return <NotFound page />;
  if (error) return <Failed page error={error} retry={() => void Promise.all([head.refetch(), actions.refetch()])} />;
  const policy = policies?.find((one) => one.id === of?.pack);
  if (evaluation.error && of) return <Ended of={of} error={evaluation.error} />;
  if (!of || !actions.data || !policies || !evaluation.data) return <Waiting rows={10} />;
  if (!policy) return <NotFound page />;
  return <One key={id} of={of} stale={evaluation.isPlaceholderData} actions={actions.data} policy={policy} evaluation={evaluation.data!} />;
}

/* Of a case that was called off the record is no more; what was typed and not saved is still here. */
function Ended({ of, error }: { of: Case; error: Error }) {
  const t = useText();
  if (of.open) return <Failed page error={error} />;
  return (
    <>
      <Crumb of={of} />
      <PageHead title={<Data text={of.party.name ?? of.title} />} tag={<StateTag tone="grey" ground>{of.stage_label}</StateTag>} actions={<Link className="button" to={`/case/${of.id}`}>{t("evaluation.case")}</Link>} />
      <p>{t("evaluation.ended")}</p>
      <Left of={of} />
    </>
  );
}

function Left({ of }: { of: Case }) {
  const t = useText();
  const [typed, , clear] = useDraft<Scored | null>(`evaluation.${of.id}`, null);
  const left = Object.entries(typed?.mine ?? {}).filter(([, value]) => value);
  if (left.length === 0) return null;
  return (
    <Note tone="told" actions={<Button size="small" onClick={clear}>{t("evaluation.left.drop")}</Button>}>
      <b>{t("evaluation.left")}</b>
      {left.map(([key, value]) => (
        <p key={key}>
          <Data text={`${key === OPINION ? t("evaluation.opinion") : key.replace("/", " ").replace(/^\w+ /, "")}${t("common.colon")}${value}`} />
        </p>
      ))}
    </Note>
  );
}

function Crumb({ of, year, at, n }: { of: Case; year?: number; at?: number; n?: number }) {
  const t = useText();
  return (
    <p className="crumb">
      <Link to={`/evaluations?${new URLSearchParams({ programme: of.pack, ...(year ? { year: String(year) } : {}) })}`}>{t("evaluation.title")}</Link> / {year ? (at ? t("evaluation.crumb", { year, at, n: n ?? 0 }) : t("evaluation.crumb.year", { year })) : <Data text={of.number} />}
    </p>
  );
}

function One({ of, stale, actions, policy, evaluation }: { of: Case; stale: boolean; actions: CaseAction[]; policy: Evaluating; evaluation: Evaluation }) {
  const t = useText();
  const navigate = useNavigate();
  const resultOf = useResultOf();
  const { year } = evaluation;
  const { round, members, error, retry } = useRound(of.pack, year);
  const begun = members?.filter((one) => one.case) ?? [];
  const at = begun.findIndex((one) => one.case!.id === of.id);
  const member = begun[at] ?? members?.find(({ code }) => code === of.party.credit_code);
  const facts = useFacts(of.pack, factsForm(policy), members?.map(({ code }) => code) ?? [], year);
  const scoring = useScoring({ of, stale, actions, policy, evaluation, round });
  const [doing, setDoing] = useState<{ action: CaseAction; start?: Typed; without?: string }>();
  const to = begun[at - 1]?.case?.id;
  const next = begun[at + 1]?.case?.id;
  const go = (one: number | undefined) => one && void navigate(`/evaluations/${one}`);
  useKeys([
    { keys: "[", label: t("evaluation.before"), run: () => go(to) },
    { keys: "]", label: t("evaluation.next"), run: () => go(next) },
  ]);
  const scores = !!scoring.score?.open;
  const proposed = actions.find((action) => action.proposed);
  const others = actions.filter((action) => action.open && action !== scoring.score && !action.proposed && !policy.evaluation.results.some(({ step }) => step === action.action));
  const conclude = async () => {
    const chosen = scoring.chosen?.action;
    if (!chosen || !(await scoring.save())) return;
    const reason = scoring.valueOf(OPINION).trim();
    const basis = round?.scheme ? t("evaluation.basis", { scheme: round.scheme }) : undefined;
    setDoing({ action: chosen, without: `/records/${RECORD}`, start: { ...(reason ? { "/reason": reason } : {}), ...(basis && chosen.input?.basis ? { "/basis": basis } : {}) } });
  };
  const chosenShut = scoring.chosen && shutBy(scoring, scoring.chosen, t);
  // The step is asked for as it is after the scores were saved.
  const current = doing && (actions.find(({ action }) => action === doing.action.action) ?? doing.action);
  return (
    <div className={scores ? "evaluation evaluation-scored" : "evaluation"}>
      <Columns
        width={344}
        rail={
          <>
            {scores ? <Rail code={of.party.credit_code ?? undefined} scoring={scoring} evaluation={evaluation} round={round} policy={policy} /> : <Read evaluation={evaluation} result={resultOf(policy, round, evaluation, of.stage)} />}
            {others.length > 0 && <Others actions={others} open={(action) => setDoing({ action })} />}
          </>
        }
      >
        <Crumb of={of} year={year} at={at + 1} n={begun.length} />
        <PageHead
          title={<Data text={member?.centre.name ?? of.party.name ?? of.title} />}
          tag={
            <StateTag tone={toneOfEvaluation(of.open, evaluation)} ground>
              {of.stage_label}
            </StateTag>
          }
          actions={
            <>
              <Button disabled={!to} onClick={() => go(to)} aria-keyshortcuts="[">
                ‹ {t("evaluation.before")}
              </Button>
              <Button disabled={!next} onClick={() => go(next)} aria-keyshortcuts="]">
                {t("evaluation.next")} ›
              </Button>
            </>
          }
        />
        <dl className="fact-line card-facts">
          <div>
            <dt>{t("centres.unit")}</dt>
            <dd>{member ? <Link to={`/centres/${member.centre.id}`}><Data text={member.unit.name} /></Link> : <Data text={of.party.name ?? ""} />}</dd>
          </div>
          <div>
            <dt>{t("evaluation.year")}</dt>
            <dd>{year}</dd>
          </div>
          {policy.evaluation.clause && (
            <div>
              <dt>{t("evaluation.rule")}</dt>
              <dd>
                <Clause clause={policy.evaluation.clause} boxed />
              </dd>
            </div>
          )}
          <LastYear of={of} policy={policy} year={year} member={member} />
          <div>
            <dt>{t("case.number")}</dt>
            <dd>
              <Link to={`/case/${of.id}`}>{of.number}</Link>
            </dd>
          </div>
        </dl>
        {of.trial && <Note tone="provisional">{of.mark ? <Data text={of.mark} /> : t("case.trial")}</Note>}
        {!of.open && <Left of={of} />}
        {proposed && <ProposalBar of={of} action={proposed} urge={actions.find(({ action }) => action === "urge")} onDo={(step) => setDoing({ action: actions.find(({ action }) => action === step)! })} />}
        {member?.flags.map((flag, i) => <Doubt key={flag.id} n={i + 1} flag={flag} />)}
        {error ? (
          <Failed error={error} retry={retry} />
        ) : facts.error ? (
          <Failed error={facts.error} retry={facts.retry} />
        ) : !facts.reports || !members ? (
          <Waiting rows={8} />
        ) : member ? (
          <Facts policy={policy} year={year} member={member} reports={facts.reports} />
        ) : (
          <p className="quiet">{t("evaluation.facts.none", { year })}</p>
        )}
        {member && <Sources member={member} year={year} evaluation={evaluation} round={round} />}
        <After of={of} policy={policy} member={member} />
      </Columns>
      {scores && (
        <footer className="form-foot no-print">
          <span>
            {t("evaluation.foot", { n: scoring.scores.length, m: scoring.heads.length })} {!!member?.flags.length && <b>△ {t("evaluation.foot.doubts", { n: member.flags.length })}</b>}
          </span>
          <span className="evaluation-verbs">
            <span className="quiet">{t("evaluation.total")}</span> <strong>{scoring.total ?? t("evaluation.unscored")}</strong> <span className="quiet">{scoring.full !== undefined && t("evaluation.full", { n: scoring.full })}</span>
            <Button loading={scoring.busy} disabled={!scoring.dirty} onClick={() => void scoring.save()} aria-keyshortcuts="Control+s">
              {t(scoring.dirty ? "evaluation.save" : "evaluation.save.none")}
            </Button>
            <Button type="primary" disabled={!scoring.chosen || !!chosenShut || scoring.busy} onClick={() => void conclude()}>
              {!scoring.chosen ? t("evaluation.choose") : chosenShut ? t("evaluation.choose.below") : scoring.chosen.action.two_persons ? t("case.propose.verb", { action: scoring.chosen.action.label }) : scoring.chosen.action.label}
            </Button>
          </span>
        </footer>
      )}
      {doing && current && (
        <ActionDialog
          key={current.action}
          caseId={of.id}
          action={current}
          start={doing.start}
          without={doing.without}
          onClose={() => setDoing(undefined)}
          onDone={() => {
            setDoing(undefined);
            if (doing.without) scoring.clear();
            void scoring.reread();
          }}
        />
      )}
    </div>
  );
}

/* The result of the year before. */
function LastYear({ of, policy, year, member }: { of: Case; policy: Evaluating; year: number; member?: Member }) {
  const t = useText();
  const resultOf = useResultOf();
  const last = useRound(of.pack, year - 1);
  const before = last.members?.find(({ code }) => code === member?.code);
  const one = before?.evaluation;
  const result = resultOf(policy, last.round, one, before?.case?.stage);
  return (
    <div>
      <dt>{t("evaluation.lastYear")}</dt>
      <dd>{one && before.case ? <Link to={`/evaluations/${before.case.id}`}><Data text={result ?? t("evaluation.open")} /></Link> : t("evaluation.lastYear.none")}</dd>
    </div>
  );
}

function Doubt({ n, flag }: { n: number; flag: Flag }) {
  const t = useText();
  const language = useLanguage();
  const features = useQuery(typeOf("integrity_flag")).data?.fields.find(({ name }) => name === "reasons")?.fields?.find(({ name }) => name === "feature")?.values;
  const reasons = flag.reasons.map(({ feature, left, right }) => {
    const word = features?.find(({ code }) => code === feature)?.label?.[language] ?? feature;
    return left ? `${word}${t("common.colon")}${left}${right && right !== left ? ` / ${right}` : ""}` : word;
  });
  return (
    <Note
      tone="doubt"
      actions={
        <span className="evaluation-both">
          {flag.records.map(({ type, record, number }) => (
            <Link key={`${type} ${record}`} to={recordPath(type, record)}>
              <Data text={t("evaluation.doubt.see", { what: number ?? String(record) })} />
            </Link>
          ))}
        </span>
      }
    >
      <Data text={t("evaluation.doubt", { n, what: flag.summary, why: reasons.join(t("common.semicolon")) })} /> {t("evaluation.doubt.counted")}{" "}
      <Link className="evaluation-link" to={recordPath("integrity_flag", flag.id)}>
        {t("evaluation.doubt.decide")}
      </Link>
    </Note>
  );
}

/* Steps beside scores and results: opening it, calling it off, asking somebody. The first that leads on comes first. */
function Others({ actions, open }: { actions: readonly CaseAction[]; open: (action: CaseAction) => void }) {
  const t = useText();
  const first = actions.find(({ aside, stays, clause }) => !aside && !stays && clause);
  return (
    <section className="evaluation-others" aria-label={t("evaluation.others")}>
      <h2>{t("evaluation.others")}</h2>
      {first && (
        <Button type="primary" onClick={() => open(first)}>
          {first.label}
        </Button>
      )}
      {actions
        .filter((action) => action !== first)
        .map((action) => (
          <Button key={action.action} size="small" onClick={() => open(action)}>
            {action.label}
          </Button>
        ))}
    </section>
  );
}

/* The scores for readers who do not score. */
function Read({ evaluation, result }: { evaluation: Evaluation; result?: string }) {
  const t = useText();
  return (
    <div className="scoring">
      <section aria-label={t("evaluation.result")}>
        <h2>{t("evaluation.result")}</h2>
        <p>{result ? <Data text={result} /> : t("evaluation.open")}</p>
      </section>
      <section aria-label={t("evaluation.scores")}>
        <h2>{t("evaluation.scores")}</h2>
        {evaluation.scores.length === 0 && <p className="quiet">{t("evaluation.scores.none")}</p>}
        {evaluation.scores.map(({ head, score, reason }) => (
          <div key={head} className="scoring-head">
            <p className="scoring-read">
              <Data text={head} /> <b>{Number(score)}</b>
            </p>
            {reason && <p className="quiet"><Data text={reason} /></p>}
          </div>
        ))}
      </section>
      {evaluation.opinion && (
        <section aria-label={t("evaluation.opinion")}>
          <h2>{t("evaluation.opinion")}</h2>
          <p><Data text={evaluation.opinion} /></p>
        </section>
      )}
    </div>
  );
}
