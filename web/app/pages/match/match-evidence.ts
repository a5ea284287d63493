/* What weighs in a match: the words and classes of its first hits, each once. */
interface Reason {
  kind: string;
  value: string;
  weight: number;
}

interface Found {
  score: number;
  reasons?: readonly Reason[];
}

const WORDS = 12;
const CLASSES = 6;

const LEAST = 0.05; // of what the first one adds

/* Those of one kind by what they add to the hits. */
function weightiest(hits: readonly Found[], kind: string): string[] {
  const sums = new Map<string, number>();
  for (const { score, reasons = [] } of hits) for (const one of reasons) if (one.kind === kind) sums.set(one.value, (sums.get(one.value) ?? 0) + one.weight * score);
  const list = [...sums].sort((a, b) => b[1] - a[1]);
  return list.filter(([, sum]) => sum >= LEAST * list[0]![1]).map(([value]) => value);
}

/* A word that stands in another, or holds it, is told by the weightier; a character alone says too little. */
export function wordsOf(hits: readonly Found[]): string[] {
  const told: string[] = [];
  for (const word of weightiest(hits, "term")) if (word.length > 1 && !told.some((one) => one.includes(word) || word.includes(one))) told.push(word);
  return told.slice(0, WORDS);
}

export const classesOf = (hits: readonly Found[]) => weightiest(hits, "class").slice(0, CLASSES);
