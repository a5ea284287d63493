/* Yes or no, one of few, one of many, several. What is chosen and not required is cleared by choosing it again. */
import { languageOf } from "../ui/data.tsx";
import { usePolicies } from "../api/policies.ts";
import { useText } from "../text/index.ts";
import "./segments.css";
import { aria, distinct, isMany, kindOf, manyOf, type WidgetProps } from "./field.ts";

export const RADIOS = 5; // more are a list to open

type Choice = { code: string; label: string };

/* Whether the field is several controls, so that a legend names it. */
export const isGroup = (field: WidgetProps["field"]) => kindOf(field) === "boolean" || (kindOf(field) === "enum" && (field.segments || isMany(field) || (field.choices?.length ?? 0) <= RADIOS));

interface Few {
  id: string;
  choices: readonly Choice[];
  code: string | undefined;
  choose: (code: string | undefined) => void;
  required?: boolean;
}

function Radios({ id, choices, code, choose, required }: Few) {
  return choices.map((one) => (
    <label key={one.code} className={code === one.code ? "on" : undefined}>
      <input type="radio" name={id} checked={code === one.code} onChange={() => choose(one.code)} onClick={() => !required && code === one.code && choose(undefined)} />
      <span lang={languageOf(one.label)}>{one.label}</span>
    </label>
  ));
}

/* The first five side by side, the others in a list at the end. */
function Segments({ name, choices, ...few }: Few & { name: string }) {
  const t = useText();
  const shown = choices.length > RADIOS + 1 ? choices.slice(0, RADIOS) : choices;
  const others = choices.slice(shown.length);
  const other = others.some(({ code }) => code === few.code);
  return (
    <div className="segments">
      <Radios {...few} choices={shown} />
      {others.length > 0 && (
        <select className={other ? "on" : undefined} aria-label={t("fields.others.of", { name })} value={other ? few.code : ""} onChange={(event) => few.choose(event.target.value || undefined)}>
          <option value="">{t("fields.others", { n: others.length })}</option>
          {others.map(({ code, label }) => (
            <option key={code} value={code} lang={languageOf(label)}>
              {label}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/* In a cell of a table unknown is a choice of its list. */
export function BooleanInput(props: WidgetProps) {
  const t = useText();
  const { field, value, onChange, id, label } = props;
  const choices = [
    { code: "true", label: t("fields.yes") },
    { code: "false", label: t("fields.no") },
  ];
  if (label) {
    const known = field.required ? choices : [...choices, { code: "unknown", label: t("common.unknown") }];
    return <Select {...props} choices={known} code={String(value ?? "unknown")} choose={(next) => onChange(next === "true" ? true : next === "false" ? false : undefined)} />;
  }
  return (
    <div className="segments">
      {choices.map(({ code, label: word }, i) => {
        const on = value === (code === "true");
        return (
          <button key={code} type="button" id={i === 0 ? id : undefined} className={on ? "on" : undefined} aria-pressed={on} onClick={() => onChange(on && !field.required ? undefined : code === "true")}>
            {word}
          </button>
        );
      })}
    </div>
  );
}

/* One of the policies, by the titles of their documents. */
export function PolicyInput(props: WidgetProps) {
  const { field, value } = props;
  const titles = (usePolicies() ?? []).map(({ id, title }) => ({ code: id, label: title }));
  const other = typeof value === "string" && value && !titles.some(({ code }) => code === value) ? [{ code: value, label: value }] : [];
  return <EnumInput {...props} label={props.label ?? field.label} field={{ ...field, type: "enum", choices: [...titles, ...other] }} />;
}

export function EnumInput(props: WidgetProps) {
  const { field, value, onChange, id, label } = props;
  const choices = distinct(field.choices ?? [], [value].flat());
  if (isMany(field)) {
    const chosen = manyOf<string>(value);
    // In the order of the choices, whichever was taken first.
    const take = (code: string, on: boolean) => {
      const next = choices.map((one) => one.code).filter((one) => (one === code ? on : chosen.includes(one)));
      onChange(next.length ? next : undefined);
    };
    return (
      <div className="field-choices" role={label ? "group" : undefined} aria-label={label}>
        {choices.map(({ code, label: word }) => (
          <label key={code}>
            <input type="checkbox" checked={chosen.includes(code)} onChange={(event) => take(code, event.target.checked)} />
            {word}
          </label>
        ))}
      </div>
    );
  }
  const code = typeof value === "string" ? value : undefined;
  const few = { id, choices, code, choose: onChange, required: field.required };
  if (!label && field.segments) return <Segments {...few} name={field.label} />;
  if (label || choices.length > RADIOS) return <Select {...props} choices={choices} code={code} choose={onChange} />;
  return (
    <div className="field-choices">
      <Radios {...few} />
    </div>
  );
}

function Select(props: WidgetProps & { choices: readonly Choice[]; code: string | undefined; choose: (code: string | undefined) => void }) {
  const t = useText();
  return (
    <select {...aria(props)} id={props.id} className="input field-box" value={props.code ?? ""} onChange={(event) => props.choose(event.target.value || undefined)}>
      {!props.choices.some(({ code }) => code === "unknown") && <option value="">{t("fields.choose")}</option>}
      {props.choices.map(({ code, label }) => (
        <option key={code} value={code} lang={languageOf(label)}>
          {label}
        </option>
      ))}
    </select>
  );
}
