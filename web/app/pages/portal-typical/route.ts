import type { Route } from "../route.ts";

export const route: Route = { path: "/typical", title: "portal.typical", portal: true };
