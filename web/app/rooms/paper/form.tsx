/* The form of a case in three panes: its sections with their state, the annex itself, the live check. */
import "./form.css";
import { useRef, useState, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { refreshCase, useForms, useMaterials, useVerdict, type CaseForms, type Cell, type Form, type Section, type Verdict } from "../../api/case-form.ts";
import { useCase, type Case } from "../../api/cases.ts";
import type { Schemas } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { useText } from "../../text/index.ts";
import { Annex, cellId, fails } from "./annex.tsx";
import { SavingWord } from "./annex-edit.tsx";
import { Button } from "../../ui/ant.ts";
import type { Saving } from "./form-edit.ts";
import { CheckList } from "./check-list.tsx";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FiledForms, isFiled } from "./filed-form.tsx";
import { Icon } from "../../ui/icons.tsx";
import { MadeOf } from "./made-of.tsx";
import { CountedOf, countedOf } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { PaperPages } from "../../ui/paper-view.tsx";
import { useFoldedMenu } from "../shell/shell.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { clock } from "../../ui/time.ts";
import { Glyph } from "../../ui/verdict.tsx";

export function CaseForm({ id }: { id: number }) {
  useFoldedMenu();
  const head = useCase(id);
  const forms = useForms(id);
  const verdict = useVerdict(id);
  const materials = useMaterials(id);
  const failed = [head, forms].find(({ error }) => error);
  if (failed) return <Failed page error={failed.error!} retry={() => void refreshCase(id)} />;
  if (!head.data || !forms.data) return <Waiting rows={10} />;
  if (forms.data.forms.length === 0) return <MadeOf head={head.data} verdict={verdict.data} materials={materials.data} />;
  if (forms.data.forms.some(isFiled)) return <FiledForms head={head.data} forms={forms.data} />;
  return (
    <CountedOf value={countedOf(head.data, forms.data.forms[0])}>
      <Panes head={head.data} forms={forms.data} verdict={verdict.data} materials={materials.data} />
    </CountedOf>
  );
}

export const cellsOf = (section: Section) => section.lines.flat();
export const isFilled = (cell: Cell) => cell.value !== null || !!cell.rows?.length;
export const fillableOf = (forms: CaseForms) => forms.forms.flatMap((one) => one.sections.flatMap(cellsOf)).filter(({ kind }) => !["note", "fixed", "sign", "commitment"].includes(kind));
const gapIn = (cell: Cell) => cell.required && cell.gaps.length > 0;

/* The cells that keep a form from being complete, in its order: empty ones, and those whose condition fails. */
function openCells(form: Form, verdict: Verdict | undefined): Cell[] {
  const failing = verdict?.criteria.filter(fails).map(({ criterion }) => criterion) ?? [];
  return form.sections.filter(({ state }) => state !== "other").flatMap((section) => cellsOf(section).filter((cell) => gapIn(cell) || cell.criteria.some((one) => failing.includes(one))));
}

export function goTo(id: string): void {
  const cell = document.getElementById(id);
  cell?.scrollIntoView({ block: "center" });
  cell?.focus({ preventScroll: true });
}

interface PanesProps {
  head: Case;
  forms: CaseForms;
  verdict?: Verdict;
  materials?: Schemas["CaseMaterials"];
}

function Panes(props: PanesProps) {
  const t = useText();
  const { head, forms, verdict } = props;
  return (
    <CasePanes
      {...props}
      crumb={
        <>
          <Link to={`/case/${head.id}`}><Data text={head.number} /></Link> / <Data text={head.process_label} />
          {head.call && (
            <>
              {" / "}
              <Data text={head.call.title} />
              {head.call.closes_on && t("form.until", { day: head.call.closes_on })}
            </>
          )}
        </>
      }
      title={<Data text={forms.forms[0]?.title ?? head.title} />}
      railName={t("form.check.live")}
      rail={() => (verdict ? <CheckList verdict={verdict} back={`/case/${head.id}/form`} title={t("form.check.live")} /> : <Waiting rows={5} />)}
      foot={(sections, at) => <Foot head={head} forms={forms} verdict={verdict} sections={sections} at={at} />}
    />
  );
}

