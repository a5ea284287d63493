import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/verify", title: "receipt.title", portal: true, sample: "/verify" };
