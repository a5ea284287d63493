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
sys.path.insert(0, os.path.join(SOURCE, "tools"))
import requirement_tests  # noqa: E402

# Rows whose force is another one in the text, with its word; the clause says what the text says.
OTHERWISE = {
    "SCYY-063": ("E", "可直接"), "SCYY-082": ("E", "可直接"),
    "SXYY-005": ("E", "探索"), "SXYY-027": ("M", "一般应为"), "SXYY-057": ("M", "将推荐"),
}

# The rows of the workbench, from the first of each run to its last; every other is of the programmes.
WORKBENCH = {
    "CNJD": ((8, 8), (10, 10), (12, 13)),
    "SCSF": ((10, 11), (17, 17)),
    "SCYC": ((20, 26), (29, 40), (42, 42), (46, 51)),
    "SCYY": ((9, 9), (11, 12), (14, 17), (19, 23), (25, 36), (38, 44)),
    "SXYY": ((5, 10), (12, 17), (19, 26)),
}


def zhiyun(*arguments):
    return subprocess.run([ZHIYUN, "--lang", "en", "--data", os.path.join(WORK, "none"), *arguments],
                          capture_output=True, text=True, timeout=600)


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


# Words of the matrix that name a page of this product, and the checks in which they mean another thing: a sheet of
# paper, a record.
PAGE = r"\b(pages?|buttons?|cards?|dashboards?|profile|view|red)\b"
NO_PAGE = {"SCYY-A22.1", "SCYY-A28.2", "SCYC-071.1"}


