/* What a page adds to the cells of a form, beside their values: in a draft and in the paper that was filed. */
import { createContext, type ReactNode } from "react";
import type { Cell, Section } from "../../api/case-form.ts";
import type { Target } from "./form-edit.ts";

export interface Beside {
  cell?: (name: string, cell?: Cell, form?: string) => ReactNode; // below a value; the cell is absent in what was filed
  row?: (cell: Cell, row: NonNullable<Cell["rows"]>[number]) => ReactNode; // in the last column of a row of a table
  rows?: (cell: Cell) => ReactNode; // further rows at its end
  cites?: (target: Target) => readonly string[]; // what may be put into a text that is being written
}

export const BesideCell = createContext<Beside>({});

/* The name of a cell on its paper: section and label, and the first label of its line where the section repeats its own. */
export const cellName = (section: string, lines: readonly (readonly string[])[], label: string, first: string) =>
  [section, lines.flat().filter((one) => one === label).length > 1 && first !== label ? first : "", label].filter(Boolean).join(" · ");

export const nameOf = (section: Section, cell: Cell) => {
  const lines = section.lines.map((line) => line.map(({ label }) => label));
  return cellName(section.label, lines, cell.label, section.lines.find((line) => line.includes(cell))?.[0]?.label ?? "");
};
