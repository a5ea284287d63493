import type { Route } from "../../rooms/shell/route.ts";

export const route: Route = { path: "/publicity/:id", title: "portal.notice", portal: true, sample: "/publicity/134" };
