import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/objections/:id", title: "objections.title", help: "province", roles: ["province_officer", "province_leader"], ofType: "objection", sample: "/objections/1" };
