import { useText } from "../../text/index.ts";
import { StateTag, type StateTone } from "../../ui/state-tag.tsx";
import type { State } from "./panels.ts";

const tones: Record<State, StateTone> = { draft: "grey", frozen: "amber", drawn: "blue", closed: "green" };

export function PanelState({ state, ground }: { state: State; ground?: boolean }) {
  const t = useText();
  return (
    <StateTag tone={tones[state]} ground={ground}>
      {t(`panel.${state}`)}
    </StateTag>
  );
}
