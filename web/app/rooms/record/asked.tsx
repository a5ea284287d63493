/* What is asked, and its answer: for the workbench and for the portal, so without Ant Design. */
import "./asked.css";
import { useId, useState, type FormEvent } from "react";
import { Offline, Problem, type Schemas, type Sent } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";
import { fieldOf, isEmpty, isMany, kindOf, manyOf, neverOf, periodOf, type Field, type Values } from "../../fields/field.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { day, minute } from "../../ui/time.ts";

type Ask = Schemas["Ask"];
type AnswerBody = Sent<paths["/api/v1/asks/{id}"]["post"]["requestBody"]["content"]["application/json"]>;

export function Asked({ ask, byLink, send }: { ask: Ask; byLink?: boolean; send: (body: AnswerBody) => Promise<void> }) {
  const t = useText();
  const language = useLanguage();
  const sees = ask.sees.map((one) => fieldOf(one, language));
  const fills = ask.fills.map((one) => fieldOf(one, language));
  return (
    <article className="asked">
      <header>
        <p>
          <Data text={t("ask.from", { unit: ask.unit })} />
        </p>
        <h1>
          <Data text={ask.label} />
        </h1>
        <p>
          <Data text={t("ask.about", { type: ask.type_label })} />
          {ask.due && !ask.answer && ` · ${t("ask.due", { day: ask.due })}`}
        </p>
      </header>
      <section>
        <h2>{t("ask.seen")}</h2>
        <Facts fields={sees} values={ask.seen} />
      </section>
      {ask.answer ? (
        <section role="status" className={`asked-done asked-${ask.answer}`}>
          <h2>{t(ask.answer === "given" ? "ask.given" : "ask.refused")}</h2>
          {ask.answer === "given" && <Facts fields={fills} values={ask.filled} />}
          <p>{t("ask.done", { day: day(ask.done_ms ?? 0) })}</p>
        </section>
      ) : (
        <Form fields={fills} values={ask.filled} byLink={byLink} send={send} />
      )}
    </article>
  );
}

