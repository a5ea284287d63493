/* Handing a case in: what blocks it, the answers as they will be handed in, the commitment; then its number, time
 * and receipt, and who goes on. */
import "./form.css";
import "./submit.css";
import { useState } from "react";
import { Link, Navigate } from "react-router";
import { refreshCase, useForms, useMaterials, useVerdict, type CaseForms, type Verdict } from "../../api/case-form.ts";
import { doorTo, placeOf } from "../../api/obstacles.ts";
import { declareLists, submitCase, usePapers } from "./submitting.ts";
import { isReady, useActions, useCase, useHistory, type Case, type CaseAction } from "../../api/cases.ts";
import { useSession } from "../../api/session.ts";
import { base, Offline, Problem, type Schemas } from "../../api/client.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { valuesOf, type Fault, type Values } from "../../fields/field.ts";
import { useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Annex, fails } from "./annex.tsx";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { FiledPaper, isFiled } from "./filed-form.tsx";
import { mayOpen } from "../shell/routes.ts";
import { KeyValues } from "../../ui/key-values.tsx";
import { Note } from "../../ui/note.tsx";
import { CountedOf, countedOf } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";

const ANNUAL = "annual-report"; // the process of centres
/* Where its form is filled in. */
const fillPath = ({ id, process, record_id }: Case) => (process === ANNUAL ? `/annual?record=${record_id}` : `/case/${id}/form`);

type Materials = Schemas["CaseMaterials"];

export function CaseSubmit({ id }: { id: number }) {
  const t = useText();
  const head = useCase(id);
  const forms = useForms(id);
  const materials = useMaterials(id);
  const actions = useActions(id);
  const [chosen, choose] = useState("");
  const choices = actions.data?.filter((one) => materials.data?.actions.includes(one.action) && !one.why.some(({ code }) => code === "when")) ?? [];
  const action = choices.find((one) => one.action === (chosen || materials.data?.action)) ?? choices[0];
  const history = useHistory(id);
  const failed = [head, forms, materials, actions, history].find(({ error }) => error);
  if (failed) return <Failed page error={failed.error!} retry={() => void refreshCase(id)} />;
  if (!head.data || !forms.data || !materials.data || !actions.data || !history.data) return <Waiting rows={10} />;
  // Other steps of the party come before it: signatures of a summary.
  const first = actions.data.find((one) => isReady(one) && !one.aside && !one.stays && one.clause);
  if (!action && first && !history.data.some((one) => materials.data.actions.includes(one.action ?? ""))) return <Navigate to={`/case/${id}?do=${first.action}`} replace />;
  if (!action && materials.data.commitment?.accepted === false) return <Empty page title={t("submit.notYours")} />;
  if (!action) return <Done head={head.data} materials={materials.data} />;
  return <Submit head={head.data} forms={forms.data} materials={materials.data} action={action} choices={choices} choose={choose} />;
}

interface Typed {
  records: Record<string, Values>;
  against: Values;
  promised: string; // digest of the commitment that was ticked
  complete?: boolean; // the lists are
}

