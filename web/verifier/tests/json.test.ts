import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContent } from "../src/content.ts";
import { parseEntry } from "../src/entry.ts";
import { sha256 } from "../src/hash.ts";
import { Misspelt, Reader } from "../src/json.ts";
import { canonical, MadeLog, sampleLog } from "./make.ts";

function reads(text: string): boolean {
    const reader = new Reader(text);
    try {
        reader.value();
        reader.end();
        return true;
    } catch (error) {
        if (error instanceof Misspelt) return false;
        throw error;
    }
}

test("values have one spelling", () => {
    const good = [
        "0", "-1", "10", "9223372036854775807", "-9223372036854775808", "true", "false", '""', '"a/b"', '"\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f"',
        '"\u007f\u2028é一𠮷\ufeff"', "[]", "{}", "[1,[2]]", '{"":1}', '{"a":1,"b":{}}', '{"\uffff":1,"𠮷":2}', "[".repeat(64) + "]".repeat(64),
    ];
    const bad = [
        "", " 1", "1 ", "-0", "00", "01", "+1", "1.0", "1e3", "9223372036854775808", "-9223372036854775809", "null", "True", "'a'", '"a',
        '"\t"', '"\\/"', '"\\u0041"', '"\\u000a"', '"\\u0000"', '"\\u001F"', '"\\u007f"', '"\\x"', '"\\', '"\\u00', "[1,]", "[,1]", "[1 ,2]", "[1", '{"a":1,}',
        '{"a" :1}', '{"a":1,"a":1}', '{"b":1,"a":1}', '{"𠮷":1,"\uffff":2}', '{a:1}', '{"a"}', "[".repeat(65) + "]".repeat(65), "1,2", "{}{}",
    ];
    for (const text of good) assert.equal(reads(text), true, text);
    for (const text of bad) assert.equal(reads(text), false, text);
});

test("texts of a million characters and every control character are read", () => {
    for (const value of ["一".repeat(1000000), "\n\u0001\\".repeat(100000)]) {
        const reader = new Reader(canonical(value));
        assert.equal(reader.value(), value);
    }
    for (let code = 1; code < 0x20; code++) assert.equal(new Reader(canonical(String.fromCharCode(code))).value(), String.fromCharCode(code));
});

const H = "0123456789abcdef".repeat(4);
const START = '{"v":1,"log":"zhiyun/a","uid":"0123456789abcdef0123456789abcdef","at":"2026-11-20T11:22:33.123Z"';

test("an entry with every key is read", () => {
    const line =
        `${START},"date":"2024-02-29","who":0,"for":12,"unit":3,"role":"centre_staff","do":"import","type":"deal","id":9223372036854775807,` +
        `"version":2,"content":"${H}","batch":{"file":"${H}","mapping":"${H}","count":3,"rows":"${H}","first":1,"last":3},"status":403}`;
    assert.deepEqual(parseEntry(line), {
        log: "zhiyun/a", uid: "0123456789abcdef0123456789abcdef", at: "2026-11-20T11:22:33.123Z", date: "2024-02-29", who: "0", for: "12",
        unit: "3", role: "centre_staff", do: "import", type: "deal", id: "9223372036854775807", version: "2", content: H,
        batch: { file: H, mapping: H, count: "3", rows: H, first: "1", last: "3" }, status: "403",
    });
    assert.ok(parseEntry(`${START},"do":"登录"}`));
});

