import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/policies/:id", title: "policies.title", help: "policies", sample: "/policies/sc-yunying-2025" };
