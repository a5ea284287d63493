/* The cases of a call as a queue: each with how its conditions stand and the steps that its reader may take now. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { api, take, type Schemas } from "../api/client.ts";
import { useSession } from "../api/session.ts";
import { languageNow } from "../text/index.ts";

export type Overview = Schemas["CallOverviewRow"];
type Actions = Awaited<ReturnType<typeof readActions>>;
export type Step = Actions["items"][number];

export interface Row extends Overview {
  own: boolean; // its step is with the reader's unit
  steps: Step[];
  numbers: { criterion: string; label: string; needs: string; value?: string; ok: boolean }[];
  lacking: number; // materials and cells
  signed: string[]; // steps of the review that were taken
}

const readOverview = (id: number) => take(api.GET("/api/v1/calls/{id}/overview", { params: { path: { id } } }));
const readActions = (id: number) => take(api.GET("/api/v1/cases/{id}/actions", { params: { path: { id } } }));

export const queueKey = (call: number) => ["overview", languageNow(), call];
export const actionsKey = (id: number) => ["actions", languageNow(), id];

/* Calls that their reader may see, the newest first. */
export const useCalls = () =>
  useQuery({
    queryKey: ["calls"],
    queryFn: async () => {
      const { items } = await take(api.GET("/api/v1/calls", { params: { query: { limit: 200, fields: "*" } } }));
      return items as unknown as Call[];
    },
  });

export interface Call {
  id: number;
  title: string;
  programme: string;
  opens_on: string;
  closes_on: string;
  state: string;
}

export function useQueue(call: number | undefined) {
  const { unit_name } = useSession();
  const overview = useQuery({ queryKey: queueKey(call ?? 0), queryFn: () => readOverview(call!), enabled: call !== undefined });
  const items = overview.data?.items ?? [];
  const own = items.filter((row) => row.holder !== null && row.holder === unit_name);
  const actions = useQueries({ queries: own.map((row) => ({ queryKey: actionsKey(row.case), queryFn: () => readActions(row.case) })) });
  const rows: Row[] = items.map((row) => {
    const at = own.indexOf(row);
    return { ...row, own: at >= 0, steps: at < 0 ? [] : (actions[at]!.data?.items ?? []).filter((one) => one.open), numbers: [], lacking: row.missing.length, signed: [] };
  });
  const again = () => Promise.all([overview.refetch(), ...actions.map((one) => one.refetch())]);
  return { rows, pending: overview.isPending && call !== undefined, settled: actions.every((one) => !one.isPending), error: overview.error, again };
}

/* Steps that all these rows may take now, in the order of the first. */
export function sharedSteps(rows: readonly Row[]): Step[] {
  const [first, ...rest] = rows;
  return first?.steps.filter((step) => rest.every((row) => row.steps.some((one) => one.action === step.action))) ?? [];
}
