/* Numbers: money to the fen, decimals with their places, integers; in groups of three unless they are being typed.
 * Digits are never dropped or rounded: text that is no such number goes to the server as it is, which says why not. */
import { useState } from "react";
import { guardEnter } from "../parts/keys.ts";
import { aria, kindOf, type Field, type WidgetProps } from "./field.ts";

/* "￥１，２３４．５ 元" → "1234.5" */
const bare = (typed: string) => typed.normalize("NFKC").replace(/[,\s¥$元%]/g, "").replace(/^\+/, "");

const isWhole = (field: Field) => /^(integer|year)$/.test(kindOf(field));
const placesOf = (field: Field) => (isWhole(field) ? 0 : (field.places ?? 2));

/* As the API takes it. */
export function readNumber(typed: string, field: Field): number | string | undefined {
  const text = bare(typed);
  if (text === "") return undefined;
  if (isWhole(field)) return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  const parts = /^(-?\d+)(?:\.(\d*))?$/.exec(text);
  if (!parts) return text;
  return placesOf(field) ? `${parts[1]}.${(parts[2] ?? "").padEnd(placesOf(field), "0")}` : text;
}

/* "1234567.50" → "1,234,567.50" */
export const grouped = (value: unknown) =>
  value === undefined || value === null ? "" : String(value).replace(/^(-?\d+)(\.\d+)?$/, (_, whole: string, rest = "") => whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest);

export function NumberInput(props: WidgetProps) {
  const { field, value, onChange, id } = props;
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...aria(props)}
      id={id}
      className="input field-box field-number"
      inputMode="decimal"
      autoComplete="off"
      value={typed ?? grouped(value)}
      onBlur={() => setTyped(undefined)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(readNumber(event.target.value, field));
      }}
      onKeyDown={guardEnter}
    />
  );
}
