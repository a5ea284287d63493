/* The annual fees that the program computes of a patent (src/matter/annual_fee.h), with what is entered as paid, and what neither
 * the texts nor the record decide. */
import { Link } from "react-router";
import type { RecordType, Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { fieldOf, isEmpty, manyOf, type Values } from "../../fields/field.ts";
import { grouped } from "../../fields/number-input.tsx";
import { day } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";

interface Fee {
  year: number;
  last_day: string | null;
  amount: string | null;
  grace_end: string | null;
  surcharge: string[];
  open: boolean;
  unchecked: { field: string; reason: string }[];
}

/* The surcharge of a day in the months of grace: a month is over behind its corresponding day. */
function surchargeOn(today: string, { last_day: last, grace_end: end, surcharge }: Fee) {
  if (!last || !end || today <= last || today > end) return undefined;
  const [from = [], to = []] = [last, today].map((one) => one.split("-").map(Number));
  return surcharge[Math.min((to[0]! - from[0]!) * 12 + to[1]! - from[1]! - (to[2]! <= from[2]! ? 1 : 0), surcharge.length - 1)];
}

export function Fees({ type, row, fills }: { type: RecordType; row: Row; fills: boolean }) {
  const t = useText();
  const language = useLanguage();
  const fees = manyOf<Fee>(row["_fees"]);
  const table = type.fields.find(({ name }) => name === "fees");
  if (fees.length === 0 || !table) return null;
  const { label, fields = [] } = fieldOf(table, language);
  const paid = manyOf<Values>(row["fees"]);
  const heads = ["year", "last", "amount", "grace", "surcharge", "paid"] as const;
  const unchecked = (fee: Fee, field: string) => fee.unchecked.some((one) => one.field === field) && <small> {t("records.fees.unchecked")}</small>;
  const reasons = [...new Set(fees.flatMap((fee) => fee.unchecked.map(({ reason }) => reason)))];
  return (
    <section className="record-section record-fees">
      <h2>{t("records.fees.title", { label })}</h2>
      <div className="record-scroll">
        <table className="close-rows record-table">
          <thead><tr>{heads.map((one) => <th key={one} scope="col">{t(`records.fees.${one}`)}</th>)}</tr></thead>
          <tbody>
            {fees.map((fee) => (
              <tr key={fee.year} className={fee.open ? "record-due" : undefined}>
                <td>{fee.year}{unchecked(fee, "year")}</td>
                <td>{fee.last_day}{unchecked(fee, "last_day")}</td>
                <td>{fee.amount && grouped(fee.amount)}{unchecked(fee, "full") || unchecked(fee, "percent")}</td>
                <td>{fee.grace_end}{unchecked(fee, "grace_end")}</td>
                <td>{fee.open && grouped(surchargeOn(day(serverNow()), fee))}</td>
                <td>
                  {paid.find(({ year, paid: on }) => year === fee.year && !isEmpty(on))?.["paid"] as string}
                  {fee.open && fills && <Link className="button small no-print" to={`?fill=fees.paid&row=${fee.year}`}>{t("records.add", { type: fields.find(({ name }) => name === "paid")!.label ?? "" })}</Link>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {reasons.length > 0 && <p className="quiet">{t("records.fees.unchecked")}{t("common.colon")}{reasons.join(t("records.semicolon"))}</p>}
    </section>
  );
}
