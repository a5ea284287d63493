#!/usr/bin/env python3
"""switches_test.py ZHIYUN: the switches of switch_off.py still fit the tree (they are thrown by `make switches`)."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
import switch_off  # noqa: E402


def rows_of(program):
    return json.loads(switch_off.run(program, "--lang", "en", "requirements", "--json", cwd=switch_off.ROOT).stdout)["rows"]


def test_each_row_that_is_drawn_has_a_switch_and_its_test_is_one_of_the_row(program):
    rows = rows_of(os.path.abspath(program))
    switches = {s["row"]: s for s in switch_off.switches()}
    tests = {r["id"]: {(t["test"], t["assertion"]) for t in r["tests"]} for r in rows}
    drawn = switch_off.drawn(rows)
    assert len(drawn) == switch_off.DRAWN and set(drawn) == set(switches), set(drawn) ^ set(switches)
    for row, switch in switches.items():
        assert (switch["test"], switch["title"]) in tests[row], (row, tests[row])


def test_what_a_switch_removes_stands_in_its_file_once(_):
    for switch in switch_off.switches():
        assert switch["edits"], switch["row"]
        for name, old, new in switch["edits"]:
            with open(os.path.join(switch_off.ROOT, name), encoding="utf-8") as file:
                assert old and old != new and file.read().count(old) == 1, (switch["row"], name, old)


if __name__ == "__main__":
    tap.run(sys.modules[__name__], *sys.argv[1:])
