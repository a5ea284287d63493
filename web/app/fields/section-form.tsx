/* The fields of a record by the sections of its type: what is asked first, then what applies, then folds of what can wait. What
 * does not apply stands in one line, which says when it does. */
import "./sections.css";
import { useEffect, useId, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { RecordType } from "../api/records.ts";
import { useLanguage, useText } from "../text/index.ts";
import { faultsUnder, fieldOf, isEmpty, type Fault, type Field, type Values } from "./field.ts";
import { FaultSummary, FieldGrid, focusField, type FieldFormProps } from "./field-form.tsx";
import { filledIn, opensItself, type Part } from "./sections.ts";

interface Props {
  type: RecordType;
  parts: readonly Part[];
  fields: readonly Field[]; // of all parts
  values: Values;
  onChange: FieldFormProps["onChange"];
  errors: readonly Fault[];
  resumed: boolean; // from a draft
  before?: readonly Field[]; // what is no field of the type
  after?: readonly Field[];
  open: (part: Part) => void; // shows a section that does not apply yet
}

export function SectionForm({ type, parts, fields, values, onChange, errors, resumed, before = [], after = [], open }: Props) {
  const form = useId();
  const faults = useMemo(() => faultsUnder(errors, ""), [errors]);
  const grid = (list: readonly Field[]) => <FieldGrid form={form} fields={list} values={values} onChange={onChange} faults={faults} />;
  const shown = parts.filter(({ shown: is }) => is);
  const at = useSearchParams()[0].get("at"); // the field at which the form opens
  useEffect(() => {
    if (at) focusField(form, `/${at}`);
  }, []);
  return (
    <>
      <FaultSummary form={form} fields={[...before, ...fields, ...after]} faults={faults} />
      {before.length > 0 && grid(before)}
      {shown.filter(({ fold }) => !fold).map((part) =>
        part.name ? (
          <section key={part.name} className="form-part" aria-label={part.label}>
            <h2>{part.label}</h2>
            {grid(part.fields)}
          </section>
        ) : (
          <div key="" className="form-first">{grid(part.fields)}</div>
        ),
      )}
      {after.length > 0 && grid(after)}
      <div className="form-folds">
        {shown.filter(({ fold }) => fold).map((part) => (
          <Fold key={part.name} part={part} values={values} resumed={resumed} faulty={part.fields.some(({ name }) => faultsUnder(faults, `/${name}`).length > 0)}>
            {grid(part.fields)}
          </Fold>
        ))}
      </div>
      <Apart type={type} parts={parts.filter(({ shown: is }) => !is)} values={values} open={open} />
    </>
  );
}

/* Open from the start where it holds values of the record or of the draft, or what must be filled in now. */
function Fold({ part, values, resumed, faulty, children }: { part: Part; values: Values; resumed: boolean; faulty: boolean; children: React.ReactNode }) {
  const t = useText();
  const filled = filledIn(part, values);
  const [open, setOpen] = useState(part.open || (resumed && filled > 0) || part.fields.some(({ name, required }) => required && isEmpty(values[name])));
  useEffect(() => {
    if (faulty) setOpen(true);
  }, [faulty]);
  const later = [...new Set(part.fields.flatMap(({ name, later: action, required }) => (action && !required && isEmpty(values[name]) ? [action] : [])))];
  const said = [
    t("fields.section.filled", { n: filled, of: part.fields.length }),
    ...later.map((action) => t("fields.section.later", { action, names: part.fields.filter((one) => one.later === action && isEmpty(values[one.name])).map(({ label }) => label).join(t("common.comma")) })),
  ];
  return (
    <details className="form-fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <b>{part.label || t("fields.section.rest")}</b>
        <span>{said.join(t("fields.stop"))}</span>
      </summary>
      {children}
    </details>
  );
}

function Apart({ type, parts, values, open }: { type: RecordType; parts: readonly Part[]; values: Values; open: (part: Part) => void }) {
  const t = useText();
  const language = useLanguage();
  const fields = useMemo(() => type.fields.map((one) => fieldOf(one, language)), [type, language]);
  if (parts.length === 0) return null;
  const wordOf = (name: string, code: string) => {
    const field = fields.find((one) => one.name === name);
    if (name === "state") return type.states.find((one) => one.name === code)?.label?.[language] ?? code;
    return field?.choices?.find((one) => one.code === code)?.label ?? (code === "true" ? t("fields.yes") : code === "false" ? t("fields.no") : code);
  };
  const why = ({ when = {} }: Part) =>
    Object.entries(when)
      .map(([name, is]) => {
        const label = name === "state" ? t("records.state") : (fields.find((one) => one.name === name)?.label ?? name);
        return Array.isArray(is)
          ? t("fields.section.when", { name: label, words: is.map((code) => wordOf(name, code)).join(t("common.comma")) })
          : t("fields.section.unless", { name: label, words: is.not.map((code) => wordOf(name, code)).join(t("common.comma")) });
      })
      .join(t("common.comma"));
  return (
    <p className="form-apart">
      {t("fields.section.apart")}
      {parts.map((part, i) => {
        const filled = filledIn(part, values);
        return (
          <span key={part.name}>
            {i > 0 && t("fields.stop")}
            {opensItself(part) ? (
              <button type="button" className="link-button" onClick={() => open(part)}>
                ＋ {part.label}
              </button>
            ) : (
              <>
                <b>{part.label}</b> {why(part)}
              </>
            )}
            {filled > 0 && <em>{t("fields.section.kept", { n: filled })}</em>}
          </span>
        );
      })}
    </p>
  );
}
