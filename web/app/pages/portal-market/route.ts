import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/market/:kind?", title: "portal.nav.market", portal: true, sample: "/market" };