test("an entry has one spelling", () => {
    const bad = [
        `${START}}`, // no action
        `${START},"do":""}`, `${START},"do":"a","role":"b"}`, `${START},"do":"a","do":"a"}`, `${START},"do":"a","why":"b"}`, `${START},"do":"a"} `,
        `${START},"do":"a","id":-1}`, `${START},"do":"a","id":1.5}`, `${START},"do":"a","id":"1"}`, `${START},"do":"a","id":01}`,
        `${START},"do":"a","content":"${H.toUpperCase()}"}`, `${START},"do":"a","content":"${H.slice(1)}"}`, `${START},"do":"a","batch":{}}`,
        `${START},"do":"a","batch":{"file":"${H}","count":3,"mapping":"${H}","rows":"${H}","first":1,"last":3}}`,
        `${START},"who":1,"date":"2026-01-01","do":"a"}`, `${START}, "do":"a"}`, `${START},"do":"a","status":null}`,
        `${START},"do":"a\\u0000"}`, `${START},"d\\u006f":"a"}`,
    ];
    for (const line of bad) assert.equal(parseEntry(line), null, line);
    const start = `${START},"do":"a"}`;
    assert.ok(parseEntry(start));
    for (const [from, to] of [
        ['"v":1', '"v":2'], ['"v":1', '"v":"1"'], ['"v":1,', ""], ["zhiyun/a", ""],
        ["cdef\"", "cdeF\""], ["2026-11-20", "2026-11-31"], ["2026-11-20", "2025-02-29"], ["2026-11-20", "1900-02-29"], ["2026-11-20", "0000-01-01"],
        ["2026-11-20", "2026-13-01"], ["2026-11-20", "2026-00-01"], ["2026-11-20", "2026-11-00"], ["2026-11-20", "26-11-20"], ["T11", "T24"],
        [":22:", ":60:"], [":33.", ":60."], [".123Z", ".12Z"], [".123Z", "Z"], ["Z\"", "+00:00\""], ["T11", " 11"],
    ] as const) {
        assert.notEqual(start.replace(from, to), start);
        assert.equal(parseEntry(start.replace(from, to)), null, to);
    }
});

test("content opens its commitment, field by field", () => {
    const log = new MadeLog("sha256-ed25519", "zhiyun/a");
    const content = { title: "合同", amount: "1.00", files: [{ digest: H, name: "a.pdf" }, { digest: H.slice(1), name: "b" }], scan: { digest: H, name: "s", x: 1 } };
    for (const erased of [[], ["title"], ["amount", "files", "scan", "title"]]) {
        const { line, commitment } = log.commit(1, { content, erased });
        const read = parseContent(line.slice(2), false, sha256)!;
        assert.equal(read.commitment, commitment);
        assert.equal(read.closed, erased.length);
        assert.deepEqual(read.files, erased.length === 4 ? [] : [{ digest: H, name: "a.pdf" }]);
    }
    const { line, commitment } = log.commit(1, { content, withheld: true });
    assert.equal(parseContent(line.slice(2), true, sha256)!.commitment, commitment);
    assert.equal(parseContent(line.slice(2), false, sha256), null);
    const none = log.commit(2, { content: {} });
    assert.equal(parseContent(none.line.slice(2), false, sha256)!.commitment, none.commitment);
});

test("content and seal have one spelling and name the same fields", () => {
    const k = "00".repeat(16);
    const c = "00".repeat(32);
    const good = `{"content":{"a":1},"seal":{"a":{"k":"${k}"},"b":{"c":"${c}"}}}`;
    assert.ok(parseContent(good, false, sha256));
    const bad: [string, string][] = [
        ['"a":1', '"a": 1'], ['"a":1', ""], ['"a":1', '"a":1,"b":2'], ['"a":1', '"a":1,"c":2'], ['"a":1', '"b":1'], ['"a":1', '"a":null'],
        [`"a":{"k":"${k}"},`, ""], [k, k + "00"], [k, k.slice(2)], [k, k.replace("0", "A")], [c, k], ['"k"', '"c"'], ['{"k":', '{"c":"","k":'],
        ['"content"', '"Content"'], ['"seal"', '"seals"'], ['}}}', "}}} "], ['}}}', '}},"x":1}'],
    ];
    for (const [from, to] of bad) {
        assert.notEqual(good.replace(from, to), good);
        assert.equal(parseContent(good.replace(from, to), false, sha256), null, `${from} → ${to}`);
    }
});

test("the makers of the tests write what the parsers read", () => {
    for (const { entry, content } of sampleLog("sha256-ed25519").blocks) {
        assert.ok(parseEntry(entry), entry);
        if (content) assert.ok(parseContent(content.slice(2), content.startsWith("!"), sha256), content);
    }
});
