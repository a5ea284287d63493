/* A number that is counted from records. Where the page says of whom it is, it opens its rows: each with its record and
 * whether a file proves it. */
import "./num.css";
import { useQuery } from "@tanstack/react-query";
import { createContext, use, useState } from "react";
import { createPortal } from "react-dom";
import { Link } from "react-router";
import { api, take } from "../api/client.ts";
import { recordPath } from "../api/records.ts";
import { useText } from "../text/index.ts";
import { Data } from "./data.tsx";
import { SideSheet } from "./side-sheet.tsx";
import { Failed, Waiting } from "./states.tsx";

interface Counted {
  pack: string;
  party?: string; // its credit code
}

export const CountedOf = createContext<Counted | undefined>(undefined);

export function Num({ indicator, label, text }: { indicator?: string; label: string; text: string }) {
  const t = useText();
  const { pack, party } = use(CountedOf) ?? {};
  const [open, setOpen] = useState(false);
  if (!indicator || !pack || !party) return <span className="num"><Data text={text} /></span>;
  return (
    <>
      <button type="button" className="num" data-num={indicator} aria-label={t("form.num.open", { label, value: text })} onClick={() => setOpen(true)}>
        <Data text={text} />
      </button>
      {open &&
        createPortal(
          <SideSheet title={<Data text={label} />} onClose={() => setOpen(false)}>
            <NumRows pack={pack} party={party} indicator={indicator} text={text} />
          </SideSheet>,
          document.body,
        )}
    </>
  );
}

function NumRows({ pack, party, indicator, text }: { pack: string; party: string; indicator: string; text: string }) {
  const t = useText();
  const read = useQuery({
    queryKey: ["case", "rows", pack, party, indicator],
    queryFn: () => take(api.GET("/api/v1/indicators/{pack}/{indicator}/rows", { params: { path: { pack, indicator }, query: { party } } })),
  });
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={5} />;
  const { in: rows, possible } = read.data;
  const proofs = rows.filter(({ source }) => source?.files.length).length;
  return (
    <>
      <p className="num-value">
        <Data text={text} />
      </p>
      <p>
        {t("form.num.rows", { n: rows.length.toLocaleString("en"), proofs: proofs.toLocaleString("en") })}
        {possible.length > 0 && ` ${t("form.num.possible", { n: possible.length.toLocaleString("en") })}`}
      </p>
      <ul className="num-rows">
        {rows.map(({ record, label, source }) => (
          <li key={record}>
            {source ? (
              <Link to={recordPath(source.type, source.id)}>
                <Data text={label || t("form.num.record")} />
              </Link>
            ) : (
              <Data text={label || t("form.num.record")} />
            )}
            <span className={source?.files.length ? undefined : "quiet"}>{t(source?.files.length ? "form.num.proof" : "form.num.none")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
