/* One service of the catalogue. */
import { OneListing } from "../../rooms/portal/market.tsx";

export default function ServicePage() {
  return <OneListing kind="services" />;
}
