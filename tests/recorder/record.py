#!/usr/bin/env python3
"""record.py A B [--only WORD]… [--whole] [--jobs N] [--all]: two programs are asked the same; every difference is told.

A and B are `zhiyun` of two builds, each with the programs of its tests beside it (tests/clock.so, tests/paper_samples).
Compared are the answers to all requests of the scenarios in tests/programmes and tests/api, what the store was asked for
them, the log and the papers of each scenario, the bytes of the sample papers, and openapi.json. --only: those scenarios
(or `sample papers`, `openapi.json`) alone whose name holds the word. --whole: all scenarios, not only those in which three
requests of ten are refused. --all: every place of a difference.
The last line says how many requests, refusals and differences there were; the status is 1 if there was a difference.
"""
import argparse
import concurrent.futures
import glob
import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "tools")]
import compare  # noqa: E402
import played  # noqa: E402
import small_fonts  # noqa: E402
import test as runner  # noqa: E402

CONTEXT, FORKS = multiprocessing.get_context("fork"), threading.Lock()
BESIDE = ("sample papers", "openapi.json")


def beside(zhiyun, *names):
    return os.path.join(os.path.dirname(zhiyun), *names)


def sample_papers(zhiyun):
    """{file: its digest, and if it is JSON its content} of all sample papers; and what is said without each value."""
    samples, found = beside(zhiyun, "tests", "paper_samples"), {}
    with tempfile.TemporaryDirectory(prefix="zhiyun-recorder-") as folder:
        subprocess.run([samples, folder, beside(zhiyun, "zhiyun-paper"), ""], check=True, stdout=subprocess.DEVNULL)
        for path in sorted(glob.glob(os.path.join(folder, "*"))):
            with open(path, "rb") as file:
                content = file.read()
            found[os.path.basename(path)] = {"sha256": int(hashlib.sha256(content).hexdigest(), 16), "length": len(content),
                                             "content": json.loads(content) if path.endswith(".json") else None}
    lines = subprocess.run([samples], check=True, capture_output=True, text=True).stdout.splitlines()
    return {"files": found, "without a value": [json.loads(line) for line in lines]}


def openapi(zhiyun):
    return {lang: json.loads(subprocess.run([zhiyun, "--lang", lang, "openapi"], check=True, capture_output=True).stdout)
            for lang in ("en", "zh")}


def recorded(asked):
    """What one program says to one name, or why it says nothing."""
    zhiyun, shim, name = asked
    log = os.open(os.devnull, os.O_WRONLY)
    os.dup2(log, 2)  # what servers say is no part of it
    try:
        if name in BESIDE:
            return {"requests": [], "failed": [], name: (sample_papers if name == BESIDE[0] else openapi)(zhiyun)}
        return played.played(zhiyun, shim, name)
    except BaseException as why:  # whatever it is, it is told as a difference if the other has another
        return {"requests": [], "failed": [f"{name} is not played: {type(why).__name__} {str(why)[:300]}"]}


def apart(asked):
    """The same, in a process of its own: what one scenario changes of the tests' modules no other sees."""
    with FORKS:
        said, says = multiprocessing.Pipe(False)
        process = CONTEXT.Process(target=lambda: says.send(recorded(asked)))
        process.start()
        says.close()
    try:
        return said.recv()
    except EOFError:
        return {"requests": [], "failed": [f"{asked[2]} is not played: its process ended"]}
    finally:
        process.join()


def is_refusal(item):
    """A status that refuses; or a look at steps that says what stands in the way."""
    return item["status"] >= 400 or '"obstacles": [{' in json.dumps(item["body"])


def compare_two(told, name, old, new):
    pairs = compare.Pairs()
    for what in dict.fromkeys([*old, *new]):
        for path, mine, other in pairs.differences(old.get(what), new.get(what), what):
            told.add(f"{name}: {where(path, old, new)}", path, mine, other)


def where(path, old, new):
    """The request that leads there."""
    what, _, rest = path.partition("[")
    number = rest.partition("]")[0]
    if what == "requests":
        rows = old[what] if int(number) < len(old[what]) else new[what]
        return f"#{number} {rows[int(number)]['asked']}"[:180]
    return f"{what} {number}".strip()


def settler(folder):
    path = os.path.join(folder, "settle.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", "-o", path, os.path.join(HERE, "settle.c"), "-ldl", "-lpthread"],
                   check=True)
    return path


def main():
    words = argparse.ArgumentParser(usage=__doc__)
    words.add_argument("programs", nargs=2)
    words.add_argument("--only", action="append", default=[])
    words.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    words.add_argument("--whole", action="store_true")
    words.add_argument("--all", action="store_true")
    asked, began, told = words.parse_args(), time.monotonic(), compare.Told()
    programs = [os.path.abspath(program) for program in asked.programs]
    names = [name for name in [*BESIDE, *played.names(asked.whole or asked.only)] if not asked.only or any(word in name for word in asked.only)]
    requests = refusals = 0
    with runner.scratch(), runner.fonts(True) as (_, small), tempfile.TemporaryDirectory(prefix="zhiyun-recorder-") as folder:
        os.environ["FONTCONFIG_FILE"] = small
        shims = [f"{settler(folder)}:{beside(program, 'tests', 'clock.so')}" for program in programs]
        work = [(program, shim, name) for name in names for program, shim in zip(programs, shims)]
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
            done = pool.map(apart, work)
            for name in names:
                old, new = next(done), next(done)
                requests += len(old["requests"])
                refusals += sum(map(is_refusal, old["requests"]))
                before = told.count
                compare_two(told, name, old, new)
                failed = f", {len(old['failed'])} steps not as the scenario says" if old["failed"] else ""
                print(f"# {name}: {len(old['requests'])} requests, {told.count - before} differences{failed}", flush=True)
                for why in old["failed"][:3 if not asked.all else None]:
                    print(f"#     {why}")
    for line in told.lines(1000000 if asked.all else 3):
        print(line)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"# {time.monotonic() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of the processor")
    print(f"{requests} requests, {refusals} refusals, {told.count} differences")
    return 1 if told.count else 0


if __name__ == "__main__":
    sys.exit(main())
