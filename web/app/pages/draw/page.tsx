/* The draw of a panel's experts: each of two persons commits to a value, then reveals it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";
import { commitmentFor, keptAs, NoValue, valueFor } from "./value.ts";

type State = "frozen" | "drawn" | "failed";

export default function Draw() {
  const t = useText();
  const id = Number(useParams().id);
  const session = useSession();
  const file = useRef<HTMLInputElement>(null);
  const params = { path: { id } };
  const panel = useQuery({ queryKey: ["panel", id], queryFn: () => take(api.GET("/api/v1/panels/{id}", { params })) });
  const draws = useQuery({ queryKey: ["draws", id], queryFn: () => take(api.GET("/api/v1/panels/{id}/draws", { params })) });
  const draw = draws.data?.items[0];
  const name = keptAs(session.account, id, draw?.round ?? 0);
  const chosen = () => file.current?.files?.[0];
  const commit = useMutation({
    mutationFn: async () => {
      const commitment = await commitmentFor(name, chosen(), localStorage);
      await take(api.POST("/api/v1/panels/{id}/actions/commit", { params, body: { commitment } }));
      return commitment;
    },
    onSuccess: () => draws.refetch(),
  });
  const reveal = useMutation({
    mutationFn: async () => take(api.POST("/api/v1/panels/{id}/actions/reveal", { params, body: { value: await valueFor(name, chosen(), localStorage) } })),
    onSuccess: () => draws.refetch(),
  });
  const fault = commit.error ?? reveal.error;

  if (panel.error ?? draws.error) return <Failed error={(panel.error ?? draws.error)!} retry={() => void Promise.all([panel.refetch(), draws.refetch()])} />;
  if (!panel.data || !draws.data) return <Waiting />;
  return (
    <>
      <PageHead title={`${t("draw.title")} · ${panel.data.title}`} line={draw && t("draw.line", { round: draw.round, state: t(`draw.${draw.state as State}`) })} />
      {!draw ? (
        <Empty title={t("draw.none")} text={t("draw.none.text")} />
      ) : (
        <>
          <p>{t("draw.help")}</p>
          <p>
            <label>
              {t("draw.file")} <input type="file" ref={file} />
            </label>
          </p>
          <p>
            <Button type="primary" loading={commit.isPending} onClick={() => commit.mutate()}>
              {t("draw.commit")}
            </Button>{" "}
            <Button loading={reveal.isPending} onClick={() => reveal.mutate()}>
              {t("draw.reveal")}
            </Button>
          </p>
          <div role="status">
            {commit.data && <Note tone="told">{t("draw.committed", { digest: commit.data })}</Note>}
            {reveal.data && <Note tone="told">{t("draw.revealed")}</Note>}
          </div>
          {fault && (
            <Note tone="mend" role="alert">
              {fault instanceof NoValue ? t(`draw.${fault.fault}`) : fault.message}
            </Note>
          )}
        </>
      )}
    </>
  );
}
