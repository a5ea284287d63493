/* The step of a case whose dialog is open. */
import { useEffect } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { Case, CaseAction } from "../../api/cases.ts";

/* The step whose dialog is open stands in the address: a list opens a case at it, and back closes it. */
export function useDoing(of: Case, actions: readonly CaseAction[]) {
  const [query, setQuery] = useSearchParams();
  const navigate = useNavigate();
  const asked = query.get("do");
  const doing = actions.find(({ action }) => action === asked);
  const second = !!doing?.open && !!doing.proposed && !doing.proposed.mine;
  useEffect(() => {
    if (second) void navigate(`/case/${of.id}/confirm/${asked}`, { replace: true });
  }, [second, of.id, asked, navigate]);
  const put = (action: string | null) =>
    setQuery((old) => {
      const next = new URLSearchParams(old);
      if (action) next.set("do", action);
      else next.delete("do");
      return next;
    }, { replace: !action });
  return { doing: second || doing?.proposed ? undefined : doing, open: (action: string) => put(action), close: () => put(null) };
}
