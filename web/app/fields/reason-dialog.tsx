/* Asks why something is done. Without a verb it is proposed: another person confirms. */
import { useState } from "react";
import { useText } from "../text/index.ts";
import { Data } from "../ui/data.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { FieldInput } from "./field-input.tsx";

interface Props {
  title: string;
  verb?: string;
  line?: string;
  act: (reason: string) => Promise<void>;
  onClose: () => void;
  children?: React.ReactNode;
}

export function ReasonDialog({ title, verb, line, act, onClose, children }: Props) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog title={title} verb={verb ?? t("case.propose.verb", { action: title })} onClose={onClose} act={() => act(reason)}>
      {line && (
        <p className="dialog-line">
          <Data text={line} />
        </p>
      )}
      {children}
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }} value={reason} onChange={(value) => setReason(String(value ?? ""))} />
    </ConfirmDialog>
  );
}
