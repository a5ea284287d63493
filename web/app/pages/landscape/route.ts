import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/landscape",
  title: "landscape.title",
  group: "patents",
  order: 3,
  icon: "landscape",
  chord: "l",
  sample: "/landscape?query=%E7%94%B5%E6%B1%A0",
  ways: [
    { type: "topic_database", text: "landscape.title", to: ({ id }) => `/landscape?${new URLSearchParams([["query", ""], ["filter", `topic=${id}`]])}` },
  ],
};
