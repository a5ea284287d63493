import type { Route } from "../../rooms/shell/route.ts";

/* A panel as one of its experts sees it: the invitation, the statement on conflicts, the sheets. */
export const route: Route = { path: "/score/:id", title: "score.title", roles: ["expert"], help: "province", sample: "/score/12" };
