/* One row or count for each family of patents, or for each patent. */
import { useText, type Key } from "../../text/index.ts";
import "../../ui/controls.css";

export function FamilySwitch({ families, change, each = "search.group.none" }: { families: boolean; change: (families: boolean) => void; each?: Key }) {
  const t = useText();
  return (
    <div className="segments no-print" role="group" aria-label={t("search.name.family")}>
      {[true, false].map((one) => (
        <button key={String(one)} type="button" aria-pressed={one === families} onClick={() => change(one)}>
          {t(one ? "search.group.family" : each)}
        </button>
      ))}
    </div>
  );
}
