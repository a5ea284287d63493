import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/tasks/:id", title: "tasks.title", help: "province", ofType: "task", sample: "/tasks/1" };
