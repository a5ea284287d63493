import type { Route } from "../route.ts";

export const route: Route = { path: "/case/:id/form", title: "form.title", roles: ["centre_manager"], sample: "/case/9/form" };
