import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/a", title: "ask.title", portal: true, sample: "/a" };
