/* The desk of a centre: what is due first, its duties against the plan of the year, deals by stage, demands that wait. A
 * section whose request fails says so, and the others stand. Each number opens its rows. */
import "../../ui/controls.css";
import "../../rooms/centre/home.css";
import "./centre.css";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { rowsOf } from "../../api/centres.ts";
import { api, take } from "../../api/client.ts";
import { groupsOf, listOf, recordPath, typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { dueWords } from "../../rooms/task/case-due.tsx";
import { Clause } from "../../ui/clause.tsx";
import { grouped } from "../../fields/number-input.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { useDuties, useReport, type Headed, type Plan } from "../../rooms/case/duties.ts";
import { useKeys } from "../../ui/keys.ts";
import { Meter } from "../../ui/meter.tsx";
import { Note } from "../../ui/note.tsx";
import { CountedOf, Num, NumOpens } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Planned } from "../../rooms/case/planned.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useTaskWords } from "../../rooms/task/words.ts";
import { placeOf, rowKey, thingOf, useBox, verbOf } from "../../rooms/task/todo.ts";
import { day, daysBetween, minute } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { inYuan } from "../../rooms/record/sums.tsx";
import { Days, Drafts } from "./desk.tsx";

const FIRST = 4; // rows of what is due, and of the lists beside
const STEPS = ["staff", "catalogue_item", "service_plan"] as const; // what a new centre enters first
const many = (n: number) => (n > 99 ? "99+" : n);

interface Read {
  data: unknown;
  error: Error | null;
  refetch: () => unknown;
}

/* What a section shows once its request has answered. */
function Read({ of, rows = 2, children }: { of: Read; rows?: number; children: () => ReactNode }) {
  if (of.data) return <>{children()}</>;
  return of.error ? <Failed error={of.error} retry={() => void of.refetch()} /> : <Waiting rows={rows} />;
}

function Section({ title, facts, more, children }: { title: string; facts?: ReactNode; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="centre-section" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <small>{facts}</small>
        {more}
      </header>
      {children}
    </section>
  );
}

