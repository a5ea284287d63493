#!/usr/bin/env python3
"""turns.py ZHIYUN [SECONDS [WHAT…]]: an officer's search while six clients of one other account ask what takes long, in a copy of the demo
with RECORDS (20000) more publications.

Printed: p50, p99 and the worst of the search in ms, for SECONDS (20) each: quiet; beside six clients that ask each of the slow
resources in turn, one after the other; beside six that ask the same and close their connection at once, as a page does that is
left, one a second each. A row's ratio is its p99 to that of quiet, before it. WHAT: names of `ASKED`, to ask those alone; `each`:
first the time of one request of each."""
import csv
import http.client
import io
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ZHIYUN = os.path.abspath(sys.argv[1])
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 20
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import demo_made  # noqa: E402
import ports  # noqa: E402

PACK = "sc-yunying-2025"
RECORDS = int(os.environ.get("RECORDS", "20000"))
SEARCHER, ASKER = "officer", "officer2"
CLIENTS = 6
WORDS = urllib.parse.quote("电池 材料")
SEARCH = f"/search?query={WORDS}&k=20"
TEXT = "一种动力电池的正极材料及其制备方法，提高循环寿命与热稳定性，用于储能和新能源汽车。" * 8


def accepting(port, server):
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        assert server.poll() is None, "the server ended"
        time.sleep(0.05)


