/* Numbers: money to the fen, in 万 and 亿 too, decimals with their places, integers; in groups of three unless they are being typed.
 * Digits are never dropped or rounded: text that is no such number goes to the server as it is, which says why not. */
import { useState } from "react";
import { guardEnter } from "../ui/keys.ts";
import { useText } from "../text/index.ts";
import { aria, kindOf, type Field, type WidgetProps } from "./field.ts";

const unspaced = (typed: string) => typed.normalize("NFKC").replace(/[,\s]/g, "").replace(/^\+/, "");

/* "１，２３４．５%" → "1234.5" */
const bare = (typed: string) => unspaced(typed).replace(/%/g, "");

/* "人民币 3,000 元" → "3000", "184.51万" → "1845100"; what is no such amount, as it is. */
const powers: Record<string, number> = { 千: 3, 万: 4, 十万: 5, 百万: 6, 千万: 7, 亿: 8, 万亿: 12 };
function amount(typed: string): string {
  const text = unspaced(typed);
  const said = /^(?:人民币|rmb|cny|¥)?(-?)(\d+)(?:\.(\d+))?(十万|百万|千万|万亿|千|万|亿)?(?:[元圆]整?)?(?:人民币|rmb|cny)?$/i.exec(text);
  if (!said) return text;
  const [, sign, whole = "", rest = "", unit = ""] = said;
  const power = powers[unit] ?? 0;
  const digits = (whole + rest.padEnd(power, "0").slice(0, power)).replace(/^0+(?=\d)/, "");
  const left = rest.slice(power).replace(/0+$/, "");
  return left.length > 2 ? text : sign + digits + (left && `.${left}`);
}

const isWhole = (field: Field) => /^(integer|year)$/.test(kindOf(field));
const placesOf = (field: Field) => (isWhole(field) ? 0 : (field.places ?? 2));

/* As the API takes it. */
export function readNumber(typed: string, field: Field): number | string | undefined {
  const text = kindOf(field) === "money" ? amount(typed) : bare(typed);
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
  const t = useText();
  const [typed, setTyped] = useState<string>();
  const read = typed && /[千万亿]/.test(typed) && /^-?[\d.]+$/.test(String(value));
  return (
    <>
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
      {read && <small role="status">{t("fields.readAs", { amount: grouped(value) })}</small>}
    </>
  );
}
