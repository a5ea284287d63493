import { recordRoles } from "../work/route.ts";
import type { Route } from "../route.ts";

export const route: Route = { path: "/r/:type/:id", title: "records.list", help: "records", roles: recordRoles, sample: "/r/deal/94" };
