/* Verifier keys, and heads: C2SP signed notes that are checkpoints, with cosignatures. */
import { compareText, concat, equal, fromBase64, fromDecimal, fromHex, fromUtf8 } from "./bytes.ts";
import { Lines, utf8, type Bytes } from "./bytes.ts";
import { Fault } from "./fault.ts";
import { sha256, sm3, type Hash } from "./hash.ts";
import { checkEd25519, checkSm2, type Check } from "./signature.ts";

interface Kind {
    prefix: Bytes; // signature type, and an identifier after 0xff
    keyLength: number;
    check: Check;
    logHash?: Hash; // of the log that signs so; absent: it cosigns
}

const unassigned = (identifier: string): Bytes => concat(Uint8Array.of(0xff), utf8(identifier));

const KINDS: Kind[] = [
    { prefix: Uint8Array.of(1), keyLength: 32, check: checkEd25519, logHash: sha256 },
    { prefix: Uint8Array.of(4), keyLength: 32, check: checkEd25519 },
    { prefix: unassigned("zhiyun-sm2-sm3"), keyLength: 65, check: checkSm2, logHash: sm3 },
    { prefix: unassigned("zhiyun-cosignature-sm2-sm3"), keyLength: 65, check: checkSm2 },
];

export interface Vkey {
    name: string;
    id: Bytes; // key hash, 4 bytes
    key: Bytes;
    check: Check;
    logHash: Hash | null; // null: a witness's key
}

/* Of a log (its origin) and of a witness. */
export const isName = (text: string): boolean => /^[a-z0-9./-]{3,100}$/.test(text);

/* NAME+HEX8+BASE64(type ‖ key) */
export function parseVkey(text: string): Vkey {
    const [name = "", id = "", body = ""] = splitVkey(text);
    const idBytes = fromHex(id, 4);
    const bytes = fromBase64(body);
    const kind = KINDS.find(
        ({ prefix, keyLength }) =>
            bytes?.length === prefix.length + keyLength &&
            equal(bytes.subarray(0, prefix.length), prefix),
    );
    if (!isName(name) || !idBytes || !bytes || !kind) throw new Fault("vkey", { key: text });
    const digest = sha256(concat(utf8(name), Uint8Array.of(0x0a), bytes));
    if (!equal(digest.subarray(0, 4), idBytes)) throw new Fault("vkey", { key: text });
    const key = bytes.subarray(kind.prefix.length);
    return { name, id: idBytes, key, check: kind.check, logHash: kind.logHash ?? null };
}

/* Base64 has `+` too: only the first two separate. */
function splitVkey(text: string): string[] {
    const first = text.indexOf("+");
    const second = text.indexOf("+", first + 1);
    if (first < 0 || second < 0) return [];
    return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

/* One name has one key: two would leave open whose word holds. */
export function parseVkeys(texts: string[]): Vkey[] {
    const keys = texts.map(parseVkey);
    keys.forEach((key, i) => {
        if (keys.slice(0, i).some(({ name }) => name === key.name)) throw new Fault("vkey", { key: texts[i]! });
    });
    return keys;
}

export function logKey(keys: Vkey[], origin: string): { key: Vkey; hash: Hash } {
    const key = keys.find(({ name, logHash }) => name === origin && logHash !== null);
    if (!key?.logHash) throw new Fault("key", { origin });
    return { key, hash: key.logHash };
}

export interface Cosignature {
    name: string;
    time: number | null; // seconds since 1970; null: not checked, so not believed
}

export interface Head {
    origin: string;
    size: number;
    root: Bytes;
    time: number; // milliseconds since 1970
    text: string; // the whole checkpoint
    note: Bytes; // what is signed
    lines: SignatureLine[]; // of witnesses, not checked yet
    cosignatures: Cosignature[]; // as checkCosignatures found them
}

const HEAD_BYTES_MAX = 65536;
const COSIGNATURES_MAX = 31;
const SIGNATURE_BYTES_MAX = 4096; // of a stranger's line, whatever its kind
const SIGNATURE = /^— ([^ ]+) ([^ ]+)$/;

function malformed(what: string): never {
    throw new Fault("checkpoint", { line: what });
}

function textLine(lines: Lines, what: string): string {
    const line = lines.next();
    return (line && fromUtf8(line)) ?? malformed(what);
}

interface SignatureLine {
    name: string;
    id: Bytes; // key hash
    body: Bytes; // what follows it
}

function signatureLine(lines: Lines, what: string): SignatureLine {
    const [, name = "", encoded = ""] = SIGNATURE.exec(textLine(lines, what)) ?? [];
    const bytes = fromBase64(encoded);
    if (!isName(name) || !bytes || bytes.length < 5 || bytes.length > SIGNATURE_BYTES_MAX)
        return malformed(what);
    return { name, id: bytes.subarray(0, 4), body: bytes.subarray(4) };
}

/* The log's line, then cosignatures sorted by name, up to the end of the text. */
function signatureLines(lines: Lines, origin: string): SignatureLine[] {
    const found = [signatureLine(lines, "signature")];
    if (found[0]!.name !== origin) malformed("signature");
    while (!lines.done) {
        const line = signatureLine(lines, "cosignature");
        const before = found[found.length - 1]!;
        const sorted = found.length === 1 || compareText(before.name, line.name) < 0;
        if (!sorted || line.name === origin || found.length > COSIGNATURES_MAX) malformed("cosignature");
        found.push(line);
    }
    return found;
}

/* Reads a checkpoint up to the end of the text, then checks the log's signature. */
export function openCheckpoint(lines: Lines, keys: Vkey[]): Head {
    const start = lines.at;
    if (lines.bytes.length - start > HEAD_BYTES_MAX) malformed("length");
    const origin = textLine(lines, "origin");
    if (!isName(origin)) malformed("origin");
    const size = fromDecimal(textLine(lines, "size")) ?? malformed("size");
    const root = fromBase64(textLine(lines, "root")) ?? malformed("root");
    if (root.length !== 32) malformed("root");
    const timeText = textLine(lines, "time");
    const time = (timeText.startsWith("time ") ? fromDecimal(timeText.slice(5)) : null) ?? malformed("time");
    const note = lines.bytes.subarray(start, lines.at);
    if (textLine(lines, "empty") !== "") malformed("empty");
    const [own, ...others] = signatureLines(lines, origin) as [SignatureLine, ...SignatureLine[]];

    const { key } = logKey(keys, origin);
    if (!equal(own.id, key.id) || !key.check(own.body, note, key.key)) throw new Fault("signature", { origin });
    const text = fromUtf8(lines.bytes.subarray(start))!; // each line was UTF-8
    return { origin, size, root, time, text, note, lines: others, cosignatures: [] };
}

export function checkCosignatures(head: Head, keys: Vkey[]): void {
    for (const line of head.lines) head.cosignatures.push(checkCosignature(line, head.note, keys));
}

function checkCosignature({ name, id, body }: SignatureLine, note: Bytes, keys: Vkey[]): Cosignature {
    const witness = keys.find((key) => key.logHash === null && key.name === name && equal(key.id, id));
    if (!witness) return { name, time: null };
    const time = body.subarray(0, 8).reduce((value, byte) => value * 256 + byte, 0);
    const message = concat(utf8(`cosignature/v1\ntime ${time}\n`), note);
    if (!Number.isSafeInteger(time) || !witness.check(body.subarray(8), message, witness.key))
        throw new Fault("cosignature", { name });
    return { name, time };
}
