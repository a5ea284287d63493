#!/usr/bin/env python3
"""deadlines_test.py ZHIYUN: every deadline of every shipped policy is seen by whom it meets on each of its days: some
scenario has a line for it (scenario.py) on every day of reminding, the last day and the next. The days of RULES and REMINDERS
stand in days.py, out of the texts: the program's own must be the same.

A deadline that a later pack brings fails here until days.py has its rule and a scenario its lines."""
import datetime
import glob
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import days  # noqa: E402
import scenario  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
# Deadlines of which no step has the day: what they are instead.
NO_STEP = {
    "effective": "the day from which the document counts; before it there is nobody's to do",
    "rectification-min": "how near the day of rectification may lie: another is refused",
    "rectification-max": "how far",
    "construction-cycle": "the years whose findings an evaluation counts; it ends with comprehensive-evaluation",
}
# Anybody's: nobody has a 待办; a scenario is refused the day after.
PUBLIC = {"object"}


def packs():
    done = subprocess.run([ZHIYUN, "--data", "none", "--json", "pack", "show"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["packs"]


def stepped():
    """(pack, process.step, deadline, reminders, whether it is a period that must pass) of each step that has a day."""
    return [(pack["id"], f"{process['id']}.{step['id']}", step["deadline"], tuple(int(n) for n in step.get("remind", [])),
             step.get("after_due", False)) for pack in packs() for process in pack.get("processes") or []
            for step in process["transitions"] if "deadline" in step and step["id"] not in PUBLIC]


def lines():
    """{(pack, deadline, process.step): {(what, days before the last)}} of all scenarios that are run."""
    with open(os.path.join(HERE, "..", "meson.build"), encoding="utf-8") as file:
        run = file.read()
    found = {}
    for path in sorted(glob.glob(os.path.join(HERE, "*.scenario"))):
        assert f"'{os.path.basename(path).removesuffix('.scenario')}'" in run, f"tests/meson.build does not run {path}"
        today = None
        for step in scenario.read(path):
            for line in step.lines:
                if line.startswith("at "):
                    today = datetime.date.fromisoformat(line[3:13])
                elif scenario.is_day(line):
                    one = scenario.Day(line)
                    for name in one.steps or [None]:
                        found.setdefault((one.pack, one.rule, name), set()).add((one.what, (one.last - today).days))
    return found


def wanted(rule, reminders, passes):
    if passes:
        return {("seen", 0), ("opens", -1)}
    return {("due", n) for n in (*reminders, 0)} | {("past" if rule in days.CHOSEN else "over", -1)}


def test_the_rules_of_the_packs_are_those_of_the_texts():
    said = {(pack["id"], d["id"]): d["rule"] for pack in packs() for d in pack["deadlines"]}
    assert set(said) == set(days.RULES), set(said) ^ set(days.RULES)
    spelled = {"ENTERED": "none", "NONE": "none", "Y+2-12-31": "Y+2-12-31"}
    wrong = {k: (said[k], rule) for k, rule in days.RULES.items() if said[k] != spelled.get(rule, rule)}
    assert not wrong, wrong


def test_the_days_of_reminding_are_those_that_were_promised():
    wrong = [x for x in stepped() if not x[4] and x[3] != days.REMINDERS[x[0], x[2]] and x[:2] != ("sx-yunying-draft", "annual-report.file")]
    assert not wrong, wrong  # Shanxi's filing with the province follows the city's review: 60 days before it is not there yet


def test_each_step_with_a_day_is_seen_on_each_of_its_days():
    there, lacking, count = lines(), {}, 0
    for pack, step, rule, reminders, passes in stepped():
        count += len(wanted((pack, rule), reminders, passes))
        missing = wanted((pack, rule), reminders, passes) - there.get((pack, rule, step), set())
        if missing:
            lacking[f"{pack} {step} ({rule})"] = sorted(missing)
    print(f"# {len(stepped())} steps with a day, {count} days")
    assert not lacking, f"no scenario says who sees: {lacking}"
    assert count >= 80, count


def test_each_document_that_lapses_is_told_of():
    there, bare = lines(), {(p, rule) for p, rule, name in lines() if name is None}
    lapsing = {(p, r) for (p, r), how in days.RULES.items() if r == "pack-expiry" and how != "NONE"}
    known = {("sc-shifan-issued", "pack-expiry") if p == "sc-shifan-draft" else (p, r) for p, r in lapsing}  # a draft has no day yet
    assert known == bare, known ^ bare
    for one in sorted(known):
        assert there[(*one, None)] >= {("lapses", n) for n in (180, 90, 30, 0)}, (one, there[(*one, None)])


def test_a_deadline_that_no_step_has_is_one_of_these():
    used = {(pack, rule) for pack, _, rule, _, _ in stepped()}
    rest = {(p, r) for p, r in days.RULES if (p, r) not in used and r != "pack-expiry"}
    assert {r for _, r in rest} == set(NO_STEP), rest


def test_who_objects_a_day_late_is_refused():
    """The deadline that is anybody's, of each programme that has one: the line of its last day, and the refusal after it."""
    with open(os.path.join(HERE, "deadlines-cases.scenario"), encoding="utf-8") as file:
        text = file.read()
    for case in ("case_centreB", "case_centreF"):
        asked = re.search(rf"POST /public/publicity/{{{case}}}/objections\n\{{.*\}}\n400\nerrors.0.code = \"late\"", text)
        assert asked, case
    assert {s["id"] for p in packs() for x in p.get("processes") or [] for s in x["transitions"]
            if "deadline" in s and s["actor"] == "public"} == PUBLIC


def test_days_are_counted_right_here():
    """Dates that the requirements state, and both sides of an edge."""
    day = datetime.date.fromisoformat
    for rule, begins, last in (("WD5", "2026-09-30", "2026-10-13"), ("WD5", "2026-02-12", "2026-02-26"), ("M1", "2025-09-12", "2025-10-12"),
                               ("T2", "2025-10-12", "2027-10-11"), ("M3", "2026-11-30", "2027-02-28"), ("T3", "2026-06-30", "2029-06-29"),
                               ("T3", "2024-02-29", "2027-02-28"), ("T2", "2026-03-01", "2028-02-29"), ("Y+2-12-31", "2026-04-01", "2028-12-31"),
                               ("Y12-15", "2026-01-01", "2026-12-15"), ("FROM", "2025-11-21", "2025-11-21")):
        assert days.bounds(rule, day(begins)) == (day(last), day(last)), (rule, begins, days.bounds(rule, day(begins)))


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
