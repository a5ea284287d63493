/* Who did what in the case, the latest first, with his words. */
import { Link } from "react-router";
import { useHistory } from "../../api/cases.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { daysBetween } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import type { TabProps } from "./tabs.ts";

export default function History({ of }: TabProps) {
  const t = useText();
  const steps = useHistory(of.id).data ?? [];
  const rows = steps.map((step, i) => ({ step, days: i === 0 ? undefined : daysBetween(steps[i - 1]!.date, step.date) })).reverse();
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{t("case.history.date")}</th>
          <th>{t("case.history.who")}</th>
          <th>{t("case.history.what")}</th>
          <th>{t("case.history.clause")}</th>
          <th className="number">{t("case.history.stay")}</th>
          <th className="number">{t("case.tab.evidence")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ step, days }) => (
          <tr key={step.version + step.kind + step.at_ms}>
            <td className="day">{step.date}</td>
            <td className="day">{step.name && <Data text={step.name} />}</td>
            <td className="opinion">
              <b>
                <Data text={step.label ?? step.kind} />
              </b>
              {step.reason && <Data text={step.reason} />}
              <small>
                <Data text={[step.unit, step.basis].filter(Boolean).join(t("common.comma"))} />
              </small>
            </td>
            <td>{step.clause && <Clause clause={step.clause} />}</td>
            <td className="number">{days === undefined ? t("case.none") : t("case.flow.days", { n: days })}</td>
            <td className="number">{step.entry && <Link to={`/case/${of.id}/evidence#${step.entry}`}>{t("case.tab.evidence")}</Link>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
