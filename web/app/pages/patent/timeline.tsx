/* Dated events on one axis with today, and below it the same as a list; events without a day stand last. */
import { serverNow } from "../../api/server-time.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { day } from "../../ui/time.ts";
import "./timeline.css";

export interface TimelineEvent {
  date?: string; // YYYY, YYYY-MM or YYYY-MM-DD
  text: string;
  step: boolean; // filing, publication, grant: named on the axis
}

/* As a year with its fraction; a year or month alone stands at its middle. */
function position(date: string): number {
  const [year = "0", month, dayOf] = date.split("-");
  return Number(year) + (month ? (Number(month) - (dayOf ? 1 : 0.5)) / 12 : 0.5) + (dayOf ? (Number(dayOf) - 1) / 372 : 0);
}

const HEIGHT = 64;
const LINE = 34;

function Axis({ events }: { events: readonly (TimelineEvent & { date: string })[] }) {
  const t = useText();
  const now = position(day(serverNow()));
  const from = Math.floor(Math.min(...events.map(({ date }) => position(date))));
  const to = Math.ceil(Math.max(now, ...events.map(({ date }) => position(date))) + 0.3);
  const span = to - from;
  const every = [1, 2, 5, 10, 20].find((step) => span / step <= 12) ?? 50;
  const years = Array.from({ length: span + 1 }, (_, i) => from + i).filter((year) => year % every === 0);
  const x = (at: number) => `${2 + (96 * (at - from)) / span}%`; // room for the names of the first and last year
  // A name needs room: of steps that stand close together the first is named; the list below has all.
  const steps: { date: string; text: string }[] = [];
  for (const { date, text, step } of events) {
    const last = steps[steps.length - 1];
    if (step && last?.date === date) last.text += ` · ${text}`;
    else if (step) steps.push({ date, text });
  }
  return (
    <svg className="timeline" width="100%" height={HEIGHT} aria-hidden="true">
      {years.map((year) => (
        <g key={year}>
          <line className="timeline-grid" x1={x(year)} x2={x(year)} y1={4} y2={LINE + 6} />
          <text className="timeline-year" x={x(year)} y={HEIGHT - 6} textAnchor="middle">
            {year}
          </text>
        </g>
      ))}
      <line className="timeline-line" x1="0" x2="100%" y1={LINE} y2={LINE} />
      <line className="timeline-now" x1={x(now)} x2={x(now)} y1={4} y2={LINE + 6} />
      <text className="timeline-now-word" x={x(now)} y={14} dx={-5} textAnchor="end">
        {t("patent.today")}
      </text>
      {events.map(({ date, text, step }, i) => (
        <circle key={i} className={step ? "timeline-step" : "timeline-event"} cx={x(position(date))} cy={LINE} r={step ? 5 : 3.5}>
          <title>{`${date} ${text}`}</title>
        </circle>
      ))}
      {steps.map(({ date, text }, i) => {
        const crowded = i > 0 && (position(date) - position(steps[i - 1]!.date)) / span < 0.14;
        return crowded ? null : (
          <text key={i} className="timeline-word" x={x(position(date))} y={LINE - 12} textAnchor={(position(date) - from) / span > 0.85 ? "end" : "start"}>
            {text}
          </text>
        );
      })}
    </svg>
  );
}

export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  const t = useText();
  const dated = events.filter((event): event is TimelineEvent & { date: string } => !!event.date).sort((a, b) => position(a.date) - position(b.date));
  const undated = events.filter(({ date }) => !date);
  return (
    <>
      {dated.length > 1 && <Axis events={dated} />}
      <ol className="timeline-list">
        {[...dated, ...undated].map(({ date, text }, i) => (
          <li key={i}>
            <span className={date ? "timeline-date" : "timeline-date none"}>{date ?? t("patent.events.undated")}</span>
            <Data text={text} />
          </li>
        ))}
      </ol>
    </>
  );
}
