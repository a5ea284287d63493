import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/", title: "common.home", group: "work", order: 1, icon: "home", chord: "h" };