export function CentreDesk() {
  const t = useText();
  const navigate = useNavigate();
  const session = useSession();
  const today = day(serverNow());
  const year = Number(today.slice(0, 4));
  const read = useDuties(year);
  const titleOf = usePolicyTitle();
  const rows = useQuery(rowsOf(session.credit_code ?? "")).data?.items ?? [];
  const latest = rows.filter((row, at) => rows.findIndex(({ programme }) => programme === row.programme) === at);
  const left = latest.filter(({ state }) => state === "exited");
  const asked = left.length < latest.length || latest.length === 0; // for duties, plans and reports, by some policy
  const duties = (read.policy?.duties ?? []).filter(({ own }) => !own).map(read.head);
  const open = read.kinds.reduce((n, kind) => n + (kind.by_hand ? (kind.open ?? 0) : 0), 0);
  useKeys([
    { keys: "n", label: t("centre.enter"), run: () => void navigate("/work") },
    { keys: "d", label: t("centre.deal"), run: () => void navigate("/r/deal/new") },
    ...duties.map(({ number, label }) => ({ keys: String(number), label, run: () => void navigate(`/work?duty=${number}`) })),
  ]);
  const steps = read.counted === "known" && asked ? STEPS.flatMap((name) => read.kinds.filter((kind) => kind.name === name && !kind.last && kind.may.includes("create"))) : [];
  return (
    <Columns rail={<Rail pack={read.policy?.id} reports={asked && read.policy?.standing === "in_force"} party={session.credit_code} year={year} />}>
      <PageHead
        title={<Data text={session.unit_name ?? ""} />}
        actions={
          <>
            <Link className="button" to="/work">
              ＋ {t("centre.enter")}
            </Link>
            <Link className="button" to="/r/deal/new">
              ＋ {t("centre.deal")}
            </Link>
          </>
        }
      />
      {left.length > 0 && (
        <div className="centre-left">
          {left.map((row) => (
            <Note key={row.id}>{t(row.leaving === "revoked" ? "centre.left.revoked" : "centre.left.exited", { day: row.left ?? "", policy: titleOf(row.programme) })}</Note>
          ))}
        </div>
      )}
      <dl className="fact-line centre-facts">
        <div>
          <dt>{t("centre.today")}</dt>
          <dd>{t("centre.today.of", { day: today.slice(5), n: daysBetween(`${year}-01-01`, today) + 1 })}</dd>
        </div>
        {read.plan && asked && (
          <div>
            <dt>{t("centre.plan")}</dt>
            <dd>
              <Link to={read.plan.made ? `/r/service_plan?filter=year%3D${year}` : read.plan.to}>{t(read.plan.made ? "centre.plan.of" : "work.unplanned.year", { year })}</Link>
            </dd>
          </div>
        )}
        {read.counted === "known" && (
          <div>
            <dt>{t("centre.open")}</dt>
            <dd>
              <Link className="desk-number" to="/work?view=letter&open=true">
                {open.toLocaleString("en")}
              </Link>
            </dd>
          </div>
        )}
      </dl>
      <First steps={steps.map(({ name, label }) => ({ name, label }))} />
      {asked && (
        <CountedOf value={read.reported && { pack: read.policy!.id, party: session.credit_code!, asOf: read.reported.asOf }}>
          <Section
            title={t("centre.duties")}
            facts={read.counted === "known" && t("centre.duties.sum", { n: sumOf(duties, "count"), plan: read.plan?.made ? sumOf(duties, "plan") : t("work.unplanned"), day: today.slice(5) })}
            more={<Link to="/work">{t("centre.duties.all")}</Link>}
          >
            <Read of={{ data: read.counted === "known" || undefined, error: read.error, refetch: read.retry }} rows={8}>
              {() => <Duties duties={duties} failed={read.reported?.failed} proofs={read.reported?.of} plan={read.plan} plans={!!read.plans?.includes("create")} />}
            </Read>
          </Section>
        </CountedOf>
      )}
      <Deals />
      <Demands today={today} />
    </Columns>
  );
}

const sumOf = (duties: readonly Headed[], what: "count" | "plan") => duties.reduce((n, duty) => n + (duty[what] ?? 0), 0).toLocaleString("en");

/* --- what is due -------------------------------------------------------------------------------- */

function First({ steps }: { steps: readonly { name: string; label: string }[] }) {
  const t = useText();
  const words = useTaskWords();
  const list = useBox("todo");
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const first = rows.slice(0, Math.max(0, FIRST - steps.length));
  return (
    <Section title={t("centre.first")} facts={t("centre.first.sum")} more={<Link to="/todo">{t("centre.first.all", { n: many(total) })}</Link>}>
      <Read of={list} rows={FIRST}>
        {() => (
          <ul className="centre-first">
            {first.map((row, i) => {
              const { line, tone, below } = dueWords(t, row);
              const verb = t(verbOf(row));
              return (
                <li key={rowKey(row)} className={`task-due-${tone}`}>
                  <div className="task-due">
                    <b>{line}</b>
                    <p>{below}</p>
                  </div>
                  <div>
                    <h3>
                      <Data text={words.what(row)} /> {row.clause && <Clause clause={row.clause} />}
                    </h3>
                    <p>
                      <Link to={thingOf(row)}>
                        <Data text={words.title(row)} />
                      </Link>
                    </p>
                  </div>
                  <Link className={`button small${i === 0 && row.overdue_days ? " primary" : ""}`} to={placeOf(row)} aria-label={`${verb} ${words.title(row)}`}>
                    {verb}
                  </Link>
                </li>
              );
            })}
            {steps.map(({ name, label }) => (
              <li key={name}>
                <div className="task-due">
                  <b>{t("centre.step")}</b>
                  <p>{t("centre.step.none")}</p>
                </div>
                <div>
                  <h3>
                    <Data text={label} />
                  </h3>
                  <p>{t(`centre.step.${name as (typeof STEPS)[number]}`)}</p>
                </div>
                <Link className="button small" to={`/r/${name}/new`} aria-label={t("records.add", { type: label })}>
                  {t("records.enter")}
                </Link>
              </li>
            ))}
            {first.length + steps.length === 0 && <li className="quiet">{t("desk.sum.none")}</li>}
          </ul>
        )}
      </Read>
    </Section>
  );
}

