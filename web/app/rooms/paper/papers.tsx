/* Papers of a case: those issued, the newest first, and one of them as it looks. The certificate comes first. */
import "../../ui/paper-view.css";
import { useState } from "react";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { IssuePaper, useCasePapers, type Owed } from "./issue.tsx";
import { IssuedPaper } from "../../ui/paper-view.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";

export function CasePapers({ caseId }: { caseId: number }) {
  const t = useText();
  const papers = useCasePapers(caseId);
  const [chosen, setChosen] = useState<number>();
  const [issuing, setIssuing] = useState<Owed>();
  if (papers.isPending) return <Waiting />;
  if (papers.error) return <Failed error={papers.error} retry={() => void papers.refetch()} />;
  const items = papers.data.items.filter((one) => !one.superseded_by).reverse();
  const shown = items.find((one) => one.id === chosen) ?? items.find((one) => one.paper === "certificate") ?? items[0];
  const due = papers.data.due;
  if (!shown && due.length === 0) return <Empty title={t("paper.none")} text={t("paper.none.text")} />;
  return (
    <div className="papers">
      <div>
        {due.length > 0 && (
          <>
            <h3>{t("paper.due")}</h3>
            <ul className="papers-due">
              {due.map((one) => (
                <li key={one.paper + one.step}>
                  <span>
                    <b>
                      <Data text={one.title} />
                    </b>
                    <small>
                      <Data text={one.step_label} />
                    </small>
                  </span>
                  <Button size="small" onClick={() => setIssuing(one)} aria-label={`${t("case.papers.issue")} ${one.title}`}>
                    {t("case.papers.issue")}
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )}
        <ul aria-label={t("paper.list")}>
          {items.map((one) => (
            <li key={one.id}>
              <button type="button" aria-current={one === shown ? "true" : undefined} onClick={() => setChosen(one.id)}>
                <b>
                  <Data text={one.title} />
                </b>
                <small>
                  <Data text={[one.number, one.issued_on, one.by].filter(Boolean).join(" ")} />
                </small>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {issuing && <IssuePaper caseId={caseId} owed={issuing} onClose={() => setIssuing(undefined)} />}
      {shown && <IssuedPaper caseId={caseId} id={shown.id} title={shown.title} />}
    </div>
  );
}
