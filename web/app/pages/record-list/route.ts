import { recordRoles } from "../../rooms/record/roles.ts";
import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/r/:type",
  title: "records.list",
  help: "records",
  roles: recordRoles,
  ways: [{ type: "topic_database", text: "topic.members", to: ({ id }) => `/r/topic_member?${new URLSearchParams([["filter", `topic=${id}`]])}`, count: "member_count" }],
  sample: "/r/deal",
};
