/* Rows of GET /todo, grouped by urgency in their own order; the same task for several cases is folded into one row. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";
import { queries } from "../../api/query.ts";
import { listOf, recordPath, titleOf, typeOf } from "../../api/records.ts";
import { useLanguage, type Key, type Language } from "../../text/index.ts";

export const boxes = ["todo", "read", "done", "mine", "copied"] as const;
export type Box = (typeof boxes)[number];
type Answered = paths["/api/v1/todo"]["get"]["responses"]["200"]["content"]["application/json"]["items"][number];
export type Row = Answered & { name?: string }; // of a due: what names its record

export const urgencies = ["late", "soon", "week", "later", "none", "papers"] as const;
export type Urgency = (typeof urgencies)[number];

/* One row, or several rows that ask for the same. */
export interface Entry {
  key: string;
  rows: readonly [Row, ...Row[]];
}

const FOLDS_FROM = 3;
const DUES_MOST = 5; // more of one kind are one row
const NAMED = 100; // records of one request

async function readBox(box: Box, language: Language, cursor: string | undefined, named: boolean) {
  const page = await take(api.GET("/api/v1/todo", { params: { query: { box, limit: 200, ...(cursor ? { cursor } : {}) } } }));
  return { ...page, items: named ? await nameDues(page.items, language) : page.items };
}

