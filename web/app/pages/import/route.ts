import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/import",
  title: "import.menu",
  group: "data",
  order: 2,
  icon: "import",
  roles: ["centre_manager", "centre_staff", "province_officer", "ip_centre_officer"],
  chord: "i",
};
