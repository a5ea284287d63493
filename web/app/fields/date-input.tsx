/* Days, months and years, typed in any usual writing or picked from a calendar. */
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { serverNow } from "../api/server-time.ts";
import { Icon } from "../ui/icons.tsx";
import { composing, guardEnter } from "../ui/keys.ts";
import { day as dayOf } from "../ui/time.ts";
import { useText } from "../text/index.ts";
import { aria, kindOf, neverOf, periodOf, type WidgetProps } from "./field.ts";
import { isWithin, limitsOf } from "./limits.ts";

type Unit = "day" | "month" | "year";

/* "2026年1月5日", "2026.1.5", "20260105" → "2026-01-05"; undefined: no such day. */
export function readDate(typed: string, unit: Unit = "day"): string | undefined {
  const text = typed.normalize("NFKC").trim();
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? /^(\d{4})\s*(?:[-./年]\s*(\d{1,2})\s*(?:[-./月]\s*(\d{1,2})\s*日?|月)?|年)?$/.exec(text);
  if (!parts) return undefined;
  const [year, month, day] = [parts[1]!, parts[2]?.padStart(2, "0"), parts[3]?.padStart(2, "0")];
  if (unit === "year") return month ? undefined : year;
  if (unit === "month") return month && !day && Number(month) >= 1 && Number(month) <= 12 ? `${year}-${month}` : undefined;
  const iso = `${year}-${month}-${day}`;
  return month && day && dayjs(iso).format("YYYY-MM-DD") === iso ? iso : undefined;
}

const units: Record<string, Unit> = { month: "month", year: "year" };

export function DateInput(props: WidgetProps) {
  const kind = kindOf(props.field);
  return kind === "known_date" ? <KnownDate {...props} /> : kind === "datetime" ? <MinuteInput {...props} /> : <DayInput {...props} unit={units[kind] ?? "day"} />;
}

/* A day, or known not to have been. */
function KnownDate(props: WidgetProps) {
  const t = useText();
  const { value, onChange, label } = props;
  const never = t(neverOf(props.field));
  return (
    <div className="field-row field-known">
      {value !== false && <DayInput {...props} unit="day" />}
      <label>
        <input type="checkbox" aria-label={label && `${label} ${never}`} checked={value === false} onChange={(event) => onChange(event.target.checked ? false : undefined)} />
        {never}
      </label>
    </div>
  );
}

/* "9:05", "9：05", "0905" → "09:05"; undefined: no such time. */
function readTime(typed: string): string | undefined {
  const [, hour, minute] = /^(\d{1,2}):?(\d\d)$/.exec(typed.normalize("NFKC").trim()) ?? [];
  return hour && Number(hour) < 24 && Number(minute) < 60 ? `${hour.padStart(2, "0")}:${minute}` : undefined;
}

/* A day and a time of Beijing, of 24 hours whatever the browser's language. A day alone begins at 00:00, which is shown; what is no time is
 * sent as it is typed. */
function MinuteInput(props: WidgetProps) {
  const t = useText();
  const { value, onChange, id, label } = props;
  const [, day = "", given = ""] = /^([^T ]*)[T ]?([^+]*)/.exec(typeof value === "string" ? value : "")!;
  const time = given.replace(/^(\d\d:\d\d):\d\d$/, "$1");
  const set = (nextDay: unknown, typed: string) => {
    const read = typed ? readTime(typed) : "00:00";
    onChange(nextDay && read ? `${String(nextDay)}T${read}:00+08:00` : `${String(nextDay ?? "")} ${typed}`.trimEnd() || undefined);
  };
  const [typed, setTyped] = useState<string>();
  return (
    <div className="field-row">
      <DayInput {...props} value={day || undefined} onChange={(next) => set(next, typed ?? time)} unit="day" />
      <input
        id={`${id}-time`}
        className="input field-time"
        inputMode="numeric"
        autoComplete="off"
        placeholder="09:30"
        aria-label={`${label ?? ""} ${t("fields.time")}`.trim()}
        value={typed ?? time}
        onChange={(event) => {
          setTyped(event.target.value);
          set(day, event.target.value);
        }}
        onBlur={() => setTyped(undefined)}
      />
    </div>
  );
}

