/* The draw of a panel's experts: each of two persons commits to a value, then reveals it. */
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { Note } from "../../ui/note.tsx";
import { useText } from "../../text/index.ts";
import { rereadPanels } from "./panels.ts";
import { commitmentFor, keptAs, NoValue, valueFor } from "./value.ts";

export function Draw({ id, round }: { id: number; round: number }) {
  const t = useText();
  const session = useSession();
  const file = useRef<HTMLInputElement>(null);
  const params = { path: { id } };
  const name = keptAs(session.account, id, round);
  const chosen = () => file.current?.files?.[0];
  const commit = useMutation({
    mutationFn: async () => {
      const commitment = await commitmentFor(name, chosen(), localStorage);
      await take(api.POST("/api/v1/panels/{id}/actions/commit", { params, body: { commitment } }));
      return commitment;
    },
    onSuccess: () => rereadPanels(),
  });
  const reveal = useMutation({
    mutationFn: async () => take(api.POST("/api/v1/panels/{id}/actions/reveal", { params, body: { value: await valueFor(name, chosen(), localStorage) } })),
    onSuccess: () => rereadPanels(),
  });
  const fault = commit.error ?? reveal.error;

  return (
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
  );
}
