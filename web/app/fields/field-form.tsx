/* Fields in a grid of six columns. Above them, after a refusal, what must be mended: each sentence leads to its field. */
import "./fields.css";
import { memo, useCallback, useEffect, useId, useMemo, useRef } from "react";
import { useText } from "../text/index.ts";
import { faultsUnder, isMany, kindOf, ofProgramme, type Fault, type Field, type Values } from "./field.ts";
import { RADIOS } from "./choice-input.tsx";
import { FieldInput } from "./field-input.tsx";

export interface FieldFormProps {
  fields: readonly Field[];
  values: Values;
  onChange: (name: string, value: unknown) => void;
  errors?: readonly Fault[]; // of the server's answer
  pointer?: string; // where these values stand in the body: "/records/deal"
  summary?: boolean; // false: the form around it shows one of its own
}

const spans: Record<string, number> = { long_text: 6, table: 6, file: 6, files: 6, patents: 6, texts: 6, region: 6, integer: 2, decimal: 2, money: 2, date: 2, known_date: 3, year: 2, month: 2 };
/* Short words side by side leave room for a field beside them: a word is padded by two characters of Chinese. */
const isShort = ({ choices = [] }: Field) => choices.slice(0, RADIOS).reduce((sum, { label }) => sum + 4 + [...label].reduce((width, one) => width + (one > "\u2e7f" ? 2 : 1.2), 0), 0) <= 54;
const spanOf = (field: Field) => (field.segments && isShort(field) ? "segments" : kindOf(field) === "enum" && (field.segments || isMany(field) || (field.choices?.length ?? 0) <= 5) ? 6 : kindOf(field) === "text" && typeof field.max === "number" && field.max <= 40 ? 2 : (spans[kindOf(field)] ?? 3));

/* Ids of controls are pointers, so that a fault finds its field. */
export const controlId = (form: string, pointer: string) => `${form}${pointer}`;

export function FieldForm({ fields, values, onChange, errors, pointer = "", summary = true }: FieldFormProps) {
  const form = useId();
  const faults = useMemo(() => faultsUnder(errors, pointer), [errors, pointer]);
  return (
    <>
      {summary && <FaultSummary form={form} fields={fields} faults={faults} />}
      <FieldGrid form={form} fields={fields} values={values} onChange={onChange} faults={faults} />
    </>
  );
}

const NONE: readonly Fault[] = [];

interface GridProps {
  form: string;
  fields: readonly Field[];
  values: Values;
  onChange: FieldFormProps["onChange"];
  faults: readonly Fault[];
}

/* A key in one field draws that field alone: onChange is passed on as it stands when a field calls it. */
export function FieldGrid({ form, fields, values, onChange, faults }: GridProps) {
  const latest = useRef(onChange);
  latest.current = onChange;
  const change = useCallback<GridProps["onChange"]>((name, value) => latest.current(name, value), []);
  return (
    <div className="field-grid">
      {fields.map((field) => {
        const own = faultsUnder(faults, `/${field.name}`);
        const currency = field.currency ? values[field.currency] : undefined;
        const beside = field.organisation ?? fields.find((one) => one.organisation === field.name && !values[one.name])?.name;
        return (
          <GridField
            key={field.name}
            form={form}
            field={field}
            programme={field.choices ? values.programme : undefined}
            unit={typeof currency === "string" && currency !== "CNY" ? currency : undefined}
            value={values[field.name]}
            change={change}
            faults={own.length ? own : NONE}
            beside={beside}
          />
        );
      })}
    </div>
  );
}

interface GridFieldProps {
  form: string;
  field: Field;
  programme: unknown;
  unit: string | undefined;
  value: unknown;
  change: GridProps["onChange"];
  faults: readonly Fault[];
  beside: string | undefined;
}

const GridField = memo(function GridField({ form, field: one, programme, unit, value, change, faults, beside }: GridFieldProps) {
  const field = ofProgramme(one, programme, true);
  return (
    <div className={`span-${spanOf(field)}`}>
      <FieldInput
        id={controlId(form, `/${field.name}`)}
        field={field}
        unit={unit}
        value={value}
        onChange={(next) => change(field.name, next)}
        error={faults.filter((fault) => !fault.field || kindOf(field) !== "table").map(({ message }) => message).join(" ") || undefined}
        faults={faults}
        fillBeside={beside ? (found) => change(beside, found) : undefined}
      />
    </div>
  );
});

/* "/payments/0/amount" → 付款 1 金额 */
function nameOf(pointer: string, fields: readonly Field[]): string {
  const [name, row, column] = pointer.slice(1).split("/");
  const field = fields.find((one) => one.name === name);
  const inner = field?.fields?.find((one) => one.name === column);
  return [field?.label, row !== undefined && /^\d+$/.test(row) ? Number(row) + 1 : "", inner?.label].filter((part) => part !== undefined && part !== "").join(" ");
}

/* Takes the focus whenever there are other faults than before. */
export function FaultSummary({ form, fields, faults }: { form: string; fields: readonly Field[]; faults: readonly Fault[] }) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (faults.length) box.current?.focus();
  }, [faults]);
  if (faults.length === 0) return null;
  return (
    <div ref={box} className="fault-summary" role="alert" tabIndex={-1}>
      <b>{t("fields.faults", { n: faults.length })}</b>
      <ul>
        {faults.map(({ field = "", message }) => {
          const name = nameOf(field, fields);
          return (
            <li key={field + message}>
              {name ? (
                <a
                  href={`#${field}`}
                  onClick={(event) => {
                    event.preventDefault();
                    focusField(form, field);
                  }}
                >
                  {name}
                  {t("fields.colon")}
                  {message}
                </a>
              ) : (
                message
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/* The control of a pointer, else of the field around it, else the first control in its frame. */
export function focusField(form: string, pointer: string): void {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const control = document.getElementById(controlId(form, at)) ?? document.querySelector<HTMLElement>(`[name="${controlId(form, at)}"]`) ?? document.getElementById(`${controlId(form, at)}-note`)?.closest(".field")?.querySelector<HTMLElement>("input, select, textarea, button");
    if (!control) continue;
    const fold = control.closest("details");
    if (fold) fold.open = true;
    control.focus();
    control.scrollIntoView({ block: "center" });
    return;
  }
}
