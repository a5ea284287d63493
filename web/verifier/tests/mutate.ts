/* Good receipts, bundles and proofs, changed at random: as bytes, as lines, in their numbers and
 * texts, and as the log's own operator could, with hashes and signatures made to fit. */
import type { Random } from "./random.ts";
import { base64Of, bundle, cosignatureLine, MadeLog, note, sampleLog, signatureLine, signer, SUITES, twistedSigner, type Block, type Signer } from "./make.ts";
import { digest, SlowTree, type Algorithm } from "./tree.ts";

export interface TextCase {
    kind: "receipt" | "bundle";
    keys: string[];
    held: string[];
    witnesses: number;
    text: Buffer;
}

export interface ProofCase {
    kind: "inclusion" | "consistency";
    algorithm: Algorithm;
    first: number; // index, or old size
    size: number;
    given: Uint8Array; // leaf, or old root
    root: Uint8Array;
    path: Uint8Array[];
}

const NUMBERS = [
    "0", "1", "00", "-1", "-0", "+1", "1.0", "1e1", " 1", "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "", "0x1", "１", "null", "true", '"1"',
];
const PIECES = [
    "\\u0041", "\\u0000", "\\u0008", "\\u000b", "\\u001f", "\\u001F", "\\/", "\\b", "\\x", "\\", '\\"', "\t", "\u0001", "\u007f", "\u2028", "\ufeff", "é", "𠮷", " ", "  ",
    "\r", "\n", "\n\n", ",", ":", "{", "}", "[", "]", "{}", "[]", '""', "null", "true", "false", "0", "-", "=", "==", "+", "/", "A", "a", "\0", "— ", "= ", "! ", "@ ",
    "[".repeat(63), "[".repeat(64) + "]".repeat(64), "[".repeat(65) + "]".repeat(65), '"a":1,', ',"a":1', '{"k":"00"}', "\u{10ffff}", "\ue000",
];
const RAW = [0xff, 0xc0, 0x80, 0xed, 0xa0, 0xf4, 0x90, 0xe2, 0x00, 0x0d];

export class Mutator {
    private readonly cast = SUITES.map((suite) => {
        const log = sampleLog(suite, 9);
        const fork = sampleLog(suite, 9);
        fork.blocks[8] = fork.block({ do: "login", who: 1 }, 77);
        const other = sampleLog(suite, 5, "zhiyun/0000000000000000");
        const first = signer(suite, "witness", "witness.example/1", "a");
        const second = signer(suite === "sm3-sm2" ? "sha256-ed25519" : "sm3-sm2", "witness", "witness.example/2", "a");
        const signers = [log.signer, first, second, other.signer];
        const held = [log.head(), log.head([first], log.text(6)), fork.head(), other.head(), log.head([], log.text(9, 1895173800000)), log.head([], log.text(0))];
        const files = [log.head([first, second]), log.head(), log.head([first], log.text(9, 1))]
            .flatMap((head) => [log.bundle(head), ...[0, 3, 8].map((index) => log.receipt(index, head))])
            .concat(fork.bundle(), fork.receipt(8), other.bundle(), other.receipt(4), bundle(log.origin, 6, log.blocks.slice(0, 6), log.head([], log.text(6))));
        return { log, first, second, other, signers, held, files };
    });
    private readonly trees = (["sha256", "sm3"] as const).map((algorithm) => ({
        algorithm,
        tree: new SlowTree(algorithm, Array.from({ length: 260 }, (_, i) => Uint8Array.of(i & 255, i >> 8))),
    }));

    constructor(private readonly random: Random) {}

    text(): TextCase {
        const { random } = this;
        if (random.below(30) === 0) return this.twisted();
        const cast = random.one(this.cast);
        const how = random.below(10);
        let text: Buffer = Buffer.from(how < 6 ? random.one(cast.files) : how < 8 ? this.operated(cast) : this.headed(cast));
        const changes = how < 6 ? 1 + random.below(2) : random.below(8) === 0 ? 1 : 0;
        for (let i = 0; i < changes; i++) text = this.change(text, cast.files);
        const signers = random.below(4) === 0 ? cast.signers.filter(() => random.below(3) > 0) : cast.signers;
        const held = random.below(3) > 0 ? [] : [random.one(cast.held), ...(random.below(3) ? [] : [random.one(cast.held)])];
        return {
            kind: text.toString("latin1").startsWith("zhiyun") ? "bundle" : "receipt",
            keys: signers.map(({ vkey }) => vkey),
            held: held.map((head) => (random.below(8) ? head : this.change(Buffer.from(head), cast.files).toString("utf8"))),
            witnesses: random.below(4) ? 0 : random.below(4),
            text,
        };
    }

