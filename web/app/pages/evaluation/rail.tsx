/* The scores of an evaluation with their reasons, the result and the opinion. What was typed is kept in this browser until it is
 * saved on the server, and every other officer of the evaluation sees it then. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { api, Offline, Problem, take } from "../../api/client.ts";
import { useRefreshCase, type Case, type CaseAction } from "../../api/cases.ts";
import { AlsoRunning } from "../../rooms/case/also-running.tsx";
import { pointsOf, useRefreshRound, type Evaluating, type Evaluation, type Round } from "../../rooms/case/evaluations.ts";
import { historyOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import { errorOf } from "../../ui/act.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { composing } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { minute } from "../../ui/time.ts";
import { useText, wordOf } from "../../text/index.ts";
import { conflictsOf, isConflict, isDirty, OPINION, put, reasonKey, scoreKey, scoresOf, sheetOf, shown, takeTheirs, unsaved, type Typed } from "./sheet.ts";

interface Of {
  of: Case;
  stale: boolean; // the case has moved on, and the evaluation as it is now is on its way
  actions: CaseAction[];
  policy: Evaluating;
  evaluation: Evaluation;
  round?: Round;
}

/* What is typed and saved, for the rail and the foot of the page. */
export function useScoring({ of, stale, actions, policy, evaluation, round }: Of) {
  const t = useText();
  const cache = useQueryClient();
  const refreshCase = useRefreshCase(of.id);
  const refreshRound = useRefreshRound();
  const keyOf = useSubmitKey();
  const key = `evaluation.${of.id}`;
  const [typed, setTyped, clear] = useDraft<Typed | null>(key, null);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const sent = useRef(false);
  const score = actions.find(({ action }) => action === "score");
  const saved = sheetOf(evaluation);
  const heads = [...new Set([...(round?.weights.length ? round.weights.map(({ head }) => head) : policy.evaluation.heads), ...evaluation.scores.map(({ head }) => head)])];
  const valueOf = (name: string) => shown(saved, typed, name);
  const scores = scoresOf(heads, valueOf);
  const total = scores.length ? pointsOf(scores.map((one) => one.score)) : undefined;
  const full = round?.weights.length ? pointsOf(round.weights.map(({ weight }) => weight)) : undefined;
  const results = policy.evaluation.results.flatMap(({ step }) => {
    const action = actions.find((one) => one.action === step);
    return action ? [{ action, grade: round?.grades.find((one) => one.step === step) }] : [];
  });
  const kept = () => ({ title: t("evaluation.draft", { what: of.title }), to: `/evaluations/${of.id}`, at_ms: serverNow() });
  const change = (name: string, value: string) => setTyped(put(saved, typed, name, value, kept()));
  const dirty = isDirty(saved, typed);

  /* Whether the sheet is saved. */
  const save = async (): Promise<boolean> => {
    if (!dirty) return true;
    if (sent.current) return false;
    sent.current = true;
    setBusy(true);
    setError(undefined);
    const version = stale ? of.version - 1 : of.version;
    const said = { scores, opinion: valueOf(OPINION).trim() || null };
    try {
      await take(api.POST("/api/v1/cases/{id}/actions/{action}", { params: { path: { id: of.id, action: "score" } }, body: { version, records: { evaluation: said } }, headers: { "Idempotency-Key": keyOf({ said, version }) } }));
      const left = unsaved(heads, typed, valueOf);
      if (Object.keys(left).length || typed?.result) setTyped({ mine: left, base: left, result: typed?.result, ...kept() });
      else clear();
      await reread();
      return true;
    } catch (failure) {
      setError(errorOf(failure));
      if (failure instanceof Problem && failure.status === 409) await reread();
      return false;
    } finally {
      sent.current = false;
      setBusy(false);
    }
  };
  const reread = () => Promise.all([refreshCase(), refreshRound(), cache.invalidateQueries({ queryKey: ["record", "evaluation", evaluation.id] })]);
  return { score, heads, saved, typed, valueOf, change, scores, total, full, results, error, busy, save, dirty, clear, reread, chosen: results.find(({ action }) => action.action === typed?.result), choose: (step: string) => setTyped({ mine: {}, base: {}, ...typed, ...kept(), result: step }), useTheirs: (name: string) => typed && setTyped(takeTheirs(typed, name)) };
}

