/* The annual report of the reader's centre: the annex with its numbers, what a person writes, the plan of next year, and where
 * it is to be filed. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAnnual, type AnnualReport, type Remark } from "./annual.ts";
import { refreshCase, useBeginnings, useForms, useMaterials, type Beginning, type CaseForms, type Cell } from "../../api/case-form.ts";
import { useActions, useCase, type Case, type CaseAction } from "../../api/cases.ts";
import { api, base, take, takeAs, type Schemas } from "../../api/client.ts";
import { recordOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { newKey } from "../../api/submit-key.ts";
import { ActionDialog } from "../../rooms/case/action-dialog.tsx";
import { cellId } from "../../rooms/paper/annex.tsx";
import { AnnexEdit } from "../../rooms/paper/annex-edit.tsx";
import { BesideCell, nameOf } from "../../rooms/paper/beside-cell.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { cellsOf, CasePanes, fillableOf, goTo, isFilled } from "../../rooms/paper/form.tsx";
import type { Target } from "../../rooms/paper/form-edit.ts";
import { dueWords } from "../../rooms/task/case-due.tsx";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { usePlan } from "../../rooms/case/duties.ts";
import { FiledForms, isFiled } from "../../rooms/paper/filed-form.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { CountedOf, countedOf, type Looked } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { usePolicies } from "../../api/policies.ts";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";
import { AddRow, type Adding } from "./add-row.tsx";
import { Filing, LookedAt } from "./rail.tsx";
import { Year } from "./year.tsx";

const PLAN_CELL = "plan.0"; // of the form of next year's plan
const NEAR = 0.6; // of the plan, below which a duty is told to be behind
const CITED: Record<string, RegExp> = { self_evaluation: /^duties|^deals/, economic: /^deals|^projects/, social: /^services|^events|^sme/, measures: /^duties|^late/ };

export function CentreYear({ year }: { year: number }) {
  const { rows, error, retry } = useAnnual(year);
  const session = useSession();
  if (error) return <Failed page error={error} retry={retry} />;
  if (!rows) return <Waiting rows={10} />;
  const own = rows.find(({ case: one }) => one.owner_unit === session.unit) ?? rows[0];
  return own ? <Report key={own.case.id} id={own.case.id} record={own.report.id} year={year} /> : <Begin year={year} again={retry} />;
}

/* Without a case of the year: a button begins one. */
function Begin({ year, again }: { year: number; again: () => void }) {
  const t = useText();
  const cache = useQueryClient();
  const read = useBeginnings();
  const { busy, error: failed, act } = useAct();
  const [key] = useState(newKey);
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={4} />;
  const all = read.data.items.filter(({ process }) => process === "annual-report");
  const others = read.data.items.filter(({ process, record, draft }) => process !== "annual-report" && record.type === "annual_report" && draft); // a base's summary
  const begin = ({ pack, process }: Beginning) =>
    act(async () => {
      await take(api.POST("/api/v1/cases", { body: { pack, process, fields: { year } }, headers: { "Idempotency-Key": key } }));
      await cache.invalidateQueries({ queryKey: ["records"] });
      again();
    });
  return (
    <div className="annual-begin">
      <Crumb year={year} />
      <PageHead title={t("annual.of", { year, next: year + 1 })} line={t("annual.none", { year })} />
      {all.length === 0 && others.length === 0 && <p>{t("annual.never")}</p>}
      {others.map(({ pack, process, label, document, draft }) => (
        <section key={`${pack} ${process}`}>
          <h2><Data text={document} /></h2>
          <Link className="button primary" to={`/case/${draft!.case}/form`} aria-label={`${t("apply.goOn")} ${label}`}>
            {t("apply.goOn")} <Data text={label} />
          </Link>
        </section>
      ))}
      {all.map((one) => (
        <section key={one.pack}>
          <h2><Data text={one.document} /></h2>
          {one.open ? (
            <Button type="primary" loading={busy} onClick={() => void begin(one)}>
              {t("annual.begin", { year })}
            </Button>
          ) : (
            one.why.map(({ message, clause }) => (
              <p key={message}>
                <Data text={message} /> {clause && <Clause clause={clause} />}
              </p>
            ))
          )}
        </section>
      ))}
      <ErrorNote error={failed} />
    </div>
  );
}

function Crumb({ year }: { year: number }) {
  const t = useText();
  return (
    <>
      {t("annual.title")} / <Year year={year} />
    </>
  );
}