function Submit({ head, forms, materials, action, choices, choose }: { head: Case; forms: CaseForms; materials: Materials; action: CaseAction; choices: readonly CaseAction[]; choose: (action: string) => void }) {
  const t = useText();
  const verdict = useVerdict(head.id).data;
  const input = action.input;
  const [typed, setTyped, clear] = useDraft<Typed>(`submit.${head.id}`, { records: Object.fromEntries((input?.records ?? []).map(({ record, fields }) => [record, valuesOf(fields)])), against: {}, promised: "" });
  const { busy, error, act } = useAct();
  const faults: readonly Fault[] = error instanceof Problem ? error.faults : [];
  const promise = input?.commitment ?? null;
  const { roles } = useSession();
  const unmet = verdict?.criteria.filter(fails) ?? [];
  const blocks = blocksOf(head, materials, action, verdict, (path) => mayOpen(path, roles));
  const lists = verdict?.lists ?? [];
  const ready = action.open && blocks.length === 0 && !!verdict && (lists.length === 0 || !!typed.complete) && (!promise || typed.promised === promise.digest);

  const submit = async () => {
    // First: a submission that fails afterwards is sent again, and finds them there.
    if (lists.length > 0) await declareLists(lists.map(({ list }) => list), head.party.credit_code ?? "", verdict!.up_to!, head.party.name ?? "");
    await submitCase(head.id, action.action, { version: head.version, records: typed.records, ...(promise ? { commitment: promise.digest } : {}), ...(input?.against?.length ? { against: typed.against } : {}) });
    clear();
    await refreshCase(head.id);
  };

  return (
    <div className="submit">
      <PageHead title={t("submit.title")} tag={<StateTag tone="grey" ground>{head.stage_label}</StateTag>} line={<><Data text={head.title} /> <Code text={head.number} /></>} actions={<Link className="button" to={fillPath(head)}>{t("submit.back")}</Link>} />
      {choices.length > 1 && (
        <fieldset className="submit-way">
          <legend>{t("submit.way")}</legend>
          {choices.map((one) => (
            <label key={one.action} className="tick">
              <input type="radio" name="way" checked={one === action} onChange={() => choose(one.action)} /> <Data text={one.label} />
            </label>
          ))}
        </fieldset>
      )}
      {blocks.length > 0 && <Blocks blocks={blocks} />}
      {unmet.length > 0 && blocks.length === 0 && (
        <Note tone="doubt" actions={<Link to={`/case/${head.id}/check`}>{t("submit.see")}</Link>}>
          {t("submit.unmet", { n: unmet.length })}
        </Note>
      )}
      <section>
        <h2>{t("submit.answers")}</h2>
        {forms.forms.map((form) => (
          <div key={form.form} className="paper">
            <CountedOf value={countedOf(head, form)}>
              {isFiled(form) ? (
                <FiledPaper form={form} />
              ) : (
                <>
                  <h2 lang="zh-CN">{form.title}</h2>
                  <Annex form={form} back={`/case/${head.id}/submit`} />
                </>
              )}
            </CountedOf>
          </div>
        ))}
      </section>
      {input?.records.filter(({ fields }) => fields.length > 0).map(({ record, label, fields }) => (
        <section key={record}>
          <h2>{t("submit.with", { what: label })}</h2>
          <FieldForm fields={fields} values={typed.records[record] ?? {}} onChange={(name, value) => setTyped({ ...typed, records: { ...typed.records, [record]: { ...typed.records[record], [name]: value } } })} errors={faults} pointer={`/records/${record}`} />
        </section>
      ))}
      {!!input?.against?.length && (
        <section>
          <h2>{t("submit.against")}</h2>
          <FieldForm fields={input.against.map(({ criterion, label, why }) => ({ name: criterion, label, type: "long_text", required: true, hint: why }))} values={typed.against} onChange={(name, value) => setTyped({ ...typed, against: { ...typed.against, [name]: value } })} errors={faults} pointer="/against" />
        </section>
      )}
      {lists.length > 0 && <Lists lists={lists} day={verdict!.up_to!} complete={!!typed.complete} tick={(complete) => setTyped({ ...typed, complete })} />}
      {promise && <Promised text={promise.text} clause={materials.commitment?.clause} promised={typed.promised === promise.digest} tick={(promised) => setTyped({ ...typed, promised: promised ? promise.digest : "" })} />}
      {error && (
        <Note tone="mend" role="alert">
          {error instanceof Offline ? t("submit.offline") : error.message}
          {faults.filter(({ field }) => !field?.startsWith("/records")).map(({ message }) => (
            <p key={message}>{message}</p>
          ))}
        </Note>
      )}
      <footer className="form-foot no-print">
        <span>{action.to && t("submit.to", { stage: action.to })}</span>
        {lists.length > 0 && !typed.complete && blocks.length === 0 && <span className="quiet">{t("submit.lists.first")}</span>}
        {promise && typed.promised !== promise.digest && blocks.length === 0 && <span className="quiet">{t("submit.promise.first")}</span>}
        <Button type="primary" disabled={!ready} loading={busy} onClick={() => void act(submit)}>
          {action.label}
        </Button>
      </footer>
    </div>
  );
}

/* Each with the page that mends it. */
function Blocks({ blocks }: { blocks: readonly Block[] }) {
  const t = useText();
  return (
    <div className="blocks" role="alert">
      <b>{t("submit.blocks", { n: blocks.length })}</b>
      <ul>
        {blocks.map(({ to, what }, index) => (
          <li key={index}>{to ? <Link to={to}><Data text={what} /></Link> : <Data text={what} />}</li>
        ))}
      </ul>
    </div>
  );
}

/* The lists that the numbers rest on: the party says that they are complete. */
function Lists({ lists, day, complete, tick }: { lists: readonly Schemas["DeclaredList"][]; day: string; complete: boolean; tick: (complete: boolean) => void }) {
  const t = useText();
  return (
    <section>
      <h2>{t("submit.lists")}</h2>
      <p className="quiet">{t("submit.lists.about", { day })}</p>
      <KeyValues rows={lists.map(({ list, label = list, type, count }) => [label, <Link to={`/r/${type}`}>{t("submit.lists.rows", { n: count })}</Link>])} />
      <label className="tick">
        <input type="checkbox" checked={complete} onChange={(event) => tick(event.target.checked)} />
        {t("submit.lists.tick")}
      </label>
    </section>
  );
}

