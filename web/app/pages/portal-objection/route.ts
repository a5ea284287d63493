import type { Route } from "../route.ts";

export const route: Route = { path: "/objection", title: "portal.object.page", portal: true };
