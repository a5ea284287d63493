/* What is of the centre itself and serves no duty, in five groups: their kinds, and the names by which clauses say what they
 * ask for. The last takes also the kinds that none names. */
import { clauseText } from "../../ui/clause.tsx";
import type { Clause } from "../../rooms/case/duty-kinds.ts";

interface Own {
  id: "people" | "rules" | "place" | "money" | "plan";
  kinds: readonly string[];
  by: readonly string[];
  rest?: boolean;
}

export const OWN: readonly Own[] = [
  { id: "people", kinds: ["staff", "task"], by: ["staff"] },
  { id: "rules", kinds: ["documents", "document", "numbering", "list_statement"], by: ["documents"] },
  { id: "place", kinds: ["workplace", "industry", "applicant", "centre_profile"], by: ["workplace"] },
  { id: "money", kinds: ["funds", "fund_line", "spending_line", "fund_payment", "fund_performance"], by: ["funding"] },
  { id: "plan", kinds: ["service_plan", "work_plan", "annual_report"], by: ["service_catalogue", "service_plan", "annual_report"], rest: true },
];

/* Whether a clause asks for one of some things: a kind, or a criterion of the policy. */
export const asksFor = (names: readonly string[]) => ({ by }: Clause): boolean => by.some((name) => names.includes(name.replaceAll("-", "_")));

/* The articles that ask for them, besides those of the duties; not an article whose item does. */
export function clausesFor(names: readonly string[], clauses: readonly Clause[], duties: readonly Clause[]): Clause[] {
  const asked = clauses.filter(asksFor(names)).filter(({ clause }) => clauseText(clause) !== clause && !duties.some((duty) => duty.clause === clause));
  return asked.filter(({ clause }) => !asked.some((one) => one.clause.startsWith(clause) && /^[\d.(（]/.test(one.clause.slice(clause.length))));
}
