/* Tasks that offices issue to centres, what is late first. The filter is the address. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/list-bar.css";
import "../../rooms/case/task-list.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { recordPath, rulesFor, typeOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { dueOf, isLate, repliedLate, useTasks, useUnitOf, type Task } from "../../rooms/task/issued-tasks.ts";
import { DueLines } from "../../rooms/task/case-due.tsx";
import { TaskTag } from "../../rooms/task/task-tag.tsx";
import { useAsked } from "../../ui/asked.ts";
import { Choice, WordsInput } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { isOffice } from "../../rooms/case/duties.ts";
import { ListPage, NoneFound } from "../../ui/list-page.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { PlaceWord, useCityOrder } from "../../ui/place.tsx";
import { Empty } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useText } from "../../text/index.ts";

const views = ["", "late", "open", "replied", "done"] as const;
const turns: Record<string, number> = { open: 0, replied: 1, done: 2 };

const isIn = (view: string, task: Task) => !view || (view === "late" ? isLate(task) : task.state === view);

export default function Tasks() {
  const t = useText();
  const session = useSession();
  const byName = useCityOrder(session.province);
  const office = isOffice(session);
  const read = useTasks();
  const type = useQuery(typeOf("task")).data;
  const unitOf = useUnitOf();
  const { asked, changed, set } = useAsked();

  const all = read.data?.items ?? [];
  const total = read.data?.total ?? 0;
  const issues = !!type && rulesFor(type, session.roles.map(({ role }) => role), "create").some(({ relation }) => relation === "own_province" || relation === "own_city");
  const words = asked("q").trim();
  const narrowed = all.filter((task) => (!asked("city") || task.owner_city === asked("city")) && (!words || task.title.includes(words) || unitOf(task)?.includes(words)));
  const shown = narrowed.filter((task) => isIn(asked("view"), task)).sort((a, b) => turns[a.state]! - turns[b.state]! || a.due.localeCompare(b.due));
  const count = (view: string) => narrowed.filter((task) => isIn(view, task)).length;
  const cities = [...new Set(all.flatMap(({ owner_city: city }) => city ?? []))].sort(byName);
  const issue = (className: string) =>
    issues && (
      <Link className={className} to="/tasks/new">
        {t("tasks.new")}
      </Link>
    );
  return (
    <ListPage
      whole
      of={read}
      rows={read.data && shown}
      head={<PageHead title={t("tasks.title")} line={t("tasks.line", { n: narrowed.length, open: count("open"), late: count("late"), replied: count("replied") })} actions={issue("button primary")} />}
      bar={
        <div className="list-bar">
          <Tabs label={t("tasks.tabs")} tabs={views.map((view) => ({ to: `/tasks?${changed({ view })}`, label: t(`tasks.${view || "all"}`), count: count(view), current: view === asked("view") }))} />
          <span className="no-print">
            {office && cities.length > 1 && <Choice bare label={t("tasks.city")} value={asked("city")} options={cities.map((code) => [code, <PlaceWord code={`${code}00`.slice(0, 6)} />])} onChange={(city) => set({ city })} />}
            <WordsInput label={t("tasks.find")} value={asked("q")} onChange={(q) => set({ q })} />
          </span>
        </div>
      }
      note={total > all.length && <Note tone="doubt">{t("objections.cut", { n: all.length, total })}</Note>}
      empty={
        all.length === 0 ? (
          <Empty title={t("tasks.none")} text={t(office ? "tasks.none.office" : "tasks.none.centre")}>
            {issue("button")}
          </Empty>
        ) : (
          <NoneFound title={t("tasks.none.hits")} all="/tasks" word={t("tasks.all")} />
        )
      }
      className="list-table"
      keyOf={({ id }) => id}
      columns={[
        {
          head: t("tasks.task"),
          named: true,
          className: "list-name",
          cell: (task) => (
            <>
              <Link to={recordPath("task", task.id)}>
                <Data text={task.title} />
              </Link>
              {task.issued_by && (
                <small>
                  <Data text={`${t("tasks.issuer")} ${task.issued_by}`} />
                </small>
              )}
            </>
          ),
        },
        { head: t("tasks.unit"), cell: (task) => <Data text={unitOf(task) ?? t("common.unknown")} /> },
        { head: t("tasks.due"), className: "day", cell: (task) => (dueOf(task) ? <DueLines {...dueOf(task)} /> : task.due) },
        { head: t("tasks.state"), className: "day", cell: (task) => <TaskTag of={task} /> },
        { head: t("tasks.repliedOn"), className: "day", cell: (task) => <Replied task={task} /> },
      ]}
    />
  );
}

function Replied({ task }: { task: Task }) {
  const t = useText();
  const late = repliedLate(task);
  if (!task.replied_on) return <span className="quiet">{t("tasks.repliedOn.none")}</span>;
  return (
    <>
      {task.replied_on}
      {late > 0 && <small className="list-late">{t("tasks.repliedOn.late", { n: late })}</small>}
    </>
  );
}
