import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/jobs", title: "system.jobs", group: "administration", order: 4, icon: "calendar", roles: ["system_administrator"] };
