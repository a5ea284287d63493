"""A gateway in front of Zhiyun that has checked a client's certificate, as far as Zhiyun sees it: certificates
made with openssl, and requests over a Unix socket with the headers that it adds."""
import base64
import http.client
import json
import os
import socket
import subprocess
import urllib.parse

ISSUER = "CN=虚构电子政务 CA,O=虚构省,C=CN"
PERSON = "/C=CN/O=虚构单位/OU={code}/CN={name}"
KEYS = {"sm2": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"],
        "ecdsa": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]}
SM2_ID = "distid:1234567812345678"  # GB/T 32918's usual name of who signs


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """Issues certificates of one kind of keys in a folder of its own."""

    def __init__(self, folder, kind, subject="/C=CN/O=虚构省/CN=虚构电子政务 CA"):
        self.kind, self.folder = kind, os.path.join(folder, kind + str(len(os.listdir(folder))))
        os.mkdir(self.folder)
        self.digest = ["-sm3"] if kind == "sm2" else ["-sha256"]
        self.signing = ["-sigopt", SM2_ID] if kind == "sm2" else []
        self.count = 0
        self.key = self.new_key("ca")
        self.certificate = os.path.join(self.folder, "ca.pem")
        openssl("req", "-x509", "-new", "-utf8", "-days", "3650", *self.digest, *self.signing, "-key", self.key,
                "-subj", subject, "-out", self.certificate)

    def new_key(self, name):
        path = os.path.join(self.folder, name + ".key")
        openssl("genpkey", *KEYS[self.kind], "-out", path)
        return path

    def issue(self, name, code, serial, days=30):
        """The certificate's PEM; days below 0: its time is over."""
        self.count += 1
        request, out = (os.path.join(self.folder, f"{self.count}.{end}") for end in ("csr", "pem"))
        openssl("req", "-new", "-utf8", *self.digest, *self.signing, "-key", self.new_key(str(self.count)),
                "-subj", PERSON.format(code=code, name=name), "-out", request)
        checking = ["-vfyopt", SM2_ID] if self.kind == "sm2" else []
        openssl("x509", "-req", *self.digest, *self.signing, *checking, "-in", request, "-CA", self.certificate,
                "-CAkey", self.key, "-set_serial", f"0x{serial}", "-days", str(days), "-out", out)
        with open(out, encoding="ascii") as file:
            return file.read()


def nginx_form(pem):
    """$ssl_client_escaped_cert"""
    return urllib.parse.quote(pem, safe="-._~")


def rfc9440_form(pem):
    return ":" + base64.b64encode(base64.b64decode("".join(pem.strip().split("\n")[1:-1]))).decode() + ":"


def headers(certificate, verified="SUCCESS"):
    return [("Client-Cert", certificate), ("Client-Cert-Verify", verified)]


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("127.0.0.1", timeout=600)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def ask(connection, method, path, body=None, more=()):
    """(status, answer, its headers); `more`: headers, of which there may be two of one name."""
    connection.putrequest(method, "/api/v1" + path)
    content = b"" if body is None else json.dumps(body).encode()
    for name, value in [*more, *([("Content-Type", "application/json"), ("Content-Length", str(len(content)))] if content else [])]:
        connection.putheader(name, value)
    connection.endheaders(content or None)
    answer = connection.getresponse()
    text = answer.read()
    head = answer.getheaders()
    connection.close()
    return answer.status, json.loads(text or b"null"), head
