/* What an office types of a meeting, and what follows from it: points of each expert, means, results. */
import type { FileValue } from "../../fields/upload.tsx";
import type { PolicyHead } from "../../rooms/panel/weights.tsx";

export type Head = PolicyHead;

/* Of a policy without heads the points are the whole. */
export const TOTAL: Head = { id: "total", label: "", weight: 100 };

export interface Expert {
  id: number;
  name: string;
  title_of_post: string | null;
}

export interface Typed {
  title: string;
  held_on: string;
  basis: string;
  experts: number[];
  files: Record<string, FileValue[]>; // by expert; "" for all of them
  weights: Record<string, string>; // by head, where the policy gives none
  points: Record<string, string>; // by case, expert and head: "17 4 total"
  results: Record<string, { result: "pass" | "fail"; reason: string }>;
}

export type Marks = ReturnType<typeof marksOf>;

/* `cases`, `heads` and `experts` are those of the table of points. A mean is "" while a point or a weight is missing. */
export function marksOf(typed: Typed, cases: readonly { id: number }[], heads: readonly Head[], experts: readonly Expert[]) {
  const weight = (head: Head) => head.weight ?? Number(typed.weights?.[head.id] || NaN);
  const at = (id: number, expert: number, head: Head) => `${id} ${expert} ${head.id}`;
  const points = (id: number, expert: number, head: Head) => typed.points[at(id, expert, head)]?.trim() ?? "";
  const scored = (id: number, expert: number) => heads.some((head) => points(id, expert, head));
  const mean = (id: number) => {
    const given = experts.flatMap((one) => (scored(id, one.id) ? [heads.reduce((sum, head) => sum + (Number(points(id, one.id, head)) * weight(head)) / 100, 0)] : []));
    return given.length && given.every(Number.isFinite) ? (given.reduce((sum, one) => sum + one, 0) / given.length).toFixed(2) : "";
  };
  return {
    at,
    points,
    scored,
    mean,
    weighed: Math.abs(heads.reduce((sum, head) => sum + weight(head), 0) - 100) < 0.001,
    half: cases.some(({ id }) => experts.some((one) => scored(id, one.id) && !heads.every((head) => points(id, one.id, head)))),
    result: (id: number) => typed.results[id] ?? { result: "pass" as const, reason: "" },
    file: (expert: number) => (typed.files[expert] ?? typed.files[""] ?? [])[0],
  };
}
