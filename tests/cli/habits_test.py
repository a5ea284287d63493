#!/usr/bin/env python3
"""habits_test.py ZHIYUN: queries as other tools write them find what a second reader counts in the same rows, or say
how to write them here."""
import csv
import datetime
import fnmatch
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="zhiyun-habits-")
DATA = os.path.join(WORK, "data")
WORDS = "woman women color colour collar photonic photoelectric wave guide waveguide lens mirror holograph holography wheel frame 电池 隔膜 波导 显示".split()
APPLICANTS = ["华为技术有限公司", "中兴通讯股份有限公司", "Acme Optics Inc", "Siemens AG"]
INVENTORS = ["Smith John", "王小明", "李雷"]
SYMBOLS = ["H01M10/052", "H01M10/0525", "H01M4/36", "G02B27/01", "G02B6/00"]
RECORDS = 500


def rows():
    draw = random.Random(7)
    said = lambda most: [draw.choice(WORDS) for _ in range(draw.randint(2, most))]  # noqa: E731
    for i in range(RECORDS):
        applied = datetime.date(2012, 1, 1) + datetime.timedelta(draw.randrange(1500))
        yield {"number": f"CN1{10000000 + 7 * i}A", "title": said(6), "abstract": said(14), "claims": said(8), "ipc": draw.choice(SYMBOLS),
               "applicant": draw.choice(APPLICANTS), "inventor": draw.choice(INVENTORS), "applied": applied,
               "published": applied + datetime.timedelta(draw.randrange(200, 700))}


ROWS = list(rows())
COLUMNS = {"公开（公告）号": "number", "标题": "title", "摘要": "abstract", "权利要求": "claims", "IPC分类号": "ipc", "申请人": "applicant",
           "发明人": "inventor", "申请日": "applied", "公开（公告）日": "published"}


def program(*arguments):
    return subprocess.run([ZHIYUN, *store.words(DATA), "--lang", "en", *arguments], capture_output=True, text=True, check=False)


def ask(query, *more):
    done = program("--json", "search", query, "-k", "1", *more)
    assert done.returncode == 0, (query, done.stdout, done.stderr)
    return json.loads(done.stdout)


# --- the second reader --------------------------------------------------------------------------------

def places(row, field, *patterns):
    """Where the words stand one after the other in a field: from, behind. A Chinese word has a place for each character."""
    at, spans = 0, []
    for word in row[field]:
        size = len(word) if word > "z" else 1
        spans.append((word, at, at + size))
        at += size
    return [(spans[i][1], spans[i + len(patterns) - 1][2]) for i in range(len(spans) - len(patterns) + 1)
            if all(fnmatch.fnmatchcase(spans[i + k][0], pattern) for k, pattern in enumerate(patterns))]


TEXTS = ("title", "abstract", "claims")


def has(*words, of=TEXTS):
    return lambda row: any(places(row, field, *words) for field in of)


def near(left, right, most, ordered=False, of=TEXTS):
    """At most `most` places from the end of one to the beginning of the other; 1 is side by side."""
    def holds(row):
        for field in of:
            one, other = ([place for words in side for place in places(row, field, *words)] for side in (left, right))
            for a in one:
                for b in other:
                    if 0 <= b[0] - a[1] < most or (not ordered and 0 <= a[0] - b[1] < most):
                        return True
        return False
    return holds


def every(*parts):
    return lambda row: all(part(row) for part in parts)


def some(*parts):
    return lambda row: any(part(row) for part in parts)


def no(part):
    return lambda row: not part(row)


def between(field, first, last):
    return lambda row: first <= row[field].isoformat() <= last


def is_in(field, part):
    return lambda row: part.lower() in row[field].lower()


