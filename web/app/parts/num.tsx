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
import { grouped } from "../fields/number-input.tsx";
import { useText } from "../text/index.ts";
import { Data } from "./data.tsx";
import { SideSheet } from "./side-sheet.tsx";
import { Failed, Waiting } from "./states.tsx";

interface Counted {
  pack: string;
  party?: string; // its credit code
  asOf?: string; // the day that the rows are counted for; absent: today
  filed?: string; // the day on which the numbers were filed: the rows are those of now
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
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="num" data-num={indicator} aria-label={t("form.num.open", { label, value: text })} onClick={() => setOpen(true)}>
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

function NumRows({ indicator, text }: { indicator: string; text: string }) {
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
      <ul className="num-rows">
        {rows.map(({ record, label, amount, source }) => (
          <li key={record}>
            {source ? (
              <Link to={recordPath(source.type, source.id)}>
                <Data text={label || t("form.num.record")} />
              </Link>
            ) : (
              <Data text={label || t("form.num.record")} />
            )}
            {amount && <b>{grouped(text.includes(".") ? amount : amount.replace(/\.00$/, ""))}</b>}
            <span className={source?.files.length ? undefined : "quiet"}>{t(source?.files.length ? "form.num.proof" : "form.num.none")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
