#!/usr/bin/env python3
"""find.py ZHIYUN [RECORDS [PATENTS]]: how long the search box waits, over 100,000 records of three centres and 84,000 patents.

Generated and fictional. Contracts are made through the API, then copied within the store. Asked over one connection, each question
once by each of three people: contract numbers, parts of them, words that few, many and all records hold, and what nobody has. Printed:
p50, p95 and the worst in ms, and the server's processor time a question. On PostgreSQL: `tools/pg.py run python3 bench/find.py …`.
"""
import csv
import http.client
import os
import random
import statistics
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "kernel"))
ZHIYUN = os.path.abspath(sys.argv[1])
RECORDS = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
PATENTS = int(sys.argv[3]) if len(sys.argv) > 3 else 84000
import client  # noqa: E402

OWNERS = ("centre_manager", "centre_neighbour", "centre_far")
READERS = ("centre_manager", "city_officer", "province_officer")
PARTS = "电池 光学 波导 检测 装置 方法 微波 组件 雷达 芯片 封装 材料 涂层 叶片 轴承 传感 图像 识别 控制 系统".split()
EACH = 100  # contracts that are made


def title(seeded):
    return "".join(seeded.choices(PARTS, k=4)) + seeded.choice(["专利许可", "专利转让", "作价入股"])


def make_patents(world, seeded):
    path = os.path.join(world.data, "patents.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["公开号", "标题", "申请人"])
        out.writerows([f"CN{100000000 + n}A", title(seeded), f"虚构{n % 997}公司"] for n in range(PATENTS))
    world.server.run("import", path)


def make_records(world, seeded):
    for n in range(EACH):
        done = world[OWNERS[n % len(OWNERS)]].create("deal", {"contract_no": f"HT-{n:03}", "type": "licence", "title": title(seeded)})
        assert done.status == 201, done
    world.server.stop()
    if world.server.store:
        names = [row[0] for row in client.ask_sql(world, "SELECT column_name FROM information_schema.columns WHERE table_name = 'record_deal'")]
    else:
        names = [row[1] for row in client.ask_sql(world, "PRAGMA table_info(record_deal)")]
    have = EACH
    while have < RECORDS:
        more = min(have, RECORDS - have)
        values = {"id": f"id + {have}", "number": f"number || '-{have}'", "contract_no": f"contract_no || '-{have}'"}
        columns = ", ".join(names)
        chosen = ", ".join(values.get(name, name) for name in names)
        client.run_sql(world, [f"INSERT INTO record_deal ({columns}) SELECT {chosen} FROM record_deal ORDER BY id LIMIT {more}"])
        have += more
    client.run_sql(world, ["DELETE FROM record_text WHERE type = 'deal'",
                           "INSERT INTO record_text (type, record_id, text) SELECT 'deal', id, lower(number || '\n' || contract_no || '\n' ||"
                           " title || '\n') FROM record_deal", "ANALYZE"])


def questions(world, seeded):
    numbers = [row[0] for row in client.ask_sql(world, "SELECT contract_no FROM record_deal WHERE id % 4999 = 7")]
    words = ["".join(seeded.sample(PARTS, 2)) for _ in range(20)] + [" ".join(seeded.sample(PARTS, 2)) for _ in range(20)]
    return {"a contract's number": numbers, "a part of one": [number[:-2] for number in numbers], "two words": words,
            "a word": PARTS, "what nobody has": [f"没有{n}" for n in range(20)], "what all have": ["专利", "ht-"]}


def processor(world):
    with open(f"/proc/{world.server.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Asker:
    """Somebody's connection, without the checks of tests."""

    def __init__(self, world, person):
        self.connection = http.client.HTTPConnection("127.0.0.1", world.server.port)
        self.head = {"Authorization": f"Bearer {world[person].token}"}

    def find(self, words, more=""):
        began = time.perf_counter()
        self.connection.request("GET", f"/api/v1/find?q={urllib.parse.quote(words)}{more}", headers=self.head)
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        assert answer.status == 200, (words, body[:300])
        return took * 1e3


def told(what, times, used):
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"  {what:20} {len(times):4}  p50 {statistics.median(times):7.1f}  p95 {p95:7.1f}  worst {ordered[-1]:7.1f}  processor {used * 1e3 / len(times):6.1f}",
          flush=True)


def main():
    os.environ["ZHIYUN_UNSYNCED"] = "1"
    seeded = random.Random(7)
    world = client.World(ZHIYUN)
    try:
        make_patents(world, seeded)
        make_records(world, seeded)
        world.server.start()
        readers = [Asker(world, person) for person in READERS]
        for reader in readers:
            reader.find("开始")
        every, used_by_all = [], 0
        print(f"{RECORDS} records, {PATENTS} patents: ms", flush=True)
        for what, asked in questions(world, seeded).items():
            times, before = [], processor(world)
            times += [reader.find(words) for words in asked for reader in readers]
            used = processor(world) - before
            told(what, times, used)
            every += times
            used_by_all += used
        told("all", every, used_by_all)
    finally:
        world.close()


if __name__ == "__main__":
    main()
