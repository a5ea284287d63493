/* How many of a duty the plan of the year has; the number opens the plan's items. */
import { Link } from "react-router";
import { recordPath } from "../../api/records.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import type { Headed, Plan } from "./duties.ts";
import { NumOpens } from "../../ui/num.tsx";

export function Planned({ duty, plan }: { duty: Headed; plan: Plan }) {
  const t = useText();
  return (
    <NumOpens label={t("work.plan.items", { duty: duty.label })} text={duty.plan!.toLocaleString("en")}>
      <ul className="num-rows">
        {plan.items
          .filter(({ duty: code, count }) => code && duty.codes.includes(code) && count)
          .map((item, at) => (
            <li key={at}>
              <Link to={recordPath("service_plan", item.plan)}>
                <Data text={item.title} />
              </Link>
              <span>{item.count!.toLocaleString("en")}</span>
            </li>
          ))}
      </ul>
    </NumOpens>
  );
}
