/* The time of a rectification from its notice on: today, its last day, and the days between which the policy lets that lie. */
import { useText } from "../../text/index.ts";
import { daysBetween } from "../../ui/time.ts";

interface Props {
  issued: string;
  due: string;
  least?: string; // absent: the policy sets no limits
  most?: string;
  today?: string; // absent: it is over
  handed?: string; // when the result was handed in: its time runs no more
}

const later = (one: string, other: string) => (one > other ? one : other);

export function Bar({ issued, due, least, most, today, handed }: Props) {
  const t = useText();
  const end = [most ?? due, handed ?? today ?? due, due].reduce(later);
  const whole = Math.max(1, daysBetween(issued, end));
  const at = (date: string) => Math.min(100, Math.max(0, (daysBetween(issued, date) / whole) * 100));
  const now = handed ?? today;
  const late = !!now && now > due;
  const left = now && !handed ? daysBetween(now, due) : undefined;
  const mark = (date: string, words: string, tone = "") => {
    const place = at(date);
    return (
      <span className={`span-word ${tone}`} style={place > 80 ? { right: `${100 - place}%` } : { left: `${place}%`, transform: place < 12 ? undefined : "translateX(-50%)" }}>
        {words}
      </span>
    );
  };
  return (
    <section className={`span${late ? " span-late" : ""}`} aria-label={t("rectify.bar")}>
      <div className="span-row">
        {now && mark(now, handed ? t("rectify.bar.handed", { day: handed }) : t("rectify.bar.today", { n: daysBetween(issued, now) }), "span-today")}
      </div>
      <div className="span-line" aria-hidden="true">
        {least && most && <i className="span-window" style={{ left: `${at(least)}%`, width: `${at(most) - at(least)}%` }} />}
        <i className="span-run" style={{ width: `${at(now ?? due)}%` }} />
        {least && <b style={{ left: `${at(least)}%` }} />}
        <b className="span-due" style={{ left: `${at(due)}%` }} />
        {now && <b className="span-now" style={{ left: `${at(now)}%` }} />}
      </div>
      <div className="span-row">
        {mark(issued, t("rectify.bar.issued", { day: issued }))}
        {mark(due, left === undefined ? t("rectify.bar.due", { day: due }) : late ? t("rectify.bar.late", { day: due, n: -left }) : t("rectify.bar.left", { day: due, n: left }), "span-word-due")}
      </div>
      <div className="span-row">
        {least && most ? (
          <>
            {mark(least, t("rectify.bar.least", { day: least }))}
            {mark(most, t("rectify.bar.most", { day: most }))}
          </>
        ) : (
          <span className="span-word" style={{ left: 0 }}>
            {t("rectify.bar.none")}
          </span>
        )}
      </div>
    </section>
  );
}
