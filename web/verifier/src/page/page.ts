/* The page: one file that works from disk and over plain http, without any connection. It draws
 * with text nodes only, so nothing in a file can become markup. */
import { base64, fromUtf8, type Bytes } from "../bytes.ts";
import { Fault } from "../fault.ts";
import { givenFile, withFiles, type GivenFile } from "../files.ts";
import { keepHead, Shelf } from "../held.ts";
import { parseVkeys, type Head, type Vkey } from "../note.ts";
import { faultText, fieldText, isGood, noteText, pageText, timeText, type Language, type PageText } from "../texts.ts";
import { BUNDLE_LINE, RECEIPT_LINE, verifying, type Place, type Verdict } from "../verify.ts";
import type { Entry } from "../entry.ts";
import type { Values } from "../fault.ts";

type Child = Node | string;

function el<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    properties: Partial<HTMLElementTagNameMap[Tag]>,
    ...children: Child[]
): HTMLElementTagNameMap[Tag] {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
}

function storage(): Storage | null {
    try {
        return window.localStorage;
    } catch {
        return null;
    }
}

interface Given {
    name: string;
    bytes: Bytes;
}

interface Judged {
    name: string;
    verdict: Verdict;
}

const heldShelf = new Shelf(storage(), "zhiyun-held");
const languageShelf = new Shelf(storage(), "zhiyun-language");
const keyShelf = new Shelf(storage(), "zhiyun-keys");

/* What the page shows: layout() makes its parts in the language of the moment, refresh() fills them. */
let language: Language = languageShelf.read()[0] === "en" ? "en" : "zh";
let keyText = keyShelf.read().join("\n");
let held = heldShelf.read();
let given: Given[] = [];
let judged: Judged[] = [];
let run = 0; // counts the runs: a newer one ends an older

const t = (key: PageText, values: Values = {}): string => pageText(language, key, values);
const keyLines = (): string[] => keyText.split("\n").map((line) => line.trim()).filter((line) => line !== "");

function readKeys(): { keys: Vkey[]; fault: Fault | null } {
    try {
        return { keys: parseVkeys(keyLines()), fault: null };
    } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { keys: [], fault: error };
    }
}

function isSubject({ bytes }: Given): boolean {
    const first = fromUtf8(bytes.subarray(0, RECEIPT_LINE.length)) ?? "";
    return first === RECEIPT_LINE || first.startsWith(BUNDLE_LINE);
}

/* --- work ------------------------------------------------------------------------------- */
const breath = (): Promise<void> => new Promise((resume) => setTimeout(resume));

async function judge({ name, bytes }: Given, files: GivenFile[], current: number): Promise<Verdict | null> {
    const work = verifying(bytes, { keys: readKeys().keys, held });
    for (;;) {
        const step = work.next();
        if (step.done) return step.value.kind === "bundle" ? withFiles(step.value, files) : step.value;
        say(t("working", { name, percent: Math.floor((step.value.bytes / bytes.length) * 100) }));
        await breath();
        if (run !== current) return null;
    }
}

/* Judges all that was given by the keys and heads of this moment. */
async function judgeAll(): Promise<void> {
    const current = ++run;
    judged = [];
    say("");
    if (readKeys().fault !== null) return refresh();
    const subjects = given.filter(isSubject);
    const files = given.filter((one) => !isSubject(one));
    const digests: GivenFile[] = [];
    if (subjects.length > 0) {
        for (const { name, bytes } of files) {
            digests.push(givenFile(name, bytes));
            await breath();
        }
    }
    for (const subject of subjects.length > 0 ? subjects : files) {
        const verdict = await judge(subject, digests, current);
        if (run !== current) return;
        if (verdict) judged.push({ name: subject.name, verdict });
    }
    say("");
    refresh();
}

async function take(list: FileList | null): Promise<void> {
    const current = ++run;
    const read: Given[] = [];
    for (const file of Array.from(list ?? [])) {
        try {
            read.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
        } catch {
            return say(t("unreadable", { name: file.name }));
        }
    }
    if (run !== current || read.length === 0) return;
    given = read;
    await judgeAll();
}

function hold(verdict: Verdict): void {
    held = keepHead(held, verdict);
    const kept = heldShelf.write(held);
    refresh();
    if (kept) say(t("kept"));
}

function forget(text: string): void {
    held = held.filter((other) => other !== text);
    heldShelf.write(held);
    void judgeAll();
}

