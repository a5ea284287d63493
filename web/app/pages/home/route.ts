import type { Route } from "../route.ts";

export const route: Route = { path: "/", title: "shell.todo", group: "work", order: 1, icon: "home", chord: "t", count: "todo" };
