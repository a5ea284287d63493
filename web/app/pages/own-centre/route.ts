import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/centre", title: "shell.list.own", help: "year", group: "programmes", order: 0, icon: "centre", roles: ["centre_manager", "centre_staff"] };
