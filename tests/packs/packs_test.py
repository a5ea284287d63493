#!/usr/bin/env python3
"""packs_test.py ZHIYUN MUTATE: the packs of the program are sound, their cases and the shared ones hold,
every sentence of their texts is answered. And a province that the program was not made for is data
alone: every pack of this folder, given to the program as an instance's own, is and does the same, every
change of a number or comparison in it is noticed, and the program knows nothing of it. (The changes of
the program's own packs are the suite mutate, which takes its time.)"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "kernel"))
import bodies  # noqa: E402
import tap  # noqa: E402

ZHIYUN, MUTATE = (os.path.abspath(path) for path in sys.argv[1:3])
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
WORK = tempfile.mkdtemp(prefix="zhiyun-packs-")
PACKS = [os.path.basename(os.path.dirname(path)) for path in sorted(glob.glob(os.path.join(HERE, "*", "pack.yaml")))]
assert PACKS, "no pack in this folder"
SHIPPED = sorted(set(os.listdir(os.path.join(ROOT, "packs"))) - {"common"})
assert len(SHIPPED) == 5, SHIPPED
for PACK in PACKS:
    shutil.copytree(os.path.join(HERE, PACK), os.path.join(WORK, "packs", PACK))


def zhiyun(*arguments, code=0):
    done = subprocess.run([ZHIYUN, "--lang", "en", "--json", "--data", WORK, *arguments],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (arguments, done.returncode, done.stdout[-2000:], done.stderr)
    return json.loads(done.stdout)


SHARED = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(ROOT, "..", "shared")), "cases")


def test_both_readers_of_yaml_that_the_tests_use_read_every_file_alike():
    """kernel/bodies.py takes libyaml's, which is the program's as well: this one is written apart."""
    paths = [path for folder in ("types", "packs", "tests/packs", "tests/kernel/types")
             for path in glob.glob(os.path.join(ROOT, folder, "**", "*.yaml"), recursive=True)]
    assert len(paths) >= 500, len(paths)
    if bodies.READER is yaml.BaseLoader:
        raise tap.Skip("Python has no libyaml here")
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert yaml.load(text, Loader=yaml.BaseLoader) == yaml.load(text, Loader=bodies.READER), path


def test_the_shipped_packs_are_sound():
    assert zhiyun("pack", "lint", *SHIPPED, "common")["findings"] == []


def test_the_cases_of_the_shipped_packs_hold():
    for pack in SHIPPED:
        said = zhiyun("pack", "test", pack)
        assert said["failed"] == 0 and said["cases"] == len(glob.glob(os.path.join(ROOT, "packs", pack, "cases", "*.yaml"))) > 0, said


def test_the_texts_of_the_shipped_packs_are_answered_whole():
    for pack in SHIPPED:
        [said] = zhiyun("pack", "coverage", pack)["packs"]
        for share in ("articles", "sentences", "quotes", "numbers"):
            assert said[share]["covered"] == said[share]["total"] > 0, said


def test_the_shared_cases_hold():
    if not os.path.isdir(SHARED):
        raise tap.Skip("the shared cases are not here; set ZHIYUN_SHARED")
    own = zhiyun("pack", "test")["cases"]
    assert own >= 200, own
    said = zhiyun("pack", "test", "--cases", SHARED)
    assert said["failed"] == 0, said
    assert said["cases"] - own == len(glob.glob(os.path.join(SHARED, "*", "*.yaml"))) > 0, said


def compared(text):
    """(record, key, constant) of each text that the SQL of an indicator compares with a fact; record None: one of several."""
    text = re.sub(r"--[^\n]*", "", text)
    tables = dict((alias or name, name) for name, alias in re.findall(
        r"(?:FROM|JOIN|,)\s+fact_(\w+)(?:\s+(?:AS\s+)?(?!WHERE|JOIN|ON|ORDER|LEFT|UNION|GROUP|LIMIT|WHEN)([a-z]\w*))?", text))
    column = r"(?<![:\w.])(?:(\w+)\.)?\"?([a-z_]+)\"?"
    found = []
    for alias, key, words in re.findall(column + r"\)?\s*(?:=|<>|IN)\s*('[^']*'|\((?:\s*'[^']*',?)+\s*\))", text):
        found += [(alias, key, word) for word in re.findall(r"'([^']*)'", words)]
    for alias, key, cases in re.findall(r"CASE\s+" + column + r"((?:\s+WHEN\s+'[^']*'\s+THEN\s+(?:(?!WHEN|END).)*)+)", text, re.S):
        found += [(alias, key, word) for word in re.findall(r"WHEN\s+'([^']*)'", cases)]
    return [(record, key, word) for alias, key, word in found if word
            for record in ([tables.get(alias, alias)] if alias else sorted(set(tables.values()))[:1] if len(set(tables.values())) == 1 else [None])]


def effects_of(packs):
    """"TYPE FIELD=VALUE" of the steps of these packs."""
    for pack in packs:
        for path in glob.glob(os.path.join(pack, "*.yaml")):
            with open(path, encoding="utf-8") as file:
                for process in (bodies.yaml.load(file, Loader=bodies.READER) or {}).get("processes", []):
                    for step in process["transitions"]:
                        for effect in step.get("effects", []):
                            words = effect.split(" ")
                            yield from (f"{words[1]} {word}" for word in words[2:])


def choosable(kinds, record, key, word, choices, effects):
    """Whether somebody who fills the record can come to that very text without knowing it: by a choice, or by a step."""
    if record == "list":  # which lists are complete: no fact
        return True
    for kind in kinds.values():
        if record not in (None, kind.get("facts")):
            continue
        if key == "state" and word in [state["name"] for state in kind.get("states", {}).get("list", [])]:
            return True
        for field in kind["fields"]:
            if bodies.word_of(kind, field) is None or (field.get("fact") or field["name"]) != key:
                continue
            by_step = kind.get("written_by") == "actions" or "set_by" in field or field.get("by_cases") == "true"
            if (word in [value["code"] for value in field.get("values", [])] or field["type"] == "region"
                    or ("date" in field["type"] + field.get("result", "") and word == "never") or (word == "none" and field["type"] == "text")
                    or ((by_step or field.get("choices") == "true") and (f"{record}.{key}", word) in choices)
                    or (field.get("pattern") and re.fullmatch(field["pattern"], word))
                    or (by_step and f"{kind['name']} {field['name']}={word}" in effects)):
                return True
    return False


def test_no_text_decides_that_nobody_can_choose():
    """A series' name, a policy, a line: what SQL of a pack compares with a constant is an enum, a name of a dictionary, or
    what a step writes; never what somebody would have to type just so."""
    kinds, tried = bodies.load(), 0
    folders = [os.path.join(ROOT, "packs", pack) for pack in os.listdir(os.path.join(ROOT, "packs"))] + [
        os.path.join(HERE, pack) for pack in PACKS]
    choices = set()
    for folder in folders:
        for path in glob.glob(os.path.join(folder, "*.yaml")):
            with open(path, encoding="utf-8") as file:
                pack = bodies.yaml.load(file, Loader=bodies.READER) or {}
                for one in pack.get("dictionaries", []):
                    choices |= {(one.get("of"), code) for entry in one["entries"] for code in entry.get("codes", [])}
                choices |= {("awards.policy", fund["policy"]) for fund in pack.get("funds", []) if "policy" in fund}
    effects = set(effects_of(folders))
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(folder, "indicators", "*.sql"))):
            with open(path, encoding="utf-8") as file:
                for record, key, word in compared(file.read()):
                    assert choosable(kinds, record, key, word, choices, effects), (path, record, key, word)
                    tried += 1
    assert tried > 100, tried
    assert not choosable(kinds, "series", "name", "no such series", choices, effects)
    assert not choosable(kinds, "budget_lines", "line", "设备费", choices, effects)  # free text: no pack may compare it


def test_they_are_sound():
    assert zhiyun("pack", "lint", *PACKS)["findings"] == []


def test_their_cases_hold():
    for pack in PACKS:
        said = zhiyun("pack", "test", pack)
        assert said["failed"] == 0 and said["cases"] == len(os.listdir(os.path.join(HERE, pack, "cases"))) > 0, said


def test_their_texts_are_answered_whole():
    for pack in zhiyun("pack", "coverage", *PACKS)["packs"]:
        for part in ("articles", "sentences", "quotes", "numbers"):
            assert pack[part]["covered"] == pack[part]["total"] > 0, pack


def test_every_change_is_noticed():
    done = subprocess.run([MUTATE, "--folder", HERE, *PACKS], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    for pack in PACKS:
        assert f"# {pack}: " in done.stdout, done.stdout


def test_verdicts_days_and_names_follow():
    facts = os.path.join(WORK, "facts.yaml")
    with open(facts, "w", encoding="utf-8") as file:
        file.write("as_of: 2026-08-01\nquestion: build-grant\napplicant: {recognised_on: 2026-08-01}\n"
                   "award: {amount: \"600000.01\"}\nawards: []\n")
    said = zhiyun("check", "--pack", "yunling", "--facts", facts, code=1)
    assert (said["verdict"], said["binding"]) == ("fail", True), said
    assert said["criteria"][0]["clause"] == "第二十二条" and "60万元" in said["criteria"][0]["quote"], said
    # 19 to 21 June 2026 are days off
    assert zhiyun("deadline", "--pack", "yunling", "--rule", "publicity", "--from", "2026-06-11")["due"] == "2026-06-23"
    # 45 days, every day counted: 4 October 2026 is a day off
    assert zhiyun("deadline", "--pack", "yunling", "--rule", "rectification",
                  "--from", "2026-08-20")["due"] == "2026-10-04"
    named = zhiyun("name", "--pack", "yunling", "--industry", "稀贵金属产业链")
    assert named["name"] == "云岭省稀贵金属产业链知识产权协同运营中心", named
    zhiyun("name", "--pack", "yunling", "--industry", "某某公司稀贵金属", code=3)


def test_the_program_knows_nothing_of_them():
    shipped = json.loads(subprocess.run([ZHIYUN, "--json", "--data", os.path.join(WORK, "none"), "pack", "list"],
                                        capture_output=True, text=True, timeout=60, check=True).stdout)["packs"]
    assert not {pack["id"] for pack in shipped} & set(PACKS), shipped
    found = subprocess.run(["grep", "-rlE", "|".join(PACKS + ["云岭"]), *(os.path.join(ROOT, folder) for folder in
                            ("src", "packs", "types"))], capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stdout


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
