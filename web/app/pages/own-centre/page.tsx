/* The card of the reader's own centre; of each programme that recognised it, one. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { rowsOf } from "../../api/centres.ts";
import { useSession } from "../../api/session.ts";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useText } from "../../text/index.ts";
import { OneCentre } from "../../rooms/centre/card.tsx";

export default function OwnCentre() {
  const t = useText();
  const code = useSession().credit_code ?? "";
  const [query] = useSearchParams();
  const read = useQuery(rowsOf(code));
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={8} />;
  const rows = read.data.items;
  const shown = rows.find(({ id }) => String(id) === query.get("id")) ?? rows[0];
  if (!shown)
    return (
      <Empty page title={t("centres.own.none")} text={t("centres.own.none.text")}>
        <Link className="button" to="/calls">
          {t("apply.title")}
        </Link>
        <Link className="button" to="/r/centre_profile">
          {t("centres.profile")}
        </Link>
      </Empty>
    );
  const views = rows.length > 1 && <Tabs label={t("centres.programme")} tabs={rows.map((one) => ({ to: `/centre?id=${one.id}`, label: one.name, current: one === shown }))} />;
  return <OneCentre key={shown.id} id={shown.id} views={views} />;
}
