/* Content of a version and what the entry commits to: each field by a keyed digest of its own, so
 * that one can be erased or withheld and the rest still be checked. */
import { concat, fromHex, hex, utf8, type Bytes } from "./bytes.ts";
import { hmac, type Hash } from "./hash.ts";
import { Misspelt, Reader, type Value } from "./json.ts";

export interface File {
    digest: string; // SHA-256, hex
    name: string;
}

export interface Content {
    values: Map<string, Value>;
    commitment: string; // hex, as an entry gives it
    files: File[];
    closed: number; // fields whose value is not here
}

const HEAD = utf8("zhiyun-content/1\n");
const ZERO = Uint8Array.of(0);

/* Reads `{"content":{…},"seal":{…}}`, or `{"seal":{…}}` where all was withheld. Null: the text is
 * not that, or content and seal do not name the same fields. */
export function parseContent(text: string, withheld: boolean, hash: Hash): Content | null {
    const reader = new Reader(text);
    const values = new Map<string, Value>();
    const texts = new Map<string, string>();
    try {
        if (!withheld) {
            reader.expect('{"content":');
            reader.object((name) => {
                const start = reader.at;
                values.set(name, reader.value());
                texts.set(name, text.slice(start, reader.at));
            });
        }
        reader.expect(withheld ? '{"seal":' : ',"seal":');
        const parts = [HEAD];
        let closed = 0;
        reader.object((name) => {
            const value = texts.get(name);
            texts.delete(name);
            if (value === undefined) closed++;
            parts.push(utf8(name), ZERO, seal(reader, name, value, hash));
        });
        reader.expect("}");
        reader.end();
        if (texts.size > 0) return null;
        const files = [...values.values()].flatMap(filesOf);
        return { values, commitment: hex(hash(concat(...parts))), files, closed };
    } catch (error) {
        if (error instanceof Misspelt) return null;
        throw error;
    }
}

/* The field's commitment: computed with `k` where its value is here, else as `c` gives it. */
function seal(reader: Reader, name: string, value: string | undefined, hash: Hash): Bytes {
    reader.expect(value === undefined ? '{"c":' : '{"k":');
    const bytes = fromHex(reader.string(), value === undefined ? 32 : 16);
    reader.expect("}");
    if (!bytes) throw new Misspelt();
    return value === undefined ? bytes : hmac(hash, bytes, utf8(name), ZERO, utf8(value));
}

function filesOf(value: Value): File[] {
    if (Array.isArray(value)) return value.flatMap(filesOf);
    if (!(value instanceof Map)) return [];
    const digest = value.get("digest");
    const name = value.get("name");
    const named = value.size === 2 && typeof digest === "string" && typeof name === "string";
    return named && /^[0-9a-f]{64}$/.test(digest) ? [{ digest, name }] : [...value.values()].flatMap(filesOf);
}
