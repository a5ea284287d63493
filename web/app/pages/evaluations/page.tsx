/* Evaluations of a policy in a year: one table of all centres, with scores, rank, result, doubts and who has each. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./evaluations.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { median, pointsOf, rankOf, roundsOf, useRound, type Member, type Round } from "../../rooms/case/evaluations.ts";
import { region } from "../../api/patents.ts";
import { listOf, rulesFor, typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { useEvaluating, useResultOf, type Evaluating } from "../../rooms/case/evaluating.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { BeginRound } from "./begin.tsx";

export default function Evaluations() {
  const policies = useEvaluating();
  if (!policies) return <Waiting rows={8} />;
  return <Rounds policies={policies} />;
}

function Rounds({ policies }: { policies: Evaluating[] }) {
  const t = useText();
  const { roles } = useSession();
  const [params, setParams] = useSearchParams();
  const [beginning, setBeginning] = useState(false);
  const now = Number(day(serverNow()).slice(0, 4));
  const policy = policies.find(({ id }) => id === params.get("programme")) ?? policies[0];
  const year = Number(params.get("year")) || now;
  const type = useQuery(typeOf("review_round")).data;
  const may = !!type && rulesFor(type, roles.map(({ role }) => role), "create").length > 0;
  const rounds = useQuery({ ...roundsOf(`programme="${policy?.id ?? ""}"`), enabled: !!policy, retry: false });
  const made = useQuery({ ...listOf("evaluation", { fields: "year", filter: `programme="${policy?.id ?? ""}" and kind=comprehensive`, limit: 500 }), enabled: !!policy });
  const years = [...new Set([now, year, ...((rounds.data?.items ?? []) as unknown as Round[]).map((one) => one.year), ...(made.data?.items ?? []).map(({ year: one }) => Number(one))])].filter(Boolean).sort((a, b) => b - a);
  const of = useRound(policy?.id, year);
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    next.set(name, value);
    setParams(next, { replace: true });
  };
  if (!policy) return <Empty page title={t("evaluation.none")} text={t("evaluation.none.text")} />;
  const choice = (name: string, label: string, value: string, options: readonly (readonly [string, string])[]) => (
    <label>
      {label}{" "}
      <select className="input" value={value} onChange={(event) => put(name, event.target.value)}>
        {options.map(([code, word]) => (
          <option key={code} value={code}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <PageHead
        title={t("evaluation.title")}
        line={of.members && <Line members={of.members} year={year} round={of.round} />}
        actions={
          <>
            <Button icon={<Icon name="export" />} href={`${base}/api/v1/records/evaluation/export.xlsx?${new URLSearchParams({ filter: `programme="${policy.id}" and year=${year} and kind=comprehensive` })}`}>
              Excel
            </Button>
            <Button onClick={() => window.print()}>{t("evaluation.print")}</Button>
            {may && (
              <Button type="primary" onClick={() => setBeginning(true)}>
                {t("evaluation.begin")}
              </Button>
            )}
          </>
        }
      />
      <div className="evaluations-bar no-print">
        {policies.length > 1 && choice("programme", t("evaluation.programme"), policy.id, policies.map(({ id, title }) => [id, title]))}
        {choice("year", t("evaluation.year"), String(year), years.map((one) => [String(one), String(one)]))}
        <Link className="quiet" to="/r/reserve_project">
          {t("evaluation.reserve")}
        </Link>
      </div>
      {of.error ? <Failed error={of.error} retry={of.retry} /> : !of.members ? <Waiting rows={8} /> : <Table policy={policy} round={of.round} members={of.members} />}
      {beginning && <BeginRound policies={policies} programme={policy.id} year={year} onClose={() => setBeginning(false)} onDone={(programme, begun) => setParams({ programme, year: String(begun) })} />}
    </>
  );
}

function Line({ members, year, round }: { members: Member[]; year: number; round?: Round }) {
  const t = useText();
  const begun = members.filter((one) => one.evaluation).length;
  const over = members.filter((one) => one.case?.state === "over").length;
  return <Data text={t("evaluation.line", { year, n: members.length, begun, over, scheme: round?.scheme ? t("evaluation.by", { scheme: round.scheme }) : t("evaluation.noScheme") })} />;
}

export const headsOf = (policy: Evaluating, round: Round | undefined, members: readonly Member[]) => [
  ...new Set([...(round?.weights.length ? round.weights.map(({ head }) => head) : policy.evaluation.heads), ...members.flatMap(({ evaluation }) => evaluation?.scores.map(({ head }) => head) ?? [])]),
];

const totalOf = ({ evaluation }: Member) => (evaluation?.scores.length ? pointsOf(evaluation.scores.map(({ score }) => score)) : undefined);

function Table({ policy, round, members }: { policy: Evaluating; round?: Round; members: Member[] }) {
  const t = useText();
  const resultOf = useResultOf();
  const [byRank, setByRank] = useState(false);
  const heads = headsOf(policy, round, members);
  const totals = members.flatMap((one) => totalOf(one) ?? []);
  const scoreOf = ({ evaluation }: Member, head: string) => evaluation?.scores.find((one) => one.head === head)?.score;
  const shown = byRank ? [...members].sort((a, b) => (totalOf(b) ?? -1) - (totalOf(a) ?? -1)) : members;
  const figures = [...heads.map((head) => members.flatMap((one) => (scoreOf(one, head) === undefined ? [] : [Number(scoreOf(one, head))]))), totals];
  const full = new Map(round?.weights.map(({ head, weight }) => [head, Number(weight)]));
  if (members.length === 0) return <Empty title={t("evaluation.noCentres")} />;
  return (
    <>
      {round ? null : <Note tone="told">{t("evaluation.noRound")}</Note>}
      <div className="table-scroll evaluations-wide" tabIndex={0} role="region" aria-label={t("evaluation.table")}>
        <table className="plain-table evaluations-table">
          <thead>
            <tr>
              <th scope="col">{t("evaluation.centre")}</th>
              <th scope="col">{t("evaluation.city")}</th>
              {heads.map((head) => (
                <th key={head} scope="col" className="number evaluations-head">
                  <Data text={head} />
                  {full.has(head) && <small>/ {full.get(head)}</small>}
                </th>
              ))}
              <th scope="col" className="number">
                {t("evaluation.total")}
                {full.size > 0 && <small>/ {pointsOf([...full.values()])}</small>}
              </th>
              <th scope="col" className="number" aria-sort={byRank ? "descending" : undefined}>
                <button type="button" className="link-button" aria-pressed={byRank} onClick={() => setByRank(!byRank)}>
                  {t("evaluation.rank")}
                </button>
              </th>
              <th scope="col">{t("evaluation.result")}</th>
              <th scope="col">{t("evaluation.state")}</th>
              <th scope="col" className="number">
                {t("evaluation.doubts")}
              </th>
              <th scope="col">{t("evaluation.waits")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => {
              const { centre, unit, evaluation, flags } = one;
              const total = totalOf(one);
              const result = resultOf(policy, round, evaluation, one.case?.stage);
              return (
                <tr key={centre.id}>
                  <th scope="row">
                    {one.case ? (
                      <Link to={`/evaluations/${one.case.id}`}>
                        <Data text={centre.name} />
                      </Link>
                    ) : (
                      <Data text={centre.name} />
                    )}
                    <small>
                      <Data text={unit.name} />
                    </small>
                  </th>
                  <td>
                    <Place code={centre.region} />
                  </td>
                  {heads.map((head) => (
                    <td key={head} className="number">
                      {scoreOf(one, head) === undefined ? <span className="quiet">{t("evaluation.unscored")}</span> : Number(scoreOf(one, head))}
                    </td>
                  ))}
                  <td className="number">{total === undefined ? <span className="quiet">{t("evaluation.unscored")}</span> : <b>{total}</b>}</td>
                  <td className="number">{total === undefined ? <span className="quiet">{t("work.no")}</span> : rankOf(total, totals)}</td>
                  <td>{result ? <Data text={result} /> : <span className="quiet">{t("evaluation.open")}</span>}</td>
                  <td>
                    <StateTag tone={!one.case ? "grey" : one.case.state === "running" ? "blue" : "green"}>{one.case?.stage_label ?? t("evaluation.notBegun")}</StateTag>
                  </td>
                  <td className="number">{flags.length || <span className="quiet">{t("work.no")}</span>}</td>
                  <td>{one.case?.state === "running" ? t("evaluation.waits.province") : <span className="quiet">{t("work.no")}</span>}</td>
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            {(["sum", "median"] as const).map((name) => (
              <tr key={name}>
                <th scope="row" colSpan={2}>
                  {t(`evaluation.${name}`)}
                </th>
                {figures.map((values, at) => (
                  <td key={at} className="number">
                    {values.length === 0 ? <span className="quiet">{t("evaluation.unscored")}</span> : name === "sum" ? pointsOf(values) : median(values)}
                    {name === "median" && values.length > 0 && <small>{t("evaluation.known", { n: values.length })}</small>}
                  </td>
                ))}
                <td colSpan={5} />
              </tr>
            ))}
          </tfoot>
        </table>
      </div>
    </>
  );
}

function Place({ code }: { code: string }) {
  return <Data text={useQuery(region(code)).data?.replace(/^.*(省|自治区)/, "") ?? ""} />;
}
