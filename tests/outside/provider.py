#!/usr/bin/env python3
"""provider.py: a sign-in provider for tests: OpenID Connect and CAS on the loopback. Prints its port.

Made from the standards and Python's own library, so that it shares nothing with what it tests.
GET /fault?NAME makes the next answers wrong in that way (empty: right again); GET /counts tells how
often each place was asked. Keys are made at start and never leave.
"""
import base64
import hashlib
import hmac
import http.server
import json
import secrets
import sys
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

CLIENT, SECRET = "zhiyun client", "s:e%cret/+ü"
USER = {"sub": "248289761001", "preferred_username": "zhang.san", "credit_code": "91350100M000100Y43"}


def b64(data):
    if isinstance(data, dict):
        data = json.dumps(data, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(n, length=None):
    return b64(n.to_bytes(length or (n.bit_length() + 7) // 8, "big"))


# --- RSA (RFC 8017) -------------------------------------------------------------------------------

def is_prime(n):
    if any(n % p == 0 for p in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)):
        return False
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for _ in range(16):
        x = pow(secrets.randbelow(n - 3) + 2, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime(bits):
    while True:
        p = secrets.randbits(bits) | 1 << (bits - 1) | 1 << (bits - 2) | 1
        if (p - 1) % 65537 and is_prime(p):
            return p


class Rsa:
    def __init__(self, bits=2048):
        p, q = prime(bits // 2), prime(bits // 2)
        self.n, self.e = p * q, 65537
        self.d = pow(self.e, -1, (p - 1) * (q - 1))
        self.length = (self.n.bit_length() + 7) // 8

    def sign(self, text):
        info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(text).digest()
        block = b"\0\1" + b"\xff" * (self.length - len(info) - 3) + b"\0" + info
        return pow(int.from_bytes(block, "big"), self.d, self.n).to_bytes(self.length, "big")

    def jwk(self, kid):
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": number(self.n), "e": number(self.e)}


# --- ECDSA on P-256 (FIPS 186-4) ---------------------------------------------------------------------

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b
             else (b[1] - a[1]) * pow(b[0] - a[0], -1, P))
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k, point):
    total = None
    while k:
        if k & 1:
            total = add(total, point)
        point, k = add(point, point), k >> 1
    return total


class P256:
    def __init__(self):
        self.d = secrets.randbelow(N - 1) + 1
        self.public = times(self.d, G)

    def sign(self, text):
        z = int.from_bytes(hashlib.sha256(text).digest(), "big")
        while True:
            k = secrets.randbelow(N - 1) + 1
            r = times(k, G)[0] % N
            s = pow(k, -1, N) * (z + r * self.d) % N
            if r and s:
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def jwk(self, kid):
        return {"kty": "EC", "crv": "P-256", "use": "sig", "kid": kid,
                "x": number(self.public[0], 32), "y": number(self.public[1], 32)}


RSA, EC, STRANGER = Rsa(), P256(), P256()
lock = threading.Lock()
state = {"fault": "", "codes": {}, "tickets": {}, "counts": {}}


def claims_of(fault, issuer, nonce):
    now = int(time.time())
    claims = {"iss": issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **USER}
    changes = {
        "other issuer": {"iss": issuer + "/other"}, "other audience": {"aud": "another"},
        "two audiences": {"aud": [CLIENT, "another"]},
        "two audiences, for us": {"aud": [CLIENT, "another"], "azp": CLIENT},
        "for another": {"azp": "another"}, "list of one": {"aud": [CLIENT]},
        "other nonce": {"nonce": "x" * 64}, "no nonce": {"nonce": None},
        "expired": {"exp": now - 120}, "no expiry": {"exp": None}, "long ago": {"iat": now - 3600},
        "of tomorrow": {"iat": now + 86400}, "nobody": {"sub": ""}, "no subject": {"sub": None},
        "number for subject": {"sub": 248289761001}, "someone else": {"sub": "stranger"},
        "far future": {"iat": 2 ** 63 - 1, "exp": 2 ** 63 - 1}, "far past": {"iat": -2 ** 63},
        "expiry in words": {"exp": str(now + 300)}, "expiry beyond numbers": {"exp": 1e300},
        "audience in a list in a list": {"aud": [[CLIENT]]}, "audience in an object": {"aud": {CLIENT: CLIENT}},
        "audience that begins like ours": {"aud": CLIENT + "x"}, "issuer with a slash": {"iss": issuer + "/"},
        "issuer in capitals": {"iss": issuer.upper()}, "list for nonce": {"nonce": [nonce]},
        "nonce that goes on": {"nonce": nonce + "0"}, "list for subject": {"sub": [USER["sub"]]},
        "blank behind": {"sub": USER["sub"] + " "}, "wide digits": {"sub": "".join(chr(ord(c) + 0xfee0) for c in USER["sub"])},
        "NUL behind": {"sub": USER["sub"] + "\0"}, "joiner inside": {"sub": USER["sub"][:3] + "\u200d" + USER["sub"][3:]},
        "other unit": {"credit_code": "91110000000000000X"}, "no unit": {"credit_code": None},
    }
    claims.update(changes.get(fault, {}))
    return {name: value for name, value in claims.items() if value is not None}


def id_token(fault, issuer, nonce):
    header, key = {"alg": "RS256", "kid": "rsa"}, RSA.sign
    if fault in ("curve", "other key", "key of another algorithm"):
        header, key = {"alg": "ES256", "kid": "ec"}, EC.sign
    if fault == "other key":
        key = STRANGER.sign
    if fault == "key of another algorithm":
        header["kid"] = "rsa"
    if fault == "unknown key":
        header["kid"] = "gone"
    if fault == "no key named":
        del header["kid"]
    if fault == "asks for more":
        header["crit"] = ["b64"]
    if fault == "unsigned":
        header, key = {"alg": "none"}, lambda text: b""
    if fault == "keyed hash":
        header, key = {"alg": "HS256", "kid": "rsa"}, lambda text: hmac.new(SECRET.encode(), text, "sha256").digest()
    if fault.startswith("algorithm "):
        header["alg"] = fault.removeprefix("algorithm ")
    if fault == "key in the token":
        header, key = {"alg": "ES256", "jwk": STRANGER.jwk("own"), "jku": issuer + "/keys"}, STRANGER.sign
    if fault in ("signature of zeros", "signature of nothing"):
        header = {"alg": "ES256", "kid": "ec"}
        key = (lambda text: bytes(64)) if fault == "signature of zeros" else (lambda text: b"")
    body = b64(claims_of(fault, issuer, nonce))
    if fault == "claim twice":
        text = json.dumps(claims_of("", issuer, nonce))
        body = b64((text[:-1] + ', "sub": "stranger"}').encode())
    signed = f"{b64(header)}.{body}"
    token = f"{signed}.{b64(key(signed.encode()))}"
    if fault == "changed":
        at = len(b64(header)) + 20
        token = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]
    if fault == "header twice":
        text = json.dumps(header)
        signed = b64((text[:-1] + ', "alg": "none"}').encode()) + "." + body
        token = f"{signed}.{b64(key(signed.encode()))}"
    if fault == "padded":
        token += "=="
    return {"four parts": token + ".x", "two parts": signed, "no token": None}.get(fault, token)


def success_of(fault):
    """CAS: what says whose ticket it was."""
    user = {"comment": "zhang<!-- -->.san", "someone else": "stranger", "own entity": "&who;", "outer entity": "zhang.san&who;",
            "unknown entity": "zhang.san&nobody;", "bare ampersand": "zhang.san & co", "control character": "zhang.san\x01",
            "element in a name": "zhang<cas:b>.san</cas:b>", "capitals": "ZHANG.SAN",
            "wide letters": "".join(chr(ord(c) + 0xfee0) for c in "zhang.san")}.get(fault, "zhang.san")
    codes = [] if fault == "no unit" else [USER["credit_code"]]
    if fault == "two units":
        codes.append("91110000000000000X")
    attributes = "".join(f"<cas:creditCode>{escape(code)}</cas:creditCode>" for code in codes)
    if fault == "user in attributes":
        attributes += "<cas:user>stranger</cas:user>"
    user = "" if fault == "no user" else f"<cas:user>{user}</cas:user>"
    if fault == "two users":
        user += "<cas:user>stranger</cas:user>"
    if fault == "user of another namespace":
        user = "<x:user xmlns:x='urn:example:other'>zhang.san</x:user>"
    if fault == "user in a CDATA section in a user":
        user = "<cas:user><cas:user>stranger</cas:user><![CDATA[zhang.san]]></cas:user>"
    body = f"<cas:authenticationSuccess>{user}<cas:attributes>{attributes}</cas:attributes></cas:authenticationSuccess>"
    if fault == "two successes":
        body += body.replace("zhang.san", "stranger")
    if fault == "both":
        body += "<cas:authenticationFailure code='X'>no</cas:authenticationFailure>"
    if fault == "success in a failure":
        body = f"<cas:authenticationFailure code='X'>{body}</cas:authenticationFailure>"
    return body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json", location=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def place(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        with lock:
            state["counts"][url.path] = state["counts"].get(url.path, 0) + 1
            return url, query, state["fault"], f"http://{self.headers['Host']}"

    def do_GET(self):
        url, query, fault, here = self.place()
        if url.path == "/fault":
            state["fault"] = urllib.parse.unquote_plus(url.query)
            return self.answer(200, {})
        if url.path == "/counts":
            return self.answer(200, state["counts"])
        if url.path == "/.well-known/openid-configuration":
            issuer = here + ("/x" if fault == "another name" else "")
            places = {"authorization_endpoint": here + "/authorize", "token_endpoint": here + "/token",
                      "jwks_uri": here + "/keys"}
            if fault == "no places":
                places = {}
            if fault == "script for a place":
                places["authorization_endpoint"] = "javascript:alert(1)//"
            return self.answer(200, {"issuer": issuer, **places})
        if url.path == "/keys":
            keys = [] if fault == "no keys" else [RSA.jwk("rsa"), EC.jwk("ec"), {"kty": "oct", "kid": "x", "k": "AA"}]
            if fault == "key of another padding":
                keys[0]["alg"] = "PS256"
            if fault == "key for encryption":
                keys[0]["use"] = "enc"
            return self.answer(500 if fault == "keys fail" else 200, {"keys": keys})
        if url.path == "/authorize":
            return self.authorize(query, fault, here)
        if url.path == "/cas/login":
            ticket = "ST-" + secrets.token_hex(16)
            state["tickets"][ticket] = query["service"]
            return self.answer(302, b"", location=f"{query['service']}&ticket={ticket}")
        if url.path in ("/cas/p3/serviceValidate", "/cas/serviceValidate"):
            return self.validate(query, fault)
        self.answer(404, {})

    def authorize(self, query, fault, here):
        need = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        if any(query.get(name) != value for name, value in need.items()) or "openid" not in query["scope"].split():
            return self.answer(400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(24)
        state["codes"][code] = query
        back = {"code": code, "state": query["state"], "iss": here}
        if fault == "denied":
            back = {"error": "access_denied", "state": query["state"], "iss": here}
        if fault == "silent issuer":
            del back["iss"]
        if fault == "mixed up":
            back["iss"] = "https://attacker.example"
        self.answer(302, b"", location=f"{query['redirect_uri']}?{urllib.parse.urlencode(back)}")

    def do_POST(self):
        url, _, fault, here = self.place()
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        begun = state["codes"].pop(form.get("code"), None)
        user, _, password = base64.b64decode(self.headers["Authorization"].split()[1]).decode().partition(":")
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if fault == "token fails":
            return self.answer(500, {})
        if fault == "no JSON":
            return self.answer(200, b"<html>")
        if (not begun or form.get("grant_type") != "authorization_code"
                or form.get("redirect_uri") != begun["redirect_uri"] or challenge != begun["code_challenge"]
                or urllib.parse.unquote(user) != CLIENT or urllib.parse.unquote(password) != SECRET):
            return self.answer(400, {"error": "invalid_grant"})
        token = id_token(fault, here, begun["nonce"])
        self.answer(200, {"access_token": "unused", "token_type": "Bearer", **({"id_token": token} if token else {})})

    def validate(self, query, fault):
        service = state["tickets"].pop(query.get("ticket"), None)
        if service is None or service != query.get("service") or fault == "refused":
            body = "<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure>"
        else:
            body = success_of(fault)
        space = "urn:example:other" if fault == "other namespace" else "http://www.yale.edu/tp/cas"
        body = f"<cas:serviceResponse xmlns:cas='{space}'>{body}</cas:serviceResponse>"
        around = {"answer in a page": f"<html><body>{body}</body></html>", "answer twice": body + body, "cut": body[:-30],
                  "no XML": "yes\nzhang.san\n", "no namespace": body.replace(f" xmlns:cas='{space}'", ""),
                  "own entity": f"<!DOCTYPE x [<!ENTITY who 'zhang.san'>]>{body}",
                  "outer entity": f"<!DOCTYPE x [<!ENTITY who SYSTEM 'file:///etc/hostname'>]>{body}"}
        self.answer(500 if fault == "fails" else 200, around.get(fault, body).encode(), "application/xml")


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
