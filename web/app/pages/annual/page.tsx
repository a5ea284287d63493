/* The annual reports: those of this year. */
import { Navigate } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { day } from "../../parts/time.ts";

export default function Annual() {
  return <Navigate to={`/annual/${day(serverNow()).slice(0, 4)}`} replace />;
}
