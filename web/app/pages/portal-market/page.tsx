/* What is offered and looked for, by kind. */
import { useParams } from "react-router";
import { Listings } from "../../rooms/portal/market.tsx";
import { NotFound } from "../../rooms/portal/parts.tsx";
import { markets } from "../../rooms/portal/data.ts";

export default function MarketPage() {
  const { kind = "supply" } = useParams();
  const market = markets.find((one) => one === kind && one !== "services");
  return market ? <Listings key={market} kind={market} /> : <NotFound />;
}
