/* Objections to published lists: against whom, why, since when, and how long the list is still public. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/list-bar.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import type { Schemas } from "../../api/client.ts";
import { numberOf, useCasesOf, useNoticesOf, type Objection } from "../../rooms/case/objections.ts";
import { listOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { daysBetween, minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

const MOST = 500;
const states = ["", "open", "closed"] as const;

export default function Objections() {
  const t = useText();
  const read = useQuery(listOf("objection", { fields: "received,ground,named,upheld,case_number,settled_on", sort: "-received", limit: MOST }));
  const all = (read.data?.items ?? []) as unknown as Objection[];
  const cases = useCasesOf(all.flatMap(({ case_number: number }) => number ?? []));
  const notices = useNoticesOf([...cases.values()].map(({ id }) => id));
  const [params, setParams] = useSearchParams();
  const state = params.get("state") ?? "";
  const words = (params.get("q") ?? "").trim();
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={6} />;

  const total = read.data.total ?? all.length;
  const open = all.filter((one) => one.state === "open");
  const countOf = { "": all.length, open: open.length, closed: all.length - open.length };
  const titleOf = ({ case_number: number = "" }: Objection) => cases.get(number)?.title ?? number;
  const shown = all
    .filter((one) => !state || one.state === state)
    .filter((one) => !words || [titleOf(one), one.ground, one.case_number, numberOf(one)].some((text) => text?.includes(words)))
    .sort((a, b) => Number(b.state === "open") - Number(a.state === "open") || (a.state === "open" ? a.received.localeCompare(b.received) : 0));
  const to = (next: string) => `/objections${next && `?state=${next}`}`;
  return (
    <>
      <PageHead title={t("objections.title")} line={t("objections.line", { n: total, open: open.length })} />
      <div className="list-bar">
        <Tabs label={t("objections.tabs")} tabs={states.map((one) => ({ to: to(one), label: t(`objections.${one || "all"}`), count: countOf[one], current: one === state }))} />
        <input
          className="input no-print"
          type="search"
          aria-label={t("objections.find")}
          placeholder={t("objections.find")}
          value={params.get("q") ?? ""}
          onChange={({ target: { value: q } }) => setParams({ ...(state && { state }), ...(q && { q }) }, { replace: true })}
        />
      </div>
      {total > all.length && <Note tone="doubt">{t("objections.cut", { n: all.length, total })}</Note>}
      {all.length === 0 ? (
        <Empty title={t("objections.none")} text={t("objections.none.text")} />
      ) : shown.length === 0 ? (
        <Empty title={t("objections.none.hits")}>
          <Link className="button" to="/objections">
            {t("objections.all")}
          </Link>
        </Empty>
      ) : (
        <div className="table-scroll">
          <table className="plain-table list-table">
            <thead>
              <tr>
                {(["number", "name", "of", "ground", "received", "period", "state"] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`objections.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => {
                const of = cases.get(one.case_number ?? "");
                return (
                  <tr key={one.id}>
                    <th scope="row" className="day">
                      <Link to={`/objections/${one.id}`}>{numberOf(one)}</Link>
                    </th>
                    <td className="day">{t(one.named ? "objections.named" : "objections.unnamed")}</td>
                    <td>
                      {of ? (
                        <Link to={`/case/${of.id}`}>
                          <Data text={of.title} />
                        </Link>
                      ) : (
                        t("common.unknown")
                      )}
                      <small>{one.case_number}</small>
                    </td>
                    <td>
                      <Data text={one.ground ?? ""} />
                    </td>
                    <td className="day">
                      {minute(one.received)}
                      {one.state === "open" && <Waited since={one.received} />}
                    </td>
                    <td className="day">
                      <Period of={of && notices.get(of.id)} />
                    </td>
                    <td className="day">
                      <ObjectionState of={one} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Waited({ since }: { since: string }) {
  const t = useText();
  const days = daysBetween(since, serverNow());
  return <small>{days > 0 ? t("objections.waits", { n: days }) : t("objections.today")}</small>;
}

function ObjectionState({ of }: { of: Objection }) {
  const t = useText();
  if (of.state === "open") return <StateTag tone="amber">{t("objections.open")}</StateTag>;
  return (
    <>
      <StateTag tone={of.upheld ? "red" : "green"}>{t(of.upheld ? "objections.upheld" : "objections.dismissed")}</StateTag>
      {of.settled_on && <small>{t("objections.settled", { day: of.settled_on })}</small>}
    </>
  );
}

/* What remains of the days in which the list is public. */
function Period({ of }: { of?: Schemas["PublicityNotice"] }) {
  const t = useText();
  if (!of) return <span className="quiet">{t("common.unknown")}</span>;
  const left = (of.days ?? 0) - (of.day ?? 0);
  const words = {
    running: left > 0 ? t("objections.period.left", { n: left }) : t("objections.period.last"),
    removed: t("objections.period.off"),
    interrupted: t("objections.period.broken"),
    over: t("objections.period.over"),
    closed: t("objections.period.closed"),
  } as Record<string, string>;
  return (
    <>
      {words[of.state] ?? t("common.unknown")}
      {of.last_day && <small>{t("objections.until", { date: of.last_day })}</small>}
    </>
  );
}
