/* The form of a record, new or changed. What is typed is kept as a draft; one submission makes one record, however
 * often its button is pressed; what somebody else changed meanwhile is shown field by field, and nothing typed is lost.
 * What was typed in a section that does not apply stays in the draft and is not sent. */
import "../../ui/controls.css";
import "../../ui/form-foot.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, isConflict, Problem, take } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import { madeFrom, rulesFor, typesOf, writable, type Made, type RecordType, type Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import { fieldOf, isEmpty, isMany, isSame, kindOf, type Fault, type Field, type Values } from "../../fields/field.ts";
import { InvolvedContext, involvedIn } from "../../fields/involved.ts";
import { markRequired, neededIn } from "../../fields/limits.ts";
import { readNumber } from "../../fields/number-input.tsx";
import { SectionForm } from "../../fields/section-form.tsx";
import { marked, partsOf, type Part } from "../../fields/sections.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { ConflictTable, findConflicts, type Conflict } from "./conflict-table.tsx";
import { useDraft } from "../../ui/draft.ts";
import { composing } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordSource } from "./source.tsx";
import { clock } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";

type Source = Made["sources"][string];
type Body = Record<string, never>;

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

const given = (row: Row, fields: readonly Field[]): Values => Object.fromEntries(fields.filter(({ name }) => !isEmpty(row[name])).map(({ name }) => [name, row[name]]));

/* As a patch takes it: null empties a field, and each member of a period is said. */
const patched = (field: Field, value: unknown) =>
  isEmpty(value) ? null : kindOf(field) === "period" ? { from: null, to: null, ...(value as object) } : value;

interface Draft {
  version: number; // of the record it began from; 0: a new one
  base: Values; // as they were in that version
  values: Values;
  carried?: Made; // what was taken over from other records
  chosen?: number; // of several drafts
}

/* Only what is empty is filled. */
function takeOver(draft: Draft, made: Made): Draft {
  const taken = Object.entries(made.values).filter(([name, value]) => isEmpty(draft.values[name]) && !isEmpty(value));
  const values = Object.fromEntries(taken);
  const sources = Object.fromEntries(taken.flatMap(([name]) => (made.sources[name] ? [[name, made.sources[name]]] : [])));
  return { ...draft, values: { ...draft.values, ...values }, carried: { values: { ...draft.carried?.values, ...values }, sources: { ...draft.carried?.sources, ...sources } } };
}

/* Without what was taken over and not changed since, all of it or what one draft gave. */
function dropTaken({ carried, values, ...draft }: Draft, made: Made = carried!): Draft {
  const gone = Object.keys(made.values).filter((name) => name in (carried?.sources ?? {}) && isSame(values[name], carried!.values[name]));
  const without = <T,>(all: Record<string, T>) => Object.fromEntries(Object.entries(all).filter(([name]) => !gone.includes(name)));
  return { ...draft, values: without(values), carried: made === carried ? undefined : carried && { values: without(carried.values), sources: without(carried.sources) } };
}

/* Drafts by the first field that tells them apart. */
function choicesOf(type: RecordType, drafts: readonly Made[]): Field["choices"] {
  const names = [type.title, ...(type.list ?? []), ...type.fields.map(({ name }) => name)];
  const telling = names.find((name) => name && new Set(drafts.map(({ values }) => values[name])).size === drafts.length && drafts.every(({ values }) => /^(string|number)$/.test(typeof values[name])));
  return drafts.map(({ values }, i) => ({ code: String(i), label: telling ? String(values[telling]) : String(i + 1) }));
}

/* Fields of a form that are no members of the record. */
const UNIT = "unit ";
const DRAFT = "draft ";
const REASON = "reason ";
const parties = /^(party|service_org|bank|expert_pool)$/;

