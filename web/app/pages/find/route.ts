import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/find", title: "find.title", help: "work", sample: "/find?q=%E6%B3%A2%E5%AF%BC" };
