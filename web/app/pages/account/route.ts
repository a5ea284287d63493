import type { Route } from "../route.ts";

export const route: Route = { path: "/account", title: "signin.account", help: "start" };
