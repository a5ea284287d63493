/* Review and recommendation by a city's office: the applications of a call in the city, their rank, the line between
 * those that are to be recommended and those that are not. */
import { useState } from "react";
import { BatchForm } from "../../rooms/review/batch-form.tsx";
import { Button } from "../../ui/ant.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { DraftPaper } from "../../ui/paper-view.tsx";
import type { Row } from "../../rooms/case/queue.ts";
import { ReviewPage, useReview } from "../../rooms/review/page.tsx";
import { useText } from "../../text/index.ts";

const RECOMMEND = "recommend";
const DECLINE = "not-recommend";
const LETTER = "recommendation";

const stepOf = (row: Row, action: string) => row.steps.find((one) => one.action === action);
const isSound = (row: Row) => row.conditions_failed.length === 0 && row.missing.length === 0;

export default function ReviewCity() {
  const t = useText();
  const review = useReview();
  const [order, setOrder] = useState<number[]>([]); // ids of cases, as the reader ranked them
  const [line, setLine] = useState<number>();
  const [letter, setLetter] = useState<Row>();

  // What its reader did not move stands by score, then as it came in.
  const place = (row: Row) => (order.includes(row.case) ? order.indexOf(row.case) : order.length);
  const rows = review.queue.rows
    .filter((row) => row.own)
    .sort((a, b) => place(a) - place(b) || Number(b.score ?? 0) - Number(a.score ?? 0) || Number(isSound(b)) - Number(isSound(a)) || a.case - b.case);
  const cut = Math.min(line ?? rows.filter(isSound).length, rows.length);
  const move = (id: number, by: -1 | 1) => {
    const ids = rows.map((row) => row.case);
    const at = ids.indexOf(id);
    ids.splice(at, 1);
    ids.splice(at + by, 0, id);
    setOrder(ids);
  };
  const ready = rows.slice(0, cut).filter((row) => stepOf(row, RECOMMEND));
  const declined = rows.slice(cut).filter((row) => stepOf(row, DECLINE));

  return (
    <>
      <ReviewPage
        title={t("review.city")}
        review={review}
        rows={rows}
        line={t("review.city.line", { n: rows.length, done: rows.filter((row) => stepOf(row, RECOMMEND)).length })}
        rank={{ move, cut, moveCut: setLine }}
        actions={({ begin }) =>
          ready.length > 0 && (
            <>
              <Button onClick={() => setLetter(ready[0])}>{t("review.letter")}</Button>
              <Button type="primary" onClick={() => begin({ step: stepOf(ready[0]!, RECOMMEND)!, rows: ready })}>
                {t("review.send", { n: ready.length })}
              </Button>
            </>
          )
        }
        below={({ call }) => declined.length > 0 && <BatchForm key={declined.map((row) => row.case).join()} call={call.id} step={stepOf(declined[0]!, DECLINE)!} rows={declined} each />}
      />
      {letter && (
        <Dialog title={t("review.letter")} width={820} onClose={() => setLetter(undefined)} footer={<Button onClick={() => setLetter(undefined)}>{t("common.close")}</Button>}>
          <DraftPaper caseId={letter.case} paper={LETTER} title={t("review.letter")} />
        </Dialog>
      )}
    </>
  );
}
