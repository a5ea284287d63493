/* A new record. `?FIELD=VALUE` fills fields, one that refers to a record also those that its type carries over from there;
 * `?back=/case/12/form` is the page that asked for it. */
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "react-router";
import { madeFrom, typeOf } from "../../api/records.ts";
import { RecordForm } from "../../parts/record-form.tsx";
import { Failed, Waiting } from "../../parts/states.tsx";

export default function NewRecord() {
  const { type = "" } = useParams();
  const described = useQuery({ ...typeOf(type), retry: false });
  const [params] = useSearchParams();
  const carry = described.data?.carry ?? [];
  const references = Object.fromEntries([...params].filter(([name, value]) => carry.includes(name) && value));
  const carries = carry.includes("unit") || Object.keys(references).length > 0;
  const made = useQuery({ ...madeFrom(type, references), enabled: carries });
  if (described.error) return <Failed page error={described.error} retry={() => void described.refetch()} />;
  return described.data && (!carries || made.isFetched) ? <RecordForm key={type} type={described.data} made={made.data} /> : <Waiting />;
}
