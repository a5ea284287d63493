/* The routes of all pages, as their folders have them, and where the demo has something to show at them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Route } from "../rooms/shell/route.ts";

const folders = readdirSync(join(process.env.ROOT!, "web/app/pages"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

export interface Page extends Route {
  name: string; // of its folder
}

/* The demo asks nobody for an answer: asks.test.ts looks at that page. */
export const routes: Page[] = await Promise.all(
  folders.filter(({ name }) => name !== "ask").map(async ({ name }) => ({ name, ...((await import(`../pages/${name}/route.ts`)) as { route: Route }).route })),
);

/* Below the prefix of the program. */
export function sampleOf(route: Route): string {
  const at = route.sample ?? route.path;
  if (/[:*]/.test(at)) throw new Error(`the route ${route.path} has no sample`);
  return route.portal ? at : `/w${at}`;
}

/* Who of the demo's people may open it. */
const people: Record<string, string> = { province_officer: "officer", province_leader: "leader", city_officer: "city", centre_manager: "centre1", company_staff: "company",
  expert: "expert", bank_officer: "bank", auditor: "auditor", system_administrator: "sysadmin", security_administrator: "secadmin", audit_administrator: "auditadmin" };

export function readerOf(route: Route): string {
  const name = Object.keys(people).find((role) => !route.roles || route.roles.includes(role));
  if (!name) throw new Error(`the demo has nobody who may open ${route.path}`);
  return people[name]!;
}
