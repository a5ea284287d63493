/* The day by which sheets are handed in, and how long that is. */
import { serverNow } from "../../api/server-time.ts";
import { useText } from "../../text/index.ts";
import { day, daysBetween } from "../../ui/time.ts";

export function PanelDue({ due, over }: { due?: string; over?: boolean }) {
  const t = useText();
  if (!due) return <span className="quiet">{t("panel.due.none")}</span>;
  const left = daysBetween(day(serverNow()), due);
  const words = left > 0 ? t("panel.due.left", { n: left }) : left === 0 ? t("panel.due.today") : t("panel.due.late", { n: -left });
  return (
    <span>
      {due} {!over && <b className={left <= 2 ? "near" : undefined}>{words}</b>}
    </span>
  );
}
