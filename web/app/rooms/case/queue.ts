/* The cases of a call as a queue: each with how its conditions stand and the steps that its reader may take now. */
import { useQueries, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { actionsOf, type CaseAction } from "../../api/cases.ts";
import { verdictOf, type Criterion } from "../../api/case-form.ts";
import { api, take, takeAs, type Schemas } from "../../api/client.ts";
import { listOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { languageNow, useLanguage } from "../../text/index.ts";
import { useBox } from "../task/todo.ts";

export type Overview = Schemas["CallOverviewRow"];

export interface Row extends Omit<Overview, "numbers"> {
  own: boolean; // its step is with the reader's unit
  steps: CaseAction[];
  numbers: Criterion[]; // conditions that are a number
  counting?: boolean; // they are on their way
  near: number; // conditions that are nearly met
  review?: Review; // that it waits for
}

/* A step that needs what a panel of experts came to. */
export interface Review {
  action: string;
  evaluation: string; // of the policy
  to?: string; // the stage that it leads to
}

export function reviewOf(actions: readonly CaseAction[]): Review | undefined {
  for (const { action, why, to_stage } of actions) {
    const panel = why.find(({ code }) => code === "panel");
    if (panel?.field) return { action, evaluation: panel.field, to: to_stage };
  }
  return undefined;
}

const readOverview = (id: number) => take(api.GET("/api/v1/calls/{id}/overview", { params: { path: { id } } }));

const queueKey = (call: number) => ["overview", languageNow(), call];

/* Reads the queue anew, and what hangs on its cases. */
export const rereadQueue = (cache: QueryClient, call: number) => Promise.all([cache.invalidateQueries({ queryKey: queueKey(call) }), cache.invalidateQueries({ queryKey: ["case"] })]);

/* Calls that their reader may see, the newest first. */
export const useCalls = () =>
  useQuery({
    queryKey: ["calls"],
    queryFn: async () => (await takeAs<{ items: Call[] }>(api.GET("/api/v1/calls", { params: { query: { limit: 200, fields: "*" } } }))).items,
  });

export interface Call {
  id: number;
  title: string;
  programme: string;
  opens_on: string;
  closes_on: string;
  state: "draft" | "open" | "closed";
}

/* The first of these calls in which something is with the reader's office, the open ones before the closed; null: none. */
export function useCallWithWork(calls: readonly Call[]) {
  const { unit_name } = useSession();
  const cache = useQueryClient();
  const sorted = [...calls].sort((a, b) => Number(b.state === "open") - Number(a.state === "open"));
  return useQuery({
    queryKey: ["calls", "work", unit_name, sorted.map(({ id }) => id).join()],
    queryFn: async () => {
      for (const { id } of sorted) {
        const { items } = await cache.fetchQuery({ queryKey: queueKey(id), queryFn: () => readOverview(id) });
        if (items.some(({ holder }) => holder !== null && holder === unit_name)) return id;
      }
      return null;
    },
  });
}

export function useQueue(call: number | undefined) {
  const { unit_name } = useSession();
  const language = useLanguage();
  const overview = useQuery({ queryKey: queueKey(call ?? 0), queryFn: () => readOverview(call!), enabled: call !== undefined });
  const items = overview.data?.items ?? [];
  const own = items.filter((row) => row.holder !== null && row.holder === unit_name);
  const actions = useQueries({ queries: own.map((row) => actionsOf(row.case, language)) });
  const verdicts = useQueries({ queries: own.map((row) => verdictOf(row.case, language)) });
  const rows: Row[] = items.map((row) => {
    const at = own.indexOf(row);
    const criteria = (at < 0 ? undefined : verdicts[at]!.data?.criteria) ?? [];
    return {
      ...row,
      own: at >= 0,
      steps: at < 0 ? [] : (actions[at]!.data ?? []).filter((one) => one.open && !one.aside),
      numbers: criteria.filter(({ needs }) => needs),
      counting: at >= 0 && verdicts[at]!.isPending,
      near: criteria.filter(({ state }) => state === "near").length,
      review: at < 0 ? undefined : reviewOf(actions[at]!.data ?? []),
    };
  });
  const again = () => Promise.all([overview.refetch(), ...actions.map((one) => one.refetch())]);
  return { rows, pending: overview.isPending && call !== undefined, settled: actions.every((one) => !one.isPending), error: overview.error, again };
}

/* Cases outside of any call that the reader is to handle and that wait for a panel of experts; a list of their ids and titles. */
export function useReviewsApart() {
  const language = useLanguage();
  const box = useBox("todo", { named: false });
  const mine = [...new Set(box.data?.pages.flatMap(({ items }) => items.flatMap(({ type, id }) => (type === "case" ? [id] : []))) ?? [])];
  const apart = useQuery({ ...listOf<{ id: number; title: string }>("case", { filter: `state=running and call is empty and id=${mine.join(",")}`, limit: 200 }), enabled: mine.length > 0 });
  const cases = (mine.length > 0 && apart.data?.items) || [];
  const actions = useQueries({ queries: cases.map(({ id }) => actionsOf(id, language)) });
  return {
    cases: cases.filter((_, i) => reviewOf(actions[i]!.data ?? [])),
    pending: box.isPending || (mine.length > 0 && apart.isPending) || actions.some((one) => one.isPending),
    error: box.error ?? apart.error,
  };
}

/* Steps that all these rows may take now, in the order of the first. */
export function sharedSteps(rows: readonly Row[]): CaseAction[] {
  const [first, ...rest] = rows;
  return first?.steps.filter((step) => rest.every((row) => row.steps.some((one) => one.action === step.action))) ?? [];
}
