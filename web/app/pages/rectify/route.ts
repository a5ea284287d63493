import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/rectify/:case", title: "rectify.case", help: "year", roles: ["province_officer", "province_leader", "city_officer", "city_leader", "auditor", "centre_manager"], ofProcesses: ["rectification"], sample: "/rectify/138" };
