/* What several patents have, and what of it not all of them. */
export const COMPARED = 5; // patents side by side

export interface Item {
  text: string;
  marked: boolean; // not all of the patents have it
}

/* A text clause by clause, each with what ends it. */
export const clauses = (text: string): string[] => text.match(/[^，。；,;.\n]+[，。；,;.\n]*\s*/g) ?? [];

const bare = (text: string) => text.replace(/[，。；、,;.\s]+/g, "");

/* Marks in each list what some other list lacks. */
export function marks(lists: readonly (readonly string[])[]): Item[][] {
  const sets = lists.map((list) => new Set(list.map(bare)));
  return lists.map((list) => list.map((text) => ({ text, marked: !sets.every((set) => set.has(bare(text))) })));
}
