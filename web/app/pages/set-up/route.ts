import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/set-up", title: "signin.setUp", open: true, sample: "/set-up#link=0" };
