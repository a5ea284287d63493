import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = {
  path: "/match",
  title: "match.title",
  group: "patents",
  order: 2,
  icon: "match",
  chord: "m",
  ways: [
    { type: "demand", text: "match.title", makes: "patent_match", to: ({ id }) => `/match?demand=${id}` },
    { type: "patent_match", text: "match.open", to: ({ id }) => `/match?id=${id}` },
  ],
};
