/* The day of a case or task in two lines: what is left of it, and the day itself. */
import { useText, type Translate } from "../../text/index.ts";

export interface DueDay {
  due?: string;
  day?: string; // by, after, others, remind
  provisional?: boolean;
  days_left?: number;
  overdue_days?: number;
}

export type DueTone = "late" | "near" | "plain" | "quiet";

const NEAR_DAYS = 3;

export function dueWords(t: Translate, { due, day, provisional, days_left = 0, overdue_days }: DueDay): { line: string; tone: DueTone; below?: string } {
  if (!due) return { line: t("desk.noDue"), tone: "quiet" };
  const marked = (text: string) => [text, provisional && t("desk.provisional")].filter(Boolean).join(t("common.comma"));
  switch (day) {
    case "after":
      return { line: t("desk.opens", { day: due }), tone: "plain", below: marked(t("desk.opens.then")) };
    case "others":
      return { line: t("desk.others"), tone: "plain", below: marked(t("desk.until", { day: due })) };
    case "remind":
      return { line: t("desk.remind"), tone: "quiet", below: due };
  }
  if (overdue_days) return { line: t("desk.late", { n: overdue_days }), tone: "late", below: t("desk.dueOn", { day: due }) };
  return {
    line: days_left === 0 ? t("desk.today") : t("desk.left", { n: days_left }),
    tone: days_left <= NEAR_DAYS ? "near" : "plain",
    below: marked(t("desk.until", { day: due })),
  };
}

export function DueLines(props: DueDay) {
  const t = useText();
  const { line, tone, below } = dueWords(t, props);
  return (
    <div className={`task-due task-due-${tone}`}>
      <b>{line}</b>
      {below && <p>{below}</p>}
    </div>
  );
}
