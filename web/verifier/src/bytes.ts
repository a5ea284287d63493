/* Bytes and their spellings (docs/evidence-log.md). Every value has exactly one spelling; the
 * readers here return null for any other, and the caller says what was wrong. */

export type Bytes = Uint8Array;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8(text: string): Bytes {
    return encoder.encode(text);
}

export function fromUtf8(bytes: Bytes): string | null {
    try {
        return decoder.decode(bytes);
    } catch {
        return null;
    }
}

export function concat(...parts: Bytes[]): Bytes {
    let at = 0;
    for (const part of parts) at += part.length;
    const all = new Uint8Array(at);
    at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

export function equal(a: Bytes, b: Bytes): boolean {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    return i === a.length && i === b.length;
}

/* Order of two texts by their UTF-8 bytes, which is that of their code points. JavaScript's own
 * order differs: it puts U+10000 and above (surrogates) before U+E000. */
export function compareText(a: string, b: string): number {
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) {
        const x = a.charCodeAt(i);
        const y = b.charCodeAt(i);
        if (x !== y) {
            const astral = Number(isSurrogate(x)) - Number(isSurrogate(y));
            return astral !== 0 ? astral : x - y;
        }
    }
    return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
    return unit >= 0xd800 && unit <= 0xdfff;
}

const HEX = "0123456789abcdef";

export function hex(bytes: Bytes): string {
    let text = "";
    for (const byte of bytes) text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
    return text;
}

export function fromHex(text: string, length: number): Bytes | null {
    if (text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return null;
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = (digit(text, 2 * i) << 4) | digit(text, 2 * i + 1);
    return bytes;
}

function digit(text: string, at: number): number {
    const code = text.charCodeAt(at);
    return code < 0x3a ? code - 0x30 : code - 0x57;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(bytes: Bytes): string {
    let text = "";
    for (let i = 0; i < bytes.length; i += 3) {
        const left = bytes.length - i;
        const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
        text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
        text += left > 1 ? BASE64.charAt((group >> 6) & 63) : "=";
        text += left > 2 ? BASE64.charAt(group & 63) : "=";
    }
    return text;
}

/* RFC 4648 §4: padded, and the bits that padding leaves over are zero. */
export function fromBase64(text: string): Bytes | null {
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    const digits = text.length - padding;
    if (text.length % 4 !== 0) return null;
    const bytes = new Uint8Array((text.length / 4) * 3 - padding);
    let bits = 0;
    let held = 0;
    let at = 0;
    for (let i = 0; i < digits; i++) {
        const digit = BASE64.indexOf(text.charAt(i));
        if (digit < 0) return null;
        held = ((held << 6) | digit) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[at++] = held >> bits;
        }
    }
    return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/* A size, an index or a time: below 2^53. */
export function fromDecimal(text: string): number | null {
    if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : null;
}

/* The lines of a text, each without its line feed. */
export class Lines {
    at = 0;
    number = 0; // of the line last read, from 1

    constructor(readonly bytes: Bytes) {}

    get done(): boolean {
        return this.at === this.bytes.length;
    }

    /* Null: there is none, or the text stops within it. */
    next(): Bytes | null {
        this.number++;
        const end = this.bytes.indexOf(0x0a, this.at);
        if (end < 0) return null;
        const line = this.bytes.subarray(this.at, end);
        this.at = end + 1;
        return line;
    }
}
