import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/policies", title: "policies.title", portal: true };
