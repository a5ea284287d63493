/* The working days of a year: which years are known, from which announcement, and a further one. */
import "../../ui/controls.css";
import "./workdays.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { putWorkdays, workdaysQuery, type Workdays } from "../../rooms/system/system.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { SideSheet } from "../../ui/side-sheet.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { rowsOf, tableOf, textOf } from "./table.ts";

export default function WorkdaysPage() {
  const t = useText();
  const read = useQuery(workdaysQuery);
  const [params] = useSearchParams();
  const [asked, setAsked] = useState<{ year: number; of?: Workdays }>();
  const [added, setAdded] = useState<{ year: number; added: boolean; moved: number; corrected: boolean }>();
  const may = useSession().roles.some(({ role }) => role === "system_administrator" || role === "province_officer");
  const years = read.data;
  const now = Number(day(serverNow()).slice(0, 4));
  const shown = years?.find(({ year }) => year === Number(params.get("year") ?? now)) ?? years?.[0];
  const next = (years?.[0]?.year ?? now) + 1;
  return (
    <div className="workdays">
      <PageHead
        title={t("system.workdays")}
        line={t("system.workdays.line")}
        actions={
          may &&
          years && (
            <Button type={next <= now + 1 ? "primary" : "default"} onClick={() => setAsked({ year: next })}>
              {t("system.workdays.add", { year: next })}
            </Button>
          )
        }
      />
      {added && <Note role="status">{t(!added.added ? "system.workdays.known" : added.corrected ? "system.workdays.corrected" : added.moved ? "system.workdays.added.moved" : "system.workdays.added", { year: added.year, n: added.moved })}</Note>}
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : !years || !shown ? (
        <Waiting />
      ) : (
        <Columns
          rail={
            <nav aria-label={t("system.workdays.years")}>
              <h2>{t("system.workdays.years")}</h2>
              <ul className="pair-rows workdays-years">
                {next <= now + 1 && (
                  <li>
                    <span>{next}</span>
                    <span className="near">{t("system.workdays.missing")}</span>
                  </li>
                )}
                {years.map(({ year, working_days }) => (
                  <li key={year}>
                    <Link to={`/workdays?year=${year}`} aria-current={year === shown.year ? "true" : undefined}>
                      {year}
                    </Link>
                    <span>{t("system.workdays.count", { n: working_days })}</span>
                  </li>
                ))}
              </ul>
            </nav>
          }
        >
          <h2>{t("system.workdays.of", { year: shown.year, n: shown.working_days })}</h2>
          <p className="quiet">
            {t("system.workdays.source")} <Data text={shown.source ?? t("system.workdays.builtIn")} />{" "}
            {may && shown.source && (
              <Button size="small" onClick={() => setAsked({ year: shown.year, of: shown })}>
                {t("system.workdays.correct", { year: shown.year })}
              </Button>
            )}
          </p>
          <Year of={shown} />
        </Columns>
      )}
      {asked && (
        <Adding
          {...asked}
          onClose={() => setAsked(undefined)}
          onAdded={(came) => {
            setAdded({ ...came, corrected: !!asked.of });
            setAsked(undefined);
          }}
        />
      )}
    </div>
  );
}

const MONTHS = Array.from({ length: 12 }, (_, at) => at + 1);

function Year({ of }: { of: Workdays }) {
  const t = useText();
  const differs = new Map(of.days.map(({ date, works }) => [date, works]));
  return (
    <div className="workdays-year">
      {MONTHS.map((month) => (
        <Month key={month} year={of.year} month={month} differs={differs} />
      ))}
      <p className="quiet workdays-legend">
        <i className="rest" /> {t("system.workdays.rest")} <i className="work" /> {t("system.workdays.work")}
      </p>
    </div>
  );
}

