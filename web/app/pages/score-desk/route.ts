import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/score", title: "score.desk", group: "programmes", order: 24, icon: "expert", roles: ["expert"], help: "province", sample: "/score" };
