import type { Route } from "../../rooms/shell/route.ts";

/* One case for one expert: its file at the left, the sheet at the right. */
export const route: Route = { path: "/score/:id/:case", title: "score.sheet", roles: ["expert"], help: "province", sample: "/score/12/45" };
