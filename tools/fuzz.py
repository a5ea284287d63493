#!/usr/bin/env python3
"""fuzz.py BUILD TARGET|all SECONDS: runs libFuzzer targets and keeps the ledger of executions.

A target is BUILD/fuzz/<name>_fuzz. Its corpus is fuzz/corpus/<name>/ (committed, small) and a
growing one in BUILD; seeds also come from ../shared/data where that is present. A finding is
written to fuzz/corpus/<name>/ so that the fixing commit brings it along, and fails the run.
The ledger fuzz/ledger.tsv sums executions and seconds per target.
"""
import glob
import os
import re
import subprocess
import sys

LEDGER = os.path.join("fuzz", "ledger.tsv")
HEAD = "target\texecutions\tseconds\tfindings\n"


def read_ledger():
    rows = {}
    if os.path.exists(LEDGER):
        with open(LEDGER, encoding="utf-8") as file:
            for line in list(file)[1:]:
                name, executions, seconds, findings = line.rstrip("\n").split("\t")
                rows[name] = [int(executions), int(seconds), int(findings)]
    return rows


def write_ledger(rows):
    with open(LEDGER, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for name in sorted(rows):
            file.write("\t".join([name, *map(str, rows[name])]) + "\n")


def run(build, name, seconds):
    """(executions, findings) of one target."""
    grown = os.path.join(build, "corpus", name)
    kept = os.path.join("fuzz", "corpus", name)
    os.makedirs(grown, exist_ok=True)
    os.makedirs(kept, exist_ok=True)
    found = os.path.join(kept, "finding-")
    command = [os.path.join(build, "fuzz", f"{name}_fuzz"), f"-max_total_time={seconds}",
               "-rss_limit_mb=2048", "-timeout=20", "-max_len=65536", "-print_final_stats=1",
               f"-artifact_prefix={found}", grown, kept]
    seeds = os.path.join("..", "shared", "data")
    if os.path.isdir(seeds):
        command.append(seeds)
    before = set(glob.glob(found + "*"))
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    findings = sorted(set(glob.glob(found + "*")) - before)
    if done.returncode != 0:
        print(done.stderr[-6000:])
    return int(executions[1]) if executions else 0, findings, done.returncode


def main():
    build, target, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    names = sorted(os.path.basename(path)[:-len("_fuzz")]
                   for path in glob.glob(os.path.join(build, "fuzz", "*_fuzz")))
    if target != "all":
        if target not in names:
            sys.exit(f"there is no target {target}; there are: {' '.join(names)}")
        names = [target]
    ledger, bad = read_ledger(), 0
    for name in names:
        executions, findings, code = run(build, name, seconds)
        row = ledger.setdefault(name, [0, 0, 0])
        row[0] += executions
        row[1] += seconds
        row[2] += len(findings)
        bad += len(findings) or (code != 0)
        print(f"{name:20} {executions:>10} executions in {seconds} s, {len(findings)} findings "
              + " ".join(findings), flush=True)
        write_ledger(ledger)
    print(f"{len(names)} targets, {bad} findings")
    return 1 if bad or not names else 0


if __name__ == "__main__":
    sys.exit(main())
