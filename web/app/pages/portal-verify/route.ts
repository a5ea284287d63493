import type { Route } from "../route.ts";

export const route: Route = { path: "/verify", title: "receipt.title", portal: true, sample: "/verify" };