T, A, C = ("title",), ("abstract",), ("claims",)
LENS, MIRROR, WAVE = has("lens"), has("mirror"), has("wave")
QUERIES = [
    # fields
    ("TI=lens", has("lens", of=T)),
    ("AB=(lens or mirror)", some(has("lens", of=A), has("mirror", of=A))),
    ("CLM=lens AND TI=wave", every(has("lens", of=C), has("wave", of=T))),
    ("TA=(lens and mirror)", every(has("lens", of=T + A), has("mirror", of=T + A))),
    ("TAC=\"wave guide\"", has("wave", "guide")),
    ("TTL/lens AND ABST/\"wave guide\"", every(has("lens", of=T), has("wave", "guide", of=A))),
    ("ACLM/(lens OR mirror)", some(has("lens", of=C), has("mirror", of=C))),
    ("[TTL]=lens NOT [ABST]=wave", every(has("lens", of=T), no(has("wave", of=A)))),
    ("lens.ti. and (mirror or frame).ab.", every(has("lens", of=T), some(has("mirror", of=A), has("frame", of=A)))),
    ("wheel.ti,clm.", has("wheel", of=T + C)),
    ("标题=(波导 or 隔膜) and 摘要=显示", every(some(has("波导", of=T), has("隔膜", of=T)), has("显示", of=A))),
    ("申请（专利权）人=华为", is_in("applicant", "华为")),
    ("PA=Siemens or AN=(中兴)", some(is_in("applicant", "siemens"), is_in("applicant", "中兴"))),
    ("IN=Smith and IC=H01M10/052", every(is_in("inventor", "smith"), lambda row: row["ipc"] == "H01M10/052")),
    ("IPC=(H01M4 or G02B) AND TI=lens", every(lambda row: row["ipc"][:4] == "G02B" or row["ipc"][:6] == "H01M4/", has("lens", of=T))),
    (f"PN={ROWS[3]['number']}", lambda row: row["number"] == ROWS[3]["number"]),
    # dates
    ("AD=2013-04", between("applied", "2013-04-01", "2013-04-30")),
    ("APD=[20130101 TO 20131231]", between("applied", "2013-01-01", "2013-12-31")),
    ("PBD:[2013-02-03 TO *]", between("published", "2013-02-03", "9")),
    ("申请日=2013-01-05:2013-12-06", between("applied", "2013-01-05", "2013-12-06")),
    ("PD>=20130401 and PD<2014", between("published", "2013-04-01", "2013-12-31")),
    ("@ad>=20130101<=20140630", between("applied", "2013-01-01", "2014-06-30")),
    ("PY=2013..2015 TI=lens", every(between("published", "2013-01-01", "2015-12-31"), has("lens", of=T))),
    ("APD/1/2/2013->3/4/2014", between("applied", "2013-01-02", "2014-03-04")),
    ("AD=2013年4月", between("applied", "2013-04-01", "2013-04-30")),
    # operators
    ("lens and mirror not wave", every(LENS, MIRROR, no(WAVE))),
    ("lens or mirror and wave", some(LENS, every(MIRROR, WAVE))),
    ("lens ANDNOT (mirror or wave)", every(LENS, no(MIRROR), no(WAVE))),
    ("+lens +mirror -wave", every(LENS, MIRROR, no(WAVE))),
    ("\"lens or mirror\"", has("lens", "or", "mirror")),
    # distances
    ("lens NEAR/3 mirror", near([["lens"]], [["mirror"]], 3)),
    ("lens near2 mirror", near([["lens"]], [["mirror"]], 2)),
    ("lens ADJ mirror", near([["lens"]], [["mirror"]], 1, True)),
    ("lens ADJ3 \"wave guide\"", near([["lens"]], [["wave", "guide"]], 3, True)),
    ("lens (2W) mirror", near([["lens"]], [["mirror"]], 3, True)),
    ("lens (2n) mirror", near([["lens"]], [["mirror"]], 3)),
    ("lens 2W mirror", near([["lens"]], [["mirror"]], 3, True)),
    ("lens W/4 (mirror or wave)", near([["lens"]], [["mirror"], ["wave"]], 4)),
    ("lens wd/4 mirror and PRE/2", every(near([["lens"]], [["mirror"]], 4), has("pre"), has("2"))),
    ("\"lens mirror\"~2", near([["lens"]], [["mirror"]], 3)),
    ("电池 NEAR/3 隔膜", near([["电池"]], [["隔膜"]], 3)),
    ("TI=(波导 ADJ2 lens)", near([["波导"]], [["lens"]], 2, True, T)),
    ("TA=(lens NEAR/2 mirror)", near([["lens"]], [["mirror"]], 2, False, T + A)),
    ("holograph* NEAR/2 col*r", near([["holograph*"]], [["col*r"]], 2)),
    # wildcards
    ("wom?n", has("wom?n")),
    ("TI=col*r", has("col*r", of=T)),
    ("photo*ic and wom#n", every(has("photo*ic"), has("wom?n"))),
    ("colo$r", has("colo*r")),
    ("colo$1r", some(has("color"), has("colour"))),
    ("holograph$ not holograph$1", every(has("holograph*"), no(some(has("holograph"), has("holography"))))),
]
HINTS = [
    ("lens XOR mirror", "at character 6: 'XOR' is not known here; write (a OR b) NOT (a AND b)"),
    ("lens SAME mirror", "at character 6: 'SAME' is not known here; write for example NEAR/10"),
    ("lens $WS mirror", "'$WS' is not known here; write for example NEAR/10"),
    ("ti=lens prox/distance<=3 mirror", "'prox/distance<=3' is not known here"),
    ("lens NEAR/3 IPC=H01M", "NEAR stands between words"),
    ("lens NEAR/900 mirror", "NEAR reaches 100 words at most"),
    ("PRD=20130101", "at character 1: there is no field \"PRD\"; the fields are title"),
    ("优先权日=2013", "there is no field \"优先权日\""),
    ("AD=[2013 TO soon]", "\"[2013 TO soon]\" is no date or range"),
    ("TI=(lens or", "is never closed"),
    ("*lens", "'*' stands at the end of a word"),
]


