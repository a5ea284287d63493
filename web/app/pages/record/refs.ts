/* Records that refer to each other, as the references of their types say. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { typeOf, typesOf, writable, type RecordField, type RecordType } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { useLanguage } from "../../text/index.ts";

export interface Incoming {
  type: RecordType;
  ref: RecordField;
  only: boolean; // no other field of the type refers to this kind
  makes: boolean; // the reader may make such a record
  dated: boolean; // it belongs into this kind, and a day is its name: a line of time
}

/* The fields by which people refer to a kind. */
export const refsTo = (type: RecordType, to: string) => type.fields.filter((field) => field.type === "ref" && field.to === to && !field.set_by?.length);

/* The kinds that refer to this one and that the reader may see; undefined until all are known. */
export function useIncoming(to: RecordType): Incoming[] | undefined {
  const roles = useSession().roles.map(({ role }) => role);
  const kinds = useQuery(typesOf(useLanguage())).data?.items.filter(({ may, refers_to }) => may.includes("read") && refers_to?.includes(to.name));
  const types = useQueries({ queries: (kinds ?? []).map(({ name }) => typeOf(name)) });
  if (!kinds || types.some(({ isPending }) => isPending)) return undefined;
  return types.flatMap(({ data: type }) => {
    if (!type) return [];
    const refs = refsTo(type, to.name);
    const may = kinds.some(({ name, may: verbs }) => name === type.name && verbs.includes("create"));
    const dated = !!type.within?.some((name) => refs.some((ref) => ref.name === name)) && type.fields.some(({ name, type: kind }) => name === type.title && kind === "date");
    return refs.map((ref) => ({ type, ref, only: refs.length === 1, makes: may && writable(type, roles, "create").includes(ref), dated }));
  });
}
