/* The card of a recognised centre, for offices. */
import { useParams } from "react-router";
import { OneCentre } from "../../rooms/centre/card.tsx";

export default function CentreCard() {
  const { id } = useParams();
  return <OneCentre id={Number(id)} />;
}