def import_publications(data, path):
    words = "电池 材料 光学 检测 装置 方法 芯片 封装 涂层 叶片 轴承 传感 图像 控制 系统".split()
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["公开号", "标题", "申请人"])
        out.writerows([f"CN{190000000 + n}A", "".join(words[n // k % len(words)] for k in (1, 7, 31, 101)), f"虚构{n % 997}公司"] for n in range(RECORDS))
    subprocess.run([ZHIYUN, "--data", data, "--quiet", "import", path], check=True, stdout=subprocess.DEVNULL)


def packed(folder):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for at, _, names in os.walk(folder):
            for name in names:
                book.write(os.path.join(at, name), os.path.relpath(os.path.join(at, name), os.path.dirname(folder)))
    return made.getvalue()


def asked(case, party):
    """{name: (method, path, body)} of what takes long."""
    return {
        "cases of a policy": ("GET", f"/packs/{PACK}/cases", None),
        "simulation": ("POST", f"/packs/{PACK}/simulate", {"set": ["staff-count=8"]}),
        "simulation as Excel": ("POST", f"/packs/{PACK}/simulate?format=xlsx", {"set": ["staff-count=8"]}),
        "differences": ("GET", f"/packs/{PACK}/differences?with=sx-yunying-draft", None),
        "a policy as a ZIP": ("POST", "/packs", packed(os.path.join(ROOT, "packs", "sc-yucheng-2025"))),
        "amendments": ("GET", f"/packs/{PACK}/amendments", None),
        "reports": ("GET", f"/reports/{PACK}/annual-evaluation?year=2026", None),
        "records as Excel": ("GET", "/records/deal/export.xlsx", None),
        "cases as Excel": ("GET", "/cases?format=xlsx", None),
        "matches": ("POST", "/match", {"text": TEXT, "k": 5000}),
        "matches as Excel": ("POST", "/match/export.xlsx", {"text": TEXT}),
        "hits": ("GET", f"/search?query={WORDS}&k=10000", None),
        "hits as Excel": ("GET", f"/search/export.xlsx?query={WORDS}", None),
        "landscape": ("POST", "/landscape", {"query": "", "by": ["year", "applicant"]}),
        "landscape as Excel": ("POST", "/landscape/export.xlsx", {"query": "", "by": ["year", "applicant"]}),
        "check": ("POST", f"/packs/{PACK}/check", {"party": party}),
        "beginnings": ("GET", f"/beginnings?party={party}", None),
        "actions of a case": ("GET", f"/cases/{case}/actions", None),
        "materials of a case": ("GET", f"/cases/{case}/materials", None),
        "a match": ("POST", "/match", {"text": TEXT, "k": 20}),
        "a search": ("GET", SEARCH, None),
    }


class Client:
    def __init__(self, port, token):
        self.port, self.token, self.connection = port, token, None

    def begin(self, method, path, body=None):
        """Sends a request, on a connection of its own where there is none."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/zip" if isinstance(body, bytes) else "application/json"
        self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port)
        self.connection.request(method, "/api/v1" + path, raw, {"Authorization": f"Bearer {self.token}", **({"Content-Type": kind} if raw else {})})

    def ask(self, *what):
        """The answer's status and body."""
        self.begin(*what)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def leave(self):
        self.connection.close()
        self.connection = None


def ask_on(client, what, leaves, at, done):
    while True:
        if leaves:
            client.begin(*what[at % len(what)])
            client.leave()
            time.sleep(1)
        else:
            status, body = client.ask(*what[at % len(what)])
            assert status == 200, (what[at % len(what)][:2], status, body[:300])
        with done.get_lock():
            done.value += 1
        at += 1


def search(client, what, going, quiet=None):
    times, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.perf_counter()
        status, body = client.ask("GET", SEARCH)
        times.append((time.perf_counter() - began) * 1e3)
        assert status == 200, body[:300]
        time.sleep(0.01)
    times.sort()
    p99 = times[len(times) * 99 // 100]
    print(f"{what:34} {len(times):5} searches  p50 {times[len(times) // 2]:8.1f}  p99 {p99:8.1f}  worst {times[-1]:8.1f} ms"
          + (f"  {p99 / quiet:6.2f} x quiet, {going.value} asked" if quiet else ""), flush=True)
    return p99


def beside(searcher, port, token, what, leaves):
    """First quiet, then beside them."""
    quiet = search(searcher, "quiet", None)
    done = multiprocessing.Value("i", 0)
    clients = [multiprocessing.Process(target=ask_on, args=(Client(port, token), what, leaves, at, done), daemon=True) for at in range(CLIENTS)]
    for one in clients:
        one.start()
    search(searcher, f"beside {CLIENTS} that leave" if leaves else f"beside {CLIENTS} clients", done, quiet)
    for one in clients:
        one.terminate()
        one.join()
    began = time.monotonic()
    searcher.ask("GET", SEARCH)
    Client(port, token).ask("GET", f"/packs/{PACK}/cases")  # behind all that is left
    print(f"{'':34} the account is answered again after {time.monotonic() - began:.1f} s", flush=True)


def main():
    with tempfile.TemporaryDirectory() as work:
        data = os.path.join(work, "demo")
        demo_made.copy_to(ZHIYUN, data)
        import_publications(data, os.path.join(work, "publications.csv"))
        port = ports.free_port()
        tokens = {name: subprocess.run([ZHIYUN, "--data", data, "user", "token", name], capture_output=True, text=True, check=True).stdout.split()[-1]
                  for name in (SEARCHER, ASKER)}
        server = subprocess.Popen([ZHIYUN, "--data", data, "--quiet", "serve", "--listen", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
        try:
            accepting(port, server)
            searcher, asker = (Client(port, tokens[name]) for name in (SEARCHER, ASKER))
            case = json.loads(asker.ask("GET", "/cases?limit=1")[1])["items"][0]["id"]
            party = json.loads(asker.ask("GET", "/records/party?limit=1&fields=credit_code&filter=kind%3Dparty")[1])["items"][0]["credit_code"]
            all_of_them = asked(case, party)
            wanted = [name for name in sys.argv[3:] if name != "each"] or list(all_of_them)
            if "each" in sys.argv[3:]:
                for name in wanted:
                    began = time.monotonic()
                    status, body = asker.ask(*all_of_them[name])
                    print(f"{name:24} {status} {len(body):9} bytes {(time.monotonic() - began) * 1e3:9.1f} ms", flush=True)
            for leaves in (False, True):
                beside(searcher, port, tokens[ASKER], [all_of_them[name] for name in wanted], leaves)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