def sentences(text):
    """The checks of an acceptance check: between semicolons that stand in no brackets or quotation marks."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter in "(（[“") - (letter in ")）]”")
        if letter in ";；" and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [sentence.strip() for sentence in found]


def checks(checked, row):
    """Of "as SCYY-066", "as SCYY-067..071", "as SCYY-072, -095; more" those of the rows that it names, and more."""
    ids, text = list(checked), checked[row]
    if text == "as above":
        return checks(checked, ids[ids.index(row) - 1])
    named = re.match(r"(?:Recommend checklist )?as ([A-Z]{4})-(\d+)((?:(?:/|\.\.|, -)\d+)*)[^;]*(?:;\s*(.*))?$", text)
    if not named:
        return sentences(text)
    code, numbers = named[1], [int(named[2])]
    for sign, number in re.findall(r"(/|\.\.|, -)(\d+)", named[3]):
        numbers += range(numbers[-1] + 1, int(number) + 1) if sign == ".." else [int(number)]
    found = [sentence for number in numbers for sentence in checks(checked, f"{code}-{number:03}")]
    return found + (sentences(named[4]) if named[4] else [])


def test_force_and_checks_of_a_row_are_those_of_the_matrix_and_which_of_them_want_a_page():
    path = os.path.join(SHARED, "requirements.md")
    if not os.path.exists(path):
        raise tap.Skip("the requirements are not here; set ZHIYUN_SHARED")
    with open(path, encoding="utf-8") as file:
        checked = {row: line.split("|")[-1].strip() for row, line in
                   re.findall(r"^\| ((?:SCYY|SXYY|SCYC|SCSF|CNJD)-A?\d+) \|(.*)\|$", file.read(), re.M)}
    assert len(checked) == 329
    for row in rows():
        said = checks(checked, row["id"])
        assert int(row["checks"]) == len(said) >= 1, (row, said)
        pages = [str(n) for n, text in enumerate(said, 1) if re.search(PAGE, text) and f"{row['id']}.{n}" not in NO_PAGE]
        assert row["pages"] == "+".join(pages), (row, said)
    assert checks(checked, "SXYY-042") == checks(checked, "SCYY-065") + checks(checked, "SCYY-066")
    assert len(checks(checked, "SXYY-010")) == 1 + sum(len(checks(checked, row)) for row in ("SCYY-012", "SCYY-015"))


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


def test_every_ambiguity_is_in_a_register_with_another_reading_and_what_it_would_change():
    """A-01 to A-35, A-42 and A-43 of the matrix, A-36 to A-41 of the contract of facts."""
    held = {}
    for pack in answer("pack", "show")["packs"]:
        for one in pack["ambiguities"]:
            others = one["alternatives"]
            assert one["reading"] and others and all(o["reading"] and o["effect"] for o in others), (pack["id"], one)
            held.setdefault(one["id"], []).append(pack["id"])
    wanted = {f"A-{n:02}" for n in range(1, 44)}
    assert set(held) == wanted, sorted(wanted ^ set(held))
    path = os.path.join(SHARED, "requirements.md")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            asked = set(re.findall(r"^\| (A-\d\d) \|", file.read(), re.M))
        assert asked == {f"A-{n:02}" for n in range(1, 36)} | {"A-42", "A-43"}, sorted(asked)
    limited = {pack["id"] for pack in answer("pack", "show")["packs"] if pack["processes"]} - {"cnipa-jiedu"}
    assert set(held["A-43"]) == limited == {"sc-shifan-draft", "sc-yucheng-2025", "sc-yunying-2025", "sx-yunying-draft"}, held["A-43"]


def test_each_row_says_where_it_is_met_and_which_test_asserts_each_of_its_checks():
    said, known = answer("requirements"), {row["id"]: row for row in rows()}
    assert set(said) >= {"rows", "total", "met"} and said["total"] == len(said["rows"]) == 329
    for row in said["rows"]:
        assert set(row) >= {"id", "force", "pack", "where", "test", "assertion", "tests", "checks", "met"}, row
        assert (row["force"], row["part"], len(row["checks"])) == (known[row["id"]]["force"], known[row["id"]]["part"],
                                                                  int(known[row["id"]]["checks"])), row
        tested = {test["check"] for test in row["tests"]}
        pages = set(filter(None, known[row["id"]]["pages"].split("+")))
        for n, state in enumerate(row["checks"], 1):
            shown = any(test["check"] == n and test["test"].startswith("web/") for test in row["tests"])
            assert state == ("not_asserted" if n not in tested else "asserted" if shown or str(n) not in pages else
                             "page_not_built"), (row, n)
        assert row["where"] and row["met"] == ("not_asserted" not in row["checks"]), row
        for test in row["tests"]:
            assert os.path.exists(os.path.join(SOURCE, test["test"])) and test["assertion"], (row["id"], test)
    assert said["met"] == sum(row["met"] for row in said["rows"]) >= 45, said["met"]
    for part in ("programmes", "workbench"):
        rows_of = [row for row in said["rows"] if row["part"] == part]
        must = [row for row in rows_of if row["force"] == "M"]
        states = [state for row in rows_of for state in row["checks"]]
        assert said[part] == {"total": len(rows_of), "met": sum(row["met"] for row in rows_of), "must": len(must),
                              "must_met": sum(row["met"] for row in must), "checks": len(states),
                              "asserted": states.count("asserted"), "page_not_built": states.count("page_not_built")}, said[part]
    assert said["programmes"]["total"] + said["workbench"]["total"] == 329
    staff = next(row for row in said["rows"] if row["id"] == "SCYY-050")
    assert staff["where"] == "五3: team staff-count /case/:id/check" and staff["force"] == "M", staff
    assert {"check": 4, "test": "packs/sc-yunying-2025/cases/staff-without-papers.yaml",
            "assertion": "第五人没有社保也没有合同"} in staff["tests"]
    people = zhiyun("requirements").stdout
    assert "SCYY-050 M asserted 4/4  五3:" in people and f"329 rows, {said['met']} met" in people, people[-200:]
    assert "\n  .1 page not built\n    tests/programmes/rows_test.py: the catalogue is read by everybody" in people
    assert zhiyun("requirements", "SCYY-050").returncode == 2


def page_addresses():
    """Addresses of the web application, of portal and workbench: a parameter is {}, a part that may be left out also left out."""
    pages, addresses = os.path.join(SOURCE, "web", "app", "pages"), set()
    for folder in os.listdir(pages):
        route = os.path.join(pages, folder, "route.ts")
        if os.path.exists(route):
            with open(route, encoding="utf-8") as file:
                path = re.search(r'path: "([^"]*)"', file.read()).group(1)
            addresses |= {re.sub(r":\w+\??", "{}", path), re.sub(r":\w+", "{}", re.sub(r"/:\w+\?$", "", path)) or "/"}
    with open(os.path.join(pages, "case", "tabs.ts"), encoding="utf-8") as file:
        return addresses | {"/case/{}/" + tab for tab in re.findall(r'tab\("(\w+)"', file.read())}


def test_each_address_of_a_clause_is_a_page_and_each_list_of_records_has_a_type():
    addresses, named = page_addresses(), set()
    types = {name[:-5] for name in os.listdir(os.path.join(SOURCE, "types")) if name.endswith(".yaml")}
    for pack in answer("pack", "show")["packs"]:
        named |= {(screen, pack["id"], clause["id"]) for clause in pack["clauses"] for screen in clause.get("screens", [])}
    print(f"# {len({screen for screen, _, _ in named})} addresses")
    assert len(named) > 200, len(named)
    for screen, *where in sorted(named):
        kind = re.fullmatch(r"/r/(\w+)", screen)
        assert kind.group(1) in types if kind else re.sub(r":\w+", "{}", screen) in addresses, (screen, where)


def test_each_command_is_listed_with_its_page_or_the_reason_why_it_stays():
    with open(os.path.join(SOURCE, "docs", "manual.zh.md"), encoding="utf-8") as file:
        rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|$", file.read().split("## 十七、")[1], re.M)
    listed = [command for names, _ in rows for command in re.findall(r"`([\w -]+)`", names)]
    known = []
    for name in re.findall(r"^  ([\w-]+) +\S", zhiyun("help").stdout.split("\n\n")[1], re.M):
        usage = zhiyun("help", name).stdout.split("\n  ")[0].removeprefix(f"zhiyun {name} ")
        steps = [re.match(r"[a-z]+\b", one.strip()) for one in re.split(r"[|,]", usage)] if re.match(r"[a-z]", usage) else []
        known += [f"{name} {step.group()}" for step in steps if step] or [name]
    assert sorted(listed) == sorted(known), sorted(set(listed) ^ set(known))
    addresses = {re.sub(r"\{\}", r"[^/]+", one) for one in page_addresses()} | {"/r/[^/]+"}
    for names, said in rows:
        for page in re.findall(r"`(?:/w)?(/[^`]*)`", said):
            assert page.startswith("/api/") or any(re.fullmatch(one, page) for one in addresses), (names, page)


def test_the_rows_of_the_workbench_are_these_and_no_row_of_the_programmes_is_open():
    said = answer("requirements")
    workbench = {f"{code}-{n:03}" for code, runs in WORKBENCH.items() for first, last in runs for n in range(first, last + 1)}
    assert len(workbench) == 84 and {row["id"] for row in said["rows"] if row["part"] == "workbench"} == workbench
    open_ = [row["id"] for row in said["rows"] if row["part"] == "programmes" and not row["met"]]
    assert not open_, open_
    assert said["programmes"]["total"] == said["programmes"]["met"] == 245, said["programmes"]
    assert said["workbench"]["met"] >= 24, said["workbench"]


def scan(checks=1, **files):
    """The tags of a source tree that has the rows, tests/meson.build and these files."""
    root = tempfile.mkdtemp(prefix="tree-", dir=WORK)
    files = {"reference/requirement_rows.csv": f"id,pack,force,checks\nSCYY-050,sc-yunying-2025,M,{checks}\n",
             "tests/meson.build": "files('cli/x_test.py')\n", **{k.replace("__", "/"): v for k, v in files.items()}}
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    out = os.path.join(root, "out.h")
    try:
        requirement_tests.main(out, root)
    except SystemExit as said:
        return str(said)
    with open(out, encoding="utf-8") as file:
        return file.read()


CASE, PYTHON, LIFE, C, PAGES = ("packs__a__cases__b.yaml", "tests__cli__x_test.py", "tests__programmes__x.scenario", "src__a__b_test.c",
                                "web__a.test.ts")
TAGGED, RUN = '@tap.meets("SCYY-050")\n', {"tests__meson.build": "['x']\n"}
EXPECT = "expect: {verdict: fail}\n"


def test_a_tag_stands_on_a_test_that_is_run():
    case, python, c, life = CASE, PYTHON, C, LIFE
    assert '"SCYY-050", "1", "packs/a/cases/b.yaml", "four"' in scan(**{case: "name: four\nrows: [SCYY-050]\n" + EXPECT})
    assert '"SCYY-050", "1", "tests/cli/x_test.py", "a b"' in scan(**{python: TAGGED + "def test_a_b():\n    assert f() == 4\n"})
    step = "# no four [SCYY-050]\nx GET /y\n404\n"
    assert '"SCYY-050", "1", "tests/programmes/x.scenario", "no four"' in scan(**{life: step, **RUN})
    assert "x.scenario:1: tests/meson.build does not run this file" in scan(**{life: step})
    test = "/* SCYY-050 */\nstatic void a_b(void **state)\n{\n    assert_int_equal(f(), 4);\n}\n"
    listed = "static int all[] = {cmocka_unit_test(a_b)};\n"
    assert '"SCYY-050", "1", "src/a/b_test.c", "a b"' in scan(**{c: test + listed})
    assert '"SCYY-050", "1", "web/a.test.ts", "a b"' in scan(**{PAGES: '// SCYY-050\ntest("a b", () => {\n    assert.equal(1, f());\n});\n'})
    assert "no requirement SCYY-051" in scan(**{case: "name: four\nrows: [SCYY-051]\n" + EXPECT})
    assert "b.yaml:1: a case that asserts rows has a name" in scan(**{case: "rows: [SCYY-050]\n"})
    assert "x_test.py:2: the tag stands on no function" in scan(**{python: "\n" + TAGGED + "def a_b():\n    assert f()\n"})
    assert "does not run this file" in scan(**{python.replace("x_", "y_"): TAGGED + "def test_a():\n    assert f()\n"})
    assert "b_test.c:1: the tag stands on no test that is run" in scan(**{c: test})
    assert "b_test.c:1: the tag stands on no test that is run" in scan(**{c: test + f"/* {listed} */\n"})


def test_a_tag_says_which_of_several_checks_it_asserts():
    case = lambda tag: {CASE: f"name: four\nrows: [{tag}]\n" + EXPECT}
    for tag, numbers in (("SCYY-050.2", "2"), ("SCYY-050.1+3", "13")):
        said = scan(3, **case(tag))
        assert [f'"SCYY-050", "{n}"' in said for n in (1, 2, 3)] == [str(n) in numbers for n in (1, 2, 3)], said
    assert "SCYY-050 has 3 checks; the tag says which" in scan(3, **case("SCYY-050"))
    assert "SCYY-050 has 3 checks, not 4" in scan(3, **case("SCYY-050.4"))
    assert "SCYY-050 has 1 checks, not 1+2" in scan(**case("SCYY-050.1+2"))


def test_a_tag_without_an_assertion_counts_for_nothing():
    for body in ('    """assert f() == 4"""\n', "    pass\n", "    # assert f() == 4\n    f()\n", "    assert True\n", '    assert (f(), "4")\n',
                 "    raise tap.Skip('later')\n    assert f() == 4\n", "    return\n    assert f() == 4\n",
                 "    if False:\n        assert f() == 4\n", "    def g():\n        assert f() == 4\n", "    said = 'assert f() == 4'\n",
                 "    helper(4)\n\n\ndef helper(n):\n    f(n)\n"):
        assert "x_test.py:2: test_a asserts nothing" in scan(**{PYTHON: "\n" + TAGGED + "def test_a():\n" + body}), body
    for body in ("    helper(4)\n\n\ndef helper(n):\n    assert f() == n\n", "    for n in g():\n        assert n\n",
                 "    if not f():\n        raise tap.Skip('not here')\n    assert f() == 4\n", "    def g():\n        assert f()\n    g()\n"):
        assert '"SCYY-050", "1"' in scan(**{PYTHON: TAGGED + "def test_a():\n" + body}), body
    assert "the tag stands on no function" not in scan(**{PYTHON: f'"""\n{TAGGED}def test_a():\n    assert f()\n"""\n'})
    assert "SCYY-050" not in scan(**{PYTHON: f'"""\n{TAGGED}def test_a():\n    assert f()\n"""\n'}), "in a docstring it is none"
    head, listed = "/* SCYY-050 */\nstatic void a_b(void **state)\n{\n", "}\nstatic int all[] = {cmocka_unit_test(a_b)};\n"
    for body in ("", "    /* assert_true(f()); */\n", '    puts("assert_true(f())");\n', "    return;\n    assert_true(f());\n",
                 "    skip();\n    assert_true(f());\n", "#if 0\n    assert_true(f());\n#endif\n"):
        assert "b_test.c:1: a_b asserts nothing" in scan(**{C: head + body + listed}), body
    for body in ("    if (g())\n        return;\n    assert_true(f());\n", "    holds(f());\n"):
        helper = "static void holds(int n)\n{\n    assert_true(n);\n}\n"
        assert '"SCYY-050", "1"' in scan(**{C: helper + head + body + listed}), body
    for step in ("make x", "at 2026-01-05 09:00", "x GET /y\n200"):
        assert "x.scenario:1: the step asserts nothing" in scan(**{LIFE: f"# four [SCYY-050]\n{step}\n", **RUN}), step
    for step in ("x GET /y\n200\nid = 4", "x GET /y\n404", "x POST /y\n{}\n202"):
        assert '"SCYY-050", "1"' in scan(**{LIFE: f"# four [SCYY-050]\n{step}\n", **RUN}), step
    assert "b.yaml:2: asserts nothing" in scan(**{CASE: "name: four\nrows: [SCYY-050]\nfacts: {}\n"})
    assert "a.test.ts:1: asserts nothing" in scan(**{PAGES: '// SCYY-050\ntest("a b", () => {\n    f();\n});\n'})


@tap.meets("SCYY-069.1+2", "SXYY-043.3+4")
def test_five_working_days_of_publicity_pass_over_holidays_and_make_up_days():
    for pack in ("sc-yunying-2025", "sx-yunying-draft"):
        for published, last in (("2026-09-30", "2026-10-13"), ("2026-02-12", "2026-02-26")):
            said = answer("deadline", "--pack", pack, "--rule", "publicity", "--from", published)
            assert (said["due"], said["provisional"]) == (last, False), said


@tap.meets("SXYY-002.1+2")
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


@tap.meets("SCYY-072.1+2", "CNJD-018.1+2")
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


@tap.meets("SXYY-048.1")
def test_a_construction_cycle_ends_the_day_before_its_day_three_years_on():
    said = answer("deadline", "--pack", "sx-yunying-draft", "--rule", "construction-cycle", "--from", "2026-06-30")
    assert said["due"] == "2029-06-29", said


@tap.meets("SXYY-056.2")
def test_shanxi_takes_no_period_of_rectification_from_sichuan():
    assert answer("deadline", "--pack", "sx-yunying-draft", "--rule", "rectification", "--from", "2026-06-30")["due"] is None
    assert zhiyun("deadline", "--pack", "sx-yunying-draft", "--rule", "rectification-min", "--from", "2026-06-30").returncode == 2


@tap.meets("SCSF-032")
def test_the_bases_measures_lapse_two_years_after_their_issue():
    said = answer("deadline", "--pack", "sc-shifan-draft", "--rule", "pack-expiry", "--from", "2026-03-01")
    assert said["due"] == "2028-02-29", said


tap.run(sys.modules[__name__])
