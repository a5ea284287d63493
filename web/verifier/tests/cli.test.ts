import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sampleLog, signer } from "./make.ts";

const folder = mkdtempSync(join(tmpdir(), "verifier-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
}

function run(...words: string[]): { code: number | null; out: string; err: string; json: Record<string, unknown> } {
    const env = { ...process.env, ZHIYUN_LANG: "" };
    delete (env as Record<string, string>).ZHIYUN_LANG;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...words], { encoding: "utf8", env });
    return { code: status, out: stdout, err: stderr, json: status === 2 || stdout === "" ? {} : JSON.parse(stdout) };
}

const log = sampleLog("sha256-ed25519");
const witness = signer("sha256-ed25519", "witness", "witness.example/1", "a");
const good = file("good.bundle", log.bundle(log.head([witness])));
const receipt = file("good.receipt", log.receipt(3));
const key = log.signer.vkey;

test("exit 0 and a verdict for what is good", () => {
    const { code, json, err } = run("--key", key, "--key", witness.vkey, good);
    assert.equal(code, 0, err);
    const { head, notes, ...rest } = json;
    assert.deepEqual(rest, {
        ok: true, kind: "bundle", entries: 12, fault: null, fault_kind: null, first_bad: null, entry: null,
        witnesses: [{ name: "witness.example/1", checked: true, time: 1795173900 }],
        contents_checked: 8, contents_withheld: 2, fields_closed: 4, held_consistent: 0, held_unchecked: 0,
    });
    assert.deepEqual(head, { origin: log.origin, size: 12, root: log.text().split("\n")[2], time: 1795173800012 });
    assert.match((notes as string[]).join("\n"), /见证方 witness.example\/1 于 2026-11-20 11:25:00 UTC 联署/);
    const one = run("--key", key, "--lang", "en", receipt);
    assert.equal(one.code, 0);
    assert.equal((one.json.entry as { id: string }).id, "3");
});

test("exit 1 and the first bad entry for a fault", () => {
    const bad = file("bad.bundle", readFileSync(good, "utf8").replace('"who":7,"do":"create","type":"deal","id":6', '"who":8,"do":"create","type":"deal","id":6'));
    const { code, json } = run("--key", key, "--lang", "en", bad);
    assert.equal(code, 1);
    assert.deepEqual([json.ok, json.fault_kind, json.first_bad], [false, "leaf", { index: 6, type: "deal", id: 6 }]);
    assert.equal(json.fault, "Entry 6 does not have the digest listed for it: it was changed.");
});

test("exit 2 for wrong usage, nothing on stdout", () => {
    for (const words of [[], [good], ["--key", key], ["--key", key, good, receipt], ["--key", key, "--what", "x", good],
                         ["--key", key, "--lang", "fr", good], [good, "--key"], ["--key", key, "--witnesses", "x", good]]) {
        const { code, out, err } = run(...words);
        assert.deepEqual([code, out], [2, ""], words.join(" "));
        assert.match(err, /--key VKEY/);
    }
});

test("exit 3 for a file or key that cannot be read, 1 for a file that is neither", () => {
    assert.equal(run("--key", "nonsense", good).code, 3);
    assert.equal(run("--key", key, join(folder, "none")).code, 3);
    assert.equal(run("--key", key, folder).code, 3);
    assert.equal(run("--key", key, "--held", join(folder, "none"), good).code, 3);
    const { code, json } = run("--key", key, file("text", "hello\n"));
    assert.deepEqual([code, json.fault_kind], [1, "format"]);
});

test("a head is kept only when the verdict is good, and holds the log to its word", () => {
    const kept = join(folder, "kept");
    assert.equal(run("--key", key, "--hold", kept, file("cut", readFileSync(good, "utf8").slice(0, -1))).code, 1);
    assert.equal(existsSync(kept), false);
    assert.equal(run("--keys", file("keys", `${key}\n\n${witness.vkey}\n`), "--hold", kept, good).code, 0);
    assert.equal(readFileSync(kept, "utf8"), log.head([witness]));
    const shorter = sampleLog("sha256-ed25519", 9);
    const { code, json } = run("--key", key, "--held", kept, "--hold", kept, file("old", shorter.bundle()));
    assert.deepEqual([code, json.fault_kind], [1, "older"]);
    assert.equal(readFileSync(kept, "utf8"), log.head([witness]));
    assert.equal(run("--key", key, "--held", kept, good).code, 0);
});

test("files beside the bundle", () => {
    const same = file("scan-0.pdf", "scan 0");
    assert.equal(run("--key", key, "--file", same, good).code, 0);
    const { code, json } = run("--key", key, "--file", file("scan-0.pdf", "scan 00"), good);
    assert.deepEqual([code, json.fault_kind, json.first_bad], [1, "file", { index: 0 }]);
});
