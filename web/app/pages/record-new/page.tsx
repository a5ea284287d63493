/* A new record. `?FIELD=VALUE` fills fields, one that refers to a record also those that its type carries over from there;
 * `?back=/case/12/form` is the page that asked for it; `?again=7` takes from another of its kind
 * what the next one has in common with it, as its dues say. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { Navigate, useParams, useSearchParams } from "react-router";
import { madeFrom, recordOf, typeOf } from "../../api/records.ts";
import { isEmpty } from "../../fields/field.ts";
import { RecordForm } from "../../rooms/record/form.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";

export default function NewRecord() {
  const { type = "" } = useParams();
  const described = useQuery({ ...typeOf(type), retry: false });
  const [params] = useSearchParams();
  const carry = described.data?.carry ?? [];
  const references = carry.filter((name) => Number(params.get(name)) > 0);
  const asked = references.length ? references.map((name) => madeFrom(type, name, Number(params.get(name)))) : carry.includes("unit") ? [madeFrom(type)] : [];
  const first = useQueries({ queries: asked });
  // What it takes over may name further records that give something: the need and the supply of a push.
  const named = new Map(first.flatMap(({ data }) => (data?.length === 1 ? carry.flatMap((name) => (typeof data[0]!.values[name] === "number" ? [[name, Number(data[0]!.values[name])] as const] : [])) : [])));
  const further = useQueries({ queries: [...named].filter(([name]) => !references.includes(name)).map(([name, id]) => madeFrom(type, name, id)) });
  const made = [...first, ...further];
  const again = Number(params.get("again"));
  const before = useQuery({ ...recordOf(type, again), enabled: again > 0, retry: false });
  if (again > 0 && described.data && before.isFetched) {
    const names = described.data.dues?.flatMap(({ newer }) => newer ?? []) ?? [];
    const same = names.flatMap((name) => (isEmpty(before.data?.[name]) ? [] : [[name, String(before.data![name])]]));
    return <Navigate replace to={`/r/${type}/new?${new URLSearchParams([...same, ["back", `/r/${type}/${again}`]])}`} />;
  }
  if (described.error) return <Failed page error={described.error} retry={() => void described.refetch()} />;
  return described.data && !again && made.every(({ isFetched }) => isFetched) ? <RecordForm key={type} type={described.data} made={made.flatMap(({ data }) => (data ? [data] : []))} /> : <Waiting />;
}
