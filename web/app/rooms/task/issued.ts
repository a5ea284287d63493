/* Tasks that offices issue to centres. */
import { useQuery } from "@tanstack/react-query";
import { unitsOf } from "../../api/centres.ts";
import { listOf, type Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { day, daysBetween } from "../../ui/time.ts";

export type Task = Row & { title: string; due: string; to_unit?: string | null; issued_by?: string | null; replied_on?: string | null };

const MOST = 500;

/* Units by their numbers, for who reads of others. */
export function useUnits() {
  return useQuery({ ...unitsOf(), retry: false }).data?.items ?? [];
}

/* The name of the unit in charge: the one that the task names, else whose record it is. */
export function useUnitOf() {
  const session = useSession();
  const units = useUnits();
  return ({ to_unit: code, owner_unit: owner }: Task): string | undefined =>
    (code ? units.find((one) => one.credit_code === code) : units.find(({ id }) => id === owner))?.name ?? (code === session.credit_code || (!code && owner === session.unit) ? session.unit_name : undefined) ?? code ?? undefined;
}

export const useTasks = () => useQuery(listOf<Task>("task", { fields: "title,due,to_unit,issued_by,replied_on,owner_unit,owner_city", sort: "due", limit: MOST }));

/* The due line of a task: days left or days late. */
export function dueOf({ state, due }: Task) {
  const left = daysBetween(serverNow(), due);
  return state === "open" ? { due, day: "by", days_left: Math.max(0, left), overdue_days: Math.max(0, -left) } : undefined;
}

export const isLate = (task: Task) => task.state === "open" && task.due < day(serverNow());

/* Days after its due day on which it was replied to; 0: in time, or not yet. */
export const repliedLate = ({ due, replied_on: on }: Task) => (on ? Math.max(0, daysBetween(due, on)) : 0);

export const taskTone = { open: "blue", replied: "amber", done: "green" } as const;
