/* The catalogue of services. */
import { Listings } from "../../parts/portal-market.tsx";

export default function ServicesPage() {
  return <Listings kind="services" />;
}
