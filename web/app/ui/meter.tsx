/* How far a count is on its way to a plan, beside both: the plan stands at 86 % of the width, so that more than it shows. */
import "./meter.css";

const PLAN_AT = 0.86;

export function Meter({ value, plan }: { value: number; plan: number }) {
  return (
    <span className={value < plan * 0.6 ? "meter meter-near" : "meter"} aria-hidden="true">
      <i style={{ width: `${Math.min(1, (value / plan) * PLAN_AT) * 100}%` }} />
      <b style={{ left: `${PLAN_AT * 100}%` }} />
    </span>
  );
}
