import type { Route } from "../route.ts";

export const route: Route = { path: "/policies/:id", title: "policies.title", help: "policies", sample: "/policies/sc-yunying-2025" };
