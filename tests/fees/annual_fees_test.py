#!/usr/bin/env python3
"""annual_fees_test.py FEES_MANY: the annual fees of 3,000 patents that chance makes, by the program and by annual_fees.py, which
was written from the texts of law by somebody else; what neither knows, neither guesses."""
import collections
import csv
import datetime
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, ".."), os.path.join(HERE, "..", "programmes")]
import annual_fees as own  # noqa: E402
import days  # noqa: E402
import tap  # noqa: E402

FEES_MANY = os.path.abspath(sys.argv[1])
DAYS = os.path.join(HERE, "..", "..", "reference", "cn_days.csv")
SEED, COUNT = 81, 3000


class Days(own.DaysOff):
    """Of the last three days of a year the table of the next one says whether they are off."""
    def roll(self, day):
        last, known = super().roll(day)
        return last, known and (last.year + 1 in self.years or last < datetime.date(last.year, 12, 29))


def days_off():
    with open(DAYS, encoding="utf-8") as file:
        kinds = {datetime.date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    years = {day.year for day in kinds}
    off = {day for day, kind in kinds.items() if kind == "rest"}
    for year in range(min(years), 2060):  # behind the table by the law alone: not known for good
        off |= set(days.fixed_by_law(year)) if year not in years else set()
        day = datetime.date(year, 1, 1)
        while day.year == year:
            if day.weekday() >= 5 and kinds.get(day) != "work":
                off.add(day)
            day += datetime.timedelta(days=1)
    return Days(off, years)


def record(patent):
    """As the ledger has it."""
    asked = patent.get("reduction")
    return {"type": patent["kind"], "filed": patent["filed"], "granted": patent["granted"],
            "registration_notice": patent.get("notice_received"), "design_term": patent.get("design_term_years") and str(patent["design_term_years"]),
            "compensation_days": patent.get("compensation_days"), "reduction": str(asked["percent"]) if asked else "none",
            "reduction_asked": asked and asked["requested_on"],
            "open_licences": [{"effective": one["effective_on"], "recorded": one["recorded_on"], "ends": one["ends_on"], "withdrawn": one.get("withdrawn_on")}
                              for one in patent.get("open_licences", [])]}


def fen(text):
    return None if text is None else int(text.replace(".", ""))


# What the script calls it, the row's value, and the members whose doubt leaves it open.
MEMBERS = [("last_day", lambda row: row["last_day"], {"last_day", "year"}), ("full_fen", lambda row: fen(row["full"]), {"full"}),
           ("percent_off", lambda row: row["percent"], {"percent", "year"}), ("reduced_fen", lambda row: fen(row["amount"]), {"percent", "full", "year"}),
           ("grace_end", lambda row: row["grace_end"], {"grace_end", "year"}), ("ends_if_unpaid", lambda row: row["ends_on"], {"last_day", "year"}),
           ("grace", lambda row: [fen(one) for one in row["surcharge"]], {"year"})]


def shown(row, name):
    """What the script says of a member: the surcharges of the grace months alone."""
    return [month["surcharge_fen"] for month in row[name]] if name == "grace" and row[name] != own.UNCHECKED else row[name]


def compared():
    """(patent, year, member, what the script says, what the program says, whether it leaves that open) of each member."""
    patents = own.generate(SEED, COUNT)
    said = subprocess.run([FEES_MANY], input="".join(json.dumps(record(one)) + "\n" for one in patents), capture_output=True, text=True, check=True).stdout
    off = days_off()
    for patent, line in zip(patents, said.splitlines(), strict=True):
        rows = {row["year"]: row for row in json.loads(line)}
        schedule = own.schedule(patent, off)
        wanted = {row["fee_year"]: row for row in schedule["rows"] if row["full_fen"] != 0 and row.get("years") != 0}
        # Whether the first is a fee at all hangs on the year in which the grant is; the last, on the term of a design.
        sure = {year for year, row in wanted.items() if row.get("kind") != own.UNCHECKED}
        more = {year for year, row in rows.items() if year not in wanted and "year" in {one["field"] for one in row["unchecked"]}}
        said = set(rows) - (more if "term_years" in schedule["unchecked"] else set()) - (set(wanted) - sure)
        yield patent, None, "years", sorted(sure), sorted(said), False
        for year in sorted(set(rows) & set(wanted)):
            doubts = {one["field"] for one in rows[year]["unchecked"]}
            if wanted[year].get("table_is_later") and wanted[year]["full_fen"] != own.UNCHECKED:
                doubts.discard("full")  # it is that of the table held, as the script has it
            # Not compared: totals of the months of grace that hang on the percent, and the percent of a fee that is not known.
            for name, value, open_by in MEMBERS:
                if name in wanted[year] and (name, wanted[year][name]) != ("grace", own.UNCHECKED) and (name, wanted[year]["full_fen"]) != ("percent_off", own.UNCHECKED):
                    yield patent, year, name, shown(wanted[year], name), value(rows[year]), bool(doubts & open_by)


def test_the_fees_and_last_days_of_patents_are_as_computed_from_the_texts_by_another():
    same, open_both, wrong = 0, 0, collections.defaultdict(list)
    for patent, year, name, want, got, left in compared():
        if want == got:
            same += not left
        elif want == own.UNCHECKED and left:
            open_both += 1
        elif want == own.UNCHECKED:
            wrong[f"{name} is guessed"].append((patent, year, want, got))
        elif left:
            wrong[f"{name} is left open"].append((patent, year, want, got))
        elif want != got:
            wrong[name].append((patent, year, want, got))
        else:
            same += 1
    print(f"# {COUNT} patents: {same} members equal, {open_both} left open by both")
    for name, cases in wrong.items():
        print(f"# {name}: {len(cases)}, such as {cases[0]}")
    assert not wrong and same > 100_000 and open_both > 1000, {name: len(cases) for name, cases in wrong.items()}


def test_the_examples_that_were_worked_by_hand_hold():
    own.self_test()


tap.run(sys.modules[__name__])
