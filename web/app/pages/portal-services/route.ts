import type { Route } from "../route.ts";

export const route: Route = { path: "/services", title: "portal.nav.services", portal: true };
