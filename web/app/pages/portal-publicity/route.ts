import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/publicity", title: "portal.nav.publicity", portal: true };
