import type { Route } from "../route.ts";

export const route: Route = { path: "/typical/:id?", title: "portal.typical", portal: true, sample: "/typical" };
