/* The legal status of a patent: icon, word and colour, and the day for which the source says so. */
import { useText } from "../text/index.ts";
import "./patent-status.css";

const known = ["active", "pending", "inactive"] as const;
export type PatentState = (typeof known)[number] | "unknown";

export const patentState = (status: string | null | undefined): PatentState => known.find((one) => one === status) ?? "unknown";

/* Filled, half filled, empty, dashed: told apart without colour. */
function Mark({ state }: { state: PatentState }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <circle cx="6" cy="6" r="4.5" fill={state === "active" ? "currentColor" : "none"} stroke="currentColor" strokeWidth="1.5" strokeDasharray={state === "unknown" ? "2 1.5" : undefined} />
      {state === "pending" && <path d="M6 1.5a4.5 4.5 0 0 0 0 9z" fill="currentColor" />}
    </svg>
  );
}

export function PatentStatus({ status, label }: { status?: string | null; label?: string | null }) {
  const t = useText();
  const state = patentState(status);
  return (
    <span className={`patent-status ${state}`}>
      <Mark state={state} />
      {label || t(`patent.status.${state}`)}
    </span>
  );
}
