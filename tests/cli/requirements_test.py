#!/usr/bin/env python3
"""requirements_test.py ZHIYUN: every row of the requirements is a clause of its pack under the words that carry it;
what `zhiyun requirements` says; names and days that rows state."""
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SHARED = os.environ.get("ZHIYUN_SHARED", os.path.join(SOURCE, "..", "shared"))
WORK = tempfile.mkdtemp(prefix="zhiyun-requirements-")
SCAN = os.path.join(SOURCE, "tools", "requirement_tests.py")

# Rows whose force is another one in the text, with its word; the clause says what the text says.
OTHERWISE = {
    "SCYY-063": ("E", "可直接"), "SCYY-082": ("E", "可直接"),
    "SXYY-005": ("E", "探索"), "SXYY-027": ("M", "一般应为"), "SXYY-057": ("M", "将推荐"),
}


def zhiyun(*arguments):
    return subprocess.run([ZHIYUN, "--lang", "en", "--data", os.path.join(WORK, "none"), *arguments],
                          capture_output=True, text=True, timeout=60)


def answer(*arguments):
    done = zhiyun("--json", *arguments)
    assert done.returncode == 0, (arguments, done.returncode, done.stderr)
    return json.loads(done.stdout)


def rows():
    with open(os.path.join(SOURCE, "reference", "requirement_rows.csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def clauses(pack):
    return [clause for clause in answer("pack", "show", pack)["packs"][0]["clauses"] if clause["rows"]]


def test_the_rows_are_those_of_the_matrix():
    path = os.path.join(SHARED, "requirements.md")
    if not os.path.exists(path):
        raise tap.Skip("the requirements are not here; set ZHIYUN_SHARED")
    with open(path, encoding="utf-8") as file:
        matrix = re.findall(r"^\| ((?:SCYY|SXYY|SCYC|SCSF|CNJD)-A?\d+) \|.*?\| ([MEDT]) \|", file.read(), re.M)
    assert [(row["id"], row["force"]) for row in rows()] == matrix and len(matrix) == 329, len(matrix)


def test_every_row_is_a_clause_of_its_pack_and_of_no_other():
    for pack in sorted({row["pack"] for row in rows()}):
        wanted = {row["id"] for row in rows() if row["pack"] == pack}
        carried = {row for clause in clauses(pack) for row in clause["rows"]}
        print(f"# {pack}: {len(wanted & carried)} of {len(wanted)} rows")
        assert carried == wanted, (pack, sorted(wanted - carried), sorted(carried - wanted))


def test_a_clause_has_the_force_of_its_row_or_the_word_of_the_text_that_says_another():
    force, wrong = {row["id"]: row["force"] for row in rows()}, []
    for pack in sorted({row["pack"] for row in rows()}):
        for clause in clauses(pack):
            for row in clause["rows"]:
                wanted, word = OTHERWISE.get(row, (force[row], ""))
                if clause["force"] != wanted or word not in clause["quote"]:
                    wrong.append((row, clause["force"], wanted))
    assert not wrong, wrong


NOT_YET = {"A-42", "A-43"}


def test_every_ambiguity_is_in_a_register_with_another_reading_and_what_it_would_change():
    """A-01 to A-35 of the matrix, A-36 to A-41 of the contract of facts. Its last two are in no pack yet: the day of a
    year's service plan, and how many applications a party may have open."""
    held = {}
    for pack in answer("pack", "show")["packs"]:
        for one in pack["ambiguities"]:
            others = one["alternatives"]
            assert one["reading"] and others and all(o["reading"] and o["effect"] for o in others), (pack["id"], one)
            held.setdefault(one["id"], []).append(pack["id"])
    wanted = {f"A-{n:02}" for n in range(1, 42)}
    assert set(held) == wanted, sorted(wanted ^ set(held))
    path = os.path.join(SHARED, "requirements.md")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            asked = set(re.findall(r"^\| (A-\d\d) \|", file.read(), re.M))
        assert asked - NOT_YET == {f"A-{n:02}" for n in range(1, 36)}, sorted(asked)
        assert not held.keys() & NOT_YET, "a gap that is closed is taken off the list"


def test_each_row_says_where_it_is_met_and_which_test_asserts_it():
    said = answer("requirements")
    assert set(said) >= {"rows", "total", "met"} and said["total"] == len(said["rows"]) == 329
    for row in said["rows"]:
        assert set(row) >= {"id", "force", "pack", "where", "test", "assertion", "tests", "met"}, row
        assert row["where"] and row["met"] == bool(row["tests"]), row
        for test in row["tests"]:
            assert os.path.exists(os.path.join(SOURCE, test["test"])) and test["assertion"], (row["id"], test)
    assert said["met"] == sum(row["met"] for row in said["rows"]) >= 45, said["met"]
    for part in ("programmes", "workbench"):
        rows_of = [row for row in said["rows"] if row["part"] == part]
        must = [row for row in rows_of if row["force"] == "M"]
        assert said[part] == {"total": len(rows_of), "met": sum(row["met"] for row in rows_of), "must": len(must),
                              "must_met": sum(row["met"] for row in must)}, (part, said[part])
    assert said["programmes"]["total"] + said["workbench"]["total"] == 329
    staff = next(row for row in said["rows"] if row["id"] == "SCYY-050")
    assert staff["where"] == "五3: team staff-count /case/:id/check" and staff["force"] == "M", staff
    assert {"test": "packs/sc-yunying-2025/cases/staff-without-papers.yaml", "assertion": "第五人没有社保也没有合同"} in staff["tests"]
    people = zhiyun("requirements").stdout
    assert "SCYY-050 M asserted  五3:" in people and f"329 rows, {said['met']} met" in people, people[-200:]
    assert zhiyun("requirements", "SCYY-050").returncode == 2


def scan(**files):
    """The tags of a source tree that has the rows, tests/meson.build and these files."""
    root = tempfile.mkdtemp(prefix="tree-", dir=WORK)
    files = {"reference/requirement_rows.csv": "id,pack,force\nSCYY-050,sc-yunying-2025,M\n",
             "tests/meson.build": "files('cli/x_test.py')\n", **{k.replace("__", "/"): v for k, v in files.items()}}
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    out = os.path.join(root, "out.h")
    done = subprocess.run([sys.executable, SCAN, out, root], capture_output=True, text=True, timeout=60)
    if done.returncode:
        return done.stderr
    with open(out, encoding="utf-8") as file:
        return file.read()


def test_a_tag_stands_on_a_test_that_is_run():
    case, python, c = "packs__a__cases__b.yaml", "tests__cli__x_test.py", "src__a__b_test.c"
    tagged = '@tap.meets("SCYY-050")\n'
    assert '"SCYY-050", "packs/a/cases/b.yaml", "four"' in scan(**{case: "name: four\nrows: [SCYY-050]\n"})
    assert '"SCYY-050", "tests/cli/x_test.py", "a b"' in scan(**{python: tagged + "def test_a_b():\n    pass\n"})
    life, step = "tests__programmes__x.scenario", "# no four [SCYY-050]\nmake x\n"
    assert '"SCYY-050", "tests/programmes/x.scenario", "no four"' in scan(**{life: step, "tests__meson.build": "['x']\n"})
    assert "x.scenario:1: tests/meson.build does not run this file" in scan(**{life: step})
    test = "/* SCYY-050 */\nstatic void a_b(void **state)\n{\n}\n"
    assert '"SCYY-050", "src/a/b_test.c", "a b"' in scan(**{c: test + "cmocka_unit_test(a_b),\n"})
    assert "no requirement SCYY-051" in scan(**{case: "name: four\nrows: [SCYY-051]\n"})
    assert "b.yaml:1: a case that asserts rows has a name" in scan(**{case: "rows: [SCYY-050]\n"})
    assert "x_test.py:2: the tag stands on no function" in scan(**{python: "\n" + tagged + "def a_b():\n    pass\n"})
    assert "does not run this file" in scan(**{python.replace("x_", "y_"): tagged + "def test_a():\n    pass\n"})
    assert "b_test.c:1: the tag stands on no test that is run" in scan(**{c: test})


@tap.meets("SCYY-069")
def test_five_working_days_of_publicity_pass_over_holidays_and_make_up_days():
    for published, last in (("2026-09-30", "2026-10-13"), ("2026-02-12", "2026-02-26")):
        said = answer("deadline", "--pack", "sc-yunying-2025", "--rule", "publicity", "--from", published)
        assert (said["due"], said["provisional"]) == (last, False), said


@tap.meets("SXYY-002")
def test_a_draft_never_binds_and_comes_into_force_with_a_number_and_a_date():
    facts = os.path.join(WORK, "facts.yaml")
    with open(facts, "w", encoding="utf-8") as file:
        file.write("as_of: 2026-05-20\n")
    said = answer("check", "--pack", "sx-yunying-draft", "--facts", facts)
    assert (said["status"], said["binding"]) == ("draft", False), said
    folder = os.path.join(WORK, "in-force")
    for name in ("common", "sx-yunying-draft"):
        shutil.copytree(os.path.join(SOURCE, "packs", name), os.path.join(folder, name))
    path = os.path.join(folder, "sx-yunying-draft", "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for added, reason in (("", "has a number and the day it was issued"),
                          ("\n  number: 晋知发〔2026〕1号", "has a number and the day it was issued"),
                          ("\n  issued: 2026-06-01", "has a number and the day it was issued"),
                          ("\n  number: 晋知发〔2026〕1号\n  issued: 2026-06-01", "its first day")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("status: draft", "status: in_force" + added))
        done = zhiyun("pack", "lint", "--folder", folder, "sx-yunying-draft")
        assert done.returncode == 1 and reason in done.stdout, (added, done)


@tap.meets("SCYY-072")
def test_a_sichuan_name_has_the_word_industry_once():
    for industry in ("钒钛", "钒钛产业", " 钒钛 "):
        said = answer("name", "--pack", "sc-yunying-2025", "--industry", industry)
        assert said["name"] == "四川省钒钛产业知识产权运营中心" and said["clause"] == "八", said
    for industry in ("", "产业", "四川省钒钛", "钒钛知识产权"):
        assert zhiyun("name", "--pack", "sc-yunying-2025", "--industry", industry).returncode == 3, industry


@tap.meets("SXYY-044")
def test_a_shanxi_name_takes_the_industry_as_it_is():
    said = answer("name", "--pack", "sx-yunying-draft", "--industry", "煤层气")
    assert said["name"] == "山西省煤层气知识产权运营中心", said


@tap.meets("SXYY-048")
def test_a_construction_cycle_ends_the_day_before_its_day_three_years_on():
    said = answer("deadline", "--pack", "sx-yunying-draft", "--rule", "construction-cycle", "--from", "2026-06-30")
    assert said["due"] == "2029-06-29", said


@tap.meets("SXYY-056")
def test_shanxi_takes_no_period_of_rectification_from_sichuan():
    assert answer("deadline", "--pack", "sx-yunying-draft", "--rule", "rectification", "--from", "2026-06-30")["due"] is None
    assert zhiyun("deadline", "--pack", "sx-yunying-draft", "--rule", "rectification-min", "--from", "2026-06-30").returncode == 2


@tap.meets("SCSF-032")
def test_the_bases_measures_lapse_two_years_after_their_issue():
    said = answer("deadline", "--pack", "sc-shifan-draft", "--rule", "pack-expiry", "--from", "2026-03-01")
    assert said["due"] == "2028-02-29", said


tap.run(sys.modules[__name__])
