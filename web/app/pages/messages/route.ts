import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/messages", title: "shell.messages", group: "work", order: 3, icon: "messages", chord: "n", count: "notifications" };
