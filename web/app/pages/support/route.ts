import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/support", title: "support.title", help: "province", group: "programmes", order: 35, icon: "project", roles: ["province_officer", "province_leader", "city_officer", "city_leader"] };
