/* Checking receipts, for the portal, the workbench and the saved page: plain DOM, because the saved page is one small file without
 * React. Everything is drawn as text nodes, so nothing in a receipt becomes markup. */
import "./receipt-check.css";
import { fieldText, faultText, type Language } from "../../../verifier/src/texts.ts";
import type { Entry } from "../../../verifier/src/entry.ts";
import type { Values } from "../../../verifier/src/fault.ts";
import { words } from "virtual:entry-words";
import type zh from "../../text/zh/receipt.ts";
import { bytesOf, judgeReceipt, keysOf, stepNames, type Judged, type StepName } from "./receipt-steps.ts";

export type ReceiptKey = keyof typeof zh;
export type ReceiptText = (key: ReceiptKey, values?: Values) => string;

interface Options {
  t: ReceiptText;
  language: Language;
  keys: readonly string[]; // of the log and its witnesses, as the server or the saved page gives them
  save?: { kb: number; run: () => void };
}

interface Given {
  name: string;
  text: string;
}

/* What was given so far stays when the language changes. */
const given: Given[] = [];
let otherKeys = "";

type Child = Node | string;

function el<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, properties: Partial<HTMLElementTagNameMap[Tag]>, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const beijing = (ms: number) => new Date(ms + 8 * 3600_000).toISOString().slice(0, 19).replace("T", " ");
const sizeText = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`);

/* Draws into `root`; the result takes it all away. */
export function mountReceiptCheck(root: HTMLElement, { t, language, keys, save }: Options): () => void {
  const keyLines = () => (otherKeys.trim() ? otherKeys.split("\n") : keys);
  const results = el("section", { className: "rc-results" });
  results.setAttribute("aria-live", "polite");
  results.setAttribute("aria-label", t("receipt.results"));
  const offline = el("p", { className: "rc-offline" }, t("receipt.offline"));
  const shown = el("div", { className: "rc-key" });

  const judgeAll = () => {
    const { keys: read, fault } = keysOf([...keyLines()]);
    results.replaceChildren(...given.map((one) => card(one, judgeReceipt(one.text, read))));
    shown.replaceChildren(
      keyLines().length > 0 ? t("receipt.key") : t("receipt.keyNone"),
      ...[...keyLines()].filter(Boolean).map((line) => el("code", {}, line)),
      ...(fault ? [el("p", { className: "rc-bad" }, faultText(language, fault))] : []),
    );
  };
  const take = (name: string, text: string) => {
    given.unshift({ name, text });
    given.splice(6);
    judgeAll();
  };
  const takeFiles = async (files: Iterable<File>) => {
    for (const file of files) take(file.name, await file.text());
  };

  /* --- a result ------------------------------------------------------------------------------- */
  const card = (one: Given, judged: Judged) => {
    const { verdict, failed } = judged;
    const kind = verdict.ok && verdict.kind === "receipt" ? "good" : failed && verdict.kind !== "bundle" ? "bad" : "open";
    const title =
      verdict.kind === "bundle" ? t("receipt.isBundle")
      : kind === "good" ? t("receipt.passed")
      : kind === "open" ? t("receipt.unknown")
      : t("receipt.failed", { n: stepNames.indexOf(failed!) + 1, step: t(`receipt.step.${failed!}`) });
    const out = el("article", { className: `rc-card rc-${kind}` });
    out.append(
      el("header", {}, el("span", { className: "rc-glyph", ariaHidden: "true" }, { good: "✓", bad: "✕", open: "?" }[kind]), el("div", {}, el("h2", {}, title), el("p", {}, t("receipt.size", { name: one.name, size: sizeText(bytesOf(one.text)) })))),
    );
    if (verdict.kind === "bundle") return out;
    if (kind === "open") {
      out.append(el("p", { className: "rc-foot" }, t("receipt.askKey")));
      return out;
    }
    const list = el("ol", {});
    let reached = true;
    for (const step of stepNames) {
      const bad = step === failed;
      const state = bad ? "bad" : !reached ? "off" : step === "witness" && !judged.verdict.head?.cosignatures.some(({ time }) => time !== null) ? "open" : "good";
      list.append(el("li", { className: `rc-step rc-${state}` }, el("span", { ariaHidden: "true" }, { good: "✓", bad: "✕", off: "–", open: "△" }[state]), el("b", {}, t(`receipt.step.${step}`)), el("span", {}, bad ? faultOf(judged) : reached ? said(step, judged) : t("receipt.notChecked"))));
      if (bad) reached = false;
    }
    out.append(list);
    if (kind === "bad") out.append(el("p", { className: "rc-foot" }, t("receipt.ask")));
    else out.append(el("dl", {}, ...entryRows(verdict.entry!)), el("p", { className: "rc-foot" }, t("receipt.proves"), " ", el("button", { type: "button", className: "rc-link rc-no-print", onclick: () => print() }, t("receipt.print"))));
    return out;
  };
  const faultOf = ({ verdict, changed }: Judged) => (changed ? t("receipt.field", { field: fieldText(language, changed.field as keyof Entry) ?? changed.field, why: t(`receipt.field.${changed.why}`, changed.values) }) : faultText(language, verdict.fault!));
  const said = (step: StepName, { verdict, leaf, path }: Judged): string => {
    const { entry, head, notes } = verdict;
    switch (step) {
      case "format":
        return t("receipt.format.ok");
      case "entry":
        return t("receipt.entry.ok", { what: [did(entry?.do ?? ""), wordOf(`.${entry?.type}`), entry?.id].filter(Boolean).join(" "), hash: `${leaf.slice(0, 6)}…${leaf.slice(-4)}` }).replace(/^; ?|^；/, "");
      case "signature":
        return t("receipt.signature.ok", { origin: head!.origin });
      case "witness": {
        const good = head!.cosignatures.filter(({ time }) => time !== null).map(({ name, time }) => t("receipt.witness.one", { name, time: beijing(time! * 1000) }));
        return good.length > 0 ? t("receipt.witness.ok", { names: good.join("、") }) : t("receipt.witness.none");
      }
      case "path": {
        const proven = notes.find(({ kind }) => kind === "entry_proven")?.values ?? {};
        return t("receipt.path.ok", { index: Number(proven.index).toLocaleString("en"), size: Number(proven.size).toLocaleString("en"), n: path });
      }
      case "time":
        return t("receipt.time.ok", { at: beijing(Date.parse(entry!.at)), head: beijing(head!.time) });
    }
  };
  const wordOf = (name: string) => words[name]?.[language === "zh" ? 0 : 1];
  /* Of what stands after the verb, roles and verbs are told; names of steps and policies are in the entry itself. */
  const did = (action: string) => [wordOf(action.split(/[ :]/)[0]!) ?? t("receipt.did"), ...action.split(/[ :]/).slice(1).map(wordOf)].filter(Boolean).join(" ");
  const entryRows = (entry: Entry) =>
    (Object.keys(entry) as (keyof Entry)[]).flatMap((key) => {
      const word = key === "do" ? did(entry.do) : key === "type" ? wordOf(`.${entry.type}`) : key === "role" ? wordOf(entry.role!) : undefined;
      const written = typeof entry[key] === "object" ? JSON.stringify(entry[key]) : String(entry[key]);
      return [el("dt", {}, fieldText(language, key)), el("dd", {}, ...(word ? [word, " "] : []), el("code", { translate: false }, written))];
    });

  /* --- what is given ---------------------------------------------------------------------------- */
  const picker = el("input", { type: "file", multiple: true, className: "rc-file", id: "rc-file", accept: ".receipt,.tlog-proof,.json,.txt,.bundle" });
  picker.setAttribute("aria-label", t("receipt.choose"));
  picker.onclick = () => (picker.value = ""); // the same file again counts too
  picker.onchange = () => void takeFiles(picker.files ?? []);
  const paste = el("textarea", { rows: 1, placeholder: t("receipt.paste"), spellcheck: false });
  paste.setAttribute("aria-label", t("receipt.paste"));
  paste.oninput = () => {
    if (!/\n\n[^]*\n/.test(paste.value)) return; // a receipt has an empty line and a signature below it
    take(t("receipt.pasted"), paste.value);
    paste.value = "";
  };
  const drop = el("div", { className: "rc-drop" }, el("p", {}, el("b", {}, t("receipt.drop")), t("receipt.dropOr")), paste, el("label", { className: "rc-button", htmlFor: "rc-file" }, t("receipt.choose"), picker));
  if (save) drop.append(el("button", { type: "button", className: "rc-button rc-no-print", onclick: save.run }, t("receipt.save", { n: save.kb })));
  const other = el("textarea", { rows: 3, value: otherKeys, spellcheck: false });
  other.setAttribute("aria-label", t("receipt.keyOther"));
  other.oninput = () => {
    otherKeys = other.value;
    judgeAll();
  };
  const connected = () => {
    offline.hidden = navigator.onLine;
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    drop.classList.toggle("rc-over", event.type === "dragover");
    if (event.type === "drop") void takeFiles(event.dataTransfer?.files ?? []);
  };
  const pasted = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (event.target instanceof HTMLTextAreaElement || !text.includes("\n\n")) return;
    take(t("receipt.pasted"), text);
  };
  root.replaceChildren(offline, drop, results, shown, el("details", { className: "rc-other rc-no-print", open: otherKeys !== "" || keys.length === 0 }, el("summary", {}, t("receipt.keyOther")), el("p", {}, t("receipt.keyHint")), other));
  connected();
  judgeAll();
  const heard: [EventTarget, string, (event: never) => void][] = [[window, "online", connected], [window, "offline", connected], [document, "dragover", over], [document, "dragleave", over], [document, "drop", over], [document, "paste", pasted]];
  for (const [target, kind, act] of heard) target.addEventListener(kind, act as EventListener);
  return () => {
    for (const [target, kind, act] of heard) target.removeEventListener(kind, act as EventListener);
    root.replaceChildren();
  };
}
