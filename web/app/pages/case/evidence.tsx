/* The entries of the evidence log that the steps of the case made, each with its receipt. */
import { base } from "../../api/client.ts";
import { useHistory } from "../../api/cases.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Table } from "../../ui/table.tsx";
import { minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import type { TabProps } from "./tabs.ts";

export default function Evidence({ of }: TabProps) {
  const t = useText();
  const steps = useHistory(of.id).data ?? [];
  return (
    <>
      <p className="quiet case-line">{t("case.evidence.line")}</p>
      <Table
        rows={[...steps].reverse().flatMap((step) => (step.entry ? [{ ...step, entry: step.entry }] : []))}
        keyOf={({ entry }) => entry}
        rowProps={({ entry }) => ({ id: entry })}
        columns={[
          { head: t("case.evidence.at"), className: "day", cell: ({ at_ms }) => minute(at_ms) },
          {
            head: t("case.history.what"),
            cell: ({ label, kind, name }) => (
              <>
                <b>
                  <Data text={label ?? kind} />
                </b>
                <small>{name && <Data text={name} />}</small>
              </>
            ),
          },
          { head: t("case.evidence.entry"), cell: ({ entry }) => <Code text={entry} /> },
          {
            head: t("case.evidence.receipt"),
            number: true,
            cell: ({ entry, version }) => (
              <a href={`${base}/api/v1/receipts/${entry}`} download={`${of.number}-${version}.json`}>
                {t("case.evidence.download")}
              </a>
            ),
          },
        ]}
      />
    </>
  );
}
