/* What is typed into the form of a record: kept as a draft, with what other records gave it. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { madeFrom, type Made, type RecordType, type Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { isEmpty, isSame, type Field, type Values } from "../../fields/field.ts";
import { useDraft } from "../../ui/draft.ts";

/* Fields of a form that are no members of the record. */
export const UNIT = "unit ";
export const DRAFT = "draft ";
export const REASON = "reason ";

export interface Draft {
  version: number; // of the record it began from; 0: a new one
  base: Values; // as they were in that version
  values: Values;
  carried?: Made; // what was taken over from other records
  chosen?: number; // of several drafts
}

export const given = (row: Row, fields: readonly Field[]): Values => Object.fromEntries(fields.filter(({ name }) => !isEmpty(row[name])).map(({ name }) => [name, row[name]]));

/* Only what is empty is filled; rows of a table, and patents, come to those that another record gave. */
function takeOver(draft: Draft, made: Made): Draft {
  const taken = Object.entries(made.values).flatMap(([name, value]): [string, Made["values"][string]][] => {
    const now = draft.values[name];
    if (isEmpty(value)) return [];
    if (isEmpty(now)) return [[name, value]];
    if (!Array.isArray(now) || !Array.isArray(value) || !isSame(now, draft.carried?.values[name])) return [];
    return [[name, [...now, ...value.filter((row) => !now.some((one) => isSame(one, row)))]]];
  });
  const values = Object.fromEntries(taken);
  const sources = Object.fromEntries(taken.flatMap(([name]) => (made.sources[name] ? [[name, made.sources[name]]] : [])));
  return { ...draft, values: { ...draft.values, ...values }, carried: { values: { ...draft.carried?.values, ...values }, sources: { ...draft.carried?.sources, ...sources } } };
}

/* Without what was taken over and not changed since, all of it or what one draft gave. */
export function dropTaken({ carried, values, ...draft }: Draft, made: Made = carried!): Draft {
  const gone = Object.keys(made.values).filter((name) => name in (carried?.sources ?? {}) && isSame(values[name], carried!.values[name]));
  const without = <T,>(all: Record<string, T>) => Object.fromEntries(Object.entries(all).filter(([name]) => !gone.includes(name)));
  return { ...draft, values: without(values), carried: made === carried ? undefined : carried && { values: without(carried.values), sources: without(carried.sources) } };
}

/* `made`: the drafts that other records give a new one; `first`: its other values to begin with. */
export function useFormDraft(type: RecordType, row: Row | undefined, made: readonly (readonly Made[])[], fields: readonly Field[], first: () => Values) {
  const cache = useQueryClient();
  const asked = [...useSearchParams()[0]].filter(([key]) => key !== "back").map(String).join("&");
  const begun: Draft = useMemo(() => {
    if (row) return { version: row.version, base: given(row, fields), values: given(row, fields) };
    return made.flatMap(([one]) => one ?? []).reduce(takeOver, { version: 0, base: {}, values: first() });
  }, []);
  const [draft, setDraft, clear] = useDraft<Draft>(`record.${type.name}.${row ? row.id : `new.${asked}`}`, begun);
  const latest = useRef(draft);
  latest.current = draft;
  const [kept] = useState(draft !== begun); // it was there when the page was opened
  const [keptAt, setKeptAt] = useState<number>();
  const [drafts, setDrafts] = useState(made.find(({ length }) => length > 1) ?? []); // one of them is taken over

  const keep = () => setKeptAt(serverNow());
  const put = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    keep();
  };
  const choose = (list: readonly Made[], i: number, before = list[latest.current.chosen ?? 0]) => {
    setDrafts(list);
    put({ ...takeOver(dropTaken(latest.current, before), list[i]!), chosen: i });
  };
  const change = (name: string, value: unknown) => {
    if (name === DRAFT) return choose(drafts, Number(value));
    put({ ...latest.current, values: { ...latest.current.values, [name]: value } });
    if (typeof value === "number" && !row && type.carry?.includes(name)) void carry(name, value);
  };
  /* What a record that is referred to gives to the fields that are still empty. */
  const carry = async (name: string, id: number) => {
    const found = (await cache.fetchQuery(madeFrom(type.name, name, id)).catch(() => undefined)) ?? [];
    if (!found[0] || latest.current.values[name] !== id) return;
    if (found.length > 1) setDrafts(found);
    put({ ...takeOver(latest.current, found[0]), chosen: 0 });
  };
  return { begun, draft, latest, drafts, kept, keptAt, keep, put, change, choose, clear };
}
