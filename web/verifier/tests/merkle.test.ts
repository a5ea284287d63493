import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { equal, fromBase64, hex } from "../src/bytes.ts";
import { sha256, sm3 } from "../src/hash.ts";
import { consistent, Edge, inclusionRoot, leafHash, nodeHash } from "../src/merkle.ts";
import { SlowTree } from "./tree.ts";

const h = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const ALGORITHMS = [["sha256", sha256], ["sm3", sm3]] as const;
const leaves = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => Uint8Array.of(i & 255, i >> 8));

/* The eight leaves that implementations of RFC 6962 test with, and the roots of their trees. */
const KNOWN = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(h);
const ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("the roots of the well-known tree of eight leaves", () => {
    const edge = new Edge(sha256);
    ROOTS.forEach((root, size) => {
        assert.equal(hex(edge.root()), root, `${size}`);
        assert.equal(hex(new SlowTree("sha256", KNOWN).root(0, size)), root);
        if (size < 8) edge.add(leafHash(sha256, KNOWN[size]!));
    });
});

test("roots while growing equal the definition, sizes 0 to 300, both digests", () => {
    for (const [name, hash] of ALGORITHMS) {
        const data = leaves(300);
        const tree = new SlowTree(name, data);
        const edge = new Edge(hash);
        for (let size = 0; size <= 300; size++) {
            assert.deepEqual(edge.root(), tree.root(0, size));
            assert.equal(edge.size, size);
            if (size < 300) edge.add(leafHash(hash, data[size]!));
        }
    }
});

/* Beyond the sizes around 64 with LONG=1 alone. */
const SIZES = process.env.LONG ? 200 : 70;

test(`inclusion: every leaf of every size of 1 to ${SIZES} is proven; nothing else is`, () => {
    for (const [name, hash] of ALGORITHMS) {
        const data = leaves(SIZES);
        const tree = new SlowTree(name, data);
        for (let size = 1; size <= (name === "sm3" ? 70 : SIZES); size++) {
            const root = tree.root(0, size);
            for (let index = 0; index < size; index++) {
                const leaf = leafHash(hash, data[index]!);
                const path = tree.path(index, 0, size);
                assert.deepEqual(inclusionRoot(hash, index, size, leaf, path), root, `${index} of ${size}`);
                assert.equal(inclusionRoot(hash, index, size, leaf, [...path, root]), null, "too long");
                assert.equal(inclusionRoot(hash, index, size, leaf, path.slice(0, -1)) !== null && path.length > 0, false, "too short");
                assert.equal(inclusionRoot(hash, index + size, size, leaf, path), null, "index ≥ size");
                const next = (index + 1) % size;
                const other = inclusionRoot(hash, next, size, leaf, path);
                assert.ok(size === 1 || other === null || !equal(other, root), "another place");
            }
        }
    }
});

test(`consistency: every pair of sizes of 1 to ${SIZES} is proven; a changed proof is not`, () => {
    const data = leaves(SIZES);
    const tree = new SlowTree("sha256", data);
    let pairs = 0;
    for (let size = 1; size <= SIZES; size++) {
        const root = tree.root(0, size);
        for (let old = 1; old <= size; old++) {
            const oldRoot = tree.root(0, old);
            const proof = tree.proof(old, size);
            assert.equal(consistent(sha256, old, oldRoot, size, root, proof), true, `${old} ${size}`);
            assert.equal(consistent(sha256, old, oldRoot, size, root, [...proof, root]), false, "too long");
            if (proof.length > 0)
                assert.equal(consistent(sha256, old, oldRoot, size, root, proof.slice(0, -1)), false, "too short");
            const at = (old * 7 + size) % Math.max(proof.length, 1);
            const changed = proof.map((node, i) => (i === at ? node.map((byte, j) => (j === size % 32 ? byte ^ 1 : byte)) : node));
            if (proof.length > 0) assert.equal(consistent(sha256, old, oldRoot, size, root, changed), false, "changed");
            if (old < size) assert.equal(consistent(sha256, old, root, size, root, proof), false, "another old root");
            if (old > 1) assert.equal(consistent(sha256, old - 1, oldRoot, size, root, proof), false, "another old size");
            pairs++;
        }
    }
    assert.equal(pairs, (SIZES * (SIZES + 1)) / 2);
});

test("nothing is consistent with the empty tree, nor with a larger one", () => {
    const root = new SlowTree("sha256", leaves(8)).root();
    const empty = sha256(new Uint8Array(0));
    assert.equal(consistent(sha256, 0, empty, 8, root, []), false);
    assert.equal(consistent(sha256, 9, root, 8, root, []), false);
    assert.equal(consistent(sha256, 8, root, 8, root, []), true);
});

test("sizes beyond 32 bits are walked whole", () => {
    /* The last leaf of a tree of 2^40 + 1: its path is the root of the full left part alone. */
    const left = sha256(Uint8Array.of(1));
    const leaf = sha256(Uint8Array.of(2));
    const size = 2 ** 40 + 1;
    assert.deepEqual(inclusionRoot(sha256, size - 1, size, leaf, [left]), nodeHash(sha256, left, leaf));
    assert.equal(inclusionRoot(sha256, size - 2, size, leaf, [left]), null);
    assert.equal(consistent(sha256, size - 1, left, size, nodeHash(sha256, left, leaf), [leaf]), true);
});

/* Public cases, true and false ones; the file names their source. */
const PUBLIC = `${process.env.MESON_SOURCE_ROOT ?? "../.."}/tests/vectors/merkle-proofs.tsv`;

test("the public proofs are judged as published", { skip: existsSync(PUBLIC) ? false : "no vectors here" }, () => {
    const rows = readFileSync(PUBLIC, "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    let accepted = 0;
    for (const row of rows) {
        const [kind, first, second, given, root, proof, does, name] = row.split("\t");
        const bytes = (text: string | undefined): Uint8Array => (text === "-" || !text ? new Uint8Array(0) : fromBase64(text)!);
        const [at, size] = [Number(first), Number(second)];
        const path = proof ? proof.split(" ").map(bytes) : [];
        const hashes = [bytes(given), bytes(root), ...path].every(({ length }) => length === 32); // else no reader takes it
        const found = kind === "inclusion" ? inclusionRoot(sha256, at, size, bytes(given), path) : null;
        const good = hashes && (kind === "inclusion"
            ? found !== null && equal(found, bytes(root))
            : consistent(sha256, at, bytes(given), size, bytes(root), path));
        assert.equal(good ? "accept" : "refuse", does === "accept" ? "accept" : "refuse", name);
        accepted += Number(good);
    }
    assert.ok(rows.length >= 190 && accepted > 10, `${rows.length} cases, ${accepted} accepted`);
});
