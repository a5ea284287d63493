/* What somebody can do now: the rules of access of all types that name his roles, folded into a few lines. */
import type { Schemas } from "../../api/client.ts";
import type { Language } from "../../text/index.ts";

type Type = Schemas["TypeName"];
type Rule = NonNullable<Type["access"]>[number];

export interface Line {
  types: string[]; // labels
  relation: string;
  reads: boolean;
  writes: boolean;
  acts: string[]; // labels of actions
}
export interface Source {
  type: string;
  rule: Rule;
  acts: string[];
}

const LINES = 6;
const WIDEST = ["any", "own_province", "authority", "own_city", "handed_in", "own_unit", "named", "assigned", "own", "published"];
const list = (of: string | readonly string[] | undefined): readonly string[] => (of === undefined ? [] : typeof of === "string" ? [of] : of);
const width = (relation: string) => (WIDEST.indexOf(relation) + 1 || WIDEST.length) - 1;

export function sourcesOf(types: readonly Type[], roles: readonly string[], language: Language): Source[] {
  return types.flatMap((type) =>
    (type.access ?? [])
      .filter((rule) => roles.some((role) => list(rule.roles).includes(role)))
      .map((rule) => {
        const names = list(rule.actions);
        const acts = (type.actions ?? []).filter(({ name }) => names.includes("all") || names.includes(name)).map(({ name, label }) => label?.[language] ?? name);
        return { type: type.label, rule, acts };
      }),
  );
}

/* A line for all types of which he may do the same in the same reach; the smallest ones are put together in the last. */
export function linesOf(sources: readonly Source[]): { lines: Line[]; rest: number } {
  const byType = new Map<string, Line>();
  for (const { type, rule, acts } of sources) {
    const line = byType.get(type) ?? { types: [type], relation: rule.relation, reads: false, writes: false, acts: [] };
    line.reads ||= rule.verbs.includes("read");
    line.writes ||= rule.verbs.some((verb) => verb === "create" || verb === "change");
    line.acts.push(...acts.filter((act) => !line.acts.includes(act)));
    if (width(rule.relation) < width(line.relation)) line.relation = rule.relation;
    byType.set(type, line);
  }
  const same = new Map<string, Line>();
  for (const one of byType.values()) {
    const key = [one.relation, one.reads, one.writes, one.acts.length > 0].join();
    const line = same.get(key);
    if (!line) same.set(key, { ...one, acts: [...one.acts] });
    else {
      line.types.push(...one.types);
      line.acts.push(...one.acts.filter((act) => !line.acts.includes(act)));
    }
  }
  const lines = [...same.values()].sort((a, b) => b.types.length - a.types.length);
  return { lines: lines.slice(0, LINES), rest: lines.slice(LINES).reduce((n, { types }) => n + types.length, 0) };
}
