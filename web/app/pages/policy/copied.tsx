/* A button that copies and says so. */
import { useState } from "react";
import { useText } from "../../text/index.ts";

export function Copied({ label, copy }: { label: string; copy: () => Promise<void> }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() =>
          void copy().then(() => {
            setCopied(true);
            setTimeout(() => setCopied(false), 2000);
          })
        }
      >
        {copied ? t("common.copied") : label}
      </button>
      <span className="said" role="status">
        {copied ? t("common.copied") : ""}
      </span>
    </>
  );
}
