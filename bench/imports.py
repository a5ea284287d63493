#!/usr/bin/env python3
"""imports.py ZHIYUN BEFORE [ROWS] [TURNS]: imports by two programs in turn: seconds, seconds of processor, largest memory, ratios.

Rows of the shared bdci-zh-patents and zh-titles-ipc ($ZHIYUN_SHARED/data, else ../shared/data), each as often as it takes under a new
number: ROWS (4000) of title and abstract in Chinese, the same in English, both in one row, and of all Chinese texts; 25 times as many
of these, and of titles. Medians of TURNS (5); each import begins with an empty folder.
"""
import csv
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SHARED = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join("..", "shared")), "data")


def lines(name):
    with open(os.path.join(SHARED, "bdci-zh-patents", name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def titles():
    with open(os.path.join(SHARED, "zh-titles-ipc", "oof_predictions.csv"), encoding="utf-8-sig") as file:
        return [[row["patent_title"], row["true_subclasses_all"].replace("|", ";")] for row in csv.DictReader(file)]


def write(path, names, rows, count):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["公开号", *names])
        out.writerows([f"CN{110000000 + n}A", *row] for n, row in enumerate(itertools.islice(itertools.cycle(rows), count)))
    return path


def files(folder, rows):
    chinese, english = lines("train.json"), {one["id"]: one for one in lines("train_en.json")}
    pairs = [(one, english[one["id"]]) for one in chinese if one["id"] in english]
    texts = [[one["title"], one["abstract"]] for one in chinese + lines("expand_train_1.unlabelled.json")]
    zh, en = ["标题", "摘要"], ["标题(英文)", "摘要(英文)"]
    for name, names, some, count in (
            ("Chinese", zh, [[c["title"], c["abstract"]] for c, _ in pairs], rows),
            ("English", en, [[e["title"], e["abstract"]] for _, e in pairs], rows),
            ("both", zh + en, [[c["title"], c["abstract"], e["title"], e["abstract"]] for c, e in pairs], rows),
            ("more Chinese", zh, texts, rows),
            ("many Chinese", zh, texts, 25 * rows),
            ("many titles", ["标题", "IPC分类号"], titles(), 25 * rows)):
        some = [[*row, "示例公司（演示）"] for row in some]
        names = [*names, "申请人"]
        yield name, write(os.path.join(folder, name + ".csv"), names, some, count)


def run(program, path):
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        child = subprocess.Popen([program, "--data", os.path.join(folder, "data"), "--quiet", "import", path], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, path
        return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(zhiyun, before, rows="4000", turns="5"):
    wall = {}
    print("rows | before: s, processor s, MB | now | times as fast, by processor")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in files(folder, int(rows)):
            taken = {program: [] for program in (before, zhiyun)}
            for _ in range(int(turns)):
                for program, runs in taken.items():
                    runs.append(run(program, path))
            old, new = ([statistics.median(column) for column in zip(*taken[program])] for program in (before, zhiyun))
            wall[name] = old[0], new[0]
            print(f"{name} | {old[0]:.2f}, {old[1]:.2f}, {old[2]:.0f} | {new[0]:.2f}, {new[1]:.2f}, {new[2]:.0f} | "
                  f"{old[0] / new[0]:.2f}, {old[1] / new[1]:.2f}", flush=True)
    print("both, by the sum of either language: " + ", ".join(
        f"{wall['both'][i] / (wall['Chinese'][i] + wall['English'][i]):.2f} {when}" for i, when in enumerate(("before", "now"))))


main(*sys.argv[1:])
