/* The home of the portal. */
import { useText } from "../../text/index.ts";

export default function PortalHome() {
  const t = useText();
  return <h1>{t("common.home")}</h1>;
}
