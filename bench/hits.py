#!/usr/bin/env python3
"""hits.py ZHIYUN [RECORDS]: memory that 10,000 hits take beside one hit, and a landscape of three dimensions beside one of a year.

Generated and fictional: 30,000 records with abstract and claims in Chinese. Printed: the largest resident memory in MB of a command, and of
a server that was just started and has answered the same question with one hit; both include the pages of index and store that were read.
"""
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

ZHIYUN = os.path.abspath(sys.argv[1])
RECORDS = int(sys.argv[2]) if len(sys.argv) > 2 else 30000
HITS = 10000
WORDS = ("电池 光学 波导 检测 装置 方法 微波 组件 雷达 芯片 封装 材料 涂层 叶片 轴承 传感 图像 识别 控制 系统 电极 隔膜 极片 散热 壳体 连接 信号 处理 "
         "模块 温度 压力 采集 加热 冷却 循环 结构 支撑 固定").split()
CLASSES = "H01M10/0525 G02B27/01 G01S7/02 F01D5/28 H01L23/31 G06V10/40 F16C33/66 C23C14/06 G05B19/04 H01M50/20".split()
HEAD = "公开号,标题,摘要,权利要求,申请人,发明人,IPC分类号,申请日,公开日"
QUERY = "锂离子电池 OR 散热"
BY = "year,ipc4,applicant"


def text(seeded, characters):
    made = ""
    while len(made) < characters:
        made += "".join(seeded.choices(WORDS, k=seeded.randint(4, 9))) + seeded.choice("，；。")
    return made


def fill(folder, seeded):
    path = os.path.join(folder, "patents.csv")
    with open(path, "w", encoding="utf-8") as file:
        print(HEAD, file=file)
        for n in range(RECORDS):
            year = seeded.randint(2005, 2023)
            print(f"CN{100000000 + n}A,一种{text(seeded, 12)[:-1]},本发明公开了一种锂离子{text(seeded, 230)},一种锂离子{text(seeded, 500)},"
                  f"虚构{seeded.randint(1, 997)}公司;虚构{seeded.randint(1, 50)}大学,虚构{seeded.randint(1, 300)},"
                  f"{';'.join(seeded.sample(CLASSES, 2))},{year}-03-11,{year + 1}-05-17", file=file)
    subprocess.run([ZHIYUN, "--data", os.path.join(folder, "data"), "--quiet", "import", path], check=True, stdout=subprocess.DEVNULL)


def command_peak(folder, *arguments):
    with open(os.path.join(folder, "out"), "wb") as out:
        child = subprocess.Popen([ZHIYUN, "--data", os.path.join(folder, "data"), *arguments], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, arguments
    return usage.ru_maxrss / 1024, os.path.getsize(out.name) / 1e6


def server_peaks(folder, method, path, few, many, headers):
    """Peaks after few answers, after many; megabytes of the last."""
    port = 18750
    server = subprocess.Popen([ZHIYUN, "--data", os.path.join(folder, "data"), "--quiet", "serve", "--listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(wish):
        target, body = (f"{path}?{urllib.parse.urlencode(wish)}", None) if method == "GET" else (path, json.dumps(wish))
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request(method, target, body, {"Content-Type": "application/json", **headers} if body else headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:300]
        with open(f"/proc/{server.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:")), len(content) / 1e6

    try:
        for _ in range(100):
            try:
                ask(few)
                break
            except ConnectionError:
                time.sleep(0.1)
        return ask(few)[0], *ask(many)
    finally:
        server.terminate()
        server.wait()


def show(what, few, many, megabytes):
    print(f"{what:36} {few:>8.1f} {many:>8.1f} {many - few:>8.1f} {megabytes:>10.2f}", flush=True)


def main():
    seeded = random.Random(61)
    with tempfile.TemporaryDirectory(prefix="zhiyun-bench-") as folder:
        fill(folder, seeded)
        need = os.path.join(folder, "need.txt")
        with open(need, "w", encoding="utf-8") as file:
            file.write("我们需要一种锂离子电池的散热结构，能够采集温度与压力信号并控制冷却循环。" + text(seeded, 300))
        print(f"{'MB':36} {'small':>8} {'large':>8} {'more':>8} {'of answer':>10}")
        for form in ([], ["--json"]):
            for name, question in (("search", [QUERY]), ("match", ["--text", need])):
                few = command_peak(folder, *form, name, *question, "-k", "1")[0]
                show(" ".join(["zhiyun", *form, name]), few, *command_peak(folder, *form, name, *question, "-k", str(HITS)))
        few = command_peak(folder, "--json", "landscape", "--query", QUERY, "--by", "year")[0]
        show(f"zhiyun --json landscape {BY}", few, *command_peak(folder, "--json", "landscape", "--query", QUERY, "--by", BY))
        with open(need, encoding="utf-8") as file:
            wish = {"text": file.read()}
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            form = " ".join(headers.values())
            for method, name, asked in (("GET", "search", {"query": QUERY}), ("POST", "match", wish)):
                path = f"/api/v1/{name}"
                show(f"{method} /{name} {form}", *server_peaks(folder, method, path, {**asked, "k": 1}, {**asked, "k": HITS}, headers))
            asked = {"query": QUERY, "by": ["year"]}
            show(f"POST /landscape {BY} {form}", *server_peaks(folder, "POST", "/api/v1/landscape", asked, {**asked, "by": BY.split(",")}, headers))


if __name__ == "__main__":
    main()
