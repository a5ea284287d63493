/* RFC 6962 §2.1 word for word, as slow as it stands there: the truth that src/merkle.ts is held
 * against, and the maker of proofs for the tests. Hashes by OpenSSL, not by what the verifier uses. */
import { createHash } from "node:crypto";

export type Algorithm = "sha256" | "sm3";

export function digest(algorithm: Algorithm, ...parts: (Uint8Array | string)[]): Uint8Array {
    const hash = createHash(algorithm);
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
}

export class SlowTree {
    private readonly known = new Map<string, Uint8Array>();

    constructor(
        private readonly algorithm: Algorithm,
        private readonly leaves: Uint8Array[], // entries
    ) {}

    /* MTH(D[from:to]) */
    root(from = 0, to = this.leaves.length): Uint8Array {
        const name = `${from}:${to}`;
        const known = this.known.get(name) ?? this.compute(from, to);
        this.known.set(name, known);
        return known;
    }

    private compute(from: number, to: number): Uint8Array {
        if (from === to) return digest(this.algorithm);
        if (to - from === 1) return digest(this.algorithm, Uint8Array.of(0), this.leaves[from]!);
        const k = from + split(to - from);
        return digest(this.algorithm, Uint8Array.of(1), this.root(from, k), this.root(k, to));
    }

    /* PATH(m, D[from:to]) */
    path(m: number, from = 0, to = this.leaves.length): Uint8Array[] {
        if (to - from === 1) return [];
        const k = split(to - from);
        return m < k
            ? [...this.path(m, from, from + k), this.root(from + k, to)]
            : [...this.path(m - k, from + k, to), this.root(from, from + k)];
    }

    /* PROOF(m, D[0:to]) */
    proof(m: number, to = this.leaves.length): Uint8Array[] {
        return this.subproof(m, 0, to, true);
    }

    private subproof(m: number, from: number, to: number, whole: boolean): Uint8Array[] {
        if (m === to - from) return whole ? [] : [this.root(from, to)];
        const k = split(to - from);
        return m <= k
            ? [...this.subproof(m, from, from + k, whole), this.root(from + k, to)]
            : [...this.subproof(m - k, from + k, to, false), this.root(from, from + k)];
    }
}

/* The largest power of two smaller than n. */
function split(n: number): number {
    let k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}
