import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/todo", title: "desk.box.todo", group: "work", order: 2, icon: "todo", chord: "t", count: "todo" };