/* --- duties ------------------------------------------------------------------------------------- */

type Proofs = NonNullable<ReturnType<typeof useReport>>["of"];

interface Planning {
  plan?: Plan;
  plans: boolean; // the reader may make one
}

function Duties({ duties, failed, proofs, ...planning }: { duties: readonly Headed[]; failed?: boolean; proofs?: Proofs } & Planning) {
  const t = useText();
  return (
    <table className="close-rows centre-table centre-duties">
      <thead>
        <tr>
          <th scope="col">{t("centre.duty")}</th>
          <th scope="col">{t("centre.year")}</th>
          <th scope="col">{t("centre.planned")}</th>
          <th scope="col" colSpan={2}>{t("centre.meter")}</th>
          <th scope="col">{t("centre.unfinished")}</th>
          <th scope="col">{t("centre.proven")}</th>
        </tr>
      </thead>
      <tbody>
        {duties.map((duty) => (
          <DutyRow key={duty.number} duty={duty} cell={duty.evidence ? proofs?.(duty.evidence) : undefined} failed={failed} {...planning} />
        ))}
      </tbody>
    </table>
  );
}

function DutyRow({ duty, cell, failed, plan: made, plans }: { duty: Headed; cell?: ReturnType<Proofs>; failed?: boolean } & Planning) {
  const t = useText();
  const { number, label, count, plan, evidence, entries } = duty;
  const open = entries.reduce((n, entry) => n + entry.open, 0);
  const unfinished = entries.filter((entry) => entry.open);
  const counted = cell?.counted ?? count;
  const proven = cell?.counted === undefined ? count : (cell.proven ?? 0);
  const behind = !!plan && count !== undefined && count < plan * 0.6;
  return (
    <tr>
      <th scope="row">
        <small>{number}</small>{" "}
        <Link to={`/work?duty=${number}`}>
          <Data text={label} />
        </Link>
      </th>
      <td>{failed ? t("work.unknown") : count === undefined ? "" : !count ? <span className="quiet">{t("work.no")}</span> : evidence ? <Num indicator={evidence} label={label} text={count.toLocaleString("en")} /> : <Link className="desk-number" to={`/work?duty=${number}`}>{count.toLocaleString("en")}</Link>}</td>
      <td>{made && plan ? <Planned duty={duty} plan={made} /> : made && plans && plan === null ? <Link to={made.to} aria-label={t("work.plan.of", { duty: label })}>{t("work.unplanned")}</Link> : <span className="quiet">{t("work.unplanned")}</span>}</td>
      <td>{!!plan && count !== undefined && <Meter value={count} plan={plan} />}</td>
      <td className={behind ? "near" : undefined}>{!!plan && count !== undefined && (count >= plan ? <span className="ok">✓ {t("centre.reached")}</span> : `${behind ? "△ " : ""}${t("centre.lacks", { n: plan - count })}`)}</td>
      <td>
        {open ? (
          <Link className="desk-number" to={unfinished.length === 1 ? unfinished[0]!.listOpen : `/work?duty=${number}&open=true`} aria-label={t("work.count.open", { type: label, n: open })}>
            {open.toLocaleString("en")}
          </Link>
        ) : (
          <span className="quiet">{t("work.no")}</span>
        )}
      </td>
      <td className={proven !== counted ? "near" : undefined}>
        {!!counted && !failed && (
          <>
            {proven !== counted && "△ "}
            <Num indicator={evidence} label={label} text={`${proven} / ${counted}`} />
          </>
        )}
      </td>
    </tr>
  );
}

