import type { Route } from "../route.ts";

export const route: Route = { path: "/publicity", title: "portal.nav.publicity", portal: true };
