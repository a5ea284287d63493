import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { keepHead } from "../src/held.ts";
import { parseVkeys } from "../src/note.ts";
import { verify } from "../src/verify.ts";
import { Browser, CHROMIUM } from "./browser.ts";
import { MadeLog, sampleLog, signer, signatureLine } from "./make.ts";

const page = resolve(process.env.VERIFIER_PAGE ?? "../../build/verifier.html");
const folder = mkdtempSync(join(tmpdir(), "verifier-page-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
};

const log = sampleLog("sha256-ed25519");
const witness = signer("sm3-sm2", "witness", "witness.example/sm", "a");
const older = sampleLog("sha256-ed25519", 9);
const head = log.head([witness]);

test("the page is one file that refers to nothing outside it", () => {
    const html = readFileSync(page, "utf8");
    const csp = readFileSync(`${page}.csp`, "utf8");
    assert.doesNotMatch(html, /\b(src|href)=(?!"data:,")/);
    assert.doesNotMatch(html, /\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|import\(/);
    assert.match(csp, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'\n$/);
    assert.ok(html.length < 100000, `${html.length} bytes`);
});

test("a bundle's head takes the place of those it was checked against, a receipt's stands beside", () => {
    const trust = (held: string[]) => ({ keys: parseVkeys([log.signer.vkey]), held });
    const first = keepHead([], verify(older.bundle(), trust([])));
    assert.deepEqual(first, [older.head()]);
    const both = keepHead(first, verify(log.receipt(2), trust(first)));
    assert.deepEqual(both, [older.head(), log.head()]);
    assert.deepEqual(keepHead(both, verify(log.receipt(3), trust(both))), both);
    assert.deepEqual(keepHead(both, verify(log.bundle(), trust(both))), both);
    assert.deepEqual(keepHead(first, verify(log.bundle(), trust(first))), [log.head()]);
    assert.deepEqual(keepHead(both, verify(older.bundle(), trust(both))), both); // refused: older
});

const CARD = `document.querySelector(".verdict")`;

async function walk(browser: Browser, address: string): Promise<void> {
    await browser.goto(address);
    const type = (keys: string): Promise<unknown> =>
        browser.evaluate(`(box => { box.focus(); box.value = ${JSON.stringify(keys)}; box.dispatchEvent(new Event("input")); })(document.getElementById("keys"))`);
    const give = (...files: string[]): Promise<void> => browser.choose("#files", files);
    const card = (look: string, text: RegExp): Promise<void> =>
        browser.until(`${CARD}?.classList.contains("${look}") && ${text}.test(${CARD}.innerText)`);

    /* No key: nothing can be said. */
    await give(file("good.receipt", log.receipt(3, head)));
    await card("open", /无法核验[^]*没有给出日志 zhiyun\/9f3c0a1b2c3d4e5f 的验证公钥/);

    /* A key that is none; then the right ones: the verdict follows by itself, the cursor stays. */
    await type("nonsense");
    await browser.until(`document.querySelector("#key-list .bad")`);
    assert.equal(await browser.evaluate(`${CARD}`), null);
    await type(`${log.signer.vkey}\n${witness.vkey}`);
    await card("good", /核验通过 good.receipt[^]*第 3 条[^]*见证方 witness.example\/sm 于 2026-11-20 11:25:00 UTC 联署/);
    assert.equal(await browser.evaluate("document.activeElement.id"), "keys");
    assert.equal(await browser.evaluate(`document.querySelectorAll("#key-list li").length`), 2);
    assert.match(await browser.evaluate(`${CARD}.innerText`), /动作\s+create[^]*种类\s+deal[^]*编号\s+3/);

    /* Markup in a file stays text. */
    const evil = new MadeLog("sha256-ed25519", log.origin).append({ do: "<img src=x onerror=alert(1)><b>x</b>" });
    await give(file("evil.receipt", evil.receipt(0)));
    await card("good", /<img src=x onerror=alert\(1\)><b>x<\/b>/);
    assert.equal(await browser.evaluate(`document.querySelectorAll("img, b").length`), 0);

    /* Bundle with a file it names; English. */
    await give(file("good.bundle", log.bundle(head)), file("scan-1.pdf", "scan 1"));
    await card("good", /12 条都在[^]*文件“scan-1.pdf”就是第 1 条/);
    await browser.evaluate(`document.getElementById("language").click()`);
    await card("good", /Good good.bundle[^]*12 entries that the head counts are all here[^]*“scan-1.pdf” is the one that entry 1 names/);
    assert.equal(await browser.evaluate("document.documentElement.lang"), "en");

    await browser.reloadUntil(`document.documentElement.lang === "en"`);
    await browser.evaluate(`document.getElementById("language").click()`);
    await give(file("good.bundle", log.bundle(head)));
    await card("good", /核验通过/);

    /* Hold its head; the older copy is refused, also after the page is opened anew. */
    await browser.evaluate(`document.querySelector(".keep").click()`);
    await browser.until(`document.querySelector("#held .row")`);
    await browser.reloadUntil(`document.querySelector("#held .row")`);
    await give(file("older.bundle", older.bundle()));
    await card("bad", /核验不通过[^]*比您保存的日志头（12 条）还旧/);
    await browser.evaluate(`document.querySelector("#held .row button").click()`);
    await card("good", /核验通过/);

    /* A changed bundle names its first bad entry. */
    await give(file("bad.bundle", log.bundle(head).replace('"type":"deal","id":6', '"type":"deal","id":7')));
    await card("bad", /第 6 条的内容与其摘要不符[^]*第一处有问题的条目：第 6 条 · deal 7/);
    await give(file("thief.bundle", log.bundle(`${log.text()}\n${signatureLine(signer("sha256-ed25519", "log", log.origin, "thief"), log.text())}`)));
    await card("bad", /日志头没有所给公钥的有效签名/);
    await give(file("note.txt", "hello"));
    await card("bad", /这不是知运的回执/);
    await browser.evaluate("localStorage.clear()");
}

/* What the browser complained of, and every address it asked for. */
function trouble({ events }: Browser): string[] {
    const said = events.filter(({ method }) => method === "Log.entryAdded" || method === "Runtime.exceptionThrown");
    return said.map(({ params }) => JSON.stringify(params));
}
function requests({ events }: Browser): string[] {
    const sent = events.filter(({ method }) => method === "Network.requestWillBeSent");
    return sent.map(({ params }) => String(params.request.url)).filter((url) => !url.startsWith("data:"));
}

const skip = CHROMIUM ? false : "no chromium here";

test("opened from disk it judges files, switches language, holds heads, and asks nobody anything", { skip }, async () => {
    const browser = await Browser.open();
    try {
        await walk(browser, `file://${page}`);
        assert.deepEqual(trouble(browser), []);
        assert.deepEqual(requests(browser).filter((url) => !url.startsWith(`file://${page}`)), []);
    } finally {
        await browser.close();
    }
});

test("served over plain http under its policy it does the same, and asks for itself only", { skip }, async () => {
    const server: Server = createServer((_, answer) => {
        const policy = readFileSync(`${page}.csp`, "utf8").trim();
        answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy });
        answer.end(readFileSync(page));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/verifier.html`;
    const browser = await Browser.open();
    try {
        await walk(browser, address);
        assert.deepEqual(trouble(browser), []);
        assert.deepEqual(requests(browser).filter((url) => !url.startsWith(address)), []);
    } finally {
        await browser.close();
        server.close();
    }
});
