import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/workdays", title: "system.workdays", help: "system", group: "policy", order: 8, icon: "calendar", roles: ["province_officer"] };
