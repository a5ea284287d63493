import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/panels/:id", title: "panel.list", help: "province", sample: "/panels/1" };