function Report({ id, record: recordId, year }: { id: number; record: number; year: number }) {
  const t = useText();
  useFoldedMenu();
  const head = useCase(id);
  const forms = useForms(id);
  const materials = useMaterials(id);
  const record = useQuery(recordOf<AnnualReport>("annual_report", recordId));
  const [looked, look] = useState<Looked>();
  const failed = [head, forms, materials, record].find(({ error }) => error);
  if (failed) return <Failed page error={failed.error!} retry={() => void refreshCase(id)} />;
  if (!head.data || !forms.data || !materials.data || !record.data) return <Waiting rows={10} />;
  const of = { head: head.data, forms: forms.data, materials: materials.data, record: record.data, year };
  const filed = of.forms.forms.some(isFiled);
  const shared = { crumb: <Crumb year={year} />, title: t("annual.of", { year, next: year + 1 }) };
  return (
    <CountedOf value={{ ...countedOf(of.head, of.forms.forms[0]), look }}>
      {filed ? (
        <FiledForms
          head={of.head}
          forms={of.forms}
          {...shared}
          rail={
            <>
              <LookedAt looked={looked} close={() => look(undefined)} />
              <Filing head={of.head} record={of.record} year={year} />
            </>
          }
          foot={of.head.open && <Next head={of.head} lacks={0} />}
        />
      ) : (
        <Draft {...of} shared={shared} looked={looked} unlook={() => look(undefined)} />
      )}
    </CountedOf>
  );
}

interface DraftProps {
  head: Case;
  forms: CaseForms;
  materials: Schemas["CaseMaterials"];
  record: AnnualReport;
  year: number;
  shared: { crumb: React.ReactNode; title: string };
  looked?: Looked;
  unlook: () => void;
}

