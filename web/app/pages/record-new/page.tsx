/* A new record. `?FIELD=VALUE` fills fields, one that refers to a record also those that its type carries over from there;
 * `?back=/case/12/form` is the page that asked for it. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "react-router";
import { madeFrom, typeOf } from "../../api/records.ts";
import { RecordForm } from "../../parts/record-form.tsx";
import { Failed, Waiting } from "../../parts/states.tsx";

export default function NewRecord() {
  const { type = "" } = useParams();
  const described = useQuery({ ...typeOf(type), retry: false });
  const [params] = useSearchParams();
  const carry = described.data?.carry ?? [];
  const references = carry.filter((name) => Number(params.get(name)) > 0);
  const asked = references.length ? references.map((name) => madeFrom(type, name, Number(params.get(name)))) : carry.includes("unit") ? [madeFrom(type)] : [];
  const made = useQueries({ queries: asked });
  if (described.error) return <Failed page error={described.error} retry={() => void described.refetch()} />;
  return described.data && made.every(({ isFetched }) => isFetched) ? <RecordForm key={type} type={described.data} made={made.flatMap(({ data }) => (data ? [data] : []))} /> : <Waiting />;
}
