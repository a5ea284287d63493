/* Rows of fields. A block copied from Excel and pasted into a cell fills the cells from there on. */
import { useRef, type ClipboardEvent } from "react";
import { useText } from "../text/index.ts";
import { faultsUnder, isEmpty, isMany, kindOf, manyOf, type Fault, type Field, type Values, type WidgetProps } from "./field.ts";
import { readDate } from "./date-input.tsx";
import { readNumber } from "./number-input.tsx";
import { PartyAdd } from "./party-input.tsx";
import { widgetOf } from "./widgets.ts";

/* A pasted text as a value of the field. */
function readCell(text: string, field: Field): unknown {
  const given = text.trim();
  if (!given) return undefined;
  switch (kindOf(field)) {
    case "integer":
    case "decimal":
    case "money":
    case "year":
      return readNumber(given, field);
    case "date":
    case "known_date":
      return readDate(given) ?? given;
    case "enum": {
      const code = field.choices?.find((one) => one.code === given || one.label === given)?.code ?? given;
      return isMany(field) ? [code] : code;
    }
    case "boolean":
      return /^(是|yes|true|1|√)$/i.test(given) ? true : /^(否|no|false|0)$/i.test(given) ? false : given;
    default:
      return isMany(field) || kindOf(field) === "patents" || kindOf(field) === "texts" ? given.split(/[;；、]/) : given;
  }
}

/* Excel's clipboard: lines of cells between tabs; a cell with a line break or a quote is quoted. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.replace(/\r\n?/g, "\n").matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
    rows[rows.length - 1]!.push(quoted !== undefined ? quoted.replace(/""/g, '"') : plain);
    if (end === "\n") rows.push([]);
  }
  return rows.filter((row) => row.some((cell) => cell.trim()));
}

export const numeric = /^(integer|decimal|money)$/;

interface CellProps {
  id: string;
  columns: readonly Field[];
  column: Field;
  row: Values;
  label: string;
  change: (values: Values) => void;
  faults: readonly Fault[]; // of the cell
}

/* The input of one value of a row. */
export function Cell({ id, columns, column, row, label, change, faults }: CellProps) {
  const Widget = widgetOf(column);
  const beside = column.organisation ?? columns.find((one) => one.organisation === column.name && !row[one.name])?.name;
  return (
    <>
      <Widget
        id={id}
        field={column}
        label={label}
        value={row[column.name]}
        onChange={(next) => change({ [column.name]: next })}
        invalid={faults.length > 0}
        note={faults.length ? `${id}-note` : undefined}
        faults={faults}
        fillBeside={beside ? (found) => change({ [beside]: found }) : undefined}
      />
      {faults.map(({ message }) => (
        <p key={message} id={`${id}-note`} className="field-error">
          {message}
        </p>
      ))}
    </>
  );
}

/* The head of a column: its name, its unit, and whether each row has it. */
export function ColumnHead({ column }: { column: Field }) {
  const t = useText();
  return (
    <th scope="col" className={numeric.test(kindOf(column)) ? "number" : undefined}>
      {column.label}
      <small>{[column.unit ?? (kindOf(column) === "money" ? t("fields.yuan") : ""), column.required ? t("common.required") : ""].filter(Boolean).join(t("common.comma"))}</small>
    </th>
  );
}

export function TableInput(props: WidgetProps) {
  const t = useText();
  const { field, value, onChange, id, faults } = props;
  const box = useRef<HTMLDivElement>(null);
  const columns = field.fields ?? [];
  const rows = manyOf<Values>(value);
  const latest = useRef(rows); // one key may change two cells
  latest.current = rows;
  const set = (next: Values[]) => {
    latest.current = next;
    onChange(next.length ? next : undefined);
  };
  const change = (row: number, change: Values) => set(latest.current.map((one, i) => (i === row ? { ...one, ...change } : one)));
  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const block = readBlock(event.clipboardData.getData("text"));
    if (block.length < 2 && (block[0]?.length ?? 0) < 2) return;
    event.preventDefault();
    event.stopPropagation();
    const next = [...rows];
    block.forEach((cells, i) => {
      const values = Object.fromEntries(cells.flatMap((cell, k) => (columns[column + k] ? [[columns[column + k]!.name, readCell(cell, columns[column + k]!)]] : [])));
      next[row + i] = { ...next[row + i], ...values };
    });
    set(next);
  };
  const add = () => {
    set([...rows, {}]);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`tbody tr:last-child :is(input, select, textarea)`)?.focus());
  };
  const organisation = columns.find((column) => column.organisation);
  const listed = columns.find((column) => column.name === field.listed && kindOf(column) === "enum" && !isMany(column));
  const unlisted = listed?.choices?.filter(({ code }) => !rows.some((row) => row[listed.name] === code)) ?? [];
  return (
    <div className={organisation ? "field-table parties" : "field-table"} ref={box}>
      {rows.length > 0 && (
        <div className="field-table-scroll">
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <ColumnHead key={column.name} column={column} />
                ))}
                <td />
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={i}>
                  {columns.map((column, k) => (
                    <td key={column.name} onPasteCapture={(event) => paste(event, i, k)}>
                      <Cell id={`${id}/${i}/${column.name}`} columns={columns} column={column} row={row} label={`${column.label} ${i + 1}`} change={(values) => change(i, values)} faults={faultsUnder(faults, `/${i}/${column.name}`)} />
                    </td>
                  ))}
                  <td className="field-table-end">
                    <button type="button" className="link-button" aria-label={`${t("fields.row.remove")} ${i + 1}`} onClick={() => set(rows.filter((_, other) => other !== i))}>
                      {t("fields.row.remove")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="field-table-foot" onPaste={(event) => paste(event, rows.length, 0)}>
        {organisation && (
          <span className="field-table-add">
            <PartyAdd id={`${id}-party`} label={field.label} onAdd={({ name, code }) => set([...latest.current, { [organisation.name]: name || undefined, [organisation.organisation!]: code || undefined }])} />
          </span>
        )}
        <button type="button" id={id} className="button small" onClick={add}>
          {t("fields.row.add")}
        </button>
        {unlisted.length > 0 && (
          <button type="button" className="button small" onClick={() => set([...latest.current.filter((row) => row[listed!.name]), ...unlisted.map(({ code }) => ({ [listed!.name]: code }))])}>
            {t("fields.row.all", { n: unlisted.length })}
          </button>
        )}
        <Total field={field} rows={rows} />
        <span className="quiet">{t("fields.row.paste")}</span>
      </div>
    </div>
  );
}

/* What a column adds up to, once one of its values is there, and what it should. */
function Total({ field: { total, fields = [] }, rows }: { field: Field; rows: readonly Values[] }) {
  const t = useText();
  const column = fields.find(({ name }) => name === total?.column);
  const values = rows.map((row) => row[column?.name ?? ""]).filter((value) => !isEmpty(value));
  if (!total || !column || values.length === 0) return null;
  const places = 10 ** (column.places ?? 2);
  const sum = values.reduce<number>((all, value) => all + Math.round(Number(value) * places), 0) / places;
  const limit = total.is ?? total.at_most ?? "";
  const right = total.is ? sum === Number(limit) : sum <= Number(limit);
  return (
    <span role="status" className={right ? "quiet" : "field-error"}>
      {t(right ? "fields.total" : total.is ? "fields.total.is" : "fields.total.most", { name: column.label, sum: `${sum.toFixed(column.places ?? 2)}${column.unit ?? ""}`, limit: `${limit}${column.unit ?? ""}` })}
    </span>
  );
}
