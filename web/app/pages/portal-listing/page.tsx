/* One listing of the market. */
import { useParams } from "react-router";
import { OneListing } from "../../rooms/portal/market.tsx";
import { NotFound } from "../../rooms/portal/parts.tsx";
import { markets } from "../../rooms/portal/data.ts";

export default function ListingPage() {
  const { kind } = useParams();
  const market = markets.find((one) => one === kind && one !== "services");
  return market ? <OneListing kind={market} /> : <NotFound />;
}
