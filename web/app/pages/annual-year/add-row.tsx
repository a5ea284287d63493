/* A row that is added to a table of a record: an item to a plan, which is made if there is none. What was typed is kept until it is
 * saved; whoever else adds one meanwhile loses nothing. */
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { api, isConflict, Problem, take } from "../../api/client.ts";
import { typeOf, readRecord } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { fieldOf, type Values } from "../../fields/field.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { newKey } from "../../rooms/case/action-dialog.tsx";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { Note } from "../../ui/note.tsx";
import { Waiting } from "../../ui/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";

export interface Adding {
  type: string;
  id?: number; // absent: `create` makes the record
  create?: Values;
  table: string;
  row: Values; // what is filled in beforehand
  title: string;
}

interface Typed extends Kept {
  row: Values;
}

export function AddRow({ adding, onSaved, onClose }: { adding: Adding; onSaved: () => void; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const type = useQuery(typeOf(adding.type)).data;
  const [key] = useState(newKey);
  const { busy, error, act } = useAct();
  const [draft, setDraft, clear] = useDraft<Typed | null>(`annual.${adding.type}.${adding.table}.${String(adding.row.duty)}`, null);
  const row = draft?.row ?? adding.row;
  const fields = type?.fields.find(({ name }) => name === adding.table)?.fields?.map((field) => fieldOf(field, language)) ?? [];
  const save = () =>
    act(async () => {
      await append(adding, row, key);
      clear();
      onSaved();
      onClose();
      return "left";
    });
  return (
    <Dialog
      title={adding.title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => void save()}>
            {t("annual.add")}
          </Button>
        </>
      }
    >
      {type ? <FieldForm fields={fields} values={row} onChange={(name, value) => setDraft({ row: { ...row, [name]: value }, title: adding.title, to: location.pathname, at_ms: serverNow() })} errors={[]} /> : <Waiting rows={2} />}
      {error && <Note tone="mend" role="alert">{error instanceof Problem ? [error.message, ...error.faults.map(({ message }) => message)].join(" ") : error.message}</Note>}
    </Dialog>
  );
}

async function append({ type, id, create, table }: Adding, row: Values, key: string): Promise<void> {
  if (!id) {
    await take(api.POST("/api/v1/records/{type}", { params: { path: { type }, header: { "Idempotency-Key": key } }, body: { ...create, [table]: [row] } }));
    return;
  }
  for (let again = 0; ; again++) {
    const now = await readRecord(type, id);
    try {
      await take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path: { type, id }, header: { "If-Match": String(now.version) } }, body: { [table]: [...(Array.isArray(now[table]) ? now[table] : []), row] } }));
      return;
    } catch (error) {
      if (again > 2 || !isConflict(error)) throw error;
    }
  }
}
