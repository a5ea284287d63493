/* What is due of a record, each with the verb that answers it. */
import "../../rooms/case/task-list.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import type { RecordType, Row } from "../../api/records.ts";
import { isEmpty } from "../../fields/field.ts";
import { holds } from "../../fields/limits.ts";
import { dueDay } from "../../rooms/record/stages.ts";
import { DueLines } from "../../rooms/task/case-due.tsx";
import { placeOf, rowKey, verbOf } from "../../rooms/task/todo.ts";
import { useLanguage, useText } from "../../text/index.ts";

/* Dues whose day is there and that do not run, for what their condition asks for, or says how long after, is not given. */
const unanswered = (type: RecordType, row: Row) =>
  (type.dues ?? []).flatMap((due) => {
    const blank = type.fields.filter(({ name }) => (due.when?.[name] || name === due.after || due.computed?.includes(name)) && name in row && isEmpty(row[name]));
    return blank.length > 0 && ((due.computed && holds(due.when, row)) || dueDay(row, undefined, [], { ...due, when: undefined, after: undefined })) ? [{ due, blank }] : [];
  });

export function Dues({ type, row: of }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const { id } = of;
  const rows = useQuery({ queryKey: ["record", type.name, id, "dues", language], queryFn: () => take(api.GET("/api/v1/due", { params: { query: { type: type.name, id } } })) }).data?.items ?? [];
  const off = unanswered(type, of);
  if (rows.length === 0 && off.length === 0) return null;
  return (
    <section className="record-rail record-dues">
      <h2>{t("desk.due")}</h2>
      <ul>
        {rows.map((row) => (
          <li key={rowKey(row)}>
            <div>
              <b>{row.label}</b>
              <DueLines {...row} />
            </div>
            {row.act && (
              <Link className="button small no-print" to={placeOf(row)} aria-label={`${t(verbOf(row))} ${row.label} ${row.due}`}>
                {t(verbOf(row))}
              </Link>
            )}
          </li>
        ))}
        {off.map(({ due, blank }) => (
          <li key={due.name} className="quiet">
            {t("records.due.off", { due: due.label?.[language] ?? due.name, fields: blank.map(({ label, name }) => label?.[language] ?? name).join("、") })}
          </li>
        ))}
      </ul>
    </section>
  );
}
