/* The editor in a cell of an annex: its fields, and beside them whether what was typed is saved. Values that need
 * room (tables, files) open over the page. */
import { use, useEffect, useId, useRef, useState, type ReactNode } from "react";
import { Button } from "../../ui/ant.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { kindOf, type Field, type Values } from "../../fields/field.ts";
import { useText } from "../../text/index.ts";
import { BesideCell } from "./beside-cell.ts";
import { same, useRecordEdit, useFields, type Clash, type Saving, type Target } from "./form-edit.ts";
import { ConflictTable } from "../record/conflict-table.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Waiting } from "../../ui/states.tsx";

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
      <Cites of={use(BesideCell).cites?.(target) ?? []} add={(text) => edit.change(fields[0]!.name, `${String(edit.values[fields[0]!.name] ?? "")}${text}`)} />
      {edit.conflict && <Choice fields={fields} clash={edit.conflict} mine={edit.values} settle={edit.settle} />}
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

/* Facts of the form; a click puts one into the text. */
function Cites({ of, add }: { of: readonly string[]; add: (text: string) => void }) {
  const t = useText();
  if (of.length === 0) return null;
  return (
    <div className="annex-cites">
      {t("form.cites")}
      {of.map((text) => (
        <button key={text} type="button" className="annex-pen" onClick={() => add(text)}>
          {text}
        </button>
      ))}
    </div>
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
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        outside.current = true; // it closes once it is saved
        if (done) onClose();
        else leave();
      }}
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

/* Of fields that both have changed, whose value stays; one's own until something else is chosen. */
function Choice({ fields, clash, mine, settle }: { fields: readonly Field[]; clash: Clash; mine: Values; settle: (values: Values) => void }) {
  const t = useText();
  const [values, setValues] = useState(mine);
  const both = fields.filter(({ name }) => !same(mine[name], clash.theirs[name]));
  return (
    <>
      <ConflictTable
        conflicts={both.map((field) => ({ field, by: clash.by, theirs: clash.theirs[field.name], mine: mine[field.name], both: true }))}
        values={values}
        choose={(name, value) => setValues({ ...values, [name]: value ?? null })}
      />
      <Button type="primary" size="small" onClick={() => settle(values)}>
        {t("form.conflict.save")}
      </Button>
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
