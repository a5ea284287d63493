/* What the reader may do with a record now; an action asks for the fields and the reason that it needs. */
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { api, Problem, take } from "../../api/client.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import type { RecordType, Row } from "../../api/records.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { isEmpty, type Fault, type Field, type Values } from "../../fields/field.ts";
import { markRequired, neededIn, useLacks } from "../../fields/limits.ts";
import { Button } from "../../ui/ant.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { minute } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { useRenewed } from "./renew.ts";

interface Action {
  name: string;
  label: string;
  fields: readonly Field[];
  others: readonly Field[]; // empty: asked for once a constraint needs them beside what is entered
  required: boolean; // of the reason
  reason: boolean;
  two: boolean;
  to?: string; // the state that it leads to
  barred: readonly string[]; // what is missing and cannot be filled in here
}

export function Actions({ type, row, fields }: { type: RecordType; row: Row; fields: readonly Field[] }) {
  const t = useText();
  const language = useLanguage();
  const [doing, setDoing] = useState<Action>();
  const field = (name: string) => fields.find((one) => one.name === name);
  const locked = type.states.find(({ name }) => name === row.state)?.locked ?? [];
  // Only another action, a case or a computation fills it, or it is fixed now, or not the reader's to see.
  const isBarred = (name: string, action: string) => {
    const of = type.fields.find((one) => one.name === name);
    return !field(name) || of?.type === "computed" || !!of?.by_cases || (!!of?.set_by?.length && !of.set_by.includes(action)) || locked === "all" || locked.includes(name);
  };
  const open: Action[] = type.actions
    .filter(({ name }) => row._may.includes(name))
    .map(({ name, label, need = [], takes = [], amends = [], reason, two_persons, to }) => ({
      name,
      others: row._may.includes("change") ? fields.filter((one) => isEmpty(row[one.name]) && ![...need, ...takes, ...amends].includes(one.name) && !isBarred(one.name, name)) : [],
      to: to === row.state ? undefined : type.states.find((state) => state.name === to)?.label?.[language],
      barred: need.filter((one) => isEmpty(row[one]) && !takes.includes(one) && !amends.includes(one) && isBarred(one, name)).map((one) => type.fields.find((of) => of.name === one)?.label?.[language] ?? one),
      label: label?.[language] ?? name,
      fields: [...new Set([...need.filter((one) => isEmpty(row[one])), ...takes, ...amends])].flatMap((one) => {
        const found = field(one);
        return found ? [{ ...found, required: need.includes(one) }] : [];
      }),
      required: reason === "required",
      reason: reason !== "none",
      two: !!two_persons,
    }));
  if (row._may.includes("end")) open.push({ name: "end", label: t("records.end"), fields: [], others: [], required: false, reason: true, two: false, barred: [] });
  const { key, search } = useLocation();
  useEffect(() => setDoing(open.find(({ name, barred }) => name === new URLSearchParams(search).get("do") && barred.length === 0)), [key]);
  const proposals = row._proposals ?? [];
  const proposed = (name: string) => proposals.find(({ action }) => action === name);
  return (
    <section className="record-rail">
      <h2>{t("records.actions")}</h2>
      {open.length === 0 && proposals.length === 0 && <p className="quiet">{t("records.actions.none")}</p>}
      <ul>
        {open.map((action) => {
          const waiting = proposed(action.name);
          const lines = [action.fields.some(({ required }) => required) && t("records.action.need", { names: action.fields.filter(({ required }) => required).map(({ label }) => label).join(t("common.comma")) }), action.two && !waiting && t("records.action.two"), waiting && t("records.action.proposed", { time: minute(waiting.expires_ms) }), action.to && action.to !== action.label && t("records.action.to", { state: action.to })];
          return (
            <li key={action.name}>
              <div>
                <b>{action.label}</b>
                {lines.some(Boolean) && <p>{lines.filter(Boolean).join(t("records.semicolon"))}</p>}
              </div>
              {waiting && !waiting.yours && (
                <Link className="button small" to={`/confirm/${waiting.id}`}>
                  {t("records.action.confirm", { action: action.label })}
                </Link>
              )}
              {!waiting && (
                <button type="button" className="button small" disabled={action.barred.length > 0} onClick={() => setDoing(action)}>
                  {action.barred.length > 0 ? t("records.action.lacks", { names: action.barred.join(t("records.between")) }) : action.label}
                </button>
              )}
              {waiting && <TakeBack type={type.name} id={row.id} action={action.name} word={t(waiting.yours ? "records.action.withdraw" : "records.action.refuse")} />}
            </li>
          );
        })}
      </ul>
      {doing && <ActDialog key={doing.name} of={type} row={row} action={doing} onClose={() => setDoing(undefined)} />}
    </section>
  );
}

function TakeBack({ type, id, action, word }: { type: string; id: number; action: string; word: string }) {
  const t = useText();
  const renew = useRenewed(type, id);
  const [error, setError] = useState<string>();
  const run = async () => {
    try {
      await take(api.DELETE("/api/v1/records/{type}/{id}/actions/{action}", { params: { path: { type, id, action } } }));
      await renew();
    } catch (failure) {
      setError(failure instanceof Problem ? failure.message : t("common.noAnswer"));
    }
  };
  return (
    <>
      <button type="button" className="link-button" onClick={() => void run()}>
        {word}
      </button>
      {error && <p role="alert">{error}</p>}
    </>
  );
}