/* --- deals and demands -------------------------------------------------------------------------- */

const yuan = (sum = "0.00") => grouped(sum);

function Deals() {
  const t = useText();
  const language = useLanguage();
  const type = useQuery(typeOf("deal"));
  const groups = useQuery(groupsOf("deal", { by: "stage" }));
  const sums = useQuery(groupsOf("deal", { by: "stage", sum: "amount", filter: inYuan(undefined, "currency") }));
  const stages = type.data?.fields.find(({ name }) => name === "stage")?.values ?? [];
  const running = groups.data?.groups.filter(({ code }) => stages.slice(0, -1).some((stage) => stage.code === code)) ?? [];
  const list = (...codes: string[]) => `/r/deal?${new URLSearchParams({ filter: `stage=${codes.join(",")}` })}`;
  return (
    <Section
      title={t("centre.deals")}
      facts={
        running.length > 0 && (
          <Link className="desk-number" to={list(...stages.slice(0, -1).map(({ code }) => code))}>
            {t("centre.deals.sum", { n: running.reduce((n, { count }) => n + count, 0) })}
          </Link>
        )
      }
      more={<Link to="/r/deal?view=board">{t("centre.deals.all")}</Link>}
    >
      <Read of={[groups, sums, type].find(({ data, error }) => error ?? !data) ?? groups} rows={2}>
        {() => (
          <ul className="centre-stages">
            {stages.map(({ code, label: said }) => {
              const label = said?.[language] ?? code;
              const { count = 0 } = groups.data?.groups.find((one) => one.code === code) ?? {};
              const known = sums.data?.groups.find((one) => one.code === code);
              const unknown = count - (known ? known.count - (known.unknown ?? 0) : 0);
              return (
                <li key={code}>
                  <p>
                    <Data text={label} />{" "}
                    {count > 0 && (
                      <Link className="desk-number" to={list(code)}>
                        <small>{t("desk.count", { n: count })}</small>
                      </Link>
                    )}
                  </p>
                  {count ? (
                    <Link className="desk-number" to={list(code)} aria-label={t("centre.deals.of", { stage: label, n: count, sum: yuan(known?.sum) })}>
                      {unknown < count ? yuan(known?.sum) : t("desk.count", { n: count })}
                    </Link>
                  ) : (
                    <span className="quiet">{t("work.no")}</span>
                  )}
                  <small>
                    {unknown > 0 && (
                      <Link className="desk-number" to={`/r/deal?${new URLSearchParams({ filter: `stage=${code} and (amount is empty or not (currency=CNY or currency is empty))` })}`}>
                        {t("board.unknown.currency", { n: unknown })}
                      </Link>
                    )}
                  </small>
                </li>
              );
            })}
          </ul>
        )}
      </Read>
    </Section>
  );
}

const WAITING = "stage=received,open";

interface Demand {
  id: number;
  title: string;
  party?: { label?: string } | string;
  budget?: string;
  created_ms?: number;
}

