#!/usr/bin/env python3
"""duties_test.py: which duty a record serves and which day counts it are the same in its type (duty, dated) and in the evidence
of the annual report (packs/common/indicators/duty_evidence.sql), kind by kind."""
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import tap  # noqa: E402

SQL = os.path.join(bodies.ROOT, "packs", "common", "indicators", "duty_evidence.sql")


def parts():
    """(facts, its SELECT) of each kind of evidence."""
    with open(SQL, encoding="utf-8") as file:
        text = "".join(line for line in file if not line.startswith("--"))
    for one in text.split("UNION ALL"):
        yield re.search(r"FROM fact_(\w+)", one).group(1), one


def duty_of(kind, value):
    """The duty that a type states for a record with that value of its deciding field; None: the centre's own."""
    duty = kind["duty"]
    said = duty if isinstance(duty, str) else value if set(duty) == {"by"} else duty.get(value, duty.get("else"))
    return None if said == "own" else said


def test_types_and_evidence_name_the_same_duty_and_day():
    types, checked = {kind.get("facts"): kind for kind in bodies.load().values()}, 0
    codes = {"coordination", "exchange", "matching", "industrialisation", "capability", "information", "solutions", "pool", "services", "overseas"}
    for facts, select in parts():
        kind = types[facts]
        by = None if isinstance(kind["duty"], str) else kind["duty"]["by"]
        values = [None] if by is None else [v["code"] for v in next(f for f in kind["fields"] if f["name"] == by)["values"]]
        day, = kind["dated"]
        columns = set(re.findall(r"\b(?!test|key|label|AS\b)([a-z_]+)\b", re.sub(r"'[^']*'|:\w+|fact_\w+", "", select))) - {"substr", "coalesce"}
        for value in values:
            db = sqlite3.connect(":memory:")
            row = {**{name: "x" for name in columns}, day: "2026-03-01", "subject": "s", "state": "signed", "accepted": None, **({by: value} if by else {})}
            db.execute(f"CREATE TABLE fact_{facts} ({', '.join(row)})")
            db.execute(f"INSERT INTO fact_{facts} VALUES ({', '.join('?' * len(row))})", list(row.values()))
            counted = {year: {code for code in codes if db.execute(select, {"word": code, "as_of": f"{year}-12-31", "subject": "s"}).fetchone()[0]}
                       for year in (2025, 2026, 2027)}
            assert counted == {2025: set(), 2026: {duty_of(kind, value)} - {None}, 2027: set()}, (facts, value, counted)
            checked += 1
    assert checked >= 20, checked


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
