#!/usr/bin/env python3
"""answers.py ZHIYUN [RECORDS [PATENTS]]: how long a need waits for what answers it, over 50,000 supplies and parties of one centre
and 84,000 patents.

Generated and fictional, of 150 to 400 characters. Each of a hundred needs is asked once for supplies, for parties and for patents
(POST /match/records, POST /match) over one connection. Printed: p50, p95 and the worst in ms, and the server's processor time
a question. On PostgreSQL: `tools/pg.py run python3 bench/answers.py …`.
"""
import http.client
import json
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import find  # noqa: E402
from find import client  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
RECORDS = int(sys.argv[2]) if len(sys.argv) > 2 else 50000
PATENTS = int(sys.argv[3]) if len(sys.argv) > 3 else 84000
CHARACTERS = "电池光学波导检测装置方法微组件雷达芯片封材料涂层叶轴承传感图像识别控制系统温度压力流量结构强耐磨腐蚀精密加工焊接铸造热处理工艺设备生产线自动化智能网络数据算模型训练"
NEEDS = 40


def words(seeded, n):
    """Some of 4,000 words of two to four characters, the first ones oftener."""
    return "".join(WORDS[min(int(seeded.paretovariate(0.6)), len(WORDS) - 1)] + seeded.choice(["", "", "的", "，", "和"]) for _ in range(n))


def make_words(seeded):
    return ["".join(seeded.choices(CHARACTERS, k=seeded.choice([2, 2, 3, 4]))) for _ in range(4000)]


def columns_of(world, table):
    if world.server.store:
        return [row[0] for row in client.ask_sql(world, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")]
    return [row[1] for row in client.ask_sql(world, f"PRAGMA table_info({table})")]


def make_records(world, seeded, kind, first, unique, count, length):
    done = world["centre_manager"].create(kind, first)
    assert done.status == 201, done
    one, have = done.json["id"], 1
    world.server.stop()
    names = columns_of(world, f"record_{kind}")
    chosen = {"id": "id + {have}", unique: f"{unique} || '{{have}}'"}
    while have < count:
        more = min(have, count - have)
        selected = ", ".join(chosen.get(name, name).format(have=have) for name in names)
        client.run_sql(world, [f"INSERT INTO record_{kind} ({', '.join(names)}) SELECT {selected} FROM record_{kind} ORDER BY id LIMIT {more}"])
        have += more
    client.run_sql(world, [f"DELETE FROM record_text WHERE type = '{kind}'"])
    for start in range(0, count, 500):
        rows = ",".join(f"('{kind}',{one + n},'{words(seeded, 8)}\n{words(seeded, length)}\n')" for n in range(start, min(start + 500, count)))
        client.run_sql(world, [f"INSERT INTO record_text (type, record_id, text) VALUES {rows}"])
    client.run_sql(world, ["ANALYZE"])
    world.server.start()


def ask(world, path, body):
    began = time.perf_counter()
    CONNECTION.request("POST", f"/api/v1{path}", json.dumps(body).encode(),
                       {"Authorization": f"Bearer {world['centre_manager'].token}", "Content-Type": "application/json"})
    answer = CONNECTION.getresponse()
    content = answer.read()
    took = time.perf_counter() - began
    assert answer.status == 200, content[:300]
    return took * 1e3


if __name__ == "__main__":
    os.environ["ZHIYUN_UNSYNCED"] = "1"
    SEEDED = random.Random(7)
    WORDS = make_words(SEEDED)
    WORLD = client.World(ZHIYUN)
    try:
        find.PATENTS = PATENTS
        find.make_patents(WORLD, SEEDED)
        make_records(WORLD, SEEDED, "supply", {"title": "虚构", "text": "虚构", "kind": "patent", "element": "technology"}, "title", RECORDS // 2, 90)
        make_records(WORLD, SEEDED, "served_party", {"name": "虚构"}, "name", RECORDS - RECORDS // 2, 20)
        CONNECTION = http.client.HTTPConnection("127.0.0.1", WORLD.server.port)
        needs = [words(SEEDED, 60) for _ in range(NEEDS)]
        ask(WORLD, "/match", {"text": needs[0]})
        print(f"{RECORDS} supplies and parties, {PATENTS} patents: ms", flush=True)
        for what, path, more in (("supplies", "/match/records", {"type": "supply"}), ("parties", "/match/records", {"type": "served_party"}),
                                 ("patents", "/match", {})):
            before = find.processor(WORLD)
            times = [ask(WORLD, path, {"text": need, **more}) for need in needs]
            find.told(what, times, find.processor(WORLD) - before)
    finally:
        WORLD.close()
