/* One task in full beside the list: what it is, what can be done, what it waits for. */
import { Link } from "react-router";
import { useText } from "../../text/index.ts";
import { Clause } from "../../ui/clause.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Finish, isFinished } from "../../rooms/task/given.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Note } from "../../ui/note.tsx";
import { isCase, placeOf, thingOf, type Row } from "../../rooms/task/todo.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { minute } from "../../ui/time.ts";

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
  if (row.on_behalf_of) facts.push([t("desk.behalf.of"), <Data text={row.on_behalf_of} />]);
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
          <ul className="pair-rows">
            {row.actions.map(({ name, label, clause, due: until }) => (
              <li key={name}>
                {isCase(row) ? (
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
        <Link className="button" to={thingOf(row)}>
          {t("desk.preview.open")}
        </Link>
        {isFinished(row) && <Finish row={row} />}
      </p>
    </section>
  );
}
