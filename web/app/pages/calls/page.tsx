/* Calls for applications: an applicant sees what it may begin, an office the queue of each. */
import { useSession } from "../../api/session.ts";
import { OpenCalls } from "../../parts/apply.tsx";
import { OfficeCalls } from "../../parts/office-calls.tsx";

const offices = ["province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"];

export default function Calls() {
  const { roles } = useSession();
  return roles.some(({ role }) => offices.includes(role)) ? <OfficeCalls /> : <OpenCalls />;
}
