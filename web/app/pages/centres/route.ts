import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/centres", title: "centres.title", help: "year", group: "programmes", order: 30, icon: "centre", roles: ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader", "auditor"], chord: "o" };
