import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/policies/ambiguities", title: "policy.ambiguities", help: "policies", sample: "/policies/ambiguities?pack=sc-yunying-2025" };
