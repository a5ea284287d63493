"""Which tests a change runs (tools/which_tests.py): each planted fault (tests/requirements/faults) names the test that must
turn red for it."""
import os
import subprocess
import sys

import edit_list
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
import test as runner  # noqa: E402
import which_tests  # noqa: E402


def of(build):
    return runner.tests_of(build)


def named(tests, change, name):
    """Whether it names what a fault calls `name`: a C file, a program in Python, a scenario."""
    plain = name.removeprefix("src/").removeprefix("tests/").removesuffix("_test.c").removesuffix(".scenario")
    must = [one for one in tests if "," not in one.name and (one.name == plain or one.name.startswith(plain + "-") or name in one.files)]
    assert must, f"no test is called {name}"
    return any(change.is_named(one) for one in must)


def test_the_test_of_each_fault_is_named_and_of_nine_in_ten_by_what_was_run(build):
    tests, edits = of(build), edit_list.read(os.path.join(HERE, "requirements", "faults"))
    missing, unseen = [], []
    for edit in edits:
        fault, name, _ = edit.head.split(" ", 2)
        change = which_tests.Change([file for file, *_ in edit.files])
        missing += [] if named(tests, change, name) else [fault]
        change.noticing = set()  # as if nobody had planted it
        unseen += [] if named(tests, change, name) else [fault]
    assert len(edits) > 50 and not missing, missing
    assert len(unseen) * 10 <= len(edits), unseen


def test_a_page_names_the_files_that_walk_it_and_leaves_c_to_a_tenth(build):
    tests, names = of(build), which_tests.test_files()
    page = "web/app/pages/objection/page.tsx"
    taken, named = which_tests.subjects(names, [page], "a", lambda name: 1)
    assert "objections" in named and len(named) <= which_tests.FEW and len(taken) < len(names) / 3, (named, taken)
    change = which_tests.Change([page])
    assert not [one.name for one in tests if change.reaches(one) or (change.is_named(one) and one.folder)]
    chosen, ((above, _), (elsewhere, drawn)) = which_tests.choose(tests, [page], "a", lambda one: 2.0)
    assert not above and drawn == elsewhere // which_tests.ELSEWHERE and len(chosen) < len(tests) / 8, (elsewhere, drawn, len(chosen))


def test_layers_say_what_a_change_reaches(build):
    tests = {one.name: one for one in of(build)}
    change = which_tests.Change(["src/search/syntax.c"])
    assert change.is_named(tests["search/oracle"]) and change.reaches(tests["cli"]) and change.reaches(tests["matrix"])
    assert not change.reaches(tests["record/write"]) and not change.reaches(tests["index/match-scalar"]) and not change.reaches(tests["papers"])
    deep = which_tests.Change(["src/base/date.c"])
    assert deep.reaches(tests["record/write"]) and deep.reaches(tests["papers"]) and deep.is_named(tests["base/base"])
    data = which_tests.Change(["packs/sc-yunying-2024/process.yaml"])
    assert data.reaches(tests["programmes/sichuan"]) and not data.reaches(tests["index/match-scalar"])


def test_a_third_is_drawn_above_and_the_same_by_the_same_commit(build):
    tests = [one for one in of(build) if "browser" not in one.suites]
    chosen, ((above, drawn), _) = which_tests.choose(tests, ["src/search/syntax.c"], "a", lambda one: 2.0)
    assert above > 50 and drawn == above // which_tests.ABOVE, (above, drawn)
    again, _ = which_tests.choose(tests, ["src/search/syntax.c"], "a", lambda one: 2.0)
    other, _ = which_tests.choose(tests, ["src/search/syntax.c"], "b", lambda one: 2.0)
    assert chosen == again and chosen != other


def test_the_command_prints_what_is_named(build):
    done = subprocess.run([sys.executable, os.path.join(HERE, "..", "tools", "which_tests.py"), build, "src/text/csv.c"],
                          capture_output=True, text=True, check=True)
    assert "named\ttext/csv" in done.stdout.splitlines(), done.stdout[:400]


if __name__ == "__main__":
    tap.run(sys.modules[__name__], sys.argv[1])
