/* Objections to published lists: against whom, why, since when, and how long the list is still public. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/list-bar.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Schemas } from "../../api/client.ts";
import { numberOf, useCasesOf, useNoticesOf, type Objection } from "../../rooms/case/objections.ts";
import { listOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useAsked } from "../../ui/asked.ts";
import { WordsInput } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { ListPage, NoneFound } from "../../ui/list-page.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { daysBetween, minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

const MOST = 500;
const states = ["", "open", "closed"] as const;

export default function Objections() {
  const t = useText();
  const read = useQuery(listOf<Objection>("objection", { fields: "received,ground,named,upheld,case_number,settled_on", sort: "-received", limit: MOST }));
  const all = read.data?.items ?? [];
  const cases = useCasesOf(all.flatMap(({ case_number: number }) => number ?? []));
  const notices = useNoticesOf([...cases.values()].map(({ id }) => id));
  const { asked, set } = useAsked();
  const state = asked("state");
  const words = asked("q").trim();

  const total = read.data?.total ?? all.length;
  const open = all.filter((one) => one.state === "open");
  const countOf = { "": all.length, open: open.length, closed: all.length - open.length };
  const caseOf = ({ case_number: number = "" }: Objection) => cases.get(number);
  const shown = all
    .filter((one) => !state || one.state === state)
    .filter((one) => !words || [caseOf(one)?.title, one.ground, one.case_number, numberOf(one)].some((text) => text?.includes(words)))
    .sort((a, b) => Number(b.state === "open") - Number(a.state === "open") || (a.state === "open" ? a.received.localeCompare(b.received) : 0));
  const to = (next: string) => `/objections${next && `?state=${next}`}`;
  return (
    <ListPage
      whole
      of={read}
      rows={read.data && shown}
      head={<PageHead title={t("objections.title")} line={t("objections.line", { n: total, open: open.length })} />}
      bar={
        <div className="list-bar">
          <Tabs label={t("objections.tabs")} tabs={states.map((one) => ({ to: to(one), label: t(`objections.${one || "all"}`), count: countOf[one], current: one === state }))} />
          <WordsInput className="input no-print" label={t("objections.find")} value={asked("q")} onChange={(q) => set({ q })} />
        </div>
      }
      note={total > all.length && <Note tone="doubt">{t("objections.cut", { n: all.length, total })}</Note>}
      empty={all.length === 0 ? <Empty title={t("objections.none")} text={t("objections.none.text")} /> : <NoneFound title={t("objections.none.hits")} all="/objections" word={t("objections.all")} />}
      className="list-table"
      keyOf={({ id }) => id}
      columns={[
        { head: t("objections.number"), named: true, className: "day", cell: (one) => <Link to={`/objections/${one.id}`}>{numberOf(one)}</Link> },
        { head: t("objections.name"), className: "day", cell: ({ named }) => t(named ? "objections.named" : "objections.unnamed") },
        {
          head: t("objections.of"),
          cell: (one) => {
            const of = caseOf(one);
            return (
              <>
                {of ? (
                  <Link to={`/case/${of.id}`}>
                    <Data text={of.title} />
                  </Link>
                ) : (
                  !cases.waits && t("common.unknown")
                )}
                <small>{one.case_number}</small>
              </>
            );
          },
        },
        { head: t("objections.ground"), cell: ({ ground }) => <Data text={ground ?? ""} /> },
        {
          head: t("objections.received"),
          className: "day",
          cell: ({ received, state }) => (
            <>
              {minute(received)}
              {state === "open" && <Waited since={received} />}
            </>
          ),
        },
        { head: t("objections.period"), className: "day", cell: (one) => !cases.waits && !notices.waits && <Period of={notices.get(caseOf(one)?.id ?? 0)} /> },
        { head: t("objections.state"), className: "day", cell: (one) => <ObjectionState of={one} /> },
      ]}
    />
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
  const words: Record<string, string> = {
    running: left > 0 ? t("objections.period.left", { n: left }) : t("objections.period.last"),
    removed: t("objections.period.off"),
    interrupted: t("objections.period.broken"),
    over: t("objections.period.over"),
    closed: t("objections.period.closed"),
  };
  return (
    <>
      {words[of.state] ?? t("common.unknown")}
      {of.last_day && <small>{t("objections.until", { date: of.last_day })}</small>}
    </>
  );
}
