/* What is due of a record, each with the verb that answers it. */
import "../../rooms/case/task-list.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { DueLines } from "../../rooms/task/case-due.tsx";
import { placeOf, rowKey, verbOf } from "../../rooms/task/todo.ts";
import { useLanguage, useText } from "../../text/index.ts";

export function Dues({ type, id }: { type: string; id: number }) {
  const t = useText();
  const language = useLanguage();
  const rows = useQuery({ queryKey: ["record", type, id, "dues", language], queryFn: () => take(api.GET("/api/v1/due", { params: { query: { type, id } } })) }).data?.items ?? [];
  if (rows.length === 0) return null;
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
      </ul>
    </section>
  );
}
