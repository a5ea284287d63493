/* The catalogue of services. */
import { Listings } from "../../rooms/portal/market.tsx";

export default function ServicesPage() {
  return <Listings kind="services" />;
}
