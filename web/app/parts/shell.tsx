/* The frame of the workbench: top bar, menu, page. */
import { Outlet } from "react-router";
import { useText } from "../text/index.ts";

export function Shell() {
  return (
    <main id="main">
      <Outlet />
    </main>
  );
}

export function NotFound() {
  const t = useText();
  return <h1>{t("common.failed")}</h1>;
}

export function PageError() {
  const t = useText();
  return <h1>{t("common.failed")}</h1>;
}
