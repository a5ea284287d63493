import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/tasks/new", title: "tasks.new", help: "province", roles: ["province_officer", "province_leader", "city_officer", "city_leader"], sample: "/tasks/new" };
