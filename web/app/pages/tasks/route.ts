import type { Route } from "../../rooms/shell/route.ts";

/* Centres reach theirs from 待办. */
export const route: Route = { path: "/tasks", title: "tasks.title", help: "province", group: "programmes", order: 34, icon: "todo", roles: ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"] };
