import { recordRoles } from "../../rooms/record/roles.ts";
import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/r/:type/new", title: "records.enter", help: "records", roles: recordRoles, sample: "/r/deal/new" };
