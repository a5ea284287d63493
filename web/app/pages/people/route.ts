import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/people",
  title: "people.title",
  help: "people",
  group: "administration",
  order: 1,
  icon: "persons",
  roles: ["security_administrator", "system_administrator", "audit_administrator"],
  chord: "u",
  sample: "/people?unit=15&person=34",
};