def test_rows_are_taken_in():
    path = os.path.join(WORK, "rows.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows([" ".join(row[name]) if name in TEXTS else row[name] for name in COLUMNS.values()] for row in ROWS)
    done = program("--quiet", "import", path)
    assert done.returncode == 0, done.stderr
    assert ask("")["total"] == RECORDS


def test_queries_of_other_tools_find_what_a_second_reader_counts():
    wrong = []
    for query, holds in QUERIES:
        expected, found = sum(map(holds, ROWS)), ask(query)["total"]
        if found != expected:
            wrong.append((query, "counted", expected, "found", found))
    assert not wrong, "\n".join(map(str, wrong))
    assert sum(any(map(holds, ROWS)) for _, holds in QUERIES) > len(QUERIES) - 5


def test_what_is_not_run_says_how_to_write_it():
    for query, hint in HINTS:
        done = program("search", query)
        assert done.returncode == 3 and hint in done.stderr, (query, done.returncode, done.stderr)


def test_dates_as_filters():
    for value, first, last in (("2013-04", "2013-04-01", "2013-04-30"), ("2013", "2013-01-01", "2013-12-31"), (">=2014", "2014-01-01", "9"),
                               ("[20130101 TO 20140131]", "2013-01-01", "2014-01-31"), ("2013年4月..2014年1月", "2013-04-01", "2014-01-31")):
        for name in ("published", "applied"):
            found = ask("", "--filter", f"{name}={value}")["total"]
            assert found == sum(map(between(name, first, last), ROWS)), (name, value, found)


def test_expiry_is_counted_from_the_application():
    after = lambda day, years: day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) and years % 4 else day.day)  # noqa: E731
    for value, first, last in (("2032..2034", "2032-01-01", "2034-12-31"), ("2033-04", "2033-04-01", "2033-04-30"), (">=2032-02-29", "2032-02-29", "9"),
                               ("<2033", "0", "2032-12-31")):
        counted = sum(first <= after(row["applied"], 20).isoformat() <= last for row in ROWS)
        assert counted and ask("", "--filter", f"expires={value}", "--filter", "type=发明")["total"] == counted, value
        assert ask("expires=" + value)["total"] == counted, value
    assert ask("", "--filter", "expires=未知")["total"] == 0


def test_a_pasted_list_finds_its_numbers_and_names_those_that_are_not_here():
    held = [row["number"] for row in ROWS[:300]]
    absent = [f"CN1{20000000 + 7 * i}A" for i in range(40)]
    mixed = held + absent
    random.Random(3).shuffle(mixed)
    lacking = [number for number in mixed if number in set(absent)]
    for parted in ("\n", ", ", "；", " ", " or "):
        reply = ask(parted.join(mixed))
        assert reply["total"] == len(held), (parted, reply["total"])
        assert f"{len(absent)} of {len(mixed)} numbers are not here: " + ", ".join(lacking[:20]) + " …" in reply["note"], reply["note"]
    assert ask("公开号\n" + "\n".join(held))["total"] == len(held)
    many = mixed + [f"CN1{40000000 + i}A" for i in range(3000)]
    assert ask("\n".join(many))["total"] == len(held)
    both = ask(f"PN=({' '.join(mixed)}) and lens")["total"]
    assert both == sum(map(LENS, ROWS[:300])), both
    assert "note" not in ask("\n".join(held)) or "not here" not in ask("\n".join(held))["note"]


def test_a_query_without_hits_counts_each_of_its_parts():
    reply = ask("TI=lens AND \"wave guide\" AND (mirror or frame) AND lens NEAR/2 wheel AND nowhere", "--filter", "published=2013")
    counted = {one["text"]: one["count"] for one in reply["terms"]}
    expected = {"title:lens": has("lens", of=T), "wave guide": has("wave", "guide"), "(mirror or frame)": some(MIRROR, has("frame")),
                "lens NEAR/2 wheel": near([["lens"]], [["wheel"]], 2), "nowhere": has("nowhere")}
    assert reply["total"] == 0 and counted == {text: sum(map(holds, ROWS)) for text, holds in expected.items()}, reply


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
