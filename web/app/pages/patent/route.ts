import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/patents/:id", title: "patent.title", help: "patents", sample: "/patents/1" };
