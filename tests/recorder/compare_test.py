#!/usr/bin/env python3
"""compare_test.py: what the recorder takes for the same, and what it tells."""
import os
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]
import compare  # noqa: E402
import tap  # noqa: E402

ONE, OTHER, THIRD = "019c1bdd37ced575", "119c1bdd37ced576", "219c1bdd37ced577"


def told(old, new):
    return compare.Pairs().differences(old, new, "")


def test_drawn_values_stand_for_each_other_wherever_they_stand():
    assert not told({"entry": ONE, "text": f"of {ONE}"}, {"entry": OTHER, "text": f"of {OTHER}"})
    assert len(told([ONE, ONE], [OTHER, THIRD])) == 1
    assert len(told([ONE, THIRD], [OTHER, OTHER])) == 1


def test_of_statements_few_are_chance():
    assert not told({"statements": 20}, {"statements": 22}) and not told({"statements": 200}, {"statements": 210})
    assert told({"statements": 20}, {"statements": 23}) and told({"other": 20}, {"other": 21})


def test_days_amounts_names_and_numbers_are_not_drawn():
    for old, new in (("2026-05-01", "2026-05-02"), ("2026-05-01T09:00:01.250Z", "2026-05-01T09:00:01.251Z"), (1770080400580, 1770080400581), ("1000000.00", "1000000.01"), ("虚构甲", "虚构乙"), (3, 4), (True, False), (None, 0),
                     ("510101199001011234", "510101199001011235")):
        assert told({"value": old}, {"value": new}) == [(".value", old, new)], (old, new)


def test_a_row_that_is_missing_or_in_another_place_is_told():
    rows = [{"code": code, "message": code} for code in ("stage", "fee", "late")]
    assert told(rows, rows[:2]) == [("[2]", rows[2], compare.ABSENT)]
    assert told(rows, [rows[1], rows[0], rows[2]])
    assert told({"a": None}, {}) == [(".a", None, compare.ABSENT)]


def test_equal_differences_are_one_line():
    all_ = compare.Told()
    for number in range(5):
        all_.add(f"request {number}", f"requests[{number}].status", 200, 409)
    lines = list(all_.lines())
    assert all_.count == 5 and len(lines) == 4 and lines[0] == "requests[0].status: 200 → 409  (5 times)", lines


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
