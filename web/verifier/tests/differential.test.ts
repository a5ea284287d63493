/* Both verifiers judge the same files and proofs, and never differ: neither in good or bad, nor in
 * the reason, nor in the first bad entry. Needs the programs that the build of C makes. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { equal, hex } from "../src/bytes.ts";
import { sha256, sm3 } from "../src/hash.ts";
import { consistent, inclusionRoot } from "../src/merkle.ts";
import { parseVkeys } from "../src/note.ts";
import { verify, type Verdict } from "../src/verify.ts";
import { Mutator, type ProofCase, type TextCase } from "./mutate.ts";
import { Random } from "./random.ts";

const MANY = process.env.VERIFY_MANY ?? "../../build/tests/verify_many";
const VECTORS = process.env.LOG_VECTORS ?? "../../build/src/audit/log_vectors";
const CASES = Number(process.env.CASES ?? (process.env.LONG ? 5000 : 2000)); // all of them in make check
const SEED = Number(process.env.SEED ?? Date.now() % 1000000);
const skip = existsSync(MANY) && existsSync(VECTORS) ? false : "the C verifier is not built here";

/* --- the C one -------------------------------------------------------------------------- */
class Other {
    private readonly child = spawn(MANY, { stdio: ["pipe", "pipe", "inherit"] });
    private lines: string[] = [];
    private rest = "";
    private closed = false;
    private wake: () => void = () => {};

    constructor() {
        this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
            const lines = (this.rest + text).split("\n");
            this.rest = lines.pop()!;
            this.lines.push(...lines);
            this.wake();
        });
        this.child.on("close", () => {
            this.closed = true;
            this.wake();
        });
    }

    async ask(cases: Buffer[]): Promise<string[]> {
        this.lines = [];
        /* Standard output is flushed at the end only: one process for each batch. */
        this.child.stdin.end(Buffer.concat(cases));
        while (!this.closed) await new Promise<void>((go) => (this.wake = go));
        return this.lines;
    }
}

function asked({ kind, keys, held, witnesses, text }: TextCase): Buffer {
    const heads = held.flatMap((head) => [Buffer.from(`text ${Buffer.byteLength(head)}\n`), Buffer.from(head)]);
    const start = `trust ${keys.length} ${held.length} ${witnesses}\n${keys.map((key) => `${key}\n`).join("")}`;
    return Buffer.concat([Buffer.from(start), ...heads, Buffer.from(`${kind} ${text.length}\n`), text]);
}

function askedProof({ kind, algorithm, first, size, given, root, path }: ProofCase): Buffer {
    return Buffer.from([kind, algorithm, first, size, hex(given), hex(root), ...path.map(hex)].join(" ") + "\n");
}

/* --- this one --------------------------------------------------------------------------- */
function told(verdict: Verdict): string {
    const { fault, first_bad } = verdict;
    const { index = "-", type = "-", id = "0" } = first_bad ?? {};
    return `${fault?.kind ?? "good"} ${index} ${type} ${id === "0" ? "-" : id}`;
}

/* Type and id of an entry that cannot be read are guesses, each verifier's own; a type is told
 * cut, and as it is written. */
function comparable(line: string): string {
    const [kind, index] = line.split(" ");
    return kind === "entry" || !/^\S+ \S+ [a-z0-9_-]{1,60} \S+$/.test(line) ? `${kind} ${index}` : line;
}

function judged({ keys, held, witnesses, text }: TextCase): string {
    return told(verify(new Uint8Array(text), { keys: parseVkeys(keys), held, witnesses }));
}

function judgedProof({ kind, algorithm, first, size, given, root, path }: ProofCase): string {
    const hash = algorithm === "sm3" ? sm3 : sha256;
    if (kind === "consistency") return consistent(hash, first, given, size, root, path) ? "good" : "bad";
    const found = inclusionRoot(hash, first, size, given, path);
    return found && equal(found, root) ? "good" : "bad";
}

/* --- the comparison --------------------------------------------------------------------- */
async function compare<Case>(
    count: number,
    make: () => Case,
    ask: (c: Case) => Buffer,
    judge: (c: Case) => string,
    show: (c: Case, i: number) => string,
): Promise<Map<string, number>> {
    const kinds = new Map<string, number>();
    for (let done = 0; done < count; ) {
        const cases = Array.from({ length: Math.min(1000, count - done) }, make);
        const theirs = new Other().ask(cases.map(ask));
        const ours = cases.map(judge);
        const lines = await theirs;
        assert.equal(lines.length, cases.length, `verify_many ended early; SEED=${SEED}, after case ${done + lines.length}`);
        cases.forEach((one, i) => {
            const kind = ours[i]!.split(" ")[0]!;
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
            if (comparable(ours[i]!) !== comparable(lines[i]!))
                assert.fail(`SEED=${SEED}, case ${done + i}: TypeScript says "${ours[i]}", C says "${lines[i]}"\n${show(one, done + i)}`);
        });
        done += cases.length;
    }
    return kinds;
}

