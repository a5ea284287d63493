/* What somebody has typed into an evaluation and not yet saved, apart from what is saved: another officer may save in between. A key
 * is a head's score, its reason, or the opinion. What both have changed is a conflict and stays so until one of them is taken. */
import type { Evaluation, Score } from "../../rooms/case/evaluations.ts";
import type { Kept } from "../../ui/draft.ts";

export type Sheet = Record<string, string>;
export const OPINION = "opinion";
export const scoreKey = (head: string) => `score/${head}`;
export const reasonKey = (head: string) => `reason/${head}`;

export interface Typed extends Kept {
  mine: Sheet; // what was changed here …
  base: Sheet; // … from what
  result?: string; // the chosen step
}

/* "27.500000" → "27.5" */
export const bare = (score: string) => (/^\d+\.\d*$/.test(score) ? score.replace(/\.?0+$/, "") : score);

export const sheetOf = (of: Evaluation): Sheet => ({
  ...Object.fromEntries(of.scores.flatMap(({ head, score, reason }) => [[scoreKey(head), bare(score)], [reasonKey(head), reason ?? ""]])),
  [OPINION]: of.opinion ?? "",
});

const at = (sheet: Sheet, key: string) => sheet[key] ?? "";

export const shown = (saved: Sheet, typed: Typed | null, key: string) => typed?.mine[key] ?? at(saved, key);

export const isConflict = (saved: Sheet, typed: Typed | null, key: string) => !!typed && typed.mine[key] !== undefined && at(saved, key) !== at(typed.base, key) && at(saved, key) !== typed.mine[key];

export const conflictsOf = (saved: Sheet, typed: Typed | null) => Object.keys(typed?.mine ?? {}).filter((key) => isConflict(saved, typed, key));

export const isDirty = (saved: Sheet, typed: Typed | null) => Object.entries(typed?.mine ?? {}).some(([key, value]) => value !== at(saved, key));

export function put(saved: Sheet, typed: Typed | null, key: string, value: string, kept: Kept): Typed {
  const base = typed?.mine[key] === undefined ? at(saved, key) : at(typed.base, key);
  return { ...typed, ...kept, mine: { ...typed?.mine, [key]: value }, base: { ...typed?.base, [key]: base } };
}

/* Takes the other officer's value. */
export function takeTheirs(typed: Typed, key: string): Typed {
  const { [key]: _, ...mine } = typed.mine;
  return { ...typed, mine };
}

export const scoresOf = (heads: readonly string[], of: (key: string) => string): Score[] =>
  heads.filter((head) => of(scoreKey(head)).trim()).map((head) => ({ head, score: of(scoreKey(head)).trim(), ...(of(reasonKey(head)).trim() ? { reason: of(reasonKey(head)).trim() } : {}) }));

/* A reason without a score is not saved with the others: it stays here. */
export function unsaved(heads: readonly string[], typed: Typed | null, of: (key: string) => string): Sheet {
  const left = heads.filter((head) => !of(scoreKey(head)).trim() && of(reasonKey(head)).trim()).map(reasonKey);
  return Object.fromEntries(Object.entries(typed?.mine ?? {}).filter(([key]) => left.includes(key)));
}
