/* Messages to whoever is signed in, newest first. */
import { useText } from "../../text/index.ts";
import { PageHead } from "../../parts/page-head.tsx";

export default function Messages() {
  const t = useText();
  return <PageHead title={t("shell.messages")} />;
}
