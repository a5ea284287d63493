import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/search", title: "portal.search", portal: true, sample: "/search?q=氢能" };
