/* Days by month: what is due of records and what else waits for a day; under the month the rows of one day. Month and day stand
 * in the address. */
import "../../ui/controls.css";
import "./calendar.css";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Failed } from "../../ui/states.tsx";
import { TaskList } from "../../rooms/case/task-list.tsx";
import { rowKey, useDays } from "../../rooms/task/todo.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { day, daysAfter, weekday } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";

const SHOWN = 2; // rows of a day; paper shows all
const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function monthAfter(month: string, months: number): string {
  const date = new Date(`${month}-01`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 7);
}

/* From the Monday before the month to the Sunday after it. */
function weeksOf(month: string): string[][] {
  const first = `${month}-01`;
  const weeks: string[][] = [];
  for (let at = daysAfter(first, -((weekday(first) + 6) % 7)); at.slice(0, 7) <= month; at = daysAfter(at, 7)) weeks.push([0, 1, 2, 3, 4, 5, 6].map((n) => daysAfter(at, n)));
  return weeks;
}

export default function Calendar() {
  const t = useText();
  const language = useLanguage();
  const words = useTaskWords();
  const [query, setQuery] = useSearchParams();
  const table = useRef<HTMLTableElement>(null);
  const today = day(serverNow());
  const asked = query.get("month") ?? "";
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : today.slice(0, 7);
  const weeks = weeksOf(month);
  const days = weeks.flat();
  const named = query.get("day") ?? today;
  const chosen = named.startsWith(month) && days.includes(named) ? named : `${month}-01`;
  const found = useDays(days[0]!, days.at(-1)!);
  const rows = found.rows ?? [];
  const of = (date: string) => rows.filter(({ due }) => due === date);
  const said = (date: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: "UTC", ...options }).format(new Date(date));
  const whole = (date: string) => said(date, { month: "long", day: "numeric", weekday: "long" });
  const open = (date: string, replace = true) => setQuery({ month: date.slice(0, 7), day: date }, { replace, preventScrollReset: true });
  const turn = (months: number) => {
    const next = monthAfter(month, months);
    open(today.startsWith(next) ? today : `${next}-01`, false);
  };

  const going = useRef<string>(undefined); // by keys, which may be faster than the page: the focus goes along
  useEffect(() => {
    if (going.current !== chosen) return;
    table.current?.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
    going.current = undefined;
  }, [chosen]);
  const hear = (event: KeyboardEvent) => {
    const by = moves[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    going.current = daysAfter(going.current ?? chosen, by);
    open(going.current);
  };

  const own = of(chosen);
  const name = said(`${month}-01`, { year: "numeric", month: "long" });
  return (
    <div className="month">
      <PageHead
        title={name}
        line={found.rows && t("calendar.line", { n: rows.filter(({ due }) => due!.startsWith(month)).length })}
        actions={
          <>
            <button type="button" className="button" aria-label={t("calendar.previous")} title={t("calendar.previous")} onClick={() => turn(-1)}>
              ‹
            </button>
            <button type="button" className="button" onClick={() => open(today, false)}>
              {t("calendar.today")}
            </button>
            <button type="button" className="button" aria-label={t("calendar.next")} title={t("calendar.next")} onClick={() => turn(1)}>
              ›
            </button>
            <a className="button" href={`${base}/api/v1/due.ics?${new URLSearchParams({ from: `${month}-01`, to: `${monthAfter(month, 12)}-01` })}`} download="zhiyun.ics">
              {t("calendar.ics")}
            </a>
            <button type="button" className="button" onClick={() => print()}>
              {t("records.print")}
            </button>
          </>
        }
      />
      {found.error && <Failed error={found.error} retry={found.retry} />}
      <table ref={table} aria-label={name} aria-busy={!found.rows} onKeyDown={hear}>
        <thead>
          <tr>
            {weeks[0]!.map((date) => (
              <th key={date} scope="col">
                {said(date, { weekday: "short" })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((date) => {
                const here = of(date);
                return (
                  <td key={date} className={date.startsWith(month) ? undefined : "month-beside"}>
                    <button
                      type="button"
                      aria-pressed={date === chosen}
                      aria-current={date === today ? "date" : undefined}
                      tabIndex={date === chosen ? 0 : -1}
                      onClick={() => {
                        going.current = undefined;
                        open(date);
                      }}
                    >
                      <span className="month-day">
                        <span className="said">{whole(date)}</span>
                        <b aria-hidden="true">{Number(date.slice(8))}</b>
                        {here.length > SHOWN && <small className="no-print">{t("calendar.count", { n: here.length })}</small>}
                      </span>
                      {here.map((row) => (
                        <span key={rowKey(row)} className={row.overdue_days ? "month-row one-line no" : "month-row one-line"}>
                          <Data text={words.what(row)} /> <Data text={words.title(row)} />
                        </span>
                      ))}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <TaskList key={chosen} groups={[{ urgency: "all", title: whole(chosen), count: own.length, entries: own.map((row) => ({ key: rowKey(row), rows: [row] })) }]} total={own.length} />
      {found.rows && own.length === 0 && <p className="quiet">{t("calendar.none")}</p>}
    </div>
  );
}
