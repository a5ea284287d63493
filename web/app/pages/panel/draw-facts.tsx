/* The draw: what was published before it, what came of it, and the draw done again in this browser. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Draw } from "../../rooms/panel/draw.tsx";
import { drawsRead, type Panel } from "../../rooms/panel/panels.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useAct } from "../../ui/act.ts";
import { ordersOf } from "./replay.ts";

export function DrawFacts({ panel }: { panel: Panel }) {
  const t = useText();
  const draws = useQuery(drawsRead(panel.id));
  const { error, act } = useAct();
  const [same, setSame] = useState<number | false>();
  if (draws.error) return <Failed error={draws.error} retry={() => void draws.refetch()} />;
  if (!draws.data) return <Waiting rows={3} />;
  const draw = draws.data[0];
  if (!draw) return null;
  const again = async () => {
    const orders = await ordersOf(draw);
    setSame(draw.members.every(({ field, place, expert }) => orders.get(field)?.[place] === expert) && draw.members.length);
  };
  const file = URL.createObjectURL(new Blob([JSON.stringify(draw, null, 1)], { type: "application/json" }));
  return (
    <section className="panel-draw">
      <h2>
        {t("panel.draw")} <small>{t("draw.line", { round: draw.round, state: t(`draw.${draw.state as "frozen" | "drawn" | "failed"}`) })}</small>
      </h2>
      {draw.state === "frozen" && <Draw id={panel.id} draw={draw} />}
      <details open={panel.state === "frozen"}>
        <summary>{t("panel.draw.facts")}</summary>
        <KeyValues
          rows={[
            [t("panel.draw.digest"), <Code key="digest" text={draw.digest} />],
            ...draw.commitments.map(({ part, commitment }) => [t("panel.draw.commitment", { n: part }), <Code key={part} text={commitment} />] as const),
            ...(draw.head_root ? [[t("panel.draw.head"), <Code key="head" text={draw.head_root} />] as const] : []),
            ...(draw.seed ? [[t("panel.draw.seed"), <Code key="seed" text={draw.seed} />] as const] : []),
          ]}
        />
        {draw.seed && (
          <p className="score-verbs no-print">
            <Button onClick={() => void act(again)}>{t("panel.draw.again")}</Button>
            <a className="button" download={`draw-${panel.id}-${draw.round}.json`} href={file}>
              {t("panel.draw.file")}
            </a>
          </p>
        )}
        <ErrorNote error={error} />
        {same !== undefined && (
          <Note tone={same === false ? "mend" : "told"} role="status">
            {same === false ? t("panel.draw.differs") : t("panel.draw.same", { n: same })}
          </Note>
        )}
      </details>
    </section>
  );
}
