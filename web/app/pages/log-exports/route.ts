import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/log/exports", title: "evidence.exports", group: "evidence", order: 4, icon: "export", roles: ["audit_administrator"] };
