import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/case/:id/confirm/:action", title: "case.confirm.page", help: "apply", roles: ["province_leader"], sample: "/case/180/confirm/revoke" };
