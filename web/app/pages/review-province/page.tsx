/* Cases of a call that are with the province: one tab for each stage, from the check of recommendations to the decision. */
import { useAsked } from "../../ui/asked.ts";
import { Button } from "../../ui/ant.ts";
import { CasePublicity } from "../../rooms/case/workdays-strip.tsx";
import { ReviewPage, useReview } from "../../rooms/review/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useText } from "../../text/index.ts";

/* Stages in the order of the process; those of other policies come after, as they are met. */
const order = ["submitted", "recommended", "queue", "rechecked", "reviewed", "publicity"];
const place = (stage: string) => (order.includes(stage) ? order.indexOf(stage) : order.length);
const PUBLIC = "publicity";

export default function ReviewProvince() {
  const t = useText();
  const review = useReview();
  const { asked, changed } = useAsked();
  const own = review.queue.rows.filter((row) => row.own);
  const stages = [...new Set(own.map((row) => row.stage))].sort((a, b) => place(a) - place(b));
  const current = stages.find((stage) => stage === asked("stage")) ?? stages[0];
  const rows = own.filter((row) => row.stage === current).sort((a, b) => (a.rank ?? 999) - (b.rank ?? 999) || a.case - b.case);
  const to = (stage: string) => `/review/province?${changed({ stage })}`;
  return (
    <ReviewPage
      view={current}
      title={t("review.province")}
      review={review}
      rows={rows}
      line={t("review.province.line", { n: own.length })}
      tabs={
        <Tabs
          label={t("review.stages")}
          tabs={stages.map((stage) => {
            const at = own.filter((row) => row.stage === stage);
            return { to: to(stage), label: at[0]!.stage_label, count: at.length, current: stage === current };
          })}
        />
      }
      verbs={({ ticked, call }) =>
        ticked.some(({ review: waits }) => waits) && (
          <>
            <Button size="small" href={`./w/panels/new?cases=${ticked.map((row) => row.case).join()}`}>
              {t("panel.online")}
            </Button>
            <Button size="small" href={`./w/review/meeting?call=${call.id}&cases=${ticked.map((row) => row.case).join()}`}>
              {t("meeting.record")}
            </Button>
          </>
        )
      }
      below={() => current === PUBLIC && rows[0] && <CasePublicity caseId={rows[0].case} />}
    />
  );
}
