/* How a document stands: drafted, in force with the days that are left, over. */
import { standingOf, warningOf, type Policy, type Standing } from "../../api/packs.ts";
import { useText } from "../../text/index.ts";
import { StateTag, type StateTone } from "../../ui/state-tag.tsx";

const tones: Record<Standing, StateTone> = { draft: "purple", coming: "blue", in_force: "green", lapsed: "red", informative: "grey", library: "grey" };

export function StandingTag({ of, ground }: { of: Policy; ground?: boolean }) {
  const t = useText();
  const { standing } = standingOf(of);
  return (
    <StateTag tone={tones[standing]} ground={ground}>
      {t(`policy.standing.${standing}`)}
    </StateTag>
  );
}

/* The days that are left, with the warning that they reach. */
export function DaysLeft({ of }: { of: Policy }) {
  const t = useText();
  const { standing, left } = standingOf(of);
  if (left === undefined) return <>{standing === "draft" || standing === "informative" ? t("policy.term.none") : t("policy.term.open")}</>;
  if (left < 0) return <b className="near">{t("policy.term.over", { n: -left })}</b>;
  const warning = warningOf(left);
  return warning ? <b className="near">{t("policy.term.warned", { n: left, warning })}</b> : <>{t("policy.term.left", { n: left })}</>;
}
