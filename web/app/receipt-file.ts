/* The saved page: one file that checks receipts from disk, without a network. The bundler puts it into one text
 * (bundler/saved-page.ts); whoever saves it writes the keys into its head. */
import "./ui/tokens.css";
import "./receipt-file.css";
import { mountReceiptCheck, type ReceiptText } from "./rooms/log/receipt-check.ts";
import en from "./text/en/receipt.ts";
import zh from "./text/zh/receipt.ts";

const words = { zh, en };
let language: "zh" | "en" = document.documentElement.lang === "en" ? "en" : "zh";
const t: ReceiptText = (key, values = {}) => words[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
const keys = (document.querySelector<HTMLMetaElement>("meta[name=keys]")?.content ?? "").split(" ").filter(Boolean);
let stop = () => {};

function draw(): void {
  stop();
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = t("receipt.title");
  document.querySelector("h1")!.textContent = t("receipt.title");
  document.querySelector(".rf-lead")!.textContent = t("receipt.lead");
  document.querySelector(".rf-language")!.textContent = t("receipt.language");
  stop = mountReceiptCheck(document.querySelector<HTMLElement>(".rf-check")!, { t, language, keys });
}

document.querySelector<HTMLButtonElement>(".rf-language")!.onclick = () => {
  language = language === "zh" ? "en" : "zh";
  draw();
};
draw();
