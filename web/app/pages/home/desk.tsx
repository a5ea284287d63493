/* The boxes of who has signed in. Cases have no pages yet, so a row opens a sheet that says what can be
 * done and which command does it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Data } from "../../parts/data.tsx";
import { Button } from "../../parts/button.tsx";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Clause } from "../../parts/clause.tsx";
import { Columns } from "../../parts/columns.tsx";
import { useRowKeys } from "../../parts/keys.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { StateTag } from "../../parts/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../parts/states.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { day, daysBetween, minute } from "../../parts/time.ts";
import { useText } from "../../text/index.ts";
import { TaskSheet } from "./task-sheet.tsx";
import { boxes, foldSame, readBox, rowKey, urgencies, urgencyOf, type Box, type Entry, type Row, type Urgency } from "./todo.ts";
import { useTaskWords } from "./words.ts";
import "./home.css";

export function Desk() {
  const t = useText();
  const { counts } = useSession();
  const asked = useSearchParams()[0].get("box");
  const box: Box = boxes.find((name) => name === asked) ?? "todo";
  const list = useBox(box);
  const todo = useBox("todo"); // the rail's deadlines, whichever box is shown
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Columns rail={<Rail tasks={todo.data?.pages.flatMap((page) => page.items) ?? []} />}>
      <PageHead title={t(`desk.box.${box}`)} line={box === "todo" && list.data ? <Sum rows={rows} total={list.data.pages[0]!.total} /> : undefined} />
      <Tabs
        label={t("desk.boxes")}
        tabs={boxes.map((name) => ({ to: name === "todo" ? "/" : `/?box=${name}`, label: t(`desk.box.${name}`), count: name === "done" ? null : counts?.[name], current: name === box }))}
      />
      {list.isPending ? (
        <Waiting rows={8} />
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t(`desk.empty.${box}`)} text={box === "todo" ? t("desk.empty.todo.text") : undefined} />
      ) : (
        <Tasks key={box} box={box} rows={rows} total={list.data.pages[0]!.total} />
      )}
      {list.hasNextPage && (
        <p className="desk-more">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("common.more")}
          </Button>
        </p>
      )}
    </Columns>
  );
}

function useBox(box: Box) {
  return useInfiniteQuery({
    queryKey: ["todo", box],
    queryFn: ({ pageParam }) => readBox(box, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

function Sum({ rows, total }: { rows: readonly Row[]; total: number }) {
  const t = useText();
  const of = (urgency: Urgency) => rows.filter((row) => urgencyOf(row) === urgency).length;
  if (total === 0) return t("desk.sum.none");
  if (of("late") + of("soon") === 0) return t("desk.sum.calm", { n: total });
  return t("desk.sum", { late: of("late"), soon: of("soon"), rest: total - of("late") - of("soon") });
}

/* --- rows -------------------------------------------------------------------------------------- */

