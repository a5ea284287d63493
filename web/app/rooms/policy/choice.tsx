/* Which policy a page is of: in its address, else the first of the reader's province that is in force. */
import "../../ui/controls.css";
import "./choice.css";
import { useSearchParams } from "react-router";
import { usePacks, type Policy } from "../../api/packs.ts";
import { useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";

export function useChosenPolicy(): { all?: Policy[]; policy?: Policy; error: Error | null; retry: () => void } {
  const [params] = useSearchParams();
  const { province } = useSession();
  const read = usePacks();
  const all = read.data?.packs;
  const rank = ({ standing, jurisdiction, clauses }: Policy) => (jurisdiction?.slice(0, 2) === province ? 0 : 1000) + (standing === "in_force" ? 0 : 500) - clauses.enforced;
  const policy = all?.find(({ id }) => id === params.get("pack")) ?? [...(all ?? [])].sort((a, b) => rank(a) - rank(b))[0];
  return { all, policy, error: read.error, retry: () => void read.refetch() };
}

export function PolicyChoice({ all, policy, label }: { all: readonly Policy[]; policy: Policy; label?: string }) {
  const t = useText();
  const [, setParams] = useSearchParams();
  return (
    <label className="policy-choice no-print">
      {label ?? t("policy.one")}{" "}
      <select className="input" value={policy.id} onChange={(event) => setParams({ pack: event.target.value }, { replace: true })}>
        {all.map(({ id, title }) => (
          <option key={id} value={id} lang="zh-CN">
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
