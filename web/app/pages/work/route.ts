import { recordRoles } from "../../rooms/record/roles.ts";
import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/work", title: "work.menu", group: "operation", order: 1, icon: "records", roles: recordRoles, chord: "b" };
