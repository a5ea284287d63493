import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/panels/new", title: "panel.new", roles: ["province_officer", "province_leader", "ip_centre_officer"], help: "province", sample: "/panels/new?cases=71" };
