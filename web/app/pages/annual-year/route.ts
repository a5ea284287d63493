import type { Route } from "../route.ts";

export const route: Route = { path: "/annual/:year", title: "annual.title", sample: "/annual/2026" };
