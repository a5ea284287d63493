import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/help/:chapter?", title: "help.title", portal: true, sample: "/help/apply" };
