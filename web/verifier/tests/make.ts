/* Makes logs, heads, receipts and bundles from docs/evidence-log.md, for the tests. It shares no
 * code with the verifier: digests and Ed25519 are OpenSSL's, SM2 is signed by the book. */
import { createHash, createPrivateKey, createPublicKey, sign as opensslSign, type KeyObject } from "node:crypto";
import { ed25519 as ed25519Curve } from "@noble/curves/ed25519.js";
import { weierstrassN } from "@noble/curves/abstract/weierstrass.js";
import { digest, SlowTree, type Algorithm } from "./tree.ts";

export type Suite = "sha256-ed25519" | "sm3-sm2";
export const SUITES: Suite[] = ["sha256-ed25519", "sm3-sm2"];

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf8"));
const hexOf = (b: Uint8Array): string => Buffer.from(b).toString("hex");
export const base64Of = (b: Uint8Array): string => Buffer.from(b).toString("base64");
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/* --- signers ----------------------------------------------------------------------------- */
export interface Signer {
    name: string;
    vkey: string;
    id: Uint8Array;
    sign(message: Uint8Array): Uint8Array;
}

export function signer(suite: Suite, use: "log" | "witness", name: string, seed: string): Signer {
    const secret = digest("sha256", `key of ${name} ${seed}`);
    const { publicKey, sign } = suite === "sm3-sm2" ? sm2(secret) : ed25519(secret);
    const type =
        suite === "sha256-ed25519"
            ? Uint8Array.of(use === "log" ? 1 : 4)
            : join(Uint8Array.of(0xff), bytes(use === "log" ? "zhiyun-sm2-sm3" : "zhiyun-cosignature-sm2-sm3"));
    const id = digest("sha256", `${name}\n`, type, publicKey).subarray(0, 4);
    return { name, id, sign, vkey: `${name}+${hexOf(id)}+${base64Of(join(type, publicKey))}` };
}

interface Pair {
    publicKey: Uint8Array;
    sign(message: Uint8Array): Uint8Array;
}

function ed25519(secret: Uint8Array): Pair {
    const prefix = Buffer.from("302e020100300506032b657004220420", "hex"); // RFC 8410
    const key = createPrivateKey({ key: Buffer.concat([prefix, secret]), format: "der", type: "pkcs8" });
    return {
        publicKey: publicOf(key),
        sign: (message) => new Uint8Array(opensslSign(null, message, key)),
    };
}

function publicOf(key: KeyObject): Uint8Array {
    const der = createPublicKey(key).export({ format: "der", type: "spki" });
    return new Uint8Array(der.subarray(der.length - 32));
}

const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const A = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const GX = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const GY = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;
const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const Point = weierstrassN({ p: P, n: N, h: 1n, a: A, b: B, Gx: GX, Gy: GY });

const big = (b: Uint8Array): bigint => BigInt(`0x${hexOf(b)}`);
const bytes32 = (n: bigint): Uint8Array => new Uint8Array(Buffer.from(n.toString(16).padStart(64, "0"), "hex"));

/* GB/T 32918.2 §6.1; k from the message, so that the tests repeat themselves. */
export function sm2(secret: Uint8Array, fixedK?: bigint): Pair {
    const d = big(secret) % N;
    const own = Point.BASE.multiply(d).toAffine();
    const publicKey = join(Uint8Array.of(4), bytes32(own.x), bytes32(own.y));
    const za = digest("sm3", Uint8Array.of(0, 128), "1234567812345678", ...[A, B, GX, GY].map(bytes32), publicKey.subarray(1));
    const sign = (message: Uint8Array): Uint8Array => {
        const e = big(digest("sm3", za, message));
        const k = fixedK ?? big(digest("sm3", secret, message)) % N;
        const r = (e + Point.BASE.multiply(k).toAffine().x) % N;
        const s = (Point.Fn.inv(1n + d) * ((((k - r * d) % N) + N) % N)) % N;
        return join(bytes32(r), bytes32(s));
    };
    return { publicKey, sign };
}

/* A log's Ed25519 key and signatures with points of small order added, and S made too large: valid
 * for verifiers that multiply by the cofactor or reduce S, for strict ones only now and then. */
