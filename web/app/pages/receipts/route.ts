import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/receipts", title: "receipt.menu", group: "evidence", order: 2, icon: "check", roles: ["audit_administrator", "system_administrator", "security_administrator"] };
