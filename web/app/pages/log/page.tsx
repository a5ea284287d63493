/* The evidence log. */
import { LogList } from "../../parts/log-list.tsx";

export default function Log() {
  return <LogList title="evidence.title" preset={{}} />;
}
