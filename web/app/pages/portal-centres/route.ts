import type { Route } from "../route.ts";

export const route: Route = { path: "/centres", title: "portal.nav.centres", portal: true };
