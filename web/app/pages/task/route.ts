import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/tasks/:id", title: "tasks.title", help: "province", sample: "/tasks/1" };