interface PanesOwn extends PanesProps {
  crumb: ReactNode;
  title: ReactNode;
  facts?: ReactNode; // a line below the title
  back?: string; // where records that are opened lead back to
  word?: (section: Section) => ReactNode; // of a section, beside its name
  railName: string;
  rail: (at: string) => ReactNode; // by the section that is looked at
  foot: (sections: readonly { id: string; label: string }[], at: string) => ReactNode;
}

/* Three panes of a form that is filled in: its sections, the paper, and what the page tells of it. */
export function CasePanes({ head, forms, verdict, materials, crumb, title, facts, back = `/case/${head.id}/form`, word, railName, rail, foot }: PanesOwn) {
  const t = useText();
  const [saving, setSaving] = useState<Saving>("none");
  const [savedMs, setSavedMs] = useState(forms.updated_ms);
  const [current, setCurrent] = useState("");
  const paper = useRef<HTMLDivElement>(null);
  const must = materials?.materials.filter(({ required }) => required) ?? [];
  const unknown = sum(forms.forms.map((one) => one.unknown));
  const required = sum(forms.forms.map((one) => one.required)) + must.length;
  const fillable = fillableOf(forms);
  const saved = () => {
    setSavedMs(serverNow());
    void refreshCase(head.id);
  };
  const sections = forms.forms.flatMap((one) => one.sections.map((section) => ({ form: one, section }))).filter(({ section }) => !cellsOf(section).every(({ kind }) => kind === "note"));
  const at = current || (sections[0] && cellId(sections[0].form.form, sections[0].section.id));

  return (
    <div className="panes">
      <header>
        <p>{crumb}</p>
        <PageHead
          title={title}
          tag={
            <>
              <StateTag tone="grey" ground>
                {head.stage_label}
              </StateTag>
              <SavedAt state={saving} at={savedMs} />
            </>
          }
          actions={<HeadVerbs head={head} forms={forms} update={saved} />}
        />
        {facts}
      </header>
      <nav className="panes-nav" aria-label={t("form.sections")}>
        <ol>
          {sections.map(({ form: one, section }, index) => (
            <NavRow key={`${one.form}/${section.id}`} n={index + 1} form={one.form} section={section} verdict={verdict} current={cellId(one.form, section.id) === at} word={word?.(section)} />
          ))}
          {materials && (
            <li>
              <Link to={`/case/${head.id}/materials`}>
                <span>{sections.length + 1}</span>
                {t("form.materials")}
                <SectionWord state={materials.materials.every((one) => one.there || !one.required) ? "done" : "wrong"} />
              </Link>
            </li>
          )}
        </ol>
        <p>
          {required > 0 ? t("form.filled", { required, filled: sum(forms.forms.map(({ filled }) => filled)) + must.filter(({ there }) => there).length, records: sum(forms.forms.map(fromRecords)) }) : t("form.made.count", { n: fillable.filter(isFilled).length, m: fillable.filter((cell) => !isFilled(cell)).length })}
          {unknown > 0 && ` ${t("form.unknown", { n: unknown })}`}
        </p>
      </nav>
      <div ref={paper} className="panes-paper" tabIndex={-1} onScroll={() => paper.current && setCurrent(topSection(paper.current) ?? current)}>
        {forms.forms.map((one) => (
          <div key={one.form} className="paper">
            <h2 lang="zh-CN">{one.title}</h2>
            <Annex form={one} back={back} criteria={verdict?.criteria} edit={{ onSaved: saved, onState: setSaving }} />
          </div>
        ))}
      </div>
      <aside className="panes-check" tabIndex={0} aria-label={railName}>
        {rail(at ?? "")}
      </aside>
      {foot(sections.map(({ form: one, section }) => ({ id: cellId(one.form, section.id), label: sectionLabel(section) })), at ?? "")}
    </div>
  );
}

/* A section without a name is known by its first cell. */
export const sectionLabel = (section: Section) => section.label || cellsOf(section)[0]?.label || section.id;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
const fromRecords = (form: Form) => form.sections.flatMap(cellsOf).filter((cell) => cell.required && !gapIn(cell) && (cell.sources.length > 0 || cell.computed)).length;

/* The section that stands at the top of the pane. */
function topSection(pane: HTMLElement): string | undefined {
  const top = pane.getBoundingClientRect().top + 120;
  const all = [...pane.querySelectorAll<HTMLElement>(".annex-section")].filter((section) => section.getBoundingClientRect().top <= top);
  return all.pop()?.id;
}

