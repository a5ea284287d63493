import type { Route } from "../route.ts";

export const route: Route = { path: "/tasks/new", title: "tasks.new", roles: ["province_officer", "province_leader", "city_officer", "city_leader"], sample: "/tasks/new" };
