import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/patents/compare", title: "compare.title", help: "patents", sample: "/patents/compare?id=1&id=2&id=3" };