const REASON = "reason "; // no field of a record

/* A place that a disclosure check has found, and why it may stay. */
interface Place {
  field: string; // as the check names it: consents[0].file
  label: string;
  character?: number;
  reason?: string;
}

const isSamePlace = (one: Place, other: Place) => one.field === other.field && one.character === other.character;

function ActDialog({ of, row, action, onClose }: { of: RecordType; row: Row; action: Action; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const type = of.name;
  const renew = useRenewed(type, row.id);
  const keyOf = useSubmitKey();
  const [values, setValues] = useState<Values>(() => Object.fromEntries(action.fields.filter(({ name }) => !isEmpty(row[name])).map(({ name }) => [name, row[name]])));
  const [reason, setReason] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly Fault[]>([]);
  const [error, setError] = useState<string>();
  const [places, setPlaces] = useState<readonly Place[]>([]);
  const coming = Object.fromEntries(action.fields.filter(({ name, required }) => required && isEmpty(values[name])).map(({ name }) => [name, "?"])); // what must be filled in
  const needed = neededIn(of, { ...row, ...values, ...coming });
  const fields = markRequired([...action.fields, ...action.others.filter(({ name }) => needed.has(name))], needed);
  const asked: Field[] = action.reason ? [{ name: REASON, type: "long_text", label: t("records.action.reason"), required: action.required, max: 2000 }] : [];
  const lacksOf = useLacks();
  // What asks nothing is done at once; the dialog says why where it cannot be.
  const atOnce = !asked.length && !fields.length && !action.two;
  useEffect(() => {
    if (atOnce) void run();
  }, []);
  const run = async () => {
    const lacks = [...lacksOf(fields, values), ...lacksOf(asked, { [REASON]: reason })];
    setErrors(lacks);
    setError(undefined);
    if (busy || lacks.length > 0) return;
    setBusy(true);
    const clears = places.filter(({ reason }) => reason?.trim()).map(({ field, character, reason }) => ({ field, character, reason }));
    const body = Object.fromEntries([...fields.map(({ name }) => [name, values[name] ?? null]), ...(clears.length ? [["clears", clears]] : [])]);
    try {
      await take(
        api.POST("/api/v1/records/{type}/{id}/actions/{action}", {
          params: { path: { type, id: row.id, action: action.name }, query: reason ? { reason } : {}, header: { "If-Match": `"${row.version}"`, "Idempotency-Key": keyOf({ body, reason, version: row.version }) } },
          body,
        }),
      );
      await renew();
      onClose();
    } catch (failure) {
      const found = failure instanceof Problem ? placesIn(failure) : [];
      setPlaces((known) => [...known, ...found.filter((one) => !known.some((other) => isSamePlace(one, other)))]);
      setErrors(failure instanceof Problem ? failure.faults.filter(({ places: told }) => !told) : []);
      setError(failure instanceof Problem ? (found.length ? t("records.clears.line") : failure.message) : t("common.noAnswer"));
      setBusy(false);
    }
  };
  const placesIn = ({ faults }: Problem): Place[] =>
    faults.flatMap(({ field = "", places: told = [] }) =>
      told.map(({ character, what }) => {
        const [name = "", ...inner] = field.slice(1).split("/");
        const described = of.fields.find((one) => one.name === name);
        const column = described?.fields?.find((one) => one.name === inner.at(-1));
        const label = [described, column].flatMap((one) => one?.label?.[language] ?? []).join(" ");
        return { field: [name, ...inner].map((part, i) => (i === 0 ? part : /^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join(""), character, label: t("records.clears.at", { field: `${label}${inner[0] && /^\d+$/.test(inner[0]) ? ` ${Number(inner[0]) + 1}` : ""}`, what }) };
      }),
    );
  if (atOnce && !error && !errors.length && !places.length) return null;
  return (
    <Dialog
      title={action.label}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" danger={action.name === "end"} loading={busy} onClick={() => void run()}>
            {action.label}
          </Button>
        </>
      }
    >
      {action.name === "end" && <Note tone="doubt">{t("records.end.text")}</Note>}
      {action.two && <Note tone="provisional">{t("records.action.two")}</Note>}
      {errors.length === 0 && <ErrorNote error={error} />}
      <div className="act-fields">
        {places.length > 0 && (
          <fieldset className="act-clears">
            <legend>{t("records.clears")}</legend>
            <FieldForm
              fields={places.map(({ label }, i) => ({ name: String(i), type: "text", label, required: true, max: 300 }))}
              values={Object.fromEntries(places.map(({ reason }, i) => [String(i), reason]))}
              onChange={(name, reason) => setPlaces(places.map((one, i) => (String(i) === name ? { ...one, reason: String(reason ?? "") } : one)))}
              summary={false}
            />
          </fieldset>
        )}
        <FieldForm fields={fields} values={values} onChange={(name, value) => setValues((all) => ({ ...all, [name]: value }))} errors={errors.filter(({ field }) => field !== `/${REASON}`)} />
        {asked.length > 0 && <FieldForm fields={asked} values={{ [REASON]: reason }} onChange={(_, value) => setReason(value === undefined ? undefined : String(value))} errors={errors} summary={false} />}
      </div>
    </Dialog>
  );
}
