import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { base64, compareText, concat, fromBase64, fromDecimal, fromHex, fromUtf8, hex, utf8 } from "../src/bytes.ts";
import { hmac, sha256, sm3 } from "../src/hash.ts";
import { checkEd25519, checkSm2 } from "../src/signature.ts";
import { SUITES, signer, sm2 } from "./make.ts";
import { Random } from "./random.ts";

const h = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "hex"));

test("SM3 gives the digests of GB/T 32905 A.1 and A.2", () => {
    assert.equal(hex(sm3(utf8("abc"))), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert.equal(hex(sm3(utf8("abcd".repeat(16)))), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
});

test("digests and HMAC agree with OpenSSL for every length of 0 to 300", () => {
    for (let length = 0; length <= 300; length++) {
        const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
        const key = message.subarray(0, Math.min(length, 64));
        for (const [name, hash] of [["sha256", sha256], ["sm3", sm3]] as const) {
            assert.equal(hex(hash(message)), createHash(name).update(message).digest("hex"), `${name} ${length}`);
            assert.equal(hex(hmac(hash, key, message)), createHmac(name, key).update(message).digest("hex"));
        }
    }
});

test("hex, base64 and decimals have one spelling", () => {
    for (let length = 0; length < 40; length++) {
        const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
        assert.equal(base64(bytes), Buffer.from(bytes).toString("base64"));
        assert.deepEqual(fromBase64(base64(bytes)), bytes);
        assert.deepEqual(fromHex(hex(bytes), length), bytes);
    }
    for (const bad of ["A", "AA", "AAA", "AB==", "AAB=", "AA=A", "A===", "====", "AA-_", "AAAA\n", " AAAA", "AA==AAAA"])
        assert.equal(fromBase64(bad), null, bad);
    for (const bad of ["0", "0G", "AB", "abc", " ab", "ab\n"]) assert.equal(fromHex(bad, 1), null, bad);
    for (const bad of ["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "1\n", "9007199254740992", "１"])
        assert.equal(fromDecimal(bad), null, bad);
    assert.equal(fromDecimal("0"), 0);
    assert.equal(fromDecimal("9007199254740991"), 2 ** 53 - 1);
});

test("text is strict UTF-8, its order that of its bytes", () => {
    for (const bad of ["c080", "eda080", "f4908080", "ff", "e28094".slice(0, 4)]) assert.equal(fromUtf8(h(bad)), null, bad);
    assert.equal(fromUtf8(h("efbbbf41")), "\ufeffA"); // a byte order mark is a character
    const texts = ["", "a", "aa", "b", "é", "一", "\ue000", "\uffff", "𠮷", "𠮷a", "\u{10ffff}"];
    for (const a of texts)
        for (const b of texts)
            assert.equal(Math.sign(compareText(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))), `${a} ${b}`);
});

/* RFC 8032 §7.1, tests 1 to 3 and SHA(abc). */
const RFC8032 = [
    ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"],
    ["3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"],
    ["fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"],
    ["ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"],
] as const;

test("Ed25519 accepts the signatures of RFC 8032 and no changed bit of them", () => {
    for (const [key, message, signature] of RFC8032) {
        assert.equal(checkEd25519(h(signature), h(message), h(key)), true);
        for (let bit = 0; bit < 512; bit += 5) {
            const changed = h(signature);
            changed[bit >> 3]! ^= 1 << (bit & 7);
            assert.equal(checkEd25519(changed, h(message), h(key)), false, `bit ${bit}`);
        }
        assert.equal(checkEd25519(h(signature), concat(h(message), h("00")), h(key)), false);
        assert.equal(checkEd25519(h(signature).subarray(0, 63), h(message), h(key)), false);
    }
});

const Point = ed25519.Point;
const L = Point.Fn.ORDER;
const littleEndian = (n: bigint): Uint8Array => h(n.toString(16).padStart(64, "0")).reverse();
const number = (b: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(b).reverse())}`);

/* Signature of a message by secret scalar a, with torsion points added to A and R. */
function twisted(a: bigint, r: bigint, ta: InstanceType<typeof Point>, tr: InstanceType<typeof Point>, message: Uint8Array) {
    const A = Point.BASE.multiply(a).add(ta);
    const R = Point.BASE.multiply(r).add(tr);
    const key = A.toBytes();
    const k = number(new Uint8Array(createHash("sha512").update(R.toBytes()).update(key).update(message).digest())) % L;
    const signature = concat(R.toBytes(), littleEndian((r + k * a) % L));
    return { key, signature, fits: tr.add(ta.multiplyUnsafe(k)).is0() }; // without cofactor
}

test("Ed25519 decides torsion, small order and large S as the page says", () => {
    const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"); // order 8
    let accepted = 0;
    let refused = 0;
    for (let i = 1; i <= 24; i++) {
        const message = utf8(`message ${i}`);
        const ta = torsion.multiplyUnsafe(BigInt(i % 8));
        const tr = torsion.multiplyUnsafe(BigInt((i * 3) % 8));
        const { key, signature, fits } = twisted(BigInt(i * 1234567), BigInt(i * 7654321), ta, tr, message);
        assert.equal(checkEd25519(signature, message, key), fits, `${i}`);
        fits ? accepted++ : refused++;
        const large = concat(signature.subarray(0, 32), littleEndian(number(signature.subarray(32)) + L));
        assert.equal(checkEd25519(large, message, key), false, "S ≥ L");
    }
    assert.ok(accepted > 0 && refused > 0);

    const small = torsion.toBytes(); // a key under which S = 0 signs anything, once k fits
    for (let i = 0; i < 64; i++) {
        const signature = concat(torsion.multiplyUnsafe(BigInt(i % 8)).toBytes(), new Uint8Array(32));
        assert.equal(checkEd25519(signature, utf8(`any ${i}`), small), false);
    }
    const [good] = RFC8032;
    const identity = concat(h("01"), new Uint8Array(31));
    assert.equal(checkEd25519(concat(identity, new Uint8Array(32)), h(""), h(good[0])), false, "small R");
    for (const y of ["edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "02" + "00".repeat(31)])
        assert.equal(checkEd25519(h(good[2]), h(""), h(y)), false, "no canonical point");
});

test("SM2 gives and accepts the signature of GB/T 32918.5 A.2", () => {
    const secret = h("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
    const k = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;
    const key = h("04 09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020" +
                  "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");
    const signature = h("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3" +
                        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");
    const message = utf8("message digest");
    assert.deepEqual(sm2(secret, k).publicKey, key);
    assert.deepEqual(sm2(secret, k).sign(message), signature);
    assert.equal(checkSm2(signature, message, key), true);
    for (let bit = 0; bit < 512; bit += 3) {
        const changed = signature.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(checkSm2(changed, message, key), false, `bit ${bit}`);
    }
});

test("SM2 refuses numbers out of range and keys off the curve", () => {
    const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
    const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
    const be = (value: bigint): Uint8Array => h(value.toString(16).padStart(64, "0"));
    const { publicKey, sign } = sm2(h("01".repeat(32)));
    const message = utf8("m");
    const good = sign(message);
    const [r, s] = [good.subarray(0, 32), good.subarray(32)];
    assert.equal(checkSm2(good, message, publicKey), true);
    for (const value of [0n, n]) {
        assert.equal(checkSm2(concat(be(value), s), message, publicKey), false);
        assert.equal(checkSm2(concat(r, be(value)), message, publicKey), false);
    }
    assert.equal(checkSm2(concat(r, be(n - BigInt(`0x${hex(r)}`))), message, publicKey), false, "r + s = n");
    const [x, y] = [publicKey.subarray(1, 33), publicKey.subarray(33)];
    for (const key of [
        concat(Uint8Array.of(4), y, x), concat(Uint8Array.of(6), x, y), concat(Uint8Array.of(4), new Uint8Array(64)),
        concat(Uint8Array.of(4), be(p), y), concat(Uint8Array.of(2), x), publicKey.subarray(0, 64),
    ])
        assert.equal(checkSm2(good, message, key), false, hex(key));
});

test("signatures by OpenSSL and by the book are accepted, under no other key", () => {
    const random = new Random();
    for (const suite of SUITES) {
        const check = suite === "sm3-sm2" ? checkSm2 : checkEd25519;
        const keyOf = (vkey: string): Uint8Array => fromBase64(vkey.slice(vkey.indexOf("+", vkey.indexOf("+") + 1) + 1))!;
        const length = suite === "sm3-sm2" ? 65 : 32;
        for (let i = 0; i < 20; i++) {
            const by = signer(suite, "log", "zhiyun/a", String(i));
            const other = signer(suite, "log", "zhiyun/a", `other ${i}`);
            const message = utf8(`text ${random.next()}`);
            assert.equal(check(by.sign(message), message, keyOf(by.vkey).slice(-length)), true);
            assert.equal(check(by.sign(message), message, keyOf(other.vkey).slice(-length)), false);
        }
    }
});
