/* What the address asks of a page: the words after its question mark. */
import { useSearchParams } from "react-router";

type Change = Readonly<Record<string, string | number | undefined>>;

export function useAsked() {
  const [params, setParams] = useSearchParams();
  const asked = (name: string) => params.get(name) ?? "";
  /* What the address asks with a change; an empty word is taken out. */
  const changed = (change: Change, of: string | URLSearchParams = params) => {
    const next = new URLSearchParams(of);
    for (const [name, value] of Object.entries(change)) value ? next.set(name, String(value)) : next.delete(name);
    return next;
  };
  /* Changes what was asked last, though its page may not be drawn yet. */
  const set = (change: Change) => setParams(changed(change, location.search), { replace: true });
  return { params, setParams, asked, changed, set };
}
