import type { Route } from "../route.ts";

export const route: Route = { path: "/centres/:id", title: "centres.card", sample: "/centres/1" };