function SavedAt({ state, at }: { state: Saving; at: number }) {
  const t = useText();
  if (state === "none" || state === "saved") return <span className="saving">{t("form.savedAt", { time: clock(at) })}</span>;
  return <SavingWord state={state} />;
}

function HeadVerbs({ head, forms, update }: { head: Case; forms: CaseForms; update: () => void }) {
  const t = useText();
  const [shown, setShown] = useState(false);
  return (
    <>
      <Button icon={<Icon name="reload" />} onClick={update}>
        {t("form.update")}
      </Button>
      <Button onClick={() => setShown(true)}>{t("form.print")}</Button>
      {shown && (
        <Dialog title={t("form.print")} width={960} onClose={() => setShown(false)} footer={<Button onClick={() => setShown(false)}>{t("common.close")}</Button>}>
          {forms.forms.map(({ form, title }) => {
            const paper = `/packs/${head.pack}/forms/${form}/paper`;
            const of = `?party=${head.party.credit_code}&record=${head.record_id}`;
            return <PaperPages key={form} title={title} src={(n) => `/cases/${head.id}/forms/${form}/pages/${n}.png`} {...(head.party.credit_code ? { pdf: `${paper}.pdf${of}`, docx: `${paper}.docx${of}` } : {})} draft />;
          })}
        </Dialog>
      )}
    </>
  );
}

type NavState = "done" | "gaps" | "wrong" | "empty" | "other";

function SectionWord({ state }: { state: NavState }) {
  const t = useText();
  const glyph = { done: "✓ ", wrong: "△ ", gaps: "✎ ", empty: "", other: "" }[state];
  return (
    <small className={`section-${state}`}>
      <span aria-hidden="true">{glyph}</span>
      {t(`form.state.${state}`)}
    </small>
  );
}

function NavRow({ n, form, section, verdict, current, word }: { n: number; form: string; section: Section; verdict?: Verdict; current: boolean; word?: ReactNode }) {
  const failing = verdict?.criteria.filter(fails) ?? [];
  const wrong = section.state !== "other" && failing.some(({ criterion }) => cellsOf(section).some(({ criteria }) => criteria.includes(criterion)));
  const id = cellId(form, section.id);
  return (
    <li>
      <a
        href={`#${id}`}
        aria-current={current || undefined}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById(id)?.scrollIntoView({ block: "start" });
        }}
      >
        <span>{n}</span>
        <Data text={sectionLabel(section)} />
        {word ?? <SectionWord state={wrong ? "wrong" : section.state} />}
      </a>
    </li>
  );
}

function Foot({ head, forms, verdict, sections, at }: { head: Case; forms: CaseForms; verdict?: Verdict; sections: readonly { id: string; label: string }[]; at: string }) {
  const t = useText();
  const navigate = useNavigate();
  const unmet = verdict?.criteria.filter(fails).length ?? 0;
  const gaps = sum(forms.forms.map(({ required, filled }) => required - filled));
  const unknown = sum(forms.forms.map((one) => one.unknown));
  const [first] = forms.forms.flatMap((form) => openCells(form, verdict).map((cell) => cellId(form.form, cell.id)));
  const next = sections[sections.findIndex(({ id }) => id === at) + 1];
  return (
    <footer>
      {unmet + gaps + unknown > 0 ? (
        <span className="short">
          <Glyph state="near" /> {[unmet > 0 && t("form.foot.unmet", { n: unmet }), gaps > 0 && t("form.foot.gaps", { n: gaps }), unknown > 0 && t("form.unknown", { n: unknown })].filter(Boolean).join(t("form.foot.and"))}
          {first && (
            <button type="button" className="annex-pen" onClick={() => goTo(first)}>
              {t("form.foot.first")}
            </button>
          )}
        </span>
      ) : (
        <span>
          <Glyph state="ok" /> {t("form.foot.complete")}
        </span>
      )}
      {gaps > 0 && <span className="quiet">{t("form.foot.may")}</span>}
      {next && <Button onClick={() => document.getElementById(next.id)?.scrollIntoView({ block: "start" })}>{t("form.foot.next", { section: next.label })}</Button>}
      <Button type="primary" onClick={() => void navigate(`/case/${head.id}/submit`)}>
        {t(gaps + unmet > 0 ? "form.foot.check" : "form.foot.submit")}
      </Button>
    </footer>
  );
}
