/* The draw of a panel's experts: each of two persons commits to a value, then reveals it. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { Note } from "../../ui/note.tsx";
import { ReasonDialog } from "../../fields/reason-dialog.tsx";
import { useText } from "../../text/index.ts";
import { rereadPanels } from "./panels.ts";
import { commitmentFor, keptAs, NoValue, valueFor } from "./value.ts";

/* A value that is not revealed is held against who committed to it, once the other's is known. */
export function Draw({ id, draw: { round, commitments } }: { id: number; draw: { round: number; commitments: readonly { account: number; revealed: boolean }[] } }) {
  const t = useText();
  const session = useSession();
  const params = { path: { id } };
  const name = keptAs(session.account, id, round);
  const commit = useMutation({
    mutationFn: async () => {
      const commitment = await commitmentFor(name, localStorage);
      await take(api.POST("/api/v1/panels/{id}/actions/commit", { params, body: { commitment } }));
      return commitment;
    },
    onSuccess: () => rereadPanels(),
  });
  const reveal = useMutation({
    mutationFn: async () => take(api.POST("/api/v1/panels/{id}/actions/reveal", { params, body: { value: valueFor(name, localStorage) } })),
    onSuccess: () => rereadPanels(),
  });
  const [failing, setFailing] = useState(false);
  const owing = commitments.some(({ revealed }) => revealed) ? commitments.find(({ revealed }) => !revealed)?.account : undefined;
  const fail = async (reason: string) => {
    await take(api.POST("/api/v1/panels/{id}/actions/fail", { params, body: { reason, ...(owing ? { account: owing } : {}) } }));
    await rereadPanels();
  };
  const fault = commit.error ?? reveal.error;

  return (
    <>
      <p>{t("draw.help")}</p>
      <p>
        <Button type="primary" loading={commit.isPending} onClick={() => commit.mutate()}>
          {t("draw.commit")}
        </Button>{" "}
        <Button loading={reveal.isPending} onClick={() => reveal.mutate()}>
          {t("draw.reveal")}
        </Button>{" "}
        {commitments.length > 0 && <Button onClick={() => setFailing(true)}>{t("draw.fail")}</Button>}
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
      {failing && <ReasonDialog title={t("draw.fail")} verb={t("draw.fail")} line={t("draw.fail.line")} onClose={() => setFailing(false)} act={fail} />}
    </>
  );
}
