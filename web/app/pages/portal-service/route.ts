import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/services/:id", title: "portal.nav.services", portal: true, sample: "/services/1" };
