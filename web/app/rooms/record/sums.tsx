/* Sums of all records of a list, under its columns. Amounts in another currency than yuan are counted apart. */
import { useQueries } from "@tanstack/react-query";
import { groupsOf, type ListQuestion, type RecordType } from "../../api/records.ts";
import { kindOf, type Field } from "../../fields/field.ts";
import { grouped } from "../../fields/number-input.tsx";
import { useText } from "../../text/index.ts";

export interface Sum {
  count: number; // records that are added up
  sum: string;
}

/* "12.50" and "0.25" together, exactly. */
export function addUp(sums: readonly (string | undefined)[]): string {
  const places = Math.max(0, ...sums.map((one) => one?.split(".")[1]?.length ?? 0));
  const scaled = sums.reduce((all, one) => {
    const [whole = "0", part = ""] = (one ?? "0").split(".");
    return all + BigInt(whole + part.padEnd(places, "0"));
  }, 0n);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, "0");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, digits.length - places)}${places ? `.${digits.slice(-places)}` : ""}`;
}

/* The filter with yuan alone, for a field that has a currency. */
export const inYuan = (filter: string | undefined, currency: string | undefined) =>
  currency ? [filter && `(${filter})`, `(${currency}=CNY or ${currency} is empty)`].filter(Boolean).join(" and ") : filter;

const hiddenOf = (groups: readonly { hidden?: number }[] = []) => groups.reduce((n, one) => n + (one.hidden ?? 0), 0);

export function Sums({ type, fields, columns, question, total }: { type: RecordType; fields: readonly Field[]; columns: readonly string[]; question: ListQuestion; total: number }) {
  const t = useText();
  const money = fields.filter((field) => kindOf(field) === "money");
  const { filter, q, ended } = question;
  const found = useQueries({ queries: money.map(({ name, currency }) => groupsOf(type.name, { by: "state", sum: name, filter: inYuan(filter, currency), q, ended })) });
  // Of what may not be seen the currency is not known either.
  const whole = useQueries({ queries: money.map(({ name }) => groupsOf(type.name, { by: "state", sum: name, filter, q, ended })) });
  if (money.length === 0) return null;
  const cells = columns.map((name) => {
    const at = money.findIndex((field) => field.name === name);
    const groups = found[at]?.data?.groups;
    if (!groups) return <td key={name} />;
    const counted = groups.reduce((n, one) => n + one.count - (one.unknown ?? 0) - (one.hidden ?? 0), 0);
    const hidden = hiddenOf(whole[at]?.data?.groups);
    const rest = total - counted - hidden;
    return (
      <td key={name} className="number">
        {counted > 0 && grouped(addUp(groups.map(({ sum }) => sum)))}
        {hidden > 0 && <small>{t("records.sums.hidden", { n: hidden.toLocaleString("en") })}</small>}
        {rest > 0 && <small>{t(money[at]!.currency ? "records.sums.rest" : "records.sums.empty", { n: rest.toLocaleString("en") })}</small>}
      </td>
    );
  });
  return (
    <tfoot>
      <tr>
        <th scope="row" className="list-tick">{t("records.sums")}</th>
        {cells}
        <td />
      </tr>
    </tfoot>
  );
}
