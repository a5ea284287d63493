/* One row for each family of patents, or one for each patent. */
import { useText } from "../text/index.ts";
import "./controls.css";

export function FamilySwitch({ families, change }: { families: boolean; change: (families: boolean) => void }) {
  const t = useText();
  return (
    <div className="segments no-print" role="group" aria-label={t("search.name.family")}>
      {[true, false].map((one) => (
        <button key={String(one)} type="button" aria-pressed={one === families} onClick={() => change(one)}>
          {t(one ? "search.group.family" : "search.group.none")}
        </button>
      ))}
    </div>
  );
}
