/* The two digests and their keyed form. */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, type Bytes } from "./bytes.ts";
import { sm3 } from "./sm3.ts";

export type Hash = (message: Bytes) => Bytes; // 32 bytes; blocks of 64
export { sha256, sm3 };

/* RFC 2104, for keys of at most one block. */
export function hmac(hash: Hash, key: Bytes, ...message: Bytes[]): Bytes {
    const block = (pad: number): Bytes => {
        const bytes = new Uint8Array(64).fill(pad);
        for (let i = 0; i < key.length; i++) bytes[i]! ^= key[i]!;
        return bytes;
    };
    return hash(concat(block(0x5c), hash(concat(block(0x36), ...message))));
}
