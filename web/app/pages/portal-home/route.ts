import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/", title: "common.home", portal: true };
