import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/objection", title: "portal.object.page", portal: true };
