import type { Route } from "../route.ts";

export const route: Route = { path: "/messages", title: "shell.messages", group: "work", order: 3, icon: "messages", chord: "n", count: "notifications" };
