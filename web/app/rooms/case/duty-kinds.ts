/* The kinds of records in groups: which duty of the policy each serves, and how many of it the year has. */
import type { Schemas } from "../../api/client.ts";
import { byPinyin, hasInitials } from "../../ui/initials.ts";

export type Kind = Schemas["TypeName"];
export type Duty = Schemas["PackDuty"];
export type Clause = Schemas["Clause"];

/* A kind in a group: the whole of it, or its records of some values of the field that says their duty. */
export interface Entry {
  kind: Kind;
  count?: number; // undefined: not known
  open: number;
  list: string; // addresses
  listYear: string;
  listOpen: string;
  add?: string; // absent: the reader may not
}

export interface Group {
  codes: readonly string[];
  entries: Entry[];
  count?: number;
}

const codeOf = ({ of, else: otherwise }: Schemas["RecordDuty"], value: string) => (of ? (of[value] ?? otherwise) : value);

/* What of the kind serves these duties, as a condition of its list; undefined: nothing, "": all. */
function partOf({ duty }: Kind, codes: readonly string[]): string | undefined {
  if (!duty) return codes.length ? undefined : "";
  if (duty.is) return codes.includes(duty.is) ? "" : undefined;
  if (!duty.of) return codes.length && !codes.includes("own") ? `${duty.by}=${codes}` : undefined;
  const [inside, outside] = [true, false].map((within) => Object.keys(duty.of!).filter((value) => codes.includes(duty.of![value]!) === within));
  if (duty.else && codes.includes(duty.else)) return outside!.length ? `${duty.by}!=${outside}` : "";
  return inside!.length ? `${duty.by}=${inside}` : undefined;
}

const address = (kind: Kind, ...conditions: (string | undefined)[]) => {
  const filter = conditions.filter(Boolean).join(" and ");
  return `/r/${kind.name}${filter ? `?${new URLSearchParams({ filter })}` : ""}`;
};

function entryOf(kind: Kind, part: string, codes: readonly string[], enters: boolean): Entry {
  const sum = (by: Record<string, number> | undefined, all: number | null | undefined) =>
    part && by ? Object.entries(by).reduce((n, [value, more]) => n + (codes.includes(codeOf(kind.duty!, value) ?? "") ? more : 0), 0) : (all ?? undefined);
  const [, field, only] = /^(\w+)=(\w+)$/.exec(part) ?? [];
  const given = field && only ? `?${new URLSearchParams({ [field]: only })}` : "";
  return {
    kind,
    count: sum(kind.by, kind.year),
    open: sum(kind.open_by, kind.open) ?? 0,
    list: address(kind, part),
    listYear: address(kind, part, kind.year_filter && `(${kind.year_filter})`),
    listOpen: address(kind, part, kind.open_filter),
    add: enters && kind.may.includes("create") ? `/r/${kind.name}/new${given}` : undefined,
  };
}

/* The most used first. */
const byUse = (a: Entry, b: Entry) => (b.count ?? 0) - (a.count ?? 0) || (b.kind.last ?? "").localeCompare(a.kind.last ?? "") || byPinyin.compare(a.kind.label, b.kind.label);

export function groupOf(kinds: readonly Kind[], codes: readonly string[], enters: boolean): Group {
  const entries = kinds.flatMap((kind) => {
    const part = partOf(kind, codes);
    return part === undefined ? [] : [entryOf(kind, part, codes, enters)];
  });
  entries.sort(byUse);
  const known = entries.filter(({ count }) => count !== undefined);
  return { codes, entries, count: known.length ? known.reduce((n, { count }) => n + count!, 0) : undefined };
}

export const allOf = (kinds: readonly Kind[], enters: boolean): Entry[] => kinds.map((kind) => entryOf(kind, "", [], enters)).sort((a, b) => byPinyin.compare(a.kind.label, b.kind.label));

export const matches = (label: string, words: string): boolean => {
  const asked = words.trim().toLowerCase();
  return label.toLowerCase().includes(asked) || hasInitials(label, asked);
};
