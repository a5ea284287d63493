/* The card of a recognised centre: its way from building to exit, what it did for each duty in each year, its days, money,
 * people and findings. Each number opens its rows; what an office may begin about it begins here. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./home.css";
import "./card.css";
import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useCentre, type Centre, type CentreCase } from "../../api/centres.ts";
import { casePath } from "../../api/cases.ts";
import { api, base, take } from "../../api/client.ts";
import { region } from "../../api/patents.ts";
import { groupsOf, listOf, recordOf, rulesFor, typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { isEmpty, manyOf } from "../../fields/field.ts";
import { grouped } from "../../fields/number-input.tsx";
import type { FileValue } from "../../api/uploads.ts";
import { Flow, FLOW_MOST, type FlowPoint } from "../case/flow.tsx";
import { Clause } from "../../ui/clause.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { isOffice } from "../case/duties.ts";
import { CountedOf, CountedRows, Num, NumOpens } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { papersOf } from "../paper/issue.tsx";
import { usePolicies } from "../../api/policies.ts";
import { KeyValues } from "../../ui/key-values.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { day, daysBetween } from "../../ui/time.ts";
import { useText, type Key } from "../../text/index.ts";
import { OfficeBegins } from "../case/begin.tsx";
import { addUp, inYuan } from "../record/sums.tsx";

const YEARS = 3;
const STEPS = [1, 5, 10, 20]; // a cell is darker from so many on

/* `views`: of other cards beside it. */
export function OneCentre({ id, views }: { id: number; views?: ReactNode }) {
  const { centre, unit, cases, error, retry } = useCentre(id);
  if (error) return <Failed error={error} retry={retry} />;
  return centre ? <Card centre={centre} unit={unit} cases={cases} views={views} /> : <Waiting rows={8} />;
}

interface Of {
  centre: Centre;
  unit?: { id: number; name: string };
  cases?: CentreCase[];
}

function Card({ centre, unit, cases, views }: Of & { views?: ReactNode }) {
  const t = useText();
  const session = useSession();
  const [office, own] = [isOffice(session), session.unit];
  const where = useQuery(region(centre.region)).data;
  const policy = usePolicies()?.find(({ id }) => id === centre.programme);
  const facts: [Key, ReactNode][] = [
    ["centres.former", centre.former && <Data text={centre.former} />],
    ["centres.unit", (centre.party || unit) && <Data text={centre.party ?? unit!.name} />],
    ["centres.code", centre.credit_code && <code>{centre.credit_code}</code>],
    ["centres.entered", <>{centre.entered}</>],
    ["centres.cycle.ends", centre.cycle_ends],
    ["centres.left", centre.left],
    ["centres.programme", <>{policy && <Data text={policy.title} />}</>],
  ];
  return (
    <Columns rail={<Rail centre={centre} unit={unit} />}>
      {views}
      <p className="crumb">
        {office ? <Link to="/centres">{t("centres.title")}</Link> : t("centres.title")} / {where && <Data text={where} />}
      </p>
      <PageHead
        title={<Data text={centre.name} />}
        tag={
          <StateTag tone={centre.state === "active" ? "green" : "grey"} ground>
            {t(`centres.state.${centre.state}`)}
          </StateTag>
        }
        actions={
          centre.state === "active" && (
            <>
              {unit?.id === own && (
                <Link className="button" to="/r/centre_profile">
                  {t("centres.profile")}
                </Link>
              )}
              {office && <Writes type="task" to={`/tasks/new?to_unit=${centre.credit_code ?? ""}`} label={t("centres.task")} />}
              {office && <Writes type="annual_opinion" to={`/r/annual_opinion/new?party=${centre.credit_code ?? ""}`} label={t("centres.opinion")} />}
              <Renames centre={centre} cases={cases} />
              <Leaves id={centre.id} />
            </>
          )
        }
      />
      <KeyValues look="fact-line card-facts" rows={facts.flatMap(([name, value]) => (value ? [[t(name), value] as const] : []))} />
      <Way centre={centre} cases={cases} />
      {!!policy?.duties?.length && centre.credit_code && <Duties centre={centre} code={centre.credit_code} />}
      <Days centre={centre} unit={unit} cases={cases} />
      <Papers cases={cases} />
    </Columns>
  );
}

