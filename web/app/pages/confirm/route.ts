import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/confirm/:proposal", title: "case.confirm.page", help: "work", sample: "/confirm/1" };
