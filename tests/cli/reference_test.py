#!/usr/bin/env python3
"""reference_test.py PACK_REFERENCE: the committed references of packs and of facts documents are what the program prints of the
tables that it reads; every key that a pack or a facts document of the tree uses stands in them. UPDATE_GOLDEN=1 writes
them. What people write of packs and record types says the same in both languages."""
import glob
import os
import re
import subprocess
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

PRINTER = os.path.abspath(sys.argv[1])
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FILES = {"pack-reference.md": ("en",), "pack-reference.zh.md": ("zh",), "facts.md": ("en", "facts"), "facts.zh.md": ("zh", "facts")}
CONTRACT = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(ROOT, "..", "shared")), "facts.md")
HAN = re.compile("[\u4e00-\u9fff]")
# Each with its twin, and the least that it has: words set in code and lines of code, so that nothing is compared with nothing.
TWINS = {"policy-packs.md": ("policy-packs.zh.md", 150, 25), "record-types.md": ("record-types.zh.md", 150, 25),
         "adding-a-record-type.md": ("adding-a-record-type.zh.md", 40, 25), "mlps.md": ("mlps.zh.md", 200, 10),
         "crypto-assessment.md": ("crypto-assessment.zh.md", 100, 0)}
ASSESSMENTS = ("mlps.md", "crypto-assessment.md")


