/* The annual reports of a year, each with its case. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import { listOf } from "../../api/records.ts";

export interface Remark {
  cell: string;
  opinion: string;
}

export interface AnnualReport {
  id: number;
  year: number;
  owner_unit: number;
  state: string;
  filed_city?: string | null;
  reviewed_city?: string | null;
  filed_province?: string | null;
  copied_city?: string | null;
  self_evaluation?: string | null;
  economic?: string | null;
  social?: string | null;
  measures?: string | null;
  report_file?: unknown;
  plan_file?: unknown;
  not_planned?: { duty: string; why: string }[];
  remarks?: Remark[];
  city_opinion?: string | null;
  city_opinion_on?: string | null;
  province_opinion?: string | null;
  province_opinion_on?: string | null;
}

export interface AnnualCase {
  id: number;
  number: string;
  owner_unit: number;
  programme: string;
  record_id: number;
  stage: string;
  stage_label: string;
  due_date?: string | null;
  state: "running" | "over";
}

const MOST = 500;

/* Those that the reader may see. */
export function useAnnual(year: number) {
  const reports = useQuery(listOf<AnnualReport>("annual_report", { filter: `year=${year} and kind=report`, fields: "*", limit: MOST }));
  const rows = reports.data?.items;
  const ids = rows?.map(({ id }) => id) ?? [];
  const cases = useQuery({ ...listOf<AnnualCase>("case", { filter: `process="annual-report" and record_id=${ids.join(",")}`, fields: "number,owner_unit,programme,record_id,stage,stage_label,due_date,state", limit: MOST }), enabled: ids.length > 0 });
  const of = cases.data?.items ?? [];
  return {
    rows: rows && (ids.length === 0 || cases.data) ? of.map((one) => ({ case: one, report: rows.find(({ id }) => id === one.record_id)! })) : undefined,
    error: reports.error ?? cases.error,
    retry: () => void Promise.all([reports.refetch(), ids.length > 0 && cases.refetch()]),
  };
}

/* The last day to file, by programme: that of cases that run; once all are closed, that which a late one missed. Absent: none was
 * late. */
export function useDues(rows: readonly { case: AnnualCase }[] | undefined): Map<string, string> {
  const dues = new Map<string, string>();
  for (const { case: one } of rows ?? []) if (one.due_date && one.due_date > (dues.get(one.programme) ?? "")) dues.set(one.programme, one.due_date);
  const closed = (rows ?? []).filter(({ case: one }) => one.state === "over" && !dues.has(one.programme));
  const read = useQueries({
    queries: closed.map(({ case: { id } }) => ({ queryKey: ["case", id, "late"], queryFn: async () => (await take(api.GET("/api/v1/cases/{id}/history", { params: { path: { id } } }))).items })),
  });
  read.forEach(({ data }, at) => data?.forEach(({ result }) => result?.due && dues.set(closed[at]!.case.programme, result.due)));
  return dues;
}
