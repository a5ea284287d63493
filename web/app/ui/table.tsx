/* Rows under heads with hairlines: a page says its columns. */
import "./plain-table.css";
import type { HTMLAttributes, ReactNode } from "react";

export interface Column<Row> {
  head?: ReactNode;
  label?: string; // of a head without words; absent too: the cells have no head
  cell: (row: Row, at: number) => ReactNode;
  className?: string | ((row: Row, at: number) => string | undefined); // of its cells
  number?: boolean; // head and cells stand at the right
  headClass?: string; // of its head, where that has a look of its own
  sort?: "ascending" | "descending";
  named?: boolean; // it names the row
}

export interface TableProps<Row> {
  rows: readonly Row[];
  columns: readonly (Column<Row> | false)[];
  keyOf: (row: Row, at: number) => string | number;
  className?: string;
  bare?: boolean; // it has a look of its own
  code?: boolean; // its words are names of the data: nothing to translate
  label?: string;
  caption?: string; // for screen readers
  rowProps?: (row: Row, at: number) => HTMLAttributes<HTMLTableRowElement> | undefined;
  children?: ReactNode; // below the rows: sums
}

export function Table<Row>({ rows, columns, keyOf, className, bare, code, label, caption, rowProps, children }: TableProps<Row>) {
  const shown = columns.filter((column) => column !== false);
  return (
    <table className={[!bare && "plain-table", className].filter(Boolean).join(" ")} aria-label={label}>
      {caption && <caption className="said">{caption}</caption>}
      <thead>
        <tr>
          {shown.map(({ head, label: name, number, headClass, sort }, at) =>
            head === undefined && name === undefined ? (
              <td key={at} />
            ) : (
              <th key={at} scope="col" className={headClass ?? (number ? "number" : undefined)} aria-label={name} aria-sort={sort}>
                {head}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody translate={code ? "no" : undefined}>
        {rows.map((row, at) => (
          <tr key={keyOf(row, at)} {...rowProps?.(row, at)}>
            {shown.map(({ cell, className: given, number, named }, i) => {
              const words = (typeof given === "function" ? given(row, at) : given) ?? (number ? "number" : undefined);
              return named ? (
                <th key={i} scope="row" className={words}>
                  {cell(row, at)}
                </th>
              ) : (
                <td key={i} className={words}>
                  {cell(row, at)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
      {children}
    </table>
  );
}
