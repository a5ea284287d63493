import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/centres/:id", title: "centres.card", help: "year", sample: "/centres/1", roles: ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader", "auditor"] };
