/* Begins a case: only what no record knows is asked. One key for all tries, so that a lost answer begins no second. */
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Beginning } from "../api/case-form.ts";
import { api, Offline, Problem, take } from "../api/client.ts";
import { queries } from "../api/query.ts";
import { FieldForm } from "../fields/field-form.tsx";
import { valuesOf, type Values } from "../fields/field.ts";
import { Button } from "./button.tsx";
import { Data } from "./data.tsx";
import { Dialog } from "./dialog.tsx";
import { useDraft } from "./draft.ts";
import { Note } from "./note.tsx";
import { useText } from "../text/index.ts";

interface Typed {
  key: string;
  record?: number; // one that is there already
  values: Values;
}

export function Begin({ beginning, onClose }: { beginning: Beginning; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const { pack, process, call, record, records } = beginning;
  const [typed, setTyped, clear] = useDraft<Typed>(`begin.${pack}.${process}.${call?.id ?? 0}`, { key: crypto.randomUUID(), values: valuesOf(record.fields), record: records[0]?.id });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const begin = async () => {
    setBusy(true);
    setTyped(typed); // the key is kept, too
    try {
      const body = { pack, process, ...(call ? { call: call.id } : {}), ...(typed.record ? { record: typed.record } : { fields: typed.values }) };
      const taken = await take(api.POST("/api/v1/cases", { body: body as never, headers: { "Idempotency-Key": typed.key } }));
      clear();
      void queries.invalidateQueries({ queryKey: ["beginnings"] });
      await navigate(`/case/${taken.id}/form`);
    } catch (failure) {
      setError(failure as Error);
      setBusy(false);
      if (failure instanceof Problem) setTyped({ ...typed, key: crypto.randomUUID() });
    }
  };
  return (
    <Dialog
      title={t("apply.begin.title", { what: beginning.label })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => void begin()}>
            {t("apply.begin")}
          </Button>
        </>
      }
    >
      <Note>{t("apply.begin.note")}</Note>
      {records.length > 0 && (
        <fieldset className="field">
          <legend>{record.label}</legend>
          {[...records, { id: 0, title: t("apply.begin.new") }].map(({ id, title }) => (
            <label key={id} className="tick">
              <input type="radio" name="record" checked={(typed.record ?? 0) === id} onChange={() => setTyped({ ...typed, record: id || undefined })} /> <Data text={title} />
            </label>
          ))}
        </fieldset>
      )}
      {!typed.record && <FieldForm fields={record.fields} values={typed.values} onChange={(name, value) => setTyped({ ...typed, values: { ...typed.values, [name]: value } })} errors={error instanceof Problem ? error.faults : []} pointer="/fields" />}
      {error && (
        <Note tone="mend" role="alert">
          {error instanceof Offline ? t("common.noAnswer") : error.message}
        </Note>
      )}
    </Dialog>
  );
}
