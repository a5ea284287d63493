/* Units and their people: left the tree, in the middle the unit, its accounts and the one that is chosen, at the right the
 * requests that wait for a second administrator and the three offices. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/people/people.css";
import "./people.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { Columns } from "../../ui/columns.tsx";
import { unitsOf, useMay } from "../../rooms/people/roster.ts";
import { Empty, Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";
import { Rail } from "./rail.tsx";
import { Slips, type Slip } from "./slips.tsx";
import { UnitPane } from "./unit.tsx";
import { Units } from "./units.tsx";

export default function People() {
  const t = useText();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const [slips, setSlips] = useState<readonly Slip[]>([]);
  const read = useQuery({ ...unitsOf(), enabled: may.everywhere || may.manager });
  const asked = Number(params.get("unit")) || may.own;
  const choose = (unit: number) => setParams({ unit: String(unit) });
  const pick = (person?: number) => setParams({ unit: String(asked), ...(person ? { person: String(person) } : {}) }, { replace: true });
  if (!may.everywhere && !may.manager) return <NotFound page />;
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={12} />;
  if (slips.length > 0) return <Slips slips={slips} onDone={() => setSlips([])} />;
  const unit = read.data.items.find(({ id }) => id === asked);
  const pane = unit ? (
    <UnitPane unit={unit} units={read.data.items} person={Number(params.get("person")) || undefined} onPick={pick} onSlips={setSlips} />
  ) : (
    <Empty page title={t("people.choose")} />
  );
  const rail = may.everywhere ? (
    <Rail
      onLink={(row, link, hours) =>
        setSlips([{ account: row.id, name: String(row.arguments && "to" in row.arguments ? row.arguments.to : ""), person: String(Object.values(row.title)[0] ?? ""), unit: "", link, until_ms: serverNow() + hours * 3600_000, reset: true }])
      }
    />
  ) : null;
  return (
    <Columns rail={rail}>
      {may.everywhere ? (
        <div className="people">
          <Units units={read.data.items} total={read.data.total} chosen={unit} onChoose={choose} />
          <div className="people-unit">{pane}</div>
        </div>
      ) : (
        pane
      )}
    </Columns>
  );
}
