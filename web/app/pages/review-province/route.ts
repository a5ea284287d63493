import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/review/province",
  title: "review.province",
  group: "programmes",
  order: 22,
  icon: "report",
  roles: ["province_officer", "province_leader", "ip_centre_officer"],
  chord: "r",
  sample: "/review/province",
};
