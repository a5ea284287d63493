import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/centres", title: "portal.nav.centres", portal: true };
