/* A notice as lists show it. */
import { Link } from "react-router";
import { useText } from "../../text/index.ts";
import { Data, DayStrip, daysLeft, StateTag, TrialTag } from "./parts.tsx";
import type { Publicity } from "./data.ts";

/* The parties of a notice: the first two by name. */
function Parties({ of }: { of: Publicity[] }) {
  const t = useText();
  const names = of.slice(0, 2).map((one) => one.name);
  return (
    <Data>
      {names.join("、")}
      {of.length > 2 && t("portal.parties.more", { n: of.length })}
    </Data>
  );
}

/* One notice, of all its cases. */
export function NoticeRow({ of }: { of: Publicity[] }) {
  const t = useText();
  const one = of[0]!;
  const open = one.state === "running";
  const left = daysLeft(t, one);
  return (
    <li className="notice-row">
      <p className="notice-title">
        <StateTag state={one.state} />
        {one.trial && <TrialTag />}
        <Link to={`/publicity/${one.id}`}>
          <Parties of={of} />
        </Link>
      </p>
      <p className="note">
        <Data>{one.title ?? one.document.title}</Data>
        {one.document.number && (
          <>
            {" · "}
            <Data>{one.document.number}</Data>
          </>
        )}
        {!open && <> · {t("portal.publicity.period", { from: one.published_on, to: one.last_day ?? t("common.unknown") })}</>}
      </p>
      {open && (
        <div className="notice-days">
          <DayStrip of={one} />
          <div className="notice-left">
            <p>
              <strong>{t("portal.days.at", { day: one.day ?? 0, days: one.days ?? 0 })}</strong>
              {left && ` · ${left}`}
            </p>
            <p className="note">
              {one.last_day && t(one.provisional ? "portal.days.until.provisional" : "portal.days.until", { date: one.last_day })}
              {one.objections && (
                <>
                  {" · "}
                  <Link to={`/publicity/${one.id}#object`}>{t("portal.object.how")}</Link>
                </>
              )}
            </p>
          </div>
        </div>
      )}
    </li>
  );
}
