/* One row of a table, entered or changed on the page of its record. What somebody else changed meanwhile is told; the row is
 * then put into the table as it stands now. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, isConflict, Problem, take } from "../../api/client.ts";
import { readRecord, type RecordType, type Row } from "../../api/records.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import { faultsUnder, fieldOf, isSame, manyOf, type Fault, type Field, type Values } from "../../fields/field.ts";
import { useLacks } from "../../fields/limits.ts";
import { findConflicts, type Conflict } from "./conflict-table.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { useRenewed } from "./renew.ts";

interface Open {
  version: number;
  rows: readonly Values[]; // of that version
  at: number; // rows.length: a new row
  values: Values;
}

export function useRowEdit(type: RecordType, of: Row, field: Field) {
  const t = useText();
  const language = useLanguage();
  const cache = useQueryClient();
  const renew = useRenewed(type.name, of.id);
  const keyOf = useSubmitKey();
  const lacksOf = useLacks();
  const [open, setOpen] = useState<Open>();
  const [faults, setFaults] = useState<readonly Fault[]>([]); // pointers from the row on
  const [error, setError] = useState<string>();
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const [theirs, setTheirs] = useState(false); // their table is kept
  const [busy, setBusy] = useState(false);
  const latest = useRef(open); // one key may change two cells
  const put = (next: Open | undefined) => {
    latest.current = next;
    setOpen(next);
  };

  const close = () => {
    put(undefined);
    setFaults([]);
    setError(undefined);
    setConflicts([]);
    setTheirs(false);
  };
  const begin = (at: number) => {
    close();
    const rows = manyOf<Values>(of[field.name]);
    put({ version: of.version, rows, at, values: rows[at] ?? {} });
  };
  const change = (values: Values) => latest.current && put({ ...latest.current, values: { ...latest.current.values, ...values } });
  const mine = ({ rows, at, values }: Open) => (at < rows.length ? rows.map((row, i) => (i === at ? values : row)) : [...rows, values]);

  const save = async () => {
    const now = latest.current;
    if (!now || busy) return;
    if (theirs) return close();
    const lacks = lacksOf(field.fields ?? [], now.values);
    setFaults(lacks);
    setError(undefined);
    if (lacks.length > 0) return;
    setBusy(true);
    const body = { [field.name]: mine(now) };
    try {
      await take(
        api.PATCH("/api/v1/records/{type}/{id}", {
          params: { path: { type: type.name, id: of.id }, header: { "If-Match": `"${now.version}"`, "Idempotency-Key": keyOf({ body, version: now.version }) } },
          body,
        }),
      );
      await renew();
      close();
    } catch (failure) {
      tell(failure, now.at);
      if (isConflict(failure)) await compare(now);
    }
    setBusy(false);
  };

  /* What is wrong in the row stands at its cells, anything else above it. */
  const tell = (failure: unknown, at: number) => {
    const told = failure instanceof Problem ? failure.faults : [];
    const elsewhere = told.filter((one) => !one.field?.startsWith(`/${field.name}/${at}/`));
    setFaults(faultsUnder(told, `/${field.name}/${at}`));
    const words = failure instanceof Problem ? [failure.message, ...elsewhere.map(({ message }) => message)] : [t("common.noAnswer")];
    setError(told.length > 0 && elsewhere.length === 0 ? undefined : [...new Set(words)].join(" "));
  };

  /* Another version came first: what it changed, beside the table with this row. */
  const compare = async (before: Open) => {
    const now = await readRecord(type.name, of.id).catch(() => undefined);
    if (!now || now.version === before.version) return;
    const fields = type.fields.map((one) => fieldOf(one, language));
    const found = await findConflicts(type.name, now, before.version, fields).catch(() => []);
    const rows = manyOf<Values>(now[field.name]);
    const same = rows.findIndex((row) => isSame(row, before.rows[before.at]));
    const next = { ...before, version: now.version, rows, at: before.at >= before.rows.length ? rows.length : same >= 0 ? same : Math.min(before.at, rows.length) };
    put(next);
    setConflicts(found.map((one) => ({ ...one, theirs: now[one.field.name], mine: mine(next), both: one.field.name === field.name })));
    if (found.length) setError(undefined);
    cache.setQueryData(["record", type.name, of.id], now);
  };

  return {
    open,
    begin,
    close,
    change,
    save,
    busy,
    faults,
    error,
    conflicts,
    chosen: open && { [field.name]: theirs ? manyOf<Values>(of[field.name]) : mine(open) },
    choose: (value: unknown) => setTheirs(!!open && !isSame(value, mine(open))),
  };
}
