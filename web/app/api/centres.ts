/* Recognised centres, each with its unit and the cases of its programme. */
import { useQuery } from "@tanstack/react-query";
import { listOf, recordOf } from "./records.ts";

export interface Centre {
  id: number;
  state: "active" | "exited";
  name: string;
  former?: string | null;
  party?: string | null; // as the decision was corrected
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

/* Units that have a code. */
export const unitsOf = (filter = "credit_code is not empty") => listOf<{ id: number; name: string; credit_code: string }>("party", { fields: "name,credit_code", filter, limit: MOST });

/* The rows of a unit: of each policy that recognised it, that in force first, else the latest. */
export const rowsOf = (code: string) => listOf<Centre>("centre", { fields: "*", filter: `credit_code="${code}"`, sort: "state,-entered", limit: 20 });

/* Centres stand before projects and bases, which other programmes of the register recognise; each in the order that it had. */
export function centresFirst<T extends { name?: string | null }>(rows: readonly T[]): T[] {
  const rank = ({ name }: T) => (/运营中心/.test(name ?? "") ? 0 : /中心/.test(name ?? "") ? 1 : 2);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/* All that the reader may see, with the cases that are running. */
export function useCentres() {
  const centres = useQuery(listOf<Centre>("centre", { fields: "*", limit: MOST }));
  const units = useQuery(unitsOf());
  const cases = useQuery(listOf<CentreCase>("case", { fields: CASE, filter: "state=running", limit: MOST }));
  const unitOf = new Map(units.data?.items.map(({ id, credit_code }) => [credit_code, id]));
  const running = cases.data?.items ?? [];
  const waits = units.isPending || cases.isPending; // without their cases rows would say that there is none
  const rows = !waits && centres.data && centresFirst(centres.data.items).map((centre) => ({
    ...centre,
    cases: running.filter(({ owner_unit, programme }) => owner_unit === unitOf.get(centre.credit_code ?? "") && programme === centre.programme),
  }));
  return { rows: rows || undefined, units: units.data && unitOf, total: centres.data?.total, error: centres.error, retry: () => void centres.refetch() };
}

/* One of them: its row, its unit and its cases, the oldest first. */
export function useCentre(id: number) {
  const read = useQuery(recordOf<Centre>("centre", id));
  const centre = read.data;
  const code = centre?.credit_code;
  const units = useQuery({ ...unitsOf(`credit_code=${code ?? ""}`), enabled: !!code });
  const unit = units.data?.items[0];
  const cases = useQuery({ ...listOf<CentreCase>("case", { fields: CASE, filter: `owner_unit=${unit?.id ?? 0} and programme="${centre?.programme ?? ""}"`, sort: "stage_on", limit: MOST }), enabled: !!unit });
  return { centre, unit, cases: centre && !code ? [] : cases.data?.items, error: read.error ?? units.error ?? cases.error, retry: () => void Promise.all([read.refetch(), units.refetch()]) };
}
