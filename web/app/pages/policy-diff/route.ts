import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/policies/diff", title: "policy.diff", help: "policies", sample: "/policies/diff?pack=sc-yunying-2025&with=sx-yunying-draft" };
