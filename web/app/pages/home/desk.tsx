/* The first page: what is most urgent, and beside it the open calls, the days that come near, and drafts. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { api, takeAs } from "../../api/client.ts";
import { groupsOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { keptDrafts } from "../../ui/draft.ts";
import { isOffice } from "../../rooms/case/duties.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { BoxTabs, narrowTasks, TaskFilter, TaskSum } from "../../rooms/task/head.tsx";
import { TaskList } from "../../rooms/case/task-list.tsx";
import { groupTasks, rowKey, thingOf, urgencyOf, useBox, useDays, type TaskGroup } from "../../rooms/task/todo.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { day, daysAfter, minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { Overview } from "./overview.tsx";
import "../../rooms/centre/home.css";
import "./desk.css";

const TOP = 8; // entries

export function Desk() {
  const t = useText();
  const [query] = useSearchParams();
  const list = useBox("todo");
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const rows = narrowTasks(all, query);
  return (
    <Columns rail={<Rail />}>
      <PageHead title={t("desk.box.todo")} line={list.data && <TaskSum rows={all} total={total} />} />
      <div className="tasks-head">
        <BoxTabs box="todo" at="/" />
        <TaskFilter rows={all} />
      </div>
      {list.isPending ? (
        <Waiting rows={8} />
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t("desk.empty.todo")} text={t("desk.empty.todo.text")} />
      ) : (
        <>
          <TaskList groups={topOf(groupTasks("todo", rows), TOP)} total={total} />
          <p className="desk-more">
            <Link to={`/todo?${query}`}>{t("desk.all", { n: total })}</Link>
          </p>
        </>
      )}
    </Columns>
  );
}

/* The first entries, in their groups. */
function topOf(groups: readonly TaskGroup[], most: number): TaskGroup[] {
  let left = most;
  return groups.flatMap((group) => {
    const entries = group.entries.slice(0, Math.max(0, left));
    left -= entries.length;
    return entries.length ? [{ ...group, entries }] : [];
  });
}

/* --- rail -------------------------------------------------------------------------------------- */

const NEAR_DAYS = 30;
const NEAR_MOST = 5;

function Rail() {
  const office = isOffice(useSession());
  return (
    <div className="desk-rail">
      {office && <Overview />}
      <Calls counted={office} />
      <Days />
      <Drafts />
    </div>
  );
}

interface Call {
  id: number;
  title: string;
  programme: string;
  closes_on?: string | null;
}

/* `counted`: with what was received, which offices read. */
function Calls({ counted }: { counted: boolean }) {
  const t = useText();
  const calls = useQuery({ queryKey: ["calls", "open"], queryFn: () => takeAs<{ items: Call[] }>(api.GET("/api/v1/calls", { params: { query: { filter: "state=open", fields: "id,title,programme,closes_on", limit: 5 } } })) });
  const titleOf = usePolicyTitle();
  const items = calls.data?.items ?? [];
  const received = useQueries({ queries: items.map(({ id }) => ({ ...groupsOf("case", { by: "state", filter: `call=${id}` }), enabled: counted })) }).map(({ data }) => data?.groups.reduce((n, { count }) => n + count, 0));
  return (
    <section>
      <h2>
        {t("desk.calls")}
        <Link to="/calls">{t("desk.calls.all")}</Link>
      </h2>
      {calls.data && items.length === 0 && <p className="quiet">{t("desk.calls.none")}</p>}
      <ul>
        {items.map((call, at) => (
          <li key={call.id}>
            <span className="rail-call">
              <Link to={`/calls?call=${call.id}`}>
                <Data text={call.title} />
              </Link>
              {!!received[at] && (
                <Link className="desk-number" to={`/r/case?${new URLSearchParams({ filter: `call=${call.id}` })}`}>
                  {t("desk.calls.cases", { n: received[at] })}
                </Link>
              )}
            </span>
            <small>
              <Data text={titleOf(call.programme)} />
            </small>
            {call.closes_on && <small>{t("desk.calls.until", { day: call.closes_on })}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/* What the reader may answer that is due of records, and what waits for a day; what is late already stands first. */
export function Days() {
  const t = useText();
  const words = useTaskWords();
  const today = day(serverNow());
  const { rows: all, waiting, error, retry } = useDays(today, daysAfter(today, NEAR_DAYS), true);
  const rows = all?.filter((row) => row.kind !== "due" || row.act || waiting.has(rowKey(row)));
  return (
    <section aria-label={t("desk.deadlines")}>
      <h2>
        {t("desk.deadlines")}
        <Link to="/calendar">{t("calendar.title")}</Link>
      </h2>
      {error && <Failed error={error} retry={retry} />}
      {rows?.length === 0 && <p className="quiet">{t("desk.deadlines.none")}</p>}
      <ul>
        {rows?.slice(0, NEAR_MOST).map((row) => (
          <li key={rowKey(row)} className="rail-day">
            <b className={urgencyOf(row) === "late" ? "no" : undefined}>{row.due!.slice(5)}</b>
            <Link to={thingOf(row)}>
              <Data text={words.what(row)} />
              <small>
                <Data text={words.title(row)} />
              </small>
            </Link>
          </li>
        ))}
      </ul>
      {rows && rows.length > NEAR_MOST && (
        <p className="quiet">
          <Link to="/calendar">{t("desk.deadlines.more", { n: rows.length - NEAR_MOST })}</Link>
        </p>
      )}
    </section>
  );
}

/* Kept in this browser, for this person. */
export function Drafts() {
  const t = useText();
  const drafts = keptDrafts(useSession().account);
  if (drafts.length === 0) return null;
  return (
    <section>
      <h2>
        <span>
          {t("desk.drafts")} <small>{drafts.length}</small>
        </span>
      </h2>
      <ul>
        {drafts.map(({ title, to, at_ms }) => (
          <li key={to} className="rail-draft">
            <Link to={to}>
              <Data text={title} />
            </Link>
            <small>{minute(at_ms).slice(5)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
