import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/annual", title: "annual.title", help: "year", group: "programmes", order: 31, icon: "report", roles: ["centre_staff", "centre_manager", "province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader", "auditor"] };
