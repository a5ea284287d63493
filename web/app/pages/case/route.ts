import type { Route } from "../route.ts";

export const route: Route = { path: "/case/:id/:tab?", title: "case.title", sample: "/case/130" };
