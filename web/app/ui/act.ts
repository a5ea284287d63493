/* Something that a person does with a button: whether it is under way, and why the last try failed. */
import { useRef, useState } from "react";

export const errorOf = (failure: unknown): Error => (failure instanceof Error ? failure : new Error(String(failure)));

export function useAct() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const running = useRef(false); // the second click of a double click comes before the page is drawn again
  /* `work` comes to "left" where another page follows: it stays busy until that is there. `failed`: what else a failure needs. */
  const act = async (work: () => Promise<unknown>, failed?: (failure: unknown) => unknown): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      if ((await work()) === "left") return;
    } catch (failure) {
      setError(errorOf(failure));
      await failed?.(failure);
    }
    running.current = false;
    setBusy(false);
  };
  return { busy, error, act, forget: () => setError(undefined) };
}
