/* The way of a case: the steps that were taken with the days between them, where it stands, and what comes
 * next. More than nine points, and a narrow window, stand below each other. */
import "./flow.css";
import type { Case, CaseAction, CaseStep } from "../../api/cases.ts";
import { serverNow } from "../../api/server-time.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { day, daysBetween } from "../../ui/time.ts";

export interface FlowPoint {
  key: string;
  state: "done" | "now" | "next";
  label: string;
  line?: string; // below the label: date and who
  words?: boolean; // the line is data
  days?: number; // to the point after it
}

export const FLOW_MOST = 9;

/* The step that leads on: the first of the policy's that goes to a stage where the case has not been. */
export function nextStep(actions: readonly CaseAction[], history: readonly CaseStep[]): CaseAction | undefined {
  return actions.find(({ aside, stays, to_stage }) => !aside && !stays && !history.some(({ to }) => to && to === to_stage));
}

export function useFlow(of: Case, history: readonly CaseStep[], actions: readonly CaseAction[]): FlowPoint[] {
  const t = useText();
  const moves = history.filter(({ to, from }) => to && to !== from);
  const points = moves.map((step, i): FlowPoint => {
    const after = moves[i + 1]?.date ?? (of.open ? day(serverNow()) : of.stage_on);
    const ends = i === moves.length - 1 && !of.open;
    return { key: String(step.version), state: "done", label: step.label ?? step.kind, line: [step.date.slice(5), step.name].filter(Boolean).join(" "), words: true, days: ends ? undefined : daysBetween(step.date, after) };
  });
  if (moves.at(-1)?.kind !== "end") // which says itself where the case stands
    points.push({
      key: "now",
      state: of.open ? "now" : "done",
      label: of.stage_label,
      line: of.open ? t("case.flow.day", { n: daysBetween(of.stage_on, serverNow()) + 1 }) : of.stage_on,
    });
  const next = of.open ? nextStep(actions, history) : undefined;
  if (next) points.push({ key: "next", state: "next", label: next.label, line: next.opens_on ? t("case.flow.from", { day: next.opens_on }) : next.due ? t("desk.until", { day: next.due }) : undefined });
  return points;
}

export function Flow({ points, vertical, label: name }: { points: readonly FlowPoint[]; vertical?: boolean; label?: string }) {
  const t = useText();
  return (
    <ol className={vertical ? "flow flow-vertical" : "flow"} aria-label={name ?? t("case.flow")}>
      {points.map(({ key, state, label, line, words, days }) => (
        <li key={key} className={`flow-${state}`} aria-current={state === "now" ? "step" : undefined}>
          {days !== undefined && <small className="flow-days">{t("case.flow.days", { n: days })}</small>}
          <b>
            <Data text={label} />
          </b>
          {line && <span>{words ? <Data text={line} /> : line}</span>}
        </li>
      ))}
    </ol>
  );
}
