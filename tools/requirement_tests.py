#!/usr/bin/env python3
"""requirement_tests.py OUT.h ROOT: which tests assert which rows of reference/requirement_rows.csv, as a C table

    static const char *const requirement_tests[][3] = { {row, test, assertion}, … };

in the order of rows. A tag stands on the test itself, so that it cannot outlive it:
    packs/<id>/cases/*.yaml      rows: [SCYY-050]                    beside name and expect
    tests/**/*_test.py           @tap.meets("SCYY-069")              on a function test_…
    tests/programmes/*.scenario  # a title [SCYY-069]                the comment that begins a step
    src/**/*_test.c              /* SCYY-069 SXYY-043 */             on the line above static void name(void **state)
A tag of an unknown row, or on what no test program runs, stops the build.
"""
import csv
import pathlib
import re
import sys

from c_text import write_changed
from embed_table import quoted

ROW = r"[A-Z]{4}-A?\d+"


def stop(path, text, at, reason):
    sys.exit(f"{path}:{text.count(chr(10), 0, at) + 1}: {reason}")


def of_cases(root):
    for path in sorted(root.glob("packs/*/cases/*.yaml")):
        text = path.read_text(encoding="utf-8")
        tag = re.search(r"^rows: \[(.*)\]$", text, re.M)
        name = re.search(r"^name: (.+)$", text, re.M)
        if tag and not name:
            stop(path, text, tag.start(), "a case that asserts rows has a name")
        if tag:
            yield path, text, tag.start(), re.findall(ROW, tag[1]), name[1]


def of_python(root):
    run = (root / "tests/meson.build").read_text(encoding="utf-8")
    for path in sorted(root.glob("tests/**/*_test.py")):
        text = path.read_text(encoding="utf-8")
        for tag in re.finditer(r"^@tap\.meets\(([^)]*)\)\n(?:def test_(\w+)\()?", text, re.M):
            if not tag[2]:
                stop(path, text, tag.start(), "the tag stands on no function test_…")
            if not re.search(rf"\b{path.name}|'{path.name[:-len('_test.py')]}'", run):
                stop(path, text, tag.start(), "tests/meson.build does not run this file")
            yield path, text, tag.start(), re.findall(ROW, tag[1]), tag[2].replace("_", " ")


def of_scenarios(root):
    run = (root / "tests/meson.build").read_text(encoding="utf-8")
    for path in sorted(root.glob("tests/programmes/*.scenario")):
        text = path.read_text(encoding="utf-8")
        for tag in re.finditer(rf"^# (.+?) \[({ROW}(?:, {ROW})*)\]$", text, re.M):
            if f"'{path.stem}'" not in run:
                stop(path, text, tag.start(), "tests/meson.build does not run this file")
            yield path, text, tag.start(), re.findall(ROW, tag[2]), tag[1]


def of_c(root):
    for path in sorted(root.glob("src/**/*_test.c")):
        text = path.read_text(encoding="utf-8")
        for tag in re.finditer(rf"^/\* ((?:{ROW} ?)+)\*/\n(?:static void (\w+)\(void \*\*)?", text, re.M):
            if not tag[2] or not re.search(rf"(cmocka_unit_test\w*|TEST)\({tag[2]}\b", text):
                stop(path, text, tag.start(), "the tag stands on no test that is run")
            yield path, text, tag.start(), re.findall(ROW, tag[1]), tag[2].replace("_", " ")


def main(out, root):
    root = pathlib.Path(root)
    with open(root / "reference/requirement_rows.csv", encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    found = set()
    for tags in (of_cases, of_python, of_scenarios, of_c):
        for path, text, at, rows, assertion in tags(root):
            if not rows or set(rows) - known:
                stop(path, text, at, f"there is no requirement {', '.join(sorted(set(rows) - known))}")
            found.update((row, path.relative_to(root).as_posix(), assertion) for row in rows)
    lines = ["    {" + ", ".join(map(quoted, row)) + "},\n" for row in sorted(found)]
    write_changed(out, "/* Made by tools/requirement_tests.py. */\n"
                  "static const char *const requirement_tests[][3] = {\n" + "".join(lines) +
                  "    {NULL, NULL, NULL},\n};\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
