/* What was given to the reader: he says that he has read it, or done it where it needs no step of its own. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import { refreshSession, useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { useBox, type Box, type Row } from "./todo.ts";
import { useTaskWords } from "./words.ts";
import { minute } from "../../ui/time.ts";

/* Its reader says when it is over: nothing that he does with the record would. */
export const isFinished = ({ kind, assignment, done_ms, given, actions }: Row): boolean => kind !== "ask" && !!assignment && !done_ms && (given !== "do" || actions.length === 0);

export function Finish({ row }: { row: Row }) {
  const t = useText();
  const cache = useQueryClient();
  const done = useMutation({
    mutationFn: () => take(api.POST("/api/v1/todo/{assignment}/done", { params: { path: { assignment: row.assignment! } } })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["todo"] });
      await refreshSession();
    },
  });
  return (
    <>
      <Button type="primary" loading={done.isPending} onClick={() => done.mutate()}>
        {t(row.given === "do" ? "desk.verb.finish" : "desk.verb.done")}
      </Button>
      {done.error && <Data text={done.error.message} />}
    </>
  );
}

/* On the page of what was given. Boxes that are empty are not asked for. */
export function Given({ type, id, boxes }: { type: string; id: number; boxes: readonly ("todo" | "read")[] }) {
  const t = useText();
  const words = useTaskWords();
  const { counts } = useSession();
  const of = (box: Box & ("todo" | "read")) => boxes.includes(box) && !!counts?.[box];
  const lists = [useBox("todo", { enabled: of("todo"), named: false }), useBox("read", { enabled: of("read"), named: false })];
  const rows = lists.flatMap((list) => list.data?.pages.flatMap((page) => page.items) ?? []).filter((row) => row.type === type && row.id === id && isFinished(row));
  if (rows.length === 0) return null;
  return (
    <section className="record-rail" aria-label={t("desk.given")}>
      <h2>{t("desk.given")}</h2>
      <ul>
        {rows.map((row) => (
          <li key={row.assignment}>
            <div>
              <b>
                <Data text={words.what(row)} />
              </b>
              <p>
                {row.by && (
                  <>
                    <Data text={row.by} />
                    {t("common.comma")}
                  </>
                )}
                {[minute(row.since_ms), row.due && t("desk.until", { day: row.due })].filter(Boolean).join(t("common.comma"))}
              </p>
            </div>
            <Finish row={row} />
          </li>
        ))}
      </ul>
    </section>
  );
}
