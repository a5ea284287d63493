import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/roles", title: "roles.title", help: "people", group: "administration", order: 2, icon: "key", roles: ["security_administrator", "system_administrator", "audit_administrator"], sample: "/roles" };
