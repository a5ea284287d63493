#!/usr/bin/env python3
"""phrases_test.py ZHIYUN: Chinese words drawn from titles find the records that hold them in one field, by a substring count,
with filters and families. Generated and fictional, and the titles of the shared data where they are.
RECORDS=100000 PHRASES=2000 asks more (4000, 200); the times of words and of their pairs of characters are printed."""
import csv
import glob
import http.client
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SHARED = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(HERE, "..", "..", "..", "shared")), "data")
RECORDS, PHRASES = int(os.environ.get("RECORDS", "4000")), int(os.environ.get("PHRASES", "200"))
SEED = int(os.environ.get("SEED", "78"))
HAN = re.compile("[\u4e00-\u9fff]+")
WORDS = ("无人机 机生 生产 产线 生产线 电池 池组 电极 极片 检测 测装 装置 方法 控制 制系 系统 图像 像识 识别 微波 毫米波 波导 光波 光伏 伏逆变 逆变器 "
         "轴承 承座 座舱 散热 热管 管理 理系 半导体 体材料 材料 芯片 片封 封装 装配 配电 电机 机器人 人工 工智能 智能 能源").split()


def real_titles():
    csv.field_size_limit(10 ** 9)
    for path in glob.glob(os.path.join(SHARED, "zh-titles-ipc", "*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            yield from (row["patent_title"] for row in csv.DictReader(file))
    for path in glob.glob(os.path.join(SHARED, "bdci-zh-patents", "*train*.json")):
        with open(path, encoding="utf-8") as file:
            yield from itertools.chain.from_iterable((one["title"], one["abstract"]) for one in map(json.loads, filter(str.strip, file)) if "title" in one)


def made_title(seeded):
    return "一种" + "".join(seeded.choices(WORDS, k=seeded.randint(2, 6))) + seeded.choice(["", "、", "和", "的"]) + seeded.choice(WORDS)


def rows():
    """[title, abstract, application, year] of each record; two records have one application now and then."""
    seeded = random.Random(SEED)
    real = [title for title in dict.fromkeys(real_titles()) if HAN.search(title)][:20000]
    made = []
    for n in range(RECORDS + len(real)):
        title = real[n] if n < len(real) else made_title(seeded)
        abstract = "，".join(made_title(seeded) for _ in range(seeded.randint(0, 2)))
        application = made[-1][2] if made and seeded.random() < 0.1 else n
        made.append((title, abstract, application, 2000 + application % 20))
    return made


class Server:
    def __init__(self, folder, made):
        self.data = os.path.join(folder, "data")
        path = os.path.join(folder, "patents.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["公开号", "标题", "摘要", "申请号", "申请日", "申请人"])
            out.writerows([f"CN{100000000 + n}A", title, abstract, f"CN{year}1{application:07}", f"{year}-03-11", f"虚构{n % 97}公司"]
                          for n, (title, abstract, application, year) in enumerate(made))
        subprocess.run([ZHIYUN, *store.words(self.data), "--quiet", "import", path], check=True, stdout=subprocess.DEVNULL)
        self.port = ports.free_port()
        self.child = subprocess.Popen([ZHIYUN, *store.words(self.data), "--quiet", "serve", "--listen", f"127.0.0.1:{self.port}"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = None
        for _ in range(200):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
                self.connection.request("GET", "/api/v1/session")
                self.connection.getresponse().read()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def ask(self, query, **more):
        self.connection.request("GET", "/api/v1/search?" + urllib.parse.urlencode({"query": query, "k": 10, **more}))
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status == 200, (query, content[:300])
        return json.loads(content)

    def stop(self):
        self.child.terminate()
        self.child.wait()


def phrase_of(seeded, made):
    while True:
        title = seeded.choice(made)[0]
        runs = [run for run in HAN.findall(title) if len(run) > 2]
        if not runs:
            continue
        run = seeded.choice(runs)
        length = min(len(run), seeded.randint(2, 8))
        at = seeded.randint(0, len(run) - length)
        return run[at:at + length]


def holds(row, phrase):
    return phrase in row[0] or phrase in row[1]


def test_a_chinese_word_is_found_where_it_stands_whole_in_one_field():
    made, seeded = rows(), random.Random(SEED + 1)
    looser = asked = 0
    times = {"word": [], "pairs": []}
    with tempfile.TemporaryDirectory(prefix="zhiyun-phrases-") as folder:
        server = Server(folder, made)
        try:
            for n in range(PHRASES):
                phrase = phrase_of(seeded, made)
                found = [row for row in made if holds(row, phrase)]
                whole = server.ask(phrase)
                assert whole["total"] == len(found), (phrase, whole["total"], len(found))
                for hit in whole["hits"]:
                    assert holds(made[int(hit["number"][2:-1]) - 100000000], phrase), (phrase, hit)
                    marked = {run["text"] for part in hit["highlights"] for run in part["runs"] if run["marked"]}
                    assert marked and all(phrase in text for text in marked), (phrase, hit["highlights"])
                pairs = server.ask(" ".join(phrase[i:i + 2] for i in range(len(phrase) - 1)))
                looser += pairs["total"] > whole["total"]
                times["word"].append(whole["ms"])
                times["pairs"].append(pairs["ms"])
                if n % 4 == 0:
                    year = seeded.randint(2000, 2019)
                    asked += 1
                    assert server.ask(phrase, filter=f"applied={year}")["total"] == sum(row[3] == year for row in found), (phrase, year)
                    assert server.ask(f"title:{phrase}")["total"] == sum(phrase in row[0] for row in made), phrase
                    by_family = server.ask(phrase, group="family")
                    assert by_family["families"] == len({row[2] for row in found}), (phrase, by_family["families"])
                    other = phrase_of(seeded, made)
                    both = server.ask(f"{phrase} NOT {other}")
                    assert both["total"] == sum(not holds(row, other) for row in found), (phrase, other)
        finally:
            server.stop()
        index = sum(entry.stat().st_size for entry in os.scandir(os.path.join(server.data, "index")))
    assert asked and (len(made) < 1000 or looser > PHRASES // 50), "the pairs find no more than the words"
    half = {name: statistics.median(ms) for name, ms in times.items()}
    print(f"# {PHRASES} words in {len(made)} records ({index / 1e6:.1f} MB of index); of {looser} the pairs alone find more; "
          f"median {half['word']:.3f} ms beside {half['pairs']:.3f} ms of the pairs, × {half['word'] / half['pairs']:.2f}")


def test_words_written_together_that_nothing_has_are_told_one_by_one():
    with tempfile.TemporaryDirectory(prefix="zhiyun-phrases-") as folder:
        server = Server(folder, [("一种无人机", "", 0, 2010), ("电池管理系统的散热", "", 1, 2011)])
        try:
            told = {one["text"]: one["count"] for one in server.ask("无人机电池管理系统的隔膜")["terms"]}
        finally:
            server.stop()
    assert told == {"无人机电池管理系统的隔膜": 0, "无人机": 1, "电池": 1, "管理系统": 1, "隔膜": 0}, told


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
