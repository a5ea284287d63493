import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/case/:id/submit", title: "submit.title", help: "apply", roles: ["centre_manager"], sample: "/case/9/submit" };
