/* Rounds of evaluations: the policies that evaluate, what the office's scheme says, each centre with its evaluation, and the
 * facts of all of them. */
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { unitsOf, type Centre } from "../../api/centres.ts";
import { api, take, type Schemas } from "../../api/client.ts";
import { usePolicies } from "../../api/policies.ts";
import { listOf, typeOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { useLanguage } from "../../text/index.ts";

export interface Weight {
  head: string;
  weight: string;
}

export interface Grade {
  grade: string;
  step?: string | null; // of the policy's evaluation
  least?: string | null; // total
  note?: string | null;
}

export interface Round {
  id: number;
  version: number;
  year: number;
  programme: string;
  scheme?: string | null;
  scheme_file?: unknown;
  weights: Weight[];
  grades: Grade[];
  exceptions?: Exception[] | null;
}

/* A centre that was left out of the round, or taken in although it was recognised in the same quarter. */
export interface Exception {
  centre: string; // its code
  taken?: boolean | null;
  reason: string;
}

const quarterOf = (date: string) => `${date.slice(0, 4)} ${Math.ceil(Number(date.slice(5, 7)) / 3)}`;

/* Was it recognised in the quarter of this day? */
export const isRecent = ({ centre }: Member, today: string) => !!centre.entered && quarterOf(centre.entered) === quarterOf(today);

export interface Score {
  head: string;
  score: string;
  reason?: string | null;
}

export interface Evaluation {
  id: number;
  version: number;
  year: number;
  programme: string;
  grade?: string | null;
  result?: string | null;
  scores: Score[];
  opinion?: string | null;
  report_file?: unknown;
  owner_unit: number;
}

/* The colour of the state: one that ended in a demand to rectify is not well. */
export const toneOfEvaluation = (open: boolean, { result }: Pick<Evaluation, "result">) => (open ? "blue" : result === "failed" ? "amber" : "green");

export interface EvaluationCase {
  id: number;
  owner_unit: number;
  record_id: number;
  stage: string;
  stage_label: string;
  state: "running" | "over";
}

export interface Flag {
  id: number;
  summary: string;
  records: { type: string; record: number; party?: string | null; number?: string | null }[];
  reasons: { feature: string; left?: string | null; right?: string | null }[];
}

export interface Member {
  centre: Centre;
  unit: { id: number; name: string };
  code: string;
  evaluation?: Evaluation;
  case?: EvaluationCase;
  flags: Flag[];
}

const MOST = 500;
const EVALUATION = "year,programme,grade,result,scores,opinion,report_file,owner_unit";

export const roundsOf = (filter = "") => listOf<Round>("review_round", { fields: "year,programme,scheme,scheme_file,weights,grades,exceptions", filter, sort: "-year", limit: MOST });

/* A policy's centres in a year: those in the register, and those that left and have an evaluation of that year. */
export function useRound(programme: string | undefined, year: number) {
  const enabled = !!programme;
  const office = !useSession().roles.every(({ role }) => /^(centre|company|service|public)/.test(role)); // a scheme and doubts are the offices'
  const of = `programme="${programme ?? ""}"`;
  const rounds = useQuery({ ...roundsOf(of), enabled: enabled && office, retry: false });
  const evaluations = useQuery({ ...listOf<Evaluation>("evaluation", { fields: EVALUATION, filter: `${of} and year=${year} and kind=comprehensive`, limit: MOST }), enabled });
  const centres = useQuery({ ...listOf<Centre>("centre", { fields: "*", filter: of, limit: MOST }), enabled });
  const units = useQuery({ ...unitsOf(), enabled });
  const cases = useQuery({ ...listOf<EvaluationCase>("case", { fields: "owner_unit,record_id,stage,stage_label,state", filter: `${of} and record_type=evaluation`, limit: MOST }), enabled });
  const flags = useQuery({ ...listOf<Flag>("integrity_flag", { fields: "summary,records,reasons", filter: "state=open", limit: MOST }), enabled: enabled && office, retry: false });
  const all = [evaluations, centres, units, cases];
  const unitOf = new Map(units.data?.items.map((unit) => [unit.credit_code, unit]));
  const open = flags.data?.items ?? [];
  const members = (centres.data?.items ?? [])
    .flatMap((centre): Member[] => {
      const unit = unitOf.get(centre.credit_code ?? "");
      if (!unit) return [];
      const evaluation = evaluations.data?.items.find(({ owner_unit }) => owner_unit === unit.id);
      const names = [unit.name, centre.name, centre.credit_code];
      return [{ centre, unit, code: centre.credit_code!, evaluation, case: cases.data?.items.find(({ record_id }) => record_id === evaluation?.id), flags: open.filter(({ records }) => records.some(({ party }) => !!party && names.includes(party))) }];
    })
    .filter(({ centre, evaluation }) => centre.state === "active" || evaluation);
  const known = rounds.data?.items ?? [];
  return {
    round: known.find((one) => one.year === year),
    before: known.find((one) => one.year < year && one.weights.length > 0),
    members: (all.every(({ data }) => data) && !rounds.isLoading && !flags.isLoading) || !enabled ? members : undefined,
    error: all.find(({ error }) => error)?.error,
    retry: () => void Promise.all(all.map((one) => one.refetch())),
  };
}

/* Reads a round again after a change. */
export function useRefreshRound() {
  const cache = useQueryClient();
  return () => Promise.all(["evaluation", "review_round", "case", "centre"].map((type) => cache.invalidateQueries({ queryKey: ["records", type] })));
}

/* --- policies --------------------------------------------------------------------------------- */

type Policy = NonNullable<ReturnType<typeof usePolicies>>[number];
export type Evaluating = Policy & { evaluation: NonNullable<Policy["evaluation"]> };

/* Policies that evaluate their centres; those of the reader's province, where the reader has one. */
export function useEvaluating(): Evaluating[] | undefined {
  const { province } = useSession();
  return usePolicies()?.filter((one): one is Evaluating => !!one.evaluation && (!province || !!one.jurisdiction?.startsWith(province)));
}

/* The report that counts what an evaluation judges: by the policy's heads; without any, a form of its own. */
export const factsForm = ({ evaluation }: Evaluating) => (evaluation.heads.length ? "comprehensive" : "evaluation-facts");

/* What an evaluation came to: the policy's grade, else that of the office's scheme for the step taken, else the result. */
export function useResultOf(): (policy: Evaluating | undefined, round: Round | undefined, evaluation: Evaluation | undefined, stage: string | undefined) => string | undefined {
  const language = useLanguage();
  const words = useQuery(typeOf("evaluation")).data?.fields.find(({ name }) => name === "result")?.values;
  return (policy, round, evaluation, stage) => {
    const step = policy?.evaluation.results.find((one) => one.stage === stage)?.step;
    const own = step && round?.grades.find((one) => one.step === step)?.grade;
    return evaluation?.grade ?? own ?? words?.find(({ code }) => code === evaluation?.result)?.label?.[language];
  };
}

/* --- facts --------------------------------------------------------------------------------------- */

export type Report = Schemas["Report"];
export type Fact = Schemas["ReportCell"];

const TOGETHER = 30; // parties of one request: two years of each

/* Of all parties in a year and the one before; a number is of the last day of its year, or of today. */
export function useFacts(programme: string | undefined, form: string | undefined, parties: readonly string[], year: number) {
  const chunks = Array.from({ length: Math.ceil(parties.length / TOGETHER) }, (_, at) => parties.slice(at * TOGETHER, (at + 1) * TOGETHER));
  const reads = useQueries({
    queries: chunks.map((party) => ({
      queryKey: ["facts", programme, form, year, party],
      queryFn: () => take(api.GET("/api/v1/reports/{pack}/{form}", { params: { path: { pack: programme!, form: form! }, query: { party: [...party], year: [year, year - 1] } } })),
      enabled: !!programme && !!form,
      staleTime: 300_000,
      retry: false,
    })),
  });
  const done = reads.every(({ data }) => data);
  return { reports: done ? reads.flatMap(({ data }) => data!.reports) : undefined, error: reads.find(({ error }) => error)?.error, retry: () => void Promise.all(reads.map((one) => one.refetch())) };
}

/* What is recorded: of a list that nobody has declared complete, so many at least. Undefined: nothing is known. */
export function recorded(cell: Fact | undefined): { value: number; least: boolean } | undefined {
  const value = cell?.value;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return { value: Number(value), least: false };
  return Number(value.at_least) > 0 ? { value: Number(value.at_least), least: true } : undefined;
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? undefined : sorted.length % 2 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/* Rank: one more than the number of greater values. */
export const rankOf = (value: number, values: readonly number[]) => 1 + values.filter((one) => one > value).length;

/* Decimals are added in millionths of a point, so that no sum is rounded. */
const POINT = 1_000_000;
export const pointsOf = (values: readonly (string | number | null | undefined)[]) => values.reduce<number>((sum, one) => sum + Math.round(Number(one ?? 0) * POINT), 0) / POINT;
