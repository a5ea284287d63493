/* Evaluations of a policy in a year: one table of all centres, with scores, rank, result, doubts and who has each. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./evaluations.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { base } from "../../api/client.ts";
import { median, pointsOf, rankOf, roundsOf, toneOfEvaluation, useEvaluating, useResultOf, useRound, type Evaluating, type Member, type Round } from "../../rooms/case/evaluations.ts";
import { listOf, rulesFor, typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { useAsked } from "../../ui/asked.ts";
import { Choice } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Place } from "../../ui/place.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
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
  const { asked, set, setParams } = useAsked();
  const [beginning, setBeginning] = useState(false);
  const now = Number(day(serverNow()).slice(0, 4));
  const policy = policies.find(({ id }) => id === asked("programme")) ?? policies[0];
  const year = Number(asked("year")) || now;
  const type = useQuery(typeOf("review_round")).data;
  const may = !!type && rulesFor(type, roles.map(({ role }) => role), "create").length > 0;
  const rounds = useQuery({ ...roundsOf(`programme="${policy?.id ?? ""}"`), enabled: !!policy, retry: false });
  const made = useQuery({ ...listOf("evaluation", { fields: "year", filter: `programme="${policy?.id ?? ""}" and kind=comprehensive`, limit: 500 }), enabled: !!policy });
  const years = [...new Set([now, year, ...(rounds.data?.items ?? []).map((one) => one.year), ...(made.data?.items ?? []).map(({ year: one }) => Number(one))])].filter(Boolean).sort((a, b) => b - a);
  const of = useRound(policy?.id, year);
  if (!policy) return <Empty page title={t("evaluation.none")} text={t("evaluation.none.text")} />;
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
        {policies.length > 1 && <Choice first={null} label={t("evaluation.programme")} value={policy.id} options={policies.map(({ id, title }) => [id, title])} onChange={(programme) => set({ programme })} />}
        <Choice first={null} label={t("evaluation.year")} value={String(year)} options={years.map((one) => [one, one])} onChange={(one) => set({ year: one })} />
        <Link className="quiet" to="/r/reserve_project">
          {t("evaluation.reserve")}
        </Link>
      </div>
      {of.error ? <Failed error={of.error} retry={of.retry} /> : !of.members ? <Waiting rows={8} /> : <Members policy={policy} round={of.round} members={of.members} />}
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

function Members({ policy, round, members }: { policy: Evaluating; round?: Round; members: Member[] }) {
  const t = useText();
  const resultOf = useResultOf();
  const [byRank, setByRank] = useState(false);
  const heads = headsOf(policy, round, members);
  const totals = members.flatMap((one) => totalOf(one) ?? []);
  const scoreOf = ({ evaluation }: Member, head: string) => evaluation?.scores.filter((one) => one.head === head).map(({ score }) => Number(score))[0];
  const shown = byRank ? [...members].sort((a, b) => (totalOf(b) ?? -1) - (totalOf(a) ?? -1)) : members;
  const figures = [...heads.map((head) => members.flatMap((one) => scoreOf(one, head) ?? [])), totals];
  const full = new Map(round?.weights.map(({ head, weight }) => [head, Number(weight)]));
  const none = <span className="quiet">{t("work.no")}</span>;
  const unscored = <span className="quiet">{t("evaluation.unscored")}</span>;
  if (members.length === 0) return <Empty title={t("evaluation.noCentres")} />;
  return (
    <>
      {round ? null : <Note tone="told">{t("evaluation.noRound")}</Note>}
      <div className="table-scroll evaluations-wide" tabIndex={0} role="region" aria-label={t("evaluation.table")}>
        <Table
          className="evaluations-table"
          rows={shown}
          keyOf={({ centre }) => centre.id}
          columns={[
            {
              head: t("evaluation.centre"),
              named: true,
              cell: ({ centre, unit, case: of }) => (
                <>
                  {of ? (
                    <Link to={`/evaluations/${of.id}`}>
                      <Data text={centre.name} />
                    </Link>
                  ) : (
                    <Data text={centre.name} />
                  )}
                  <small>
                    <Data text={unit.name} />
                  </small>
                </>
              ),
            },
            { head: t("evaluation.city"), cell: ({ centre }) => <Place code={centre.region} /> },
            ...heads.map((head): Column<Member> => ({
              head: (
                <>
                  <Data text={head} />
                  {full.has(head) && <small>/ {full.get(head)}</small>}
                </>
              ),
              headClass: "number evaluations-head",
              className: "number",
              cell: (one) => scoreOf(one, head) ?? unscored,
            })),
            {
              head: (
                <>
                  {t("evaluation.total")}
                  {full.size > 0 && <small>/ {pointsOf([...full.values()])}</small>}
                </>
              ),
              number: true,
              cell: (one) => (totalOf(one) === undefined ? unscored : <b>{totalOf(one)}</b>),
            },
            {
              head: (
                <button type="button" className="link-button" aria-pressed={byRank} onClick={() => setByRank(!byRank)}>
                  {t("evaluation.rank")}
                </button>
              ),
              sort: byRank ? "descending" : undefined,
              number: true,
              cell: (one) => {
                const total = totalOf(one);
                return total === undefined ? none : rankOf(total, totals);
              },
            },
            {
              head: t("evaluation.result"),
              cell: (one) => {
                const result = resultOf(policy, round, one.evaluation, one.case?.stage);
                return result ? <Data text={result} /> : <span className="quiet">{t("evaluation.open")}</span>;
              },
            },
            {
              head: t("evaluation.state"),
              cell: ({ case: of, code, evaluation }) => {
                const left = !of && round?.exceptions?.find(({ centre, taken }) => centre === code && !taken);
                return (
                  <>
                    <StateTag tone={of && evaluation ? toneOfEvaluation(of.state === "running", evaluation) : "grey"}>{of?.stage_label ?? t("evaluation.notBegun")}</StateTag>
                    {left && (
                      <small>
                        <Data text={t("evaluation.leftOut", { reason: left.reason })} />
                      </small>
                    )}
                  </>
                );
              },
            },
            { head: t("evaluation.doubts"), number: true, cell: ({ flags }) => flags.length || none },
            { head: t("evaluation.waits"), cell: ({ case: of }) => (of?.state === "running" ? t("evaluation.waits.province") : none) },
          ]}
        >
          <tfoot>
            {(["sum", "median"] as const).map((name) => (
              <tr key={name}>
                <th scope="row" colSpan={2}>
                  {t(`evaluation.${name}`)}
                </th>
                {figures.map((values, at) => (
                  <td key={at} className="number">
                    {values.length === 0 ? unscored : name === "sum" ? pointsOf(values) : median(values)}
                    {name === "median" && values.length > 0 && <small>{t("evaluation.known", { n: values.length })}</small>}
                  </td>
                ))}
                <td colSpan={5} />
              </tr>
            ))}
          </tfoot>
        </Table>
      </div>
    </>
  );
}