/* Leads to a new record of a type that the reader may create. */
function Writes({ type, to, label }: { type: string; to: string; label: string }) {
  const { roles } = useSession();
  const read = useQuery(typeOf(type)).data;
  const may = read && rulesFor(read, roles.map(({ role }) => role), "create").length > 0;
  return may ? (
    <Link className="button" to={to}>
      {label}
    </Link>
  ) : null;
}

/* Leads to the step by which the centre leaves at its own wish, for who may take it. */
function Leaves({ id }: { id: number }) {
  const t = useText();
  const may = useQuery(recordOf("centre", id)).data?._may.includes("exit");
  return may ? (
    <Link className="button" to={`/r/centre/${id}?do=exit`}>
      {t("rectify.exit")}
    </Link>
  ) : null;
}

/* Leads to the decision by which the centre was entered, where its new name is entered. */
function Renames({ centre, cases = [] }: Of) {
  const t = useText();
  const { roles } = useSession();
  const over = cases.filter(({ state, process }) => state === "over" && (process === "application" || process === "existing"));
  const by = over.find(({ stage_on }) => stage_on === centre.entered) ?? over.at(-1);
  return by && roles.some(({ role }) => /^(province|ip_centre)_(officer|leader)$/.test(role)) ? (
    <Link className="button" to={`/case/${by.id}?do=rename`}>
      {t("centres.rename")}
    </Link>
  ) : null;
}

function Section({ title, facts, children }: { title: string; facts?: ReactNode; children: ReactNode }) {
  return (
    <section className="card-section" aria-label={title}>
      <h2>
        {title} <small>{facts}</small>
      </h2>
      {children}
    </section>
  );
}

/* --- the way ------------------------------------------------------------------------------------ */

const processOf = ({ title }: CentreCase) => title.split(/[：:]/).at(-1)!.trim();

/* The cases of its programme in the order of their days, and what ends them. */
function Way({ centre, cases }: Of) {
  const t = useText();
  if (!cases) return <Waiting rows={2} />;
  const points = cases.map((one): FlowPoint => ({ key: String(one.id), state: one.state === "running" ? "now" : "done", label: processOf(one), line: `${one.stage_on.slice(0, 10)} ${one.stage_label}`, words: true }));
  const ends = centre.left ?? centre.cycle_ends;
  if (ends) points.push({ key: "end", state: centre.left ? "done" : "next", label: t(centre.left ? "centres.left" : "centres.cycle.ends"), line: ends });
  return <Flow points={points.slice(-FLOW_MOST)} label={t("centres.way")} />;
}

/* --- duties ------------------------------------------------------------------------------------- */

