/* Who did what in the case, the latest first, with his words. */
import { Link } from "react-router";
import { useHistory } from "../../api/cases.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Table } from "../../ui/table.tsx";
import { daysBetween } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import type { TabProps } from "./tabs.ts";

export default function History({ of }: TabProps) {
  const t = useText();
  const steps = useHistory(of.id).data ?? [];
  const rows = steps.map((step, i) => ({ step, days: i === 0 ? undefined : daysBetween(steps[i - 1]!.date, step.date) })).reverse();
  return (
    <Table
      rows={rows}
      keyOf={({ step }) => step.version + step.kind + step.at_ms}
      columns={[
        { head: t("case.history.date"), className: "day", cell: ({ step }) => step.date },
        { head: t("case.history.who"), className: "day", cell: ({ step }) => step.name && <Data text={step.name} /> },
        {
          head: t("case.history.what"),
          className: "opinion",
          cell: ({ step }) => (
            <>
              <b>
                <Data text={step.label ?? step.kind} />
              </b>
              {step.reason && <Data text={step.reason} />}
              <small>
                <Data text={[step.unit, step.basis].filter(Boolean).join(t("common.comma"))} />
              </small>
            </>
          ),
        },
        { head: t("case.history.clause"), cell: ({ step }) => step.clause && <Clause clause={step.clause} /> },
        { head: t("case.history.stay"), number: true, cell: ({ days }) => (days === undefined ? t("case.none") : t("case.flow.days", { n: days })) },
        { head: t("case.tab.evidence"), number: true, cell: ({ step }) => step.entry && <Link to={`/case/${of.id}/evidence#${step.entry}`}>{t("case.tab.evidence")}</Link> },
      ]}
    />
  );
}