def printed(lang, *what):
    done = subprocess.run([PRINTER, lang, *what], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_the_committed_references_are_what_the_program_prints():
    for name, what in FILES.items():
        path, text = os.path.join(ROOT, "docs", name), printed(*what)
        if os.environ.get("UPDATE_GOLDEN"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            assert file.read() == text, f"docs/{name} is behind the program: UPDATE_GOLDEN=1 writes it"


def rows(text):
    """(heading, cells) of each line of a table."""
    heading = ""
    for line in text.split("\n"):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| "):
            yield heading, [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_every_row_has_its_sentence_in_the_language_of_who_reads():
    for name, what in FILES.items():
        found = 0
        for heading, cells in rows(printed(*what)):
            about = cells[-1] if what[1:] == () else cells[3]
            assert about, (name, heading, cells)
            if what[0] == "zh" and cells[0].startswith("`"):
                assert HAN.search(cells[-1]) or HAN.search(about), (name, heading, cells)  # none was left untranslated
            found += cells[0].startswith("`")
        assert found > (250 if what[1:] == () else 170), (name, found)


def keys_of(value, place, out):
    """Each key under each place: processes.transitions, from → …"""
    if isinstance(value, dict):
        for key, inner in value.items():
            out.setdefault(place, set()).add(key)
            keys_of(inner, f"{place}.{key}", out)
    elif isinstance(value, list):
        for inner in value:
            keys_of(inner, place, out)


def test_every_key_that_a_pack_uses_stands_there():
    said = {}
    for heading, cells in rows(printed("en")):
        said.setdefault(heading.split(":")[0].removeprefix("pack.yaml").strip() or "pack", set()).add(cells[0].strip("`"))
    tried = 0
    for path in glob.glob(os.path.join(ROOT, "packs", "*", "*.yaml")) + glob.glob(os.path.join(ROOT, "docs", "example-province", "*.yaml")):
        with open(path, encoding="utf-8") as file:
            pack = yaml.safe_load(file)
        for section, value in pack.items():
            if section in said["pack"]:
                section, value = f"pack.{section}", value
            elif section == "labels_en":
                continue
            used = {}
            keys_of(value, section, used)
            for place, keys in used.items():
                if place in said:
                    assert keys <= said[place], (path, place, keys - said[place])
                    tried += len(keys)
    assert tried > 500, tried


def test_every_record_of_facts_stands_there():
    with open(os.path.join(ROOT, "types", "facts.yaml"), encoding="utf-8") as file:
        types = yaml.safe_load(file)["facts"]
    said = {}
    for heading, cells in rows(printed("en", "facts")):
        said.setdefault(heading.split("[")[0].split(" ")[0], set()).add(cells[0].strip("`"))
    for one in types:
        if one.get("shape") != "value":
            assert set(one["keys"]) <= said[one["name"]], (one, said.get(one["name"]))


def test_what_an_absent_key_means_is_what_the_contract_says():
    """facts.md marks with ° the keys whose absence means "none"; of all others it is not known. A share belongs to a joint claim."""
    if not os.path.exists(CONTRACT):
        raise tap.Skip("the contract of facts is not here; set ZHIYUN_SHARED")
    with open(CONTRACT, encoding="utf-8") as file:
        records = re.findall(r"`(\w+)`(?:\[\])? \{([^}]*)\}", file.read().split("## 2.")[1].split("## 3.")[0])
    wanted = {(record, key) for record, keys in records for key in re.findall(r"(\w+) \w°", keys)}
    assert len(records) > 30 and len(wanted) >= 8, (len(records), wanted)
    said = {(heading.split("[")[0].split(" ")[0], cells[0].strip("`")): cells[2] for heading, cells in rows(printed("en", "facts"))}
    assert {key for key, absent in said.items() if absent not in ("not known", "the whole", "absent or null")} == wanted, said


def told(text):
    """[level, lines of code, lines of tables, words in code] of each section, in order. Of code a comment is left out, of
    words how they are broken into lines."""
    sections, fenced, before, prose = [[0, [], 0, ""]], False, "", ""
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
            sections[-1][1].append(line)
        elif fenced or (line.startswith("    ") and (before == "" or before.startswith("    "))):
            sections[-1][1].append(re.sub(r"(^|\s)# .*", "", line).rstrip())
        else:
            if line.startswith("#"):
                sections.append([len(line) - len(line.lstrip("#")), [], 0, ""])
            sections[-1][2] += line.startswith("|")
            sections[-1][3] += line.strip() + " "
        before = line
    for one in sections:
        one[1] = [line for line in one[1] if line]
        one[3] = set(re.findall("`([^`]+)`", one[3]))
    return sections


def test_twins_say_the_same():
    for one, (other, words, lines) in TWINS.items():
        texts = []
        for name, twin in ((one, other), (other, one)):
            with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
                texts.append(file.read())
            assert f"({twin})" in texts[-1], f"docs/{name} does not name its twin"
        en, zh = map(told, texts)
        assert [x[0] for x in en] == [x[0] for x in zh], (one, "headings", [x[0] for x in en], [x[0] for x in zh])
        assert len(en) > 7 and sum(len(x[1]) for x in en) > lines and sum(len(x[3]) for x in en) > words, (one, len(en))
        for number, (x, y) in enumerate(zip(en, zh)):
            assert x[1] == y[1], (one, f"section {number}: code", [pair for pair in zip(x[1], y[1]) if pair[0] != pair[1]][:1], len(x[1]), len(y[1]))
            assert x[2] == y[2], (one, f"section {number}: lines of tables", x[2], y[2])
            assert x[3] == y[3], (one, f"section {number}: words in code", "here alone", x[3] - y[3], "there alone", y[3] - x[3])


def test_the_assessments_name_what_is_there():
    """Files, and functions of tests (`name of the test`: `function`, …), so that no row rests on what is gone."""
    tests = glob.glob(os.path.join(ROOT, "tests", "*", "*_test.*")) + glob.glob(os.path.join(ROOT, "src", "*", "*_test.c"))
    defined = set()
    for path in tests:
        with open(path, encoding="utf-8") as file:
            defined |= set(re.findall(r"^\s*(?:def|static void) (\w+)\(", file.read(), re.M))
    for name in ASSESSMENTS:
        with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
            text = file.read()
        words = set(re.findall("`([^`\n]+)`", text))
        files = {word for word in words if re.fullmatch(r"[\w./-]+/[\w.-]+\.(c|h|py|md|sql|txt)|[\w/]+/README", word)}
        functions = {one for row in re.findall(r"`[\w /]+`: ((?:`\w+`(?:, )?)+)", text) for one in re.findall(r"`(\w+)`", row)}
        assert len(files) > 20 and len(functions) > 25, (name, len(files), len(functions))
        gone = sorted(word for word in files if not os.path.exists(os.path.join(ROOT, word))) + sorted(functions - defined)
        assert not gone, f"docs/{name} names what is not there: {gone}"


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
