#!/usr/bin/env python3
"""test.py BUILD [--no-budget]: runs every part of the tests, each with its time budget.

A part is a meson suite. Prints a table of parts (tests passed, failed, skipped, seconds of its
budget) and ends in one line `N passed, N failed[, N skipped]`. A part over its budget fails.
"""
import contextlib
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

import pg

# part, suite, budget in minutes on 2 cores
PARTS = [
    ("unit and property", "unit", 6),
    ("fuzz corpus", "fuzz", 2),
    ("packs", "packs", 2),
    ("API and matrix, SQLite", "api", 8),
    ("API and matrix, PostgreSQL", "api-postgresql", 18),
    ("programmes, SQLite", "programmes", 8),
    ("programmes, PostgreSQL", "programmes-postgresql", 12),
    ("the same on PostgreSQL", "postgres", 8),
    ("crash", "crash", 6),
    ("crash of PostgreSQL", "crash-postgresql", 3),
    ("papers", "papers", 6),
    ("browser", "browser", 12),
    ("second verifier", "verifier", 4),
]


def suites(build):
    """Suites that have tests in this build."""
    listing = subprocess.run(["meson", "introspect", "--tests", build], check=True,
                             capture_output=True, text=True).stdout
    return {suite.split(":")[-1] for test in json.loads(listing) for suite in test["suite"]}


def counts(junit):
    """(passed, skipped, names of failed, sentences of what was skipped) of one JUnit file.

    Our C tests say "# skipped: why" and pass: cmocka 1.1.5 prints its own skip() as "not ok",
    which Meson 1.0 takes for a failure.
    """
    passed, skipped, failed, sentences = 0, 0, [], []
    for suite in ElementTree.parse(junit).iter("testsuite"):
        reasons, good = [], 0
        for case in suite.iter("testcase"):
            name = f"{case.get('classname') or ''} {case.get('name') or ''}".strip()
            if case.find("failure") is not None or case.find("error") is not None:
                failed.append(name)
            elif case.find("skipped") is not None:
                reasons.append(name)
            else:
                good += 1
        told = [line[len("# skipped:"):].strip()
                for said in (*suite.iter("system-out"), *suite.iter("system-err"))
                for line in (said.text or "").splitlines() if line.startswith("# skipped:")][:good]
        passed += good - len(told)
        skipped += len(reasons) + len(told)
        if reasons or told:
            why = "; ".join(dict.fromkeys(told + reasons))
            name = suite.get("name").split(" / ")[-1]
            sentences.append(f"SKIPPED {len(reasons) + len(told)} of {name}: {why}")
    return passed, skipped, failed, sentences


def run(build, suite, budgeted):
    junit = os.path.join(build, "meson-logs", "testlog.junit.xml")
    if os.path.exists(junit):
        os.remove(junit)
    command = ["meson", "test", "-C", build, "--no-rebuild", "--suite", suite, "--print-errorlogs"]
    if not budgeted:  # sanitizers and coverage run several times slower
        command += ["--timeout-multiplier", "10"]
    done = subprocess.run(command, capture_output=True, text=True)
    if not os.path.exists(junit):
        print(done.stdout, done.stderr)
        return 0, 0, [f"{suite}: the runner gave no result"], []
    passed, skipped, failed, sentences = counts(junit)
    if done.returncode != 0:
        print(done.stdout[-20000:])
        if not failed:  # a crash or time-out outside of any single test
            failed.append(f"{suite}: the runner ended with {done.returncode}")
    return passed, skipped, failed, sentences


@contextlib.contextmanager
def server(present):
    """One PostgreSQL server for all tests that want one; each makes a schema of its own there."""
    if not {"postgres", "api-postgresql"} & present or os.environ.get("ZHIYUN_POSTGRES"):
        yield
        return
    with pg.Cluster() as cluster:
        os.environ["ZHIYUN_POSTGRES"] = cluster.url
        yield


def main():
    build, budgeted = sys.argv[1], "--no-budget" not in sys.argv
    present = suites(build)
    with server(present):
        return run_parts(build, budgeted, present)


def run_parts(build, budgeted, present):
    passed = skipped = 0
    failed, rows, sentences = [], [], []
    for name, suite, minutes in PARTS:
        if suite not in present:
            rows.append((name, "has no tests yet", "", f"{minutes} min"))
            continue
        start = time.monotonic()
        good, left_out, bad, said = run(build, suite, budgeted)
        seconds = time.monotonic() - start
        if budgeted and seconds > minutes * 60:
            bad.append(f"{name}: {seconds:.0f} s is over its budget of {minutes} min")
        passed, skipped, failed = passed + good, skipped + left_out, failed + bad
        sentences += said
        rows.append((name, f"{good} passed, {len(bad)} failed, {left_out} skipped",
                     f"{seconds:.1f} s", f"{minutes} min"))
    print(f"\n{'part':28} {'tests':36} {'took':>9} {'budget':>8}")
    for row in rows:
        print(f"{row[0]:28} {row[1]:36} {row[2]:>9} {row[3]:>8}")
    for sentence in sentences:
        print(sentence)
    for name in failed:
        print(f"FAILED {name}")
    print(f"{passed} passed, {len(failed)} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
