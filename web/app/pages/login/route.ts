import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/login", title: "signin.signIn", open: true, sample: "/login" };
