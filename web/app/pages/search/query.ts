/* Queries: made from rows of fields, and parted into the conditions that must all hold. */

export const operators = ["and", "or", "not"] as const;
export const fields = ["any", "title", "abstract", "claims", "description", "applicant", "inventor", "agent", "ipc", "cpc", "number", "date", "published", "applied", "granted", "office", "region", "type", "status"] as const;
export type Field = (typeof fields)[number];

export interface Row {
  id: number;
  operator: (typeof operators)[number];
  field: Field | "query";
  value: string;
  to: string; // of a range of dates
}

export const dates: readonly string[] = ["date", "published", "applied", "granted"];
const names: readonly string[] = ["applicant", "inventor", "agent"];

/* A value as the syntax of queries takes it: words in parentheses, a name as a phrase. */
function clause({ field, value, to }: Row): string {
  const text = value.trim();
  if (dates.includes(field)) return text || to.trim() ? `${field}:${text === to.trim() ? text : `${text}..${to.trim()}`}` : "";
  if (!text) return "";
  if (field === "query" || field === "any") return /\s/.test(text) ? `(${text})` : text;
  const bare = text.replace(/"/g, "");
  if (names.includes(field)) return `${field}:"${bare}"`;
  if (["title", "abstract", "claims", "description"].includes(field)) return /\s/.test(text) ? `${field}:(${text})` : `${field}:${text}`;
  return `${field}:${/\s/.test(bare) ? `"${bare}"` : bare}`;
}

export function buildQuery(rows: readonly Row[]): string {
  const parts = rows.map((row) => ({ operator: row.operator, text: clause(row) })).filter(({ text }) => text);
  if (parts.length === 1) return parts[0]!.operator === "not" ? `NOT ${parts[0]!.text}` : parts[0]!.text.replace(/^\(([^()]*)\)$/, "$1");
  return parts.reduce((query, { operator, text }, i) => {
    if (i === 0) return operator === "not" ? `NOT ${text}` : text;
    if (operator === "and") return `${query} ${text}`;
    // OR binds less than AND: what stands before it is one operand.
    return operator === "or" ? `${/\s/.test(query) ? `(${query})` : query} OR ${text}` : `${/ OR /.test(query) ? `(${query})` : query} NOT ${text}`;
  }, "");
}

/* What holds its two neighbours together: a distance, the sign between a field and its value. */
const joins = /^(near\/?\d+|adj(\/?\d+)?|(w|wd|n|pre|within)\/\d+|\d+[wn]|\(\d+[wn]\)|\$(w|pre)\d+|[=<>]=?|to)$/i;

/* The parts of a query that must all hold: words, phrases, groups, NEAR. None where OR or NOT joins them at the top, and of
 * so many that they are a list. */
export function conjuncts(query: string): string[] {
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  let quoted = false;
  for (const c of query) {
    if (/["“”]/.test(c)) quoted = !quoted;
    if (!quoted && /[(（[]/.test(c)) depth++;
    if (!quoted && /[)）\]]/.test(c)) depth--;
    if (depth <= 0 && !quoted && /[\s\u3000]/.test(c)) {
      if (part) parts.push(part);
      part = "";
    } else part += c;
  }
  if (part) parts.push(part);
  if (parts.length > 40 || parts.some((one) => /^(OR|NOT|or|not|ANDNOT|\|\|?|!|或|或者|非)$/.test(one))) return [];
  return parts.reduce<string[]>((all, one, i) => {
    if (i > 0 && (joins.test(one) || joins.test(parts[i - 1]!)) && all.length > 0) return [...all.slice(0, -1), `${all.at(-1)} ${one}`];
    return /^(AND|and|&&?|与|并且)$/.test(one) ? all : [...all, one];
  }, []);
}
