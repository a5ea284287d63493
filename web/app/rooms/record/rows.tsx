/* The rows of a table of a record, with the sums of its money and the days that are left of what falls due. A row is entered
 * and changed in place: Enter saves it, Escape leaves it. */
import "../../fields/fields.css";
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useLocation } from "react-router";
import type { RecordType, Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { faultsUnder, isEmpty, kindOf, manyOf, type Field, type Values } from "../../fields/field.ts";
import { holds } from "../../fields/limits.ts";
import { grouped } from "../../fields/number-input.tsx";
import { Cell, ColumnHead, numeric } from "../../fields/table-input.tsx";
import { Button } from "../../ui/ant.ts";
import { ConflictTable } from "./conflict-table.tsx";
import { composing, isWithin } from "../../ui/keys.ts";
import { ErrorNote } from "../../ui/note.tsx";
import { RecordValue } from "./value.tsx";
import { daysBetween } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { useRowEdit } from "./row-edit.ts";

/* Of decimals as texts, without an error of binary fractions. */
function sumOf(values: readonly unknown[]): string {
  const cents = values.reduce<bigint>((sum, value) => sum + BigInt(Math.round(Number(value ?? 0) * 100)), 0n);
  return `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}

/* `fills`: its reader may enter and change rows. */
export function Rows({ type, of, field, fills }: { type: RecordType; of: Row; field: Field; fills: boolean }) {
  const t = useText();
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const edit = useRowEdit(type, of, field);
  const { open } = edit;
  const at = open?.at;
  const rows = manyOf<Values>(of[field.name]);
  const { fixed_by, fixed_but = [] } = type.fields.find(({ name }) => name === field.name) ?? {};
  const fixed = fixed_by?.some((name) => !isEmpty(of[name]));
  const changes = fills && (!fixed || fixed_but.length > 0);
  const due = type.dues?.find(({ on, until, when }) => on[0]?.startsWith(`${field.name}.`) && until?.startsWith(`${field.name}.`) && (!when || holds(when, of)));
  const [on, until] = [due?.on[0], due?.until].map((path) => path?.split(".")[1] ?? "");
  const left = ({ [on!]: from, [until!]: over }: Values) => (due && isEmpty(over) && typeof from === "string" ? daysBetween(serverNow(), from) : undefined);
  const all = field.fields ?? [];
  const columns = open ? all : all.filter(({ name }) => rows.some((row) => !isEmpty(row[name])) || (name === until && due));
  const ends = all.find(({ name }) => name === until);
  const sums = columns.filter((column) => kindOf(column) === "money" && !column.currency && rows.length > 1).map((column) => t("records.sum", { name: column.label, sum: `${grouped(sumOf(rows.map((row) => row[column.name])))} ${t("fields.yuan")}` }));

  const begin = (row: number, column = all.find(({ name }) => !fixed || fixed_but.includes(name))?.name) => {
    edit.begin(row);
    requestAnimationFrame(() => document.getElementById(`${id}/${column}`)?.focus());
  };
  // The focus goes back to the verb that opened the row.
  const verb = useRef<string>(undefined);
  useEffect(() => {
    if (at !== undefined) verb.current = at < rows.length ? `[data-row="${at}"]` : ".record-add";
    else if (verb.current) section.current?.querySelector<HTMLElement>(verb.current)?.focus();
  }, [at]);
  // `?fill=payments.paid&row=2` opens a row at a cell.
  const { key, search } = useLocation();
  useEffect(() => {
    const asked = new URLSearchParams(search);
    const [table, column] = asked.get("fill")?.split(".") ?? [];
    const row = Number(asked.get("row"));
    // A fee that is computed comes by its year: its row may be a new one.
    const year = due?.computed && !rows.some((one) => !isEmpty(one[on!]) && isEmpty(one[until!])) ? rows.findIndex((one) => one["year"] === row) : undefined;
    const to = year === undefined ? row : year < 0 ? rows.length : year;
    if (table !== field.name || !changes || (year === undefined && to >= rows.length)) return;
    begin(to, column);
    if (to === rows.length) edit.change({ year: row });
  }, [key]);
  const isFixed = ({ name }: Field) => !!fixed && !fixed_but.includes(name);
  const editor = (row: number) => <EditRow key={`edit ${row}`} id={id} at={row} columns={columns} isFixed={isFixed} edit={edit} />;
  return (
    <section className="record-section" ref={section}>
      <h2>
        {field.label} <small>{rows.length ? [t("records.rows", { n: rows.length }), ...sums].join(t("records.semicolon")) : t("records.related.none")}</small>
        {fills && !fixed && !open && (
          <button type="button" className="link-button related-verb record-add no-print" onClick={() => begin(rows.length)}>
            ＋ {t("records.add", { type: field.label })}
          </button>
        )}
      </h2>
      {edit.conflicts.length > 0 && <ConflictTable conflicts={edit.conflicts} values={{ ...of, ...edit.chosen }} choose={(name, value) => name === field.name && edit.choose(value)} />}
      <ErrorNote error={edit.error} />
      {(rows.length > 0 || open) && (
        <div className={open ? undefined : "record-scroll"}>
          <table className="close-rows record-table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <ColumnHead key={column.name} column={open ? column : { ...column, required: false }} />
                ))}
                {changes && <td />}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => {
                if (at === i) return editor(i);
                const days = left(row);
                return (
                  <ShownRow key={i} row={row} columns={columns} warned={days !== undefined && days <= Math.max(...due!.warn)} days={days} until={until}>
                    {changes && (
                      <td className="record-row-end no-print">
                        {!open && days !== undefined && ends ? (
                          <button type="button" className="button small" data-row={i} aria-label={`${t("records.add", { type: ends.label })} ${i + 1}`} onClick={() => begin(i, until)}>
                            {t("records.add", { type: ends.label })}
                          </button>
                        ) : (
                          !open && (
                            <button type="button" className="link-button" data-row={i} aria-label={`${t("records.changeOne", { type: field.label })} ${i + 1}`} onClick={() => begin(i)}>
                              {t("records.change")}
                            </button>
                          )
                        )}
                      </td>
                    )}
                  </ShownRow>
                );
              })}
              {at === rows.length && editor(at)}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/* The row that is entered or changed. Columns that are fixed are only read. */
function EditRow({ id, at, columns, isFixed, edit }: { id: string; at: number; columns: readonly Field[]; isFixed: (column: Field) => boolean; edit: ReturnType<typeof useRowEdit> }) {
  const t = useText();
  const { values } = edit.open!;
  const hear = (event: KeyboardEvent) => {
    if (composing(event)) return;
    // Enter takes the marked option of a list, and breaks a line of a long text.
    if (event.key === "Enter" && isWithin(event.target, "input:not([aria-activedescendant])")) void edit.save();
    else if (event.key === "Escape") edit.close();
    else return;
    event.preventDefault();
  };
  return (
    <tr className="record-editing" onKeyDown={hear}>
      {columns.map((column) => (
        <td key={column.name}>
          {isFixed(column) ? (
            <RecordValue field={column} value={values[column.name]} bare />
          ) : (
            <Cell id={`${id}/${column.name}`} columns={columns} column={column} row={values} label={`${column.label} ${at + 1}`} change={edit.change} faults={faultsUnder(edit.faults, `/${column.name}`)} />
          )}
        </td>
      ))}
      <td className="record-row-end">
        <Button type="primary" size="small" loading={edit.busy} onClick={() => void edit.save()}>
          {t(edit.conflicts.length ? "records.conflict.save" : "records.save")}
        </Button>
        <Button size="small" onClick={edit.close}>
          {t("common.cancel")}
        </Button>
      </td>
    </tr>
  );
}

/* `days`: those left of the day in the column `until`, which is still open. */
function ShownRow({ row, columns, days, until, warned, children }: { row: Values; columns: readonly Field[]; days?: number; until?: string; warned: boolean; children: ReactNode }) {
  const t = useText();
  return (
    <tr className={warned ? "record-due" : undefined}>
      {columns.map((column) => (
        <td key={column.name} className={numeric.test(kindOf(column)) ? "number" : undefined}>
          {column.name === until && days !== undefined ? (
            <span className="record-left">{days < 0 ? t("records.late", { n: -days }) : days === 0 ? t("records.today") : t("records.left", { n: days })}</span>
          ) : isEmpty(row[column.name]) ? (
            <span className="not-given" title={t("records.notGiven")}>
              –
            </span>
          ) : (
            <RecordValue field={column} value={row[column.name]} bare={numeric.test(kindOf(column))} />
          )}
        </td>
      ))}
      {children}
    </tr>
  );
}
