/* What the pages of the portal and the workbench that check receipts have in common (receipt-check.ts draws it). */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { save } from "../../api/download.ts";
import { logKeys } from "./log.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { mountReceiptCheck } from "./receipt-check.ts";

/* The saved page with the keys of this log. */
const savedPage = { queryKey: ["receipt-file"], queryFn: async () => (await import("virtual:receipt-file")).default, staleTime: Infinity };

export function ReceiptCheck() {
  const t = useText();
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const keys = useQuery(logKeys).data;
  const page = useQuery(savedPage).data;
  useEffect(() => {
    if (!box.current || !keys) return undefined;
    const whole = page?.replace('<meta name="keys" content="">', `<meta name="keys" content="${keys.join(" ")}">`).replace('<html lang="zh-CN">', `<html lang="${language === "zh" ? "zh-CN" : "en"}">`);
    const file = whole && new Blob([whole], { type: "text/html" });
    return mountReceiptCheck(box.current, { t, language, keys, save: file ? { kb: Math.ceil(file.size / 1024), run: () => save(file, `${t("receipt.saved")}.html`) } : undefined });
  }, [t, language, keys, page]);
  return <div ref={box} className="rc-page" />;
}
