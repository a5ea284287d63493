/* Dialogs: a title that is a verb, what follows, buttons with verbs. `ConfirmDialog` asks before something
 * is done; its error stays in the dialog, so nothing typed is lost. */
import "./dialog.css";
import { Button, Modal } from "antd";
import type { ReactNode } from "react";
import { useText } from "../text/index.ts";
import { useAct } from "./act.ts";
import { ErrorNote } from "./note.tsx";

/* `onClose` absent: the dialog cannot be left but by its buttons. */
export function Dialog({ title, width = 640, onClose, children, footer }: { title: string; width?: number; onClose?: () => void; children: ReactNode; footer?: ReactNode }) {
  return (
    <Modal open title={title} width={width} closable={false} keyboard={!!onClose} mask={{ closable: false }} onCancel={onClose} footer={footer ?? null} centered={false}>
      {children}
    </Modal>
  );
}

export function ConfirmDialog(props: { title: string; verb: string; danger?: boolean; children: ReactNode; onClose: () => void; act: () => Promise<void> }) {
  const t = useText();
  const { busy, error, act } = useAct();
  const run = async () => {
    await props.act();
    props.onClose();
  };
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="primary" danger={props.danger} loading={busy} onClick={() => void act(run)}>
            {props.verb}
          </Button>
        </>
      }
    >
      {props.children}
      <ErrorNote error={error} />
    </Dialog>
  );
}
