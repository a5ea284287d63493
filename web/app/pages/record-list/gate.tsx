/* What a move to a stage needs, before it is made: what is there, what can be filled in here, what another page asks for. The
 * server rehearses the action, so nothing is promised that it would refuse. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { Link, useLocation } from "react-router";
import { api, Problem, take } from "../../api/client.ts";
import { recordOf, rulesFor, typeOf, writable, type RecordType, type Row } from "../../api/records.ts";
import { rereadCases } from "../../api/query.ts";
import { useSession } from "../../api/session.ts";
import { newKey } from "../../api/submit-key.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { fieldOf, isEmpty, type Fault, type Field, type Values } from "../../fields/field.ts";
import { useSettled } from "../../fields/settled.ts";
import { errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { canReach, columnLabel, lacksOf, type Stage } from "../../rooms/record/stages.ts";
import { useLanguage, useText } from "../../text/index.ts";

const REASON = "reason "; // no field of a record

interface Props {
  type: RecordType;
  id: number;
  to: string;
  right: boolean; // it opens to the left
  onClose: (told?: string) => void;
}

export function Gate(props: Props) {
  const t = useText();
  const found = useQuery({ ...recordOf(props.type.name, props.id), staleTime: 0 });
  const box = useRef<HTMLDivElement>(null);
  const stage = props.type.stages!.find(({ name }) => name === props.to)!;
  const label = stage.label?.[useLanguage()] ?? stage.name;
  useEffect(() => {
    box.current?.focus();
    box.current?.scrollIntoView({ block: "nearest" });
  }, [!!found.data]);
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t("board.gate", { to: label })}
      tabIndex={-1}
      className={`board-gate${props.right ? " board-gate-right" : ""}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      {found.error ? <Note tone="mend" role="alert">{found.error.message}</Note> : found.data ? <Needs {...props} stage={stage} row={found.data} label={label} /> : <p className="quiet">…</p>}
    </div>
  );
}

function Needs({ type, row, stage, label, onClose }: Props & { stage: Stage; row: Row; label: string }) {
  const t = useText();
  const language = useLanguage();
  const form = useId();
  const cache = useQueryClient();
  const { pathname, search } = useLocation();
  const roles = useSession().roles.map(({ role }) => role);
  const lacks = lacksOf(type, row, stage);
  const { action } = lacks;
  const child = useQuery({ ...typeOf(lacks.child ?? ""), enabled: !!lacks.child }).data;
  const ref = child?.fields.find((one) => one.type === "ref" && one.to === type.name)?.name;
  const may = !action || row._may.includes(action.name);
  const need = action?.need ?? [];
  const takes = action?.takes ?? [];
  const change = writable(type, roles, "change", row.state).map(({ name }) => name);
  const given = lacks.given.filter((name) => !need.includes(name) && row._may.includes("change") && change.includes(name));
  const named = (name: string): Field[] => type.fields.flatMap((one) => (one.name === name ? [fieldOf(one, language)] : []));
  const asked = [...new Set([...need.filter((name) => isEmpty(row[name])), ...takes, ...given])].flatMap(named).map((field) => ({ ...field, required: need.includes(field.name) || given.includes(field.name) }));
  const there = need.filter((name) => !isEmpty(row[name])).flatMap(named);
  const stages = type.stages!.map(({ name }) => name);
  const skipped = stages.indexOf(stage.name) - stages.indexOf(String(row.stage)) > 1;
  const reasoned = skipped || action?.reason === "required";
  const [values, setValues] = useState<Values>({});
  const [reason, setReason] = useState<string>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly Fault[]>([]);
  const [error, setError] = useState<string>();
  const bodyOf = (names: readonly string[], from: Values) => Object.fromEntries(names.filter((name) => !isEmpty(from[name])).map((name) => [name, from[name]]));
  const params = { path: { type: type.name, id: row.id, action: action?.name ?? "" } };
  const acted = [...need, ...takes];
  const settled = useSettled(JSON.stringify(bodyOf(acted, values)));
  const rehearsed = useQuery({
    queryKey: ["rehearsed", type.name, row.id, row.version, action?.name, settled, !!reason],
    queryFn: () =>
      take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { ...params, query: { check: true, reason: reason || (reasoned ? "…" : undefined) } }, body: JSON.parse(settled) })).then(
        (): readonly Fault[] => [],
        (failure: Error) => (failure instanceof Problem ? (failure.faults.length ? failure.faults : [{ message: failure.message }]) : Promise.reject(failure)),
      ),
    enabled: !!action && may && !busy,
    retry: false,
  });
  const inForm = (fault: Fault) => asked.some(({ name }) => fault.field?.startsWith(`/${name}`));
  const bars = (rehearsed.data ?? []).filter((fault) => !inForm(fault));
  const open = asked.filter(({ name, required }) => required && isEmpty(values[name])).length + bars.length + lacks.rows.length + (lacks.child ? 1 : 0);
  const reachable = canReach(row, lacks) && may;
  const acts = reachable && (!!action || given.length > 0);
  const verb = action ? (action.label?.[language] ?? action.name) : t("records.save");
  const locked = action?.to ? type.states.find(({ name }) => name === action.to)?.locked : undefined;

  const run = async () => {
    const lacking: Fault[] = [...asked.filter(({ name, required }) => required && isEmpty(values[name])).map(({ name }) => ({ field: `/${name}`, message: t("fields.must") }))];
    setErrors(lacking);
    setError(undefined);
    setTried(true);
    if (busy || lacking.length || (reasoned && !reason)) return;
    setBusy(true);
    try {
      let { version } = row;
      if (action)
        ({ version } = await take(
          api.POST("/api/v1/records/{type}/{id}/actions/{action}", {
            params: { ...params, query: reason ? { reason } : {}, header: { "If-Match": `"${version}"`, "Idempotency-Key": newKey() } },
            body: bodyOf(acted, values),
          }),
        ));
      if (given.length)
        await take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path: { type: type.name, id: row.id }, query: reason ? { reason } : {}, header: { "If-Match": `"${version}"`, "Idempotency-Key": newKey() } }, body: bodyOf(given, values) }));
      const [now] = await Promise.all([cache.fetchQuery({ ...recordOf(type.name, row.id), staleTime: 0 }), cache.invalidateQueries({ queryKey: ["records", type.name] }), rereadCases()]);
      const at = type.stages!.find(({ name }) => name === now.stage);
      onClose(now.stage === stage.name ? t("board.moved", { to: label }) : t("board.moved.other", { now: at?.label?.[language] ?? String(now.stage ?? ""), to: label }));
    } catch (failure) {
      setErrors(failure instanceof Problem ? failure.faults : []);
      setError(errorOf(failure).message);
      setBusy(false);
    }
  };

  return (
    <>
      <h3>{open > 0 ? t("board.gate.open", { to: label, n: open }) : t("board.gate.ready", { to: label })}</h3>
      {!reachable && (
        <Note tone="mend" role="alert">
          {t(may ? "board.gate.no" : "board.gate.mayNot", { to: label, verb })}
        </Note>
      )}
      {reachable && (
        <ul className="pair-rows">
          {there.length > 0 && (
            <li>
              <span>{there.map((field) => field.label).join(t("common.comma"))}</span>
              <span className="ok nowrap">✓ {t("board.there")}</span>
            </li>
          )}
          {bars.map(({ message }, i) => (
            <li key={i}>
              <span className="no">
                ✕ <Data text={message} />
              </span>
            </li>
          ))}
          {lacks.child && (
            <li>
              <span>{child?.label?.[language] ?? lacks.child}</span>
              {ref && rulesFor(child!, roles, "create").length > 0 && <Link to={`/r/${lacks.child}/new?${new URLSearchParams([[ref, String(row.id)], ["back", pathname.replace(/^\/w/, "") + search]])}`}>{t("records.enter")}</Link>}
            </li>
          )}
          {lacks.rows.map((path) => (
            <li key={path}>
              <span>{columnLabel(type, path, language)}</span>
              {row._may.includes("change") && <Link to={`/r/${type.name}/${row.id}/edit`}>{t("board.fill")}</Link>}
            </li>
          ))}
        </ul>
      )}
      {acts && (
        <>
          <FieldForm fields={asked} values={values} onChange={(name, value) => setValues((all) => ({ ...all, [name]: value }))} errors={errors} summary={false} />
          {reasoned && (
            <label className="board-reason" htmlFor={`${form}-reason`}>
              {t(skipped ? "board.reason.skip" : "records.action.reason")} <span className="field-must">{t("common.required")}</span>
              {tried && !reason && (
                <small id={`${form}-must`} role="alert" className="no">
                  {t("board.reason.must")}
                </small>
              )}
              <textarea id={`${form}-reason`} className="input" name={REASON} rows={2} aria-required aria-invalid={tried && !reason} aria-describedby={`${form}-must`} value={reason ?? ""} onChange={(event) => setReason(event.target.value)} />
            </label>
          )}
          {Array.isArray(locked) && locked.length > 0 && <p className="quiet">{t("board.locks", { verb, names: locked.flatMap(named).map((field) => field.label).join(t("common.comma")) })}</p>}
        </>
      )}
      {error && !errors.some(inForm) && (
        <Note tone="mend" role="alert">
          <Data text={[error, ...errors.map(({ message }) => message)].join(t("records.semicolon"))} />
        </Note>
      )}
      <div className="board-verbs">
        {acts && (
          <Button type="primary" loading={busy} onClick={() => void run()}>
            {t("board.verb", { verb, to: label })}
          </Button>
        )}
        <Button onClick={() => onClose()}>{t("common.close")}</Button>
      </div>
    </>
  );
}
