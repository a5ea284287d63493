/* What an evaluation judges, head by head: of the year, what was planned, of the year before, the median and the rank among all
 * centres of the round. Unknown values are in no median; how many are known is said. */
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { Link } from "react-router";
import { median, rankOf, recorded, type Fact, type Member, type Report } from "../../rooms/case/evaluations.ts";
import { listOf, recordPath } from "../../api/records.ts";
import type { Standing } from "../../api/case-form.ts";
import { grouped } from "../../fields/number-input.tsx";
import { Data } from "../../ui/data.tsx";
import type { Evaluating } from "../../rooms/case/evaluating.ts";
import { CountedOf, Num, NumOpens } from "../../ui/num.tsx";
import { Glyph } from "../../ui/verdict.tsx";
import { useText } from "../../text/index.ts";

const MONEY = "元";
const EXPECTED = "targets_due"; // the indicator of what an application promised

export const figure = (value: number, unit: string | undefined) => (unit === MONEY ? grouped(value.toFixed(2)) : value.toLocaleString("en", { maximumFractionDigits: 2 }));

interface PlanItem {
  title: string;
  duty?: string | null;
  count?: number | null;
}

interface Plan {
  id: number;
  items?: PlanItem[];
}

interface Expected {
  indicator: string;
  unit: string;
  baseline?: string | null;
  target: string;
  date: string;
}

const filled = <T extends object>(rows: readonly T[] | undefined, name: keyof T) => rows?.find((row) => Array.isArray(row[name]) && row[name].length > 0);

