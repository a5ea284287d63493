/* The rows of a table of a record, with the sums of its money and the days that are left of what falls due. */
import { Link } from "react-router";
import type { RecordType, Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { isEmpty, kindOf, type Field, type Values } from "../../fields/field.ts";
import { holds } from "../../fields/limits.ts";
import { grouped } from "../../fields/number-input.tsx";
import { RecordValue } from "../../parts/record-value.tsx";
import { daysBetween } from "../../parts/time.ts";
import { useText } from "../../text/index.ts";

const numeric = /^(integer|decimal|money)$/;

/* Of decimals as texts, without an error of binary fractions. */
function sumOf(values: readonly unknown[]): string {
  const cents = values.reduce<bigint>((sum, value) => sum + BigInt(Math.round(Number(value ?? 0) * 100)), 0n);
  return `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}

/* `edit`: where its reader may fill in a row. */
export function Rows({ type, of, field, edit }: { type: RecordType; of: Row; field: Field; edit?: string }) {
  const t = useText();
  const rows = of[field.name] as Values[];
  const due = type.dues?.find(({ on, until, when }) => on[0]?.startsWith(`${field.name}.`) && until?.startsWith(`${field.name}.`) && (!when || holds(when, of)));
  const [on, until] = [due?.on[0], due?.until].map((path) => path?.split(".")[1] ?? "");
  const left = (row: Values) => (due && isEmpty(row[until!]) && typeof row[on!] === "string" ? daysBetween(serverNow(), row[on!] as string) : undefined);
  const columns = (field.fields ?? []).filter(({ name }) => rows.some((row) => !isEmpty(row[name])) || (name === until && due));
  const sums = columns.filter((column) => kindOf(column) === "money" && !column.currency && rows.length > 1).map((column) => t("records.sum", { name: column.label, sum: `${grouped(sumOf(rows.map((row) => row[column.name])))} ${t("fields.yuan")}` }));
  return (
    <section className="record-section">
      <h2>
        {field.label} <small>{[t("records.rows", { n: rows.length }), ...sums].join(t("records.semicolon"))}</small>
        {edit && (
          <Link className="related-verb no-print" to={edit} aria-label={t("records.changeOne", { type: field.label })}>
            {t("records.change")}
          </Link>
        )}
      </h2>
      <div className="record-scroll">
        <table className="record-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" className={numeric.test(kindOf(column)) ? "number" : undefined}>
                  {column.label}
                  {(column.unit || kindOf(column) === "money") && `（${column.unit ?? t("fields.yuan")}）`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => {
              const days = left(row);
              return (
                <tr key={i} className={days !== undefined && days <= Math.max(...due!.warn) ? "record-due" : undefined}>
                  {columns.map((column) => (
                    <td key={column.name} className={numeric.test(kindOf(column)) ? "number" : undefined}>
                      {column.name === until && days !== undefined ? (
                        <span className="record-left">{days < 0 ? t("records.late", { n: -days }) : days === 0 ? t("records.today") : t("records.left", { n: days })}</span>
                      ) : isEmpty(row[column.name]) ? (
                        <span className="not-given" title={t("records.notGiven")}>
                          –
                        </span>
                      ) : (
                        <RecordValue field={column} value={row[column.name]} bare={numeric.test(kindOf(column))} />
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
