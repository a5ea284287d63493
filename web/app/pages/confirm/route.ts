import type { Route } from "../route.ts";

export const route: Route = { path: "/confirm/:proposal", title: "case.confirm.page", help: "work", sample: "/confirm/1" };