function Demands({ today }: { today: string }) {
  const t = useText();
  const all = `/r/demand?${new URLSearchParams({ filter: WAITING })}`;
  const list = useQuery(listOf<Demand>("demand", { filter: WAITING, sort: "id", fields: "title,budget,created_ms", limit: FIRST }));
  const rows = list.data?.items ?? [];
  return (
    <Section
      title={t("centre.demands")}
      facts={
        list.data && (
          <Link className="desk-number" to={all}>
            {t("centre.first.sum.plain", { n: list.data.total ?? rows.length })}
          </Link>
        )
      }
      more={<Link to={all}>{t("centre.demands.all")}</Link>}
    >
      <Read of={list} rows={3}>
        {() =>
          rows.length === 0 ? (
            <p className="quiet">{t("work.no")}</p>
          ) : (
            <ul className="centre-demands">
              {rows.map((row) => (
                <li key={row.id}>
                  <Link className="one-line" to={recordPath("demand", row.id)}>
                    <Data text={row.title} />
                  </Link>
                  <span>{row.budget ? yuan(row.budget) : <span className="quiet">{t("centre.demands.noBudget")}</span>}</span>
                  <span>{row.created_ms !== undefined && t("centre.demands.waits", { n: daysBetween(row.created_ms, today) })}</span>
                  <Link className="button small" to={recordPath("demand", row.id)} aria-label={`${t("centre.demands.match")} ${row.title}`}>
                    {t("centre.demands.match")}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Read>
    </Section>
  );
}

/* --- rail --------------------------------------------------------------------------------------- */

interface Asked {
  pack?: string;
  reports: boolean; // the policy is in force: its centres report each year
  party?: string | null;
  year: number;
}

function Rail(asked: Asked) {
  return (
    <div className="desk-rail centre-rail">
      <Annual {...asked} />
      <Days />
      <Fees />
      <Changes />
      <Conditions {...asked} />
      <Drafts />
    </div>
  );
}

const ANNUAL = "annual-evaluation";

/* How much of the annual report the records already say. */
function Annual({ pack, reports, party, year }: Asked) {
  const t = useText();
  const report = useReport(reports ? pack : undefined, ANNUAL, party, year);
  if (!report) return null;
  const numbers = report.cells?.filter(({ indicator }) => indicator) ?? [];
  const known = numbers.filter(({ value, empty }) => value != null && !empty);
  return (
    <section aria-label={t("centre.annual", { year })}>
      <h2>
        <span>{t("centre.annual", { year })}</span>
        <Link to="/r/annual_report">{t("centre.annual.all")}</Link>
      </h2>
      <Read of={{ data: report.cells, error: report.error, refetch: report.retry }}>
        {() => (
          <>
            <span className="meter" aria-hidden="true">
              <i style={{ width: `${numbers.length ? (known.length / numbers.length) * 100 : 0}%` }} />
            </span>
            <ul>
              <li>
                {t("centre.annual.known")}
                <NumOpens label={t("centre.annual", { year })} text={t("centre.annual.cells", { n: known.length, all: numbers.length })}>
                  <ul className="num-rows">
                    {[...numbers.filter((cell) => !known.includes(cell)), ...known].map((cell, at) => (
                      <li key={at}>
                        <Data text={cell.label ?? cell.title} />
                        <span className={known.includes(cell) ? undefined : "near"}>{known.includes(cell) ? `✓ ${t("centre.annual.filled")}` : `△ ${t("centre.annual.lacks")}`}</span>
                      </li>
                    ))}
                  </ul>
                </NumOpens>
              </li>
            </ul>
          </>
        )}
      </Read>
    </section>
  );
}

const FEES_AHEAD = 90; // days
const FEES_BEHIND = 183; // a fee that is late can be paid for six months

/* Fees of patents that come near, and those that are late. */
function Fees() {
  const t = useText();
  const today = day(serverNow());
  const at = (days: number) => day(serverNow() + days * 86_400_000);
  const read = useQuery({ queryKey: ["due", "patent_holding", today], queryFn: () => take(api.GET("/api/v1/due", { params: { query: { type: "patent_holding", from: at(-FEES_BEHIND), to: at(FEES_AHEAD), limit: 100 } } })) });
  const words = useTaskWords();
  const rows = read.data?.items ?? [];
  const groups = [
    { key: "centre.fees.late", rows: rows.filter(({ due }) => due! < today) },
    { key: "centre.fees.near", rows: rows.filter(({ due }) => due! >= today) },
  ] as const;
  if (!read.error && rows.length === 0) return null;
  return (
    <section aria-label={t("centre.fees")}>
      <h2>
        <span>{t("centre.fees")}</span>
        <Link to="/r/patent_holding">{t("centre.fees.all")}</Link>
      </h2>
      <Read of={read}>
        {() => (
          <ul>
            {groups.map(({ key, rows: some }) => (
              <li key={key}>
                {t(key)}
                {some.length ? (
                  <NumOpens label={t(key)} text={t("desk.count", { n: some.length })}>
                    <ul className="num-rows">
                      {some.map((row) => (
                        <li key={rowKey(row)}>
                          <Link to={recordPath(row.type, row.id)}>
                            <Data text={words.title(row)} />
                          </Link>
                          <span className="quiet">{row.due}</span>
                        </li>
                      ))}
                    </ul>
                  </NumOpens>
                ) : (
                  <span className="quiet">{t("work.no")}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Read>
    </section>
  );
}

/* What a look at the topics and saved searches found to be new or of another status. */
function Changes() {
  const t = useText();
  const list = useQuery({ queryKey: ["notifications", "desk"], queryFn: () => take(api.GET("/api/v1/notifications", { params: { query: { limit: 50 } } })) });
  const rows = list.data?.items.filter(({ kind }) => kind === "search_alert").slice(0, FIRST) ?? [];
  return (
    <section aria-label={t("centre.changes")}>
      <h2>
        <span>{t("centre.changes")}</span>
        <Link to="/r/topic_database">{t("centre.changes.all")}</Link>
      </h2>
      <Read of={list}>
        {() => (
          <ul>
            {rows.map(({ id, title, subject, created_ms }) => (
              <li key={id}>
                {subject ? (
                  <Link to={recordPath(subject.type, subject.id)}>
                    <Data text={title} />
                  </Link>
                ) : (
                  <Data text={title} />
                )}
                <small>{minute(created_ms).slice(5, 10)}</small>
              </li>
            ))}
            {rows.length === 0 && <li className="quiet">{t("centre.changes.none")}</li>}
          </ul>
        )}
      </Read>
    </section>
  );
}

const BASIC = /^五/; // the article of the basic conditions

/* The basic conditions that are not met, or of which records are missing. */
function Conditions({ pack, party }: Asked) {
  const t = useText();
  const check = useQuery({ queryKey: ["case", "check", pack, party], enabled: !!pack && !!party, queryFn: () => take(api.POST("/api/v1/packs/{id}/check", { params: { path: { id: pack! } }, body: { party: party! } })) });
  const all = check.data?.criteria.filter(({ clause, applicable }) => applicable && BASIC.test(clause)) ?? [];
  const open = all.filter(({ pass }) => pass !== true);
  if (!pack || !party || (check.data && all.length === 0)) return null;
  const condition = ({ id, clause, quote, pass }: (typeof all)[number]) => (
    <li key={id}>
      <span className="one-line">
        <Data text={quote ?? clause} />
      </span>
      <span className={pass ? "ok" : pass === false ? "no" : "near"}>{pass ? `✓ ${t("centre.conditions.met")}` : pass === false ? `✕ ${t("form.standing.no")}` : `△ ${t("form.standing.unknown")}`}</span>
    </li>
  );
  return (
    <section aria-label={t("centre.conditions")}>
      <h2>
        <span>{t("centre.conditions")}</span>
        {all[0] && <Clause clause="五" />}
      </h2>
      <Read of={check}>
        {() => (
          <ul>
            <li>
              {t("centre.conditions.met")}
              <span className={open.length ? undefined : "ok"}>
                {open.length ? "" : "✓ "}
                <NumOpens label={t("centre.conditions")} text={`${all.length - open.length} / ${all.length}`}>
                  <ul className="num-rows">{[...open, ...all.filter((one) => !open.includes(one))].map(condition)}</ul>
                </NumOpens>
              </span>
            </li>
            {open.slice(0, FIRST).map(condition)}
          </ul>
        )}
      </Read>
    </section>
  );
}
