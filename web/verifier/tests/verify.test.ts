import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.ts";
import type { FaultKind } from "../src/fault.ts";
import { givenFile, withFiles } from "../src/files.ts";
import { parseVkeys } from "../src/note.ts";
import { faultText, noteText } from "../src/texts.ts";
import { verify, type Trust, type Verdict } from "../src/verify.ts";
import {
    base64Of, blockText, bundle, cosignatureLine, MadeLog, note, sampleLog, signatureLine, signer, SUITES, type Block, type Signer, type Suite,
} from "./make.ts";
import { Random } from "./random.ts";

const trusting = (held: string[], ...signers: Signer[]): Trust => ({ keys: parseVkeys(signers.map(({ vkey }) => vkey)), held });
const kinds = ({ notes }: Verdict): string[] => notes.map(({ kind }) => kind);

/* Where the size of the bundle stands, and which entry is missed or too many with another one. */
const sizeAt = (origin: string): number => "zhiyun-log-bundle@v1\n".length + origin.length + 1;
function sizeChanged(digit: number): number | null {
    const size = digit - 0x30;
    if (size < 0 || size > 9) return null;
    return size < 6 ? size : 6;
}

/* Another name or key hash makes a witness a stranger: that is no fault, but it is said. */
interface Range {
    from: number;
    to: number;
}
function nameAt(text: Buffer, witness: Signer): Range {
    const from = text.lastIndexOf(`— ${witness.name} `) + "— ".length + 2;
    return { from, to: from + witness.name.length + 1 + 6 };
}
function unwitnessed(verdict: Verdict, { from, to }: Range, at: number): boolean {
    if (!verdict.ok) return false;
    assert.ok(at >= from && at < to, `byte ${at} changed and nobody saw it`);
    assert.ok(!kinds(verdict).includes("witness") && kinds(verdict).includes("witness_absent"));
    return true;
}

/* A bundle whose blocks were exchanged, hashes made to fit, under a given head. */
const rebuilt = (log: MadeLog, blocks: Block[], head: string): string => bundle(log.origin, blocks.length, blocks, head);

function copy(log: MadeLog, blocks: Block[]): MadeLog {
    const made = new MadeLog(log.suite, log.origin, log.seed);
    made.blocks = blocks;
    return made;
}

