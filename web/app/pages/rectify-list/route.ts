import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/rectify", title: "rectify.title", help: "year", group: "programmes", order: 33, icon: "warning", roles: ["province_officer", "province_leader", "city_officer", "city_leader", "auditor"] };
