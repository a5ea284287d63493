/* What stands over tasks: their sum in a sentence, the boxes with counts, and what narrows them. */
import { useSearchParams } from "react-router";
import { useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { usePolicyTitle } from "../../api/policies.ts";
import { Tabs } from "../../ui/tabs.tsx";
import { boxes, urgencyOf, type Box, type Row, type Urgency } from "./todo.ts";

export function TaskSum({ rows, total }: { rows: readonly Row[]; total: number }) {
  const t = useText();
  const of = (urgency: Urgency) => rows.filter((row) => urgencyOf(row) === urgency).length;
  if (total === 0) return t("desk.sum.none");
  if (of("late") + of("soon") === 0) return t("desk.sum.calm", { n: total });
  return t("desk.sum", { late: of("late"), soon: of("soon"), rest: total - of("late") - of("soon") });
}

/* `at`: the page on which the first box is; the others are on the whole list. */
export function BoxTabs({ box, at }: { box: Box; at: "/" | "/todo" }) {
  const t = useText();
  const { counts } = useSession();
  return (
    <Tabs
      label={t("desk.boxes")}
      tabs={boxes.map((name) => ({ to: name === "todo" ? at : `/todo?box=${name}`, label: t(`desk.box.${name}`), count: name === "done" ? null : counts?.[name], current: name === box }))}
    />
  );
}

const PROGRAMME = "programme";

export const narrowTasks = (rows: readonly Row[], query: URLSearchParams): readonly Row[] => {
  const programme = query.get(PROGRAMME);
  return programme ? rows.filter((row) => row.case?.programme === programme) : rows;
};

/* Programmes of the rows, by the titles of their policies. */
export function TaskFilter({ rows }: { rows: readonly Row[] }) {
  const t = useText();
  const [query, setQuery] = useSearchParams();
  const titleOf = usePolicyTitle();
  const programmes = [...new Set(rows.flatMap((row) => row.case?.programme ?? []))];
  if (programmes.length < 2) return null;
  return (
    <select
      className="input tasks-filter"
      aria-label={t("desk.programme")}
      value={query.get(PROGRAMME) ?? ""}
      onChange={(event) =>
        setQuery((old) => {
          const next = new URLSearchParams(old);
          if (event.target.value) next.set(PROGRAMME, event.target.value);
          else next.delete(PROGRAMME);
          return next;
        })
      }
    >
      <option value="">{t("desk.filter.all")}</option>
      {programmes.map((id) => (
        <option key={id} value={id} lang="zh-CN">
          {titleOf(id)}
        </option>
      ))}
    </select>
  );
}
