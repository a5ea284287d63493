/* What stands beside the paper of an annual report: the number that is being looked at, and where the report was filed. */
import { useEffect, useRef } from "react";
import { useAnnual, type AnnualReport } from "./annual.ts";
import { usePapers } from "../../rooms/paper/submitting.ts";
import { useActions, useHistory, type Case } from "../../api/cases.ts";
import { base } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { CountedOf, NumRows, type Looked } from "../../ui/num.tsx";
import { day, daysBetween } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

/* Escape leads back to the cell. */
export function LookedAt({ looked, close }: { looked?: Looked; close: () => void }) {
  const t = useText();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!looked) return;
    looked.from.classList.add("num-looked");
    box.current?.focus();
    box.current?.scrollIntoView({ block: "start" });
    return () => looked.from.classList.remove("num-looked");
  }, [looked]);
  if (!looked) return null;
  const leave = () => {
    looked.from.focus();
    close();
  };
  return (
    <section ref={box} className="annual-rail annual-looked" role="group" tabIndex={-1} aria-label={looked.label} onKeyDown={(event) => event.key === "Escape" && leave()}>
      <h2>
        <Data text={looked.label} /> <small>{t("annual.looked")}</small>
        <button type="button" className="annex-pen" onClick={leave}>
          {t("common.close")}
        </button>
      </h2>
      <CountedOf value={looked.of}>
        <NumRows indicator={looked.indicator} text={looked.text} />
      </CountedOf>
    </section>
  );
}

const DAYS = ["filed_city", "reviewed_city", "filed_province", "copied_city"] as const;

/* The last day to file, while steps are due. */
const dueOf = (head: Case) => head.deadlines.find(({ due, opens }) => due && !opens)?.due ?? head.due?.due;

export function Filing({ head, record, year }: { head: Case; record: AnnualReport; year: number }) {
  const t = useText();
  const actions = useActions(head.id).data ?? [];
  const history = useHistory(head.id).data ?? [];
  const papers = usePapers(head.id).data?.items.filter(({ form }) => !form) ?? [];
  const due = dueOf(head) ?? history.find(({ result }) => result?.due)?.result?.due;
  const steps = actions.filter(({ aside, clause, why }) => !aside && clause && !why.some(({ code }) => code === "when"));
  const today = day(serverNow());
  const late = (on: string) => (due && on > due ? t("annual.late", { n: daysBetween(due, on) }) : undefined);
  const opinions = [
    ["city_opinion_on", record.city_opinion_on, record.city_opinion],
    ["province_opinion_on", record.province_opinion_on, record.province_opinion],
  ] as const;
  return (
    <section className="annual-rail annual-filing">
      <h2>
        {t("annual.filing")} {steps[0]?.clause && <Clause clause={steps[0].clause} boxed />}
      </h2>
      <ul>
        {DAYS.map((name) => {
          const on = record[name];
          if (!on) return null;
          return (
            <li key={name}>
              <div>
                <b><Data text={head.record_fields?.[name] ?? name} /></b>
              </div>
              <span>
                {late(on) && name !== "reviewed_city" && <b className="annual-near">{late(on)}</b>} {on}
              </span>
            </li>
          );
        })}
        {opinions.map(([name, on, opinion]) => on && (
          <li key={name}>
            <div>
              <b><Data text={head.record_fields?.[name]?.replace(/日期$/, "") ?? name} /></b>
              <p><Data text={opinion ?? ""} /></p>
            </div>
            <span>{on}</span>
          </li>
        ))}
        {steps.map(({ action, label, open, why }) => (
          <li key={action}>
            <div>
              <b><Data text={label} /></b>
              {!open && why[0] && <p>{t("annual.not.yet")}</p>}
            </div>
            <span>{t(open ? "annual.may" : "annual.waits")}</span>
          </li>
        ))}
      </ul>
      {head.open && due && today > due && steps.length > 0 && <p className="annual-near">{t("annual.late.now", { n: daysBetween(due, today) })}</p>}
      {head.open && head.holder && steps.length === 0 && <p className="quiet">{t("annual.holder", { who: head.holder.name, step: head.holder.step ?? "" })}</p>}
      {steps.length > 0 && <p className="quiet">{t("annual.receipts.each")}</p>}
      {papers.map((paper) => (
        <p key={paper.id} className="annual-receipt">
          <Data text={`${paper.title} ${paper.number ?? ""}`} /> {paper.issued_on}{" "}
          {!paper.not_rendered && <a href={`${base}/api/v1/cases/${head.id}/papers/${paper.paper}/pdf`}>PDF</a>}
        </p>
      ))}
      <LastYear head={head} year={year} />
    </section>
  );
}

/* The days on which last year's report was filed. */
function LastYear({ head, year }: { head: Case; year: number }) {
  const t = useText();
  const { rows } = useAnnual(year - 1);
  const last = rows?.find(({ case: one }) => one.owner_unit === head.party.unit && one.programme === head.pack)?.report;
  if (!last) return null;
  const words = [last.filed_city && t("annual.city.on", { day: last.filed_city }), last.filed_province && t("annual.province.on", { day: last.filed_province })].filter(Boolean);
  return words.length ? <p className="quiet">{t("annual.last", { words: words.join(t("common.comma")) })}</p> : null;
}
