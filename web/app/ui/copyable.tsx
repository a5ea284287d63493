/* A number, code or command (`block`) in monospace that one click copies; `shown`: what stands for a long one. */
import "./copyable.css";
import { useState } from "react";
import { useText } from "../text/index.ts";
import { Icon } from "./icons.tsx";

export function Code({ text, block, shown }: { text: string; block?: boolean; shown?: string }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <span className={block ? "code code-block" : "code"} translate={block ? "no" : undefined}>
      <code>{shown ?? text}</code>
      <button type="button" onClick={() => void copy()} aria-label={t("common.copy", { text })} title={t("common.copyShort")}>
        {copied ? <span className="code-copied">{t("common.copied")}</span> : <Icon name="copy" />}
      </button>
      <span className="said" role="status">
        {copied ? t("common.copied") : ""}
      </span>
    </span>
  );
}

/* The clipboard's own call is missing where a page came over plain HTTP from another host. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
