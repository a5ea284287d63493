/* Yes or no, one of few, one of many, several. */
import { languageOf } from "../parts/data.tsx";
import { usePolicies } from "../parts/policies.ts";
import { useText } from "../text/index.ts";
import { aria, distinct, isMany, kindOf, type WidgetProps } from "./field.ts";

const RADIOS = 5; // more are a list to open

type Choice = { code: string; label: string };

/* Whether the field is several controls, so that a legend names it. */
export const isGroup = (field: WidgetProps["field"]) => kindOf(field) === "boolean" || (kindOf(field) === "enum" && (isMany(field) || (field.choices?.length ?? 0) <= RADIOS));

function Radios({ id, choices, code, choose }: { id: string; choices: readonly Choice[]; code: string | undefined; choose: (code: string | undefined) => void }) {
  return (
    <div className="field-choices">
      {choices.map((one) => (
        <label key={one.code}>
          <input type="radio" name={id} checked={code === one.code} onChange={() => choose(one.code)} />
          {one.label}
        </label>
      ))}
    </div>
  );
}

/* Unknown is a choice, but where the field is required. */
export function BooleanInput(props: WidgetProps) {
  const t = useText();
  const { field, value, onChange, id, label } = props;
  const code = value === true ? "yes" : value === false ? "no" : "unknown";
  const choices = [
    { code: "yes", label: t("fields.yes") },
    { code: "no", label: t("fields.no") },
    ...(field.required ? [] : [{ code: "unknown", label: t("common.unknown") }]),
  ];
  const choose = (next: string | undefined) => onChange(next === "yes" ? true : next === "no" ? false : undefined);
  return label ? <Select {...props} choices={choices} code={code} choose={choose} /> : <Radios id={id} choices={choices} code={code} choose={choose} />;
}

/* One of the policies, by the titles of their documents. */
export function PolicyInput(props: WidgetProps) {
  const { field, value } = props;
  const titles = (usePolicies() ?? []).map(({ id, title }) => ({ code: id, label: title }));
  const other = typeof value === "string" && value && !titles.some(({ code }) => code === value) ? [{ code: value, label: value }] : [];
  return <EnumInput {...props} label={props.label ?? field.label} field={{ ...field, type: "enum", choices: [...titles, ...other] }} />;
}

export function EnumInput(props: WidgetProps) {
  const t = useText();
  const { field, value, onChange, id, label } = props;
  const choices = distinct(field.choices ?? [], [value].flat());
  if (isMany(field)) {
    const chosen = Array.isArray(value) ? (value as string[]) : [];
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
  if (label || choices.length > RADIOS) return <Select {...props} choices={choices} code={code} choose={onChange} />;
  return <Radios id={id} choices={field.required ? choices : [...choices, { code: "", label: t("fields.none") }]} code={code ?? (field.required ? undefined : "")} choose={(next) => onChange(next || undefined)} />;
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
