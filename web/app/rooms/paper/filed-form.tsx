/* The forms of a case as they were filed: the paper that was handed in, to be read. Later changes of records do not
 * change it. */
import { Fragment, use, type ReactNode } from "react";
import { Link } from "react-router";
import { useNumbers, type CaseForms, type FiledForm, type Form } from "../../api/case-form.ts";
import type { Case } from "../../api/cases.ts";
import { base, type Schemas } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { Annex, cellId } from "./annex.tsx";
import { BesideCell, cellName } from "./beside-cell.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { CountedOf, countedOf, Num } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";

type Row = Schemas["PaperRow"];
type Numbers = ReturnType<typeof useNumbers>["data"];
type Filed = Form & { filed: FiledForm };

export const isFiled = (form: Form): form is Filed => form.filed !== undefined;

/* Rows that follow each other and are alike in `key`. */
function runsOf<K>(rows: readonly Row[], key: (row: Row) => K): { key: K; rows: Row[] }[] {
  const runs: { key: K; rows: Row[] }[] = [];
  for (const row of rows) {
    const last = runs[runs.length - 1];
    if (last && last.key === key(row)) last.rows.push(row);
    else runs.push({ key: key(row), rows: [row] });
  }
  return runs;
}

/* A table begins with its heads. */
function tablesOf(rows: readonly Row[]): Row[][] {
  const tables: Row[][] = [];
  rows.forEach((row, n) => {
    if (n === 0 || (row.kind === "head" && rows[n - 1]!.kind !== "head")) tables.push([]);
    tables[tables.length - 1]!.push(row);
  });
  return tables;
}

const groupsOf = (form: Filed): string[] => [...new Set((form.filed.content?.blocks ?? []).flatMap(({ rows }) => rows.map(({ group }) => group)).filter(Boolean))];
const labelsOf = ({ cells }: Row) => cells.filter(({ look }) => look === "label").map(({ text }) => text);
const idOf = (form: Form, group: string) => `${form.form}-${group}`;

interface FiledProps {
  head: Case;
  forms: CaseForms;
  crumb?: ReactNode;
  title?: ReactNode;
  actions?: ReactNode;
  rail?: ReactNode; // above what is said of the papers
  foot?: ReactNode;
}

