/* Records of any type and their descriptions. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Language } from "../text/index.ts";
import { api, take, takeAs, type Schemas } from "./client.ts";

export type RecordType = Schemas["RecordType"];
export type RecordField = Schemas["RecordField"];
export type Row = Schemas["StoredRecord"];
/* A row of a list: it has the fields that were asked for. */
export type Listed = Record<string, unknown> & { id: number; version: number; state: string };
export type Page<One> = Omit<Schemas["RecordPage"], "items"> & { items: One[] };

export const typeOf = (type: string) =>
  queryOptions({
    queryKey: ["type", type],
    queryFn: () => take(api.GET("/api/v1/types/{type}", { params: { path: { type } } })),
    staleTime: Infinity,
  });

/* One record as it stands at the server now. `One`: how the caller reads a record of this type. */
/* One's own imports of a type, the latest first. */
export const importsOf = (type: string) =>
  queryOptions({ queryKey: ["records", type, "imports"], queryFn: () => take(api.GET("/api/v1/records/{type}/imports", { params: { path: { type } } })) });

export const readRecord = <One = Row>(type: string, id: number) => takeAs<One>(api.GET("/api/v1/records/{type}/{id}", { params: { path: { type, id } } }));

export const recordOf = <One = Row>(type: string, id: number) => ({ queryKey: ["record", type, id], queryFn: () => readRecord<One>(type, id) });

export const changesOf = (type: string, id: number) =>
  queryOptions({
    queryKey: ["search-changes", type, id],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}/search-changes", { params: { path: { type, id } } })),
  });

export interface ListQuestion {
  filter?: string;
  sort?: string;
  q?: string;
  page?: number;
  limit?: number;
  fields?: string;
  ended?: boolean;
}

/* The list from which a record was opened: its address and question, and the record's place on that page. */
export interface ListOrigin {
  type: string;
  search: string;
  question: ListQuestion;
  at: number;
}

/* `One`: how the caller reads a row, with the fields that it asks for. */
export const listOf = <One = Listed>(type: string, question: ListQuestion) =>
  queryOptions({
    queryKey: ["records", type, question],
    queryFn: ({ signal }) => takeAs<Page<One>>(api.GET("/api/v1/records/{type}", { params: { path: { type }, query: question }, signal })),
    placeholderData: keepPreviousData,
  });

/* Kinds of records that have a page of their own: rooms/shell/routes.ts hands in what the pages say. */
const pages = new Map<string, string>();

export const setRecordPage = (type: string, page: string) => void pages.set(type, page);

export const recordPath = (type: string, id: unknown) => `${pages.get(type) ?? `/r/${type}`}/${String(id)}`;

/* What names a record to people: its title unless that is a code, else the first word or day that a list shows of it, else its type. */
export const titleOf = (type: RecordType | undefined, row: Record<string, unknown> | undefined, language: Language): string => {
  const words = (type?.list ?? []).filter((name) => type?.fields.some((one) => one.name === name && /^(text|date|known_date|party)$/.test(one.type)));
  const shown = (name: string) => {
    const field = type?.fields.find((one) => one.name === name);
    return field?.choices || /^(criterion|role)$/.test(name) ? undefined : (field?.values?.find(({ code }) => code === row?.[name])?.label?.[language] ?? row?.[name]);
  };
  const title = [type?.title ?? "", ...words].map(shown).find((value) => (typeof value === "string" || typeof value === "number") && value !== "");
  return title === undefined ? (row && (type?.label?.[language] ?? type?.name)) || "" : String(title);
};

/* What a new record takes over from the one that its field `from` refers to, and from the reader's unit: one draft, or one for
 * each row of a table there. */
export type Made = Schemas["RecordDrafts"]["drafts"][number];

export const madeFrom = (type: string, from?: string, id?: number) =>
  queryOptions({
    queryKey: ["made", type, from, id],
    queryFn: async ({ signal }) => (await take(api.GET("/api/v1/records/{type}/draft", { params: { path: { type }, query: { from, id } }, signal }))).drafts,
    retry: false,
    staleTime: 0,
  });

/* Counts and, of a number, sums of the records of a list by one field. */
export const groupsOf = (type: string, question: { by: string; sum?: string; filter?: string; q?: string; ended?: boolean }) =>
  queryOptions({
    queryKey: ["records", type, "groups", question],
    queryFn: ({ signal }) => take(api.GET("/api/v1/records/{type}/groups", { params: { path: { type }, query: question }, signal })),
    placeholderData: keepPreviousData,
  });

/* The kinds of records, each with what the reader may do with some of them. */
export const typesOf = (language: string) =>
  queryOptions({ queryKey: ["types", language], queryFn: () => take(api.GET("/api/v1/types")), staleTime: Infinity });

export type Verb = RecordType["access"][number]["verbs"][number];

/* A list that access rules give: "all", one or several. */
const among = (list: string | readonly string[] | undefined, name: string) => list === undefined || list === "all" || list === name || (Array.isArray(list) && list.includes(name));

/* The rules of a type that a person of these roles has for a verb. */
export const rulesFor = (type: RecordType, roles: readonly string[], verb: string) =>
  type.access.filter(({ verbs, roles: of }) => verbs.includes(verb) && roles.some((role) => among(of, role)));

/* The fields that such a person sees in some records. */
export function readable(type: RecordType, roles: readonly string[]): RecordField[] {
  const rules = rulesFor(type, [...roles, "public"], "read");
  return type.fields.filter(({ name }) => rules.some(({ fields }) => among(fields, name)));
}

/* The actions that such a person may take with some records. */
export const actionsFor = (type: RecordType, roles: readonly string[]) =>
  type.actions.filter(({ name }) => type.access.some(({ actions, roles: of }) => actions !== undefined && among(actions, name) && roles.some((role) => among(of, role))));

/* The fields that such a person is asked for: those that no action, no case and no computation fills; a new record is given its number.
 * Locked ones only where `row` still lacks what can be given late. */
export function writable(type: RecordType, roles: readonly string[], verb: "create" | "change", state?: string, row?: Row): RecordField[] {
  const rules = rulesFor(type, roles, verb);
  const { locked, late = [] } = type.states.find(({ name }) => name === state) ?? {};
  const lacks = (name: string, column?: string) => (column ? ((row?.[name] ?? []) as Row[]).some((one) => one[column] == null) : row && row[name] === null);
  const isLate = (name: string) => late.some((one) => one.split(".")[0] === name && lacks(name, one.split(".")[1]));
  return type.fields.filter(
    ({ name, type: kind, set_by, by_cases, numbered }) =>
      !(numbered && verb === "create") && kind !== "computed" && !set_by?.length && !by_cases && (locked === undefined || !among(locked, name) || isLate(name)) && rules.some(({ fields }) => among(fields, name)),
  );
}

export type RecordVersion = Schemas["RecordVersion"];

/* Asked again for each version that is known. */
export const historyOf = (type: string, id: number, version: number) =>
  queryOptions({
    queryKey: ["history", type, id, version],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}/history", { params: { path: { type, id } } })),
    placeholderData: keepPreviousData,
  });
