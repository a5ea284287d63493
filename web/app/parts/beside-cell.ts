/* What a page adds to the cells of a form, beside their values: in a draft and in the paper that was filed. */
import { createContext, type ReactNode } from "react";
import type { Cell } from "../api/case-form.ts";
import type { Target } from "./case-form-edit.ts";

export interface Beside {
  cell?: (name: string, cell?: Cell) => ReactNode; // below a value; the cell is absent in what was filed
  row?: (cell: Cell, row: NonNullable<Cell["rows"]>[number]) => ReactNode; // in the first column of a row of a table
  rows?: (cell: Cell) => ReactNode; // further rows at its end
  cites?: (target: Target) => readonly string[]; // what may be put into a text that is being written
}

export const BesideCell = createContext<Beside>({});

/* The name of a cell on its paper: labels alone stand there more than once. */
export const cellName = (section: string, label: string) => [section, label].filter(Boolean).join(" · ");
