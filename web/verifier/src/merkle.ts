/* The tree of RFC 6962 §2.1: roots from leaves, and checks of proofs (RFC 9162 §2.1.3.2 and
 * §2.1.4.2; the trees are the same). Sizes are below 2^53, so halving is by division: the bit
 * operators of JavaScript see 32 bits only. */
import { concat, equal, type Bytes } from "./bytes.ts";
import type { Hash } from "./hash.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (hash: Hash, entry: Bytes): Bytes => hash(concat(LEAF, entry));
export const nodeHash = (hash: Hash, left: Bytes, right: Bytes): Bytes =>
    hash(concat(NODE, left, right));

const odd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

/* The right edge of a growing tree: the roots of its full subtrees, largest first. */
export class Edge {
    size = 0;
    private readonly roots: Bytes[] = [];

    constructor(private readonly hash: Hash) {}

    add(leaf: Bytes): void {
        let node = leaf;
        for (let n = this.size; odd(n); n = half(n)) node = nodeHash(this.hash, this.roots.pop()!, node);
        this.roots.push(node);
        this.size++;
    }

    root(): Bytes {
        if (this.roots.length === 0) return this.hash(new Uint8Array(0));
        return this.roots.reduceRight((right, left) => nodeHash(this.hash, left, right));
    }
}

/* Root that the path of leaf `index` gives in a tree of `size`. Null: the path is not exactly as
 * long as it has to be, or index ≥ size. */
export function inclusionRoot(
    hash: Hash,
    index: number,
    size: number,
    leaf: Bytes,
    path: Bytes[],
): Bytes | null {
    if (index >= size) return null;
    let node = leaf;
    let at = index;
    let last = size - 1; // the rightmost node of the level
    for (const sibling of path) {
        if (last === 0) return null;
        if (odd(at) || at === last) {
            node = nodeHash(hash, sibling, node);
            /* A rightmost node without sibling is passed up as it is. */
            while (!odd(at) && at !== 0) {
                at = half(at);
                last = half(last);
            }
        } else {
            node = nodeHash(hash, node, sibling);
        }
        at = half(at);
        last = half(last);
    }
    return last === 0 ? node : null;
}

/* That the tree of `size` leaves begins with that of `old`. Nothing can be proved of the empty
 * tree: old 0 is never consistent, whatever the proof. */
export function consistent(
    hash: Hash,
    old: number,
    oldRoot: Bytes,
    size: number,
    root: Bytes,
    proof: Bytes[],
): boolean {
    if (old === 0 || old > size) return false;
    if (old === size) return proof.length === 0 && equal(oldRoot, root);
    let at = old - 1;
    let last = size - 1;
    while (odd(at)) {
        at = half(at);
        last = half(last);
    }
    /* A full old tree is a node of the new one and stands for itself. */
    const rest = at === 0 ? proof : proof.slice(1);
    const start = at === 0 ? oldRoot : proof[0];
    if (!start) return false;
    let oldNode = start;
    let node = start;
    for (const sibling of rest) {
        if (last === 0) return false;
        if (odd(at) || at === last) {
            oldNode = nodeHash(hash, sibling, oldNode);
            node = nodeHash(hash, sibling, node);
            while (!odd(at) && at !== 0) {
                at = half(at);
                last = half(last);
            }
        } else {
            node = nodeHash(hash, node, sibling);
        }
        at = half(at);
        last = half(last);
    }
    return last === 0 && equal(oldNode, oldRoot) && equal(node, root);
}
