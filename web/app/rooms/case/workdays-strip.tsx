/* The working days of a publicity: one box a day, the last day, until when objections come in, where it is public. */
import "./workdays-strip.css";
import { useQuery } from "@tanstack/react-query";
import { api, base, Problem, take, type Schemas } from "../../api/client.ts";
import { languageNow, useText } from "../../text/index.ts";
import { daysBetween, weekday } from "../../ui/time.ts";

type Publicity = Schemas["PublicityNotice"];

export function CasePublicity({ caseId }: { caseId: number }) {
  const notice = useQuery({
    queryKey: ["public", languageNow(), "notice", caseId],
    queryFn: () => take(api.GET("/api/v1/public/publicity/{id}", { params: { path: { id: caseId } } })),
    retry: (count, error) => !(error instanceof Problem) && count < 30,
  });
  return notice.data ? <WorkdaysStrip of={notice.data} /> : null;
}

export function WorkdaysStrip({ of }: { of: Publicity }) {
  const t = useText();
  const days = of.working_days ?? [];
  const at = of.day ?? 0;
  const left = days.length - at;
  const names = t("shell.weekdays").split(" ");
  return (
    <section className="workdays" aria-label={t("strip.label")}>
      {days.length <= 15 && (
        <ol>
          {days.map((one, i) => (
            <li key={one} className={i < at ? "done" : undefined} data-gap={(i > 0 && daysBetween(days[i - 1]!, one) > 1) || undefined}>
              <b>{i + 1}</b>
              <span>
                {one.slice(5)} {names[weekday(one)]}
              </span>
            </li>
          ))}
        </ol>
      )}
      <p>
        <b>{of.state === "running" ? (left > 0 ? t("strip.left", { n: left }) : t("strip.last")) : t(`strip.${of.state}`)}</b>
        {of.last_day && <span>{t(of.provisional ? "strip.until.provisional" : "strip.until", { date: of.last_day })}</span>}
        <a href={`${base}/publicity/${of.id}`}>{t("strip.public")}</a>
      </p>
    </section>
  );
}
