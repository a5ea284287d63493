import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/patents",
  title: "search.title",
  group: "patents",
  order: 1,
  icon: "search",
  chord: "p",
  sample: "/patents?query=%E7%94%B5%E6%B1%A0",
  ways: [
    { type: "saved_search", text: "search.open", to: ({ query, filters }) => `/patents?${new URLSearchParams([["query", String(query ?? "")], ...(Array.isArray(filters) ? filters : []).map((filter) => ["filter", String(filter)]), ["sort", "-date"]])}` },
    { type: "topic_database", text: "topic.search", to: ({ id }) => `/patents?${new URLSearchParams([["query", ""], ["filter", `topic=${id}`]])}` },
  ],
};