function Draft({ head, forms, materials, record, year, shared, looked, unlook }: DraftProps) {
  const t = useText();
  const cache = useQueryClient();
  const [adding, setAdding] = useState<Adding>();
  const [attach, setAttach] = useState<{ target: Target; label: string }>();
  const duties = useDutyFacts(head, forms, record, year);
  const planForm = forms.forms.find((form) => form.sections.some((section) => cellsOf(section).some(({ id }) => id === PLAN_CELL)))?.form ?? "none";
  const planCell = forms.forms.flatMap((form) => form.sections.flatMap((section) => cellsOf(section).filter(({ id }) => id === PLAN_CELL).map((cell) => cellId(form.form, cell.id))))[0];
  const unplanned = planCell ? duties.all.filter(({ planned, why }) => !planned && !why) : [];
  const fillable = fillableOf(forms);
  const filled = fillable.filter(isFilled).length;
  const texts = forms.forms.flatMap((form) => form.sections.flatMap((section) => cellsOf(section).filter(isText).map((cell) => ({ id: cellId(form.form, cell.id), cell }))));
  const empty = texts.filter(({ cell }) => !isFilled(cell));
  const files = materials.materials.filter(({ required, there }) => required && !there);
  const lacks = empty.length + files.length + unplanned.length;
  const due = head.due && dueWords(t, head.due);
  const saved = () => void Promise.all([refreshCase(head.id), cache.invalidateQueries({ queryKey: ["records"] }), cache.invalidateQueries({ queryKey: ["record", "annual_report", record.id] })]);
  const remarks = record.remarks ?? [];
  const places = usePlaces(head.id, remarks.length > 0);

  const plan = (duty: DutyFacts, title = "", count: number | undefined = undefined) =>
    setAdding({ type: "service_plan", id: duties.nextPlan, create: { year: year + 1 }, table: "items", row: { duty: duty.codes[0], title: title || duty.label, ...(count ? { count } : {}) }, title: t("annual.plan.add.title", { duty: duty.label, year: year + 1 }) });
  const explain = (duty: DutyFacts) => setAdding({ type: "annual_report", id: record.id, table: "not_planned", row: { duty: duty.codes[0] }, title: t("annual.plan.why.title", { duty: duty.label, year: year + 1 }) });

  const beside = {
    cell: (_: string, cell?: Cell, form?: string) => {
      const duty = duties.all.find(({ indicator }) => `${indicator}_plan` === cell?.indicator);
      const said = cell && form ? remarks.filter(({ cell: of }) => places.get(of) === cellId(form, cell.id)) : [];
      return (
        <>
          {duty && <Done duty={duty} />}
          {said.map(({ opinion }) => (
            <p key={opinion} className="annual-remark">{t("annual.remark")}<Data text={opinion} /></p>
          ))}
        </>
      );
    },
    row: (cell: Cell, row: NonNullable<Cell["rows"]>[number]) => {
      if (cell.id !== PLAN_CELL) return null;
      const duty = duties.ofRow(cell, row);
      return duty && <small className="annual-beside">{t("annual.plan.now", { n: duty.now ?? t("annual.unknown") })}</small>;
    },
    rows: (cell: Cell) =>
      cell.id === PLAN_CELL &&
      unplanned.map((duty) => (
        <tr key={duty.indicator} className="annual-unplanned no-print">
          <td colSpan={cell.columns?.length ?? 1}>
            <b>{t("annual.plan.none", { n: duty.number, duty: duty.label })}</b> {t("annual.plan.was", { n: duty.now ?? t("annual.unknown"), plan: duty.plan ?? t("annual.plan.not") })}
            <Button size="small" onClick={() => plan(duty)}>{t("annual.plan.add")}</Button>
            <Button size="small" onClick={() => explain(duty)}>{t("annual.plan.why")}</Button>
          </td>
        </tr>
      )),
    cites: ({ type, names }: Target) => {
      const [name] = names;
      const sections = type === "annual_report" && name ? CITED[name] : undefined;
      if (!sections) return [];
      const facts = forms.forms.flatMap((form) => form.sections.filter(({ id }) => sections.test(id)).flatMap(cellsOf));
      return facts.filter(({ computed, value, indicator }) => computed && indicator && value && !/^0\b/.test(value)).map(({ label, value }) => `${label}${value}`).slice(0, 12);
    },
  };

  return (
    <BesideCell value={beside}>
      <CasePanes
        head={head}
        forms={forms}
        materials={materials}
        {...shared}
        back={`/annual/${year}`}
        facts={
          <dl className="fact-line annual-facts">
            <div><dt>{t("annual.filled")}</dt><dd>{t("annual.filled.of", { n: filled, m: fillable.length })}</dd></div>
            <div><dt>{t("desk.due")}</dt><dd><b className={due && `due-${due.tone}`}>{due?.line ?? t("desk.noDue")}</b> {due?.below}</dd></div>
            <div><dt>{t("annual.asOf")}</dt><dd>{forms.forms[0]?.as_of} {t("annual.frozen")}</dd></div>
          </dl>
        }
        word={(section) => {
          const cells = cellsOf(section).filter(({ kind }) => !["note", "fixed", "sign", "commitment"].includes(kind));
          const lack = cells.filter((cell) => isText(cell) && !isFilled(cell)).length + (cells.some(({ id }) => id === PLAN_CELL) ? unplanned.length : 0);
          return <small className={lack ? "section-wrong" : "section-done"}>{lack ? `△ ${lack}` : cells.length ? `✓ ${cells.filter(isFilled).length}` : ""}</small>;
        }}
        railName={t("annual.rail")}
        rail={(at) => (
          <>
            {at.startsWith(planForm) && <Unfinished duties={duties.all} add={plan} />}
            {remarks.length > 0 && <Returned remarks={remarks} places={places} />}
            <section className="annual-rail">
              <h2>{lacks ? t("annual.gaps", { n: lacks }) : t("annual.gaps.none")}</h2>
              <ul>
                {empty.map(({ id, cell }) => (
                  <li key={id}>
                    <div><b><Data text={cell.label} /></b><p>{cell.required ? t("annual.gap.must") : t("annual.gap.told")}{cell.clause && <Clause clause={cell.clause} />}</p></div>
                    <button type="button" className="annex-pen" aria-label={`${t("annual.write")} ${cell.label}`} onClick={() => writeAt(id)}>{t("annual.write")}</button>
                  </li>
                ))}
                {files.map((file) => (
                  <li key={file.material}>
                    <div><b><Data text={file.label} /></b><p>{t("annual.gap.file")}{file.clause && <Clause clause={file.clause} />}</p></div>
                    <Attach material={file} attach={setAttach} head={head} />
                  </li>
                ))}
                {unplanned.length > 0 && planCell && (
                  <li>
                    <div><b>{t("annual.gap.plan", { year: year + 1 })}</b><p>{t("annual.gap.duties", { duties: unplanned.map(({ number }) => number).join("、") })}</p></div>
                    <button type="button" className="annex-pen" onClick={() => goTo(planCell)}>{t("annual.plan.go")}</button>
                  </li>
                )}
              </ul>
            </section>
            <LookedAt looked={looked} close={unlook} />
            <Filing head={head} record={record} year={year} />
          </>
        )}
        foot={() => <Next head={head} lacks={lacks} first={empty[0]?.id ?? (unplanned.length ? planCell : undefined)} forms={forms} />}
      />
      {adding && <AddRow adding={adding} onSaved={saved} onClose={() => setAdding(undefined)} />}
      {attach && <AnnexEdit target={attach.target} label={attach.label} onSaved={saved} onState={() => {}} onClose={() => setAttach(undefined)} />}
    </BesideCell>
  );
}

