#!/usr/bin/env python3
"""bench.py BUILD [parse] [import] [start] [api]: the speed tables of import, start-up and the server,
all without a name. Ratios against another program are the peer harness's business (bench/README).

Processor time (user + system, all threads) is the figure to compare: it hardly changes with what
else the machine does; wall time stands beside it. `alone` is what one library call costs on the
same bytes and nothing else, in processor time: the floor that no reader over it can pass.

Uses ../shared/data (or $ZHIYUN_SHARED/data) where it is present, and generated files (fictional) everywhere.
"""
import glob
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import xml.parsers.expat
import zipfile

import api_load

BUILD = sys.argv[1]
ZHIYUN = os.path.join(BUILD, "zhiyun")
PARSE = os.path.join(BUILD, "bench", "parse")
SHARED = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join("..", "shared")), "data")
RECORDS = 200000
XML_MEGABYTES = 60  # of each kind: the samples one after the other, as in a weekly file
TICK = os.sysconf("SC_CLK_TCK")

WORDS = ("电池 隔膜 陶瓷 涂覆 耐热 光波导 眼镜 显示 机器人 夹爪 传感器 控制 方法 装置 系统 材料 制备 "
         "冷却 结构 检测 污水 处理 煤矿 通风 监测 无人机 航空 叶片 涂层 轧制 不锈钢 发酵 酿造").split()


# --- files ---------------------------------------------------------------------------------------

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
    return [csv, jsonl]


def weekly(folder, name, pattern):
    """The samples of one kind again and again, one document after the other as in a weekly file."""
    parts, to = [], os.path.join(folder, name)
    for path in sorted(glob.glob(os.path.join(SHARED, pattern))):
        with open(path, "rb") as file:
            parts.append(file.read().strip() + b"\n")
    if not parts:
        return []
    with open(to, "wb") as out:
        while out.tell() < XML_MEGABYTES * 1e6:
            for part in parts:
                out.write(part)
    return [to]


def spreadsheets():
    names = ("patsnap-export/AR眼镜.XLSX", "patsnap-export/2020-2022中之信.partA.xlsx",
             "wipo-landscape-reports/ewaste.xlsx")
    return [os.path.join(SHARED, n) for n in names if os.path.exists(os.path.join(SHARED, n))]


def weeklies(folder):
    return (weekly(folder, "redbook.xml", "uspto-samples/xml2014/*.xml")
            + weekly(folder, "pap.xml", "uspto-samples/pap/*.xml")
            + weekly(folder, "greenbook.txt", "uspto-samples/greenbook/*")
            + weekly(folder, "st32.sgm", "uspto-samples/sgml/*")
            + weekly(folder, "docdb.xml", "epo-samples/docdb/*.xml")
            + weekly(folder, "ep.xml", "epo-samples/eps/*/*.xml"))


# --- measuring -----------------------------------------------------------------------------------

class Done:
    """What one process took: wall and cpu in seconds, peak in MB, cpu of each thread."""
    wall = cpu = peak = 0.0
    code = 0
    out = err = ""
    threads = ()


def watch_threads(pid, seen, stop):
    while not stop.wait(0.05):
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/stat", encoding="utf-8") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                seen[task] = (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            continue


def run(*command):
    done, seen, stop = Done(), {}, threading.Event()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err)
        watcher = threading.Thread(target=watch_threads, args=(process.pid, seen, stop))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        done.wall = time.monotonic() - start
        process.returncode = done.code = os.waitstatus_to_exitcode(status)
        stop.set()
        watcher.join()
        out.seek(0)
        err.seek(0)
        done.out, done.err = out.read().decode(), err.read().decode()
    done.cpu, done.peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    done.threads = sorted(seen.values(), reverse=True)
    return done


