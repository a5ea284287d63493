/* Begins a case: only what no record knows is asked, and what a choice makes necessary. One key for all tries, so that a lost answer begins no second. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { Beginning } from "../../api/case-form.ts";
import { api, Problem, take } from "../../api/client.ts";
import { queries } from "../../api/query.ts";
import { typeOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { newKey } from "../../api/submit-key.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { valuesOf, type Field, type Values } from "../../fields/field.ts";
import { markNeeded } from "../../fields/limits.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useDraft } from "../../ui/draft.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { useText } from "../../text/index.ts";
import { Ahead } from "./ahead.tsx";
import { AlsoRunning } from "./also-running.tsx";
import { useAct } from "../../ui/act.ts";

interface Typed {
  key: string;
  record?: number; // one that is there already
  values: Values;
}

/* An office of a city is, as a rule, that of the unit's own city. */
const here = (fields: readonly Field[], city: string | null | undefined): Values => (city ? Object.fromEntries(fields.filter(({ type }) => type === "region").map(({ name }) => [name, city.padEnd(6, "0")])) : {});

/* Required fields; those that the values of others require; those that the server has found fault with. */
function useAsked(type: string, fields: readonly Field[], values: Values, error: Error | undefined): Field[] {
  const { data } = useQuery(typeOf(type));
  const faulty = error instanceof Problem ? error.faults.map(({ field }) => field?.split("/")[2]) : [];
  return markNeeded(fields, data, values).filter(({ name, required }) => required || faulty.includes(name)).map((field) => ({ ...field, level: data?.fields.find(({ name }) => name === field.name)?.level }));
}

/* `party`: of whom it is, where an office begins it. */
export function Begin({ beginning, party, onClose }: { beginning: Beginning; party?: string; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const { city } = useSession();
  const { pack, process, call, record, records } = beginning;
  const [typed, setTyped, clear] = useDraft<Typed>(`begin.${pack}.${process}.${call?.id ?? 0}${party ? `.${party}` : ""}`, { key: newKey(), values: { ...here(record.fields, city), ...valuesOf(record.fields) }, record: records[0]?.id });
  const { busy, error, act } = useAct();
  const fields = useAsked(record.type, record.fields, typed.values, error);
  const values = Object.fromEntries(fields.flatMap(({ name }) => (typed.values[name] === undefined ? [] : [[name, typed.values[name]]])));
  const begin = async () => {
    setTyped(typed); // the key is kept, too
    const body = { pack, process, ...(party ? { party } : {}), ...(call ? { call: call.id } : {}), ...(typed.record ? { record: typed.record } : { fields: values }) };
    const taken = await take(api.POST("/api/v1/cases", { body, headers: { "Idempotency-Key": typed.key } }));
    clear();
    void queries.invalidateQueries({ queryKey: ["beginnings"] });
    await navigate(party ? `/case/${taken.id}` : `/case/${taken.id}/form`);
    return "left";
  };
  const renewKey = (failure: unknown) => {
    if (failure instanceof Problem) setTyped({ ...typed, key: newKey() });
  };
  return (
    <Dialog
      title={t(party ? "records.begin.title" : "apply.begin.title", { what: beginning.label })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => void act(begin, renewKey)}>
            {t(party ? "records.begin.do" : "apply.begin")}
          </Button>
        </>
      }
    >
      <div className="dialog-line">
        <Note>{t(party ? "apply.begin.office" : "apply.begin.note")}</Note>
        {party && <AlsoRunning code={party} process={process} />}
        <Ahead of={beginning} />
      </div>
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
      {!typed.record && <FieldForm fields={fields} values={typed.values} onChange={(name, value) => setTyped({ ...typed, values: { ...typed.values, [name]: value } })} errors={error instanceof Problem ? error.faults : []} pointer="/fields" />}
      {!(error instanceof Problem && error.faults.length > 0) && <ErrorNote error={error} />}
    </Dialog>
  );
}
