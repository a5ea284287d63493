/* The texts of counts, with {unit} for what is counted: patents, or families of them. */
import { createContext, useContext, useMemo } from "react";
import { useText, type Translate } from "../../text/index.ts";

export const ByFamily = createContext(false);

export function useCountText(): Translate {
  const t = useText();
  const unit = t(useContext(ByFamily) ? "landscape.unit.families" : "landscape.unit.patents");
  return useMemo(() => (key, values) => t(key, { ...values, unit }), [t, unit]);
}
