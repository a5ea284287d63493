import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/system", title: "system.title", group: "administration", order: 3, icon: "settings", roles: ["system_administrator", "security_administrator", "audit_administrator"] };
