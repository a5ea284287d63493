#!/usr/bin/env python3
"""calendar_test.py DUE_DAYS: working days as the program counts them against a count of our own,
straight from the table, for every start day of 2007 to 2030 and 1 to 60 working days."""
import csv
import datetime
import json
import os
import subprocess
import sys

sys.path[:0] = [os.path.join(os.path.dirname(__file__), "..", *folder) for folder in ([], ["programmes"])]
import days as own  # noqa: E402
import tap  # noqa: E402

DUE_DAYS = os.path.abspath(sys.argv[1])
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SHARED = os.environ.get("ZHIYUN_SHARED", os.path.join(SOURCE, "..", "shared"))
ONE = datetime.timedelta(days=1)


def table():
    with open(os.path.join(SOURCE, "reference", "cn_days.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert all(row["kind"] in ("rest", "work") for row in rows)
    return {datetime.date.fromisoformat(row["date"]): row["kind"] for row in rows}


def test_every_start_day_and_count_is_as_counted_here():
    days = table()
    tabled = {day.year for day in days}
    assert tabled == set(range(2004, 2027)), tabled

    law = {day for year in range(2027, 2032) for day in own.fixed_by_law(year)}

    def works(day):
        return days[day] == "work" if day in days else day.weekday() < 5 and day not in law

    def untold(year, first, last):
        """Of 29 to 31 December the table of the next year says."""
        return year + 1 not in tabled and first <= datetime.date(year, 12, 31) and last >= datetime.date(year, 12, 29)

    said = subprocess.run([DUE_DAYS], capture_output=True, text=True, check=True, timeout=600).stdout
    lines = said.splitlines()
    start, last, compared = datetime.date(2007, 1, 1), datetime.date(2030, 12, 31), 0
    # Working days from the first start on, once; the n-th after a start is n places on.
    working = [day for day in (start + ONE * i for i in range((last - start).days + 200)) if works(day)]
    at = 0
    for line in lines:
        text, *counted = line.split(" ")
        assert text == start.isoformat(), (text, start)
        while working[at] <= start:
            at += 1
        expected = []
        for n in range(60):
            due = working[at + n]
            # Every day from the one after the start to the last one was looked at.
            open_year = any(year not in tabled or untold(year, start + ONE, due)
                            for year in range((start + ONE).year, due.year + 1))
            expected.append(f"{(due - start).days}{'?' if open_year else ''}")
        assert counted == expected, (text, counted, expected)
        compared += len(expected)
        start += ONE
    assert start == last + ONE and compared == 60 * 8766, (start, compared)
    print(f"# {compared} days are the same")


def test_the_days_that_the_law_fixes_are_those_of_its_words_and_off_in_every_table():
    with open(os.path.join(SOURCE, "reference", "legal_days.csv"), encoding="utf-8") as file:
        ours = {datetime.date.fromisoformat(row["date"]) for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    law = {day for year in range(2008, 2100) for day in own.fixed_by_law(year)}
    assert ours == law, sorted(ours ^ law)
    days = table()
    worked = [day for day in sorted(ours) if day.year < 2027 and days.get(day, "rest" if day.weekday() > 4 else "work") == "work"]
    assert not worked, worked


def test_publicity_of_the_policy_ends_where_it_must():
    lines = {line[:10]: line.split(" ")[5] for line in
             subprocess.run([DUE_DAYS], capture_output=True, text=True, check=True).stdout.splitlines()}
    for begins, ends in {"2026-09-30": "2026-10-13", "2026-02-12": "2026-02-26"}.items():
        assert (datetime.date.fromisoformat(begins) + ONE * int(lines[begins])).isoformat() == ends, begins
    assert lines["2027-03-01"] == "7?", lines["2027-03-01"]


def test_the_table_is_that_of_the_package_it_names():
    path = os.path.join(SHARED, "data", "reference", "cn-holidays", "chinese-days.json")
    if not os.path.exists(path):
        raise tap.Skip("the shared data are not here")
    with open(path, encoding="utf-8") as file:
        package = json.load(file)
    theirs = {day: "rest" for day in package["holidays"]}
    theirs.update({day: "work" for day in package["workdays"]})
    ours = {day.isoformat(): kind for day, kind in table().items()}
    # It lacks a day that the notice for 2006 says (国办发明电〔2005〕35号).
    assert set(ours.items()) ^ set(theirs.items()) == {("2005-12-31", "work")}, sorted(set(ours.items()) ^ set(theirs.items()))


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
