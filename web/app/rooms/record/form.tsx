/* The form of a record, new or changed. What is typed is kept as a draft; one submission makes one record, however
 * often its button is pressed; what somebody else changed meanwhile is shown field by field, and nothing typed is lost.
 * What was typed in a section that does not apply stays in the draft and is not sent. */
import "../../ui/controls.css";
import "../../ui/form-foot.css";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { rulesFor, typesOf, writable, type Made, type RecordType, type Row } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf, isEmpty, isMany, kindOf, type Field, type Values } from "../../fields/field.ts";
import { FillContext, InvolvedContext, involvedIn } from "../../fields/involved.ts";
import { markRequired, neededIn, totalsIn } from "../../fields/limits.ts";
import { readNumber } from "../../fields/number-input.tsx";
import { SectionForm } from "../../fields/section-form.tsx";
import { marked, partsOf, type Part } from "../../fields/sections.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { ConflictTable } from "./conflict-table.tsx";
import { dropTaken, DRAFT, REASON, UNIT, useFormDraft } from "./form-draft.ts";
import { useFormSubmit } from "./form-submit.ts";
import { composing } from "../../ui/keys.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordSource } from "./source.tsx";
import { clock } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";

type Source = Made["sources"][string];

/* `?amount=5&parties=甲,乙` as values. */
function readAddress(params: URLSearchParams, fields: readonly Field[]): Values {
  const values: Values = {};
  for (const field of fields) {
    const text = params.get(field.name);
    if (!text) continue;
    const one = (word: string) => (kindOf(field) === "ref" ? Number(word) : /^(integer|decimal|money|year)$/.test(kindOf(field)) ? readNumber(word, field) : kindOf(field) === "boolean" ? word === "true" : word);
    values[field.name] = isMany(field) || /^(texts|patents)$/.test(kindOf(field)) ? text.split(",").map(one) : one(text);
  }
  return values;
}

/* Drafts by the first field that tells them apart. */
function choicesOf(type: RecordType, drafts: readonly Made[]): Field["choices"] {
  const names = [type.title, ...(type.list ?? []), ...type.fields.map(({ name }) => name)];
  const telling = names.find((name) => name && new Set(drafts.map(({ values }) => values[name])).size === drafts.length && drafts.every(({ values }) => /^(string|number)$/.test(typeof values[name])));
  return drafts.map(({ values }, i) => ({ code: String(i), label: telling ? String(values[telling]) : String(i + 1) }));
}

/* What the form asks: of the type, and beside it what is no member of the record. */
function useFormFields(type: RecordType, row: Row | undefined) {
  const t = useText();
  const language = useLanguage();
  const session = useSession();
  const roles = session.roles.map(({ role }) => role);
  const described = useMemo(() => writable(type, roles, row ? "change" : "create", row?.state, row), [type, row]);
  const late = row && writable(type, roles, "change", row.state).length < described.length; // it needs a reason
  const fields = useMemo(() => marked(type, described.map((one) => fieldOf(one, language)), language), [described, language]);
  // What an office establishes about a party is a record of that party.
  const forUnit = !row && type.owner === "unit" && rulesFor(type, roles, "create").every(({ relation }) => relation !== "own_unit" && relation !== "own");
  const unit: Field[] = forUnit ? [{ name: UNIT, type: "ref", to: "party", label: t("records.unit"), required: true }] : [];
  const reason: Field[] = row && (late || !parties.test(session.unit_kind ?? "")) ? [{ name: REASON, type: "long_text", label: t("records.reason"), max: 2000 }] : [];
  return { described, fields, unit, reason };
}

const parties = /^(party|service_org|bank|expert_pool)$/;

/* An address of this application; any other is not followed. */
const isOwn = (address: string) => address.startsWith("/") && !address.startsWith("//");

