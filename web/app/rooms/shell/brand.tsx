/* The product's sign with its name, and the switch between the two languages. */
import "./brand.css";
import { queries } from "../../api/query.ts";
import { setLanguage, useLanguage } from "../../text/index.ts";

export function Brand({ href, label }: { href: string; label: string }) {
  return (
    <a className="brand" href={href} title={label}>
      <span className="brand-sign" lang="zh-CN" aria-hidden="true">
        知
      </span>
      <span lang="zh-CN">知运</span>
    </a>
  );
}

/* Labels of the server come in the language of the request, so all answers are asked for again. */
export function LanguageSwitch() {
  const zh = useLanguage() === "zh";
  return (
    <button type="button" className="bar-button" lang={zh ? "en" : "zh-CN"} onClick={() => void setLanguage(zh ? "en" : "zh").then(() => queries.invalidateQueries())}>
      {zh ? "EN" : "中文"}
    </button>
  );
}
