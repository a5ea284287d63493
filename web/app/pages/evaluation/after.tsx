/* What an evaluation led to: its report, the typical case, a rectification; and the recommendation to the nation, which is checked
 * against the national policy before it is begun. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { Beginning } from "../../api/case-form.ts";
import { useHistory, type Case } from "../../api/cases.ts";
import { api, take, takeAs, type Schemas } from "../../api/client.ts";
import type { Member } from "../../rooms/case/evaluations.ts";
import { listOf, recordPath } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { Begin } from "../../rooms/case/apply-begin.tsx";
import { Button } from "../../ui/ant.ts";
import { CasePapers } from "../../rooms/paper/papers.tsx";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { isOffice } from "../../rooms/case/duties.ts";
import type { Evaluating } from "../../rooms/case/evaluating.ts";
import { usePolicies } from "../../api/policies.ts";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Glyph } from "../../ui/verdict.tsx";
import { useText } from "../../text/index.ts";

const NATION = "000000";

export function After({ of, policy, member }: { of: Case; policy: Evaluating; member?: Member }) {
  const t = useText();
  const steps = useHistory(of.id).data ?? [];
  const typical = steps.flatMap(({ result }) => (result && "typical_case_id" in result ? Number(result.typical_case_id) : []))[0];
  const begun = useQuery({ ...listOf<{ id: number; title: string; stage_label: string }>("case", { filter: `parent=${of.id}`, fields: "title,stage_label", limit: 20 }), enabled: !of.open }).data?.items ?? [];
  const readable = useQuery({ ...listOf("typical_case", { filter: `owner_unit=${member?.unit.id ?? 0}`, fields: "title", limit: 50 }), enabled: !!typical && !!member, retry: false }).data?.items.some(({ id }) => id === typical);
  return (
    <>
      {!of.open && (
        <section className="card-section" aria-label={t("evaluation.report")}>
          <h2>{t("evaluation.report")}</h2>
          <CasePapers caseId={of.id} />
        </section>
      )}
      {(!!typical || begun.length > 0) && (
        <section className="card-section" aria-label={t("evaluation.after")}>
          <h2>{t("evaluation.after")}</h2>
          <ul className="evaluation-after">
            {!!typical && <li>{readable ? <Link to={recordPath("typical_case", typical)}>{t("evaluation.typical")}</Link> : t("evaluation.typical.draft")}</li>}
            {begun.map(({ id, title, stage_label }) => (
              <li key={id}>
                <Link to={`/case/${id}`}>
                  <Data text={title} />
                </Link>{" "}
                <span className="quiet">
                  <Data text={stage_label} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {of.party.credit_code && <Nation party={of.party.credit_code} policy={policy} />}
    </>
  );
}

/* Where the policy lets an office recommend a centre to the nation. */
function Nation({ party, policy }: { party: string; policy: Evaluating }) {
  const t = useText();
  const office = isOffice(useSession());
  const national = usePolicies()?.find(({ jurisdiction }) => jurisdiction === NATION);
  const list = useQuery({ queryKey: ["beginnings", party], queryFn: () => takeAs<{ items: Beginning[] }>(api.GET("/api/v1/beginnings", { params: { query: { party } } })), enabled: office });
  const beginning = list.data?.items.find(({ pack, process, open }) => open && pack === policy.id && process === "national");
  const [step, setStep] = useState<"check" | "begin">();
  if (!beginning || !national) return null;
  return (
    <section className="card-section" aria-label={beginning.label}>
      <h2>
        <Data text={beginning.label} />
      </h2>
      <p className="quiet">{t("evaluation.nation")}</p>
      <Button onClick={() => setStep("check")}>{t("evaluation.nation.check")}</Button>
      {step === "check" && <Check pack={national.id} title={national.title} party={party} onClose={() => setStep(undefined)} begin={() => setStep("begin")} />}
      {step === "begin" && <Begin beginning={beginning} party={party} onClose={() => setStep(undefined)} />}
    </section>
  );
}

const standingOf = (verdict: string) => (verdict === "pass" ? "ok" : verdict === "fail" ? "no" : "unknown");

function Check({ pack, title, party, onClose, begin }: { pack: string; title: string; party: string; onClose: () => void; begin: () => void }) {
  const t = useText();
  const { data, error, refetch } = useQuery({ queryKey: ["check", pack, party], queryFn: (): Promise<Schemas["Verdict"]> => take(api.POST("/api/v1/packs/{id}/check", { params: { path: { id: pack } }, body: { party } })), retry: false });
  return (
    <Dialog
      title={t("evaluation.nation.title")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" disabled={!data} onClick={begin}>
            {t("evaluation.nation.begin")}
          </Button>
        </>
      }
    >
      <p className="dialog-line">
        <Data text={title} />
      </p>
      {error ? <Failed error={error} retry={() => void refetch()} /> : !data ? <Waiting rows={4} /> : null}
      {data && (
        <>
          <p>
            <Glyph state={standingOf(data.verdict)} /> <b>{t(`evaluation.nation.${standingOf(data.verdict)}`)}</b> {!data.binding && <span className="quiet">{t("evaluation.nation.advice")}</span>}
          </p>
          <ul className="evaluation-check">
            {data.criteria.map(({ id, clause, quote, checked, pass, advice }) => (
              <li key={id}>
                <Glyph state={!checked ? "judged" : pass === null ? "unknown" : pass ? "ok" : "no"} /> <Data text={quote ?? id} /> {clause && <Clause clause={clause} />}
                {!pass && advice && (
                  <small>
                    <Data text={advice} />
                  </small>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
