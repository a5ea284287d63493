/* A policy: its text with what is checked by each place; versions that count here; its forms; how much of it is answered. */
import "../../ui/plain-table.css";
import "./policy.css";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useLocation, useParams, useSearchParams } from "react-router";
import { casesOf, standingOf, textOf, usePacks, type Ambiguity, type Cases, type Clause, type Criterion, type Packs, type Policy, type PolicyText } from "../../api/packs.ts";
import { typesOf } from "../../api/records.ts";
import { Clause as ClauseChip, clauseText } from "../../ui/clause.tsx";
import { copyText } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { DaysLeft, StandingTag } from "../../rooms/policy/standing.tsx";
import { wordsOf } from "../../rooms/policy/words.ts";
import { HowTag, PolicyBody, UseBar } from "../../rooms/policy/text.tsx";
import { PolicyTabs, usePolicyRoles } from "../../rooms/policy/tabs.tsx";
import { Empty, Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useTitle } from "../../ui/title.ts";
import { useLanguage, useText, wordOf } from "../../text/index.ts";
import { Copied } from "./copied.tsx";
import { Forms } from "./forms.tsx";
import { Versions } from "./versions.tsx";

const views = ["text", "coverage", "versions", "forms"] as const;

export default function PolicyPage() {
  const { id = "" } = useParams();
  const digest = useSearchParams()[0].get("digest") ?? undefined;
  const read = usePacks();
  const text = useQuery(textOf(id, digest));
  const error = read.error ?? text.error;
  if (error) return <Failed page error={error} retry={() => void text.refetch()} />;
  if (!read.data || !text.data) return <Waiting rows={12} />;
  const policy = read.data.packs.find((one) => one.id === id);
  return policy ? <OfPolicy key={id} all={read.data} policy={policy} text={text.data} /> : <NotFound page />;
}

function OfPolicy({ all, policy, text }: { all: Packs; policy: Policy; text: PolicyText }) {
  const t = useText();
  const [params] = useSearchParams();
  const { activates, simulates } = usePolicyRoles();
  const { standing } = standingOf(policy);
  const waits = all.waiting.find(({ digest }) => digest === params.get("digest"));
  useTitle(policy.title);
  const view = views.find((one) => one === params.get("view") && (one !== "forms" || activates)) ?? "text";
  const total = policy.clauses.enforced + policy.clauses.recorded + policy.clauses.informative;
  return (
    <article className="policy">
      <PolicyTabs pack={policy.id} />
      <header className="policy-head">
        <div>
          <p>
            <StandingTag of={policy} ground />
            {policy.number && <Data text={policy.number} />}
            {policy.issuer && <Data text={policy.issuer} />}
            {policy.issued && <span>{t("policy.issued", { day: policy.issued })}</span>}
            {policy.effective && <span>{policy.expires ? t("policy.term", { from: policy.effective, to: policy.expires }) : t("policy.from", { day: policy.effective })}</span>}
            <DaysLeft of={policy} />
          </p>
          <h1>
            <Data text={policy.title} />
          </h1>
        </div>
        <div className="policy-verbs no-print">
          <Link className="button" to={`/policies/diff?pack=${policy.id}`}>
            {t("policy.compare")}
          </Link>
          <CopyCitation policy={policy} clauses={text.clauses} />
          <button type="button" className="button" onClick={() => window.print()}>
            {t("policy.print")}
          </button>
          {simulates && text.criteria.some(({ numbers }) => numbers.length === 1) && (
            <Link className="button primary" to={`/policies/simulate?pack=${policy.id}`}>
              {t("policy.simulate")}
            </Link>
          )}
        </div>
      </header>
      <UseBar {...policy.clauses} />
      <p className="policy-line">
        <span>{t("policy.places", { n: total })}</span>
        <Link to={`/policies/ambiguities?pack=${policy.id}`}>{t("policy.unclear", { n: policy.unclear })}</Link>
        <span translate="no">{t("policy.pack", { id: policy.id, version: policy.version })}</span>
      </p>
      {waits && (
        <Note
          tone="provisional"
          actions={
            <Link className="button small" to={`/policies/${policy.id}?view=versions`}>
              {t("policy.view.versions")}
            </Link>
          }
        >
          {t("policy.waits", { version: waits.version, active: policy.version })}
        </Note>
      )}
      {standing === "draft" && <Note tone="provisional">{t("policy.draft.line")}</Note>}
      {standing === "lapsed" && <Note tone="doubt">{t("policy.lapsed.line")}</Note>}
      <Tabs label={t("policy.parts")} tabs={views.filter((one) => one !== "forms" || (activates && text.forms)).map((one) => ({ to: one === "text" ? `/policies/${policy.id}` : `/policies/${policy.id}?view=${one}`, label: t(`policy.view.${one}`), current: one === view }))} />
      {view === "text" && (text.source ? <Text policy={policy} text={text} /> : <Empty title={t("policies.notHeld")} text={t("policy.notHeld.text")} />)}
      {view === "coverage" && <Coverage text={text} id={policy.id} />}
      {view === "versions" && <Versions all={all} policy={policy} />}
      {view === "forms" && <Forms policy={policy} text={text} />}
    </article>
  );
}

