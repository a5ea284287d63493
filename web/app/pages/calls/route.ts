import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/calls", title: "apply.title", group: "programmes", order: 1, icon: "call", roles: ["centre_manager", "centre_staff", "company_staff", "service_staff"], chord: "c" };
