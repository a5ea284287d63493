/* A field of any type: its label with 必填 and unit above, its hint or error below. */
import "../ui/controls.css";
import "./text-input.css";
import "./fields.css";
import { useId } from "react";
import { useText } from "../text/index.ts";
import { faultsUnder, isEmpty, isSame, kindOf, type Fault, type Field } from "./field.ts";
import { useLimits } from "./limits.ts";
import { hasLegend, widgetOf } from "./widgets.ts";

export interface FieldInputProps {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  error?: string;
  id?: string; // of its control, for links to it
  unit?: string; // instead of the field's own
  faults?: readonly Fault[]; // of what is inside a table: "/0/amount"
  fillBeside?: (value: string) => void;
}

export function useUnit() {
  const t = useText();
  return (field: Field) => field.unit ?? { money: t("fields.yuan"), date: t("fields.date"), known_date: t("fields.date"), month: t("fields.month"), year: t("fields.year") }[kindOf(field)];
}

export function FieldInput({ field, value, onChange, error, id, unit, faults, fillBeside }: FieldInputProps) {
  const t = useText();
  const own = useId();
  const unitOf = useUnit();
  const control = id ?? own;
  const legend = hasLegend(field);
  const { source } = field;
  const carried = !!source && isSame(value, field.value);
  const from = source && !isEmpty(value) ? t(carried ? "fields.from.record" : "fields.from.changed", { name: source.label }) + (source.date ? t("fields.from.date", { date: source.date }) : "") : undefined;
  const limits = useLimits();
  const note = error ?? from ?? field.hint ?? (field.min ? limits(field) : undefined);
  const Widget = widgetOf(field);
  const Frame = legend ? "fieldset" : "div";
  const words = (
    <>
      {field.label}
      <span className="field-must">{[unit ?? unitOf(field), field.required ? t("common.required") : field.later && t("fields.later", { action: field.later })].filter(Boolean).join(t("common.comma"))}</span>
    </>
  );
  return (
    <Frame className={`field${error ? " field-wrong" : ""}${carried ? " field-carried" : ""}`}>
      {legend ? <legend>{words}</legend> : <label htmlFor={control}>{words}</label>}
      <Widget id={control} field={field} value={value} onChange={onChange} note={note ? `${control}-note` : undefined} invalid={!!error} faults={faultsUnder(faults, "")} fillBeside={fillBeside} />
      {note && (
        <p id={`${control}-note`} className={error ? "field-error" : "field-hint"}>
          {note}
        </p>
      )}
    </Frame>
  );
}
