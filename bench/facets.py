#!/usr/bin/env python3
"""facets.py ZHIYUN OTHER [RECORDS]: the first asking for facets after a write, beside another build; ratio OTHER/ZHIYUN.

Each build has its own copy of one store: RECORDS (123000) generated ones, whose inventors and applicants are drawn from two fifths and a
quarter as many, and with REAL=FOLDER what the files of that folder hold.
Each of five turns writes a record, waits until a search without facets is told of it, and asks once; the two builds by turns. Medians
of ms over HTTP. KEEP=FOLDER keeps the stores for the next run.

TEXTS=FILE.json, an array of texts: matches them once each in place of the facets, and asks for answers of 10,000 hits. Both builds must
give the same hits, scores and reasons.
"""
import csv
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import ports  # noqa: E402

BUILDS = [os.path.abspath(path) for path in sys.argv[1:3]]
RECORDS = int(sys.argv[3]) if len(sys.argv) > 3 else 123000
TURNS = 5
PARTS = "电池 光学 波导 检测 装置 方法 微波 组件 雷达 芯片 封装 材料 涂层 叶片 轴承 传感 图像 识别 控制 系统 电极 隔膜 散热 壳体".split()
CLASSES = "H01M10/0525 G02B27/01 G01S7/02 F01D5/28 H01L23/31 G06V10/40 F16C33/66 C23C14/06 G05B19/04 H01M50/20 A61K31/00 B65D1/02".split()
HEAD = ["公开号", "标题", "申请人", "发明人", "IPC分类号", "申请日", "公开日", "受理局"]
ASKED = {"all": "", "one word": "电池", "three, any": "电池 OR 波导 OR 雷达", "two, both": "电池 AND 波导", "three, all": "电池 AND 波导 AND 雷达"}
LANDSCAPE = {"query": "", "by": ["year", "ipc4", "applicant"]}


def drawn(seeded, most):
    """A number of a name: half of the names are in few records, some in thousands."""
    return int(most * seeded.random() ** 2.5)


def row(seeded, number):
    year = seeded.randint(2003, 2023)
    inventors = ";".join(f"虚构{drawn(seeded, RECORDS * 2 // 5)}" for _ in range(seeded.randint(1, 4)))
    applicants = ";".join(f"虚构{drawn(seeded, RECORDS // 4)}有限公司" for _ in range(seeded.randint(1, 2)))
    office = seeded.choices(["CN", "US", "WO", "EP", "JP"], [60, 15, 10, 8, 7])[0]
    return [f"{office}{100000000 + number}A", "".join(seeded.choices(PARTS, k=4)), applicants, inventors,
            ";".join(seeded.sample(CLASSES, seeded.randint(1, 3))), f"{year}-03-11", f"{year + 1}-05-17", office]


def write_rows(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEAD)
        out.writerows(rows)


