/* Rows of GET /todo, put in order by urgency; the same task for several cases is folded into one row. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, take } from "../api/client.ts";
import type { paths } from "../api/schema.ts";
import { useLanguage } from "../text/index.ts";

export const boxes = ["todo", "read", "done", "mine", "copied"] as const;
export type Box = (typeof boxes)[number];
export type Row = paths["/api/v1/todo"]["get"]["responses"]["200"]["content"]["application/json"]["items"][number];

export const urgencies = ["late", "soon", "week", "later", "none", "papers"] as const;
export type Urgency = (typeof urgencies)[number];

/* One row, or several rows that ask for the same. */
export interface Entry {
  key: string;
  rows: readonly [Row, ...Row[]];
}

const FOLDS_FROM = 3;

const readBox = (box: Box, cursor: string | undefined) => take(api.GET("/api/v1/todo", { params: { query: { box, limit: 200, ...(cursor ? { cursor } : {}) } } }));

export function useBox(box: Box, enabled = true) {
  const language = useLanguage();
  return useInfiniteQuery({
    enabled,
    queryKey: ["todo", box, language],
    queryFn: ({ pageParam }) => readBox(box, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

/* Papers to issue and services to register: work that follows a decision. */
const isPaperwork = ({ type, actions }: Row) => type === "paper_service" || (actions.length > 0 && actions.every(({ name }) => name === "papers"));

/* A day by which something is late; the other days open something, belong to somebody else, or remind. */
export function urgencyOf(row: Row): Urgency {
  if (!row.due) return isPaperwork(row) ? "papers" : "none";
  if (row.day !== "by") return "later";
  if (row.overdue_days) return "late";
  const left = row.days_left ?? 0;
  return left <= 3 ? "soon" : left <= 7 ? "week" : "later";
}

export const rowKey = (row: Row) => [row.kind, row.type, row.id, row.proposal ?? row.assignment ?? "", row.due_name ?? "", row.row ?? ""].join(".");

/* What is asked: rows that ask for the same can be done together. */
export const taskOf = (row: Row) => [row.kind, row.type, row.case?.programme, row.case?.stage, row.note ?? "", row.what, row.due ?? ""].join("\n");

/* A case itself; another row may be about one. */
export const isCase = ({ type, case: of }: Row) => type === "case" && of !== undefined;

/* A row that stands for several cases, as one for each. */
const apart = (row: Row): Row[] =>
  isCase(row) && row.cases && row.cases.length > 1
    ? row.cases.map(({ id, number, party, assignment }) => ({ ...row, id, assignment, title: { party }, case: { ...row.case!, number, party }, cases: undefined, count: undefined }))
    : [row];

function foldSame(rows: readonly Row[]): Entry[] {
  const same = new Map<string, Row[]>();
  for (const row of rows) {
    const cases = apart(row);
    const task = cases.length > 1 || (isCase(row) && !row.due) ? taskOf(row) : rowKey(row);
    same.set(task, [...(same.get(task) ?? []), ...cases]);
  }
  const entries: Entry[] = [];
  for (const group of same.values()) {
    if (group.length >= FOLDS_FROM) entries.push({ key: `same.${rowKey(group[0]!)}`, rows: group as [Row, ...Row[]] });
    else for (const row of group) entries.push({ key: rowKey(row), rows: [row] });
  }
  return entries.sort((a, b) => (a.rows[0].due ?? "").localeCompare(b.rows[0].due ?? "") || a.rows[0].since_ms - b.rows[0].since_ms);
}

export interface TaskGroup {
  urgency: Urgency | "all";
  count: number; // of its rows, also where only some entries are shown
  entries: Entry[];
}

/* By urgency; boxes of what is done or read have no urgency. */
export function groupTasks(box: Box, rows: readonly Row[]): TaskGroup[] {
  if (box !== "todo") return [{ urgency: "all", count: rows.length, entries: rows.map((row): Entry => ({ key: rowKey(row), rows: [row] })) }];
  return urgencies.flatMap((urgency) => {
    const own = rows.filter((row) => urgencyOf(row) === urgency);
    return own.length ? [{ urgency, count: own.length, entries: foldSame(own) }] : [];
  });
}

/* Where what it is about is read. */
export const thingOf = (row: Row): string => (row.arguments !== undefined || row.kind === "ask" ? placeOf(row) : row.type === "case" ? `/case/${row.id}` : `/r/${row.type}/${row.id}`);

/* Where a task is done. With one step the page opens at it; among several its reader chooses there. */
export function placeOf({ kind, type, id, case: of, actions, proposal }: Row): string {
  if (kind === "ask") return `/asks/${id}`;
  if (kind === "approval" && type !== "case") return `/confirm/${proposal}`;
  if (type !== "case" || !of) return `/r/${type}/${id}`;
  const [only] = actions.length === 1 ? actions : [];
  if (kind === "approval") return only ? `/case/${id}/confirm/${only.name}` : `/case/${id}`;
  if (only?.name === "papers") return `/case/${id}/papers`;
  return only ? `/case/${id}?do=${only.name}` : `/case/${id}`;
}
