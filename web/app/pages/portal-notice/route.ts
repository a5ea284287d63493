import type { Route } from "../route.ts";

export const route: Route = { path: "/publicity/:id", title: "portal.notice", portal: true, sample: "/publicity/134" };
