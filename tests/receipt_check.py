"""A receipt judged by docs/evidence-log.md alone (suite sha256-ed25519), with nothing but the standard library: it shares
no code with `zhiyun verify`. good(text, vkey) says whether a receipt, as bytes, proves its entry."""
import base64
import functools
import hashlib
import json
import re

DECIMAL = re.compile(rb"0|[1-9][0-9]{0,15}")
BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


class Bad(Exception):
    """Why it proves nothing."""


def need(fits, why):
    if not fits:
        raise Bad(why)


def unbase64(text):
    need(BASE64.fullmatch(text) and len(text) % 4 == 0, "no base64")
    content = base64.b64decode(text)
    need(base64.b64encode(content) == text, "another spelling of base64")
    return content


def number(text):
    need(DECIMAL.fullmatch(text) and int(text) < 2 ** 53, "no decimal")
    return int(text)


# --- Ed25519 (RFC 8032, 5.1), points as (X, Y, Z, T) ------------------------------------------

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor, point):
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = add(result, point)
        point, factor = add(point, point), factor >> 1
    return result


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point_of(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    need(y < P, "no canonical point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    need((x * x - square) % P == 0 and (x or not sign), "no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=4096)  # many receipts stand under one head
def signed(key, signature, message):
    need(len(signature) == 64 and len(key) == 32, "no signature of Ed25519")
    a, r = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    need(s < ORDER, "S is not reduced")
    need(not same(times(8, a), NEUTRAL) and not same(times(8, r), NEUTRAL), "a point of small order")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    need(same(times(s, BASE), add(r, times(k, a))), "not signed by the log's key")


# --- the tree (RFC 9162, 2.1.3.2) ---------------------------------------------------------------

def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf, index, size, path):
    need(index < size, "not below the size")
    hashed, at, last = leaf, index, size - 1
    for sibling in path:
        need(last > 0, "the path is too long")
        if at & 1 or at == last:
            hashed = node(sibling, hashed)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hashed = node(hashed, sibling)
        at, last = at >> 1, last >> 1
    need(last == 0, "the path is too short")
    return hashed


# --- the receipt --------------------------------------------------------------------------------

def check_head(note, vkey):
    """Origin, size, root."""
    text, separator, signatures = note.partition(b"\n\n")
    need(separator and text.count(b"\n") == 3, "no checkpoint")
    origin, size, root, moment = text.split(b"\n")
    need(moment.startswith(b"time "), "a checkpoint without time")
    number(moment[5:])
    name, key_hash, key = vkey.split("+", 2)
    key = unbase64(key.encode())
    need(key[:1] == b"\x01" and origin == name.encode(), "of another log")
    need(hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_hash, "no verifier key")
    need(signatures.startswith("— ".encode() + origin + b" ") and signatures.endswith(b"\n")
         and signatures.count(b"\n") == 1, "not one signature of the log")  # no instance here has a witness
    line = unbase64(signatures[len("— ".encode() + origin) + 1:-1])
    need(line[:4].hex() == key_hash, "by another key")
    signed(key[1:], line[4:], text + b"\n")
    hashed = unbase64(root)
    need(len(hashed) == 32, "no root")
    return origin, number(size), hashed


def check(receipt, vkey):
    head, separator, note = receipt.partition(b"\n\n")
    need(separator, "no receipt")
    lines = head.split(b"\n")
    need(len(lines) >= 3 and lines[0] == b"c2sp.org/tlog-proof@v1" and lines[1].startswith(b"extra ")
         and lines[2].startswith(b"index "), "no receipt")
    entry, path = unbase64(lines[1][6:]), [unbase64(line) for line in lines[3:]]
    need(all(len(hashed) == 32 for hashed in path), "no hash")
    origin, size, root = check_head(note, vkey)
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    need(root_of(leaf, number(lines[2][6:]), size, path) == root, "the path does not lead to the root")
    fields = json.loads(entry)
    need(fields["log"].encode() == origin and fields["v"] == 1, "of another log")
    return fields


def good(receipt, vkey):
    """The entry that it proves, as an object; None: it proves nothing."""
    try:
        return check(receipt, vkey)
    except Bad:
        return None