function attacks(suite: Suite): void {
    const log = sampleLog(suite);
    const other = sampleLog(suite, 12, "zhiyun/0000000000000000");
    const thief = signer(suite, "log", log.origin, "thief");
    const witness = signer(suite, "witness", "witness.example/1", "a");
    const second = signer(suite, "witness", "witness.example/2", "a");
    const foreign = suite === "sm3-sm2" ? "sha256-ed25519" : "sm3-sm2";
    const trust = trusting([], log.signer, witness, second);
    const holding = (...held: string[]): Trust => ({ ...trust, held });
    const { blocks } = log;
    const head = log.head([witness]);
    const at = (from: number, to: number): Block[] => blocks.slice(from, to);
    const changed = (index: number, block: Block): Block[] => blocks.map((old, i) => (i === index ? block : old));
    const reEntry = (block: Block, from: string | RegExp, to: string): Block => {
        const entry = block.entry.replace(from, to);
        assert.notEqual(entry, block.entry);
        return { ...block, entry, leaf: log.leaf(entry) };
    };
    const reContent = (block: Block, from: string | RegExp, to: string): Block => {
        const content = block.content!.replace(from, to);
        assert.notEqual(content, block.content);
        return { ...block, content };
    };
    const extra = log.block({ type: "deal", id: 99 }, 99);
    const forked = copy(log, [...at(0, 8), ...at(9, 12), extra]);
    const longer = copy(log, [...blocks, extra]);
    const shorter = copy(log, at(0, 9));
    const text = log.text();
    const path = log.tree().path(5);
    const receipt = log.receipt(5, head);

    const attack = (name: string, file: string | Uint8Array, fault: FaultKind, index: number | null, by: Trust = trust): void =>
        void test(`${suite} attack: ${name}`, () => {
            const verdict = verify(file, by);
            assert.deepEqual([verdict.ok, verdict.fault?.kind, verdict.first_bad?.index ?? null], [false, fault, index]);
            for (const language of ["zh", "en"] as const) assert.doesNotMatch(faultText(language, verdict.fault!), /\{|undefined/);
        });

    /* The entries. */
    attack("an entry is deleted", rebuilt(log, [...at(0, 4), ...at(5, 12)], head), "size", null);
    attack("an entry is deleted, the size kept", bundle(log.origin, 12, [...at(0, 4), ...at(5, 12)], head), "missing", 11);
    attack("an entry is inserted", rebuilt(log, [...at(0, 4), extra, ...at(4, 12)], head), "size", null);
    attack("an entry is inserted, the size kept", bundle(log.origin, 12, [...at(0, 4), extra, ...at(4, 12)], head), "excess", 12);
    attack("two entries are exchanged", rebuilt(log, [...at(0, 4), blocks[5]!, blocks[4]!, ...at(6, 12)], head), "root", null);
    attack("an entry stands twice", rebuilt(log, [...at(0, 5), blocks[4]!, ...at(6, 12)], head), "uid", 5);
    attack("the last entries are cut off", bundle(log.origin, 12, at(0, 9), head), "missing", 9);
    attack("the last entries are cut off, the size with them", rebuilt(log, at(0, 9), head), "size", null);
    attack("an entry's time is changed", rebuilt(log, changed(4, { ...reEntry(blocks[4]!, /"at":"2026/, '"at":"2025'), leaf: blocks[4]!.leaf }), head), "leaf", 4);
    attack("an entry's time is changed and its hash made to fit", rebuilt(log, changed(4, reEntry(blocks[4]!, /"at":"2026/, '"at":"2025')), head), "root", null);
    attack("an entry of another log is put in", rebuilt(log, changed(4, other.blocks[4]!), head), "origin", 4);
    attack("an entry is respelled", rebuilt(log, changed(4, reEntry(blocks[4]!, ",", ", ")), head), "entry", 4);
    attack("the suffix is recomputed under the old head", rebuilt(log, forked.blocks, head), "root", null);
    attack("the suffix is recomputed under a head of another key", rebuilt(log, forked.blocks, forked.head([], forked.text(), thief)), "signature", null);
    attack("the suffix is recomputed and the log signs it", forked.bundle(), "inconsistent", null, holding(head));
    attack("…and adds to it", copy(log, [...forked.blocks, log.block({}, 100)]).bundle(), "inconsistent", null, holding(head));
    attack("two auditors are shown two logs", forked.bundle(), "inconsistent", null, holding(shorter.head(), head));
    attack("an older copy is restored", shorter.bundle(), "older", null, holding(head));
    attack("an older head of the same size is shown", log.bundle(log.head([], log.text(12, 1))), "older", null, holding(head));
    attack("a part of the tree stands for the whole", bundle(log.origin, 8, at(0, 8), note(log.text(12), [signatureLine(log.signer, text)])), "size", null);

    /* The contents. */
    attack("a value is changed", rebuilt(log, changed(1, reContent(blocks[1]!, "99999.50", "99999.51")), head), "commitment", 1);
    attack("a field is added", rebuilt(log, changed(1, reContent(reContent(blocks[1]!, '{"amount"', '{"a":1,"amount"'), '"seal":{', `"seal":{"a":{"k":"${"0".repeat(32)}"},`)), head), "commitment", 1);
    attack("a field is taken out", rebuilt(log, changed(1, reContent(reContent(blocks[1]!, '"amount":"99999.50",', ""), /"amount":\{"k":"[0-9a-f]*"\},/, "")), head), "commitment", 1);
    attack("a field moves to another name", rebuilt(log, changed(1, reContent(reContent(blocks[1]!, '"amount"', '"amounu"'), '"amount"', '"amounu"')), head), "commitment", 1);
    attack("the key of a field is changed", rebuilt(log, changed(1, reContent(blocks[1]!, /"k":"[0-9a-f]{8}/, '"k":"01234567')), head), "commitment", 1);
    attack("an erased commitment is exchanged", rebuilt(log, changed(3, reContent(blocks[3]!, /"c":"[0-9a-f]{8}/, '"c":"01234567')), head), "commitment", 3);
    attack("the content of another entry is put in", rebuilt(log, changed(1, { ...blocks[1]!, content: blocks[6]!.content }), head), "commitment", 1);
    attack("content is left out", rebuilt(log, changed(1, { ...blocks[1]!, content: null }), head), "line", 1);
    attack("content stands where there is none", rebuilt(log, changed(4, { ...blocks[4]!, content: blocks[1]!.content }), head), "entry", 5);
    attack("a value is given without its key", rebuilt(log, changed(3, reContent(blocks[3]!, '"content":{', '"content":{"amount":"1.00",')), head), "content", 3);
    attack("content is respelled", rebuilt(log, changed(1, reContent(blocks[1]!, '"count":-2', '"count": -2')), head), "content", 1);

    /* The head. */
    const heads: [string, string, FaultKind][] = [
        ["of another log is shown", other.head(), "key"],
        ["is signed by another key", log.head([], text, thief), "signature"],
        ["is signed by a witness", note(text, [cosignatureLine(witness, text)]), "checkpoint"],
        ["bears the signature of another head", note(text, [signatureLine(log.signer, longer.text())]), "signature"],
        ["has no signature", note(text, []), "checkpoint"],
        ["has another time", head.replace(/time [0-9]+/, "time 1"), "signature"],
        ["has a size with a leading zero", head.replace("\n12\n", "\n012\n"), "checkpoint"],
        ["has a further line", head.replace(/(time [0-9]+\n)/, "$1more\n"), "checkpoint"],
        ["has no time", log.head([], text.replace(/time.*\n/, "")), "checkpoint"],
        ["bears a cosignature of another head", note(text, [signatureLine(log.signer, text), cosignatureLine(witness, longer.text())]), "cosignature"],
        ["bears a cosignature with another time", note(text, [signatureLine(log.signer, text), cosignatureLine(witness, text, 2, 1)]), "cosignature"],
        ["bears one witness twice", log.head([witness, witness]), "checkpoint"],
        ["bears witnesses out of order", log.head([second, witness]), "checkpoint"],
        ["bears a second signature of the log", log.head([], text) + signatureLine(log.signer, text), "checkpoint"],
        ["bears a hyphen for a dash", head.replace("— ", "- "), "checkpoint"],
        ["bears base64 with spare bits", head.replace(/[AQgw]==\n$/, "B==\n"), "checkpoint"],
        ["is followed by something", `${head}\n`, "checkpoint"],
        ["ends without line feed", head.slice(0, -1), "checkpoint"],
        ["has CR at its line ends", head.replace(/\n/g, "\r\n"), "checkpoint"],
    ];
    for (const [name, shown, fault] of heads) {
        attack(`a head ${name} (bundle)`, log.bundle(shown), fault, null);
        attack(`a head ${name} (receipt)`, log.receipt(5, shown), fault, null);
    }
    attack("the size says more than the head", log.bundle(longer.head()), "size", null);
    attack("another instance's whole bundle is replayed under this origin", other.bundle().split(other.origin).join(log.origin), "leaf", 0);
    attack("another instance's bundle, its key not given", other.bundle(), "key", null);

    /* The keys. */
    attack("the signing key is replaced", log.bundle(log.head([], text, thief)), "signature", null);
    attack("no key of the log is given", log.bundle(), "key", null, trusting([], witness));
    attack("a witness's key stands for the log's", log.bundle(), "key", null, trusting([], signer(suite, "witness", log.origin, "first")));
    attack("the key is of the other suite", log.bundle(), "leaf", 0, trusting([], signer(foreign, "log", log.origin, "first")));
    attack("fewer witnesses than asked for", log.bundle(head), "witnesses", null, { ...trust, witnesses: 2 });
    attack("fewer witnesses than asked for (receipt)", receipt, "witnesses", null, { ...trust, witnesses: 2 });
    attack("a held head is not the log's", log.bundle(), "held", null, holding(log.head([], text, thief)));

    /* Receipts. */
    const entryOf = (index: number): string => blocks[index]!.entry;
    attack("a receipt with a longer proof", log.receipt(5, head, [...path, path[0]!]), "path", 5);
    attack("a receipt with a proof of thousands", log.receipt(5, head, Array<Uint8Array>(5000).fill(path[0]!)), "path", 5);
    attack("a receipt with a shorter proof", log.receipt(5, head, path.slice(0, -1)), "path", 5);
    attack("a receipt with an empty proof", log.receipt(5, head, []), "path", 5);
    attack("a receipt with an index beyond the size", receipt.replace("index 5", "index 12"), "index", 12);
    attack("a receipt with another index", receipt.replace("index 5", "index 4"), "root", 4);
    attack("a receipt with another entry", log.receipt(5, head, path, entryOf(6)), "root", 5);
    attack("a receipt with a changed entry", log.receipt(5, head, path, entryOf(5).replace("create", "delete")), "root", 5);
    attack("a receipt with its path in another order", log.receipt(5, head, [...path].reverse()), "root", 5);
    attack("a receipt of another log under this head", other.receipt(5, head), "origin", 5);
    attack("a receipt under a larger head with the smaller proof", log.receipt(5, longer.head()), "root", 5);
    attack("a receipt of a rewritten log", forked.receipt(5), "inconsistent", null, holding(head));
    attack("a receipt whose head goes back in time", longer.receipt(5, longer.head([], longer.text(13, 5))), "time", null, holding(head));
    attack("a receipt with an older head made later", shorter.receipt(5, shorter.head([], shorter.text(9, 1895173800000))), "time", null, holding(head));
    attack("a node of the tree stands for an entry", log.receipt(2, head, path.slice(1), base64Of(path[0]!)), "entry", null);
    attack("a receipt with upper case", receipt.replace("index", "INDEX"), "line", null);
    attack("a receipt with an empty line more", receipt.replace("\n\n", "\n\n\n"), "checkpoint", null);
    attack("a receipt with a hash of 31 bytes", receipt.replace(base64Of(path[0]!), base64Of(path[0]!.subarray(1))), "line", 5);
    attack("a receipt with bytes after it", `${receipt}x`, "checkpoint", null);
    attack("a receipt that starts with a byte order mark", `\ufeff${receipt}`, "format", null);

    test(`${suite}: what is no attack passes`, () => {
        const good: [string, Trust][] = [
            [log.receipt(5, head), holding(head)], [shorter.receipt(5), holding(head)], [longer.receipt(5), holding(head)],
            [longer.bundle(), holding(head, shorter.head())], [log.bundle(), holding(other.head())],
            [log.bundle(log.head([witness, second])), trust], [longer.bundle(), holding(new MadeLog(suite, log.origin).head([], new MadeLog(suite, log.origin).text(0, 1)))],
        ];
        for (const [file, by] of good) assert.equal(verify(file, by).fault, null);
        assert.deepEqual(kinds(verify(longer.receipt(5), holding(head))).slice(3), ["witness_absent", "witness_absent", "witness_none", "held_unchecked"]);
        assert.deepEqual(kinds(verify(log.receipt(5, head), holding(head))).slice(3), ["witness", "witness_absent", "held_consistent"]);
        assert.deepEqual(kinds(verify(log.receipt(6), trust)).slice(2), ["content_none", "witness_absent", "witness_absent", "witness_none", "held_none"]);
        for (const n of verify(log.bundle(head), holding(shorter.head())).notes)
            for (const language of ["zh", "en"] as const) assert.doesNotMatch(noteText(language, n), /\{|undefined/);
    });

    test(`${suite}: cosignatures of strangers are passed over, however long, up to the limits`, () => {
        const stranger = (i: number, length = 72): string => `— stranger.example/${String(i).padStart(2, "0")} ${base64Of(new Uint8Array(4 + length).fill(i))}\n`;
        const strangers = (count: number, length?: number): string[] => Array.from({ length: count }, (_, i) => stranger(i, length));
        const with_ = (lines: string[]): Verdict => verify(log.bundle(note(text, [signatureLine(log.signer, text), ...lines])), trust);
        assert.equal(with_(strangers(31)).fault, null);
        assert.equal(with_(strangers(32)).fault?.kind, "checkpoint");
        assert.equal(with_([stranger(1, 1)]).fault, null);
        assert.equal(with_([stranger(1, 0)]).fault?.kind, "checkpoint");
        assert.equal(with_([stranger(1, 4092)]).fault, null);
        assert.equal(with_([stranger(1, 4093)]).fault?.kind, "checkpoint");
        assert.equal(with_(strangers(11, 4092)).fault, null);
        assert.equal(with_(strangers(12, 4092)).fault?.kind, "checkpoint"); // 65,536 bytes in all
        assert.deepEqual(kinds(with_(strangers(2))).slice(6), ["witness_unchecked", "witness_unchecked", "witness_absent", "witness_absent", "witness_none", "held_none"]);
        /* The key of one name and another's id: a stranger too. */
        const renamed = cosignatureLine(witness, text).replace("witness.example/1", "witness.example/3");
        assert.equal(with_([renamed]).fault, null);
    });
}

/* What a byte is changed by: its lowest bit or anything; with LONG=1 each byte by both. */
function masks(random: Random): number[] {
    const other = 1 + random.below(255);
    return process.env.LONG ? [1, other] : [random.below(2) ? 1 : other];
}

function honest(suite: Suite): void {
    const log = sampleLog(suite);
    const first = signer(suite, "witness", "witness.example/1", "a");
    const second = signer(suite, "witness", "witness.example/2", "a");
    const trust = trusting([], log.signer, first);

    test(`${suite}: a bundle is good, and says what was not checked`, () => {
        const head = log.head([first, second]);
        const verdict = verify(log.bundle(head), trust);
        assert.equal(verdict.ok, true, JSON.stringify(verdict.fault));
        assert.deepEqual([verdict.kind, verdict.entries, verdict.head?.size, verdict.head?.text], ["bundle", 12, 12, head]);
        assert.deepEqual(verdict.notes, [
            { kind: "signed", values: { origin: log.origin } }, { kind: "entries_proven", values: { count: 12 } },
            { kind: "content_checked", values: { count: 8 } }, { kind: "content_withheld", values: { count: 2 } },
            { kind: "fields_closed", values: { count: 4 } }, { kind: "files_named", values: { count: 8 } },
            { kind: "witness", values: { name: "witness.example/1", time: 1795173900 } },
            { kind: "witness_unchecked", values: { name: "witness.example/2" } }, { kind: "held_none", values: {} },
        ]);
        assert.deepEqual(kinds(verify(log.bundle(), trusting([log.head()], log.signer))).slice(6), ["witness_none", "held_consistent"]);
    });

    test(`${suite}: logs of 0 to 40 entries have good bundles, and good receipts for every entry`, () => {
        const growing = new MadeLog(suite, "zhiyun/growing");
        for (let size = 0; size <= 40; size++) {
            const head = growing.head();
            assert.equal(verify(growing.bundle(head), trusting([], growing.signer)).fault, null);
            for (let index = 0; index < size; index += 1 + (size >> 3)) {
                const verdict = verify(growing.receipt(index, head), trusting([head], growing.signer));
                assert.equal(verdict.fault, null, `${index} of ${size}`);
                assert.equal(verdict.entry?.id, String(index));
            }
            growing.append({ type: "deal", id: size, ...(size % 2 && { content: { n: size } }) });
        }
    });

    test(`${suite}: files beside a bundle are compared with those it names`, () => {
        const verdict = verify(log.bundle(), trust);
        const scan = givenFile("renamed.pdf", utf8("scan 6"));
        const checked = withFiles(verdict, [scan, givenFile("other.pdf", utf8("x"))]);
        assert.equal(checked.ok, true);
        assert.deepEqual(checked.notes.slice(-2), [
            { kind: "file_checked", values: { name: "renamed.pdf", index: 6 } }, { kind: "file_unnamed", values: { name: "other.pdf" } },
        ]);
        const changed = withFiles(verdict, [givenFile("scan-6.pdf", utf8("scan 6!"))]);
        assert.deepEqual([changed.ok, changed.fault?.kind, changed.first_bad], [false, "file", { index: 6 }]);
    });

    test(`${suite}: every byte of a bundle changed is found, and the first bad entry named`, () => {
        const small = sampleLog(suite, 6);
        const text = Buffer.from(small.bundle(small.head([first])));
        const places: (number | null)[] = [];
        const put = (part: string, index: number | null): void => void places.push(...Array<number | null>(Buffer.byteLength(part)).fill(index));
        put(`zhiyun-log-bundle@v1\n${small.origin}\n6\n`, null);
        small.blocks.forEach((block, index) => put(blockText(block), index));
        put("\n", 6); // no longer empty: an entry too many
        put(small.head([first]), null);
        assert.equal(places.length, text.length);

        const of = trusting([], small.signer, first);
        const stranger = nameAt(text, first);
        const random = new Random();
        let changes = 0;
        for (let at = 0; at < text.length; at++) {
            for (const mask of masks(random)) {
                const changed = Uint8Array.from(text);
                changed[at]! ^= mask;
                const verdict = verify(changed, of);
                const told = `byte ${at}, mask ${mask}, ${text.subarray(Math.max(at - 20, 0), at + 20)}`;
                changes++;
                if (unwitnessed(verdict, stranger, at)) continue;
                assert.equal(verdict.ok, false, told);
                const expected = at === sizeAt(small.origin) ? sizeChanged(changed[at]!) : places[at];
                assert.equal(verdict.first_bad?.index ?? null, expected, told);
                const block = typeof expected === "number" ? small.blocks[expected] : undefined;
                if (verdict.fault?.kind === "leaf" && !block?.entry.includes("login")) assert.equal(verdict.first_bad?.type?.length, 4, told);
            }
        }
        assert.equal(changes, masks(random).length * text.length);
    });

    test(`${suite}: every byte of a receipt changed is found; so is every cut`, () => {
        const text = Buffer.from(log.receipt(5, log.head([first])));
        const random = new Random();
        const stranger = nameAt(text, first);
        for (let at = 0; at < text.length; at++) {
            for (const mask of masks(random)) {
                const changed = Uint8Array.from(text);
                changed[at]! ^= mask;
                const verdict = verify(changed, trust);
                if (unwitnessed(verdict, stranger, at)) continue;
                assert.equal(verdict.ok, false, `byte ${at} mask ${mask}`);
                assert.ok(verdict.fault && faultText("zh", verdict.fault) !== "");
            }
        }
        /* What is left may be good without its last cosignature: that line is the witness's, not the log's. */
        const whole = text.length - Buffer.byteLength(cosignatureLine(first, log.text()));
        for (let length = 0; length < text.length; length++)
            assert.equal(verify(new Uint8Array(text.subarray(0, length)), trust).ok, length === whole, `${length}`);
        for (const tail of ["\n", "x", " ", "\0", log.head()]) assert.equal(verify(`${text}${tail}`, trust).ok, false);
    });
}

for (const suite of SUITES) {
    honest(suite);
    attacks(suite);
}

test("a witness may be of the other suite", () => {
    const log = sampleLog("sha256-ed25519");
    const witness = signer("sm3-sm2", "witness", "witness.example/sm", "a");
    assert.deepEqual(kinds(verify(log.receipt(4, log.head([witness])), trusting([], log.signer, witness))).slice(2), ["witness", "held_none"]);
});

test("keys have one spelling, and one name has one key", () => {
    for (const suite of SUITES) {
        const { vkey } = signer(suite, "log", "zhiyun/abc", "a");
        assert.equal(parseVkeys([vkey]).length, 1);
        for (let i = 0; i < vkey.length; i++) {
            const changed = vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) ^ 1) + vkey.slice(i + 1);
            assert.throws(() => parseVkeys([changed]), { kind: "vkey" }, changed);
        }
        for (const bad of ["", "+", "++", `${vkey}=`, ` ${vkey}`, `${vkey}\n`, vkey.replace("zhiyun/abc", "Zhiyun/abc")])
            assert.throws(() => parseVkeys([bad]), { kind: "vkey" }, bad);
        assert.throws(() => parseVkeys([vkey, vkey]), { kind: "vkey" });
        assert.throws(() => parseVkeys([vkey, signer(suite, "log", "zhiyun/abc", "b").vkey]), { kind: "vkey" });
    }
});

test("neither a receipt nor a bundle", () => {
    for (const text of ["", "\n", "hello", "c2sp.org/tlog-proof@v2\n", "zhiyun-log-bundle@v1", "\0", "{}"])
        assert.deepEqual([verify(text, { keys: [], held: [] }).fault?.kind, verify(text, { keys: [], held: [] }).kind], ["format", null], text);
});

/* Deterministic noise: whatever is thrown at it, a verdict comes back, never good. */
test("random changes of good files are refused", () => {
    const random = new Random();
    console.log(`SEED=${process.env.SEED ?? 20261120}`);
    for (const suite of SUITES) {
        const log = sampleLog(suite, 9);
        const witness = signer(suite, "witness", "witness.example/1", "a");
        const by = trusting([], log.signer, witness);
        const files = [log.bundle(log.head([witness])), ...[0, 4, 8].map((i) => log.receipt(i, log.head([witness])))].map((text) => Buffer.from(text));
        const whole = files.map((file) => file.toString("latin1"));
        const end = Buffer.from(signatureLine(log.signer, log.text())).toString("latin1");
        const upTo = (text: string): string => text.slice(0, text.indexOf(end) + end.length);
        const ends = whole.map(upTo);
        for (let i = 0; i < 1500; i++) {
            const file = random.one(files);
            const [from, length] = [random.below(file.length), random.below(80)];
            const donor = random.one(files);
            const at = random.below(donor.length);
            const changed = Buffer.concat([file.subarray(0, from), donor.subarray(at, at + random.below(80)), file.subarray(from + length)]);
            const verdict = verify(new Uint8Array(changed), by);
            const same = whole.includes(changed.toString("latin1"));
            /* Only the witness's line can go, or become a stranger's, and then it is not counted. */
            const kept = ends.includes(upTo(changed.toString("latin1")));
            assert.ok(verdict.ok === same || (verdict.ok && kept && !kinds(verdict).includes("witness")), `${suite} ${i}`);
        }
    }
});