def imported(build, data, *paths):
    subprocess.run([build, "--data", data, "--quiet", "import", *paths], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fill(folder):
    first = os.path.join(folder, "store-0")
    if os.path.exists(first):
        return
    made, seeded = os.path.join(folder, "rows.csv"), random.Random(11)
    write_rows(made, (row(seeded, n) for n in range(RECORDS)))
    real = os.environ.get("REAL")
    files = [os.path.join(at, name) for at, _, names in os.walk(real) for name in sorted(names)] if real else []
    subprocess.run([BUILDS[1], "--data", first, "--quiet", "import", made, *files], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run(["cp", "-r", first, os.path.join(folder, "store-1")], check=True)


class Server:
    def __init__(self, build, data, folder, seed):
        self.build, self.data, self.folder, self.written, self.seeded = build, data, folder, seed, random.Random(seed)
        port = ports.free_port()
        self.process = subprocess.Popen([build, "--data", data, "--quiet", "serve", "--listen", f"127.0.0.1:{port}"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(600):
            try:
                self.search("")
                break
            except (ConnectionError, http.client.HTTPException):
                self.connection.close()
                time.sleep(0.1)

    def ask(self, method, path, body=None):
        self.connection.close()  # an idle one may have ended
        began = time.perf_counter()
        self.connection.request(method, f"/api/v1{path}", json.dumps(body) if body else None, {"Content-Type": "application/json"} if body else {})
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - began) * 1e3
        assert answer.status == 200, content[:300]
        return took, content

    def search(self, query, more=""):
        return self.ask("GET", f"/search?k=10&query={urllib.parse.quote(query)}{more}")

    def write(self):
        total = json.loads(self.search("")[1])["total"]
        path = os.path.join(self.folder, "one.csv")
        self.written += 1
        write_rows(path, [row(self.seeded, self.written)])
        imported(self.build, self.data, path)
        while json.loads(self.search("")[1])["total"] == total:
            time.sleep(0.05)


def compared(what, servers, ask, size=False):
    times, sizes = [[], []], [0, 0]
    for _ in range(TURNS):
        for at, server in enumerate(servers):
            server.write()
            took, content = ask(server)
            times[at].append(took)
            sizes[at] = len(content)
    new, other = (statistics.median(each) for each in times)
    print(f"{what:36} {new:>9.2f} {other:>9.2f} {other / new:>7.1f}" + (f"   {sizes[0] / 1e6:.2f} of {sizes[1] / 1e6:.2f} MB" if size else ""), flush=True)


def answered(what, servers, asked):
    """Each question once, by turns; what both say is the same but for the time it took."""
    times = [[], []]
    for method, path, body in asked:
        said = []
        for at, server in enumerate(servers):
            took, content = server.ask(method, path, body)
            times[at].append(took)
            said.append({key: value for key, value in json.loads(content).items() if key != "ms"})
        assert said[0] == said[1], (path, body)
    new, other = (statistics.median(each) for each in times)
    print(f"{what:36} {new:>9.2f} {other:>9.2f} {other / new:>7.2f}", flush=True)


def match_texts(servers):
    with open(os.environ["TEXTS"], encoding="utf-8") as file:
        texts = json.load(file)
    first = json.loads(servers[0].search("")[1])["hits"][0]["id"]
    answered(f"match, {len(texts)} texts", servers, [("POST", "/match", {"text": text, "k": 20}) for text in texts])
    answered("match of a long text, 10,000 hits", servers, [("POST", "/match", {"text": "\n".join(texts[:40]), "k": 10000})] * 3)
    answered("co*, 10,000 hits", servers, [("GET", "/search?query=co*&k=10000", None)] * 3)
    answered("similar, 10,000 hits", servers, [("GET", f"/patents/{first}/similar?k=10000", None)] * 3)


def main():
    with tempfile.TemporaryDirectory(prefix="zhiyun-bench-") as own:
        folder = os.environ.get("KEEP", own)
        os.makedirs(folder, exist_ok=True)
        fill(folder)
        stamp = 200000000 + int(time.time()) % 10000000 * 40  # numbers that no run before wrote
        servers = []
        try:
            for at, build in enumerate(BUILDS):
                servers.append(Server(build, os.path.join(folder, f"store-{at}"), folder, stamp + at * 20))
            print(f"{'ms, first asking after a write':36} {'this':>9} {'other':>9} {'ratio':>7}")
            if "TEXTS" in os.environ:
                match_texts(servers)
                return
            for name, query in ASKED.items():
                total = json.loads(servers[0].search(query)[1])["total"]
                compared(f"search, {name}: {total}", servers, lambda server, query=query: server.search(query))
                compared(f"facets, {name}: {total}", servers, lambda server, query=query: server.search(query, "&facets=true"))
            compared("landscape " + ",".join(LANDSCAPE["by"]), servers, lambda server: server.ask("POST", "/landscape", LANDSCAPE), True)
        finally:
            for server in servers:
                server.process.terminate()
                server.process.wait()


if __name__ == "__main__":
    main()
