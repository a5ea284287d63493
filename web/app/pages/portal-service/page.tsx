/* One service of the catalogue. */
import { OneListing } from "../../parts/portal-market.tsx";

export default function ServicePage() {
  return <OneListing kind="services" />;
}
