/* The time of a rectification from its notice on: today, its last day, and the days between which the policy lets that lie. */
import { useText } from "../../text/index.ts";
import { daysBetween } from "../../parts/time.ts";

interface Props {
  issued: string;
  due: string;
  least?: string; // absent: the policy sets no limits
  most?: string;
  today?: string; // absent: it is over
}

const later = (one: string, other: string) => (one > other ? one : other);

export function Bar({ issued, due, least, most, today }: Props) {
  const t = useText();
  const end = [most ?? due, today ?? due, due].reduce(later);
  const whole = Math.max(1, daysBetween(issued, end));
  const at = (date: string) => Math.min(100, Math.max(0, (daysBetween(issued, date) / whole) * 100));
  const late = !!today && today > due;
  const left = today && daysBetween(today, due);
  const mark = (date: string, words: string, tone = "") => {
    const place = at(date);
    return (
      <span className={`bar-word ${tone}`} style={place > 80 ? { right: `${100 - place}%` } : { left: `${place}%`, transform: place < 12 ? undefined : "translateX(-50%)" }}>
        {words}
      </span>
    );
  };
  return (
    <section className={`bar${late ? " bar-late" : ""}`} aria-label={t("rectify.bar")}>
      <div className="bar-row">
        {today && mark(today, t("rectify.bar.today", { n: daysBetween(issued, today) }), "bar-today")}
      </div>
      <div className="bar-line" aria-hidden="true">
        {least && most && <i className="bar-window" style={{ left: `${at(least)}%`, width: `${at(most) - at(least)}%` }} />}
        <i className="bar-run" style={{ width: `${at(today ?? due)}%` }} />
        {least && <b style={{ left: `${at(least)}%` }} />}
        <b className="bar-due" style={{ left: `${at(due)}%` }} />
        {today && <b className="bar-now" style={{ left: `${at(today)}%` }} />}
      </div>
      <div className="bar-row">
        {mark(issued, t("rectify.bar.issued", { day: issued }))}
        {mark(due, left === undefined || left === "" ? t("rectify.bar.due", { day: due }) : late ? t("rectify.bar.late", { day: due, n: -left }) : t("rectify.bar.left", { day: due, n: left }), "bar-word-due")}
      </div>
      <div className="bar-row">
        {least && most ? (
          <>
            {mark(least, t("rectify.bar.least", { day: least }))}
            {mark(most, t("rectify.bar.most", { day: most }))}
          </>
        ) : (
          <span className="bar-word" style={{ left: 0 }}>
            {t("rectify.bar.none")}
          </span>
        )}
      </div>
    </section>
  );
}
