import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/panels/:id", title: "panel.list", roles: ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"], help: "province", sample: "/panels/12" };
