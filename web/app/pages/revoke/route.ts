import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/revoke/:case", title: "rectify.revoke", help: "year", roles: ["province_officer", "province_leader", "city_officer", "city_leader", "auditor", "centre_manager"], ofProcesses: ["revocation", "revocation-failed", "sub-centre"], sample: "/revoke/180" };
