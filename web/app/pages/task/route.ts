import type { Route } from "../route.ts";

export const route: Route = { path: "/tasks/:id", title: "tasks.title", help: "province", sample: "/tasks/1" };
