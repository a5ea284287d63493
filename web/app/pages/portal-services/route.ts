import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/services", title: "portal.nav.services", portal: true };
