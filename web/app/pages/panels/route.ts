import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/panels",
  title: "panel.list",
  group: "programmes",
  order: 23,
  icon: "expert",
  roles: ["province_officer", "province_leader", "ip_centre_officer"],
  sample: "/panels",
};
