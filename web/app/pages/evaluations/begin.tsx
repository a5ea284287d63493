/* Begins a round: the office's scheme for the year is kept, then each centre without an evaluation gets one, and all are opened.
 * They are begun one after the other, each under a key of its own, so that another try begins none twice. */
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { api, Offline, take } from "../../api/client.ts";
import { isRecent, useRefreshRound, useRound, type Evaluating, type Exception, type Grade, type Member, type Round, type Weight } from "../../rooms/case/evaluations.ts";
import { typeOf } from "../../api/records.ts";
import { newKey } from "../../api/submit-key.ts";
import { fieldOf, type Field, type Values } from "../../fields/field.ts";
import { FieldGrid } from "../../fields/field-form.tsx";
import { useAct, errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useDraft } from "../../ui/draft.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { serverNow } from "../../api/server-time.ts";
import { Table, type Column } from "../../ui/table.tsx";
import { useLanguage, useText, wordOf } from "../../text/index.ts";

const TYPE = "review_round";
const ROUND = ["scheme", "scheme_file", "weights"];

interface Typed {
  key: string;
  values: Values; // of the round
  grades: Grade[];
  reason?: string;
  exceptions?: Exception[]; // what the officer chose otherwise, each with a reason
}

interface Props {
  policies: Evaluating[];
  programme: string;
  year: number;
  onClose: () => void;
  onDone: (programme: string, year: number) => void;
}

