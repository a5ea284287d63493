/* Cases of the same kind that already run of a unit: a second one is not refused, and is told. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { casePath } from "../../api/cases.ts";
import { unitsOf } from "../../api/centres.ts";
import { listOf } from "../../api/records.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";

interface One {
  id: number;
  number: string;
  title: string;
  stage_label: string;
}

/* `except`: the case whose page it is. */
export function AlsoRunning({ code, process, except }: { code: string; process: string; except?: number }) {
  const t = useText();
  const unit = useQuery(unitsOf(`credit_code="${code}"`)).data?.items[0]?.id;
  const all = useQuery({ ...listOf<One>("case", { filter: `owner_unit=${unit ?? 0} and process=${process} and state=running`, fields: "number,title,stage_label", limit: 20 }), enabled: !!unit, retry: false });
  const others = all.data?.items.filter(({ id }) => id !== except) ?? [];
  if (others.length === 0) return null;
  return (
    <Note tone="doubt">
      {t("case.alsoRunning")}{" "}
      {others.map(({ id, number, title, stage_label }) => (
        <p key={id}>
          <Link to={casePath(process, id)}>
            <Data text={`${title}（${number}，${stage_label}）`} />
          </Link>
        </p>
      ))}
    </Note>
  );
}
