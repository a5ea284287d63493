import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/annual/:year", title: "annual.title", help: "year", sample: "/annual/2026" };
