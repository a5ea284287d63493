/* Conditions in words: the number that is compared, or the document's own. */
import type { Criterion } from "../../api/packs.ts";
import type { Translate } from "../../text/index.ts";

export const compares: Record<string, string> = { ">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "!=": "≠" };
export const amount = (number: string) => number.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/* What a condition is: the number that it compares, or its own words. */
export function wordsOf(t: Translate, { numbers, quote, id }: Criterion): string {
  if (numbers.length === 0) return quote ?? id;
  return numbers.map(({ label, compare, number, unit }) => `${label ?? ""} ${compares[compare] ?? compare} ${amount(number)} ${unit ?? ""}`.trim()).join(t("common.semicolon"));
}
