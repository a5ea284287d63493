/* What the experts' sheets of a case say: a result that goes against all of them is told to who proposes a step and to who
 * confirms it. Only the office that formed the panel may read its report; others see nothing of it here. */
import { useQuery } from "@tanstack/react-query";
import { useHistory } from "../../api/cases.ts";
import { api, take, type Schemas } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { Row } from "../task/confirm.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";

type Judged = Schemas["JudgedCase"];

/* By the panel that the latest such step rested on. */
function useJudged(id: number): Judged | undefined {
  const panel = useHistory(id).data?.reduce<number | undefined>((last, { result }) => result?.panel ?? last, undefined);
  const report = useQuery({ queryKey: ["panel", panel, "report"], queryFn: () => take(api.GET("/api/v1/panels/{id}/report", { params: { path: { id: panel! } } })), enabled: panel !== undefined });
  return report.data?.cases.find(({ of }) => of === id);
}

const passesAgainstAll = ({ result, sheets, fail }: Judged) => result === "pass" && sheets.length > 0 && fail === sheets.length;

/* In a dialog: nothing, unless the result goes against all sheets. `name` tells several cases apart. */
export function AgainstSheets({ id, name }: { id: number; name?: string }) {
  const t = useText();
  const judged = useJudged(id);
  if (!judged || !passesAgainstAll(judged)) return null;
  return (
    <Note tone="doubt">
      <Data text={`${name ? name + t("common.colon") : ""}${t("case.sheets.against", { n: judged.sheets.length })}${t("common.semicolon")}${t("case.sheets.passed")}${t("common.colon")}${judged.result_reason ?? ""}`} />
    </Note>
  );
}

/* On the second person's page. */
export function SheetRows({ id }: { id: number }) {
  const t = useText();
  const judged = useJudged(id);
  if (!judged?.spread || !judged.result) return null;
  const { min, max } = judged.spread;
  const n = judged.sheets.length;
  const points = ({ decimal }: Schemas["Fraction"]) => Number(decimal).toFixed(2);
  return (
    <>
      <Row name={t("case.sheets")} aside={t(judged.result === "pass" ? "meeting.pass" : "meeting.fail")}>
        {passesAgainstAll(judged) ? <b>{t("case.sheets.against", { n })}</b> : t("case.sheets.count", { n })}
        {t("common.semicolon")}
        {t("case.sheets.points", { min: points(min), max: points(max) })}
      </Row>
      {judged.result === "pass" && judged.result_reason && (
        <Row name={t("case.sheets.passed")}>
          <Data text={judged.result_reason} />
        </Row>
      )}
    </>
  );
}