function Month({ year, month, differs }: { year: number; month: number; differs: ReadonlyMap<string, boolean> }) {
  const t = useText();
  const first = new Date(Date.UTC(year, month - 1, 1));
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const blanks = (first.getUTCDay() + 6) % 7;
  const cells = [...Array<number>(blanks).fill(0), ...Array.from({ length: days }, (_, at) => at + 1)];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, at) => cells.slice(at * 7, at * 7 + 7));
  return (
    <table aria-label={`${year}-${String(month).padStart(2, "0")}`}>
      <caption>{t("system.workdays.month", { n: month })}</caption>
      <tbody>
        {weeks.map((week, at) => (
          <tr key={at}>
            {week.map((one, column) => {
              const date = `${year}-${String(month).padStart(2, "0")}-${String(one).padStart(2, "0")}`;
              const works = differs.get(date);
              return one ? (
                <td key={column} className={works === true ? "work" : works === false ? "rest" : column > 4 ? "weekend" : undefined} title={works === true ? t("system.workdays.work") : works === false ? t("system.workdays.rest") : undefined}>
                  {one}
                </td>
              ) : (
                <td key={column} />
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/* A further year; `of`: the year as it was entered, to be corrected. */
function Adding({ year, of, onClose, onAdded }: { year: number; of?: Workdays; onClose: () => void; onAdded: (came: { year: number; added: boolean; moved: number }) => void }) {
  const t = useText();
  const cache = useQueryClient();
  const [draft, setDraft, clear] = useDraft<{ source: string; text: string }>(`workdays.${year}${of ? ".correct" : ""}`, of ? { source: of.source ?? "", text: textOf(year, of.days, { rest: t("system.workdays.rest.word"), work: t("system.workdays.work.word") }) } : { source: "", text: "" });
  const rows = rowsOf(draft.text);
  const bad = rows.filter(({ date, kind }) => !date || !kind);
  const off = rows.filter(({ kind }) => kind === "rest").length;
  const send = useMutation({
    mutationFn: () => putWorkdays(tableOf(draft.source, rows), !!of),
    onSuccess: async (came) => {
      clear();
      await cache.invalidateQueries({ queryKey: ["workdays"] });
      onAdded(came);
    },
  });
  return (
    <SideSheet title={t(of ? "system.workdays.correct" : "system.workdays.add", { year })} onClose={onClose}>
      <form
        className="workdays-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!send.isPending) send.mutate();
        }}
      >
        <TextInput label={t("system.workdays.source.label")} hint={t("system.workdays.source.hint")} value={draft.source} onChange={(source) => setDraft({ ...draft, source })} required focus />
        <div className="field">
          <label htmlFor="workdays-days">
            {t("system.workdays.days")}
            <span className="field-must">{t("common.required")}</span>
          </label>
          <textarea id="workdays-days" className="input" rows={14} spellCheck={false} value={draft.text} onChange={(event) => setDraft({ ...draft, text: event.target.value })} aria-describedby="workdays-days-note" />
          <p id="workdays-days-note" className={bad.length ? "field-error" : "field-hint"}>
            {bad.length ? t("system.workdays.bad", { lines: bad.map(({ line }) => line).join(t("common.comma")) }) : rows.length ? t("system.workdays.read", { rest: off, work: rows.length - off }) : t("system.workdays.days.hint", { year })}
          </p>
        </div>
        <label className="button">
          {t("system.workdays.file")}
          <input
            type="file"
            accept=".csv,.txt"
            hidden
            onChange={async (event) => {
              const file = event.target.files?.[0];
              event.target.value = "";
              if (!file) return;
              const text = await file.text();
              const said = text.split(/\r?\n/).filter((line) => line.startsWith("#"));
              setDraft({ source: draft.source || said.map((line) => line.replace(/^#\s*/, "")).join(" "), text });
            }}
          />
        </label>
        <ErrorNote error={send.error} />
        <p className="quiet">{t(of ? "system.workdays.correct.follows" : "system.workdays.follows")}</p>
        <Button type="primary" htmlType="submit" loading={send.isPending} disabled={!draft.source.trim() || rows.length === 0 || bad.length > 0}>
          {t(of ? "system.workdays.correct.do" : "system.workdays.do", { year })}
        </Button>
      </form>
    </SideSheet>
  );
}
