/* The frame of the portal: head, page, foot. */
import { Outlet } from "react-router";
import { useText } from "../text/index.ts";

export function PortalShell() {
  return (
    <main id="main">
      <Outlet />
    </main>
  );
}

export function PortalNotFound() {
  const t = useText();
  return <h1>{t("common.failed")}</h1>;
}

export function PortalError() {
  const t = useText();
  return <h1>{t("common.failed")}</h1>;
}