export function twistedSigner(name: string, seed: number): Signer {
    const { Point } = ed25519Curve;
    const order = Point.Fn.ORDER;
    const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"); // order 8
    const a = BigInt(seed + 1) * 1234567n;
    const publicKey = Point.BASE.multiply(a).add(torsion.multiplyUnsafe(BigInt(seed % 8))).toBytes();
    const little = (b: Uint8Array): bigint => big(Uint8Array.from(b).reverse());
    const sign = (message: Uint8Array): Uint8Array => {
        const r = little(digest("sha256", message)) % order;
        const R = Point.BASE.multiply(r).add(torsion.multiplyUnsafe(BigInt((seed >> 3) % 8))).toBytes();
        const k = little(new Uint8Array(createHash("sha512").update(R).update(publicKey).update(message).digest()));
        const s = ((r + (k % order) * a) % order) + (seed % 5 === 0 ? order : 0n);
        return join(R, bytes32(s).reverse());
    };
    const type = Uint8Array.of(1);
    const id = digest("sha256", `${name}\n`, type, publicKey).subarray(0, 4);
    return { name, id, sign, vkey: `${name}+${hexOf(id)}+${base64Of(join(type, publicKey))}` };
}

/* --- canonical JSON ---------------------------------------------------------------------- */
export type Json = string | number | bigint | boolean | Json[] | { [name: string]: Json };

/* JSON.stringify escapes as the page asks; names are sorted by bytes. */
export function canonical(value: Json): string {
    if (typeof value === "bigint") return value.toString();
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (typeof value !== "object") return JSON.stringify(value);
    const names = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name]!)}`).join(",")}}`;
}

/* --- logs -------------------------------------------------------------------------------- */
export interface Block {
    entry: string;
    leaf: string; // hex
    content: string | null; // the line that begins with = or !
}

export interface Draft {
    at?: string;
    do?: string;
    type?: string;
    id?: number;
    who?: number;
    content?: { [name: string]: Json };
    erased?: string[]; // names of fields
    withheld?: boolean;
}

/* A checkpoint in parts, so that tests can exchange one. */
export function note(text: string, lines: string[]): string {
    return `${text}\n${lines.join("")}`;
}

export class MadeLog {
    readonly algorithm: Algorithm;
    readonly signer: Signer;
    blocks: Block[] = [];
    private made = 0;

    constructor(
        readonly suite: Suite,
        readonly origin: string,
        readonly seed = "first",
    ) {
        this.algorithm = suite === "sm3-sm2" ? "sm3" : "sha256";
        this.signer = signer(suite, "log", origin, seed);
    }

    hash(...parts: (Uint8Array | string)[]): Uint8Array {
        return digest(this.algorithm, ...parts);
    }

    leaf(entry: string): string {
        return hexOf(this.hash(Uint8Array.of(0), entry));
    }

    hmac(key: Uint8Array, message: string): Uint8Array {
        const pad = (byte: number): Uint8Array => Uint8Array.from({ length: 64 }, (_, i) => (key[i] ?? 0) ^ byte);
        return this.hash(pad(0x5c), this.hash(pad(0x36), message));
    }

    /* Content line and commitment of an entry. */
    commit(number: number, d: Draft): { line: string; commitment: string } {
        const content = d.content ?? {};
        const seals: { [name: string]: Json } = {};
        const kept: { [name: string]: Json } = {};
        const names = Object.keys(content).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const parts: (Uint8Array | string)[] = ["zhiyun-content/1\n"];
        for (const name of names) {
            const key = digest("sha256", `${this.origin} ${number} ${name}`).subarray(0, 16);
            const c = this.hmac(key, `${name}\0${canonical(content[name]!)}`);
            parts.push(`${name}\0`, c);
            const closed = d.withheld === true || (d.erased ?? []).includes(name);
            seals[name] = closed ? { c: hexOf(c) } : { k: hexOf(key) };
            if (!closed) kept[name] = content[name]!;
        }
        const line = d.withheld
            ? `! {"seal":${canonical(seals)}}`
            : `= {"content":${canonical(kept)},"seal":${canonical(seals)}}`;
        return { line, commitment: hexOf(this.hash(...parts)) };
    }