export function RecordForm({ type, row, made = [] }: { type: RecordType; row?: Row; made?: readonly (readonly Made[])[] }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [params] = useSearchParams();
  const session = useSession();
  const roles = session.roles.map(({ role }) => role);
  const label = type.label?.[language] ?? type.name;
  const title = t(row ? "records.changeOne" : "records.add", { type: label });
  useTitle(title);
  const described = useMemo(() => writable(type, roles, row ? "change" : "create", row?.state), [type, row?.state]);
  // What an office establishes about a party is a record of that party.
  const forUnit = !row && type.owner === "unit" && rulesFor(type, roles, "create").every(({ relation }) => relation !== "own_unit" && relation !== "own");
  const state = row?.state ?? type.initial;
  const fields = useMemo(() => marked(type, described.map((one) => fieldOf(one, language)), language), [described, language]);
  const after = useMemo(() => (row && !parties.test(session.unit_kind ?? "") ? [{ name: REASON, type: "long_text", label: t("records.reason"), max: 2000 } satisfies Field] : []), [row, language]);
  const begun: Draft = useMemo(() => {
    if (row) return { version: row.version, base: given(row, fields), values: given(row, fields) };
    const defaults = Object.fromEntries(described.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default]])));
    const values: Values = { ...defaults, ...readAddress(params, fields), ...(forUnit && params.get("unit") ? { [UNIT]: Number(params.get("unit")) } : {}) };
    return made.flatMap(([first]) => first ?? []).reduce(takeOver, { version: 0, base: {}, values });
  }, []);
  const asked = [...params].filter(([key]) => key !== "back").map(String).join("&");
  const [draft, setDraft, clear] = useDraft<Draft>(`record.${type.name}.${row ? row.id : `new.${asked}`}`, begun);
  const latest = useRef(draft);
  latest.current = draft;
  const [kept] = useState(draft !== begun); // it was there when the page was opened
  const [keptAt, setKeptAt] = useState<number>();
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [error, setError] = useState<string>();
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const keyOf = useSubmitKey();
  const sending = useRef(false);

  const [drafts, setDrafts] = useState(made.find(({ length }) => length > 1) ?? []); // one of them is taken over
  const before = useMemo(
    () => [
      ...(forUnit ? [{ name: UNIT, type: "ref", to: "party", label: t("records.unit"), required: true } satisfies Field] : []),
      ...(drafts.length ? [{ name: DRAFT, type: "enum", label: t("records.carried.which"), required: true, segments: true, choices: choicesOf(type, drafts) } satisfies Field] : []),
    ],
    [forUnit, drafts, language],
  );

  const put = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    setKeptAt(serverNow());
  };
  const change = (name: string, value: unknown) => {
    if (name === DRAFT) {
      const { chosen = 0 } = latest.current;
      put({ ...takeOver(dropTaken(latest.current, drafts[chosen]), drafts[Number(value)]!), chosen: Number(value) });
      return;
    }
    put({ ...latest.current, values: { ...latest.current.values, [name]: value } });
    if (typeof value === "number" && !row && type.carry?.includes(name)) void carry(name, value);
  };
  /* What a record that is referred to gives to the fields that are still empty. */
  const carry = async (name: string, id: number) => {
    const found = (await cache.fetchQuery(madeFrom(type.name, name, id)).catch(() => undefined)) ?? [];
    if (!found[0] || latest.current.values[name] !== id) return;
    if (found.length > 1) setDrafts(found);
    put({ ...takeOver(latest.current, found[0]), chosen: 0 });
  };

  const [opened, setOpened] = useState<readonly string[]>([]);
  const came = useMemo(() => new Set([...Object.keys(row ? begun.base : readAddress(params, fields)), ...opened]), [fields, opened]);
  const decisive = (values: Values): Values => ({ ...row, state, ...values }); // with what cannot be changed here
  const needed = [...neededIn(type, decisive(draft.values))].sort().join(" ");
  const { carried } = draft;
  const types = useQuery({ ...typesOf(language), enabled: !!carried }).data?.items;
  const nameOf = ({ type: of, title: words = "" }: Source) => [types?.find(({ name }) => name === of)?.label, words].filter(Boolean).join(" ");
  const asks = useMemo(() => {
    const sources = carried?.sources ?? {};
    return markRequired(fields, new Set(needed.split(" "))).map((field) => {
      const source = sources[field.name];
      return source ? { ...field, value: carried?.values[field.name], source: { label: nameOf(source), type: source.type, id: source.id } } : field;
    });
  }, [fields, needed, carried, types]);
  const divide = (values: Values) => partsOf(type, asks, decisive(values), came, language);
  const parts = divide(draft.values);
  const involved = involvedIn(fields, draft.values, change);
  const involvedKey = involved?.names.join("\n");
  const context = useMemo(() => involved && { names: involved.names, add: (name: string) => involvedIn(fields, latest.current.values, change)?.add(name) }, [involvedKey]);
  const hidden = (values: Values) => new Set(divide(values).flatMap(({ shown, fields: own }) => (shown ? [] : own.map(({ name }) => name))));
  const back = params.get("back") ?? "";
  const leave = (id: number) => {
    const to = back.startsWith("/") && !back.startsWith("//") ? `${back}${back.includes("?") ? "&" : "?"}created=${type.name}/${id}` : `/r/${type.name}/${id}`;
    void navigate(to, { replace: true });
  };

  const create = async (values: Values) => {
    const unit = values[UNIT];
    const apart = hidden(values);
    const body = Object.fromEntries(Object.entries(values).filter(([name, value]) => name !== UNIT && !isEmpty(value) && !apart.has(name))) as Body;
    const made = await take(
      api.POST("/api/v1/records/{type}", {
        params: { path: { type: type.name }, query: typeof unit === "number" ? { unit } : {}, header: { "Idempotency-Key": keyOf({ body, unit }) } },
        body,
      }),
    );
    return made.id;
  };
  const save = async (id: number, { version, base, values }: Draft) => {
    const apart = hidden(values);
    const body = Object.fromEntries(described.filter(({ name }) => !isSame(values[name], base[name]) && !apart.has(name)).map((one) => [one.name, patched(fieldOf(one, language), values[one.name])])) as Body;
    const reason = values[REASON] as string | undefined;
    if (Object.keys(body).length > 0)
      await take(
        api.PATCH("/api/v1/records/{type}/{id}", {
          params: { path: { type: type.name, id }, query: reason ? { reason } : {}, header: { "If-Match": `"${version}"`, "Idempotency-Key": keyOf({ body, reason, version }) } },
          body,
        }),
      );
    return id;
  };

  const submit = async () => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setError(undefined);
    setFaults([]);
    try {
      const id = row ? await save(row.id, latest.current) : await create(latest.current.values);
      clear();
      // Other records compute values from this one: the stage of a deal from its follow-ups.
      await Promise.all([cache.invalidateQueries({ queryKey: ["records"] }), cache.invalidateQueries({ queryKey: ["record"] }), rereadCases()]);
      leave(id);
      return;
    } catch (failure) {
      if (row && failure instanceof Problem && isConflict(failure)) await compare(row.id, failure);
      else {
        setFaults(failure instanceof Problem ? failure.faults : []);
        setError(failure instanceof Problem ? failure.message : t("common.noAnswer"));
      }
    }
    sending.current = false;
    setBusy(false);
  };

  /* Another version came first: what it changed, beside what was typed here. What only they changed is theirs;
   * where both did, mine stays until it is chosen otherwise. */
  const compare = async (id: number, failure: Problem) => {
    const { version, base, values } = latest.current;
    setError(failure.message);
    setFaults(failure.faults.filter(({ code }) => code !== "version"));
    const now = await take(api.GET("/api/v1/records/{type}/{id}", { params: { path: { type: type.name, id } } })).catch(() => undefined);
    if (!now || now.version === version) return;
    const found = await findConflicts(type.name, now, version, fields).catch(() => undefined);
    if (!found) return;
    const mine = (name: string) => !isSame(values[name], base[name]);
    setConflicts(found.map((one) => ({ ...one, theirs: now[one.field.name], mine: values[one.field.name], both: mine(one.field.name) })));
    if (found.length) setError(undefined);
    setFaults([]);
    const theirs = Object.fromEntries(found.filter(({ field }) => !mine(field.name)).map(({ field: { name } }) => [name, isEmpty(now[name]) ? undefined : now[name]]));
    put({ version: now.version, base: given(now, fields), values: { ...values, ...theirs } });
  };

  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || composing(event)) return;
      if (event.key === "Enter") void submit();
      else if (event.key === "s") setKeptAt(serverNow());
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  });

  const taken = Object.entries(carried?.sources ?? {}).filter(([, { type: from }]) => from !== "party");
  const missing = parts.flatMap(({ shown, fields: own }) => (shown ? own : [])).filter(({ name, required }) => required && isEmpty(draft.values[name])).length;
  const cancel = back.startsWith("/") && !back.startsWith("//") ? back : row ? `/r/${type.name}/${row.id}` : `/r/${type.name}`;
  const from = [...new Map(taken.map(([, source]) => [`${source.type}/${source.id}`, source])).values()];
  const form = (
    <>
      <p className="crumb">
        <Link to={`/r/${type.name}`}>{label}</Link>
      </p>
      <PageHead title={title} line={type.hint?.[language]} />
      <div className="form-notes" hidden={!kept && !conflicts.length && !(error && !faults.length) && !taken.length}>
        {taken.length > 0 && (
          <Note
            actions={
              <Button size="small" onClick={() => put(dropTaken(draft))}>
                {t("records.carried.drop")}
              </Button>
            }
          >
            {t("records.carried", { n: taken.length, names: from.map(nameOf).join(t("common.comma")) })}
          </Note>
        )}
        {kept && (
          <Note
            tone="age"
            actions={
              <Button
                size="small"
                onClick={() => {
                  clear();
                  location.reload();
                }}
              >
                {t("records.draft.drop")}
              </Button>
            }
          >
            {t("records.draft.there")}
          </Note>
        )}
        {error && faults.length === 0 && (
          <Note tone="mend" role="alert">
            {error}
          </Note>
        )}
        {conflicts.length > 0 && <ConflictTable conflicts={conflicts} values={draft.values} choose={change} />}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <InvolvedContext value={context}>
          <SectionForm
            type={type}
            parts={parts}
            fields={asks}
            values={drafts.length ? { ...draft.values, [DRAFT]: String(draft.chosen ?? 0) } : draft.values}
            onChange={change}
            errors={faults}
            resumed={kept}
            before={before}
            after={after}
            open={(part: Part) => setOpened([...opened, ...part.fields.map(({ name }) => name)])}
          />
        </InvolvedContext>
        <div className="form-foot no-print">
          <span className="quiet" role="status">
            {missing > 0 && <b>{t("records.missing", { n: missing })}</b>}
            {keptAt ? t("records.draft", { time: clock(keptAt) }) : t("records.keys")}
          </span>
          <span>
            <Link className="button" to={cancel}>
              {t("common.cancel")}
            </Link>
            <Button type="primary" htmlType="submit" aria-busy={busy} aria-keyshortcuts="Control+Enter">
              {t(conflicts.length ? "records.conflict.save" : row ? "records.save" : "records.enter")}
            </Button>
          </span>
        </div>
      </form>
    </>
  );
  return <Columns rail={from.length > 0 && from.map(({ type: name, id }) => <RecordSource key={`${name}/${id}`} type={name} id={id} />)}>{form}</Columns>;
}
