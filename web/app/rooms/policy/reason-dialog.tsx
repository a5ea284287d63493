/* Asks why, and then proposes: another person confirms. */
import { useState } from "react";
import { FieldInput } from "../../fields/field-input.tsx";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";

export function ReasonDialog({ title, line, act, onClose, children }: { title: string; line: string; act: (reason: string) => Promise<void>; onClose: () => void; children?: React.ReactNode }) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog title={title} verb={t("case.propose.verb", { action: title })} onClose={onClose} act={() => act(reason)}>
      <p className="dialog-line">
        <Data text={line} />
      </p>
      {children}
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }} value={reason} onChange={(value) => setReason(String(value ?? ""))} />
    </ConfirmDialog>
  );
}
