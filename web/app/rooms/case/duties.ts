/* The duties of the policy in force, with what a year has of each: what is entered, counted and planned. */
import { keepPreviousData, queryOptions, usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import { packs } from "../../api/packs.ts";
import { listOf, recordPath } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession, type Session } from "../../api/session.ts";
import { useLanguage, type Language } from "../../text/index.ts";
import { groupOf, type Clause, type Duty, type Group, type Kind } from "./duty-kinds.ts";
import { usePolicies } from "../../api/policies.ts";
import { day } from "../../ui/time.ts";

const LIST_VIEW = "list_view"; // a list that somebody keeps is no business
const PLAN = "service_plan"; // the kind that plans the year
const VIEW = "duties-view"; // the form of a policy that counts what serves each of its duties, as reports do

export interface Headed extends Group {
  label: string;
  id?: string; // absent: it has no box
  number?: number;
  clauses: Clause[];
  evidence?: string; // the indicator that counts it; absent: it is the sum of its kinds
  plan?: number | null; // null: there is none yet; undefined: nobody plans it
}

export const isOffice = ({ unit_kind }: Session) => /office|ip_centre/.test(unit_kind ?? "");

export interface Asked {
  policy?: string | null; // absent: that which comes first
  named?: Kind[]; // kinds whose counts are still on their way
  clauses?: boolean; // what the policy says of each duty is shown too
}

const countsOf = (year: number, language: Language) =>
  queryOptions({ queryKey: ["records", "counts", year, language], queryFn: () => take(api.GET("/api/v1/types", { params: { query: { counts: "year", year } } })), placeholderData: keepPreviousData });

export function useDuties(year: number, { policy: asked, named = [], clauses: quoted = false }: Asked = {}) {
  const language = useLanguage();
  // Reports and the plan wait for these two: they are asked before what the sections of a page ask.
  usePrefetchQuery(packs(language));
  usePrefetchQuery(countsOf(year, language));
  const session = useSession();
  const office = isOffice(session);
  const { kinds, counted, ...read } = useKinds(year, named);
  const policies = usePoliciesOfDuties(session.province);
  const policy = policies?.find(({ id }) => id === asked) ?? policies?.[0];
  const { clauses, wordOf } = useClauses(quoted ? policy?.id : undefined);
  const plans = kinds.find(({ name }) => name === PLAN)?.may;
  const plan = usePlan(year, !office && !!plans?.includes("read"));
  const reported = useReport(policy?.id, VIEW, office ? null : session.credit_code, year);
  const byHand = kinds.filter(({ by_hand }) => by_hand);

  const head = (duty: Duty, at: number): Headed => {
    const word = wordOf(duty);
    const clause = clauses.find(({ quote }) => word && quote?.includes(word))?.clause;
    const [group, number] = [groupOf(byHand, duty.codes, !office), at + 1];
    const evidence = reported ? `duty_${number}` : undefined;
    return { ...group, count: evidence ? reported!.count(evidence) : group.count, evidence, label: duty.label, id: `duty-${number}`, number, clauses: clauses.filter((one) => one.clause === clause), plan: plan && (plan.of(duty.codes) ?? null) };
  };
  return { ...read, kinds, counted, policies, policy, clauses, plans, plan, reported, head };
}

export type Counted = "waits" | "known" | "failed";

/* The kinds that the reader may see and that stand for themselves; with their counts once these are there. */
function useKinds(year: number, named: Kind[]) {
  const counts = useQuery(countsOf(year, useLanguage()));
  const kinds = (counts.data?.items ?? named).filter(({ name, may, within }) => may.length > 0 && !within && name !== LIST_VIEW);
  const counted: Counted = counts.data ? "known" : counts.error ? "failed" : "waits";
  return { kinds, error: counts.error, retry: () => void counts.refetch(), counted };
}

/* The policies in force whose words name the duties: that of the province before that of the country. */
function usePoliciesOfDuties(province: string | undefined) {
  const today = day(serverNow());
  return usePolicies()
    ?.filter(({ duties, jurisdiction, standing, effective, expires }) => duties?.length && (standing === "in_force" || standing === "informative") && !(effective && effective > today) && !(expires && expires < today) && (jurisdiction === "000000" || (!!province && jurisdiction?.startsWith(province))))
    .sort((a, b) => (b.jurisdiction ?? "").localeCompare(a.jurisdiction ?? ""));
}

/* The clauses of a policy, and the words of its duties as it says them, in Chinese. */
function useClauses(policy: string | undefined) {
  const clauses = useQuery({ queryKey: ["clauses", policy], enabled: !!policy, staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs/{id}/clauses", { params: { path: { id: policy! } } })) }).data?.clauses ?? [];
  const said = useQuery({ queryKey: ["packs", "zh"], enabled: !!policy, staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs", { headers: { "Accept-Language": "zh" } })) }).data?.packs.find(({ id }) => id === policy)?.duties;
  return { clauses, wordOf: ({ codes }: Duty) => said?.find((one) => !one.own && String(one.codes) === String(codes))?.label };
}

export interface Plan {
  id?: number; // the record; absent: there is none
  made: boolean;
  of: (codes: readonly string[]) => number | undefined; // how many of some duties it has
  items: PlanItem[];
  to: string; // where it is made, or changed
}

export interface PlanItem {
  plan: number; // the record
  title: string;
  duty?: string;
  count?: number;
}

/* The unit's plan of a year; undefined: not known. */
export function usePlan(year: number, asked: boolean): Plan | undefined {
  const plans = useQuery({ ...listOf<{ id: number; items?: Omit<PlanItem, "plan">[] | null }>(PLAN, { filter: `year=${year}`, fields: "items", limit: 100 }), enabled: asked });
  const rows = plans.data?.items;
  const items = rows?.flatMap(({ id, items: some }) => (some ?? []).map((item): PlanItem => ({ ...item, plan: id })));
  const of = (codes: readonly string[]) => {
    const planned = items!.filter(({ duty, count }) => duty && codes.includes(duty) && count);
    return planned.length ? planned.reduce((n, { count }) => n + count!, 0) : undefined;
  };
  return rows && { id: rows[0]?.id, made: rows.length > 0, of, items: items!, to: rows[0] ? `${recordPath(PLAN, rows[0].id)}/edit` : `/r/${PLAN}/new?year=${year}` };
}

/* A report of a party about the year; `of` is one of its numbers. Undefined: nobody asks for one. */
export function useReport(pack: string | undefined, form: string, party: string | null | undefined, year: number) {
  const asked = !!pack && !!party;
  const read = useQuery({ queryKey: ["case", "reports", pack, form, party, year], enabled: asked, placeholderData: keepPreviousData, queryFn: () => take(api.GET("/api/v1/reports/{pack}/{form}", { params: { path: { pack: pack!, form }, query: { party: [party!], year: [year] } } })) });
  const report = read.data?.reports[0];
  const cells = report?.sections.flatMap(({ cells: some }) => some);
  const of = (indicator: string) => cells?.find((cell) => cell.indicator === indicator);
  return asked ? { failed: !!read.error, error: read.error, retry: () => void read.refetch(), asOf: report?.as_of, cells, of, count: (indicator: string) => of(indicator)?.rows?.in } : undefined;
}
