/* A bar with a line at its left: blue tells, amber doubts or warns, red must be mended, purple is
 * provisional, grey is about age. `children` may hold buttons; `actions` stand at the right. */
import "./note.css";
import type { ReactNode } from "react";
import { Offline } from "../api/client.ts";
import { useText } from "../text/index.ts";
import { Data } from "./data.tsx";

export type Tone = "told" | "doubt" | "mend" | "provisional" | "age";

export function Note({ tone = "told", role, children, actions }: { tone?: Tone; role?: "alert" | "status"; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className={`note note-${tone}`} role={role}>
      <div>{children}</div>
      {actions && <div className="note-actions">{actions}</div>}
    </div>
  );
}

/* Why the last try failed; nothing where it did not. */
export function ErrorNote({ error }: { error: Error | string | null | undefined }) {
  const t = useText();
  if (!error) return null;
  return (
    <Note tone="mend" role="alert">
      <Data text={error instanceof Offline ? t("common.noAnswer") : typeof error === "string" ? error : error.message} />
    </Note>
  );
}
