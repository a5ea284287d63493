import type { Route } from "../route.ts";

export const route: Route = { path: "/asks/:id", title: "ask.title", help: "work" };
