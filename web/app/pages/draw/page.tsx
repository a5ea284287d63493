/* The draw alone, as messages that ask for a value lead to it. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { Draw } from "../../rooms/panel/draw.tsx";
import { drawsRead, panelRead } from "../../rooms/panel/panels.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";

type State = "frozen" | "drawn" | "failed";

export default function DrawPage() {
  const t = useText();
  const id = Number(useParams().id);
  const panel = useQuery(panelRead(id));
  const draws = useQuery(drawsRead(id));
  const error = panel.error ?? draws.error;
  if (error) return <Failed page error={error} retry={() => void Promise.all([panel.refetch(), draws.refetch()])} />;
  if (!panel.data || !draws.data) return <Waiting />;
  const draw = draws.data[0];
  return (
    <>
      <p className="crumb">
        <Link to={`/panels/${id}`}>
          <Data text={panel.data.title} />
        </Link>{" "}
        /
      </p>
      <PageHead title={`${t("draw.title")} · ${panel.data.title}`} line={draw && t("draw.line", { round: draw.round, state: t(`draw.${draw.state as State}`) })} />
      {draw ? <Draw id={id} draw={draw} /> : <Empty title={t("draw.none")} text={t("draw.none.text")} />}
    </>
  );
}
