/* Policies that evaluate their centres; those of the reader's province, where the reader has one. */
import { useQuery } from "@tanstack/react-query";
import type { Evaluation, Round } from "./evaluations.ts";
import { typeOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { useLanguage } from "../../text/index.ts";
import { usePolicies } from "../../api/policies.ts";

type Policy = NonNullable<ReturnType<typeof usePolicies>>[number];
export type Evaluating = Policy & { evaluation: NonNullable<Policy["evaluation"]> };

export function useEvaluating(): Evaluating[] | undefined {
  const { province } = useSession();
  return usePolicies()?.filter((one): one is Evaluating => !!one.evaluation && (!province || !!one.jurisdiction?.startsWith(province)));
}

/* The report that counts what an evaluation judges: by the policy's heads; without any, a form of its own. */
export const factsForm = ({ evaluation }: Evaluating) => (evaluation.heads.length ? "comprehensive" : "evaluation-facts");

/* What an evaluation came to: the policy's grade, else that of the office's scheme for the step taken, else the result. */
export function useResultOf(): (policy: Evaluating | undefined, round: Round | undefined, evaluation: Evaluation | undefined, stage: string | undefined) => string | undefined {
  const language = useLanguage();
  const words = useQuery(typeOf("evaluation")).data?.fields.find(({ name }) => name === "result")?.values;
  return (policy, round, evaluation, stage) => {
    const step = policy?.evaluation.results.find((one) => one.stage === stage)?.step;
    const own = step && round?.grades.find((one) => one.step === step)?.grade;
    return evaluation?.grade ?? own ?? words?.find(({ code }) => code === evaluation?.result)?.label?.[language];
  };
}
