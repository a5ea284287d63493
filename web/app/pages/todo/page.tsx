/* All boxes of who has signed in, whole, with a preview of one row beside the list. */
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { Button } from "../../ui/ant.ts";
import { Columns } from "../../ui/columns.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { TaskList } from "../../rooms/case/task-list.tsx";
import { BoxTabs, narrowTasks, TaskFilter, TaskSum } from "../../rooms/task/head.tsx";
import { TaskPreview } from "./task-preview.tsx";
import { boxes, groupTasks, rowKey, useBox, type Box } from "../../rooms/task/todo.ts";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { useText } from "../../text/index.ts";

export default function Todo() {
  const t = useText();
  const [query] = useSearchParams();
  useFoldedMenu();
  const box: Box = boxes.find((name) => name === query.get("box")) ?? "todo";
  const list = useBox(box);
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = narrowTasks(all, query);
  const total = list.data?.pages[0]?.total ?? 0;
  const [chosen, setChosen] = useState<string>();
  const row = rows.find((one) => rowKey(one) === chosen) ?? rows[0];

  return (
    <Columns width={392} rail={row ? <TaskPreview key={rowKey(row)} row={row} /> : <p className="quiet">{t("desk.preview.none")}</p>}>
      <PageHead title={t(`desk.box.${box}`)} line={box === "todo" && list.data ? <TaskSum rows={all} total={total} /> : undefined} actions={<Link className="button" to="/calendar">{t("calendar.title")}</Link>} />
      <div className="tasks-head">
        <BoxTabs box={box} at="/todo" />
        <TaskFilter rows={all} />
      </div>
      {list.isPending ? (
        <Waiting rows={8} />
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : all.length === 0 ? (
        <Empty title={t(`desk.empty.${box}`)} text={box === "todo" ? t("desk.empty.todo.text") : undefined} />
      ) : rows.length === 0 ? (
        <Empty title={t("desk.empty.filter")}>
          <Link className="button" to={box === "todo" ? "/todo" : `/todo?box=${box}`}>
            {t("desk.filter.clear")}
          </Link>
        </Empty>
      ) : (
        <TaskList key={box} groups={groupTasks(box, rows)} total={rows === all ? total : rows.length} preview={row && rowKey(row)} onPreview={(one) => setChosen(one && rowKey(one))} />
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
