/* Sending the form of a record: a new one, or the fields that were changed; where another version came first, what it changed. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isConflict, Problem, take } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import { readRecord, type RecordField, type RecordType, type Row } from "../../api/records.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import { fieldOf, isEmpty, isSame, kindOf, periodOf, type Fault, type Field, type Values } from "../../fields/field.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { findConflicts, type Conflict } from "./conflict-table.tsx";
import { given, REASON, UNIT, type Draft, type useFormDraft } from "./form-draft.ts";

/* As a patch takes it: null empties a field, and each member of a period is said. */
const patched = (field: Field, value: unknown) =>
  isEmpty(value) ? null : kindOf(field) === "period" ? { from: null, to: null, ...periodOf(value) } : value;

interface Way {
  hidden: (values: Values) => ReadonlySet<string>; // fields of sections that do not apply
  leave: (id: number) => unknown;
  leaveAll: () => unknown; // several were made
}

export function useFormSubmit(type: RecordType, row: Row | undefined, of: { described: readonly RecordField[]; fields: readonly Field[]; unit: readonly Field[] }, { latest, drafts, put, choose, clear }: ReturnType<typeof useFormDraft>, { hidden, leave, leaveAll }: Way) {
  const t = useText();
  const language = useLanguage();
  const cache = useQueryClient();
  const keyOf = useSubmitKey();
  const { busy, act } = useAct();
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [error, setError] = useState<string>();
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);

  const create = async (values: Values) => {
    const unit = values[UNIT];
    const apart = hidden(values);
    const body = Object.fromEntries(Object.entries(values).filter(([name, value]) => name !== UNIT && !isEmpty(value) && !apart.has(name)));
    const made = await take(
      api.POST("/api/v1/records/{type}", {
        params: { path: { type: type.name }, query: typeof unit === "number" ? { unit } : {}, header: { "Idempotency-Key": keyOf({ body, unit }) } },
        body,
      }),
    );
    return made.id;
  };
  const save = async (id: number, { version, base, values }: Draft) => {
    const apart = hidden(values);
    const body = Object.fromEntries(of.described.filter(({ name }) => !isSame(values[name], base[name]) && !apart.has(name)).map((one) => [one.name, patched(fieldOf(one, language), values[one.name])]));
    const reason = values[REASON] ? String(values[REASON]) : undefined;
    if (Object.keys(body).length > 0)
      await take(
        api.PATCH("/api/v1/records/{type}/{id}", {
          params: { path: { type: type.name, id }, query: reason ? { reason } : {}, header: { "If-Match": `"${version}"`, "Idempotency-Key": keyOf({ body, reason, version }) } },
          body,
        }),
      );
    return id;
  };

  const send = async () => {
    setError(undefined);
    setFaults([]);
    if (of.unit.length && !latest.current.values[UNIT]) return setFaults([{ field: `/${UNIT}`, message: t("fields.must") }]);
    const id = row ? await save(row.id, latest.current) : await create(latest.current.values);
    return left(() => leave(id));
  };
  const left = async (go: () => unknown) => {
    clear();
    // Other records compute values from this one: the stage of a deal from its follow-ups.
    await Promise.all([cache.invalidateQueries({ queryKey: ["records"] }), cache.invalidateQueries({ queryKey: ["record"] }), rereadCases()]);
    void go();
    return "left";
  };
  /* A record of each draft; where one is refused, it stands in the form, and those behind it are left. */
  const sendAll = async () => {
    setError(undefined);
    setFaults([]);
    for (const [i] of drafts.entries()) {
      choose(drafts.slice(i), 0, drafts[i ? i - 1 : (latest.current.chosen ?? 0)]);
      await create(latest.current.values);
    }
    return left(leaveAll);
  };
  const tell = async (failure: unknown) => {
    if (row && failure instanceof Problem && isConflict(failure)) return compare(row.id, failure);
    setFaults(failure instanceof Problem ? failure.faults : []);
    setError(failure instanceof Problem ? failure.message : t("common.noAnswer"));
  };

  /* Another version came first: what it changed, beside what was typed here. What only they changed is theirs;
   * where both did, mine stays until it is chosen otherwise. */
  const compare = async (id: number, failure: Problem) => {
    const { version, base, values } = latest.current;
    setError(failure.message);
    setFaults(failure.faults.filter(({ code }) => code !== "version"));
    const now = await readRecord(type.name, id).catch(() => undefined);
    if (!now || now.version === version) return;
    const found = await findConflicts(type.name, now, version, of.fields).catch(() => undefined);
    if (!found) return;
    const mine = (name: string) => !isSame(values[name], base[name]);
    setConflicts(found.map((one) => ({ ...one, theirs: now[one.field.name], mine: values[one.field.name], both: mine(one.field.name) })));
    if (found.length) setError(undefined);
    setFaults([]);
    const theirs = Object.fromEntries(found.filter(({ field }) => !mine(field.name)).map(({ field: { name } }) => [name, isEmpty(now[name]) ? undefined : now[name]]));
    put({ version: now.version, base: given(now, of.fields), values: { ...values, ...theirs } });
  };

  return { submit: () => void act(send, tell), submitAll: () => void act(sendAll, tell), busy, error, faults, conflicts };
}
