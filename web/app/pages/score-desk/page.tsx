import { ExpertDesk } from "../../rooms/panel/desk.tsx";

export default function ScoreDesk() {
  return <ExpertDesk />;
}