export function Facts({ policy, year, member, reports }: { policy: Evaluating; year: number; member: Member; reports: readonly Report[] }) {
  const t = useText();
  const { unit, code } = member;
  const plans = useQuery({ ...listOf<Plan & { id: number }>("service_plan", { filter: `owner_unit=${unit.id} and year=${year}`, fields: "items", limit: 1 }), retry: false }).data?.items;
  const applications = useQuery({ ...listOf<{ id: number; expected: Expected[] }>("application", { filter: `owner_unit=${unit.id}`, fields: "expected", sort: "-id", limit: 20 }), retry: false }).data?.items;
  const plan = filled(plans, "items");
  const promised = filled(applications, "expected");
  const of = (wanted: number) => reports.filter((one) => one.year === wanted);
  const own = (wanted: number) => of(wanted).find(({ party }) => party === code);
  const now = own(year);
  const before = own(year - 1);
  const cellsOf = (report: Report | undefined) => new Map(report?.sections.flatMap(({ cells }) => cells).map((cell) => [cell.indicator!, cell]));
  const last = cellsOf(before);
  const all = of(year).map(cellsOf);
  if (!now) return <p className="quiet">{t("evaluation.facts.none", { year })}</p>;
  return (
    <div className="table-scroll">
      <table className="plain-table facts">
        <thead>
          <tr>
            <th scope="col">{t("evaluation.fact")}</th>
            <th scope="col" className="number">
              {t("evaluation.now")}
            </th>
            <th scope="col" className="number">
              {t("evaluation.target")}
            </th>
            <th scope="col" className="number">
              {t("evaluation.last")}
            </th>
            <th scope="col" className="number">
              {t("evaluation.medianOf", { n: all.length })}
            </th>
            <th scope="col" className="number">
              {t("evaluation.place")}
            </th>
            <th scope="col">{t("evaluation.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {now.sections.map(({ id, label, cells }) => (
            <Fragment key={id}>
              <tr className="facts-head">
                <th scope="rowgroup" colSpan={7}>
                  <Data text={label ?? id} />
                </th>
              </tr>
              {cells.map((cell) => (
                <Row key={cell.indicator} policy={policy} code={code} cell={cell} asOf={now.as_of} last={last.get(cell.indicator!)} lastAsOf={before?.as_of} others={all.flatMap((one) => recorded(one.get(cell.indicator!))?.value ?? [])} n={all.length} plan={plan} />
              ))}
              {cells.some(({ indicator }) => indicator === EXPECTED) && promised?.expected.map((one, at) => <Promised key={at} of={one} application={promised.id} />)}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/* The plan of a duty: how many of its items. */
function planned(policy: Evaluating, indicator: string | undefined, plan: Plan | undefined): PlanItem[] {
  const number = /^duty_(\d+)$/.exec(indicator ?? "")?.[1];
  const codes = number ? policy.duties?.[Number(number) - 1]?.codes : undefined;
  return plan?.items?.filter(({ duty, count }) => duty && count && codes?.includes(duty)) ?? [];
}

interface RowProps {
  policy: Evaluating;
  code: string;
  cell: Fact;
  asOf: string;
  last?: Fact;
  lastAsOf?: string;
  others: number[];
  n: number;
  plan?: Plan;
}

function Row({ policy, code, cell, asOf, last, lastAsOf, others, n, plan }: RowProps) {
  const t = useText();
  const { unit, title, indicator } = cell;
  const items = planned(policy, indicator, plan);
  const target = items.length ? items.reduce((sum, { count }) => sum + count!, 0) : undefined;
  const value = recorded(cell)?.value;
  const middle = median(others);
  const name = unit ? `${title}（${unit}）` : title;
  return (
    <tr>
      <th scope="row">
        <Data text={name} />
      </th>
      <td className="number facts-now">
        <Counted policy={policy} code={code} cell={cell} asOf={asOf} label={title} />
      </td>
      <td className="number">
        {target === undefined ? (
          <span className="quiet">{t("evaluation.target.none")}</span>
        ) : (
          <NumOpens label={t("evaluation.target.of", { what: title })} text={figure(target, unit)}>
            <ul className="num-rows">
              {items.map((item, at) => (
                <li key={at}>
                  <Link to={recordPath("service_plan", plan!.id)}>
                    <Data text={item.title} />
                  </Link>
                  <span>{figure(item.count!, undefined)}</span>
                </li>
              ))}
            </ul>
          </NumOpens>
        )}
      </td>
      <td className="number">{last && lastAsOf ? <Counted policy={policy} code={code} cell={last} asOf={lastAsOf} label={`${title} ${lastAsOf.slice(0, 4)}`} /> : <span className="quiet">{t("common.unknown")}</span>}</td>
      <td className="number">
        {middle === undefined ? <span className="quiet">{t("common.unknown")}</span> : figure(middle, unit)}
        {others.length < n && <small>{t("evaluation.known", { n: others.length })}</small>}
      </td>
      <td className="number">{value === undefined || others.length === 0 ? <span className="quiet">{t("work.no")}</span> : rankOf(value, others)}</td>
      <td className="facts-verdict">
        <Verdict value={value} target={target} unit={unit} />
      </td>
    </tr>
  );
}

/* A number opens the rows that it is counted from; a list that is not declared complete has at least so many. */
function Counted({ policy, code, cell, asOf, label }: { policy: Evaluating; code: string; cell: Fact; asOf: string; label: string }): ReactNode {
  const t = useText();
  const known = recorded(cell);
  if (!known) return <span className="quiet">{t("common.unknown")}</span>;
  const text = `${known.least ? "≥ " : ""}${figure(known.value, cell.unit)}`;
  return cell.rows?.in ? (
    <CountedOf value={{ pack: policy.id, party: code, asOf }}>
      <Num indicator={cell.indicator} label={label} text={text} />
    </CountedOf>
  ) : (
    text
  );
}

function Verdict({ value, target, unit }: { value?: number; target?: number; unit?: string }) {
  const t = useText();
  const [state, words]: [Standing, string] =
    value === undefined
      ? ["unknown", t("common.unknown")]
      : target === undefined
        ? ["judged", t("evaluation.judged")]
        : value >= target
          ? ["ok", t("evaluation.reached")]
          : ["near", t("evaluation.lacks", { n: figure(target - value, unit) })];
  return (
    <>
      <Glyph state={state} /> <span className={`verdict verdict-${state}`}>{words}</span>
    </>
  );
}

/* What the application promised, in its own words: people judge whether it came about. */
function Promised({ of: { indicator, unit, baseline, target, date }, application }: { of: Expected; application: number }) {
  const t = useText();
  return (
    <tr>
      <th scope="row">
        <Link to={recordPath("application", application)}>
          <Data text={`${indicator}（${unit}）`} />
        </Link>
      </th>
      <td className="number">
        <span className="quiet">{t("evaluation.promised")}</span>
      </td>
      <td className="number">
        {figure(Number(target), undefined)}
        <small>{t("evaluation.promised.by", { day: date })}</small>
      </td>
      <td className="number">{baseline ? t("evaluation.promised.from", { n: figure(Number(baseline), undefined) }) : <span className="quiet">{t("common.unknown")}</span>}</td>
      <td colSpan={2} />
      <td className="facts-verdict">
        <Glyph state="judged" /> <span className="verdict verdict-judged">{t("evaluation.judged")}</span>
      </td>
    </tr>
  );
}