export type Scoring = ReturnType<typeof useScoring>;

/* Why a result is not open for this total; undefined: it is. */
export function shutBy({ total, heads, scores }: Scoring, { grade }: Scoring["results"][number], t: ReturnType<typeof useText>): string | undefined {
  if (!grade?.least || (total !== undefined && total >= Number(grade.least))) return undefined;
  const missing = heads.length - scores.length;
  return t(missing > 0 ? "evaluation.below.missing" : "evaluation.below", { least: Number(grade.least), total: total ?? t("evaluation.unscored"), n: missing });
}

export function Rail({ code, scoring, evaluation, round, policy }: { code?: string; scoring: Scoring; evaluation: Evaluation; round?: Round; policy: Evaluating }) {
  const t = useText();
  const { heads, saved, typed, valueOf, change, error, save, results } = scoring;
  const box = useRef<HTMLDivElement>(null);
  const conflicts = conflictsOf(saved, typed);
  const last = useQuery({ ...historyOf("evaluation", evaluation.id, evaluation.version), retry: false }).data?.items[0];
  const silent = policy.evaluation.not_said.map((what) => wordOf(t, `evaluation.notSaid.${what}`, what)).join(t("common.comma"));
  const weights = new Map(round?.weights.map(({ head, weight }) => [head, Number(weight)]));
  const inputs = () => [...(box.current?.querySelectorAll<HTMLInputElement>("input[data-score]") ?? [])];
  useEffect(() => {
    if (error instanceof Problem && error.status === 409) box.current?.querySelector<HTMLElement>("[role=alert]")?.focus();
  }, [error]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    } else if (event.key === "Enter" && !composing(event) && (event.target as HTMLElement).dataset.score) {
      const all = inputs();
      all[all.indexOf(event.target as HTMLInputElement) + 1]?.focus();
    }
  };
  const moved = error instanceof Problem && error.status === 409;
  return (
    <div className="scoring" ref={box} onKeyDown={press}>
      <section aria-label={t("evaluation.scores")}>
        <h2>
          {t("evaluation.scores")} <small>{evaluation.version > 1 && last && <Data text={t("evaluation.saved", { n: evaluation.version, who: last.name ?? "", at: minute(last.at) })} />}</small>
        </h2>
        <p className="quiet">
          <Data text={`${round?.weights.length ? t("evaluation.weights.by", { scheme: round.scheme || t("evaluation.scheme.unnamed", { year: round.year }) }) : t("evaluation.weights.none")}${silent ? t("evaluation.weights.silent", { what: silent }) : ""}`} />
        </p>
        {(moved || conflicts.length > 0) && (
          <Note tone="doubt" role="alert">
            <b>{t("evaluation.conflict", { who: last?.name ?? "", unit: last?.unit ?? "", at: last ? minute(last.at) : "" })}</b>
            <p>{conflicts.length > 0 ? t("evaluation.conflict.both", { n: conflicts.length }) : t("evaluation.conflict.none")}</p>
          </Note>
        )}
        {error && !moved && (
          <Note tone="mend" role="alert">
            {error instanceof Offline ? t("common.noAnswer") : <Faults error={error} />}
          </Note>
        )}
        {heads.map((head) => (
          <fieldset key={head} className="scoring-head">
            <legend>
              <Data text={head} />
            </legend>
            <span className="scoring-score">
              <input
                className="input"
                inputMode="decimal"
                autoComplete="off"
                data-score={head}
                aria-label={t("evaluation.score.of", { head })}
                placeholder={t("evaluation.unscored")}
                value={valueOf(scoreKey(head))}
                onChange={(event) => change(scoreKey(head), event.target.value.normalize("NFKC"))}
              />
              <span>{weights.has(head) ? `/ ${weights.get(head)!}` : ""}</span>
            </span>
            {Number(valueOf(scoreKey(head))) > (weights.get(head) ?? 100) && <p className="field-error">{t("evaluation.above", { full: weights.get(head) ?? 100 })}</p>}
            <textarea className="input" rows={2} aria-label={t("evaluation.reason.of", { head })} placeholder={t("evaluation.reason")} maxLength={500} value={valueOf(reasonKey(head))} onChange={(event) => change(reasonKey(head), event.target.value)} />
            <Theirs scoring={scoring} name={scoreKey(head)} />
            <Theirs scoring={scoring} name={reasonKey(head)} />
          </fieldset>
        ))}
      </section>
      <section aria-label={t("evaluation.result")}>
        <h2>{t("evaluation.result")}</h2>
        {code && <AlsoRunning code={code} process="rectification" />}
        {results.map((one) => (
          <Result key={one.action.action} scoring={scoring} one={one} />
        ))}
        {results.length === 0 && <p className="quiet">{t("evaluation.results.none")}</p>}
      </section>
      <section>
        <h2>{t("evaluation.opinion")}</h2>
        <textarea className="input" rows={3} aria-label={t("evaluation.opinion")} placeholder={t("evaluation.opinion.hint")} value={valueOf(OPINION)} onChange={(event) => change(OPINION, event.target.value)} />
        <Theirs scoring={scoring} name={OPINION} />
      </section>
    </div>
  );
}