/* A form that is not filed yet is shown as it stands. */
export function FiledForms({ head, forms, crumb, title, actions, rail, foot }: FiledProps) {
  const t = useText();
  const filed = forms.forms.filter(isFiled);
  const sections = forms.forms.flatMap((form) =>
    isFiled(form) ? groupsOf(form).map((group) => ({ id: idOf(form, group), group })) : form.sections.filter(({ label }) => label).map(({ id, label }) => ({ id: cellId(form.form, id), group: label })),
  );
  const [first] = filed;
  return (
    <div className={foot ? "panes filed footed" : "panes filed"}>
      <header>
        <p>
          {crumb ?? (
            <>
              <Link to={`/case/${head.id}`}><Data text={head.number} /></Link> / <Data text={head.process_label} />
            </>
          )}
        </p>
        <PageHead
          title={title ?? <Data text={first?.title ?? head.title} />}
          tag={<StateTag tone={first ? "green" : "grey"} ground>{first && !crumb ? t("form.filed.tag") : head.stage_label}</StateTag>}
          line={head.party.name && <Data text={head.party.name} />}
          actions={actions ?? <Link className="button" to={`/case/${head.id}`}>{t("submit.toCase")}</Link>}
        />
      </header>
      <nav className="panes-nav" aria-label={t("form.sections")}>
        <ol>
          {sections.map(({ id, group }, index) => (
            <li key={id}>
              <a
                href={`#${id}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(id)?.scrollIntoView({ block: "start" });
                }}
              >
                <span>{index + 1}</span>
                <Data text={group} />
              </a>
            </li>
          ))}
        </ol>
        {first && <p>{t("form.filed.stays")}</p>}
      </nav>
      <div className="panes-paper" tabIndex={0} role="group" aria-label={first?.title ?? head.title}>
        {forms.forms.map((form) => (
          <div key={form.form} className="paper">
            <OfForm head={head} form={form}>
              {isFiled(form) ? (
                <FiledPaper form={form} />
              ) : (
                <>
                  <h2 lang="zh-CN">{form.title}</h2>
                  <Annex form={form} back={`/case/${head.id}/form`} />
                </>
              )}
            </OfForm>
          </div>
        ))}
      </div>
      <aside className="panes-check" tabIndex={0} aria-label={t("form.filed.about")}>
        {rail}
        {filed.map((form) => {
          const paper = `${base}/api/v1/cases/${head.id}/papers/${form.filed.paper}`;
          return (
            <section key={form.form}>
              <h2><Data text={form.title} /></h2>
              <KeyValues
                rows={[
                  [t("form.filed.on"), form.filed.on],
                  [t("form.filed.by"), form.filed.by && <Data text={form.filed.by} />],
                  [t("form.filed.digest"), <Code key="digest" text={form.filed.digest} />],
                ]}
              />
              <p>
                <a className="button" href={`${paper}/pdf`}>PDF</a> <a className="button" href={`${paper}/docx`}>Word</a>
              </p>
            </section>
          );
        })}
      </aside>
      {foot}
    </div>
  );
}

/* The numbers in it are those of its day; where they are shown is the page's. */
function OfForm({ head, form, children }: { head: Case; form: Form; children: ReactNode }) {
  const { look } = use(CountedOf) ?? {};
  return <CountedOf value={{ ...countedOf(head, form), look }}>{children}</CountedOf>;
}

/* The content of the paper, block by block. */
export function FiledPaper({ form }: { form: Filed }) {
  const t = useText();
  const { pack, party } = use(CountedOf) ?? {};
  const numbers = useNumbers(pack, party, form).data;
  const content = form.filed.content;
  if (!content) return <p>{t("form.filed.erased")}</p>;
  return (
    <div className="filed-paper" lang="zh-CN">
      {content.marks.map((mark) => <p key={mark} className="quiet">{mark}</p>)}
      {content.blocks.map((block, index) => (
        <Fragment key={index}>
          {block.role === "title" ? <h2>{block.text}</h2> : block.role === "attachment" || block.role === "heading" ? <h3>{block.text}</h3> : block.text && <p className="filed-text">{block.label && `${block.label}：`}{block.text}</p>}
          {block.rows.length > 0 && <Rows form={form} rows={block.rows} numbers={numbers} />}
        </Fragment>
      ))}
    </div>
  );
}

function Rows({ form, rows, numbers }: { form: Filed; rows: readonly Row[]; numbers?: Numbers }) {
  return (
    <div className="annex">
      {runsOf(rows, ({ group }) => group).map(({ key: group, rows: own }, index) => (
        <section key={index} className="annex-section" id={group ? idOf(form, group) : undefined} aria-label={group || undefined}>
          {group && <h4 className="annex-side">{group}</h4>}
          <div className="annex-lines">
            {runsOf(own, ({ kind }) => kind === "line").map(({ key: line, rows: run }, at) => (line ? run.map((row, n) => <Line key={`${at}/${n}`} row={row} group={own} numbers={numbers} />) : tablesOf(run).map((table, n) => <Table key={`${at}/${n}`} rows={table} />)))}
          </div>
        </section>
      ))}
    </div>
  );
}

function Line({ row, group, numbers }: { row: Row; group: readonly Row[]; numbers?: Numbers }) {
  const { cell } = use(BesideCell);
  return (
    <div className="annex-line">
      {row.cells.map(({ look, width, text }, index) => {
        const label = row.cells[index - 1]?.text ?? "";
        const number = look === "value" ? numbers?.get(`${row.group}/${label}`) : undefined;
        return (
          <div key={index} className="annex-cell" style={{ "--width": width / 10, "--label": width / 10 }}>
            <div className={look === "label" ? "annex-label" : "annex-value annex-words"}>
              {number ? <Num {...number} label={label} text={text} /> : text}
              {look === "value" && label && cell?.(cellName(row.group, group.map(labelsOf), label, labelsOf(row)[0] ?? ""))}
            </div>
          </div>
        );
      })}
    </div>
  );
}

function Table({ rows }: { rows: readonly Row[] }) {
  const cells = (row: Row, cell: (text: string, width: string, index: number) => ReactNode) => row.cells.map(({ text, width }, index) => cell(text, `${width / 10}%`, index));
  const heads = rows.filter(({ kind, cells: of }) => kind === "head" && of.length > 1);
  const [caption] = rows.filter(({ kind, cells: of }) => kind === "head" && of.length === 1);
  return (
    <div className="annex-line">
      <div className="annex-value annex-table">
        <table className="annex-rows">
          {caption && <caption>{caption.cells[0]!.text}</caption>}
          <thead>{heads.map((row, n) => <tr key={n}>{cells(row, (text, width, index) => <th key={index} scope="col" style={{ width }}>{text}</th>)}</tr>)}</thead>
          <tbody>{rows.filter(({ kind }) => kind !== "head").map((row, n) => <tr key={n}>{cells(row, (text, _, index) => <td key={index}>{text}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </div>
  );
}
