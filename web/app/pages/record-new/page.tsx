/* A new record. `?FIELD=VALUE` fills fields; `?back=/case/12/form` is the page that asked for it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { typeOf } from "../../api/records.ts";
import { RecordForm } from "../../parts/record-form.tsx";
import { Failed, Waiting } from "../../parts/states.tsx";

export default function NewRecord() {
  const { type = "" } = useParams();
  const described = useQuery({ ...typeOf(type), retry: false });
  if (described.error) return <Failed page error={described.error} retry={() => void described.refetch()} />;
  return described.data ? <RecordForm key={type} type={described.data} /> : <Waiting />;
}
