import type { Route } from "../route.ts";

export const route: Route = { path: "/", title: "common.home", portal: true };
