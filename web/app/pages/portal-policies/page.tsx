/* The documents that are published here. */
import { Link } from "react-router";
import { standingOf, usePacks } from "../../api/packs.ts";
import { Answer, Crumbs, Data, Empty, useTitle } from "../../rooms/portal/parts.tsx";
import { useText } from "../../text/index.ts";

export default function PortalPolicies() {
  const t = useText();
  const read = usePacks();
  useTitle(t("policies.title"), t("portal.policies.lead"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("policies.title")}</Crumbs>
      <h1>{t("policies.title")}</h1>
      <p className="lead">{t("portal.policies.lead")}</p>
      <Answer of={read} rows={6}>
        {({ packs }) => (
          <div className="panel">
            {packs.length === 0 ? (
              <Empty text={t("policies.none")} />
            ) : (
              <ul className="notices">
                {packs.map((one) => {
                  const { standing, left } = standingOf(one);
                  return (
                    <li key={one.id} className="notice-row">
                      <p className="notice-title">
                        <Link to={`/policies/${one.id}`}>
                          <Data>{one.title}</Data>
                        </Link>
                      </p>
                      <p className="note">
                        <span className={standing === "draft" ? "tag provisional" : standing === "lapsed" ? "tag no" : "tag plain"}>{t(`policy.standing.${standing}`)}</span> <Data>{[one.number, one.issuer].filter(Boolean).join(" · ")}</Data>{" "}
                        {one.effective && (one.expires ? t("policy.term", { from: one.effective, to: one.expires }) : t("policy.from", { day: one.effective }))} {left !== undefined && left >= 0 && t("policy.term.left", { n: left })}
                      </p>
                    </li>
                  );
                })}
              </ul>
            )}
          </div>
        )}
      </Answer>
    </div>
  );
}