/* A text that a person writes: a cell of one field that the reader may change. */
const isText = (cell: Cell) => cell.kind === "text" && !cell.computed && [...cell.sources, ...cell.gaps].some((one) => one.editable && ("type" in one ? one.type : one.record_type) === "annual_report");

/* Opens the editor of an empty cell. */
function writeAt(id: string): void {
  goTo(id);
  document.getElementById(id)?.querySelector<HTMLButtonElement>(".annex-pen")?.click();
}

function Attach({ material, attach, head }: { material: Schemas["CaseMaterial"]; attach: (of: { target: Target; label: string }) => void; head: Case }) {
  const t = useText();
  const gap = material.fields.find(({ record_type, id, field }) => record_type && id && field);
  if (!gap) return <Link to={`/case/${head.id}/materials`}>{t("materials.add")}</Link>;
  return (
    <button type="button" className="annex-pen" aria-label={`${t("materials.add")} ${material.label}`} onClick={() => attach({ target: { type: gap.record_type!, record: gap.id!, names: [gap.field!] }, label: material.label })}>
      {t("materials.add")}
    </button>
  );
}

/* --- duties ------------------------------------------------------------------------------------ */

export interface DutyFacts {
  number: number;
  indicator: string;
  label: string;
  codes: readonly string[];
  now?: number; // what the year has of it
  plan?: number; // of the year; absent: none
  planned: boolean; // next year's plan has an item of it …
  why?: string; // … or this is why it has none
  firstTitle?: string; // of this year's items of it
}

const numberIn = (text: string | null | undefined) => (text && /^[\d,]+/.test(text) ? Number(/^[\d,]+/.exec(text)![0].replaceAll(",", "")) : undefined);

function useDutyFacts(head: Case, forms: CaseForms, record: AnnualReport, year: number) {
  const policy = usePolicies()?.find(({ id }) => id === head.pack);
  const form = forms.forms.find(({ sections }) => sections.some((section) => cellsOf(section).some(({ indicator }) => indicator === "duty_1")));
  const plan = usePlan(year, true);
  const next = usePlan(year + 1, true);
  const valueOf = (name: string) => numberIn(form?.sections.flatMap(cellsOf).find(({ indicator }) => indicator === name)?.value);
  const all = (policy?.duties ?? [])
    .filter(({ own }) => !own)
    .map(({ codes, label }, at): DutyFacts => {
      const indicator = `duty_${at + 1}`;
      return {
        number: at + 1,
        indicator,
        label,
        codes,
        now: valueOf(indicator),
        plan: valueOf(`${indicator}_plan`) || undefined,
        planned: !next || next.items.some(({ duty }) => duty && codes.includes(duty)),
        why: record.not_planned?.find(({ duty }) => codes.includes(duty))?.why,
        firstTitle: plan?.items.find(({ duty }) => duty && codes.includes(duty))?.title,
      };
    });
  const ofRow = (cell: Cell, row: NonNullable<Cell["rows"]>[number]) => {
    const same = cell.rows!.filter(({ record: of }) => of === row.record);
    const item = next?.items.filter((one) => one.plan === row.record)[same.indexOf(row)];
    return all.find(({ codes }) => item?.duty && codes.includes(item.duty));
  };
  return { all, ofRow, nextPlan: next?.id };
}

/* Beside the plan of a duty: how much of it is done. */
function Done({ duty: { now, plan } }: { duty: DutyFacts }) {
  const t = useText();
  if (!plan || now === undefined) return null;
  return <small className={now / plan < NEAR ? "annual-beside annual-near" : "annual-beside"}>{t("annual.duty.done", { n: Math.round((now / plan) * 100) })}</small>;
}

