import type { Route } from "../route.ts";

export const route: Route = { path: "/a", title: "ask.title", portal: true, sample: "/a" };
