import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/review/meeting",
  title: "meeting.title",
  help: "province",
  sample: "/review/meeting",
};
