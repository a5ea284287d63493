#!/usr/bin/env python3
"""bench.py BUILD: the speed tables of import and start-up. Ratios against another program are the
peer harness's business (bench/README.md); here stand rates, what bounds them, and peak memory.

Uses ../shared/data where it is present, and generated files (fictional) everywhere.
"""
import glob
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = sys.argv[1]
ZHIYUN = os.path.join(BUILD, "zhiyun")
PARSE = os.path.join(BUILD, "bench", "parse")
SHARED = os.path.join("..", "shared", "data")
RECORDS = 200000

WORDS = ("电池 隔膜 陶瓷 涂覆 耐热 光波导 眼镜 显示 机器人 夹爪 传感器 控制 方法 装置 系统 材料 制备 "
         "冷却 结构 检测 污水 处理 煤矿 通风 监测 无人机 航空 叶片 涂层 轧制 不锈钢 发酵 酿造").split()


def records(seed=7):
    """Fictional records of about 600 bytes."""
    rand = random.Random(seed)
    for n in range(RECORDS):
        words = lambda k: "".join(rand.choice(WORDS) for _ in range(k))  # noqa: E731
        yield (f"CN18{n:07d}A", f"一种{words(4)}", f"本发明公开了{words(12)}，包括{words(25)}，具有{words(12)}。",
               f"示例{rand.randrange(2000)}公司（演示）", f"李甲{rand.randrange(999)};王乙{rand.randrange(999)}",
               f"H01M10/{rand.randrange(10, 60)};G02B27/01", f"20{rand.randrange(10, 25)}-0{rand.randrange(1, 10)}-11")


def make_files(folder):
    names = ["公开（公告）号", "标题", "摘要", "申请人", "发明人", "IPC", "公开（公告）日"]
    csv, jsonl = os.path.join(folder, "generated.csv"), os.path.join(folder, "generated.jsonl")
    with open(csv, "w", encoding="utf-8") as c, open(jsonl, "w", encoding="utf-8") as j:
        c.write(",".join(names) + "\n")
        for row in records():
            c.write(",".join(f'"{cell}"' for cell in row) + "\n")
            j.write(json.dumps(dict(zip(names, row)), ensure_ascii=False) + "\n")
    return csv, jsonl


def run(*command):
    """(seconds, peak MB, standard output) of one process."""
    start = time.monotonic()
    done = subprocess.run(["/usr/bin/env", "python3", "-c",
                           "import resource,subprocess,sys\n"
                           "d=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE)\n"
                           "sys.stdout.buffer.write(d.stdout)\n"
                           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,file=sys.stderr)\n"
                           "sys.exit(d.returncode)", *command], capture_output=True, text=True)
    seconds = time.monotonic() - start
    peak = int(done.stderr.strip().splitlines()[-1]) / 1024
    return seconds, peak, done


def parse_table(files):
    print("\nfrom file to parsed records (one file, both threads of the reader, nothing written)")
    print(f"{'file':44} {'records':>9} {'MB':>8} {'seconds':>8} {'records/s':>10} {'MB/s':>7} {'peak MB':>8}")
    for path in files:
        _, peak, done = run(PARSE, path)
        if done.returncode != 0:
            print(f"{os.path.basename(path):44} {done.stdout.strip()} {done.stderr.strip()[:200]}")
            continue
        found = json.loads(done.stdout)
        megabytes = os.path.getsize(path) / 1e6
        print(f"{os.path.basename(path):44} {found['records']:>9} {megabytes:>8.1f} {found['seconds']:>8.3f} "
              f"{found['records'] / found['seconds']:>10.0f} {megabytes / found['seconds']:>7.1f} {peak:>8.0f}")


def import_table(files, folder):
    print("\nend to end: parsed, merged, committed, indexed and searchable (a new instance each)")
    print(f"{'file':44} {'records':>9} {'seconds':>8} {'records/s':>10} {'peak MB':>8}")
    for path in files:
        data = tempfile.mkdtemp(dir=folder)
        seconds, peak, done = run(ZHIYUN, "--data", data, "--quiet", "--json", "import", path)
        found = json.loads(done.stdout)
        count = sum(entry["records"] for entry in found["files"])
        print(f"{os.path.basename(path):44} {count:>9} {seconds:>8.2f} {count / seconds:>10.0f} {peak:>8.0f}")


def start_table(folder):
    data = os.path.join(folder, "all")
    files = sorted(glob.glob(os.path.join(SHARED, "*", "*")))
    if not files:
        print("\ncold start: skipped, ../shared/data is absent")
        return
    subprocess.run([ZHIYUN, "--data", data, "--quiet", "import", *[f for f in files if os.path.isfile(f)]],
                   stdout=subprocess.DEVNULL, check=False)
    need = os.path.join(folder, "demand.txt")
    with open(need, "w", encoding="utf-8") as file:
        file.write("我们需要一种轻薄的增强现实眼镜，采用衍射光波导，视场角大，功耗低，可用于电力巡检。")
    print("\nfrom process start to answer (median of 9, page cache warm), all shared data in")
    for command in (["search", "AR眼镜 波导", "-k", "10"], ["match", "--text", need], ["landscape", "--by", "year,ipc1"]):
        times = []
        for _ in range(9):
            start = time.monotonic()
            done = subprocess.run([ZHIYUN, "--data", data, "--json", *command], capture_output=True, text=True)
            times.append(time.monotonic() - start)
        found = json.loads(done.stdout)
        print(f"{' '.join(command[:2])[:40]:42} {statistics.median(times):.3f} s, total {found['total']}, inside {found['ms']:.1f} ms")


def main():
    with tempfile.TemporaryDirectory(prefix="zhiyun-bench-") as folder:
        files = list(make_files(folder))
        if os.path.isdir(SHARED):
            files += [os.path.join(SHARED, "patsnap-export", "AR眼镜.XLSX"),
                      os.path.join(SHARED, "wipo-landscape-reports", "ewaste.xlsx")]
            xml = os.path.join(folder, "redbook.xml")  # a weekly file is documents one after the other
            with open(xml, "wb") as out:
                for _ in range(40):
                    for path in sorted(glob.glob(os.path.join(SHARED, "uspto-samples", "xml2014", "*.xml"))):
                        with open(path, "rb") as part:
                            out.write(part.read())
            files.append(xml)
        parse_table(files)
        import_table([f for f in files if not f.endswith("redbook.xml")], folder)
        start_table(folder)


if __name__ == "__main__":
    main()
