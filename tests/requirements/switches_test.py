#!/usr/bin/env python3
"""switches_test.py ZHIYUN: the switches and faults of switch_off.py still fit the tree (`make switches` and `make faults`
throw them), and what twins.py makes of a C file is what it says."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
import switch_off  # noqa: E402
import twins  # noqa: E402


# Of the rows that are met, those still without a switch: at most so many. It only goes down.
STILL_WITHOUT = 0


def test_each_row_that_is_met_has_a_switch_and_its_test_is_one_of_the_row(program):
    rows, switches = switch_off.requirements(os.path.abspath(program)), switch_off.switches()
    tests = {r["id"]: {(t["test"], t["assertion"]) for t in r["tests"]} for r in rows}
    for switch in switches:
        assert (switch["test"], switch["title"]) in tests.get(switch["row"], set()), (switch["name"], tests.get(switch["row"]))
    met = [r["id"] for r in rows if r["met"]]
    without = [row for row in met if row not in {s["row"] for s in switches}]
    print(f"# {len(met) - len(without)} of {len(met)} rows that are met have a switch; none has {' '.join(without)}")
    assert len(without) <= STILL_WITHOUT, without


def test_a_switch_lies_in_the_file_of_its_policy(_):
    folder = os.path.join(switch_off.HERE, "switches")
    for name in os.listdir(folder):
        for switch in switch_off.switches(os.path.join("switches", name)):
            assert switch["row"].split("-")[0].lower() in name.split("_"), (name, switch["name"])


def test_what_a_switch_or_fault_removes_stands_in_its_file_once_and_can_be_chosen_at_run_time(_):
    wrong = []
    for switch in switch_off.switches() + switch_off.switches("faults"):
        try:
            switch_off.check(switch_off.ROOT, switch)
        except twins.Refused as why:
            wrong.append(f"{switch['name']}: {why}")
    assert not wrong, "\n".join(wrong)


def test_a_fault_has_a_name_of_its_own_its_folder_and_a_test_that_is_there(_):
    faults = switch_off.switches("faults")
    names = [s["name"] for s in faults + switch_off.switches()]
    assert len(set(names)) == len(names), names
    with open(os.path.join(switch_off.ROOT, "src", "LAYERS"), encoding="utf-8") as file:
        folders = {line.split(":")[0] for line in file if not line.startswith("#")}
    assert {s["row"] for s in faults} == folders, "a folder without a planted fault"
    for fault in faults:
        assert all(edit[0].startswith(f"src/{fault['row']}/") for edit in fault["edits"]), fault
        text = switch_off.text_of(switch_off.ROOT, fault["test"])
        assert fault["title"] in text.replace("_", " "), fault


SOURCE = """#include <stdio.h>
static int table[] = {1, 2};
int last(void);
/* twice (a comment with a brace: {) */
static int twice(int n, const int list[2], int (*add)(int a, int b))
{
    return n > 3 ? twice(n - 1, list, add) : add(n, n) + list[0];
}
static void tell(void)
{
    puts("as it is");
}
int last(void)
{
    return table[1];
}
static int many(int n, ...)
{
    return n;
}
static int plus(int a, int b)
{
    return a + b;
}
int main(void)
{
    tell();
    printf("%d %d %d\\n", twice(5, table, plus), last(), many(7));
    return 0;
}
"""


def test_twins_of_static_and_other_functions_are_chosen_by_the_row(_):
    rows = {"A": [("add(n, n) + list[0]", "add(n, 1) + list[1]")], "B": [("table[1]", "9"), ('"as it is"', '"not so"')],
            "C": [("return table[1];", "return 5;")]}
    text, refused = twins.twinned(SOURCE, rows)
    assert not refused, refused
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "t.c"), "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(["cc", "-Wall", "-Werror", "-o", "t", "t.c"], cwd=folder, check=True)
        said = {row: subprocess.run(["./t"], cwd=folder, env={"SWITCHED_ROW": row}, capture_output=True, text=True,
                                    check=True).stdout for row in ("", "A", "B", "C", "D")}
    assert said == {"": "as it is\n7 2 7\n", "D": "as it is\n7 2 7\n", "A": "as it is\n6 2 7\n", "B": "not so\n7 9 7\n",
                    "C": "as it is\n7 5 7\n"}, said


def test_what_is_not_chosen_at_run_time_is_refused_with_a_sentence(_):
    for old, new, sentence in (("{1, 2}", "{2, 1}", "a table, a string or a macro"),
                               ("(int n, const", "(int m, const", "the head"),
                               ("    return n;", "    return 0;", "any number of arguments"), ("nowhere", "x", "0 times"),
                               ("int", "long", "times"), ("}\nstatic void tell(void)\n{", "}\n{", "not within one function"),
                               ("    return a + b;\n", "    return a + b;\n}\nint more(void) {\n", "no longer one function"),
                               ("    return a + b;\n", "    return a + b;\n}\n", "no longer one function")):
        refused = twins.twinned(SOURCE, {"A": [(old, new)]})[1]
        assert sentence in refused.get("A", ""), (old, refused)
    for name in ("types/roles.yaml", "reference/columns.csv", "src/base/str.h"):
        try:
            switch_off.at_run_time(name)
        except twins.Refused as why:
            assert name in str(why)
        else:
            raise AssertionError(name)


if __name__ == "__main__":
    tap.run(sys.modules[__name__], *sys.argv[1:])