/* Duties whose plan was not reached, to be added to next year's plan. */
function Unfinished({ duties, add }: { duties: readonly DutyFacts[]; add: (duty: DutyFacts, title?: string, count?: number) => void }) {
  const t = useText();
  const open = duties.filter(({ plan, now }) => plan && now !== undefined && now < plan);
  return (
    <section className="annual-rail">
      <h2>{t("annual.unfinished")}</h2>
      {open.length === 0 && <p className="quiet">{t("annual.unfinished.none")}</p>}
      <ul>
        {open.map((duty) => (
          <li key={duty.indicator}>
            <div><b><Data text={`${duty.number}. ${duty.label}`} /></b><p>{t("annual.plan.was", { n: duty.now!, plan: duty.plan! })}</p></div>
            {duty.planned ? <span className="ok nowrap">✓ {t("annual.plan.there")}</span> : <button type="button" className="annex-pen" aria-label={`${t("annual.plan.take")} ${duty.label}`} onClick={() => add(duty, duty.firstTitle, duty.plan! - duty.now!)}>{t("annual.plan.take")}</button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/* --- what the office said, and what comes next -------------------------------------------------- */

/* The cells by their names on the paper, which is Chinese. */
function usePlaces(id: number, asked: boolean): Map<string, string> {
  const path = { params: { path: { id } }, headers: { "Accept-Language": "zh" } };
  const read = useQuery({ queryKey: ["case", id, "form", "zh"], enabled: asked, queryFn: () => takeAs<CaseForms>(api.GET("/api/v1/cases/{id}/form", path)) });
  return new Map(read.data?.forms.flatMap((form) => form.sections.flatMap((section) => cellsOf(section).map((cell) => [nameOf(section, cell), cellId(form.form, cell.id)] as const))));
}

function Returned({ remarks, places }: { remarks: readonly Remark[]; places: Map<string, string> }) {
  const t = useText();
  return (
    <section className="annual-rail">
      <h2>{t("annual.returned", { n: remarks.length })}</h2>
      <ul>
        {remarks.map(({ cell, opinion }) => (
          <li key={cell + opinion}>
            <div><b><Data text={cell} /></b><p><Data text={opinion} /></p></div>
            {places.has(cell) && <button type="button" className="annex-pen" onClick={() => goTo(places.get(cell)!)}>{t("annual.to.cell")}</button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/* Before the paper is filed the page of submission takes it; after that a step only says that it went to the next office. */
function Next({ head, lacks, first, forms }: { head: Case; lacks: number; first?: string; forms?: CaseForms }) {
  const t = useText();
  const cache = useQueryClient();
  const [doing, setDoing] = useState<CaseAction>();
  const done = () => {
    setDoing(undefined);
    void Promise.all([refreshCase(head.id), cache.invalidateQueries({ queryKey: ["records"] }), cache.invalidateQueries({ queryKey: ["record", "annual_report", head.record_id] })]);
  };
  const actions = (useActions(head.id).data ?? []).filter(({ aside, proposed, why }) => !aside && !proposed && !why.some(({ code }) => code === "when"));
  const ways = actions.filter(({ clause }) => clause);
  return (
    <footer>
      <span className={lacks ? "short" : undefined}>
        {lacks > 0 ? `△ ${t("annual.gaps", { n: lacks })}` : forms ? `✓ ${t("annual.gaps.none")}` : head.holder && <Data text={t("annual.holder", { who: head.holder.name, step: head.holder.step ?? "" })} />}
        {first && <button type="button" className="annex-pen" onClick={() => goTo(first)}>{t("form.foot.first")}</button>}
      </span>
      {forms?.forms.map(({ form, title }) => (
        <a key={form} className="button" href={`${base}/api/v1/packs/${head.pack}/forms/${form}/paper.docx?party=${head.party.credit_code}&record=${head.record_id}`} download={`${title}.docx`}>
          Word：<Data text={title.slice(-12)} />
        </a>
      ))}
      {forms
        ? ways.length > 0 && (
            <Link className="button primary" to={`/case/${head.id}/submit`}>
              {ways.length === 1 ? <Data text={ways[0]!.label} /> : t("annual.submit")}
            </Link>
          )
        : ways.map((way) => (
            <Button key={way.action} type="primary" onClick={() => setDoing(way)}>
              {way.label}
            </Button>
          ))}
      {doing && <ActionDialog caseId={head.id} action={doing} onClose={() => setDoing(undefined)} onDone={done} />}
    </footer>
  );
}
