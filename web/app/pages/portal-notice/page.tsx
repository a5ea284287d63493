/* One notice: who is on the list, how many days are left, how to object. */
import { useEffect } from "react";
import { useLocation, useParams } from "react-router";
import { base } from "../../api/client.ts";
import { Answer, Crumbs, Data, DayStrip, daysLeft, isMissing, NotFound, StateTag, TrialTag, useTitle } from "../../rooms/portal/parts.tsx";
import { AskObjection, ObjectForm } from "../../rooms/portal/object.tsx";
import { type ListRow, type Notice, type PublicList, useNotice } from "../../rooms/portal/data.ts";
import { daysBetween, minute } from "../../ui/time.ts";
import { type Key, useText } from "../../text/index.ts";

type Shown = Notice & { rows: ListRow[] };

/* Days of the period that do not count. */
function daysOff(days: string[]): string[] {
  return days.flatMap((day, i) => {
    if (i === 0) return [];
    const gap = daysBetween(days[i - 1]!, day) - 1;
    return Array.from({ length: gap }, (_, k) => new Date(Date.parse(day) - (gap - k) * 86_400_000).toISOString().slice(5, 10));
  });
}

function Period({ of }: { of: Shown }) {
  const t = useText();
  const off = daysOff(of.working_days ?? []);
  return (
    <section className="panel period" aria-label={t("portal.notice.period")}>
      <div className="notice-days">
        <DayStrip of={of} weekdays />
        <div className="notice-left">
          <p className="big">{daysLeft(t, of) || t(`portal.state.${of.state}`)}</p>
          {of.last_day && <p className="note">{t(of.provisional ? "portal.days.until.provisional" : "portal.days.until", { date: of.last_day })}</p>}
        </div>
      </div>
      <p className="note rule">
        {t("portal.notice.counting")}
        {off.length > 0 && t("portal.notice.off", { days: off.join(t("portal.comma")) })}
      </p>
    </section>
  );
}

