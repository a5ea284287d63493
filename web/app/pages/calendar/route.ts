import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/calendar", title: "calendar.title", help: "work", chord: "d" };