    private twisted(): TextCase {
        const [{ log }] = this.cast as [(typeof this.cast)[number], ...typeof this.cast]; // Ed25519
        const by = twistedSigner(log.origin, this.random.below(400));
        const text = log.text(9, this.random.next());
        return { kind: "receipt", keys: [by.vkey], held: [], witnesses: 0, text: Buffer.from(log.receipt(4, log.head([], text, by))) };
    }

    /* One change that knows nothing of hashes. */
    private change(text: Buffer, files: string[]): Buffer {
        const { random } = this;
        const at = random.below(text.length);
        const cut = (from: number, to: number, put: Buffer | string = ""): Buffer =>
            Buffer.concat([text.subarray(0, from), Buffer.from(put), text.subarray(to)]);
        switch (random.below(12)) {
            case 0:
                return cut(at, at + 1, Buffer.of(text[at]! ^ (1 << random.below(8))));
            case 1:
                return cut(at, at + 1, Buffer.of(random.below(3) ? random.below(256) : random.one(RAW)));
            case 2:
                return cut(at, at + 1 + random.below(random.below(2) ? 3 : 200));
            case 3:
                return cut(at, at, text.subarray(at, at + 1 + random.below(100)));
            case 4:
                return cut(at, at + random.below(3), random.one(PIECES));
            case 5:
                return this.replaced(text, /-?[0-9]+/g, (old) => (random.below(2) ? random.one(NUMBERS) : String(Number(old) + random.below(3) - 1)));
            case 6:
                return this.replaced(text, /[0-9a-f]{8,}|[A-Za-z0-9+/]{20,}={0,2}/g, (old) => {
                    const i = random.below(4) ? random.below(old.length) : old.length - 1 - random.below(3);
                    const put = random.below(3) ? random.one([..."0123456789abcdefABCDEF+/=AQgwBRhx"]) : old.charAt(i).toUpperCase();
                    return old.slice(0, i) + put + old.slice(i + (random.below(8) ? 1 : 0));
                });
            case 7:
                return this.replaced(text, /"(?:[^"\\\n]|\\.)*"/g, (old) => {
                    const i = 1 + random.below(Math.max(old.length - 1, 1));
                    return old.slice(0, i) + random.one(PIECES) + old.slice(i + random.below(2));
                });
            case 8:
                return this.replaced(text, /[,:{}[\]]/g, (old) => random.one([old + " ", " " + old, old + old, "", ",", "}", "]"]));
            case 9:
                return this.lines(text, random.one(files));
            case 10:
                return this.lines(text, text.toString("utf8"));
            default:
                return random.below(2) ? text.subarray(0, at) : Buffer.concat([text, Buffer.from(random.one(PIECES))]);
        }
    }

    private replaced(text: Buffer, pattern: RegExp, by: (old: string) => string): Buffer {
        const whole = text.toString("utf8");
        const found = [...whole.matchAll(pattern)];
        if (found.length === 0) return text;
        const match = this.random.one(found);
        return Buffer.from(whole.slice(0, match.index) + by(match[0]) + whole.slice(match.index! + match[0].length));
    }

    private lines(text: Buffer, donor: string): Buffer {
        const { random } = this;
        const lines = text.toString("utf8").split("\n");
        const at = random.below(lines.length);
        const given = random.one(donor.split("\n"));
        if (random.below(4) === 0) lines.splice(at, 1);
        else if (random.below(3) === 0) lines.splice(at, 0, given);
        else if (random.below(2) === 0) lines[at] = given;
        else [lines[at], lines[random.below(lines.length)]] = [lines[random.below(lines.length)]!, lines[at]!];
        return Buffer.from(lines.join("\n"));
    }

    /* The operator changes entries and contents, lists the right hashes and signs the head. */
    private operated({ log, first, files }: (typeof this.cast)[number]): string {
        const { random } = this;
        const made = new MadeLog(log.suite, log.origin, log.seed);
        const text = (old: string): string => this.change(Buffer.from(old), files).toString("utf8").replace(/\n/g, "");
        made.blocks = log.blocks.map((block) => ({ ...block }));
        const at = random.below(made.blocks.length);
        const block: Block = made.blocks[at]!;
        switch (random.below(4)) {
            case 0:
                made.blocks.splice(at, 1, ...(random.below(2) ? [] : [block, random.one(made.blocks)]));
                break;
            case 1:
                if (block.content !== null) block.content = text(block.content);
                break;
            default:
                block.entry = text(block.entry);
                block.leaf = made.leaf(block.entry);
        }
        const head = made.head(random.below(2) ? [first] : []);
        return random.below(3) || made.blocks.length === 0 ? made.bundle(head) : made.receipt(Math.min(at, made.blocks.length - 1), head);
    }

    /* The operator signs another head over the same entries, with other signature lines. */
    private headed({ log, first, second, other, files }: (typeof this.cast)[number]): string {
        const { random } = this;
        let text = random.below(3) ? log.text() : log.text(random.below(10), random.one([0, 1, 2 ** 53 - 1, 2 ** 53]));
        if (random.below(2)) text = this.change(Buffer.from(text), files).toString("utf8");
        const by = (signer: Signer): string => {
            const seconds = random.one([0, 1, 1795173900, 2 ** 53 - 1, 2 ** 53]);
            const line = cosignatureLine(signer, text, seconds, random.below(8) ? seconds : seconds + 1);
            return random.below(8) ? line : line.replace("witness.example", random.one(["witness", "Witness", "w+", "", "zhiyun"]));
        };
        const stranger = (): string =>
            `— ${random.one(["a.b", "ab", "stranger/1", "x".repeat(100), "x".repeat(101), log.origin, "witness.example/1"])} ` +
            `${base64Of(new Uint8Array(random.one([0, 4, 5, 76, 4095, 4096, 4097])))}\n`;
        const lines = [first, second].filter(() => random.below(3)).map(by);
        for (let i = random.below(4) ? random.below(3) : random.below(34); i > 0; i--) lines.push(random.below(4) ? `— s${String(i).padStart(3, "0")} AAAAAAA=\n` : stranger());
        if (random.below(4)) lines.sort();
        const signed = signatureLine(random.below(8) ? log.signer : random.one([other.signer, first]), text);
        const head = note(text, random.below(12) ? [signed, ...lines] : [...lines, signed]);
        return random.below(2) ? log.bundle(head, random.below(4) ? 9 : random.below(12)) : log.receipt(random.below(9), head);
    }

    proof(): ProofCase {
        const { random } = this;
        const { algorithm, tree } = random.one(this.trees);
        const kind = random.one(["inclusion", "consistency"] as const);
        const size = 1 + random.below(random.below(2) ? 20 : 260);
        const first = kind === "inclusion" ? random.below(size) : 1 + random.below(size);
        const given = kind === "inclusion" ? tree.root(first, first + 1) : tree.root(0, first);
        const path = kind === "inclusion" ? tree.path(first, 0, size) : tree.proof(first, size);
        const made: ProofCase = { kind, algorithm, first, size, given, root: tree.root(0, size), path };
        return random.below(8) === 0 ? made : this.misproved(made);
    }

    private misproved(good: ProofCase): ProofCase {
        const { random } = this;
        const other = (): Uint8Array => random.one([good.root, good.given, digest(good.algorithm), digest(good.algorithm, "x"), ...good.path]);
        const near = (n: number): number => Math.max(0, random.one([n - 1, n + 1, n * 2, n >> 1, n ^ (1 << random.below(9)), 0, n + 2 ** 32, 2 ** 53 - 1 - n]));
        const path = [...good.path];
        const at = random.below(path.length + 1);
        switch (random.below(9)) {
            case 0:
                return { ...good, first: near(good.first) };
            case 1:
                return { ...good, size: near(good.size) };
            case 2:
                return { ...good, root: other() };
            case 3:
                return { ...good, given: other() };
            case 4:
                path.splice(at, 1);
                return { ...good, path };
            case 5:
                path.splice(at, 0, ...Array.from({ length: 1 + (random.below(6) ? 0 : random.below(60)) }, other));
                return { ...good, path };
            case 6:
                path.splice(at, 1, other());
                return { ...good, path };
            case 7:
                return { ...good, path: path.reverse() };
            default: /* both numbers moved alike: what no check of one alone finds */
                return { ...good, first: good.first + 1, size: good.size + 1 };
        }
    }
}