/* A text that they differ in is left for whoever looks into it. */
function showText(one: TextCase, i: number): string {
    const folder = join(tmpdir(), `verifiers-differ-${SEED}-${i}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file.${one.kind}`), one.text);
    writeFileSync(join(folder, "keys"), one.keys.map((key) => `${key}\n`).join(""));
    one.held.forEach((head, n) => writeFileSync(join(folder, `held-${n}`), head));
    return `see ${folder}; witnesses ${one.witnesses}`;
}

const COMMON = ["good", "line", "end", "key", "entry", "origin", "uid", "leaf", "content", "commitment", "missing", "excess", "checkpoint",
                "signature", "cosignature", "size", "root", "index", "path", "older", "time", "inconsistent", "held", "witnesses", "format"];

test(`${CASES} receipts and bundles changed at random are judged alike (SEED=${SEED})`, { skip }, async () => {
    const mutator = new Mutator(new Random(SEED));
    const kinds = await compare(CASES, () => mutator.text(), asked, judged, showText);
    console.log([...kinds].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${n}`).join(", "));
    /* The noise reaches every reason there is. */
    if (CASES >= 20000) assert.deepEqual(COMMON.filter((kind) => !kinds.has(kind)), []);
});

test(`${2 * CASES} proofs changed at random are judged alike (SEED=${SEED})`, { skip }, async () => {
    const mutator = new Mutator(new Random(SEED));
    const show = (one: ProofCase): string => askedProof(one).toString();
    const kinds = await compare(2 * CASES, () => mutator.proof(), askedProof, judgedProof, show);
    console.log([...kinds].map(([kind, n]) => `${kind} ${n}`).join(", "));
    assert.ok((kinds.get("good") ?? 0) > CASES / 10 && (kinds.get("bad") ?? 0) > CASES);
});

const ZHIYUN = process.env.ZHIYUN ?? "../../build/zhiyun";

interface Vector {
    name: string;
    file: string;
    keys: string[];
    held?: string;
    witnesses: number;
    accepted: boolean;
    fault?: string;
    index?: number;
}

function inVectors(work: (vectors: Vector[], folder: string) => void): void {
    const folder = mkdtempSync(join(tmpdir(), "verifier-vectors-"));
    try {
        assert.equal(spawnSync(VECTORS, [folder], { stdio: "inherit" }).status, 0);
        work(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Vector[], folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

test("the attacks that the C verifier is tested with are refused here for the same reason, at the same entry", { skip }, () => {
    inVectors((vectors, folder) => {
        for (const { name, file, keys, held, witnesses, accepted, fault, index } of vectors) {
            const heads = held === undefined ? [] : [readFileSync(join(folder, held), "utf8")];
            const verdict = verify(new Uint8Array(readFileSync(join(folder, file))), { keys: parseVkeys(keys), held: heads, witnesses });
            const expected = accepted ? [true, undefined, -1] : [false, fault, index ?? -1];
            assert.deepEqual([verdict.ok, verdict.fault?.kind, verdict.first_bad?.index ?? -1], expected, name);
        }
        assert.ok(vectors.length >= 200 && vectors.some(({ accepted }) => accepted), `${vectors.length} vectors`);
    });
});

test("both commands print the same verdict and end with the same status", { skip: skip || (existsSync(ZHIYUN) ? false : "no build/zhiyun") }, () => {
    const shown = ["ok", "entries", "head", "fault_kind", "first_bad", "witnesses", "contents_checked", "contents_withheld", "fields_closed",
                   "held_consistent", "held_unchecked"];
    const said = (program: string, words: string[]): unknown[] => {
        const { status, stdout } = spawnSync(program, words, { encoding: "utf8" });
        const json = JSON.parse(stdout) as Record<string, unknown>;
        return [status, ...shown.map((key) => json[key])];
    };
    inVectors((vectors, folder) => {
        const reasons = new Set<string>();
        for (const { name, file, keys, held, witnesses, accepted, fault } of vectors) {
            if (reasons.has(fault ?? name)) continue; // one of each reason, all genuine ones
            reasons.add(fault ?? name);
            const words = ["--witnesses", String(witnesses), ...keys.flatMap((key) => ["--key", key]), ...(held ? ["--held", join(folder, held)] : [])];
            const path = join(folder, file);
            const kind = file.endsWith(".receipt") ? "--receipt" : "--bundle";
            const theirs = said(ZHIYUN, ["verify", "--json", kind, path, ...words]);
            assert.deepEqual(said(process.execPath, ["dist/cli.js", ...words, path]), theirs, name);
            assert.equal(theirs[0], accepted ? 0 : 1);
        }
        assert.ok(reasons.size > 20, [...reasons].join(" "));
    });
});