function Duties({ centre, code }: { centre: Centre; code: string }) {
  const t = useText();
  const now = Number(day(serverNow()).slice(0, 4));
  const years = Array.from({ length: YEARS }, (_, i) => now - YEARS + 1 + i);
  const read = useQuery({
    queryKey: ["case", "reports", centre.programme, "duties-view", code, years],
    queryFn: () => take(api.GET("/api/v1/reports/{pack}/{form}", { params: { path: { pack: centre.programme, form: "duties-view" }, query: { party: [code], year: years } } })),
  });
  const reports = read.data?.reports.map((report) => ({ year: report.year!, asOf: report.as_of, clause: report.clause, cells: report.sections.flatMap(({ cells }) => cells).filter(({ indicator }) => indicator) }));
  const last = reports?.at(-1);
  return (
    <Section title={t("centres.duties")} facts={last && <>{t("centres.duties.of", { day: last.asOf })} {last.clause && <Clause clause={last.clause} boxed />}</>}>
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : !reports || !last ? (
        <Waiting rows={8} />
      ) : (
        <>
          <div className="table-scroll">
            <table className="plain-table card-heat">
              <thead>
                <tr>
                  <th scope="col">{t("centre.duty")}</th>
                  {reports.map(({ year }) => (
                    <th key={year} scope="col" className="number">
                      {year}
                    </th>
                  ))}
                  <th scope="col" className="number">
                    {t("centres.sum")}
                  </th>
                  <th scope="col" className="number">
                    {t("centre.proven")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {last.cells.map(({ indicator, label, title }, row) => {
                  const cells = reports.map(({ cells: all, ...report }) => ({ ...report, cell: all[row] }));
                  const sum = cells.reduce((n, { cell }) => n + (cell?.rows?.in ?? 0), 0);
                  const proven = cells.reduce((n, { cell }) => n + ((cell?.counted === undefined ? cell?.rows?.in : cell.proven) ?? 0), 0);
                  return (
                    <tr key={indicator}>
                      <th scope="row">
                        <small>{row + 1}</small> <Data text={label ?? title} />
                      </th>
                      {cells.map(({ year, asOf, cell }) => {
                        const count = cell?.rows?.in ?? 0;
                        return (
                          <td key={year} className={`number card-heat-${STEPS.filter((from) => count >= from).length}`}>
                            {count ? (
                              <CountedOf value={{ pack: centre.programme, party: code, asOf }}>
                                <Num indicator={indicator} label={`${label ?? title} ${year}`} text={count.toLocaleString("en")} />
                              </CountedOf>
                            ) : (
                              "0"
                            )}
                          </td>
                        );
                      })}
                      <td className="number">
                        <b>{sum.toLocaleString("en")}</b>
                      </td>
                      <td className={`number${proven < sum ? " near" : ""}`}>
                        {proven < sum && "△ "}
                        {proven} / {sum}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          <p className="card-legend" aria-hidden="true">
            <span>
              <i /> 0
            </span>
            {STEPS.map((from, i) => (
              <span key={from}>
                <i className={`card-heat-${i + 1}`} /> {STEPS[i + 1] ? `${from}–${STEPS[i + 1]! - 1}` : `≥ ${from}`}
              </span>
            ))}
          </p>
        </>
      )}
    </Section>
  );
}

/* --- days and tasks ----------------------------------------------------------------------------- */

interface Task {
  id: number;
  title: string;
  due?: string | null;
  state: string;
}

function Days({ centre, cases }: Of) {
  const t = useText();
  const today = day(serverNow());
  const readsTasks = !useSession().roles.some(({ role }) => role === "auditor"); // who may not read them
  const tasks = useQuery({ ...listOf<Task>("task", { filter: `to_unit=${centre.credit_code ?? ""}`, fields: "title,due", sort: "-due", limit: 5 }), retry: false, enabled: !!centre.credit_code && readsTasks });
  const rows = [
    ...(cases ?? []).filter(({ state }) => state === "running").map((one) => ({ key: `case.${one.id}`, to: casePath(one.process, one.id), due: one.due_date, title: processOf(one), line: one.stage_label, open: true })),
    ...(tasks.data?.items ?? []).map(({ id, title, due, state }) => ({ key: `task.${id}`, to: `/tasks/${id}`, due, title, line: t("centres.task"), open: state === "open" })),
  ].sort((a, b) => Number(b.open) - Number(a.open) || (a.due ?? "9").localeCompare(b.due ?? "9"));
  return (
    <Section title={t("centres.days")}>
      {rows.length === 0 && <p className="quiet">{t("centres.days.none")}</p>}
      <ul className="card-days">
        {rows.map(({ key, to, due, title, line, open }) => (
          <li key={key}>
            <div>
              <b className={open && due && due < today ? "no" : undefined}>{!open ? t("centres.done") : !due ? t("desk.noDue") : due < today ? t("desk.late", { n: daysBetween(due, today) }) : t("desk.left", { n: daysBetween(today, due) })}</b>
              <small>{due}</small>
            </div>
            <div>
              <Link to={to}>
                <Data text={title} />
              </Link>
              <small>
                <Data text={line} />
              </small>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/* --- papers ------------------------------------------------------------------------------------- */

const PAPERS_OF = 20; // of so many cases, the latest

function Papers({ cases }: { cases?: CentreCase[] }) {
  const t = useText();
  const reads = useQueries({ queries: (cases ?? []).slice(-PAPERS_OF).map(({ id }) => ({ ...papersOf(id), retry: false })) });
  const papers = reads
    .flatMap(({ data }, i) => (data?.items ?? []).filter((one) => !one.superseded_by).map((one) => ({ ...one, of: cases!.slice(-PAPERS_OF)[i]! })))
    .sort((a, b) => b.issued_on.localeCompare(a.issued_on) || b.id - a.id);
  if (papers.length === 0) return null;
  return (
    <Section title={t("centres.papers")} facts={papers.length}>
      <ul className="card-days">
        {papers.map(({ id, of, title, number, issued_on, by }) => (
          <li key={id}>
            <div>{issued_on}</div>
            <div>
              <a href={`${base}/api/v1/cases/${of.id}/papers/${id}/pdf`} target="_blank" rel="noreferrer">
                <Data text={title} />
              </a>
              <small>
                <Data text={[number, processOf(of), by].filter(Boolean).join(" ")} />
              </small>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/* --- rail --------------------------------------------------------------------------------------- */

interface Count {
  key: "deals" | "sum" | "projects" | "served" | "staff" | "payments" | "spent" | "findings";
  type: string;
  filter: (of: { unit: number; code: string; yuan: (filter: string) => string }) => string;
  sum?: { of: string; title: string; file: string }; // fields: what is added up, the row's name, its scan; absent: they are counted
}

const groupsShown: readonly { title: "centres.work" | "centres.people" | "centres.money" | "centres.findings"; rows: readonly Count[] }[] = [
  {
    title: "centres.work",
    rows: [
      { key: "sum", type: "deal", filter: ({ unit, yuan }) => yuan(`owner_unit=${unit} and state=signed,filed`), sum: { of: "amount", title: "number", file: "contract_file" } },
      { key: "deals", type: "deal", filter: ({ unit }) => `owner_unit=${unit} and state=signed,filed` },
      { key: "projects", type: "project", filter: ({ unit }) => `owner_unit=${unit}` },
      { key: "served", type: "served_party", filter: ({ unit }) => `owner_unit=${unit}` },
    ],
  },
  { title: "centres.people", rows: [{ key: "staff", type: "staff", filter: ({ unit }) => `owner_unit=${unit}` }] },
  {
    title: "centres.money",
    rows: [{ key: "spent", type: "spending_line", filter: ({ unit }) => `owner_unit=${unit}`, sum: { of: "amount", title: "voucher_no", file: "voucher_file" } }],
  },
  { title: "centres.findings", rows: [{ key: "findings", type: "finding", filter: ({ code }) => `party=${code}` }] },
];

function Rail({ centre, unit }: Of) {
  const t = useText();
  const office = isOffice(useSession());
  return (
    <div className="desk-rail card-rail">
      {unit &&
        groupsShown.filter(({ title }) => office || title !== "centres.findings").map(({ title, rows }) => (
          <section key={title} aria-label={t(title)}>
            <h2>{t(title)}</h2>
            <ul>
              {rows.map((row) => (
                <Counted key={row.key} row={row} unit={unit.id} code={centre.credit_code!} />
              ))}
            </ul>
          </section>
        ))}
      {centre.state === "active" && centre.credit_code && <OfficeBegins party={centre.credit_code} pack={centre.programme} />}
    </div>
  );
}

function Counted({ row, unit, code }: { row: Count; unit: number; code: string }) {
  const t = useText();
  const filter = row.filter({ unit, code, yuan: (all) => inYuan(all, "currency")! });
  const { data, error } = useQuery({ ...groupsOf(row.type, { by: "state", filter, sum: row.sum?.of }), retry: false });
  const count = data?.groups.reduce((n, group) => n + group.count, 0) ?? 0;
  const text = row.sum ? t("desk.overview.yuan", { sum: grouped(addUp((data?.groups ?? []).map(({ sum }) => sum))) }) : count.toLocaleString("en");
  return (
    <li>
      {t(`centres.of.${row.key}`)}
      {error ? <span className="quiet">{t("work.unknown")}</span> : data && (count && row.sum ? (
        <NumOpens label={t(`centres.of.${row.key}`)} text={text}>
          <SumRows type={row.type} filter={filter} sum={row.sum} text={text} />
        </NumOpens>
      ) : count ? (
        <Link className="desk-number" to={`/r/${row.type}?${new URLSearchParams({ filter })}`}>
          {text}
        </Link>
      ) : (
        <span className="quiet">{t("work.no")}</span>
      ))}
    </li>
  );
}

/* The records that a sum adds up, each with its scan; all of them in their list. */
function SumRows({ type, filter, sum, text }: { type: string; filter: string; sum: NonNullable<Count["sum"]>; text: string }) {
  const t = useText();
  const read = useQuery(listOf(type, { filter, fields: `${sum.title},${sum.of},${sum.file}`, limit: 500 }));
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={5} />;
  const rows = read.data.items.map((row) => {
    const { [sum.title]: title, [sum.of]: amount } = row;
    return { record: String(row.id), label: String(title ?? ""), amount: isEmpty(amount) ? undefined : String(amount), source: { type, id: row.id, files: manyOf<FileValue>(row[sum.file]) } };
  });
  return (
    <>
      <p>
        <Link to={`/r/${type}?${new URLSearchParams({ filter })}`}>{t("centres.list")}</Link>
      </p>
      <CountedRows rows={rows} text={text} />
    </>
  );
}
