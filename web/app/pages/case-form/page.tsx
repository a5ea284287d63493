/* The form of an application, filled from records. */
import { useParams } from "react-router";
import { CaseForm } from "../../rooms/paper/form.tsx";
import { NotFound } from "../../ui/states.tsx";

export default function Page() {
  const id = Number(useParams().id);
  return Number.isInteger(id) && id > 0 ? <CaseForm key={id} id={id} /> : <NotFound page />;
}
