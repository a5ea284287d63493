import type { Route } from "../route.ts";

export const route: Route = { path: "/policies/:id", title: "policies.title", portal: true, sample: "/policies/sc-yunying-2025" };
