/* Recognised centres, each with its unit and the cases of its programme. */
import { useQuery } from "@tanstack/react-query";
import { listOf, recordOf } from "./records.ts";

export interface Centre {
  id: number;
  state: "active" | "exited";
  name: string;
  credit_code?: string; // absent: the reader sees what is public
  programme: string; // the policy
  region: string;
  industry?: string | null;
  batch?: string | null;
  entered?: string | null;
  cycle_ends?: string | null;
  left?: string | null;
  leaving?: "revoked" | "exited" | null;
}

export interface CentreCase {
  id: number;
  owner_unit: number;
  title: string;
  programme: string;
  process: string;
  stage: string;
  stage_label: string;
  stage_on: string;
  due_date?: string | null;
  state: "running" | "over";
}

const MOST = 500;
const CASE = "owner_unit,title,programme,process,stage,stage_label,stage_on,due_date";

/* The rows of a unit: of each policy that recognised it, that in force first, else the latest. */
export const rowsOf = (code: string) => listOf("centre", { fields: "*", filter: `credit_code="${code}"`, sort: "state,-entered", limit: 20 });

/* All that the reader may see, with the cases that are running. */
export function useCentres() {
  const centres = useQuery(listOf("centre", { fields: "*", limit: MOST }));
  const units = useQuery(listOf("party", { fields: "credit_code", filter: "credit_code is not empty", limit: MOST }));
  const cases = useQuery(listOf("case", { fields: CASE, filter: "state=running", limit: MOST }));
  const unitOf = new Map((units.data?.items as unknown as { id: number; credit_code: string }[] | undefined)?.map(({ id, credit_code }) => [credit_code, id]));
  const running = (cases.data?.items ?? []) as unknown as CentreCase[];
  const rows = (centres.data?.items as unknown as Centre[] | undefined)?.map((centre) => ({
    ...centre,
    cases: running.filter(({ owner_unit, programme }) => owner_unit === unitOf.get(centre.credit_code ?? "") && programme === centre.programme),
  }));
  return { rows, units: units.data && unitOf, total: centres.data?.total, error: centres.error, retry: () => void centres.refetch() };
}

/* One of them: its row, its unit and its cases, the oldest first. */
export function useCentre(id: number) {
  const read = useQuery(recordOf("centre", id));
  const centre = read.data as unknown as Centre | undefined;
  const code = centre?.credit_code;
  const units = useQuery({ ...listOf("party", { fields: "name,credit_code", filter: `credit_code=${code ?? ""}`, limit: 1 }), enabled: !!code });
  const unit = units.data?.items[0] as { id: number; name: string } | undefined;
  const cases = useQuery({ ...listOf("case", { fields: CASE, filter: `owner_unit=${unit?.id ?? 0} and programme="${centre?.programme ?? ""}"`, sort: "stage_on", limit: MOST }), enabled: !!unit });
  return { centre, unit, cases: (centre && !code ? [] : cases.data?.items) as unknown as CentreCase[] | undefined, error: read.error ?? units.error ?? cases.error, retry: () => void Promise.all([read.refetch(), units.refetch()]) };
}
