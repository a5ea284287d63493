/* One task in full: what it is, what can be done, and which command does it. */
import { Clause } from "../../parts/clause.tsx";
import { Code } from "../../parts/copyable.tsx";
import { KeyValues } from "../../parts/key-values.tsx";
import { Note } from "../../parts/note.tsx";
import { SideSheet } from "../../parts/side-sheet.tsx";
import { minute } from "../../parts/time.ts";
import { useText } from "../../text/index.ts";
import type { Row } from "./todo.ts";
import { useTaskWords } from "./words.ts";

export function TaskSheet({ row, onClose }: { row: Row; onClose: () => void }) {
  const t = useText();
  const words = useTaskWords();
  const due = words.due(row);
  const facts: [string, React.ReactNode][] = [[t("desk.stage"), words.stage(row)]];
  if (row.case) {
    facts.unshift([t("desk.number"), <Code text={row.case.number} />]);
    facts.push([t("desk.party"), <span lang="zh-CN">{row.case.party}</span>], [t("desk.programme"), <code className="mono">{row.case.programme}</code>]);
  }
  facts.push([t("desk.due"), [due.line, due.below].filter(Boolean).join(t("common.comma"))]);
  if (row.by) facts.push([t("desk.from"), row.by]);
  facts.push([t("desk.since"), minute(row.since_ms)]);
  if (row.reason) facts.push([t("desk.reason"), row.reason]);
  if (row.note) facts.push([t("desk.note"), row.note]);
  return (
    <SideSheet title={<span lang="zh-CN">{words.title(row)}</span>} onClose={onClose}>
      <KeyValues rows={facts} />
      {row.actions.length > 0 && (
        <>
          <h3>{t("desk.actions")}</h3>
          <KeyValues
            rows={row.actions.map((action) => [
              action.label,
              <>
                {action.clause && <Clause clause={action.clause} />} {action.due && t("desk.until", { day: action.due })}
              </>,
            ])}
          />
        </>
      )}
      {row.cases && row.cases.length > 0 && (
        <>
          <h3>{t("desk.how.all")}</h3>
          <KeyValues rows={row.cases.map((one) => [one.party, <Code text={one.number} />])} />
        </>
      )}
      <h3>{t("desk.how")}</h3>
      {row.kind === "approval" && <Note tone="provisional">{t("desk.how.confirm")}</Note>}
      <p>{t(row.case ? "desk.how.case" : "desk.how.record")}</p>
      {row.case ? (
        <>
          <Code block text={`zhiyun case actions ${row.case.number}`} />
          {row.actions[0] && row.kind === "record" && <Code block text={row.actions[0].name === "papers" ? `zhiyun case papers ${row.case.number}` : `zhiyun case do ${row.case.number} ${row.actions[0].name}`} />}
        </>
      ) : (
        <Code block text={`zhiyun api GET /records/${row.type}/${row.id}`} />
      )}
    </SideSheet>
  );
}
