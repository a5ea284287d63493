import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/log/grants", title: "evidence.grants", group: "evidence", order: 3, icon: "key", roles: ["audit_administrator"] };