export function RecordForm({ type, row, made = [] }: { type: RecordType; row?: Row; made?: readonly (readonly Made[])[] }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const label = type.label?.[language] ?? type.name;
  const title = t(row ? "records.changeOne" : "records.add", { type: label });
  useTitle(title);
  const { described, fields, unit, reason } = useFormFields(type, row);
  const typed = useFormDraft(type, row, made, fields, () => ({
    ...Object.fromEntries(described.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default]]))),
    ...readAddress(params, fields),
    ...(unit.length && params.get("unit") ? { [UNIT]: Number(params.get("unit")) } : {}),
  }));
  const { draft, drafts, latest, kept, keptAt, change } = typed;
  const { carried } = draft;

  const [opened, setOpened] = useState<readonly string[]>([]);
  const came = useMemo(() => new Set([...Object.keys(row ? typed.begun.base : readAddress(params, fields)), ...opened]), [fields, opened]);
  const decisive = (values: Values): Values => ({ ...row, state: row?.state ?? type.initial, ...values }); // with what cannot be changed here
  const needed = [...neededIn(type, decisive(draft.values))].sort().join(" ");
  const totals = JSON.stringify(totalsIn(type, decisive(draft.values)));
  const types = useQuery({ ...typesOf(language), enabled: !!carried }).data?.items;
  const nameOf = ({ type: of, title: words = "" }: Source) => [types?.find(({ name }) => name === of)?.label, words].filter(Boolean).join(" ");
  const asks = useMemo(() => {
    const sources = carried?.sources ?? {};
    const sums = JSON.parse(totals) as ReturnType<typeof totalsIn>;
    return markRequired(fields, new Set(needed.split(" "))).map((one) => {
      const source = sources[one.name];
      const field = sums[one.name] ? { ...one, total: sums[one.name] } : one;
      return source ? { ...field, value: carried?.values[field.name], source: { label: nameOf(source), type: source.type, id: source.id } } : field;
    });
  }, [fields, needed, totals, carried, types]);
  const which = useMemo((): Field[] => (drafts.length ? [{ name: DRAFT, type: "enum", label: t("records.carried.which"), required: true, segments: true, choices: choicesOf(type, drafts) }] : []), [drafts, language]);
  const divide = (values: Values) => partsOf(type, asks, decisive(values), came, language);
  const parts = divide(draft.values);
  const involved = involvedIn(fields, draft.values, change);
  const involvedKey = involved?.names.join("\n");
  const context = useMemo(() => involved && { names: involved.names, add: (name: string) => involvedIn(fields, latest.current.values, change)?.add(name) }, [involvedKey]);

  const fill = useCallback(
    (values: Values) =>
      fields.forEach(({ name, choices }) => {
        const value = values[name];
        if (!isEmpty(value) && isEmpty(latest.current.values[name]) && (!choices || choices.some(({ code }) => code === value))) change(name, value);
      }),
    [fields],
  );

  const taken = Object.entries(carried?.sources ?? {}).filter(([, { type: from }]) => from !== "party");
  const from = [...new Map(taken.map(([, source]) => [`${source.type}/${source.id}`, source])).values()];
  const home = from[0] && `/r/${from[0].type}/${from[0].id}`;
  // Nothing is done with a part by itself: its whole stands there again.
  const isPart = !!type.within?.length && !type.actions.length && !type.asks?.length && !type.papers?.length;
  const back = params.get("back") ?? "";
  const { submit, submitAll, busy, error, faults, conflicts } = useFormSubmit(type, row, { described, fields, unit }, typed, {
    hidden: (values) => new Set(divide(values).flatMap(({ shown, fields: own }) => (shown ? [] : own.map(({ name }) => name)))),
    leave: (id) => navigate(isOwn(back) ? `${back}${back.includes("?") ? "&" : "?"}created=${type.name}/${id}` : (isPart && home) || `/r/${type.name}/${id}`, { replace: true }),
    leaveAll: () => navigate(home ?? `/r/${type.name}`, { replace: true }),
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || composing(event)) return;
      if (event.key === "Enter") submit();
      else if (event.key === "s") typed.keep();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  });

  const missing = parts.flatMap(({ shown, fields: own }) => (shown ? own : [])).filter(({ name, required }) => required && isEmpty(draft.values[name])).length;
  return (
    <Columns rail={from.length > 0 && from.map(({ type: name, id }) => <RecordSource key={`${name}/${id}`} type={name} id={id} />)}>
      <p className="crumb">
        <Link to={`/r/${type.name}`}>{label}</Link>
      </p>
      <PageHead title={title} line={type.hint?.[language]} />
      <div className="form-notes" hidden={!kept && !conflicts.length && !(error && !faults.length) && !taken.length}>
        {taken.length > 0 && <CarriedNote n={taken.length} names={from.map(nameOf)} drop={() => typed.put(dropTaken(draft))} />}
        {kept && <KeptNote drop={typed.clear} />}
        {faults.length === 0 && <ErrorNote error={error} />}
        {conflicts.length > 0 && <ConflictTable conflicts={conflicts} values={draft.values} choose={change} />}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <FillContext value={fill}>
          <InvolvedContext value={context}>
            <SectionForm
              type={type}
              parts={parts}
              fields={asks}
              values={drafts.length ? { ...draft.values, [DRAFT]: String(draft.chosen ?? 0) } : draft.values}
              onChange={change}
              errors={faults}
              resumed={kept}
              before={[...unit, ...which]}
              after={reason}
              open={(part: Part) => setOpened([...opened, ...part.fields.map(({ name }) => name)])}
            />
          </InvolvedContext>
        </FillContext>
        <Foot missing={missing} keptAt={keptAt} cancel={isOwn(back) ? back : row ? `/r/${type.name}/${row.id}` : `/r/${type.name}`} busy={busy} verb={t(conflicts.length ? "records.conflict.save" : row ? "records.save" : "records.enter")} all={drafts.length} submitAll={submitAll} />
      </form>
    </Columns>
  );
}

/* What other records gave to the form, and the way to be without it. */
function CarriedNote({ n, names, drop }: { n: number; names: readonly string[]; drop: () => void }) {
  const t = useText();
  return (
    <Note
      actions={
        <Button size="small" onClick={drop}>
          {t("records.carried.drop")}
        </Button>
      }
    >
      {t("records.carried", { n, names: names.join(t("common.comma")) })}
    </Note>
  );
}

/* A draft was there when the form was opened. */
function KeptNote({ drop }: { drop: () => void }) {
  const t = useText();
  return (
    <Note
      tone="age"
      actions={
        <Button
          size="small"
          onClick={() => {
            drop();
            location.reload();
          }}
        >
          {t("records.draft.drop")}
        </Button>
      }
    >
      {t("records.draft.there")}
    </Note>
  );
}

function Foot({ missing, keptAt, cancel, busy, verb, all, submitAll }: { missing: number; keptAt?: number; cancel: string; busy: boolean; verb: string; all: number; submitAll: () => void }) {
  const t = useText();
  return (
    <div className="form-foot no-print">
      <span className="quiet" role="status">
        {missing > 0 && <b>{t("records.missing", { n: missing })}</b>}
        {keptAt ? t("records.draft", { time: clock(keptAt) }) : t("records.keys")}
      </span>
      <span>
        <Link className="button" to={cancel}>
          {t("common.cancel")}
        </Link>
        {all > 1 && (
          <Button aria-busy={busy} onClick={submitAll}>
            {t("records.carried.all", { n: all })}
          </Button>
        )}
        <Button type="primary" htmlType="submit" aria-busy={busy} aria-keyshortcuts="Control+Enter">
          {verb}
        </Button>
      </span>
    </div>
  );
}
