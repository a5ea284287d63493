import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/patents",
  title: "search.title",
  group: "patents",
  order: 1,
  icon: "search",
  chord: "p",
  sample: "/patents?query=%E7%94%B5%E6%B1%A0",
};
