import type { Route } from "../route.ts";

export const route: Route = { path: "/calendar", title: "calendar.title", help: "work", chord: "d" };
