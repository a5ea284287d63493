import type { Route } from "../route.ts";

export const route: Route = { path: "/tasks/:id", title: "tasks.title", sample: "/tasks/1" };
