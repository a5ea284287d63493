import type { Route } from "../route.ts";

export const route: Route = { path: "/evaluations/:case", title: "evaluation.one", sample: "/evaluations/210" };
