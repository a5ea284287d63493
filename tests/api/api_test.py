#!/usr/bin/env python3
"""api_test.py ZHIYUN: runs every scenario in scenarios/ against a real server over loopback.

../programmes/scenario.py says how they read. An officer of the demo asks, or a stranger with a token that nobody has.
"""
import glob
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

for folder in ("..", os.path.join("..", "programmes")):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), folder))
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import demo_made  # noqa: E402
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402
import workbooks  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ZHIYUN = os.path.abspath(sys.argv[1])


class Server:
    zhiyun, starts, door = ZHIYUN, 0, None  # for client.Person

    def __init__(self, data, token):
        self.token = token  # of an officer of the demo
        self.port = ports.free_port()
        self.process = subprocess.Popen([ZHIYUN, *store.words(data), "--quiet", "--lang", "en", "serve", "--listen",
                                         f"127.0.0.1:{self.port}"])
        for _ in range(6000):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not start")

    def raw(self, data, timeout=10):
        """Bytes out, all bytes back until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as s:
            s.sendall(data)
            got = b""
            s.settimeout(timeout)
            while True:
                try:
                    part = s.recv(65536)
                except socket.timeout:
                    return got
                if not part:
                    return got
                got += part

    def request(self, method, path, headers, body, timeout=600):
        quoted = urllib.parse.quote(path, safe="/?&=%:,")
        head = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", "Authorization": f"Bearer {self.token}",
                **headers}
        if body is not None:
            head.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {quoted} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items()), "", ""]
        reply = self.raw("\r\n".join(lines).encode() + (body or b""), timeout)
        top, _, content = reply.partition(b"\r\n\r\n")
        status = int(top.split(b" ", 2)[1])
        fields = dict(line.split(": ", 1) for line in top.decode().split("\r\n")[1:])
        return status, {k.lower(): v for k, v in fields.items()}, content

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=600)


def scenario_test(path):
    def test(server):
        people = {"officer": server.token, "stranger": "none"}
        asked = scenario.Asked({name: client.Person(server, token, name) for name, token in people.items()}, os.path.dirname(path))
        for step in scenario.read(path):
            try:
                asked.request(list(step.lines))
            except Exception as why:
                raise AssertionError(step.title) from why
    return test


def test_what_changes_rarely_is_sent_once(server):
    for path in ("/regions?under=51", "/types", "/types/deal", "/packs", "/openapi.json"):
        tags = {}
        for language in ("zh", "en"):
            def ask(tag=None):
                head = {"Accept-Language": language, **({"If-None-Match": tag} if tag else {})}
                return server.request("GET", "/api/v1" + path, head, None)
            status, fields, content = ask()
            tags[language] = tag = fields["etag"]
            assert status == 200 and content and fields["cache-control"] == "no-cache", path
            # A proxy makes a strong tag weak; a browser sends all that it has.
            for given in (tag, tag.removeprefix("W/"), f'"x", {tag}'):
                status, fields, content = ask(given)
                assert (status, content, fields["etag"]) == (304, b"", tag), (path, given, status)
            for given in ('"x"', tag[:-2] + '"'):
                assert ask(given)[0] == 200, (path, given)
        # Another language is another answer; regions have Chinese names alone, what a type says of itself both.
        assert (tags["zh"] != tags["en"]) == (path not in ("/regions?under=51", "/types/deal")), (path, tags)


def test_a_list_that_is_kept_in_memory_is_gzipped_like_any_other(server):
    path, gzipped = "/api/v1/records/case?limit=50", {"Accept-Encoding": "gzip"}
    for _ in range(3):  # from the second on it is answered from memory
        _, plain, content = server.request("GET", path, {}, None)
        _, fields, packed = server.request("GET", path, gzipped, None)
        assert "content-encoding" not in plain and fields["content-encoding"] == "gzip", (plain, fields)
        assert gzip.decompress(packed) == content and len(packed) * 3 < len(content)


def test_the_types_in_short_fit_a_menu(server):
    for language, label in (("zh", "交易"), ("en", "Deal")):
        _, _, content = server.request("GET", "/api/v1/types", {"Accept-Language": language}, None)
        items = json.loads(content)["items"]
        assert len(items) > 90 and len(content) < 16000, len(content)
        deal = next(one for one in items if one["name"] == "deal")
        assert (deal["label"], deal["may"]) == (label, ["read"]), deal  # an officer enters no deals


def test_malformed_requests_are_refused_and_smuggle_nothing(server):
    host = f"Host: 127.0.0.1:{server.port}\r\n"
    second = f"GET /healthz HTTP/1.1\r\n{host}\r\n"
    odd = {
        "two hosts": f"GET /healthz HTTP/1.1\r\n{host}{host}\r\n",
        "no host": "GET /healthz HTTP/1.1\r\n\r\n",
        "foreign host": "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "two lengths": f"POST /api/v1/match HTTP/1.1\r\n{host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}x",
        "length and chunked": f"POST /api/v1/match HTTP/1.1\r\n{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{second}",
        "space before colon": f"GET /healthz HTTP/1.1\r\nHost : x\r\n{host}\r\n",
        "version": f"GET /healthz HTTP/1.2\r\n{host}\r\n",
    }
    for name, text in odd.items():
        got = server.raw(text.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1).encode())
        statuses = re.findall(rb"HTTP/1\.1 (\d{3})", got)
        assert b"200" not in statuses, (name, got[:300])
    status, _, _ = server.request("GET", "/healthz", {}, None)
    assert status == 200


def big_csv(first, rows):
    lines = ["公开（公告）号,标题,摘要,公开（公告）日,申请人"]
    lines += [f"CN1{first + n:08d}A,一种演示用竹编机器人{n},竹编 {'竹' * 40},2020-01-02,虚构公司" for n in range(rows)]
    return "\n".join(lines).encode()


def test_uploads_do_not_keep_other_requests_waiting(server):
    bodies = [big_csv(40000000 + part * 1000000, 15000) for part in range(3)]
    replies, longest = [], 0
    def upload(body):
        replies.append(server.request("POST", "/api/v1/imports?name=big.csv", {}, body, timeout=600))
    threads = [threading.Thread(target=upload, args=(body,)) for body in bodies]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        asked = time.monotonic()
        assert server.request("GET", "/healthz", {}, None, timeout=600)[0] == 200
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.02)
    took = time.monotonic() - start
    assert [json.loads(content)["files"][0]["inserted"] for _, _, content in replies] == [15000] * 3
    assert longest < took / 3, (longest, took)


def test_a_signal_to_stop_reaches_the_thread_that_waits_for_it(server):
    """Any other thread that let it through would end the program where it stands."""
    tasks = f"/proc/{server.process.pid}/task"
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/status", encoding="utf-8") as file:
            blocked = int(re.search(r"^SigBlk:\s+(\w+)$", file.read(), re.MULTILINE)[1], 16)
        waits = int(task) == server.process.pid
        assert waits or all(blocked >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGTERM)), (task, blocked)


def test_the_server_stops_beside_a_slow_reader_and_an_import(server):
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(f"GET /api/v1/search?query=&k=3600 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode() * 8)
        cut, body = [], big_csv(50000000, 100000)  # made here: it takes longer than the server is given
        def upload():
            cut.append(server.request("POST", "/api/v1/imports?name=cut.csv", {}, body, timeout=600))
        thread = threading.Thread(target=upload)
        thread.start()
        while thread.is_alive() and store.run(server.data, "SELECT count(*) FROM publication_import WHERE name = 'cut.csv'") == [["0"]]:
            time.sleep(0.05)
        assert server.stop() == 0
        thread.join()
        assert cut[0][0] in (200, 503), cut


def test_the_workbook_of_a_landscape_holds_its_cells(server):
    head = {"Content-Type": "application/json", "Accept-Language": "zh"}
    for by in (["year"], ["ipc4"], ["year", "office"], ["applicant", "status"], ["year", "type", "ipc1"]):
        body = json.dumps({"by": by, "filters": ["type=invention,utility"]}).encode()
        cells = json.loads(server.request("POST", "/api/v1/landscape", head, body)[2])["cells"]
        status, _, content = server.request("POST", "/api/v1/landscape/export.xlsx", head, body)
        assert status == 200
        *crosses, (names, *rows), asked = workbooks.opened(content)
        assert len(crosses) == (len(by) == 2) and asked[1] == ["筛选", "type=invention,utility"], (by, asked)
        assert names[-1] == "件数" and len(rows) == len(cells), (by, names)
        for cell, row in zip(cells, rows):
            keys = [key for dimension, key in zip(by, cell["key"]) if dimension != "year"]
            assert row[-1] == cell["count"] and {*cell["label"], *keys} <= {str(one) for one in row}, (cell, row)
        for (_, *across), *lines in crosses:
            crossed = {(str(line[0]), str(one)): n for line in lines for one, n in zip(across, line[1:]) if n}
            every = {tuple(cell["label"]): cell["count"] for cell in cells}
            assert crossed.items() <= every.items() and (len(crossed) == len(every) or lines[-1][0].startswith("…")), by


def main():
    work = tempfile.mkdtemp(prefix="zhiyun-api-")
    data = os.path.join(work, "data")
    try:
        demo_made.copy_to(ZHIYUN, data)
        token = json.loads(subprocess.run([ZHIYUN, *store.words(data), "--json", "user", "token", "officer"], check=True,
                                          capture_output=True).stdout)["token"]
        server = Server(data, token)
        server.work, server.data = work, data
        module = type(sys)("scenarios")
        for path in sorted(glob.glob(os.path.join(HERE, "scenarios", "*.scenario"))):
            name = os.path.splitext(os.path.basename(path))[0]
            setattr(module, f"test_{name}", scenario_test(path))
        module.test_malformed = test_malformed_requests_are_refused_and_smuggle_nothing
        module.test_what_changes_rarely_is_sent_once = test_what_changes_rarely_is_sent_once
        module.test_a_list_in_gzip = test_a_list_that_is_kept_in_memory_is_gzipped_like_any_other
        module.test_the_types_in_short_fit_a_menu = test_the_types_in_short_fit_a_menu
        module.test_the_workbook_of_a_landscape = test_the_workbook_of_a_landscape_holds_its_cells
        module.test_uploads = test_uploads_do_not_keep_other_requests_waiting
        module.test_a_signal = test_a_signal_to_stop_reaches_the_thread_that_waits_for_it
        module.test_the_server_stops = test_the_server_stops_beside_a_slow_reader_and_an_import
        tap.run(module, server)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
