/* Unclear places of a policy: the problem, how it is read here, other readings and what they change. The office that the
 * policy names chooses another: one proposes, a second confirms. */
import "./ambiguities.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { api, take } from "../../api/client.ts";
import { rereadPacks, textOf, type Ambiguity, type Policy, type PolicyText } from "../../api/packs.ts";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { PolicyChoice, useChosenPolicy } from "../../rooms/policy/choice.tsx";
import { PolicyTabs, usePolicyRoles } from "../../rooms/policy/tabs.tsx";
import { wordsOf } from "../../rooms/policy/words.ts";
import { ReasonDialog } from "../../fields/reason-dialog.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";

export default function Ambiguities() {
  const t = useText();
  const { all, policy, error, retry } = useChosenPolicy();
  const text = useQuery({ ...textOf(policy?.id ?? ""), enabled: !!policy });
  if (error ?? text.error) return <Failed page error={(error ?? text.error)!} retry={retry} />;
  if (!all || (policy && !text.data)) return <Waiting rows={8} />;
  if (!policy) return <Empty page title={t("policies.none")} />;
  const list = text.data!.ambiguities;
  return (
    <>
      <PolicyTabs pack={policy.id} />
      <PageHead title={t("policy.ambiguities")} line={t("policy.ambiguities.line", { n: list.length, other: text.data!.chosen.length })} actions={<PolicyChoice all={all} policy={policy} />} />
      {list.length === 0 ? <Empty title={t("policy.ambiguities.none")} /> : <List key={policy.id} policy={policy} text={text.data!} />}
    </>
  );
}

function List({ policy, text }: { policy: Policy; text: PolicyText }) {
  const at = decodeURIComponent(useLocation().hash.slice(1));
  useEffect(() => {
    if (at) document.getElementById(at)?.scrollIntoView();
  }, [at]);
  return (
    <ol className="unclear">
      {text.ambiguities.map((one) => (
        <One key={one.id} of={one} policy={policy} text={text} />
      ))}
    </ol>
  );
}

function One({ of, policy, text }: { of: Ambiguity; policy: Policy; text: PolicyText }) {
  const t = useText();
  const { reads } = usePolicyRoles();
  const [choosing, setChoosing] = useState<{ id: string; words: string }>();
  const [waits, setWaits] = useState(false);
  const chosen = text.chosen.find(({ ambiguity }) => ambiguity === of.id);
  const now = chosen?.reading ?? of.default;
  const touched = text.criteria.filter(({ ambiguities }) => ambiguities.includes(of.id));
  const readings = [{ id: of.default ?? "", reading: of.reading, effect: "" }, ...of.alternatives.map((one) => ({ id: one.id ?? "", reading: one.reading, effect: one.effect ?? "" }))];
  const choose = async (reason: string) => {
    const done = await take(api.POST("/api/v1/packs/{id}/actions/read", { params: { path: { id: policy.id } }, body: { digest: policy.digest, ambiguity: of.id, reading: choosing!.id, reason } }));
    setWaits(done.state === "proposed");
    await rereadPacks();
  };
  return (
    <li id={of.id}>
      <header>
        <b className="mono">{of.id}</b>
        {of.clause && (
          <Link to={`/policies/${policy.id}#${of.clause}`}>
            <Clause clause={of.clause} />
          </Link>
        )}
        <h2>
          <Data text={of.problem} />
        </h2>
      </header>
      {of.quote && (
        <blockquote lang="zh-CN" className="unclear-quote">
          {of.quote}
        </blockquote>
      )}
      <table className="unclear-readings">
        <tbody>
          {readings.map(({ id, reading, effect }, i) => {
            const is = i === 0 ? !chosen || now === of.default : now === id && !!id;
            return (
              <tr key={i} className={is ? "unclear-chosen" : undefined}>
                <td>{is ? <StateTag tone="green">{t("policy.reading.chosen")}</StateTag> : <span className="quiet">{t(i === 0 ? "policy.reading.usual" : id ? "policy.reading.other" : "policy.reading.considered")}</span>}</td>
                <td>
                  <Data text={reading} />
                  {effect && (
                    <small>
                      {t("policy.reading.effect")} <Data text={effect} />
                    </small>
                  )}
                  {is && chosen?.reason && (
                    <small>
                      {t("case.confirm.reason")}
                      {t("common.colon")}
                      <Data text={chosen.reason} />
                    </small>
                  )}
                </td>
                <td>
                  {!is && id && reads && of.switch.length > 0 && !waits && (
                    <Button size="small" onClick={() => setChoosing({ id, words: reading })} aria-label={`${t("policy.reading.choose")} ${of.id} ${reading}`}>
                      {t("policy.reading.choose")}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {waits && (
        <Note tone="provisional" role="status">
          {t("policy.proposed")} <Link to="/todo?box=mine">{t("policy.proposed.see")}</Link>
        </Note>
      )}
      {touched.length > 0 && (
        <p className="unclear-touched">
          {t("policy.reading.touches")}
          {touched.map((one, i) => (
            <span key={one.id}>
              {i > 0 && t("common.semicolon")}
              <Data text={wordsOf(t, one)} />
            </span>
          ))}
        </p>
      )}
      {choosing && <ReasonDialog title={t("policy.reading.choose")} line={`${of.problem}${t("common.colon")}${choosing.words}`} act={choose} onClose={() => setChoosing(undefined)} />}
    </li>
  );
}
