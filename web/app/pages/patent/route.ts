import type { Route } from "../route.ts";

export const route: Route = { path: "/patents/:id", title: "patent.title", help: "patents", sample: "/patents/1" };
