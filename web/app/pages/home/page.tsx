/* What waits for who has signed in, by urgency. A centre sees its year, an expert what he is to score. Each of the three administrators begins at what he
 * administers. */
import { Navigate } from "react-router";
import { useSession } from "../../api/session.ts";
import { CentreDesk } from "./centre.tsx";
import { ExpertDesk } from "../../rooms/panel/desk.tsx";
import { Desk } from "./desk.tsx";

const begins: Record<string, string> = { system_administrator: "/system", security_administrator: "/people", audit_administrator: "/log" };

export default function Home() {
  const { roles } = useSession();
  const held = roles.map(({ role }) => role).filter((role) => role !== "public");
  if (held.some((role) => role === "centre_manager" || role === "centre_staff")) return <CentreDesk />;
  if (held.length === 1 && held[0] === "expert") return <ExpertDesk />;
  const administers = held.length === 1 ? begins[held[0]!] : undefined;
  return administers ? <Navigate to={administers} replace /> : <Desk />;
}
