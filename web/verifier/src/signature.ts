/* Checks of the two kinds of signatures, each 64 bytes, under the strict rules of
 * docs/evidence-log.md. Curve arithmetic is @noble/curves'; nothing secret is handled here. */
import { weierstrassN } from "@noble/curves/abstract/weierstrass.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, hex, utf8, type Bytes } from "./bytes.ts";
import { sm3 } from "./sm3.ts";

export type Check = (signature: Bytes, message: Bytes, key: Bytes) => boolean;

const littleEndian = (bytes: Bytes): bigint => bigEndian(Uint8Array.from(bytes).reverse());
const bigEndian = (bytes: Bytes): bigint =>
    bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/* Bits of a table of multiples. noble's 8 for the base point cost more than all else that judging one
 * file does: they pay from some hundred signatures on. */
const WINDOW = 5;

/* The points of keys seen before. What one reads is mostly signed by few keys, so a key that comes
 * again gets a table of its multiples, which makes every later product some times as fast. */
interface Multiplied<P> {
    precompute(window: number): P;
}

class KnownKeys<P extends Multiplied<P>> {
    private readonly points = new Map<string, P>();
    private readonly again = new Set<string>();

    constructor(private readonly parse: (key: Bytes) => P | null) {}

    /* Null: no key. */
    point(key: Bytes): P | null {
        const name = hex(key);
        const known = this.points.get(name);
        if (known === undefined) {
            const point = this.parse(key);
            if (point === null) return null;
            if (this.points.size >= KNOWN_MAX) this.forget();
            this.points.set(name, point);
            return point;
        }
        if (!this.again.has(name)) {
            this.again.add(name);
            known.precompute(WINDOW);
        }
        return known;
    }

    private forget(): void {
        this.points.clear();
        this.again.clear();
    }
}

const KNOWN_MAX = 64;

const Edwards = ed25519.Point;
Edwards.BASE.precompute(WINDOW);
type EdwardsPoint = InstanceType<typeof Edwards>;

/* The negative of A, which the check multiplies. */
const edwardsKeys = new KnownKeys<EdwardsPoint>((key) => {
    try {
        const a = Edwards.fromBytes(key); // refuses y ≥ p and what is not on the curve
        return a.isSmallOrder() ? null : a.negate();
    } catch {
        return null;
    }
});

/* RFC 8032 without cofactor: R is compared as it is written with the encoding of S·B − k·A.
 * noble's own verify multiplies by the cofactor and so accepts signatures that other programs
 * refuse; a log could sign one head for some readers and not for others. */
export const checkEd25519: Check = (signature, message, key) => {
    if (signature.length !== 64 || key.length !== 32) return false;
    const r = signature.subarray(0, 32);
    const s = littleEndian(signature.subarray(32));
    const order = Edwards.Fn.ORDER;
    if (s >= order) return false;
    const negative = edwardsKeys.point(key);
    if (negative === null) return false;
    const k = littleEndian(sha512(concat(r, key, message))) % order;
    const point = Edwards.BASE.multiplyUnsafe(s).add(negative.multiplyUnsafe(k));
    return equal(point.toBytes(), r) && !point.isSmallOrder();
};

/* GB/T 32918.5: the recommended curve. */
const SM2 = {
    p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
    n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
    h: 1n,
    a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
    b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
    Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
    Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
const Curve = weierstrassN(SM2);
Curve.BASE.precompute(WINDOW);
type CurvePoint = InstanceType<typeof Curve>;

const curveKeys = new KnownKeys<CurvePoint>((key) => {
    const x = bigEndian(key.subarray(1, 33));
    const y = bigEndian(key.subarray(33));
    if (x >= SM2.p || y >= SM2.p) return null;
    const point = Curve.fromAffine({ x, y });
    try {
        point.assertValidity(); // on the curve, not at infinity
    } catch {
        return null;
    }
    return point;
});

export const SM2_USER_ID = "1234567812345678";

const bytes32 = (value: bigint): Bytes =>
    Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 255n));

/* GB/T 32918.2 §5.5: ZA, the digest of the user id, the curve and the key. */
function identity(userId: Bytes, key: Bytes): Bytes {
    const bits = userId.length * 8;
    const { a, b, Gx, Gy } = SM2;
    const curve = [a, b, Gx, Gy].map(bytes32);
    return sm3(concat(Uint8Array.of(bits >> 8, bits & 255), userId, ...curve, key.subarray(1)));
}

/* GB/T 32918.2 §7.1; signature r ‖ s, key 0x04 ‖ x ‖ y. */
export const checkSm2: Check = (signature, message, key) => {
    if (signature.length !== 64 || key.length !== 65 || key[0] !== 4) return false;
    const r = bigEndian(signature.subarray(0, 32));
    const s = bigEndian(signature.subarray(32));
    const t = (r + s) % SM2.n;
    if (r === 0n || r >= SM2.n || s === 0n || s >= SM2.n || t === 0n) return false;
    const point = curveKeys.point(key);
    if (point === null) return false;
    const sum = Curve.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t));
    if (sum.is0()) return false;
    const e = bigEndian(sm3(concat(identity(utf8(SM2_USER_ID), key), message)));
    return (e + sum.toAffine().x) % SM2.n === r;
};
