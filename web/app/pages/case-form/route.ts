import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/case/:id/form", title: "form.title", help: "apply", roles: ["centre_manager"], sample: "/case/9/form" };