def in_child(work):
    """The number that `work` returns, from a process of its own: what it reads must not count as
    the memory of the programs that are started after it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, str(work()).encode())
        os._exit(0)
    os.close(write)
    text = os.read(read, 64).decode()
    os.close(read)
    os.waitpid(child, 0)
    return float(text or "nan")


def cpu_of(work):
    before = time.process_time()
    work()
    return time.process_time() - before


def expat(chunks):
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    for chunk in chunks:
        parser.Parse(chunk, False)


def expat_documents(path):
    """Every document of the file by itself; what expat refuses ends that document."""
    with open(path, "rb") as file:
        whole = file.read()
    for part in whole.split(b"<?xml")[1:]:
        try:
            expat([b"<?xml" + part])
        except xml.parsers.expat.ExpatError:
            continue


def inflate_and_expat(path):
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.endswith(".xml") and ("sheet" in name or "sharedStrings" in name):
                with book.open(name) as file:
                    expat(iter(lambda: file.read(1 << 18), b""))


def check_utf8(path):
    with open(path, "rb") as file:
        for line in iter(lambda: file.readlines(1 << 20), []):
            b"".join(line).decode()


def load_json(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            json.loads(line)


def alone(path):
    """(what, seconds) of the library alone on the same bytes."""
    kinds = ((".csv", "UTF-8 check", check_utf8), (".jsonl", "CPython's json", load_json),
             (".xlsx", "zlib + expat", inflate_and_expat), (".xml", "expat", expat_documents))
    for end, what, work in kinds:
        if path.lower().endswith(end):
            return what, in_child(lambda: cpu_of(lambda: work(path)))
    return "", 0.0


# --- tables --------------------------------------------------------------------------------------

def parse_table(files):
    print("\nfrom file to parsed records (one thread, nothing written; s of processor time)")
    print(f"{'file':28} {'records':>8} {'MB':>6} {'wall s':>7} {'cpu s':>6} {'records/cpu s':>13} {'MB/cpu s':>8} "
          f"{'peak MB':>7}  alone, cpu s")
    for path in files:
        done = run(PARSE, path)
        if done.code != 0:
            print(f"{os.path.basename(path):28} {done.out.strip()} {done.err.strip()[:200]}")
            continue
        count, megabytes = json.loads(done.out)["records"], os.path.getsize(path) / 1e6
        what, least = alone(path)
        print(f"{os.path.basename(path):28} {count:>8} {megabytes:>6.1f} {done.wall:>7.2f} {done.cpu:>6.2f} "
              f"{count / done.cpu:>13.0f} {megabytes / done.cpu:>8.1f} {done.peak:>7.0f}  "
              + (f"{what} {least:.2f}" if what else ""))


def sqlite_rows(folder):
    """Processor seconds of the generated records as one row each by the sqlite3 module: key and text, as durable."""
    db = sqlite3.connect(os.path.join(folder, "alone.db"), isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE t (key TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID")
    rows = [(row[0], json.dumps(row, ensure_ascii=False)) for row in records()]
    batches = [rows[at:at + 500] for at in range(0, len(rows), 500)]
    before = time.process_time()
    for rows in batches:
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO t VALUES (?, ?)", rows)
        db.execute("COMMIT")
    seconds = time.process_time() - before
    db.close()
    return seconds


def import_table(files, folder):
    print("\nend to end: parsed, merged, committed, indexed and searchable (a new instance each)")
    print("projected, not measured: records over the busiest thread's processor time, or over half of all of it, "
          "whichever is longer: two idle cores, waits for the disk not counted")
    print(f"{'file':28} {'records':>8} {'wall s':>7} {'cpu s':>6} {'rec/s wall':>10} {'projected':>10} {'peak MB':>7}  "
          "cpu s by thread")
    for path in files:
        data = tempfile.mkdtemp(dir=folder)
        done = run(ZHIYUN, "--data", data, "--quiet", "--json", "import", path)
        if done.code != 0:
            print(f"{os.path.basename(path):28} exit {done.code}: {done.err.strip()[:200]}")
            continue
        count = sum(entry["records"] for entry in json.loads(done.out)["files"])
        bound = max(done.threads[0] if done.threads else 0, done.cpu / 2)
        print(f"{os.path.basename(path):28} {count:>8} {done.wall:>7.2f} {done.cpu:>6.2f} {count / done.wall:>10.0f} "
              f"{count / bound:>10.0f} {done.peak:>7.0f}  " + " ".join(f"{t:.2f}" for t in done.threads))
    print(f"SQLite alone, {RECORDS} rows of key and text like generated.csv's: "
          f"{in_child(lambda: sqlite_rows(folder)):.2f} s of processor time")


def forget(folder):
    """The files of a folder leave the page cache (those that no process maps)."""
    for path in glob.glob(os.path.join(folder, "**"), recursive=True):
        if os.path.isfile(path):
            fd = os.open(path, os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


def start_table(folder):
    data = os.path.join(folder, "all")
    files = sorted(os.path.join(at, f) for at, _, names in os.walk(SHARED) for f in names)
    if not files:
        print("\ncold start: skipped, ../shared/data is absent")
        return
    done = run(ZHIYUN, "--data", data, "--quiet", "--json", "import", *files)
    found = json.loads(done.out)["files"]
    print(f"\nall shared data: {sum(f['records'] for f in found)} records, {done.wall:.1f} s wall, {done.cpu:.1f} s cpu, "
          f"peak {done.peak:.0f} MB")
    need = os.path.join(folder, "demand.txt")
    with open(need, "w", encoding="utf-8") as file:
        file.write("我们需要一种轻薄的增强现实眼镜，采用衍射光波导，视场角大，功耗低，可用于电力巡检。" * 12)
    print("from process start to answer: median of 15 warm; once with the files out of the page cache")
    print(f"{'command':42} {'wall s':>7} {'cpu s':>7} {'inside ms':>9} {'disk s':>7} {'total':>8}")
    for command in (["search", "AR眼镜 波导", "-k", "10"], ["search", "display device", "-k", "10"],
                    ["match", "--text", need], ["landscape", "--by", "year,ipc1"], ["landscape", "--by", "applicant"]):
        forget(data)
        disk = run(ZHIYUN, "--data", data, "--json", *command)
        warm = [run(ZHIYUN, "--data", data, "--json", *command) for _ in range(15)]
        inside = statistics.median(json.loads(w.out)["ms"] for w in warm)
        name = " ".join(command).replace(need, "FILE")
        print(f"{name:42} {statistics.median(w.wall for w in warm):>7.3f} {statistics.median(w.cpu for w in warm):>7.3f} "
              f"{inside:>9.1f} {disk.wall:>7.3f} {json.loads(disk.out)['total']:>8}")


def main():
    wanted = sys.argv[2:] or ["parse", "import", "start", "api"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory(prefix="zhiyun-bench-") as folder:
        files = [] if wanted == ["api"] else make_files(folder) + spreadsheets()
        if "parse" in wanted:
            parse_table(files + weeklies(folder))
        if "import" in wanted:
            import_table(files + glob.glob(os.path.join(SHARED, "wipo-patentscope*", "*"))[:2], folder)
        if "start" in wanted:
            start_table(folder)
    if "api" in wanted:
        api_load.main(BUILD, ZHIYUN)


if __name__ == "__main__":
    main()
