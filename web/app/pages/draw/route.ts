import type { Route } from "../../rooms/shell/route.ts";

/* Reached from the message that asks a person for a value: it has no entry in the menu. */
export const route: Route = { path: "/panels/:id/draw", title: "draw.title", help: "province", sample: "/panels/12/draw" };