/* 《…》（川市监办〔2025〕16号）第五条3：“…” of the place that the address names; without one, the document. */
function CopyCitation({ policy, clauses }: { policy: Policy; clauses: readonly Clause[] }) {
  const t = useText();
  const at = decodeURIComponent(useLocation().hash.slice(1));
  const words = clauses.filter(({ clause }) => clause === at).map(({ quote }) => quote).join("");
  const cited = `《${policy.title}》${policy.number ? `（${policy.number}）` : ""}${at ? `${clauseText(at)}${words ? `：“${words}”` : ""}` : ""}`;
  return <Copied label={t(at ? "policy.cite.place" : "policy.cite", { clause: clauseText(at) })} copy={() => copyText(cited)} />;
}

/* --- the text ---------------------------------------------------------------------------------------------- */

function Text({ policy, text }: { policy: Policy; text: PolicyText }) {
  const digest = useSearchParams()[0].get("digest") ?? undefined;
  const cases = useQuery(casesOf(policy.id, digest)).data;
  const criteria = useMemo(() => new Map(text.criteria.map((one) => [one.id, one])), [text]);
  const unclear = useMemo(() => new Map(text.ambiguities.map((one) => [one.id, one])), [text]);
  const deadlines = useMemo(() => new Map(text.deadlines.map((one) => [one.id, one])), [text]);
  const labels = useTypeLabels();
  const { simulates } = usePolicyRoles();
  const t = useText();
  return (
    <PolicyBody
      source={text.source!}
      title={policy.title}
      clauses={text.clauses}
      note={(clause) => {
        const named = clause.by.flatMap((one) => criteria.get(one) ?? []);
        return (
          <>
            <HowTag how={clause.how} />
            <span className="policy-force">{named.some(({ reason }) => reason) ? t("policy.force.usually") : wordOf(t, `policy.force.${clause.force}`, clause.force)}</span>
            {clause.how === "enforced" ? (
              clause.by.map((one, i) => {
                const criterion = criteria.get(one);
                const deadline = deadlines.get(one);
                // Said whole where a clause is of it alone.
                if (criterion && clause.by.length > 1 && text.clauses.some(({ id, by }) => id === clause.id && by.length === 1 && by[0] === one))
                  return (
                    <b key={one}>
                      {i > 0 && t("common.semicolon")}
                      <Data text={wordsOf(t, criterion)} />
                    </b>
                  );
                if (criterion) return <Checked key={one} of={criterion} cases={cases} unclear={unclear} chosen={text.chosen} pack={policy.id} simulates={simulates} />;
                return deadline ? (
                  <b key={one}>
                    {deadline.rule === "none" ? t("policy.part.not_said") : <Data text={deadline.rule} />}
                  </b>
                ) : null;
              })
            ) : (
              <>
                <b>{clause.by.length > 0 ? t("policy.recorded.in", { where: clause.by.map((one) => labels(one)).join(t("common.comma")) }) : t("policy.recorded")}</b>
                {clause.why_only_recorded && (
                  <small>
                    <Data text={clause.why_only_recorded} />
                  </small>
                )}
              </>
            )}
          </>
        );
      }}
    />
  );
}