function save(head: Head): void {
    const link = el("a", {
        href: URL.createObjectURL(new Blob([head.text], { type: "text/plain" })),
        download: `${head.origin.replace(/\//g, "-")}-${head.size}.checkpoint`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* --- drawing ---------------------------------------------------------------------------- */
const statusLine = el("p", { id: "status" });
statusLine.setAttribute("role", "status");
const keyBox = el("textarea", { id: "keys", spellcheck: false, value: keyText });
const keyList = el("ul", { id: "key-list" });
const picker = el("input", { id: "files", type: "file", multiple: true });
const results = el("section", { id: "results" });
results.setAttribute("aria-live", "polite");
const heldList = el("section", { id: "held" });

function say(text: string): void {
    statusLine.textContent = text;
}

function layout(): void {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = t("title");
    const other = el("button", { id: "language", type: "button", onclick: switchLanguage }, t("other"));
    const keyLabel = el("label", { htmlFor: "keys" }, t("keys"));
    const drop = el("label", { className: "drop", htmlFor: "files" }, t("drop"), picker);
    document.body.replaceChildren(
        el("header", {}, el("h1", {}, t("title")), other),
        el("main", {},
            el("p", {}, t("intro")),
            el("h2", {}, keyLabel), el("p", { className: "hint" }, t("keys_hint")), keyBox, keyList,
            el("h2", {}, t("files")), drop, statusLine, results, heldList),
    );
    refresh();
}

function refresh(): void {
    drawKeys();
    results.replaceChildren(...judged.map(verdictCard));
    drawHeld();
}

function drawKeys(): void {
    const { keys, fault } = readKeys();
    const name = ({ name, logHash }: Vkey): string => t(logHash ? "key_log" : "key_witness", { name });
    const lines = fault ? [el("li", { className: "bad" }, faultText(language, fault))] : keys.map((key) => el("li", {}, name(key)));
    keyList.replaceChildren(...lines);
}

function drawHeld(): void {
    const rows = held.map((text) => {
        const [origin = "", size = "", , time = ""] = text.split("\n");
        const label = t("held_size", { origin, size, when: timeText(Number(time.slice(5))) });
        return el("div", { className: "row" }, label, el("button", { type: "button", onclick: () => forget(text) }, t("drop_head")));
    });
    heldList.replaceChildren(el("h2", {}, t("held")), el("p", { className: "hint" }, t("held_hint")), ...rows);
}

function pairs(...rows: [string, string][]): HTMLElement {
    return el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function placeText({ index, type, id }: Place): string {
    const where = index === undefined ? [] : [t("place", { index })];
    return [...where, ...(type === undefined ? [] : [[type, id ?? ""].join(" ").trim()])].join(" · ");
}

function verdictCard({ name, verdict }: Judged): HTMLElement {
    const { ok, fault, first_bad, head, notes, entry } = verdict;
    /* Without a key nothing can be said, neither good nor bad. */
    const look = ok ? "good" : fault?.kind === "key" ? "open" : "bad";
    const card = el("article", { className: `verdict ${look}` });
    card.append(el("h3", {}, el("strong", {}, t(look)), ` ${name}`));
    if (fault) {
        card.append(el("p", {}, faultText(language, fault)));
        const place = first_bad ? placeText(first_bad) : "";
        if (place !== "") card.append(el("p", {}, t("first_bad") + place));
        if (look === "bad") card.append(el("p", { className: "hint" }, t("stopped")));
        return card;
    }
    card.append(el("ul", {}, ...notes.map((note) => el("li", { className: isGood(note.kind) ? "good" : "open" }, noteText(language, note)))));
    if (entry) card.append(el("h4", {}, t("entry")), pairs(...entryRows(entry)));
    if (head) {
        card.append(el("h4", {}, t("head")), pairs(
            [t("origin"), head.origin], [t("size"), String(head.size)], [t("root"), base64(head.root)], [t("time"), timeText(head.time)],
        ));
        const keep = el("button", { type: "button", className: "keep", onclick: () => hold(verdict) }, t("keep"));
        const download = el("button", { type: "button", onclick: () => save(head) }, t("save"));
        card.append(el("div", { className: "row" }, ...(held.includes(head.text) ? [] : [keep]), download));
    }
    return card;
}

function entryRows(entry: Entry): [string, string][] {
    const value = (given: Entry[keyof Entry]): string => (typeof given === "object" ? JSON.stringify(given) : String(given));
    return (Object.keys(entry) as (keyof Entry)[]).map((key) => [fieldText(language, key), value(entry[key])]);
}

function switchLanguage(): void {
    language = language === "zh" ? "en" : "zh";
    languageShelf.write([language]);
    layout();
    document.getElementById("language")?.focus();
}

keyBox.addEventListener("input", () => {
    keyText = keyBox.value;
    if (readKeys().fault === null) keyShelf.write(keyLines());
    void judgeAll();
});
picker.addEventListener("click", () => (picker.value = "")); // the same file again is a change too
picker.addEventListener("change", () => void take(picker.files));
for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
        event.preventDefault();
        document.body.classList.toggle("over", kind === "dragover");
    });
}
document.addEventListener("drop", (event) => void take(event.dataTransfer?.files ?? null));
layout();
