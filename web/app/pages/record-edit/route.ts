import { recordRoles } from "../../rooms/record/roles.ts";
import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/r/:type/:id/edit", title: "records.change", help: "records", roles: recordRoles, sample: "/r/deal/94/edit" };
