/* Rows under heads with hairlines: a page says its columns. */
import "./plain-table.css";
import type { HTMLAttributes, ReactNode } from "react";

export interface Column<Row> {
  head?: ReactNode; // absent: the cells have no head
  cell: (row: Row, at: number) => ReactNode;
  className?: string; // of its cells
  number?: boolean; // head and cells stand at the right
  named?: boolean; // it names the row
}

export interface TableProps<Row> {
  rows: readonly Row[];
  columns: readonly (Column<Row> | false)[];
  keyOf: (row: Row, at: number) => string | number;
  className?: string;
  bare?: boolean; // it has a look of its own
  label?: string;
  caption?: string; // for screen readers
  rowProps?: (row: Row, at: number) => HTMLAttributes<HTMLTableRowElement> | undefined;
  children?: ReactNode; // below the rows: sums
}

export function Table<Row>({ rows, columns, keyOf, className, bare, label, caption, rowProps, children }: TableProps<Row>) {
  const shown = columns.filter((column) => column !== false);
  return (
    <table className={[!bare && "plain-table", className].filter(Boolean).join(" ")} aria-label={label}>
      {caption && <caption className="said">{caption}</caption>}
      <thead>
        <tr>
          {shown.map(({ head, number }, at) =>
            head === undefined ? (
              <td key={at} />
            ) : (
              <th key={at} scope="col" className={number ? "number" : undefined}>
                {head}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={keyOf(row, at)} {...rowProps?.(row, at)}>
            {shown.map(({ cell, className: words, number, named }, i) =>
              named ? (
                <th key={i} scope="row" className={words}>
                  {cell(row, at)}
                </th>
              ) : (
                <td key={i} className={words ?? (number ? "number" : undefined)}>
                  {cell(row, at)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
      {children}
    </table>
  );
}
