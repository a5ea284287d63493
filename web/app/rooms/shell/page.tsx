/* What the router puts around each page: its title, its skeleton, and what is shown when it breaks. */
import { Suspense, useEffect } from "react";
import { useRouteError } from "react-router";
import type { PageRoute } from "./routes.ts";
import { useText } from "../../text/index.ts";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { useTitle } from "../../ui/title.ts";

export function PageOf({ route }: { route: PageRoute }) {
  return (
    <Suspense fallback={<Waiting />}>
      <Titled title={useText()(route.title)} />
      <route.Page />
    </Suspense>
  );
}

let moved = false; // from the page that was loaded first

/* The document's title. After a move the focus goes to the page, so that keyboards and screen readers begin
 * there; a page that has taken it itself keeps it. */
function Titled({ title }: { title: string }) {
  useTitle(title);
  useEffect(() => {
    const from = document.activeElement;
    if (moved && (!from || from === document.body || from.closest("nav, .bar"))) document.getElementById("main")?.focus({ preventScroll: true });
    moved = true;
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
