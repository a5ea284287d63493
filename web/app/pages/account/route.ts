import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/account", title: "signin.account", help: "start" };
