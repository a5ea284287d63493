import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/review/city",
  title: "review.city",
  group: "programmes",
  order: 21,
  icon: "report",
  roles: ["city_officer", "city_leader"],
  chord: "v",
  sample: "/review/city",
};
