/* Policies that evaluate their centres; those of the reader's province, where the reader has one. */
import { useSession } from "../api/session.ts";
import { usePolicies } from "./policies.ts";

type Policy = NonNullable<ReturnType<typeof usePolicies>>[number];
export type Evaluating = Policy & { evaluation: NonNullable<Policy["evaluation"]> };

export function useEvaluating(): Evaluating[] | undefined {
  const { province } = useSession();
  return usePolicies()?.filter((one): one is Evaluating => !!one.evaluation && (!province || !!one.jurisdiction?.startsWith(province)));
}

/* The report that counts what an evaluation judges: by the policy's heads; without any, a form of its own. */
export const factsForm = ({ evaluation }: Evaluating) => (evaluation.heads.length ? "comprehensive" : "evaluation-facts");
