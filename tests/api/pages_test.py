#!/usr/bin/env python3
"""pages_test.py ZHIYUN WITHOUT MANUAL: how the web application is served: its pages at all their addresses, its files, headers,
the path of a front proxy (with the manual's own lines, through nginx); and the one page of WITHOUT, the program without it."""
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN, WITHOUT, MANUAL = map(os.path.abspath, sys.argv[1:4])
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
          "connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'")
PUBLIC = "zhiyun.example.cn"


def until_listens(port, process):
    while process.poll() is None:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"{process.args} ended with {process.returncode}")


class Server:
    def __init__(self, program, data):
        self.port = ports.free_port()
        self.process = subprocess.Popen([program, *store.words(data), "--quiet", "serve", "--listen", f"127.0.0.1:{self.port}"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_listens(self.port, self.process)

    def ask(self, path, method="GET", body=None, **headers):
        """(status, headers, content)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def page(self, path, **headers):
        status, told, content = self.ask(path, **headers)
        assert status == 200 and told["Content-Type"] == "text/html; charset=utf-8", (path, status, told)
        return content.decode()

    def close(self):
        self.process.terminate()
        self.process.wait()


class Instance:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="zhiyun-pages-")
        self.data = os.path.join(self.folder, "data")
        self.command("init")
        self.command("user", "add", "xt", "--role", "system_administrator")
        self.token = json.loads(self.command("--json", "user", "token", "xt"))["token"]
        self.server = Server(ZHIYUN, self.data)

    def command(self, *arguments):
        return subprocess.run([ZHIYUN, *store.words(self.data), *arguments], check=True, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL).stdout

    def reached_at(self, url):
        status, _, content = self.server.ask("/api/v1/public-address", "PUT", json.dumps({"url": url, "reason": "虚构的理由"}),
                                             Authorization=f"Bearer {self.token}", Content_Type="application/json")
        assert status == 200, content

    def close(self):
        self.server.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def needs_pages(server):
    if "Zhiyun" in server.page("/") and "NOWEB" in server.page("/"):
        raise tap.Skip("the program was built without pages")


def base_of(page):
    found = re.findall(r'<base href="([^"]*)"', page)
    assert len(found) == 1, page
    return found[0]


def addresses(text):
    return set(re.findall(r"assets/[\w.-]+\.(?:js|css|svg|png|webp|woff2)", text))


def test_the_two_pages_open_at_all_their_addresses(instance):
    server = instance.server
    needs_pages(server)
    portal, work = server.page("/"), server.page("/w")
    assert portal != work
    for path in ("/?query=x", "/search", "/patents/12", "/a/b/c/d/e/f", "/wide", "/%E4%B8%8D"):
        assert server.page(path) == portal, path
    for path in ("/w/", "/w/login", "/w/patents/12", "/w/a/b/c/d/e/f?x=1"):
        assert server.page(path) == work, path
    for path in ("/api/v1/nothing", "/api/v1/", "/api/nothing", "/assets/nothing.js", "/assets/a/b.js", "/assets/"):
        status, told, _ = server.ask(path)
        assert status == 404 and told["Content-Type"] == "application/problem+json", (path, status)
    assert server.ask("/w/login", "POST", "{}")[0] == 405 and server.ask("/api/v1/nothing", "POST", "{}")[0] == 404
    assert server.ask("/w/login", "HEAD")[::2] == (200, b"")


def test_pages_are_asked_for_again_and_files_never(instance):
    server = instance.server
    needs_pages(server)
    seen, files = set(), addresses(server.page("/") + server.page("/w"))
    assert any(name.endswith(".js") for name in files), files
    for path in ("/", "/w/login"):
        _, told, _ = server.ask(path)
        assert told["Cache-Control"] == "no-cache", told
        assert server.ask(path, If_None_Match=told["ETag"])[::2] == (304, b"")
    while files - seen:  # what they load, and what that loads
        name = min(files - seen)
        seen.add(name)
        status, told, packed = server.ask(f"/{name}", Accept_Encoding="br, gzip;q=0.8")
        assert (status, told["Content-Encoding"], told["Cache-Control"]) == (200, "gzip", "public, max-age=31536000, immutable"), (name, told)
        assert "Accept-Encoding" in told["Vary"] and told["ETag"], told
        for headers in ({}, {"Accept_Encoding": "gzip;q=0"}, {"Accept_Encoding": "identity, br"}):
            status, plain, content = server.ask(f"/{name}", **headers)
            assert status == 200 and plain["Content-Encoding"] is None and gzip.decompress(packed) == content, (name, headers)
        assert server.ask(f"/{name}", If_None_Match=told["ETag"])[::2] == (304, b"")
        if name.endswith((".js", ".css")):
            text = content.decode()
            files |= addresses(text) | {f"assets/{found}" for found in re.findall(r'["(]\./([\w.-]+\.(?:js|css|woff2))["?)]', text)}
    assert len(seen) > 4, seen


def test_robots_are_told_to_read_the_portal_alone(instance):
    status, told, content = instance.server.ask("/robots.txt")
    assert status == 200 and told["Content-Type"] == "text/plain; charset=utf-8" and told["Cache-Control"] == "no-cache", (status, told)
    assert content.decode().splitlines() == ["User-agent: *", "Disallow: /api/", "Disallow: /w/"], content


def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing_of_its_own(instance):
    for path in ("/", "/w", "/check", "/check/nothing"):
        status, told, content = instance.server.ask(path)
        page = content.decode()
        assert told["Content-Security-Policy"] == POLICY and told["X-Content-Type-Options"] == "nosniff", (path, status, told)
        assert not re.search(r"<style|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href|action)=\"(?:https?:)?//", page), page


def test_the_path_of_the_public_address_is_where_pages_begin(instance):
    server = instance.server
    assert base_of(server.page("/w/login")) == "/"
    for url, base in ((f"https://{PUBLIC}/zy/ip", "/zy/ip/"), (f"https://{PUBLIC}/a&b", "/a&amp;b/"), (f"https://{PUBLIC}", "/")):
        instance.reached_at(url)
        for path in ("/", "/w/login", "/check"):
            assert base_of(server.page(path, Host=PUBLIC)) == base, (url, path)
            assert base_of(server.page(path)) == "/", (url, path)  # on the server's own machine
    instance.reached_at(f"https://{PUBLIC}/zy/ip")
    tags = {server.ask("/w", Host=host)[1]["ETag"] for host in (PUBLIC, "127.0.0.1")}
    assert len(tags) == 2, tags
    instance.reached_at("")


def test_another_host_is_given_pages_and_no_data(instance):
    """So that the page can say what is missing: over plain HTTP no browser keeps a session's cookie."""
    server = instance.server
    for path in ("/", "/w/login", "/check.css"):
        assert server.ask(path, Host="192.0.2.7")[0] == 200, path
    for path in ("/api/v1/session", "/api/v1/search?query=x", "/check", "/healthz", "/metrics", "/api/v1/nothing"):
        assert server.ask(path, Host="192.0.2.7")[0] == 403, path


def test_the_manuals_lines_serve_below_a_path(instance):
    needs_pages(instance.server)
    if not NGINX:
        raise tap.Skip("nginx is not installed")
    with open(MANUAL, encoding="utf-8") as file:
        lines = re.search(r"```\n(location /zy/ip/ \{\n.*?\n\})\n", file.read(), re.S)[1]
    folder, port = tempfile.mkdtemp(prefix="zhiyun-nginx-"), ports.free_port()
    os.chmod(folder, 0o755)
    lines = lines.replace("127.0.0.1:8420", f"127.0.0.1:{instance.server.port}")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(f"daemon off; pid {folder}/pid; error_log {folder}/log;\nevents {{}}\n"
                   f"http {{ access_log off;\n{temporary}server {{ listen 127.0.0.1:{port};\n{lines}\n}} }}\n")
    nginx = subprocess.Popen([NGINX, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/log"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_listens(port, nginx)
        instance.reached_at(f"http://127.0.0.1:{port}/zy/ip")
        proxy = Server.__new__(Server)
        proxy.port = port
        page = proxy.page("/zy/ip/w/login")
        assert base_of(page) == "/zy/ip/" and addresses(page), page
        for name in addresses(page):
            assert proxy.ask(f"/zy/ip/{name}")[2] == instance.server.ask(f"/{name}")[2] != b"", name
        status, told, content = proxy.ask("/zy/ip/api/v1/session", Authorization=f"Bearer {instance.token}")
        assert status == 200 and json.loads(content)["name"] == "xt", content
        assert proxy.ask("/w/login")[0] == 404
    finally:
        nginx.terminate()
        nginx.wait()
        shutil.rmtree(folder, ignore_errors=True)
        instance.reached_at("")


def test_json_is_gzipped_for_who_takes_it(instance):
    ask, who = instance.server.ask, {"Authorization": f"Bearer {instance.token}"}
    status, told, packed = ask("/api/v1/openapi.json", Accept_Encoding="gzip, deflate", **who)
    _, plain, content = ask("/api/v1/openapi.json", **who)
    assert status == 200 and told["Content-Encoding"] == "gzip" and plain["Content-Encoding"] is None, (told, plain)
    assert gzip.decompress(packed) == content and len(packed) * 5 < len(content) and "Accept-Encoding" in plain["Vary"]
    _, told, content = ask("/api/v1/session", Accept_Encoding="gzip", **who)  # it is shorter than a packet
    assert told["Content-Encoding"] is None and json.loads(content)["name"] == "xt", told
    _, told, content = ask("/api/v1/nothing", Accept_Encoding="gzip", **who)
    assert told["Content-Encoding"] is None and json.loads(content)["status"] == 404, told


def test_a_program_without_pages_names_the_cure(instance):
    server = Server(WITHOUT, instance.data)
    try:
        page = server.page("/")
        for word in ("nodejs", "npm", "NOWEB=1", "make dist", "发行包", "/api/v1"):
            assert word in page, word
        assert server.page("/w/login") == page and not addresses(page)
        style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)[1]
        assert server.ask(f"/{style}")[1]["Content-Type"].startswith("text/css")
        assert server.ask("/assets/w.js")[0] == 404
        assert "<form" in server.page("/check")
        status, _, content = server.ask("/api/v1/session", Authorization=f"Bearer {instance.token}")
        assert status == 200 and json.loads(content)["name"] == "xt", content
    finally:
        server.close()


if __name__ == "__main__":
    whole = Instance()
    try:
        tap.run(sys.modules[__name__], whole)
    finally:
        whole.close()