    block(d: Draft, number = this.made++): Block {
        const committed = d.content ? this.commit(number, d) : null;
        const uid = hexOf(digest("sha256", `${this.origin} ${this.seed} uid ${number}`)).slice(0, 32);
        const at = d.at ?? new Date(1795173753123 + number * 1000).toISOString();
        const fields: [string, Json | undefined][] = [
            ["v", 1], ["log", this.origin], ["uid", uid], ["at", at], ["who", d.who ?? 7],
            ["do", d.do ?? "create"], ["type", d.type], ["id", d.id],
            ["version", d.id === undefined ? undefined : 1], ["content", committed?.commitment],
        ];
        const given = fields.filter((field): field is [string, Json] => field[1] !== undefined);
        const entry = `{${given.map(([key, value]) => `"${key}":${canonical(value)}`).join(",")}}`;
        return { entry, leaf: this.leaf(entry), content: committed?.line ?? null };
    }

    append(d: Draft): this {
        this.blocks.push(this.block(d));
        return this;
    }

    tree(): SlowTree {
        return new SlowTree(this.algorithm, this.blocks.map(({ entry }) => bytes(entry)));
    }

    text(size = this.blocks.length, time = 1795173800000 + size, root = this.tree().root(0, size)): string {
        return `${this.origin}\n${size}\n${base64Of(root)}\ntime ${time}\n`;
    }

    head(witnesses: Signer[] = [], text = this.text(), by: Signer = this.signer): string {
        return note(text, [signatureLine(by, text), ...witnesses.map((w) => cosignatureLine(w, text))]);
    }

    bundle(head = this.head(), size: number | string = this.blocks.length): string {
        return bundle(this.origin, size, this.blocks, head);
    }

    receipt(index: number, head = this.head(), path = this.tree().path(index), entry = this.blocks[index]!.entry): string {
        const lines = path.map((node) => `${base64Of(node)}\n`).join("");
        return `c2sp.org/tlog-proof@v1\nextra ${base64Of(bytes(entry))}\nindex ${index}\n${lines}\n${head}`;
    }
}

export function bundle(origin: string, size: number | string, blocks: Block[], head: string): string {
    const lines = blocks.map(blockText).join("");
    return `zhiyun-log-bundle@v1\n${origin}\n${size}\n${lines}\n${head}`;
}

export const blockText = ({ entry, leaf, content }: Block): string =>
    `${entry}\n@ ${leaf}\n${content === null ? "" : `${content}\n`}`;

export const signatureLine = (by: Signer, text: string): string =>
    `— ${by.name} ${base64Of(join(by.id, by.sign(bytes(text))))}\n`;

export function cosignatureLine(by: Signer, text: string, seconds = 1795173900, signedSeconds = seconds): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const signature = by.sign(bytes(`cosignature/v1\ntime ${signedSeconds}\n${text}`));
    return `— ${by.name} ${base64Of(join(by.id, time, signature))}\n`;
}

/* A log as they are: creations, contents with text, files and numbers, an erasure, one withheld. */
export function sampleLog(suite: Suite, entries = 12, origin = "zhiyun/9f3c0a1b2c3d4e5f", seed = "first"): MadeLog {
    const log = new MadeLog(suite, origin, seed);
    for (let i = 0; i < entries; i++) {
        const content = {
            title: `合同 ${i} “许可”\t\u0001 é 𠮷`,
            amount: "99999.50",
            parties: ["甲", "乙"],
            signed: true,
            count: i - 3,
            "￿": 1,
            "𠮷": { b: "", a: [] },
            scan: { digest: hexOf(digest("sha256", `scan ${i}`)), name: `scan-${i}.pdf` },
        };
        if (i % 5 === 4) log.append({ do: "login" });
        else if (i % 5 === 3) log.append({ type: "deal", id: i, content, erased: ["amount", "title"] });
        else if (i % 5 === 2) log.append({ type: "deal", id: i, content, withheld: true });
        else log.append({ type: "deal", id: i, content });
    }
    return log;
}