function Faults({ error }: { error: Error }) {
  const said = error instanceof Problem ? [...new Set(error.faults.map(({ message }) => message))] : [];
  return <>{(said.length ? said : [error.message]).map((one) => <p key={one}><Data text={one} /></p>)}</>;
}

/* What the other officer has saved where this one has typed something else. */
function Theirs({ scoring: { saved, typed, useTheirs }, name }: { scoring: Scoring; name: string }) {
  const t = useText();
  if (!isConflict(saved, typed, name)) return null;
  return (
    <p className="scoring-theirs">
      <Data text={t("evaluation.theirs", { value: saved[name] || t("evaluation.unscored") })} />{" "}
      <button type="button" className="link-button" onClick={() => useTheirs(name)}>
        {t("evaluation.theirs.take")}
      </button>
    </p>
  );
}

function Result({ scoring, one }: { scoring: Scoring; one: Scoring["results"][number] }) {
  const t = useText();
  const { action, grade } = one;
  const shut = shutBy(scoring, one, t);
  const named = grade && grade.grade !== action.label ? `${grade.grade}${t("evaluation.result.is", { step: action.label })}` : action.label;
  const papers = action.input?.papers.filter(({ required }) => required).map(({ title }) => title) ?? [];
  return (
    <div className="scoring-result">
      <label>
        <input type="radio" name="result" checked={scoring.typed?.result === action.action} disabled={!!shut || !action.open} onChange={() => scoring.choose(action.action)} /> <Data text={named} />
      </label>
      <p>
        {action.to && <Data text={t("evaluation.result.to", { stage: action.to })} />}
        {action.two_persons && t("evaluation.result.two")}
        {papers.length > 0 && <Data text={t("evaluation.result.papers", { papers: papers.join(t("common.comma")) })} />}
        {action.clause ? <Clause clause={action.clause} /> : action.own && <Data text={action.own} />}
      </p>
      {(grade?.least || grade?.note) && (
        <p>
          <Data text={`${t("evaluation.scheme.says")}${[grade.least && t("evaluation.least", { n: Number(grade.least) }), grade.note].filter(Boolean).join(t("common.semicolon"))}`} />
        </p>
      )}
      {shut && <p className="scoring-shut">{shut}</p>}
      {!action.open && action.why.map(({ message }) => <p key={message} className="scoring-shut"><Data text={message} /></p>)}
    </div>
  );
}
