import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/match", title: "match.title", group: "patents", order: 2, icon: "match", chord: "m" };