export function DayInput({ unit, ...props }: WidgetProps & { unit: Unit }) {
  const t = useText();
  const { value, onChange, id } = props;
  const [typed, setTyped] = useState<string>();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const shown = value === undefined || value === null ? "" : String(value);
  const read = (text: string) => readDate(text, unit) ?? (text.trim() || undefined);
  const send = (next: string | undefined) => onChange(unit === "year" && next && /^\d{4}$/.test(next) ? Number(next) : next);
  const close = () => {
    setOpen(false);
    document.getElementById(id)?.focus();
  };
  return (
    <div className="day" ref={box} onBlur={(event) => box.current?.contains(event.relatedTarget) || setOpen(false)}>
      <input
        {...aria(props)}
        id={id}
        className="input field-box"
        inputMode="numeric"
        autoComplete="off"
        value={typed ?? shown}
        onChange={(event) => {
          setTyped(event.target.value);
          send(read(event.target.value));
        }}
        onBlur={() => setTyped(undefined)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" && unit === "day") {
            event.preventDefault();
            setOpen(true);
          }
          guardEnter(event);
        }}
      />
      {unit === "day" && (
        <button type="button" aria-label={`${t("fields.calendar")} ${props.label ?? props.field.label}`} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="calendar" />
        </button>
      )}
      {open && (
        <Calendar
          day={readDate(shown)}
          limits={limitsOf(props.field)}
          pick={(next) => {
            onChange(next);
            close();
          }}
          close={close}
        />
      )}
    </div>
  );
}

const moves: Record<string, (at: Dayjs) => Dayjs> = {
  ArrowLeft: (at) => at.subtract(1, "day"),
  ArrowRight: (at) => at.add(1, "day"),
  ArrowUp: (at) => at.subtract(7, "day"),
  ArrowDown: (at) => at.add(7, "day"),
  PageUp: (at) => at.subtract(1, "month"),
  PageDown: (at) => at.add(1, "month"),
};

/* A month of days: arrows move, Enter takes, Escape leaves. Days outside of the limits are shown and not taken. */
function Calendar({ day, limits, pick, close }: { day: string | undefined; limits: ReturnType<typeof limitsOf>; pick: (day: string) => void; close: () => void }) {
  const t = useText();
  const today = dayOf(serverNow());
  const take = (one: string) => isWithin(one, limits) && pick(one);
  const [at, setAt] = useState(dayjs(day ?? (isWithin(today, limits) ? today : (limits?.from ?? limits?.to))));
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus(), [at]);
  const first = at.startOf("month");
  const start = first.subtract((first.day() + 6) % 7, "day"); // weeks begin on Monday
  const hear = (event: KeyboardEvent) => {
    if (composing(event)) return;
    const move = moves[event.key];
    if (move) setAt(move(at));
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="calendar" role="dialog" aria-label={t("fields.calendar")} onKeyDown={hear}>
      <div className="calendar-head">
        <button type="button" aria-label={t("fields.yearBefore")} onClick={() => setAt(at.subtract(1, "year"))}>
          «
        </button>
        <button type="button" aria-label={t("fields.monthBefore")} onClick={() => setAt(at.subtract(1, "month"))}>
          ‹
        </button>
        <b aria-live="polite">{at.format("YYYY-MM")}</b>
        <button type="button" aria-label={t("fields.monthAfter")} onClick={() => setAt(at.add(1, "month"))}>
          ›
        </button>
        <button type="button" aria-label={t("fields.yearAfter")} onClick={() => setAt(at.add(1, "year"))}>
          »
        </button>
      </div>
      <div className="calendar-days" ref={grid}>
        {t("fields.weekdays")
          .split(" ")
          .map((name) => (
            <span key={name} aria-hidden="true">
              {name}
            </span>
          ))}
        {Array.from({ length: 42 }, (_, i) => start.add(i, "day")).map((one) => {
          const iso = one.format("YYYY-MM-DD");
          return (
            <button
              key={iso}
              type="button"
              aria-label={`${one.date()}, ${one.format("YYYY-MM")}`}
              aria-current={iso === today ? "date" : undefined}
              aria-pressed={iso === day}
              aria-disabled={!isWithin(iso, limits) || undefined}
              tabIndex={one.isSame(at, "day") ? 0 : -1}
              className={one.month() === at.month() ? undefined : "other"}
              onClick={() => take(iso)}
            >
              {one.date()}
            </button>
          );
        })}
      </div>
      {isWithin(today, limits) && (
        <button type="button" className="calendar-today" onClick={() => pick(today)}>
          {t("fields.today")} {today}
        </button>
      )}
    </div>
  );
}

/* First and last day. */
export function PeriodInput(props: WidgetProps) {
  const t = useText();
  const { field, value, onChange, id, label = field.label } = props;
  const { from, to } = periodOf(value);
  const set = (next: { from?: unknown; to?: unknown }) => onChange(next.from || next.to ? next : undefined);
  return (
    <div className="field-row field-period" role="group" aria-label={label}>
      <DayInput {...props} label={`${label} ${t("fields.from")}`} value={from} onChange={(next) => set({ from: next, to })} unit="day" />
      <span aria-hidden="true">→</span>
      <DayInput {...props} id={`${id}-to`} label={`${label} ${t("fields.to")}`} value={to} onChange={(next) => set({ from, to: next })} unit="day" />
    </div>
  );
}
