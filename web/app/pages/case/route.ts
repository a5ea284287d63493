import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/case/:id/:tab?", title: "case.title", help: "apply", ofType: "case", sample: "/case/130" };
