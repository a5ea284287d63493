/* What the router puts around each page: its title, its skeleton, and what is shown when it breaks. */
import { Suspense, useEffect } from "react";
import { useRouteError } from "react-router";
import type { PageRoute } from "../pages/routes.ts";
import { useText } from "../text/index.ts";
import { Failed, NotFound, Waiting } from "./states.tsx";
import { useTitle } from "./title.ts";

export function PageOf({ route }: { route: PageRoute }) {
  return (
    <Suspense fallback={<Waiting />}>
      <Titled title={useText()(route.title)} />
      <route.Page />
    </Suspense>
  );
}

/* The document's title; the focus goes to the page, so that keyboards and screen readers begin there. */
function Titled({ title }: { title: string }) {
  useTitle(title);
  useEffect(() => {
    if (document.activeElement && document.activeElement !== document.body && !document.activeElement.closest("nav, .bar")) return;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, []);
  return null;
}

/* An address that no route has. */
export function NoPage() {
  useTitle(useText()("common.missing"));
  return <NotFound page />;
}

/* A page that broke while it was drawn, or that could not be loaded. */
export function PageError() {
  const error = useRouteError();
  useTitle(useText()("common.failed"));
  return <Failed page error={error instanceof Error ? error : new Error(String(error))} retry={() => location.reload()} />;
}
