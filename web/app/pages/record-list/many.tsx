/* Ticked records, and what is done with all of them: each by itself, with what came of it. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, Problem, take } from "../../api/client.ts";
import { actionsFor, listOf, rulesFor, titleOf, type ListQuestion, type RecordType } from "../../api/records.ts";
import { rereadCases } from "../../api/query.ts";
import { useSession } from "../../api/session.ts";
import { newKey } from "../../api/submit-key.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { fieldOf, isEmpty, type Field, type Values } from "../../fields/field.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { useLanguage, useText } from "../../text/index.ts";

export interface Picked {
  id: number;
  version: number;
  title: string;
}

interface Verb {
  name: string;
  label: string;
  fields: readonly Field[];
  reason: boolean;
}

const AT_ONCE = 500; // records of one page of the API
const REASON = "reason "; // no field of a record
const GIVE = "give ";

function useVerbs(type: RecordType): Verb[] {
  const t = useText();
  const language = useLanguage();
  const roles = useSession().roles.map(({ role }) => role);
  const fieldNamed = (name: string) => type.fields.flatMap((one) => (one.name === name ? [{ ...fieldOf(one, language), required: false }] : []));
  const acts = actionsFor(type, roles)
    .filter(({ two_persons }) => !two_persons) // each has a second person and a page of its own
    .map(({ name, label, need = [], takes = [], amends = [], reason }): Verb => ({ name, label: label?.[language] ?? name, fields: [...new Set([...need, ...takes, ...amends])].flatMap(fieldNamed), reason: reason !== "none" }));
  const to: Field[] = [
    { name: "account", type: "ref", to: "account", label: t("records.many.account") },
    { name: "unit", type: "ref", to: "organisation", label: t("records.many.unit") },
    { name: "due", type: "date", label: t("records.many.due") },
    { name: "note", type: "long_text", label: t("records.many.note"), max: 2000 },
  ];
  return [
    ...acts,
    ...(rulesFor(type, roles, "end").length ? [{ name: "end", label: t("records.end"), fields: [], reason: true }] : []),
    ...(rulesFor(type, roles, "change").length ? [{ name: GIVE, label: t("records.many.give"), fields: to, reason: false }] : []),
  ];
}

export function Many({ type, picked, total, question, setPicked }: { type: RecordType; picked: readonly Picked[]; total: number; question: ListQuestion; setPicked: (rows: readonly Picked[]) => void }) {
  const t = useText();
  const language = useLanguage();
  const cache = useQueryClient();
  const verbs = useVerbs(type);
  const [doing, setDoing] = useState<{ verb: Verb; rows: readonly Picked[] }>();
  const all = async () => {
    const { items } = await cache.fetchQuery(listOf(type.name, { ...question, fields: type.title, limit: AT_ONCE }));
    setPicked(items.map((row) => ({ id: Number(row.id), version: Number(row.version), title: titleOf(type, row, language) })));
  };
  return (
    <>
      {picked.length > 0 && (
        <div className="list-many no-print" role="region" aria-label={t("records.many")}>
          <b role="status">{t("records.many.n", { n: picked.length })}</b>
          {verbs.map((verb) => (
            <button key={verb.name} type="button" className="button small" onClick={() => setDoing({ verb, rows: picked })}>
              {verb.label}
            </button>
          ))}
          {picked.length < total && total <= AT_ONCE && (
            <button type="button" className="link-button" onClick={() => void all()}>
              {t("records.many.all", { n: total.toLocaleString("en") })}
            </button>
          )}
          <button type="button" className="link-button" onClick={() => setPicked([])}>
            {t("records.many.none")}
          </button>
        </div>
      )}
      {doing && <ManyDialog type={type} {...doing} onClose={(left) => { setDoing(undefined); setPicked(left); }} />}
    </>
  );
}

type Outcome = { row: Picked; refused?: string };

async function act(type: RecordType, verb: Verb, rows: readonly Picked[], values: Values, reason: string | undefined): Promise<Outcome[]> {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
  if (verb.name === GIVE) {
    const done: Outcome[] = [];
    for (const row of rows) {
      const body = { kind: "do", ...given };
      const refused = await take(api.POST("/api/v1/records/{type}/{id}/assignments", { params: { path: { type: type.name, id: row.id } }, headers: { "Idempotency-Key": newKey() }, body })).then(
        () => undefined,
        (error: Error) => (error instanceof Problem && error.faults[0]?.message) || error.message,
      );
      done.push({ row, refused });
    }
    return done;
  }
  const items = rows.map(({ id, version }) => ({ act: verb.name, id, version, arguments: given }));
  const answer = await take(api.POST("/api/v1/records/{type}/bulk", { params: { path: { type: type.name }, query: reason ? { reason } : {} }, body: { items } }));
  return answer.items.map((one, i) => ({ row: rows[i]!, refused: one.status === 200 ? undefined : (one.errors?.map(({ message }) => message).join("\n") || one.detail || String(one.status)) }));
}

function ManyDialog({ type, verb, rows, onClose }: { type: RecordType; verb: Verb; rows: readonly Picked[]; onClose: (left: readonly Picked[]) => void }) {
  const t = useText();
  const cache = useQueryClient();
  const [values, setValues] = useState<Values>({});
  const [reason, setReason] = useState<string>();
  const { busy, error, act: attempt } = useAct();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>();
  const run = () =>
    attempt(async () => {
      setOutcomes(await act(type, verb, rows, values, reason));
      await Promise.all([cache.invalidateQueries({ queryKey: ["records", type.name] }), cache.invalidateQueries({ queryKey: ["record", type.name] }), rereadCases()]);
    });
  const refused = outcomes?.filter((one) => one.refused !== undefined) ?? [];
  const close = () => onClose(outcomes ? refused.map(({ row }) => row) : rows);
  return (
    <Dialog
      title={t("records.many.title", { verb: verb.label, n: rows.length })}
      onClose={busy ? undefined : close}
      footer={
        <>
          <Button onClick={close} disabled={busy}>
            {t(outcomes ? "common.close" : "common.cancel")}
          </Button>
          {!outcomes && (
            <Button type="primary" danger={verb.name === "end"} loading={busy} onClick={() => void run()}>
              {verb.label}
            </Button>
          )}
        </>
      }
    >
      <ErrorNote error={error} />
      {outcomes ? (
        <>
          <Note tone={refused.length ? "doubt" : "told"} role="status">
            {t("records.many.done", { done: outcomes.length - refused.length, refused: refused.length })}
          </Note>
          <ul className="many-rows" tabIndex={0} aria-label={t("records.many")}>
            {[...refused, ...outcomes.filter((one) => one.refused === undefined)].map(({ row, refused: why }) => (
              <li key={row.id} className={why === undefined ? undefined : "many-no"}>
                <Data text={row.title} />
                <span>{why === undefined ? t("records.many.ok") : <Data text={why} />}</span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          {verb.name === "end" && <Note tone="doubt">{t("records.end.text")}</Note>}
          <p className="quiet">{t("records.many.each")}</p>
          <FieldForm fields={verb.fields} values={values} onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))} />
          {verb.reason && <FieldForm fields={[{ name: REASON, type: "long_text", label: t("records.action.reason"), max: 2000 }]} values={{ [REASON]: reason }} onChange={(_, value) => setReason(value as string | undefined)} summary={false} />}
        </>
      )}
    </Dialog>
  );
}
