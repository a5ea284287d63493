/* The editor in a cell of an annex: its fields, and beside them whether what was typed is saved. Values that need
 * room (tables, files) open over the page. */
import { useEffect, useId, useRef, type ReactNode } from "react";
import { Button } from "antd";
import { FieldInput } from "../fields/field-input.tsx";
import { kindOf, type Field } from "../fields/field.ts";
import { useText } from "../text/index.ts";
import { useRecordEdit, useFields, type Saving, type Target } from "./case-form-edit.ts";
import { ConflictChoice } from "./conflict.tsx";
import { Dialog } from "./dialog.tsx";
import { Waiting } from "./states.tsx";

const wide = ["table", "file", "files", "patents", "party", "region", "period"];

export interface AnnexEditProps {
  target: Target;
  label: string;
  onSaved: () => void;
  onState: (state: Saving) => void;
  restored?: boolean; // a draft of an earlier visit opened it: it takes no focus
  onClose: () => void;
}

export function AnnexEdit(props: AnnexEditProps) {
  const fields = useFields(props.target.type, props.target.names);
  if (!fields) return <Waiting rows={1} />;
  return <Editor {...props} fields={fields} />;
}

function Editor({ target, label, fields, onSaved, onState, restored, onClose }: AnnexEditProps & { fields: readonly Field[] }) {
  const t = useText();
  const edit = useRecordEdit(target, onSaved);
  const { saving } = edit;
  useEffect(() => onState(saving), [saving]);
  const inner = !edit.ready ? (
    <Waiting rows={1} />
  ) : (
    <>
      <Fields fields={fields} edit={edit} />
      {edit.conflict && <ConflictChoice fields={fields} conflict={edit.conflict} mine={edit.values} settle={edit.settle} />}
      <SavingWord state={saving} />
    </>
  );
  if (fields.some((field) => wide.includes(kindOf(field)))) {
    const close = () => void edit.save().then(onClose);
    return (
      <Dialog title={label} width={792} onClose={close} footer={<Button type="primary" onClick={close}>{t("form.edit.done")}</Button>}>
        {inner}
      </Dialog>
    );
  }
  return (
    <Inline one={fields.length === 1} ready={edit.ready} restored={restored} leave={() => void edit.save()} done={saving === "none" || saving === "saved"} onClose={onClose}>
      {inner}
    </Inline>
  );
}

/* Takes the focus; once it is left and saved, it closes. Lists that an input opens lie elsewhere in the page, but
 * their events come through here. */
function Inline({ one, ready, restored, leave, done, onClose, children }: { one: boolean; ready: boolean; restored?: boolean; leave: () => void; done: boolean; onClose: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const left = useRef<ReturnType<typeof setTimeout>>(undefined);
  const outside = useRef(!!restored);
  useEffect(() => {
    if (ready && !restored) box.current?.querySelector<HTMLElement>("textarea, input, select, button")?.focus();
  }, [ready]);
  useEffect(() => {
    if (done && outside.current) onClose();
  }, [done]);
  useEffect(() => () => clearTimeout(left.current), []);
  return (
    <div
      ref={box}
      className={one ? "annex-editor annex-editor-one" : "annex-editor"}
      onFocus={() => {
        clearTimeout(left.current);
        outside.current = false;
      }}
      onBlur={() => {
        left.current = setTimeout(() => {
          outside.current = true;
          if (done) onClose();
          else leave();
        }, 100);
      }}
      onKeyDown={(event) => event.key === "Escape" && (leave(), done && onClose())}
    >
      {children}
    </div>
  );
}

function Fields({ fields, edit }: { fields: readonly Field[]; edit: ReturnType<typeof useRecordEdit> }) {
  const form = useId();
  return (
    <>
      {fields.map((field) => {
        const own = edit.faults.filter(({ field: at }) => !at || at.replace(/^\//, "").split("/")[0] === field.name);
        return (
          <FieldInput
            key={field.name}
            id={`${form}/${field.name}`}
            field={field}
            value={edit.values[field.name] ?? undefined}
            onChange={(value) => edit.change(field.name, value)}
            error={own.map(({ message }) => message).join(" ") || undefined}
            faults={own}
          />
        );
      })}
    </>
  );
}

export function SavingWord({ state }: { state: Saving }) {
  const t = useText();
  return (
    <p className={`saving saving-${state}`} role="status">
      {state !== "none" && t(`form.saving.${state}`)}
    </p>
  );
}
