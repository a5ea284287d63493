/* The entries of the evidence log that the steps of the case made, each with its receipt. */
import { base } from "../../api/client.ts";
import { useHistory } from "../../api/cases.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import type { TabProps } from "./tabs.ts";

export default function Evidence({ of }: TabProps) {
  const t = useText();
  const steps = useHistory(of.id).data ?? [];
  return (
    <>
      <p className="quiet case-line">{t("case.evidence.line")}</p>
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t("case.evidence.at")}</th>
            <th>{t("case.history.what")}</th>
            <th>{t("case.evidence.entry")}</th>
            <th className="number">{t("case.evidence.receipt")}</th>
          </tr>
        </thead>
        <tbody>
          {[...steps].reverse().flatMap((step) =>
            step.entry
              ? [
                  <tr key={step.entry} id={step.entry}>
                    <td className="day">{minute(step.at_ms)}</td>
                    <td>
                      <b>
                        <Data text={step.label ?? step.kind} />
                      </b>
                      <small>{step.name && <Data text={step.name} />}</small>
                    </td>
                    <td>
                      <Code text={step.entry} />
                    </td>
                    <td className="number">
                      <a href={`${base}/api/v1/receipts/${step.entry}`} download={`${of.number}-${step.version}.json`}>
                        {t("case.evidence.download")}
                      </a>
                    </td>
                  </tr>,
                ]
              : [],
          )}
        </tbody>
      </table>
    </>
  );
}
