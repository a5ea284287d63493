/* Rows of GET /todo, put in order by urgency; the same task for several cases is folded into one row. */
import { api, take } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";

export const boxes = ["todo", "read", "done", "mine", "copied"] as const;
export type Box = (typeof boxes)[number];
export type Row = paths["/api/v1/todo"]["get"]["responses"]["200"]["content"]["application/json"]["items"][number];

export const urgencies = ["late", "soon", "week", "later", "none"] as const;
export type Urgency = (typeof urgencies)[number];

/* One row, or several rows that ask for the same. */
export interface Entry {
  key: string;
  rows: readonly [Row, ...Row[]];
}

const FOLDS_FROM = 3;

export const readBox = (box: Box, cursor: string | undefined) => take(api.GET("/api/v1/todo", { params: { query: { box, limit: 200, ...(cursor ? { cursor } : {}) } } }));

/* A day by which something is late; the other days open something, belong to somebody else, or remind. */
export function urgencyOf(row: Row): Urgency {
  if (!row.due) return "none";
  if (row.day !== "by") return "later";
  if (row.overdue_days) return "late";
  const left = row.days_left ?? 0;
  return left <= 3 ? "soon" : left <= 7 ? "week" : "later";
}

export const rowKey = (row: Row) => [row.kind, row.type, row.id, row.proposal ?? row.assignment ?? ""].join(".");

export function foldSame(rows: readonly Row[]): Entry[] {
  const same = new Map<string, Row[]>();
  for (const row of rows) {
    const task = row.due || !row.case ? rowKey(row) : [row.kind, row.type, row.note ?? "", row.what].join("\n");
    same.set(task, [...(same.get(task) ?? []), row]);
  }
  const entries: Entry[] = [];
  for (const group of same.values()) {
    if (group.length >= FOLDS_FROM) entries.push({ key: `same.${rowKey(group[0]!)}`, rows: group as [Row, ...Row[]] });
    else for (const row of group) entries.push({ key: rowKey(row), rows: [row] });
  }
  return entries.sort((a, b) => (a.rows[0].due ?? "").localeCompare(b.rows[0].due ?? "") || a.rows[0].since_ms - b.rows[0].since_ms);
}
