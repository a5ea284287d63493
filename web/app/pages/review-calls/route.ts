import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/review/calls",
  title: "calls.title",
  group: "programmes",
  order: 20,
  icon: "call",
  roles: ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"],
};
