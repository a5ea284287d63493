/* One task in full beside the list: what it is, what can be done, what it waits for. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, take } from "../api/client.ts";
import { refreshSession } from "../api/session.ts";
import { useText } from "../text/index.ts";
import { Button } from "./button.tsx";
import { Clause } from "./clause.tsx";
import { Code } from "./copyable.tsx";
import { Data } from "./data.tsx";
import { KeyValues } from "./key-values.tsx";
import { Note } from "./note.tsx";
import { placeOf, type Row } from "./tasks.ts";
import { useTaskWords } from "./task-words.ts";
import { minute } from "./time.ts";

export function TaskPreview({ row }: { row: Row }) {
  const t = useText();
  const words = useTaskWords();
  const due = words.due(row);
  const facts: [string, React.ReactNode][] = [[t("desk.stage"), <Data text={words.stage(row)} />]];
  if (row.case) {
    facts.unshift([t("desk.number"), <Code text={row.case.number} />]);
    facts.push([t("desk.party"), <Data text={row.case.party} />]);
  }
  facts.push([t("desk.due"), [due.line, due.below].filter(Boolean).join(t("common.comma"))]);
  if (row.by) facts.push([t("desk.from"), <Data text={row.by} />]);
  facts.push([t("desk.since"), minute(row.since_ms)]);
  if (row.reason) facts.push([t("desk.reason"), <Data text={row.reason} />]);
  if (row.note) facts.push([t("desk.note"), <Data text={row.note} />]);
  return (
    <section className="task-preview" aria-label={t("desk.preview")}>
      <h2 lang="zh-CN">{words.title(row)}</h2>
      <KeyValues rows={facts} />
      {row.asked?.map((line) => (
        <Note key={line} tone="provisional">
          <Data text={line} />
        </Note>
      ))}
      {row.actions.length > 0 && (
        <>
          <h3>{t("desk.actions")}</h3>
          <ul>
            {row.actions.map(({ name, label, clause, due: until }) => (
              <li key={name}>
                {row.case ? (
                  <Link to={placeOf({ ...row, actions: row.actions.filter((one) => one.name === name) })}>
                    <Data text={label} />
                  </Link>
                ) : (
                  <Data text={label} />
                )}
                <span>
                  {clause && <Clause clause={clause} />} {until && t("desk.until", { day: until })}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="task-preview-verbs">
        <Link className="button" to={placeOf(row).replace(/\/confirm\/.*|\?.*/, "")}>
          {t("desk.preview.open")}
        </Link>
        {row.assignment && !row.done_ms && (row.given === "read" || row.given === "copy") && <Read assignment={row.assignment} />}
      </p>
    </section>
  );
}

/* What was given to be read goes to the done ones. */
function Read({ assignment }: { assignment: number }) {
  const t = useText();
  const cache = useQueryClient();
  const read = useMutation({
    mutationFn: () => take(api.POST("/api/v1/todo/{assignment}/done", { params: { path: { assignment } } })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["todo"] });
      await refreshSession();
    },
  });
  return (
    <>
      <Button type="primary" loading={read.isPending} onClick={() => read.mutate()}>
        {t("desk.verb.done")}
      </Button>
      {read.error && <Data text={read.error.message} />}
    </>
  );
}