function useTypeLabels(): (name: string) => string {
  const types = useQuery(typesOf(useLanguage())).data?.items;
  return (name) => types?.find((one) => one.name === name)?.label ?? name;
}

function Checked({ of, cases, unclear, chosen, pack, simulates }: { of: Criterion; cases?: Cases; unclear: ReadonlyMap<string, Ambiguity>; chosen: PolicyText["chosen"]; pack: string; simulates: boolean }) {
  const t = useText();
  const tried = cases?.criteria.find(({ criterion }) => criterion === of.id);
  return (
    <div className="policy-checked">
      <b>
        <Data text={wordsOf(t, of)} />
      </b>
      {of.judged && <small>☰ {t("policy.judged")}</small>}
      {of.advisory && <small>{t("policy.advisory")}</small>}
      {of.ambiguities.map((id) => {
        const one = unclear.get(id);
        if (!one) return null;
        const read = chosen.find(({ ambiguity }) => ambiguity === id);
        const words = (read && one.alternatives.find((other) => other.id === read.reading)?.reading) ?? one.reading;
        return (
          <small key={id}>
            <span className="near">△ {t("policy.doubt")}</span> <Data text={words} /> <Link to={`/policies/ambiguities?pack=${pack}#${id}`}>{id}</Link>
          </small>
        );
      })}
      {tried && <small>{t("policy.cases", { n: tried.met + tried.not_met + tried.unknown, met: tried.met, not_met: tried.not_met, unknown: tried.unknown })}</small>}
      {simulates && of.numbers.length === 1 && (
        <small className="no-print">
          <Link to={`/policies/simulate?pack=${pack}#${of.id}`}>{t("policy.simulate.this")}</Link>
        </small>
      )}
    </div>
  );
}

/* --- coverage ---------------------------------------------------------------------------------------------- */

function Coverage({ text, id }: { text: PolicyText; id: string }) {
  const t = useText();
  const cases = useQuery(casesOf(id));
  const shares = (["articles", "sentences", "quotes", "numbers"] as const).map((name) => [name, text.coverage[name]] as const);
  return (
    <>
      <p className="policy-line">{t("policy.coverage.line")}</p>
      <table className="plain-table policy-narrow">
        <thead>
          <tr>
            <th scope="col">{t("policy.coverage.of")}</th>
            <th scope="col" className="number">
              {t("policy.coverage.answered")}
            </th>
            <th scope="col">{t("policy.coverage.missing")}</th>
          </tr>
        </thead>
        <tbody>
          {shares.map(([name, { covered, total, missing }]) => (
            <tr key={name}>
              <td>{t(`policy.coverage.${name}`)}</td>
              <td className="number">
                {covered} / {total}
              </td>
              <td>{missing.length === 0 ? t("policy.coverage.none") : <Data text={missing.join(" · ")} />}</td>
            </tr>
          ))}
          <tr>
            <td>{t("policy.coverage.cases")}</td>
            <td className="number">{cases.data ? `${cases.data.cases - cases.data.failures.length} / ${cases.data.cases}` : cases.error ? t("common.unknown") : "…"}</td>
            <td>{!cases.data ? "" : cases.data.failures.length === 0 ? t("policy.coverage.hold") : cases.data.failures.map(({ file, reason }) => <p key={file}><code>{file}</code> <Data text={reason} /></p>)}</td>
          </tr>
        </tbody>
      </table>
      <Table
        rows={text.clauses}
        keyOf={(_, i) => i}
        columns={[
          {
            head: t("policy.covered.clause"),
            className: "day",
            cell: (one) => (
              <Link to={`/policies/${id}#${one.clause}`}>
                <ClauseChip clause={one.clause} />
              </Link>
            ),
          },
          { head: t("policy.covered.words"), className: "policy-quote", cell: (one) => <Data text={one.quote ?? ""} /> },
          { head: t("policy.covered.use"), className: "day", cell: (one) => <HowTag how={one.how} /> },
          { head: t("policy.covered.why"), cell: (one) => <Data text={one.reason ?? one.why_only_recorded ?? ""} /> },
        ]}
      />
    </>
  );
}
