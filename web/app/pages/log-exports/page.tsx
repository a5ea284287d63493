/* What left the instance: a part of the log. */
import { LogList } from "../../rooms/log/list.tsx";

export default function Exports() {
  return <LogList title="evidence.exports" line="evidence.line.exports" preset={{ what: "export,fetch,look,render" }} />;
}
