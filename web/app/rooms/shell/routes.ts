/* All pages. A page is a folder: route.ts says where it is and who sees it in the menu, page.tsx is the
 * page itself, loaded when it is opened or, for the first page, while the program starts (`preload`). Nothing else is touched
 * to add one, but its texts. */
import { lazy, type ComponentType } from "react";
import { setCasePage } from "../../api/cases.ts";
import { loadPart } from "../../api/connection.ts";
import { setRecordPage } from "../../api/records.ts";
import type { Route } from "./route.ts";

const routes = import.meta.glob<{ route: Route }>("../../pages/*/route.ts", { eager: true });
const pages = import.meta.glob<{ default: ComponentType }>("../../pages/*/page.tsx");

export const all = Object.entries(routes)
  .map(([file, { route }]) => {
    const load = pages[file.replace("route.ts", "page.tsx")];
    if (!load) throw new Error(`${file}: there is no page.tsx beside it`);
    let loaded: Awaited<ReturnType<typeof load>> | undefined;
    const preload = async () => (loaded = await loadPart(load));
    // A page that is there is drawn at once. A fallback, however short, keeps what suspends next off the screen for 300 ms (React).
    const atOnce = { then: (done: (page: typeof loaded) => void) => done(loaded) } as ReturnType<typeof load>;
    return { ...route, preload, Page: lazy(() => (loaded ? atOnce : preload())) };
  })
  .sort((a, b) => (a.order ?? 99) - (b.order ?? 99));

export type PageRoute = (typeof all)[number];

for (const { path, ofType, ofProcesses = [] } of all) {
  const page = path.slice(0, path.indexOf("/:"));
  if (ofType) setRecordPage(ofType, page);
  for (const process of ofProcesses) setCasePage(process, page);
}

/* Where a record of a kind leads, beside its own page. */
export const waysOf = (type: string) =>
  all
    .flatMap(({ ways = [] }) => ways)
    .filter((way) => way.type === type)
    .sort((a, b) => Number(!!b.count) - Number(!!a.count));

/* The roles whose people have the page of a path in their menu. */
export const rolesOf = (path: string): readonly string[] => all.find((one) => one.path === path)?.roles ?? [];

/* Whether somebody of these roles has the page; one without roles is everybody's. */
export const mayOpen = (path: string, roles: readonly { role: string }[]): boolean => all.some((one) => one.path === path && !one.portal && (!one.roles || roles.some(({ role }) => one.roles!.includes(role))));
