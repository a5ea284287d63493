import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/policies", title: "policies.title", group: "policy", order: 10, icon: "policy" };