function Rows({ of }: { of: Shown }) {
  const t = useText();
  const list = of.lists[0];
  return (
    <section>
      <h2 id="rows">{t("portal.notice.rows", { n: of.rows.length })}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="rows">
        <table className="stack">
          <thead>
            <tr>
              <th>{t("portal.notice.number")}</th>
              <th>{t("portal.notice.party")}</th>
              <th>{t("portal.notice.code")}</th>
              <th>{t("portal.field.industry")}</th>
              <th>{t("portal.notice.place")}</th>
            </tr>
          </thead>
          <tbody>
            {of.rows.map((row) => (
              <tr key={row.case} className={row.removed_on && "removed"}>
                <td data-label={t("portal.notice.number")} className="figure">{row.number}</td>
                <td>
                  <Data>
                    <strong>{row.name ?? row.party}</strong>
                    {row.name && <div className="note">{row.party}</div>}
                  </Data>
                  {row.removed_on && <span className="tag no">{t("portal.notice.removed", { date: row.removed_on })}</span>}
                </td>
                <td data-label={t("portal.notice.code")} className="mono">{row.code}</td>
                <td data-label={t("portal.field.industry")}>
                  <Data>{row.industry}</Data>
                </td>
                <td data-label={t("portal.notice.place")}>
                  <Data>{row.city}</Data>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note no-print">
        {list?.frozen_at && t("portal.notice.frozen", { time: minute(list.frozen_at) })}
        {list?.list_digest && (
          <>
            {" "}
            {t("portal.notice.digest")} <span className="mono">{list.list_digest.slice(0, 16)}…</span>
          </>
        )}
        {" · "}
        <a href={`${base}/api/v1/public/publicity/${of.id}/rows?format=xlsx`}>{t("portal.notice.excel")}</a>
        {" · "}
        <button type="button" className="link" onClick={() => print()}>
          {t("portal.print")}
        </button>
      </p>
    </section>
  );
}

const siteKinds: Record<string, Key> = {
  website: "portal.site.website",
  account: "portal.site.account",
  paper: "portal.site.paper",
  board: "portal.site.board",
  reprint: "portal.site.reprint",
};

function Sites({ lists }: { lists: PublicList[] }) {
  const t = useText();
  const sites = lists.flatMap((list) => list.sites);
  if (sites.length === 0) return null;
  return (
    <section>
      <h2 id="sites">{t("portal.notice.sites")}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="sites">
        <table className="stack">
          <thead>
            <tr>
              <th>{t("portal.site.kind")}</th>
              <th>{t("portal.site.title")}</th>
              <th>{t("portal.site.time")}</th>
            </tr>
          </thead>
          <tbody>
            {sites.map((site, i) => (
              <tr key={i}>
                <td data-label={t("portal.site.kind")}>{siteKinds[site.kind] ? t(siteKinds[site.kind]!) : site.kind}</td>
                <td data-label={t("portal.site.title")}>
                  <Data>
                    {site.url ? (
                      <a href={site.url} rel="noopener noreferrer">
                        {site.title ?? site.url}
                      </a>
                    ) : (
                      site.title
                    )}
                  </Data>
                </td>
                <td data-label={t("portal.site.time")} className="nowrap">
                  {minute(site.published_at)}
                  {site.down_at && <div className="note">{t("portal.site.down", { time: minute(site.down_at) })}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/* Lists that came before: who read one of them sees that another counts. */
function Earlier({ lists }: { lists: PublicList[] }) {
  const t = useText();
  if (lists.length < 2) return null;
  return (
    <section aria-labelledby="earlier">
      <h2 id="earlier">{t("portal.notice.earlier")}</h2>
      <ul className="plain">
        {lists.slice(1).map((list) => (
          <li key={list.id}>
            {list.published_on} <Data>{list.title}</Data>
            {list.note && (
              <span className="note">
                {" "}
                <Data>{list.note}</Data>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function HowToObject({ of }: { of: Shown }) {
  const t = useText();
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === "#object") document.getElementById("object")?.scrollIntoView();
  }, [hash]);
  const site = of.lists[0]?.sites.find((one) => one.url && !one.down_at);
  return (
    <aside id="object" className="panel object">
      <h2>{t("portal.object.title")}</h2>
      {of.objections ? (
        <>
          <p>{t(of.named_only ? "portal.object.who.named" : "portal.object.who")}</p>
          <dl className="facts">
            <div>
              <dt>{t("portal.object.until")}</dt>
              <dd>
                {of.last_day
                  ? t(of.provisional ? "portal.days.until.provisional" : "portal.object.until.date", { date: of.last_day })
                  : t("common.unknown")}
              </dd>
            </div>
            <div>
              <dt>{t("portal.object.to")}</dt>
              <dd>
                <Data>{of.contact ?? of.document.issuer}</Data>
              </dd>
            </div>
          </dl>
          {site && (
            <p>
              <a href={site.url} rel="noopener noreferrer">
                {t("portal.object.notice")}
              </a>
            </p>
          )}
          <ObjectForm id={of.id} named={of.named_only} />
        </>
      ) : (
        <p>{t("portal.object.closed")}</p>
      )}
      <details className="no-print">
        <summary>{t("portal.object.look")}</summary>
        <AskObjection />
      </details>
      <p className="note">{t("portal.object.kept")}</p>
    </aside>
  );
}

export default function NoticePage() {
  const t = useText();
  const { id = "" } = useParams();
  const found = useNotice(id);
  const { title, document: basis, published_on } = found.data ?? {};
  useTitle(title ?? basis?.title, [basis?.issuer, title, published_on].filter(Boolean).join(" · "));
  if (isMissing(found.error)) return <NotFound />;
  return (
    <div className="column page">
      <Crumbs to={[["/publicity", t("portal.nav.publicity")]]}>{found.data?.number ?? id}</Crumbs>
      <Answer of={found} rows={8}>
        {(of) => (
          <div className="main-side">
            <article className="main">
              <p className="notice-state">
                <StateTag state={of.state} />
                {of.trial && <TrialTag />}
                {of.state === "running" && of.day !== undefined && <span>{t("portal.days.at", { day: of.day, days: of.days ?? 0 })}</span>}
              </p>
              <h1 className="serif">
                <Data>{of.title ?? of.document.title}</Data>
              </h1>
              <p className="lead">
                <Data>{of.document.issuer}</Data> · {t("portal.notice.published", { date: of.published_on })}
                {of.document.number && (
                  <>
                    {" · "}
                    {t("portal.notice.basis")} <Data>{of.document.number}</Data>
                  </>
                )}
                {" · "}
                {t("portal.notice.of")} <span className="mono">{of.number}</span>
              </p>
              {of.trial && <p className="note">{t("portal.trial.about")}</p>}
              <Period of={of} />
              <Rows of={of} />
              <Sites lists={of.lists.slice(0, 1)} />
              <Earlier lists={of.lists} />
            </article>
            <HowToObject of={of} />
          </div>
        )}
      </Answer>
    </div>
  );
}
