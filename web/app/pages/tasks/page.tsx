/* Tasks that offices issue to centres, what is late first. The filter is the address. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/list-bar.css";
import "../../rooms/case/task-list.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { region } from "../../api/patents.ts";
import { recordPath, rulesFor, typeOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { dueOf, isLate, repliedLate, taskTone, useTasks, useUnitOf, type Task } from "../../rooms/task/issued-tasks.ts";
import { DueLines } from "../../rooms/task/case-due.tsx";
import { Data } from "../../ui/data.tsx";
import { isOffice } from "../../rooms/case/duties.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useText } from "../../text/index.ts";

const views = ["", "late", "open", "replied", "done"] as const;
const turns = { open: 0, replied: 1, done: 2 } as Record<string, number>;

const isIn = (view: string, task: Task) => !view || (view === "late" ? isLate(task) : task.state === view);

export default function Tasks() {
  const t = useText();
  const session = useSession();
  const office = isOffice(session);
  const read = useTasks();
  const type = useQuery(typeOf("task")).data;
  const unitOf = useUnitOf();
  const [params, setParams] = useSearchParams();
  const asked = (name: string) => params.get(name) ?? "";
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={6} />;

  const all = read.data.items as unknown as Task[];
  const issues = !!type && rulesFor(type, session.roles.map(({ role }) => role), "create").some(({ relation }) => relation === "own_province" || relation === "own_city");
  const words = asked("q").trim();
  const narrowed = all.filter((task) => (!asked("city") || task.owner_city === asked("city")) && (!words || task.title.includes(words) || unitOf(task)?.includes(words)));
  const shown = narrowed.filter((task) => isIn(asked("view"), task)).sort((a, b) => turns[a.state]! - turns[b.state]! || a.due.localeCompare(b.due));
  const count = (view: string) => narrowed.filter((task) => isIn(view, task)).length;
  const cities = [...new Set(all.flatMap(({ owner_city: city }) => city ?? []))].sort();
  const to = (change: Record<string, string>) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(change)) value ? next.set(name, value) : next.delete(name);
    return next;
  };
  return (
    <>
      <PageHead
        title={t("tasks.title")}
        line={t("tasks.line", { n: narrowed.length, open: count("open"), late: count("late"), replied: count("replied") })}
        actions={
          issues && (
            <Link className="button primary" to="/tasks/new">
              {t("tasks.new")}
            </Link>
          )
        }
      />
      <div className="list-bar">
        <Tabs label={t("tasks.tabs")} tabs={views.map((view) => ({ to: `/tasks?${to({ view })}`, label: t(`tasks.${view || "all"}`), count: count(view), current: view === asked("view") }))} />
        <span className="no-print">
          {office && cities.length > 1 && (
            <select className="input" aria-label={t("tasks.city")} value={asked("city")} onChange={(event) => setParams(to({ city: event.target.value }), { replace: true })}>
              <option value="">{t("tasks.city")}</option>
              {cities.map((city) => (
                <City key={city} code={city} />
              ))}
            </select>
          )}
          <input className="input" type="search" aria-label={t("tasks.find")} placeholder={t("tasks.find")} value={asked("q")} onChange={(event) => setParams(to({ q: event.target.value }), { replace: true })} />
        </span>
      </div>
      {(read.data.total ?? 0) > all.length && <Note tone="doubt">{t("objections.cut", { n: all.length, total: read.data.total ?? 0 })}</Note>}
      {all.length === 0 ? (
        <Empty title={t("tasks.none")} text={t(office ? "tasks.none.office" : "tasks.none.centre")}>
          {issues && (
            <Link className="button" to="/tasks/new">
              {t("tasks.new")}
            </Link>
          )}
        </Empty>
      ) : shown.length === 0 ? (
        <Empty title={t("tasks.none.hits")}>
          <Link className="button" to="/tasks">
            {t("tasks.all")}
          </Link>
        </Empty>
      ) : (
        <div className="table-scroll">
          <table className="plain-table list-table">
            <thead>
              <tr>
                {(["task", "unit", "due", "state", "repliedOn"] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`tasks.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((task) => (
                <tr key={task.id}>
                  <th scope="row" className="list-name">
                    <Link to={recordPath("task", task.id)}>
                      <Data text={task.title} />
                    </Link>
                    {task.issued_by && (
                      <small>
                        <Data text={`${t("tasks.issuer")} ${task.issued_by}`} />
                      </small>
                    )}
                  </th>
                  <td>
                    <Data text={unitOf(task) ?? t("common.unknown")} />
                  </td>
                  <td className="day">{dueOf(task) ? <DueLines {...dueOf(task)} /> : task.due}</td>
                  <td className="day">
                    <StateTag tone={isLate(task) ? "red" : taskTone[task.state as keyof typeof taskTone]}>{t(isLate(task) ? "tasks.late" : `tasks.${task.state as keyof typeof taskTone}`)}</StateTag>
                  </td>
                  <td className="day">
                    <Replied task={task} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function City({ code }: { code: string }) {
  const name = useQuery(region(`${code}00`.slice(0, 6))).data?.replace(/^.*(省|自治区)/, "");
  return <option value={code}>{name ?? code}</option>;
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
