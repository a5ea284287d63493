/* What waits for who has signed in. */
import { useText } from "../../text/index.ts";

export default function Home() {
  const t = useText();
  return <h1>{t("common.home")}</h1>;
}
