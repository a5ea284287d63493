import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/typical/:id?", title: "portal.typical", portal: true, sample: "/typical" };
