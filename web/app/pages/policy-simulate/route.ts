import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/policies/simulate", title: "policy.simulate", help: "policies", roles: ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"], sample: "/policies/simulate?pack=sc-yunying-2025" };
