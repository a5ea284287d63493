/* The evidence log. */
import { LogList } from "../../rooms/log/list.tsx";

export default function Log() {
  return <LogList title="evidence.title" preset={{}} />;
}
