import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/asks/:id", title: "ask.title", help: "work" };
