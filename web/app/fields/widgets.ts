/* Which widget a type of field has. */
import type { ComponentType } from "react";
import { BooleanInput, EnumInput, isGroup, PolicyInput } from "./choice-input.tsx";
import { DateInput, PeriodInput } from "./date-input.tsx";
import { kindOf, type Field, type WidgetProps } from "./field.ts";
import { DocumentNumberInput } from "./document-number-input.tsx";
import { FileInput } from "./file-input.tsx";
import { TextsInput } from "./list-input.tsx";
import { NumberInput } from "./number-input.tsx";
import { PartyInput, PartyNameInput } from "./party-input.tsx";
import { PatentInput, PatentsInput } from "./patent-input.tsx";
import { DigestInput, LongInput, PlainInput } from "./plain-input.tsx";
import { RefInput } from "./ref-input.tsx";
import { RegionCell } from "./region-input.tsx";
import { TableInput } from "./table-input.tsx";

const widgets: Record<string, ComponentType<WidgetProps>> = {
  document_number: DocumentNumberInput,
  long_text: LongInput,
  integer: NumberInput,
  decimal: NumberInput,
  money: NumberInput,
  date: DateInput,
  known_date: DateInput,
  datetime: DateInput,
  month: DateInput,
  year: DateInput,
  period: PeriodInput,
  boolean: BooleanInput,
  enum: EnumInput,
  programme: PolicyInput,
  ref: RefInput,
  party: PartyInput,
  region: RegionCell,
  texts: TextsInput,
  patent: PatentInput,
  patents: PatentsInput,
  file: FileInput,
  files: FileInput,
  table: TableInput,
};

export const widgetOf = (field: Field): ComponentType<WidgetProps> => (field.organisation ? PartyNameInput : field.digest ? DigestInput : (widgets[kindOf(field)] ?? PlainInput));

/* Whether a legend names it, not the label of one control. */
export const hasLegend = (field: Field) => isGroup(field) || /^(period|table|file|files|region)$/.test(kindOf(field));
