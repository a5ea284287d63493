#!/usr/bin/env python3
"""same_test.py ZHIYUN (under tools/pg.py run): two instances, their records in SQLite and in
PostgreSQL, get the same commands and must give the same answers, byte for byte but for times."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="zhiyun-same-")
GOLDEN = os.path.join(HERE, "..", "golden", "ingest")
TIMES = re.compile(r'"(ms|seconds|received)":("[^"]*"|[0-9.e+-]+)')
# A log's name is drawn when it is made, and its head is of the moment.
HEADS = re.compile(r"zhiyun/[0-9a-f]{16}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def words(name, engine):
    data = os.path.join(WORK, f"{name}-{engine}")
    if engine == "sqlite":
        return ["--data", data, "--store", f"sqlite:{data}/zhiyun.db"]
    return store.words(data)


def run(name, engine, arguments):
    done = subprocess.run([ZHIYUN, *words(name, engine), "--quiet", *arguments],
                          capture_output=True, text=True, timeout=600)
    said = TIMES.sub('"\\1":0', done.stdout + done.stderr).replace(f"{name}-{engine}", name)
    return done.returncode, HEADS.sub("…", said)


def same(name, *arguments):
    """The answer, which is the same from both."""
    one, two = (run(name, engine, arguments) for engine in ("sqlite", "postgres"))
    if one != two:
        at = next((i for i, (x, y) in enumerate(zip(one[1], two[1])) if x != y),
                  min(len(one[1]), len(two[1])))
        raise AssertionError(f"{' '.join(arguments)}: {one[0]}, {two[0]}; at {at}:\n"
                             f"SQLite     …{one[1][max(0, at - 200):at + 200]!r}\n"
                             f"PostgreSQL …{two[1][max(0, at - 200):at + 200]!r}")
    return one


def inputs():
    files = sorted(glob.glob(os.path.join(GOLDEN, "*", "*.in")))
    assert len(files) > 20, files
    return files


def test_imports_of_every_format_are_told_and_kept_alike():
    records = new = 0
    for path in inputs():
        code, said = same("golden", "--json", "import", path)
        assert code in (0, 3), (path, said)
        files = json.loads(said)["files"]
        records, new = records + sum(f["records"] for f in files), new + sum(f["inserted"] for f in files)
    print(f"# {records} records of {len(inputs())} files")
    assert records > 50
    dump = same("golden", "dump")[1]
    assert dump.count("\n") == new  # a line for each publication


def test_importing_all_again_changes_nothing_on_either():
    for entry in json.loads(same("golden", "--json", "import", *inputs())[1])["files"]:
        assert entry["inserted"] == 0, entry


def test_searches_and_counts_are_alike():
    for query in ("", "电池", "a", "battery OR 电池", "ipc:H01M", "date:2000..2024", "applicant:*", "(("):
        same("golden", "--json", "search", query, "-k", "50", "--facets")
    for by in ("year", "office", "ipc1", "ipc4", "cpc4", "applicant", "standard_applicant", "inventor", "assignee", "agency", "country", "region", "status", "type", "wipo35"):
        code, said = same("golden", "--json", "landscape", "--by", by)
        assert code == 0 and json.loads(said)["cells"], (by, said)
    hits = json.loads(same("golden", "--json", "search", "", "-k", "40")[1])["hits"]
    assert hits
    same("golden", "dump")


def test_the_demo_is_the_same_province():
    same("demo", "--json", "demo")
    for query in ("电池", "H01M10", "太阳能 组件"):
        said = same("demo", "--json", "search", query, "-k", "100", "--facets")[1]
        assert json.loads(said)["total"] > 0, query
    for by in ("year", "applicant", "region"):
        same("demo", "--json", "landscape", "--by", by)
    same("demo", "dump")


def test_what_the_demo_lived_through_is_the_same():
    """Two runs of one seed, each with its own keys and numbers of entries: the facts of parties of all kinds are the same text."""
    codes = [row[0] for row in store.run(os.path.join(WORK, "demo-postgres"),
                                         "SELECT credit_code FROM unit WHERE kind = 'party' ORDER BY credit_code")]
    assert len(codes) >= 50, codes
    for code in codes[::8]:
        said = same("demo", "facts", "--party", code)
        assert said[0] == 0 and code in said[1], said


def test_refusals_are_alike():
    for arguments in (["search", "date:x"], ["--json", "import", "/nonexistent.csv"],
                      ["landscape", "--by", "nothing"], ["types", "lint"], ["verify"]):
        same("demo", *arguments)


if __name__ == "__main__":
    if not store.SERVER:
        sys.exit(__doc__)
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