/* `named`: the records of dues are named, too. */
export function useBox(box: Box, { enabled = true, named = true } = {}) {
  const language = useLanguage();
  return useInfiniteQuery({
    enabled,
    queryKey: ["todo", box, language, named],
    queryFn: ({ pageParam }) => readBox(box, language, pageParam, named),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

/* What names the records of dues, or those that they are within where these say more: a number with the words beside it. */
async function nameDues(rows: readonly Answered[], language: Language): Promise<Row[]> {
  const dues = rows.filter(({ kind }) => kind === "due").map((row) => ({ type: row.of_type ?? row.type, id: row.of ?? row.id }));
  const names = new Map<string, string>();
  const readNames = async (type: string) => {
    const ids = [...new Set(dues.flatMap((one) => (one.type === type ? one.id : [])))];
    const parts = Array.from({ length: Math.ceil(ids.length / NAMED) }, (_, i) => ids.slice(i * NAMED, (i + 1) * NAMED));
    const lists = Promise.all(parts.map((part) => queries.fetchQuery(listOf(type, { filter: `id=${part.join(",")}`, ended: true, limit: NAMED }))));
    const [described, pages] = await Promise.all([queries.fetchQuery({ ...typeOf(type), staleTime: Infinity }), lists]);
    const number = described.fields.find(({ name }) => name === described.title)?.numbered && described.list?.find((name) => name !== described.title && described.fields.some((one) => one.name === name && one.type === "text"));
    for (const row of pages.flatMap(({ items }) => items)) names.set(`${type} ${row.id}`, [titleOf(described, row, language), number && row[number]].filter(Boolean).join(" "));
  };
  await Promise.allSettled([...new Set(dues.map((one) => one.type))].map(readNames)); // what may not be read is named by its own title
  return rows.map((row) => (row.kind === "due" ? { ...row, name: names.get(`${row.of_type ?? row.type} ${row.of ?? row.id}`) } : row));
}

/* The rows of whole days: what is due of records, and what else waits and is late after such a day. `late`: also what waits and is
 * late already. */
export function useDays(from: string, to: string, late = false) {
  const language = useLanguage();
  const dues = useQuery({ queryKey: ["todo", "due", from, to, language], queryFn: () => readAll(language, (cursor) => take(api.GET("/api/v1/due", { params: { query: { from, to, limit: 500, ...cursor } } }))) });
  const waiting = useQuery({ queryKey: ["todo", "whole", language], queryFn: () => readAll(language, (cursor) => take(api.GET("/api/v1/todo", { params: { query: { box: "todo", limit: 500, ...cursor } } }))) });
  const others = waiting.data?.filter(({ kind, due, day }) => kind !== "due" && due && day !== "remind" && due >= from && due <= to).flatMap(apart) ?? [];
  const over = late ? (waiting.data?.filter(({ overdue_days, due }) => overdue_days && due! < from) ?? []) : [];
  return {
    rows: dues.data && waiting.data && [...over, ...dues.data, ...others].sort((a, b) => a.due!.localeCompare(b.due!)),
    waiting: new Set(waiting.data?.map(rowKey)),
    error: dues.error ?? waiting.error,
    retry: () => void Promise.all([dues.refetch(), waiting.refetch()]),
  };
}

async function readAll(language: Language, read: (cursor: { cursor?: string }) => Promise<{ items: Answered[]; next: string | null }>): Promise<Row[]> {
  const all: Answered[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page = await read(next ? { cursor: next } : {});
    all.push(...page.items);
    next = page.next;
  }
  return nameDues(all, language);
}

/* Papers to issue and services to register: work that follows a decision. */
const isPaperwork = ({ type, actions }: Row) => type === "paper_service" || (actions.length > 0 && actions.every(({ name }) => name === "papers"));

/* A day by which something is late; the other days open something, belong to somebody else, or remind. */
export function urgencyOf(row: Row): Urgency {
  if (!row.due) return isPaperwork(row) ? "papers" : "none";
  if (row.day && row.day !== "by") return "later";
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
export const apart = (row: Row): Row[] =>
  isCase(row) && row.cases && row.cases.length > 1
    ? row.cases.map(({ id, number, party, assignment }) => ({ ...row, id, assignment, title: { party }, case: { ...row.case!, number, party }, cases: undefined, count: undefined }))
    : [row];

const kindOfDue = ({ kind, type, due_name }: Row) => (kind === "due" ? `due.${type}.${due_name}` : undefined);

/* The dues of a kind of which there are many, at the most urgent one. */
function manyDues(rows: readonly Row[]): Map<string, Row[]> {
  const kinds = [...new Set(rows.map(kindOfDue))].flatMap((kind) => kind ?? []);
  const of = (kind: string) => rows.filter((row) => kindOfDue(row) === kind).sort((a, b) => a.due!.localeCompare(b.due!));
  return new Map(kinds.map((kind) => [kind, of(kind)] as const).filter(([, all]) => all.length > DUES_MOST));
}

/* The list of the records of dues, or of those that they are within. */
export function dueList(rows: readonly Row[]): string {
  const ids = [...new Set(rows.map(({ of, id }) => of ?? id))];
  return `/r/${rows[0]!.of_type ?? rows[0]!.type}${ids.length > NAMED ? "" : `?${new URLSearchParams([["filter", `id=${ids.join(",")}`]])}`}`;
}

function foldSame(rows: readonly Row[], dues: ReadonlyMap<string, readonly Row[]>): Entry[] {
  const same = new Map<string, Row[]>();
  for (const row of rows) {
    const cases = apart(row);
    const kind = kindOfDue(row) ?? "";
    const task = dues.has(kind) ? kind : cases.length > 1 || (isCase(row) && !row.due) ? taskOf(row) : rowKey(row);
    same.set(task, [...(same.get(task) ?? []), ...cases]);
  }
  const entries: Entry[] = [];
  for (const group of same.values()) {
    const [first, ...rest] = group;
    if (first && group.length >= FOLDS_FROM) entries.push({ key: `same.${rowKey(first)}`, rows: [first, ...rest] });
    else for (const row of group) entries.push({ key: rowKey(row), rows: [row] });
  }
  return entries;
}

export interface TaskGroup {
  urgency: Urgency | "all";
  count: number; // of its rows, also where only some entries are shown
  entries: Entry[];
  title?: string; // absent: what its urgency is called
}

/* By urgency; boxes of what is done or read have no urgency. */
export function groupTasks(box: Box, rows: readonly Row[]): TaskGroup[] {
  if (box !== "todo") return [{ urgency: "all", count: rows.length, entries: rows.map((row): Entry => ({ key: rowKey(row), rows: [row] })) }];
  const dues = manyDues(rows);
  return urgencies.flatMap((urgency) => {
    const own = rows.filter((row) => urgencyOf(dues.get(kindOfDue(row) ?? "")?.[0] ?? row) === urgency);
    return own.length ? [{ urgency, count: own.length, entries: foldSame(own, dues) }] : [];
  });
}

/* Where what it is about is read. */
export const thingOf = (row: Row): string => (row.arguments !== undefined || row.kind === "ask" ? placeOf(row) : recordPath(row.type, row.id));

/* What answers a due, as the page opens with it. */
function answerPlace({ type, id, act, row = 0 }: Row): string {
  const at = recordPath(type, id);
  const query = (words: Record<string, string>) => new URLSearchParams(words).toString();
  if (act?.action) return `${at}?${query({ do: act.action })}`;
  if (act?.field) return act.field.includes(".") ? `${at}?${query({ fill: act.field, row: String(row) })}` : `${at}/edit?${query({ at: act.field })}`;
  if (act?.type) return `/r/${act.type}/new?${query(act.from ? { [act.from]: String(id), back: at } : { again: String(id) })}`;
  return at;
}

/* The verb that leads on. */
export function verbOf({ kind, act, done_ms, given }: Row): Key {
  if (kind === "approval") return "desk.verb.confirm";
  if (kind === "ask" && !done_ms) return "ask.verb";
  if (kind === "due") return act?.action ? "desk.verb" : act?.field ? "desk.verb.fill" : act?.type ? "desk.verb.enter" : "desk.open";
  if (done_ms) return "desk.open";
  return given === "read" || given === "copy" ? "desk.verb.read" : "desk.verb";
}

/* The panel that an expert is invited to (src/panel/member.c); undefined: it is no invitation. */
export const panelOf = ({ type, note }: Row): string | undefined => (type === "expert" ? /（评审组 (\d+)）$/.exec(note ?? "")?.[1] : undefined);

/* Where a task is done. With one step the page opens at it; among several its reader chooses there. */
export function placeOf(row: Row): string {
  const { kind, type, id, case: of, actions, proposal } = row;
  if (kind === "due") return answerPlace(row);
  if (kind === "ask") return `/asks/${id}`;
  if (kind === "approval" && type !== "case") return `/confirm/${proposal}`;
  const panel = panelOf(row);
  if (panel) return `/score/${panel}`;
  if (type !== "case" || !of) return `/r/${type}/${id}`;
  const [only] = actions.length === 1 ? actions : [];
  if (kind === "approval") return only ? `/case/${id}/confirm/${only.name}` : `/case/${id}`;
  if (only?.name === "papers") return `/case/${id}/papers`;
  return only ? `/case/${id}?do=${only.name}` : `/case/${id}`;
}
