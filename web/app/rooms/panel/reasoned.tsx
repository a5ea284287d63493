/* A dialog that asks why. */
import { useState } from "react";
import { FieldInput } from "../../fields/field-input.tsx";
import { useText } from "../../text/index.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";

export function Reasoned({ title, verb, line, onClose, act }: { title: string; verb: string; line?: string; onClose: () => void; act: (reason: string) => Promise<void> }) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog title={title} verb={verb} onClose={onClose} act={() => act(reason)}>
      {line && <p className="dialog-line">{line}</p>}
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }} value={reason} onChange={(value) => setReason(String(value ?? ""))} />
    </ConfirmDialog>
  );
}
