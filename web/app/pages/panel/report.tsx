/* The report of a closed panel: figures of each case, its sheets with their opinions, the result; printed with room to sign. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { reportRead, type Panel } from "../../rooms/panel/panels.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";

const two = (decimal: string | undefined) => (decimal === undefined ? "" : Number(decimal).toFixed(2));

export function Report({ panel }: { panel: Panel }) {
  const t = useText();
  const report = useQuery(reportRead(panel.id));
  if (report.error) return <Failed error={report.error} retry={() => void report.refetch()} />;
  if (!report.data) return <Waiting />;
  const cases = [...report.data.cases].sort((a, b) => (a.rank ?? 999) - (b.rank ?? 999));
  const experts = panel.members?.filter(({ state }) => state === "accepted") ?? [];
  return (
    <section className="panel-report">
      <h2>
        {t("panel.report")} <Button size="small" className="no-print" onClick={() => window.print()}>{t("panel.print")}</Button>
      </h2>
      {panel.report_digest && (
        <p className="quiet">
          {t("panel.report.line", { digest: "" })}
          <Code text={panel.report_digest} />
        </p>
      )}
      <div className="table-scroll">
        <Table
          rows={cases}
          keyOf={(one) => one.case}
          columns={[
            { head: t("panel.rank"), number: true, cell: (one) => one.rank },
            { head: t("review.party"), named: true, cell: (one) => <Link to={`/case/${one.of}`}><Data text={one.party ?? one.number} /></Link> },
            { head: t("panel.mean"), number: true, cell: (one) => two((one.mean ?? one.spread?.mean)?.decimal) },
            { head: t("panel.spread"), number: true, cell: (one) => one.spread && `${two(one.spread.min.decimal)}—${two(one.spread.max.decimal)}` },
            { head: t("panel.deviation"), number: true, cell: (one) => two(one.spread?.deviation) },
            { head: t("score.result"), className: "nowrap", cell: (one) => (one.pass + one.fail > 0 ? t("panel.votes", { pass: one.pass, fail: one.fail }) : "") },
            { head: t("panel.results"), cell: (one) => one.result && <><StateTag tone={one.result === "pass" ? "green" : "red"}>{t(one.result === "pass" ? "meeting.pass" : "meeting.fail")}</StateTag> <Data text={one.result_reason ?? ""} /></> },
          ]}
        />
      </div>
      {cases.map((one) => (
        <section key={one.case}>
          <h3>
            {t("panel.opinions")}
            {t("common.colon")}
            <Data text={one.party ?? one.number} />
          </h3>
          <Table
            rows={one.sheets}
            keyOf={(sheet) => sheet.sheet}
            columns={[
              { head: t("panel.expert"), named: true, className: "nowrap", cell: (sheet) => <Data text={sheet.name ?? ""} /> },
              { head: t("score.total"), number: true, cell: (sheet) => `${two(sheet.total.decimal)}${sheet.outlier ? ` ${t("panel.sheet.outlier")}` : ""}${sheet.left_out ? ` ${t("panel.sheet.leftOut")}` : ""}` },
              { head: t("score.result"), className: "nowrap", cell: (sheet) => sheet.result && t(sheet.result === "pass" ? "meeting.pass" : "meeting.fail") },
              { head: t("panel.opinions"), cell: (sheet) => <Data text={sheet.opinion ?? ""} /> },
            ]}
          />
        </section>
      ))}
      <div className="panel-signatures">
        {experts.map(({ member, name }) => (
          <p key={member}>
            <Data text={name} /> {t("panel.signature")}
            <span /> {t("panel.date")}
            <span />
          </p>
        ))}
      </div>
    </section>
  );
}
