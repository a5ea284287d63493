/* Handing a case in, and the receipt for it. */
import { useParams } from "react-router";
import { CaseSubmit } from "../../rooms/paper/submit.tsx";
import { NotFound } from "../../ui/states.tsx";

export default function Page() {
  const id = Number(useParams().id);
  return Number.isInteger(id) && id > 0 ? <CaseSubmit key={id} id={id} /> : <NotFound page />;
}
