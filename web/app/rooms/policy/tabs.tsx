/* The views of policies: each has an address. */
import { useLocation } from "react-router";
import { useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { Tabs } from "../../ui/tabs.tsx";

export const simulators = ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"];
const officers = ["province_officer", "province_leader"];

export function usePolicyRoles() {
  const roles = useSession().roles.map(({ role }) => role);
  return { simulates: roles.some((one) => simulators.includes(one)), activates: roles.some((one) => officers.includes(one)), reads: roles.some((one) => officers.includes(one) || one === "ip_centre_officer") };
}

export function PolicyTabs({ pack }: { pack?: string }) {
  const t = useText();
  const { pathname } = useLocation();
  const { simulates } = usePolicyRoles();
  const of = pack ? `?pack=${encodeURIComponent(pack)}` : "";
  const tabs = [
    { to: "/policies", label: t("policies.title"), current: pathname === "/policies" || (!/^\/policies\/(diff|ambiguities|simulate)$/.test(pathname)) },
    { to: `/policies/diff${of}`, label: t("policy.diff"), current: pathname === "/policies/diff" },
    { to: `/policies/ambiguities${of}`, label: t("policy.ambiguities"), current: pathname === "/policies/ambiguities" },
    ...(simulates ? [{ to: `/policies/simulate${of}`, label: t("policy.simulate"), current: pathname === "/policies/simulate" }] : []),
  ];
  return <Tabs label={t("policy.views")} tabs={tabs} />;
}
