import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/evaluations/:case", title: "evaluation.one", help: "year", sample: "/evaluations/212" };
