import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/objections", title: "objections.title", help: "province", group: "programmes", order: 24, icon: "warning", roles: ["province_officer", "province_leader"] };
