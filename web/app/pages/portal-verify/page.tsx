/* A receipt checked in the browser, by anybody. */
import { Link } from "react-router";
import { Crumbs, useTitle } from "../../rooms/portal/parts.tsx";
import { ReceiptCheck } from "../../rooms/log/receipt-page.tsx";
import { useText } from "../../text/index.ts";

export default function Verify() {
  const t = useText();
  useTitle(t("receipt.title"), t("receipt.lead"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("receipt.title")}</Crumbs>
      <h1>{t("receipt.title")}</h1>
      <p className="lead">{t("receipt.lead")}</p>
      <ReceiptCheck />
      <p className="note no-print">
        <Link to="/cert">{t("receipt.certificate")}</Link>
      </p>
    </div>
  );
}
