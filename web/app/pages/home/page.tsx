/* What waits for who has signed in, by urgency. Administrators have no cases: theirs names their commands. */
import { useSession } from "../../api/session.ts";
import { AdminDesk } from "./admin.tsx";
import { Desk } from "./desk.tsx";

export default function Home() {
  const { roles } = useSession();
  const held = roles.map(({ role }) => role).filter((role) => role !== "public");
  return held.length > 0 && held.every((role) => role.endsWith("_administrator")) ? <AdminDesk roles={held} /> : <Desk />;
}
