/* A record that is changed. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { recordOf, typeOf } from "../../api/records.ts";
import { RecordForm } from "../../rooms/record/form.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";

export default function EditRecord() {
  const { type: name = "", id = "" } = useParams();
  const type = useQuery({ ...typeOf(name), retry: false });
  // The version that is changed is the one that stands when the form is opened.
  const row = useQuery({ ...recordOf(name, Number(id)), retry: false, staleTime: 0, refetchOnMount: "always" });
  const error = type.error ?? row.error;
  if (error) return <Failed page error={error} retry={() => void row.refetch()} />;
  return type.data && row.data && row.isFetchedAfterMount ? <RecordForm key={`${name}/${id}`} type={type.data} row={row.data} /> : <Waiting />;
}