function Tasks({ box, rows, total }: { box: Box; rows: readonly Row[]; total: number }) {
  const t = useText();
  const [opened, setOpened] = useState<Row>();
  const [unfolded, setUnfolded] = useState<readonly string[]>([]);
  const groups =
    box === "todo"
      ? urgencies.map((urgency) => ({ urgency, entries: foldSame(rows.filter((row) => urgencyOf(row) === urgency)) })).filter((group) => group.entries.length)
      : [{ urgency: "all" as const, entries: rows.map((row): Entry => ({ key: rowKey(row), rows: [row] })) }];
  const shown = groups.flatMap(({ entries }) => entries.flatMap((entry) => (unfolded.includes(entry.key) || entry.rows.length === 1 ? entry.rows : [])));
  const [at] = useRowKeys(shown.length, (row) => setOpened(shown[row]));
  const current = at >= 0 ? rowKey(shown[at]!) : undefined;
  useEffect(() => {
    if (at >= 0) setOpened((open) => open && shown[at]); // an open sheet follows the keys
  }, [at]);

  return (
    <>
      {groups.map(({ urgency, entries }) => (
        <section key={urgency} className={`tasks tasks-${urgency}`}>
          <h2>
            {t(`desk.urgency.${urgency}`)}
            <small>{t(urgency === "none" ? "desk.byWait" : "desk.count", { n: urgency === "all" ? total : entries.reduce((sum, entry) => sum + entry.rows.length, 0) })}</small>
          </h2>
          <ul>
            {entries.map((entry) => {
              if (entry.rows.length === 1)
                return <Task key={entry.key} row={entry.rows[0]} current={current === rowKey(entry.rows[0])} opened={opened === entry.rows[0]} open={setOpened} first={urgency === "late" && entry === entries[0]} />;
              const open = unfolded.includes(entry.key);
              return (
                <Same key={entry.key} entry={entry} open={open} toggle={() => setUnfolded(open ? unfolded.filter((key) => key !== entry.key) : [...unfolded, entry.key])}>
                  {open && (
                    <ul>
                      {entry.rows.map((row) => (
                        <Task key={rowKey(row)} row={row} current={current === rowKey(row)} opened={opened === row} open={setOpened} />
                      ))}
                    </ul>
                  )}
                </Same>
              );
            })}
          </ul>
        </section>
      ))}
      {opened && <TaskSheet row={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

function Task({ row, current, opened, open, first }: { row: Row; current: boolean; opened: boolean; open: (row: Row) => void; first?: boolean }) {
  const t = useText();
  const words = useTaskWords();
  return (
    <li className={`task${opened ? " task-opened" : ""}`} data-current={current || undefined} ref={current ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}>
      <div className="task-what">
        <h3 lang="zh-CN">{words.title(row)}</h3>
        <p>
          <span title={words.what(row)}>{words.what(row)}</span>
          {row.clause && <Clause clause={row.clause} />}
        </p>
      </div>
      <div className="task-state">
        <StateTag tone={row.case ? (row.state === "over" ? "grey" : "blue") : "grey"}>{words.stage(row)}</StateTag>
        <p>{words.stay(row)}</p>
      </div>
      <Due row={row} />
      <Button size="small" type={first ? "primary" : "default"} onClick={() => open(row)} aria-label={`${t("desk.open")} ${words.title(row)}`}>
        {t("desk.open")}
      </Button>
    </li>
  );
}

/* The same step or paper of several cases, as one row. */
function Same({ entry, open, toggle, children }: { entry: Entry; open: boolean; toggle: () => void; children: React.ReactNode }) {
  const t = useText();
  const words = useTaskWords();
  const [first] = entry.rows;
  return (
    <li className="same">
      <div className="task">
        <div className="task-what">
          <h3>
            {first.note || words.what(first)} <small>{t("desk.same", { n: entry.rows.length })}</small>
          </h3>
          <p>
            <span lang="zh-CN">{entry.rows.map(words.title).join(t("common.comma"))}</span>
          </p>
        </div>
        <div className="task-state">
          <StateTag tone="grey">{words.stage(first)}</StateTag>
          <p>{words.stay(first)}</p>
        </div>
        <Due row={first} />
        <Button size="small" aria-expanded={open} onClick={toggle} aria-label={`${t(open ? "desk.same.hide" : "desk.same.show")} ${first.note ?? ""}`}>
          {t(open ? "desk.same.hide" : "desk.same.show")}
        </Button>
      </div>
      {children}
    </li>
  );
}

function Due({ row }: { row: Row }) {
  const { due } = useTaskWords();
  const { line, tone, below } = due(row);
  return (
    <div className={`task-due task-due-${tone}`}>
      <b>{line}</b>
      {below && <p>{below}</p>}
    </div>
  );
}

/* --- rail -------------------------------------------------------------------------------------- */

function Rail({ tasks }: { tasks: readonly Row[] }) {
  const t = useText();
  const words = useTaskWords();
  const today = day(Date.now());
  const near = tasks.filter((row) => row.due && row.day !== "remind" && daysBetween(today, row.due) >= 0 && daysBetween(today, row.due) <= 30).slice(0, 6);
  const messages = useQuery({ queryKey: ["notifications", "latest"], queryFn: () => take(api.GET("/api/v1/notifications", { params: { query: { limit: 5 } } })) });
  return (
    <div className="desk-rail">
      <section>
        <h2>{t("desk.deadlines")}</h2>
        {near.length === 0 && <p className="quiet">{t("desk.deadlines.none")}</p>}
        <ul>
          {near.map((row) => (
            <li key={rowKey(row)} className="rail-day">
              <b>{row.due!.slice(5)}</b>
              <span>
                {words.what(row)}
                <small lang="zh-CN">{words.title(row)}</small>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>
          {t("desk.messages")}
          <Link to="/messages">{t("desk.messages.all")}</Link>
        </h2>
        {messages.data?.items.length === 0 && <p className="quiet">{t("desk.messages.none")}</p>}
        <ul>
          {messages.data?.items.map((message) => (
            <li key={message.id} className="rail-message">
              <Data text={message.title} />
              <small>{minute(message.created_ms)}</small>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <p className="quiet">
          {t("desk.list")} <code>zhiyun todo</code>
        </p>
      </section>
    </div>
  );
}
