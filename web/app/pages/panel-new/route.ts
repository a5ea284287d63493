import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/panels/new", title: "panel.new", help: "province", sample: "/panels/new" };
