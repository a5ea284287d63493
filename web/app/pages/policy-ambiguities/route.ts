import type { Route } from "../route.ts";

export const route: Route = { path: "/policies/ambiguities", title: "policy.ambiguities", help: "policies", sample: "/policies/ambiguities?pack=sc-yunying-2025" };
