/* The weights of the heads that a policy names without weights. */
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";

/* A head of the policy with its weight, unless the policy gives none. */
export interface PolicyHead {
  id: string;
  label: string;
  weight?: number;
}

export function Weights({ heads, weights, hint, set }: { heads: readonly PolicyHead[]; weights: Record<string, string>; hint: string; set: (weights: Record<string, string>) => void }) {
  const t = useText();
  return (
    <>
      <h2>
        {t("meeting.weights")}
        <small>{hint}</small>
      </h2>
      <div className="meeting-weights">
        {heads.map((head) => (
          <label key={head.id}>
            <Data text={head.label} />
            <input className="input" inputMode="decimal" readOnly={head.weight !== undefined} value={head.weight ?? weights[head.id] ?? ""} onChange={(event) => set({ ...weights, [head.id]: event.target.value })} />
          </label>
        ))}
      </div>
    </>
  );
}
