import type { Route } from "../route.ts";

export const route: Route = { path: "/help/:chapter?", title: "help.title", portal: true, sample: "/help/apply" };