export function BeginRound({ policies, programme: first, year: firstYear, onClose, onDone }: Props) {
  const t = useText();
  const [programme, setProgramme] = useState(first);
  const [year, setYear] = useState(firstYear);
  const policy = policies.find(({ id }) => id === programme)!;
  const of = useRound(programme, year);
  const named = (
    <div className="evaluations-bar">
      {policies.length > 1 && (
        <label>
          {t("evaluation.programme")}{" "}
          <select className="input" value={programme} onChange={(event) => setProgramme(event.target.value)}>
            {policies.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {t("evaluation.year")} <input className="input" type="number" min={2000} max={2100} value={year} onChange={(event) => setYear(Number(event.target.value))} />
      </label>
    </div>
  );
  if (of.error || !of.members)
    return (
      <Dialog title={t("evaluation.begin")} onClose={onClose} width={820} footer={<Button onClick={onClose}>{t("common.cancel")}</Button>}>
        {named}
        {of.error ? <Failed error={of.error} retry={of.retry} /> : <Waiting rows={4} />}
      </Dialog>
    );
  return (
    <Begin key={`${programme} ${year}`} policy={policy} year={year} round={of.round} before={of.before} members={of.members} onClose={onClose} onDone={() => onDone(programme, year)}>
      {named}
    </Begin>
  );
}

/* From the round that is there, else from the last one; without any, the heads that the policy names. */
function start({ evaluation }: Evaluating, round: Round | undefined): Omit<Typed, "key"> {
  const grades = evaluation.results.map(({ step, label }): Grade => round?.grades.find((one) => one.step === step) ?? { grade: label, step });
  const values = round ? { scheme: round.scheme, scheme_file: round.scheme_file, weights: round.weights } : { weights: evaluation.heads.map((head) => ({ head })) };
  return { values, grades };
}

interface BeginProps {
  policy: Evaluating;
  year: number;
  round?: Round;
  before?: Round;
  members: Member[];
  onClose: () => void;
  onDone: () => void;
  children: React.ReactNode;
}

type Progress = Record<string, { state: "does" | "done" } | { state: "failed"; why: string }>;

function Begin({ policy, year, round, before, members, onClose, onDone, children }: BeginProps) {
  const t = useText();
  const id = useId();
  const language = useLanguage();
  const refresh = useRefreshRound();
  const type = useQuery(typeOf(TYPE)).data;
  const [typed, setTyped, clear] = useDraft<Typed>(`round.${policy.id}.${year}`, { key: newKey(), ...start(policy, round ?? before) });
  const [progress, setProgress] = useState<Progress>({});
  const { busy, error, act } = useAct();
  const [kept, setKept] = useState<Round | undefined>(round);
  const tries = useRef(0); // a refused request is sent again under another key
  const fields = ROUND.flatMap((name): Field[] => {
    const field = type?.fields.find((one) => one.name === name);
    return field ? [{ ...fieldOf(field, language), required: false }] : [];
  });
  const waiting = members.filter(({ evaluation, case: one, centre }) => centre.state === "active" && (!evaluation || (one?.state === "running" && FIRST.includes(one.stage))));
  const today = day(serverNow());
  const chosen = typed.exceptions ?? round?.exceptions ?? [];
  const exceptionOf = ({ code }: Member) => chosen.find(({ centre }) => centre === code);
  const isTaken = (one: Member) => exceptionOf(one)?.taken ?? (exceptionOf(one) ? false : !isRecent(one, today));
  const taken = waiting.filter(isTaken);
  const recentWhy = ({ centre }: Member) => t("evaluation.begin.recent", { day: centre.entered ?? "" });
  const except = (one: Member, next?: Exception) => setTyped({ ...typed, exceptions: [...chosen.filter(({ centre }) => centre !== one.code), ...(next ? [next] : [])] });
  const tick = (one: Member, on: boolean) => except(one, on === !isRecent(one, today) ? undefined : { centre: one.code, taken: on, reason: "" });
  const reason = typed.reason ?? t("evaluation.begin.reason.by", { year, scheme: String(typed.values.scheme || t("evaluation.begin.none")) });

  const labelOf = ({ step, grade }: (typeof typed.grades)[number]) => policy.evaluation.results.find((one) => one.step === step)?.label ?? grade;

  const keep = async () => {
    const weights = ((typed.values.weights ?? []) as Partial<Weight>[]).filter(({ head, weight }) => head && weight);
    const grades = typed.grades.filter(({ grade, step, least, note }) => grade && (least || note || grade !== policy.evaluation.results.find((one) => one.step === step)?.label)).map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value)));
    const left = waiting.filter((one) => isRecent(one, today) && !exceptionOf(one)).map((one): Exception => ({ centre: one.code, taken: false, reason: recentWhy(one) }));
    const exceptions = [...chosen, ...left].map(({ centre, taken: on, reason: why }) => ({ centre, taken: !!on, reason: why.trim() }));
    const body: Values = { ...typed.values, weights, grades, ...(exceptions.length || kept?.exceptions?.length ? { exceptions } : {}) };
    if (!body.scheme && weights.length === 0 && grades.length === 0 && exceptions.length === 0) return;
    const done = kept
      ? await take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path: { type: TYPE, id: kept.id }, header: { "If-Match": `"${kept.version}"` } }, body }))
      : await take(api.POST("/api/v1/records/{type}", { params: { path: { type: TYPE }, header: { "Idempotency-Key": typed.key } }, body: { ...body, year, programme: policy.id } }));
    setKept({ ...(kept ?? ({} as Round)), id: done.id, version: done.version });
  };

  const beginOne = async (member: Member) => {
    const { code, case: one } = member;
    const why = exceptionOf(member)?.reason.trim();
    let [of, version] = [one?.id, 0];
    if (!of) {
      const begun = await take(api.POST("/api/v1/cases", { body: { pack: policy.id, process: "evaluation", party: code, fields: { year } }, headers: { "Idempotency-Key": `${typed.key}.${code}.${tries.current}` } }));
      [of, version] = [begun.id, begun.version];
    } else version = (await take(api.GET("/api/v1/cases/{id}", { params: { path: { id: of } } }))).version;
    await take(api.POST("/api/v1/cases/{id}/actions/{action}", { params: { path: { id: of, action: "open" } }, body: { version, reason: why ? t("evaluation.begin.reason.although", { reason, why }) : reason }, headers: { "Idempotency-Key": `${typed.key}.${code}.${tries.current}.open` } }));
  };

  const run = async () => {
    if (waiting.some((one) => exceptionOf(one)?.reason.trim() === "")) throw new Error(t("evaluation.begin.why.fill"));
    setTyped(typed); // the key is kept, too
    await keep();
    let failed = 0;
    for (const one of taken.filter(({ code }) => progress[code]?.state !== "done")) {
      setProgress((all) => ({ ...all, [one.code]: { state: "does" } }));
      try {
        await beginOne(one);
        setProgress((all) => ({ ...all, [one.code]: { state: "done" } }));
      } catch (failure) {
        if (failure instanceof Offline) throw failure;
        failed++;
        setProgress((all) => ({ ...all, [one.code]: { state: "failed", why: errorOf(failure).message } }));
      }
    }
    await refresh();
    if (failed > 0) {
      tries.current++;
      return;
    }
    clear();
    onDone();
    onClose();
  };

  const failed = Object.values(progress).filter(({ state }) => state === "failed").length;
  const grade = (at: number, name: keyof Grade, value: string) => setTyped({ ...typed, grades: typed.grades.map((one, i) => (i === at ? { ...one, [name]: value } : one)) });
  const silent = policy.evaluation.not_said.map((what) => wordOf(t, `evaluation.notSaid.${what}`, what)).join(t("common.comma"));
  return (
    <Dialog
      title={t("evaluation.begin")}
      onClose={busy ? undefined : onClose}
      width={820}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t("common.cancel")}
          </Button>
          <Button type="primary" loading={busy} onClick={() => void act(run)}>
            {failed > 0 ? t("evaluation.begin.again", { n: failed }) : taken.length === 0 ? t("evaluation.begin.keep") : t("evaluation.begin.do", { n: taken.length })}
          </Button>
        </>
      }
    >
      {children}
      {silent && <Note tone="told">{t("evaluation.begin.silent", { what: silent })}</Note>}
      <ErrorNote error={error} />
      <FieldGrid form={id} fields={fields} values={typed.values} onChange={(name, value) => setTyped({ ...typed, values: { ...typed.values, [name]: value } })} faults={[]} />
      <Table
        className="round-grades"
        rows={typed.grades}
        keyOf={({ step }, at) => step ?? at}
        columns={[
          { head: t("evaluation.begin.step"), named: true, cell: (one) => <Data text={labelOf(one)} /> },
          ...(["grade", "least", "note"] as const).map((name): Column<(typeof typed.grades)[number]> => ({
            head: t(`evaluation.begin.${name}`),
            cell: (one, at) => <input className="input" aria-label={`${labelOf(one)} ${t(`evaluation.begin.${name}`)}`} inputMode={name === "least" ? "decimal" : undefined} value={one[name] ?? ""} onChange={(event) => grade(at, name, event.target.value)} />,
          })),
        ]}
      />
      <FieldGrid form={`${id}.reason`} fields={[{ name: "reason", label: t("evaluation.begin.reason"), type: "long_text", required: true, max: 2000 }]} values={{ reason }} onChange={(_, value) => setTyped({ ...typed, reason: (value as string | undefined) ?? "" })} faults={[]} />
      <h3>{t("evaluation.begin.centres", { n: taken.length, there: members.length - waiting.length })}{taken.length < waiting.length && t("evaluation.begin.left", { n: waiting.length - taken.length })}</h3>
      <ul className="pair-rows round-centres">
        {waiting.map((one) => {
          const { code, centre } = one;
          const at = progress[code];
          const exception = exceptionOf(one);
          return (
            <li key={code}>
              <label className="tick">
                <input type="checkbox" checked={isTaken(one)} disabled={busy || at?.state === "done"} onChange={(event) => tick(one, event.target.checked)} /> <Data text={centre.name} />
                {isRecent(one, today) && (
                  <small>
                    <Data text={recentWhy(one)} />
                  </small>
                )}
              </label>
              {exception && <input className="input" aria-label={`${centre.name} ${t("evaluation.begin.why")}`} placeholder={t(isTaken(one) ? "evaluation.begin.why.in" : "evaluation.begin.why.out")} maxLength={500} value={exception.reason} onChange={(event) => except(one, { ...exception, reason: event.target.value })} />}
              <span className={at?.state === "failed" ? "field-error" : "quiet"} role={at?.state === "failed" ? "alert" : undefined}>
                {at?.state === "failed" ? <Data text={at.why} /> : t(`evaluation.begin.${at?.state ?? (isTaken(one) ? "waits" : "out")}`)}
              </span>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

const FIRST = ["planned", "due"]; // stages of a case that nobody has opened
