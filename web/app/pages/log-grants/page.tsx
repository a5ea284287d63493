/* Who granted what to whom, who proposed and who confirmed: a part of the log. */
import { LogList } from "../../rooms/log/list.tsx";

export default function Grants() {
  return <LogList title="evidence.grants" line="evidence.line.grants" preset={{ about: "role_grant,account,unit,setting,outward_host,pack_activation,pack_reading" }} />;
}
