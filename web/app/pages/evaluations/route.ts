import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/evaluations", title: "evaluation.title", help: "year", group: "programmes", order: 32, icon: "evaluate", roles: ["province_officer", "province_leader", "city_officer", "city_leader", "auditor"], chord: "e" };
