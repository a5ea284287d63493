/* What waits for who has signed in, by urgency. A centre sees its year. Administrators have no cases: theirs
 * names their commands. */
import { useSession } from "../../api/session.ts";
import { AdminDesk } from "./admin.tsx";
import { CentreDesk } from "./centre.tsx";
import { Desk } from "./desk.tsx";

export default function Home() {
  const { roles } = useSession();
  const held = roles.map(({ role }) => role).filter((role) => role !== "public");
  if (held.some((role) => role === "centre_manager" || role === "centre_staff")) return <CentreDesk />;
  return held.length > 0 && held.every((role) => role.endsWith("_administrator")) ? <AdminDesk roles={held} /> : <Desk />;
}
