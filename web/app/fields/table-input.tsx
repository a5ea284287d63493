/* Rows of fields. A block copied from Excel and pasted into a cell fills the cells from there on. */
import { useRef, type ClipboardEvent } from "react";
import { useText } from "../text/index.ts";
import { faultsUnder, isMany, kindOf, type Field, type Values, type WidgetProps } from "./field.ts";
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

const numeric = /^(integer|decimal|money)$/;

export function TableInput(props: WidgetProps) {
  const t = useText();
  const { field, value, onChange, id, faults } = props;
  const box = useRef<HTMLDivElement>(null);
  const columns = field.fields ?? [];
  const rows = Array.isArray(value) ? (value as Values[]) : [];
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
  return (
    <div className={organisation ? "field-table parties" : "field-table"} ref={box}>
      {rows.length > 0 && (
        <div className="field-table-scroll">
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.name} scope="col" className={numeric.test(kindOf(column)) ? "number" : undefined}>
                    {column.label}
                    <small>{[column.unit ?? (kindOf(column) === "money" ? t("fields.yuan") : ""), column.required ? t("common.required") : ""].filter(Boolean).join(t("common.comma"))}</small>
                  </th>
                ))}
                <td />
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={i}>
                  {columns.map((column, k) => {
                    const inside = faultsUnder(faults, `/${i}/${column.name}`);
                    const Widget = widgetOf(column);
                    const cell = `${id}/${i}/${column.name}`;
                    const beside = column.organisation ?? columns.find((one) => one.organisation === column.name && !row[one.name])?.name;
                    return (
                      <td key={column.name} onPasteCapture={(event) => paste(event, i, k)}>
                        <Widget
                          id={cell}
                          field={column}
                          label={`${column.label} ${i + 1}`}
                          value={row[column.name]}
                          onChange={(next) => change(i, { [column.name]: next })}
                          invalid={inside.length > 0}
                          note={inside.length ? `${cell}-note` : undefined}
                          faults={inside}
                          fillBeside={beside ? (found) => change(i, { [beside]: found }) : undefined}
                        />
                        {inside.map(({ message }) => (
                          <p key={message} id={`${cell}-note`} className="field-error">
                            {message}
                          </p>
                        ))}
                      </td>
                    );
                  })}
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
        <span className="quiet">{t("fields.row.paste")}</span>
      </div>
    </div>
  );
}
