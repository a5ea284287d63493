/* Editing fields of a record in place. What is typed is a draft of this browser until the server has it: it is
 * sent 2 s after the last key and when the editor is left, again when a lost connection is back. A record that
 * somebody else has changed is asked for again; only where he changed the same fields does the person choose. */
import { useQuery, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, isConflict, Offline, Problem, take } from "../../api/client.ts";
import { useConnection } from "../../api/connection.ts";
import { readRecord, recordOf, typeOf, type RecordVersion } from "../../api/records.ts";
import { fieldOf, type Fault, type Field, type Values } from "../../fields/field.ts";
import { useLanguage } from "../../text/index.ts";
import { useDraft } from "../../ui/draft.ts";

export interface Target {
  type: string;
  record: number;
  names: readonly string[];
}

interface Draft {
  was: Values; // what the server had when it was begun
  values: Values;
}

export interface Clash {
  by: RecordVersion; // the last version of the other
  theirs: Values;
}

export type Saving = "none" | "typed" | "saving" | "saved" | "ended" | "offline" | "refused" | "conflict";

const AFTER_MS = 2000;
const empty = (value: unknown) => value ?? null;
export const same = (a: unknown, b: unknown) => JSON.stringify(empty(a)) === JSON.stringify(empty(b));
const only = (names: readonly string[], values: Values): Values => Object.fromEntries(names.map((name) => [name, empty(values[name])]));

/* The name of the draft of some fields of a record. */
export const draftKey = ({ type, record, names }: Target) => `record.${type}.${record}.${names.join("+")}`;


export function useFields(type: string, names: readonly string[]): Field[] | undefined {
  const language = useLanguage();
  const { data } = useQuery(typeOf(type));
  return data && names.flatMap((name) => data.fields.filter((field) => field.name === name).map((field) => fieldOf(field, language)));
}

export function useRecordEdit(target: Target, onSaved: () => void) {
  const { type, record: id, names } = target;
  const cache = useQueryClient();
  const { offlineSince, ended } = useConnection();
  const [draft, setDraft, clearDraft] = useDraft<Draft | null>(draftKey(target), null);
  const [saving, setSaving] = useState<Saving>(draft ? "typed" : "none");
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [conflict, setConflict] = useState<Clash>();
  const record = useQuery(recordOf(type, id));
  const latest = useRef<Draft | null>(draft); // while a request is under way more may be typed
  const busy = useRef(false);
  const keep = (next: Draft | null) => {
    latest.current = next;
    if (next) setDraft(next);
    else clearDraft();
  };

  async function save(): Promise<void> {
    const sent = latest.current;
    if (!sent || busy.current) return;
    if (names.every((name) => same(sent.values[name], sent.was[name]))) {
      keep(null);
      return setSaving("none");
    }
    busy.current = true;
    setSaving("saving");
    try {
      const found = await write(cache, target, sent);
      if (found) {
        setConflict(found);
        setSaving("conflict");
      } else {
        const more = latest.current && latest.current !== sent;
        keep(more ? { was: sent.values, values: latest.current!.values } : null);
        setFaults([]);
        setSaving(more ? "typed" : "saved");
        onSaved();
      }
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Offline)) throw error;
      setSaving(error instanceof Offline ? "offline" : "refused");
      setFaults(error instanceof Problem ? (error.faults.length ? error.faults : [{ message: error.message }]) : []);
    } finally {
      busy.current = false;
    }
  }

  useEffect(() => {
    if (saving !== "typed") return;
    const timer = setTimeout(() => void save(), AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, saving]);

  useEffect(() => {
    if (saving === "offline" && !offlineSince) void save();
  }, [saving, offlineSince]);

  return {
    ready: !!record.data,
    values: draft?.values ?? only(names, record.data ?? {}),
    saving: saving === "saving" && ended ? "ended" : saving,
    faults,
    conflict,
    save,
    change(name: string, value: unknown) {
      const was = latest.current?.was ?? only(names, record.data ?? {});
      keep({ was, values: { ...(latest.current?.values ?? was), [name]: empty(value) } });
      setSaving("typed");
    },
    /* After a conflict: one's own values, or those of the other. */
    settle(values: Values) {
      if (!conflict) return;
      keep({ was: conflict.theirs, values });
      setConflict(undefined);
      void save();
    },
  };
}

/* Writes a draft. Nothing is returned where it is written; else who has changed the same fields meanwhile. */
async function write(cache: QueryClient, target: Target, { was, values }: Draft): Promise<Clash | undefined> {
  const { type, record: id, names } = target;
  for (;;) {
    const now = await readRecord(type, id);
    const theirs = only(names, now);
    if (names.some((name) => !same(theirs[name], was[name]) && !same(theirs[name], values[name]))) {
      const { items } = await take(api.GET("/api/v1/records/{type}/{id}/history", { params: { path: { type, id } } }));
      return { by: items[0]!, theirs };
    }
    const changed = Object.fromEntries(names.filter((name) => !same(values[name], theirs[name])).map((name) => [name, values[name]]));
    try {
      if (Object.keys(changed).length)
        await take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path: { type, id }, header: { "If-Match": String(now.version) } }, body: changed }));
      await cache.invalidateQueries({ queryKey: recordOf(type, id).queryKey });
      return undefined;
    } catch (error) {
      if (!isConflict(error)) throw error;
      const again = await readRecord(type, id);
      if (again.version === now.version) throw error; // it is no other's change that refuses
    }
  }
}
