/* A sheet at the right, over the page, which stays usable; Escape or its button closes it. */
import "./side-sheet.css";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useText } from "../text/index.ts";
import { Icon } from "./icons.tsx";

export function SideSheet({ title, onClose, children }: { title: ReactNode; onClose: () => void; children: ReactNode }) {
  const t = useText();
  const id = useId();
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    sheet.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section ref={sheet} className="side-sheet no-print" role="dialog" aria-labelledby={id} tabIndex={-1} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div className="side-sheet-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="bar-button" onClick={onClose} aria-label={t("common.close")} title={t("common.close")}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </section>
  );
}
