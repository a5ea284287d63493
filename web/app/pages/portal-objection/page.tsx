/* What became of an objection, by the number and code that its objector was given. */
import { Link } from "react-router";
import { AskObjection } from "../../rooms/portal/object.tsx";
import { Crumbs, useTitle } from "../../rooms/portal/parts.tsx";
import { useText } from "../../text/index.ts";

export default function ObjectionPage() {
  const t = useText();
  useTitle(t("portal.object.page"), t("portal.object.page.lead"));
  return (
    <div className="column page">
      <Crumbs to={[["/publicity", t("portal.nav.publicity")]]}>{t("portal.object.page")}</Crumbs>
      <h1>{t("portal.object.page")}</h1>
      <p className="lead">{t("portal.object.page.lead")}</p>
      <div className="panel object-ask">
        <AskObjection />
      </div>
      <p className="note">
        {t("portal.object.page.begin")} <Link to="/publicity">{t("portal.nav.publicity")}</Link>
      </p>
    </div>
  );
}
