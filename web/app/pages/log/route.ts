import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/log", title: "evidence.title", group: "evidence", order: 1, icon: "audit", roles: ["audit_administrator", "auditor"] };
