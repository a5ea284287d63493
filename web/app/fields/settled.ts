/* A text as it stood when nobody had typed for a moment: what a list is asked for. */
import { useEffect, useState } from "react";

export function useSettled(text: string, ms = 200): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