/* The commitment, word for word, and its tick. */
function Promised({ text, clause, promised, tick }: { text: string; clause?: string; promised: boolean; tick: (promised: boolean) => void }) {
  const t = useText();
  return (
    <section>
      <h2>
        {t("submit.promise")} {clause && <Clause clause={clause} boxed />}
      </h2>
      <p className="promise" lang="zh-CN">
        {text}
      </p>
      <label className="tick">
        <input type="checkbox" checked={promised} onChange={(event) => tick(event.target.checked)} />
        {t("submit.promise.tick")}
      </label>
    </section>
  );
}

interface Block {
  what: string;
  to?: string; // the page that mends it
}

/* What keeps it from being handed in, each with the page that mends it. What the step itself asks is no obstacle. All
 * that would refuse the step stands here before it is sent. */
function blocksOf(head: Case, materials: Materials, action: CaseAction, verdict: Verdict | undefined, pages: (path: string) => boolean): Block[] {
  const { id } = head;
  const asked = new Set(action.input?.records.flatMap(({ record, fields }) => fields.map(({ name }) => `${record}.${name}`)));
  const cells = materials.cells.filter(({ fields }) => fields.some(({ record_type, field }) => !asked.has(`${record_type}.${field}`)));
  const papers = materials.materials.filter(({ required, there }) => required && !there);
  const found = [
    ...cells.map(({ label, fields }) => ({ what: [label, ...fields.map((gap) => gap.label)].filter(Boolean).join(" · "), to: fillPath(head) })),
    ...papers.map(({ label, lacks }) => ({ what: [label, lacks.join("、")].filter(Boolean).join("："), to: `/case/${id}/materials` })),
  ];
  const others = action.why.filter(({ code }) => found.length === 0 || !["form", "material"].includes(code));
  if (action.open) return found;
  return [
    ...found,
    ...others.map(({ code, field, message, missing }) => {
      const one = code === "criterion" ? verdict?.criteria.find(({ criterion }) => criterion === field) : undefined;
      return one ? { what: [one.label, one.advice].filter(Boolean).join("："), to: one.mends[0] ? doorTo(one.mends[0], `/case/${id}/submit`) : `/case/${id}/check` } : { what: message, to: placeOf({ code, field, message, missing }, { id, process: head.process, action: action.action, opens: action.opens_on, open: [], pages, back: `/case/${id}/submit` })?.to };
    }),
  ];
}

/* --- after it --------------------------------------------------------------------------------- */

function Done({ head, materials }: { head: Case; materials: Materials }) {
  const t = useText();
  const papers = usePapers(head.id);
  const { commitment } = materials;
  const rows: [string, React.ReactNode][] = [[t("submit.number"), <Code text={head.number} />]];
  if (commitment?.at) rows.push([t("submit.at"), commitment.at.slice(0, 16)]); // Beijing time already
  if (commitment?.name) rows.push([t("submit.by"), <Data text={commitment.name} />]);
  rows.push([t("submit.state"), <Data text={head.stage_label} />]);
  const receipts = papers.data?.items.filter(({ form }) => !form) ?? [];
  return (
    <div className="submit">
      <PageHead title={t("submit.done")} tag={<StateTag tone="green" ground>{head.stage_label}</StateTag>} line={<Data text={head.title} />} />
      <KeyValues rows={rows} />
      <section>
        <h2>{t("submit.receipt")}</h2>
        {papers.isPending ? (
          <Waiting rows={2} />
        ) : (
          <KeyValues rows={receipts.map((paper) => [`${paper.title} ${paper.number ?? ""}`, <Receipt key={paper.id} id={head.id} paper={paper} />])} />
        )}
      </section>
      <section>
        <h2>{t("submit.next")}</h2>
        <p>{head.holder ? <Data text={t("submit.next.who", { who: head.holder.name, step: head.holder.step ?? "" })} /> : t("submit.next.none")}</p>
        <p className="quiet">{t("submit.next.told")}</p>
      </section>
      <p className="sign-in-verbs">
        <Link className="button primary" to={`/case/${head.id}`}>
          {t("submit.toCase")}
        </Link>
        <Link className="button" to={head.process === ANNUAL ? fillPath(head) : "/calls"}>
          {t(head.process === ANNUAL ? "submit.toAnnual" : "submit.toCalls")}
        </Link>
      </p>
    </div>
  );
}

function Receipt({ id, paper }: { id: number; paper: Schemas["CasePaper"] }) {
  const t = useText();
  const at = `${base}/api/v1/cases/${id}/papers/${paper.paper}`;
  return (
    <>
      {!paper.not_rendered && (
        <a href={`${at}/pdf`} download={`${paper.title}.pdf`}>
          PDF
        </a>
      )}{" "}
      <a href={`${at}/docx`} download={`${paper.title}.docx`}>
        Word
      </a>{" "}
      <a href={`${base}/api/v1/receipts/${paper.entry}`} download={`${paper.entry}.json`}>
        {t("submit.evidence")}
      </a>
    </>
  );
}
