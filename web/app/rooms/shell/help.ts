/* Which chapter of the manual (help/NN-NAME.md) describes a page: the one that its route names, else that of its group. */
import { matchPath } from "react-router";
import { all } from "./routes.ts";
import type { Group } from "./route.ts";

const ofGroup: Record<Group, string> = { work: "work", operation: "records", programmes: "apply", patents: "patents", policy: "policies", data: "import", administration: "system", evidence: "log" };

/* Pages of cases are those of all offices: each reads what it does there itself. */
const ofRole: [RegExp, string][] = [
  [/^city_/, "city"],
  [/^(province_|ip_centre_|auditor)/, "province"],
];

export function helpOf(path: string, roles: readonly string[]): string | undefined {
  const route = all.find((one) => !one.portal && matchPath(one.path, path));
  const chapter = route?.help ?? (route?.group && ofGroup[route.group]);
  if (chapter !== "apply") return chapter;
  return ofRole.find(([role]) => roles.some((one) => role.test(one)))?.[1] ?? chapter;
}
