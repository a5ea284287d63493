#!/usr/bin/env python3
"""republications_test.py ZHIYUN: publications of one number with other kinds are records of their own, each with its date,
whatever the order of import; what was published before a day is found before it; the patent stays one."""
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import sqlite_file  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("SEED", "20261127"))
WORK = tempfile.mkdtemp(prefix="zhiyun-republications-")
DATA = os.path.join(WORK, "data")
PRINTINGS = [("EP", 1234000, ("A1", "A2", "A3", "A8", "A9", "B1", "B2", "B9")), ("WO", 2014100000, ("A1", "A2", "A3", "A8")),
             ("JP", 2017514000, ("A", "A5")), ("RU", 2538000, ("C1", "C2", "C9")), ("AT", 521000, ("A1", "A2", "A3", "B1")),
             ("CN", 108192000, ("A", "A8", "A9", "B", "B8")), ("CN", 1166000, ("A", "C", "C2", "C9")), ("CN", 2123000, ("U", "U8", "Y", "Y8")),
             ("US", 10400000, ("B1", "B2")), ("KR", 101234000, ("B1",)), ("DE", 102014000000, ("A1", "B4", "C5")), ("DE", 202014000000, ("U1", "U8"))]
HEAD = "Publication Number,Publication Date,Title,Applicant"


def run(*words, **more):
    done = subprocess.run([ZHIYUN, "--data", DATA, "--lang", "en", "--json", *words], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, (words, done.stdout[:2000], done.stderr)
    return json.loads(done.stdout)


def made():
    """300 publications: number, date."""
    chance, out = random.Random(SEED), {}
    for at in itertools.count():
        office, first, kinds = chance.choice(PRINTINGS)
        year = chance.randint(1990, 2020)
        for kind in sorted(chance.sample(kinds, chance.randint(1, len(kinds)))):
            out[f"{office}{first + at}{kind}"] = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            year += chance.randint(0, 3)
            if len(out) == 300:
                return out


def brought(rows, pieces):
    shutil.rmtree(DATA, ignore_errors=True)
    for at in range(pieces):
        path = os.path.join(WORK, f"{at}.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([HEAD, *(f"{number},{day},Rotor arrangement of a pump,Example AG" for number, day in rows[at::pieces])]))
        run("import", "--source", "patsnap", path)


def held():
    with sqlite_file.connect(os.path.join(DATA, "zhiyun.db")) as store:
        return dict(store.execute("SELECT k.number_key, p.publication_date FROM publication_key k JOIN publication p ON p.id = k.publication_id"))


def found(*words):
    path = os.path.join(WORK, "need.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("rotor arrangement of a pump")
    reply = run("match", "--text", path, "-k", "500", *words)
    return {hit["number"].replace("/", ""): hit["date"] for hit in reply["hits"]}, reply


def test_each_publication_keeps_its_own_date_whatever_the_order(_):
    print(f"# SEED={SEED}")
    wanted = made()
    assert {number[-2:] if number[-1].isdigit() else number[-1] for number in wanted} >= set("A A1 A2 A3 A5 A8 A9 B B1 B2 C C2 C9 U Y".split())
    days = sorted({*wanted.values(), "1995", "2004-06-15", "2012-01", "2019"})
    chance, seen, dumps = random.Random(SEED), [], set()
    for at, pieces in enumerate((1, 3, 7)):
        rows = list(wanted.items())
        chance.shuffle(rows)
        brought(rows, pieces)
        seen.append(held())
        dumps.add(subprocess.run([ZHIYUN, "--data", DATA, "dump"], capture_output=True, check=True).stdout)
        assert len(seen[-1]) == 300 and seen[-1] == seen[0] and len(dumps) == 1
        for before in days[at::3]:
            there, _reply = found("--before", before)
            assert there == {number: day for number, day in wanted.items() if day < before}, before
        everything, reply = found("--before", "any")
        assert everything == wanted
    # One patent is one family, as many as there are numbers with a letter.
    families = found("--before", "any", "--families")[1]
    assert families["families"] == len({key[:key.rindex("/") + 2] for key in seen[0]}), families["families"]


def test_what_names_a_patent_names_all_its_printings(_):
    brought([("EP1234567A2", "2003-01-08"), ("EP1234567A3", "2005-06-22"), ("EP1234567B1", "2008-01-02"), ("EP7654321A1", "2003-01-08")], 1)
    for written, count in (("EP1234567A2", 2), ("EP 1234567 A", 2), ("EP1234567", 3), ("EP1234567B1", 1)):
        hits = run("search", "", "--filter", f"number={written}")["total"]
        assert hits == count, (written, hits)
    # A source that leaves the digit out speaks of the only one that fits, else of none of them.
    path = os.path.join(WORK, "open.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([HEAD, "EP7654321A,,Rotor,Example AG", "EP1234567A,,Rotor,Example AG"]))
    run("import", path)
    assert sorted(held()) == ["EP/1234567/A", "EP/1234567/A2", "EP/1234567/A3", "EP/1234567/B1", "EP/7654321/A1"]


def test_the_found_file(_):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    path = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(root, "../shared")), "found/imports/kind-republication.csv")
    if not os.path.exists(path):
        raise tap.Skip("../shared is absent")
    shutil.rmtree(DATA, ignore_errors=True)
    run("import", path)
    dates = held()
    assert dates["EP/1234567/A2"] == "2003-01-08" and dates["EP/1234567/A3"] == "2005-06-22" and len(dates) == 8, dates
    assert dates["JP/2017514755/A"] == "2017-06-08" and dates["JP/2017514755/A5"] == "2019-03-07", dates


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__], None)
    finally:
        shutil.rmtree(WORK)