function Facts({ fields, values }: { fields: readonly Field[]; values: Values }) {
  return (
    <dl>
      {fields.map((field) => (
        <div key={field.name}>
          <dt>{field.label}</dt>
          <dd>
            <Shown field={field} value={values[field.name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Shown({ field, value }: { field: Field; value: unknown }) {
  const t = useText();
  if (isEmpty(value)) return <span className="not-given">{t("records.notGiven")}</span>;
  const one = (part: unknown) => field.choices?.find(({ code }) => code === part)?.label ?? String(part);
  switch (kindOf(field)) {
    case "boolean":
      return <>{t(value ? "fields.yes" : "fields.no")}</>;
    case "known_date":
      return <>{value === false ? t(neverOf(field)) : String(value)}</>;
    case "datetime":
      return <>{minute(String(value))}</>;
    case "period": {
      const { from = "", to = "" } = periodOf(value);
      return <>{`${from} → ${to}`}</>;
    }
    case "money":
      return <>{`${Number(value).toLocaleString("en", { minimumFractionDigits: 2 })} ${t("fields.yuan")}`}</>;
    case "table":
      return (
        <ul>
          {manyOf<Values>(value).map((row, i) => (
            <li key={i}>
              {(field.fields ?? []).map((column) => (
                <span key={column.name}>
                  {column.label}
                  {t("fields.colon")}
                  <Shown field={column} value={row[column.name]} />
                </span>
              ))}
            </li>
          ))}
        </ul>
      );
    default:
      return <Data text={(Array.isArray(value) ? value : [value]).map(one).join(t("common.comma")) + (field.unit ? ` ${field.unit}` : "")} />;
  }
}

const SCALE_MOST = 10; // steps that stand beside each other

function Form({ fields, values: begun, byLink, send }: { fields: readonly Field[]; values: Values; byLink?: boolean; send: (body: AnswerBody) => Promise<void> }) {
  const t = useText();
  const form = useId();
  const [values, setValues] = useState<Values>(() => Object.fromEntries(Object.entries(begun).filter(([, value]) => value !== null)));
  const [who, setWho] = useState("");
  const [refusal, setRefusal] = useState<string>(); // undefined: it is answered
  const { busy, error, act } = useAct();
  const faults = error instanceof Problem ? error.faults : [];
  const faultOf = (name: string) => faults.find((one) => one.field === `/fields/${name}`)?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(() => send({ ...(refusal === undefined ? { fields: values } : { refuse: refusal }), ...(byLink && { who }) }));
  };
  return (
    <form onSubmit={submit} aria-label={t("ask.fill")}>
      <h2>{t(refusal === undefined ? "ask.fill" : "ask.refuse")}</h2>
      {refusal === undefined && fields.length === 0 && <p>{t("ask.none")}</p>}
      {refusal === undefined &&
        fields.map((field) => (
          <Input key={field.name} id={form + field.name} field={field} value={values[field.name]} fault={faultOf(field.name)} onChange={(value) => setValues({ ...values, [field.name]: value })} />
        ))}
      {refusal !== undefined && (
        <p className="asked-field">
          <label htmlFor={`${form}-reason`}>
            {t("ask.reason")} <span className="field-must">{t("common.required")}</span>
          </label>
          <textarea id={`${form}-reason`} className="input" rows={3} required maxLength={2000} value={refusal} onChange={(event) => setRefusal(event.target.value)} />
        </p>
      )}
      {byLink && (
        <p className="asked-field">
          <label htmlFor={`${form}-who`}>
            {t("ask.who")} <span className="field-must">{t("common.required")}</span>
          </label>
          <input id={`${form}-who`} className="input" required maxLength={120} autoComplete="off" aria-describedby={`${form}-who-hint`} value={who} onChange={(event) => setWho(event.target.value)} />
          <small id={`${form}-who-hint`}>{t("ask.who.hint")}</small>
        </p>
      )}
      {error && (
        <p className="asked-error" role="alert">
          {error instanceof Offline ? t("common.noAnswer") : error.message}
        </p>
      )}
      <p className="asked-verbs">
        <button type="submit" className="button primary" disabled={busy}>
          {t(refusal === undefined ? "ask.send" : "ask.refuse.send")}
        </button>
        <button type="button" className="button" onClick={() => setRefusal(refusal === undefined ? "" : undefined)}>
          {t(refusal === undefined ? "ask.refuse" : "ask.back")}
        </button>
      </p>
    </form>
  );
}

interface InputProps {
  id: string;
  field: Field;
  value: unknown;
  fault?: string;
  onChange: (value: unknown) => void;
}

function Input({ id, field, value, fault, onChange }: InputProps) {
  const t = useText();
  const kind = kindOf(field);
  const { min, max } = field;
  const about = { "aria-invalid": !!fault || undefined, "aria-describedby": fault || field.hint ? `${id}-note` : undefined };
  const note = (fault ?? field.hint) && (
    <small id={`${id}-note`} className={fault && "asked-error"}>
      {fault ?? field.hint}
    </small>
  );
  const steps = kind === "integer" && min !== undefined && max !== undefined && Number(max) - Number(min) < SCALE_MOST ? Array.from({ length: Number(max) - Number(min) + 1 }, (_, i) => Number(min) + i) : undefined;
  const options: [unknown, string][] | undefined =
    kind === "boolean" ? [[true, t("fields.yes")], [false, t("fields.no")]] : kind === "enum" ? (field.choices ?? []).map(({ code, label }) => [code, label]) : steps?.map((step) => [step, String(step)]);
  if (options) {
    const many = isMany(field);
    const held = many ? manyOf(value) : [];
    return (
      <fieldset className="asked-field" {...about}>
        <legend>{field.label}</legend>
        {options.map(([code, label]) => (
          <label key={String(code)}>
            <input
              type={many ? "checkbox" : "radio"}
              name={id}
              checked={many ? held.includes(code) : value === code}
              onChange={(event) => onChange(!many ? code : event.target.checked ? [...held, code] : held.filter((one) => one !== code))}
            />
            <Data text={label} />
          </label>
        ))}
        {note}
      </fieldset>
    );
  }
  const props = { id, className: "input", value: Array.isArray(value) ? value.join("\n") : String(value ?? ""), ...about };
  const long = kind === "long_text" || isMany(field) || kind === "texts";
  return (
    <p className="asked-field">
      <label htmlFor={id}>
        {field.label}
        {field.unit && ` (${field.unit})`}
      </label>
      {long ? (
        <textarea {...props} rows={4} onChange={(event) => onChange(kind === "long_text" ? event.target.value : event.target.value.split("\n").filter(Boolean))} />
      ) : (
        <input
          {...props}
          type={kind === "date" || kind === "known_date" ? "date" : "text"}
          inputMode={kind === "integer" || kind === "decimal" || kind === "money" ? "decimal" : undefined}
          onChange={(event) => onChange(kind === "integer" && /^-?\d+$/.test(event.target.value) ? Number(event.target.value) : event.target.value)}
        />
      )}
      {note}
    </p>
  );
}
