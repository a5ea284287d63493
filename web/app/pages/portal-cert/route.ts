import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/cert/:number?", title: "cert.title", portal: true, sample: "/cert/川产知运证〔2025〕12号" };
