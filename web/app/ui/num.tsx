/* A number that is counted from records. Where the page says of whom it is, it opens its rows: each with its record and
 * whether a file proves it. Beside it stands how many have such a file, unless all have. */
import "./num.css";
import { useQuery } from "@tanstack/react-query";
import { createContext, use, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { Link } from "react-router";
import type { Form } from "../api/case-form.ts";
import type { Case } from "../api/cases.ts";
import { api, take } from "../api/client.ts";
import { recordPath } from "../api/records.ts";
import { fileAddress } from "../api/uploads.ts";
import { useText } from "../text/index.ts";
import { Data } from "./data.tsx";
import { SideSheet } from "./side-sheet.tsx";
import { Failed, Waiting } from "./states.tsx";

interface Counted {
  pack: string;
  party?: string; // its credit code
  asOf?: string; // the day that the rows are counted for; absent: today
  filed?: string; // the day on which the numbers were filed: the rows are those of now
  look?: (number: Looked) => void; // the page shows the rows itself; absent: in a sheet over it
}

export interface Looked {
  indicator: string;
  label: string;
  text: string;
  from: HTMLElement; // its button
  of: Counted;
}

export const CountedOf = createContext<Counted | undefined>(undefined);
export const countedOf = ({ pack, party }: Case, form: Form | undefined): Counted => ({ pack, party: party.credit_code, asOf: form?.as_of, filed: form?.filed?.on });

const proofs = (counted: number, proven: number) => ({ n: counted.toLocaleString("en"), proofs: proven.toLocaleString("en") });

export function Num({ indicator, label, text, counted, proven = 0 }: { indicator?: string; label: string; text: string; counted?: number; proven?: number }) {
  const t = useText();
  const { pack, party, filed } = use(CountedOf) ?? {};
  if (!indicator || !pack || !party) return <span className="num"><Data text={text} /></span>;
  return (
    <>
      <NumOpens indicator={indicator} label={label} text={text}>
        <NumRows indicator={indicator} text={text} />
      </NumOpens>
      {counted && (
        <small className="num-proofs no-print" title={t("form.num.rows", proofs(counted, proven))}>
          {t(filed ? "form.num.proofs.now" : "form.num.proofs", proofs(counted, proven))}
        </small>
      )}
    </>
  );
}

/* A number that opens what it counts, in a sheet. */
export function NumOpens({ indicator, label, text, children }: { indicator?: string; label: string; text: string; children: ReactNode }) {
  const t = useText();
  const of = use(CountedOf);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="num" data-num={indicator} aria-label={t("form.num.open", { label, value: text })} onClick={({ currentTarget: from }) => (of?.look && indicator ? of.look({ indicator, label, text, from, of }) : setOpen(true))}>
        <Data text={text} />
      </button>
      {open &&
        createPortal(
          <SideSheet title={<Data text={label} />} onClose={() => setOpen(false)}>
            {children}
          </SideSheet>,
          document.body,
        )}
    </>
  );
}

export function NumRows({ indicator, text }: { indicator: string; text: string }) {
  const t = useText();
  const { pack, party, asOf, filed } = use(CountedOf)!;
  const read = useQuery({
    queryKey: ["case", "rows", pack, party, indicator, asOf],
    queryFn: () => take(api.GET("/api/v1/indicators/{pack}/{indicator}/rows", { params: { path: { pack, indicator }, query: { party, as_of: asOf } } })),
  });
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={5} />;
  const { in: rows, possible } = read.data;
  return (
    <>
      <p className="num-value">
        <Data text={text} />
      </p>
      {filed && <p>{t("form.num.filed", { day: filed })}</p>}
      <p>
        {t("form.num.rows", proofs(rows.length, rows.filter(({ source }) => source?.files.length).length))}
        {possible.length > 0 && ` ${t("form.num.possible", { n: possible.length.toLocaleString("en") })}`}
      </p>
      <CountedRows rows={rows} text={text} />
    </>
  );
}

export interface CountedRow {
  record: string;
  label?: string;
  same_as?: string; // the record of the first row of what counts once
  amount?: string; // yuan, with two decimals: what it adds to a sum
  source?: { type: string; id: number; files: { digest: string; name: string }[] };
}

/* The rows of a number, with the sum of what they add. `text`: the number as it is shown. */
export function CountedRows({ rows, text }: { rows: readonly CountedRow[]; text: string }) {
  const t = useText();
  const plain = (hundredths: number) => (hundredths / 100).toLocaleString("en", { minimumFractionDigits: text.includes(".") ? 2 : 0 });
  const hundredthsOf = (amount: string) => Number(amount.replace(".", ""));
  const things = [...new Set(rows.map(({ same_as, record }) => same_as ?? record))].map((thing) => rows.filter(({ same_as, record }) => (same_as ?? record) === thing));
  const sum = rows.some(({ amount }) => amount) ? plain(rows.reduce((all, { amount }) => all + (amount ? hundredthsOf(amount) : 0), 0)) : undefined;
  return (
    <>
      <ul className="num-rows">
        {things.map((one) => (
          <Thing key={one[0]!.record} rows={one} amount={one[0]!.amount && plain(hundredthsOf(one[0]!.amount))} />
        ))}
      </ul>
      {sum && (
        <p className="num-sum">
          <span>{t("form.num.sum", { n: rows.length.toLocaleString("en") })}</span>
          <b>{sum}</b>
          <span>{text.replaceAll(",", "").startsWith(sum.replaceAll(",", "")) && `✓ ${t("form.num.same")}`}</span>
        </p>
      )}
    </>
  );
}

/* What counts once: its record, more records of it by their numbers, what it adds to a sum, the file that proves it. */
function Thing({ rows, amount }: { rows: readonly CountedRow[]; amount?: string }) {
  const t = useText();
  const [{ label, source } = { label: "", source: undefined }, ...more] = rows;
  const name = <Data text={label || t("form.num.record")} />;
  return (
    <li>
      <span>
        {source ? <Link to={recordPath(source.type, source.id)}>{name}</Link> : name}
        {more.map(
          (one: CountedRow, i) =>
            one.source && (
              <Link key={one.record} className="num-more" to={recordPath(one.source.type, one.source.id)} aria-label={`${one.label ?? ""} ${i + 2}`}>
                {i + 2}
              </Link>
            ),
        )}
      </span>
      {amount && <span className="num-amount">{amount}</span>}
      {source?.files[0] ? (
        <a href={fileAddress(source.files[0])} target="_blank" rel="noreferrer">
          {t("form.num.proof")}
        </a>
      ) : (
        <span className="quiet">{t("form.num.none")}</span>
      )}
    </li>
  );
}
