/* What the address of a landscape says, and the patents behind each count. */
import type { Counted, Counting, Question } from "../../api/patents.ts";
import type { Cell } from "./count-charts.tsx";
import type { Key } from "../../text/index.ts";

export const dimensions = [
  "year", "published", "applied", "granted", "office", "type", "kind", "status", "ipc1", "ipc3", "ipc4", "ipc7", "cpc1", "cpc3", "cpc4", "cpc7",
  "standard_applicant", "applicant", "assignee", "inventor", "agency", "country", "region", "city", "wipo35", "sei",
] as const;
export type Dimension = (typeof dimensions)[number];
export const times: readonly string[] = ["year", "published", "applied", "granted"];
/* A patent may have more than one of these. */
export const several: readonly string[] = ["ipc1", "ipc3", "ipc4", "ipc7", "cpc1", "cpc3", "cpc4", "cpc7", "standard_applicant", "applicant", "assignee", "inventor", "agency", "country", "wipo35", "sei"];
const named: readonly string[] = ["standard_applicant", "applicant", "assignee", "inventor", "agency"];
export const UNKNOWN = "未知"; // the key of records that do not say

/* Dates are counted by their year. */
export const nameOf = (by: string): Key => (by === "published" || by === "applied" || by === "granted" ? `landscape.${by}` : `search.name.${by as Dimension}`);

/* The filter that finds just the records of a key. A star in a name would stand for anything, and a kind without
 * quotation marks for those that begin with it. */
export function filterOf(by: string, key: string): string {
  const value = named.includes(by) ? key.replace(/[*＊"]/g, "") : key;
  return `${by.replace(/^([ic]pc)\d$/, "$1")}=${by === "kind" || /[,，]/.test(value) ? `"${value}"` : value}`;
}

export const addressOf = ({ query, filters }: Question, more: readonly string[] = []) =>
  `/patents?${new URLSearchParams([["query", query], ...[...filters, ...more].map((filter) => ["filter", filter])])}`;

export function cellsOf(question: Question, counted: Counted): Cell[] {
  return counted.cells.map(({ key, label = key, count }) => {
    const filters = key.map((one, i) => filterOf(counted.by[i]!, one));
    return { key, label: label.map((one, i) => one || key[i]!), count, filters, address: count > 0 ? addressOf(question, filters) : "" };
  });
}

export interface View extends Counting {
  by: Dimension[]; // none: the overview
  matrix: Dimension[]; // the two of the overview's matrix
  tables: string[]; // the panels that are shown as tables
}

const usual = ["year", "ipc4"];

const dimensionsOf = (names: string | null) => [...new Set((names ?? "").split(",").flatMap((name) => dimensions.find((one) => one === name) ?? []))].slice(0, 2);

export function readView(params: URLSearchParams): View {
  const matrix = dimensionsOf(params.get("matrix"));
  return {
    query: params.get("query") ?? "",
    filters: params.getAll("filter"),
    families: params.get("group") === "family",
    by: dimensionsOf(params.get("by")),
    matrix: matrix.length === 2 ? matrix : dimensionsOf(usual.join(",")),
    tables: (params.get("view") ?? "").split(",").filter(Boolean),
  };
}

export function writeView({ query, filters, families, by, matrix, tables }: View, language: string): string {
  const params = new URLSearchParams([["query", query], ...filters.map((filter) => ["filter", filter])]);
  if (families) params.set("group", "family");
  if (by.length) params.set("by", by.join(","));
  if (matrix.join() !== usual.join()) params.set("matrix", matrix.join(","));
  if (tables.length) params.set("view", tables.join(","));
  params.set("lang", language);
  return `/landscape?${params}`;
}
