/* A form as its annex is printed: the same labels, order and widths, sections named at the left. Each filled cell
 * says where its value comes from; numbers are computed and cannot be typed; what is missing says so, with the way
 * to mend it. `edit` absent: it is shown as it will be handed in. */
import "./annex.css";
import { use, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { type Cell, type Criterion, type Form, type Gap, type Section, type Source } from "../../api/case-form.ts";
import { doorTo } from "../../api/obstacles.ts";
import { useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { AnnexEdit } from "./annex-edit.tsx";
import { BesideCell, nameOf } from "./beside-cell.ts";
import { draftKey, type Saving, type Target } from "./form-edit.ts";
import { Data } from "../../ui/data.tsx";
import { PREFIX } from "../../ui/draft.ts";
import { isWithin } from "../../ui/keys.ts";
import { Num } from "../../ui/num.tsx";

export interface AnnexProps {
  form: Form;
  back: string; // where doors lead back to
  criteria?: readonly Criterion[];
  edit?: { onSaved: () => void; onState: (state: Saving) => void };
}

const LABEL = 16; // percent of the line, as printed
export const cellId = (form: string, cell: string) => `${form}-${cell}`;
export const fails = (one: Criterion) => one.state === "no" || one.state === "near";

export function Annex(props: AnnexProps) {
  return (
    <div className="annex">
      {props.form.sections.map((section) => (
        <SectionRows key={section.id} section={section} {...props} />
      ))}
    </div>
  );
}

function SectionRows({ section, ...props }: { section: Section } & AnnexProps) {
  return (
    <section className="annex-section" id={cellId(props.form.form, section.id)} aria-label={section.label || section.id}>
      {section.label && (
        <h3 className="annex-side" lang="zh-CN">
          {section.label}
        </h3>
      )}
      <div className="annex-lines">
        {section.lines.map((line, index) => (
          <div key={index} className="annex-line">
            {line.map((cell) => (
              <CellBox key={cell.id} cell={cell} name={nameOf(section, cell)} other={section.state === "other"} {...props} />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function CellBox({ cell, name, other, ...props }: { cell: Cell; name: string; other: boolean } & AnnexProps) {
  const beside = use(BesideCell).cell?.(name, cell, props.form.form);
  const failing = (props.criteria ?? []).filter((one) => fails(one) && cell.criteria.includes(one.criterion));
  const bare = cell.kind === "note" || cell.kind === "commitment" || cell.kind === "table";
  return (
    <div id={cellId(props.form.form, cell.id)} className="annex-cell" tabIndex={-1} style={{ "--width": cell.width, "--label": Math.min(cell.width / 2, LABEL) }}>
      {!bare && (
        <div className="annex-label" lang="zh-CN">
          {cell.label}
          {cell.guide && <small>{cell.guide}</small>}
        </div>
      )}
      {cell.kind === "table" ? <TableCell cell={cell} {...props} failing={failing} beside={beside} /> : <ValueCell cell={cell} name={name} other={other} {...props} failing={failing} beside={beside} />}
    </div>
  );
}

/* --- one value --------------------------------------------------------------------------------- */

/* The fields of a cell that its reader may type into: those of one record or two, not those of a list of records. */
function targetsOf(cell: Cell): Target[] {
  const found = new Map<string, Target>();
  const add = (type: string, record: number, name: string) => {
    const key = `${type}/${record}`;
    const names = found.get(key)?.names ?? [];
    found.set(key, { type, record, names: names.includes(name) ? names : [...names, name] });
  };
  for (const { editable, type, record, field } of cell.sources) if (editable && field) add(type, record, field);
  for (const { editable, record_type, id, field } of cell.gaps) if (editable && record_type && id && field) add(record_type, id, field);
  return found.size <= 2 ? [...found.values()] : [];
}

function ValueCell({ cell, name, other, failing, beside, back, edit }: { cell: Cell; name: string; other: boolean; failing: readonly Criterion[]; beside?: ReactNode } & AnnexProps) {
  const t = useText();
  const { account } = useSession();
  const targets = edit && !cell.computed && !other ? targetsOf(cell) : [];
  const [kept] = useState(() => targets.find((target) => hasDraft(account, target)));
  const [opened, setOpened] = useState(kept);
  const [first] = targets;
  const state = opened ? " annex-editing" : failing.length ? " annex-failing" : first ? " annex-can" : "";
  const missing = cell.value === null && !cell.rows?.length;
  return (
    <div className={`annex-value${cell.computed ? " annex-number" : ""}${state}`} onClick={(event) => first && !opened && !isWithin(event.target, "a, button") && setOpened(first)}>
      {opened && edit ? (
        <AnnexEdit key={draftKey(opened)} target={opened} label={cell.label} {...edit} restored={opened === kept} onClose={() => setOpened(undefined)} />
      ) : (
        <>
          {cell.rows?.length ? <Rows cell={cell} back={back} linked={!!edit && !first} /> : missing ? <Missing cell={cell} other={other} /> : <Words cell={cell} name={name} />}
          {!cell.computed && !missing && <From sources={cell.sources} />}
          {targets.map((target) => (
            <button key={draftKey(target)} type="button" className={missing ? "annex-pen" : "annex-pen annex-change"} onClick={() => setOpened(target)} aria-label={`${t(missing ? "form.fill" : "form.edit")} ${cell.label}`}>
              {t(missing ? "form.fill" : "form.edit")}
            </button>
          ))}
          {edit && <Gaps gaps={cell.gaps} back={back} />}
        </>
      )}
      {edit && !cell.computed && failing.map((one) => <Short key={one.criterion} one={one} back={back} />)}
      {beside}
    </div>
  );
}

function hasDraft(account: number, target: Target): boolean {
  try {
    return !["null", null].includes(localStorage.getItem(`${PREFIX}${account}.${draftKey(target)}`));
  } catch {
    return false; // storage is off: there are none
  }
}

/* A label that its section repeats is told by its line. */
function Words({ cell, name }: { cell: Cell; name: string }) {
  const [, ...own] = name.split(" · ");
  const label = own.length > 1 ? own.join(" · ") : cell.label;
  return <div className={cell.computed ? "" : "annex-words"}>{cell.computed ? <Num indicator={cell.indicator} label={label} text={cell.value!} counted={cell.counted} proven={cell.proven} /> : <Data text={cell.value!} />}</div>;
}

function Missing({ cell, other }: { cell: Cell; other: boolean }) {
  const t = useText();
  const word = other ? "form.other" : cell.kind === "sign" && !cell.gaps.length ? "form.sign" : "form.empty";
  return (
    <div className={cell.required && word === "form.empty" ? "near" : "quiet"}>
      {t(word)}
      {cell.required && word === "form.empty" && ` ${t("common.required")}`}
    </div>
  );
}

/* Which kind of record a value comes from, and when that was last changed. */
function From({ sources }: { sources: readonly Source[] }) {
  const t = useText();
  const kinds = [...new Set(sources.map(({ type }) => type))].map((type) => sources.filter((one) => one.type === type));
  if (kinds.length === 0) return null;
  const words = kinds.map((all) => {
    const records = new Set(all.map(({ record }) => record)).size;
    const day = all.map(({ changed_on }) => changed_on ?? "").sort().pop();
    const what = records > 1 ? t("form.from.many", { what: all[0]!.type_label, n: records }) : t("form.from", { what: all[0]!.type_label });
    return day ? `${what}${t("form.from.day", { day })}` : what;
  });
  const line = words.join(t("form.semicolon"));
  return (
    <div className="annex-from" title={line}>
      {line}
    </div>
  );
}

/* Records that are not there yet; fields of those that are there are typed into the cell. */
function Gaps({ gaps, back }: { gaps: readonly Gap[]; back: string }) {
  const t = useText();
  const doors = gaps.filter(({ id, editable, record_type }) => record_type && !(id && editable));
  if (doors.length === 0) return null;
  return (
    <div className="annex-gap">
      {doors.map((gap, index) => (
        <Link key={index} to={doorTo({ type: gap.record_type!, id: gap.id }, back)}>
          {t("form.door.fill", { what: [gap.title, gap.label].filter(Boolean).join(" ") })}
        </Link>
      ))}
    </div>
  );
}

function Short({ one, back }: { one: Criterion; back: string }) {
  const t = useText();
  return (
    <div className="annex-short">
      <span className="near">
        <span aria-hidden="true">△</span> <Data text={one.advice ?? one.label} />
      </span>
      {one.any && one.mends.length > 1 && t("form.check.any")}
      {one.mends.map((mend, index) => (
        <Link key={index} to={doorTo(mend, back)}>
          {t(mend.id ? "form.door.fill" : "form.door.new", { what: mend.id ? (mend.field_label ?? mend.type_label) : mend.type_label })}
        </Link>
      ))}
    </div>
  );
}

/* --- several records --------------------------------------------------------------------------- */

const recordLink = (type: string, record: number, back: string) => `/r/${type}/${record}?back=${encodeURIComponent(back)}`;

function Rows({ cell, back, linked }: { cell: Cell; back: string; linked: boolean }) {
  return (
    <ul className="annex-list">
      {cell.rows!.map((row, index) => (
        <li key={index}>
          {row.cells.map((text, column) => (
            <span key={column}>{linked && column === 0 ? <Link to={recordLink(row.type, row.record, back)}><Data text={text} /></Link> : <Data text={text} />}</span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function TableCell({ cell, failing, beside, back, edit }: { cell: Cell; failing: readonly Criterion[]; beside?: ReactNode } & AnnexProps) {
  const t = useText();
  const { row: besideRow, rows: besideRows } = use(BesideCell);
  const columns = cell.columns ?? [];
  const type = cell.rows?.[0]?.type ?? cell.sources[0]?.type ?? cell.gaps[0]?.record_type;
  const owner = cell.sources.find(({ field }) => field)?.record ?? cell.gaps.find(({ inner }) => inner)?.id; // of a table within a record
  return (
    <div className="annex-value annex-table">
      <table className="annex-rows" aria-label={cell.label}>
        <thead>
          <tr>
            {columns.map(({ label, width }) => (
              <th key={label} scope="col" style={{ width: `${width}%` }} lang="zh-CN">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cell.rows?.map((row, at) => (
            <tr key={`${row.type}/${row.record}/${at}`}>
              {row.cells.map((text, index) => (
                <td key={index}>
                  {edit && index === 0 ? <Link to={recordLink(row.type, row.record, back)}><Data text={text || t("form.empty")} /></Link> : <Data text={text || t("form.empty")} />}
                  {index === row.cells.length - 1 && besideRow?.(cell, row)}
                </td>
              ))}
            </tr>
          ))}
          {besideRows?.(cell)}
        </tbody>
      </table>
      <Foot>
        {cell.rows?.length ? <From sources={cell.sources} /> : <Missing cell={cell} other={false} />}
        {edit && type && (
          <Link to={doorTo({ type, id: owner }, back)}>
            {t("form.add")}
          </Link>
        )}
        {edit && <Gaps gaps={cell.gaps.filter(({ id }) => id)} back={back} />}
        {edit && failing.map((one) => <Short key={one.criterion} one={one} back={back} />)}
        {beside}
      </Foot>
    </div>
  );
}

const Foot = ({ children }: { children: ReactNode }) => <div className="annex-foot">{children}</div>;
