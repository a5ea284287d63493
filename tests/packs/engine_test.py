#!/usr/bin/env python3
"""engine_test.py ZHIYUN: facts that contradict themselves or each other, what an absence means, the days of yearly rules, and that
each verdict shows what it was made of, as people and as programs read it."""
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WORK = tempfile.mkdtemp(prefix="zhiyun-engine-")
SC, SX, YC, SF = "sc-yunying-2025", "sx-yunying-draft", "sc-yucheng-2025", "sc-shifan-draft"
# A policy of its own, whose report of a year is due in the next, and whose number may fall below nothing.
PACK = """id: next-year
version: "1"
document: {title: 次年报送办法, status: draft, jurisdiction: "510000"}
deadlines:
  - {id: report, rule: Y+1-01-31, clause: 一, quote: 次年1月31日前}
  - {id: later, rule: Y+2-06-30, clause: 一, quote: 第三年6月30日前}
indicators:
  - {id: reported, fold: exists, from: [annual_reports]}
  - {id: reported_later, fold: exists, from: [annual_reports]}
  - {id: balance, fold: value, unit: 年, from: [series]}
criteria:
  - {id: reported, clause: 一, quote: 次年1月31日前, test: reported}
  - {id: reported-later, clause: 一, quote: 第三年6月30日前, test: reported_later}
  - {id: balance, clause: 一, quote: 结余, test: balance >= 1 年}
questions:
  - {id: apply, label: 申报, criteria: [reported, reported-later, balance]}
"""
SQL = {"reported": "SELECT year = last_year('report', :as_of) AND filed_province <= last_due('report', :as_of) AS test, record_id\n"
                   "FROM fact_annual_reports WHERE subject = :subject\n",
       "reported_later": "SELECT year = last_year('later', :as_of) AS test, record_id FROM fact_annual_reports WHERE subject = :subject\n",
       "balance": "SELECT 1 AS test, (base_year - end_year) * 1000000 - 500000 AS amount, record_id FROM fact_parameters WHERE subject = :subject\n"}


def pack():
    folder = os.path.join(WORK, "packs", "next-year")
    if not os.path.isdir(folder):
        os.makedirs(os.path.join(folder, "indicators"))
        for name, text in {"pack.yaml": PACK, **{f"indicators/{name}.sql": sql for name, sql in SQL.items()}}.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
    return "next-year"


def run(of, facts, *more):
    path = os.path.join(WORK, "facts.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False)
    return subprocess.run([ZHIYUN, "--data", WORK, *more, "check", "--pack", of, "--facts", path], capture_output=True, text=True)


def check(of, **facts):
    done = run(of, {"as_of": "2028-12-31", **facts}, "--json")
    assert done.returncode in (0, 1), (facts, done.stdout, done.stderr)
    return json.loads(done.stdout)  # which is JSON, whatever the facts were


def criterion(of, name, **facts):
    said = check(of, **facts)
    return next(c for c in said["criteria"] if c["id"] == name)


# --- order ------------------------------------------------------------------------------------------------------

ORDERS = [("project.start", "2026-01-02", "project.end", "2026-01-01", "project", {}),
          ("staff[1].from", "2026-01-02", "staff[1].to", "2026-01-01", "staff", {"name": "虚构"}),
          ("certificates[1].issued", "2026-01-02", "certificates[1].expires", "2026-01-01", "certificates", {}),
          ("patents[1].filed", "2026-01-02", "patents[1].granted", "2026-01-01", "patents", {"number": "Z"}),
          ("parameters.base_year", 2026, "parameters.end_year", 2026, "parameters", {}),
          ("parameters.base_year", 2027, "parameters.end_year", 2026, "parameters", {})]


def ordered(first, one, last, two, record, more):
    row = {**more, first.split(".")[1]: one, last.split(".")[1]: two}
    return {"as_of": "2028-12-31", "question": "accept", record: [row] if "[" in first else row}


def test_what_ends_before_it_begins_is_refused_and_both_are_named():
    for case in ORDERS:
        done = run(YC, ordered(*case), "--lang", "en")
        assert done.returncode == 3 and done.stdout == "", (case, done.stdout)
        first, one, last, two = case[:4]
        assert first in done.stderr and last in done.stderr and str(one) in done.stderr and str(two) in done.stderr, done.stderr
        chinese = run(YC, ordered(*case), "--lang", "zh").stderr
        assert first in chinese and last in chinese and "must" not in chinese, chinese


def test_what_ends_on_the_day_it_begins_is_not_and_what_is_not_known_has_no_order():
    for first, one, last, _, record, more in ORDERS[:4]:
        assert run(YC, ordered(first, one, last, one, record, more)).returncode in (0, 1), first
        for unknown in (None, False):
            assert run(YC, ordered(first, unknown, last, one, record, more)).returncode in (0, 1), (first, unknown)
            assert run(YC, ordered(first, one, last, unknown, record, more)).returncode in (0, 1), (first, unknown)
    assert run(YC, ordered("parameters.base_year", 2026, "parameters.end_year", 2027, "parameters", {})).returncode in (0, 1)


# --- contradictions -----------------------------------------------------------------------------------------------

def both_ways(of, name, record, one, two, more=(), **facts):
    """The criterion with the rows in either order, other rows before them."""
    said = [criterion(of, name, **facts, **{record: [*more, *rows]}) for rows in ((one, two), (two, one))]
    assert said[0]["pass"] == said[1]["pass"] and said[0]["value"] == said[1]["value"], said
    return said[0]


def test_two_rows_of_one_patent_that_contradict_each_other_settle_nothing_and_are_named():
    sure = [{"number": f"Z{n}", "type": "invention", "outcome": "granted", "outcome_date": "2027-01-01", "granted": "2027-01-01",
             "high_value": True, "implemented": True, "evidence": True} for n in range(9)]
    facts = {"question": "accept", "project": {"start": "2026-01-01", "end": "2028-12-31"}}
    granted = {**sure[0], "number": "ZX", "high_value": False}
    found = both_ways(YC, "grant-rate", "patents", granted, {**granted, "outcome": "refused"}, sure, **facts)
    assert found["pass"] is None and found["operands"]["missing"] == ["patents[10]", "patents[11]"], found
    used = {**sure[0], "number": "ZX"}
    found = both_ways(YC, "implementation-rate", "patents", used, {**used, "implemented": False}, sure, **facts)
    assert found["pass"] is None and found["operands"]["missing"] == ["patents[10]", "patents[11]"], found
    # Said twice alike, or of another patent: no contradiction.
    assert both_ways(YC, "grant-rate", "patents", granted, {**granted, "high_value": None}, sure, **facts)["value"] == "10/10"
    assert both_ways(YC, "grant-rate", "patents", granted, {**granted, "number": "ZY", "outcome": "refused"}, sure, **facts)["value"] == "10/11"


def test_two_rechecks_of_one_day_that_contradict_each_other_settle_nothing_and_are_named():
    for of, name, more in ((SC, "rectification-result", {}), (SX, "evaluation-grade", {"evaluations": [{"year": 2026, "grade": "不合格"}]})):
        def rows(results, days=("2026-12-01", "2026-12-01")):
            return [{"issued": day, "due": "2027-03-01", "recheck": result} for result, day in zip(results, days)]
        found = both_ways(of, name, "rectifications", *rows(("pass", "fail")), question="operate", **more)
        assert found["pass"] is None and found["operands"]["missing"] == ["rectifications[1]", "rectifications[2]"], found
        assert both_ways(of, name, "rectifications", *rows(("fail", "fail")), question="operate", **more)["pass"] is False
        assert both_ways(of, name, "rectifications", *rows(("pass", "pass")), question="operate", **more)["pass"] is True
    # In Shanxi the last one decides.
    assert both_ways(SX, name, "rectifications", *rows(("fail", "pass"), ("2026-12-01", "2026-12-02")), question="operate", **more)["pass"] is True


# --- vouchers, departments, plans ---------------------------------------------------------------------------------

def test_rows_of_a_voucher_and_line_add_up_and_equal_ones_count_once_and_are_flagged():
    def spent(*rows):
        said = check(YC, question="accept", budget_lines=[{"line": "检索", "approved": "100.00"}], spending=[
            {"voucher_no": "P-1", "line": "检索", "project_no": "X", "date": "2027-01-01", **row} for row in rows])
        return next(c["pass"] for c in said["criteria"] if c["id"] == "budget-lines"), {f["id"]: f["records"] for f in said["flags"]}
    assert spent({"amount": "60.00"}, {"amount": "40.00"}) == (True, {})
    assert spent({"amount": "60.00"}, {"amount": "40.01"}) == (False, {})
    assert spent({"amount": "60.00"}, {"amount": "60.00"}) == (True, {"spending-twice": ["spending[1]", "spending[2]"]})
    assert spent({"amount": "60.00"}, {"amount": "60.00", "date": "2027-01-02"}) == (False, {})
    assert spent({"amount": "60.00"}, {"amount": "60.00", "voucher_no": "p-1 "})[0] is True  # the same voucher, written otherwise
    assert spent({"amount": "100.00"}, {"amount": None})[0] is None


def test_no_department_is_known_to_be_none():
    for of, question, name, record, more in ((YC, "accept", "responsible-team", "project", {}), (SF, "operate", "liaison", "liaison", {"person": True})):
        def said(value, **facts):
            return criterion(of, name, question=question, staff=[{"id_number": "1", "full_time": True}], **{record: {**more, **facts, "department": value}})
        assert said(False)["pass"] is False and said(None)["pass"] is None and said("法务部")["pass"] is True, of
        assert {"path": f"{record}.department", "value": "false"} in said(False)["operands"]["facts"]


def test_a_day_that_the_text_does_not_say_fails_nobody():
    def plan(day, **facts):
        return criterion(SC, "service-plan", as_of=day, question="operate", **facts)
    assert (plan("2027-01-31")["applicable"], plan("2027-01-31")["pass"]) == (False, True)
    for plans in ({}, {"service_plans": []}, {"service_plans": [{"year": 2026}]}):
        for day in ("2027-02-01", "2027-12-31"):
            assert (plan(day, **plans)["applicable"], plan(day, **plans)["pass"]) == (True, None), (day, plans)
    assert plan("2027-02-01", service_plans=[{"year": 2027}])["pass"] is True
    assert plan("2027-02-01", service_plans=[])["operands"]["missing"] or plan("2027-02-01", service_plans=[])["unknown"] == ["service_plans"]
    assert "A-42" in check(SC, as_of="2027-02-01", question="operate")["ambiguities"]


# --- days of yearly rules -----------------------------------------------------------------------------------------

def test_the_last_day_of_a_yearly_rule_may_lie_in_a_later_year_than_its_own():
    """Y+1-01-31 and Y+2-06-30, on the days around the year's end and each rule's own: the latest year whose day lies before."""
    days = [datetime.date(2027, month, day) for month, day in ((1, 1), (1, 15), (1, 31), (2, 1), (6, 30), (7, 1), (12, 31))]
    for day in days:
        for name, ahead, month, last in (("reported", 1, 1, 31), ("reported-later", 2, 6, 30)):
            due = next(datetime.date(y, month, last) for y in range(day.year, 0, -1) if datetime.date(y, month, last) < day)
            for year in range(2022, 2029):
                found = criterion(pack(), name, as_of=str(day), annual_reports=[{"year": year, "filed_province": "2020-01-01"}])
                assert found["pass"] is (year == due.year - ahead), (day, name, year, found)
            assert [(d["name"], d["day"]) for d in found["operands"]["days"] if d["name"] in ("report", "later")] == [
                ("report" if ahead == 1 else "later", str(due))], found


# --- whose word, narrowed by a pack -----------------------------------------------------------------------------------

NARROW = """id: narrow
version: "1"
document: {{title: 示范办法, status: draft, jurisdiction: "510000"}}
indicators:
  - {{id: people, fold: count, unit: 人, from: [staff]}}
criteria:
  - {{id: people, clause: 一, quote: 专职人员不少于1人, test: people >= 1 人}}
questions:
  - {{id: apply, label: 申报, criteria: [people]}}
fact_words:
{items}"""


def narrow(items):
    """A pack that says this of facts; its findings of fact_words."""
    folder = os.path.join(WORK, "packs", "narrow")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "indicators"))
    for name, text in (("pack.yaml", NARROW.format(items="".join(f"  - {one}\n" for one in items))), ("indicators/people.sql", (
            "SELECT full_time = 1 AS test, id_number AS key, record_id FROM fact_staff WHERE subject = :subject\n"))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    done = subprocess.run([ZHIYUN, "--data", WORK, "--lang", "en", "pack", "lint", "narrow"], capture_output=True, text=True)
    return [line for line in (done.stdout + done.stderr).splitlines() if '"staff' in line or '"deals' in line or '"findings' in line]


def test_a_pack_narrows_whose_word_a_fact_is_and_never_widens_it():
    for item, said in (("fact: staff.fulltime, checked: province", "no such fact"), ("fact: findings.state, checked: province", "only the party's own word"),
                       ("fact: budget_lines.line, checked: office", "widens"), ("fact: staff.full_time, checked: office", "narrows nothing"),
                       ("fact: staff.to, only_checked: true", "absent means none")):
        found = narrow([f"{{id: one, {item}, own: 虚构}}"])
        assert any(said in line for line in found) or said == "widens", (item, found)
        if said == "widens":
            done = subprocess.run([ZHIYUN, "--data", WORK, "--lang", "en", "pack", "lint", "narrow"], capture_output=True, text=True)
            assert "this widens" in done.stdout + done.stderr, done
    both = "{id: one, fact: staff.full_time, checked: province, only_checked: true, own: 虚构}"
    assert not narrow([both]) and any("twice" in line for line in narrow([both, both.replace("id: one", "id: two")]))
    staff = [{"id_number": "X1", "full_time": True}]

    def said(role=None, record="staff"):
        checked = [{"record": record, "by": "虚构甲", "role": role, "on": "2026-03-02", "case": "虚构-1"}] if role else []
        found = criterion("narrow", "people", staff=staff, checked=checked)
        word, = [w for w in found["words"] if w["fact"] == "staff.full_time"]
        return found, word
    narrow([])
    found, word = said("city_officer")
    assert found["pass"] is True and word["checked"] == "office" and word["confirmed"]["by"] == "虚构甲", found
    # Narrowed to the province, the check of a city is none …
    narrow([both.replace(", only_checked: true", "")])
    found, word = said("city_officer")
    assert found["pass"] is True and word["checked"] == "province" and "confirmed" not in word, found
    assert said("province_officer")[1]["confirmed"]["role"] == "province_officer"
    # … and what counts only when it is checked is not known before: never false, never the party's word.
    narrow([both])
    for role, record in ((None, "staff"), ("city_officer", "staff"), ("province_officer", "deals")):
        found, word = said(role, record)
        assert found["pass"] is None and found["operands"]["missing"] == ["staff[1].full_time"], (role, record, found)
    assert said("province_officer")[0]["pass"] is True
    for wrong in ([{"record": "crew", "role": "city_officer"}], [{"record": "staff"}], {"record": "staff"}):
        assert run("narrow", {"as_of": "2026-03-02", "checked": wrong}).returncode == 3, wrong


# --- operands --------------------------------------------------------------------------------------------------------

def test_a_number_below_nothing_leaves_no_hole():
    found = criterion(pack(), "balance", as_of="2027-01-01", parameters={"base_year": 2025, "end_year": 2027})
    assert found["value"] == -2.5 and found["pass"] is False, found
    assert "-2.5" in found["operands"]["text"], found


def test_a_growth_shows_from_what_to_what():
    series = [{"name": "key_field_invention_filings", "year": y, "value": v, "source": "虚构"} for y, v in ((2025, "100"), (2028, "172"))]
    found = criterion(YC, "filing-growth", question="accept", series=series, parameters={"base_year": 2025, "end_year": 2028})
    assert found["pass"] is False and found["operands"]["text"].startswith("100 → 172 件, +72 %"), found
    numbers = {n["indicator"]: n["value"] for n in found["operands"]["numbers"]}
    assert numbers == {"filings_base": 100, "filings_end": 172, "growth_years": 3}, found
    found = criterion(YC, "population-doubling", question="programme", parameters={"base_year": 2025, "end_year": 2028}, series=[
        {"name": "hv_per_10k", "year": y, "value": v, "source": "虚构"} for y, v in ((2025, "10"), (2028, "19.9"))])
    assert found["pass"] is False and found["operands"]["text"].startswith("10 → 19.9 件, +99 %"), found
    found = criterion(YC, "filing-growth", question="accept", parameters={"base_year": 2025, "end_year": 2028}, series=[{**series[0], "source": None}])
    assert found["pass"] is None and set(found["operands"]["missing"]) == {"series[1].source"}, found


def test_a_count_shows_its_rows_and_which_key_of_which_record_is_missing():
    staff = [{"name": f"虚构{n}", "id_number": f"{n}", "social_security": True, "labour_contract": False} for n in range(4)]
    found = criterion(SC, "staff-count", as_of="2026-05-01", staff=[*staff, {**staff[0], "id_number": None}, {**staff[0], "id_number": "9", "social_security": None},
                                                                   {**staff[0], "id_number": "8", "social_security": False}])
    assert found["pass"] is None and found["value"] == {"at_least": 4, "at_most": 6}, found
    [number] = found["operands"]["numbers"]
    assert (number["in"], number["possible"], number["out"]) == (5, 1, 1), number
    assert found["operands"]["missing"] == ["staff[5].id_number", "staff[6].social_security"], found
    assert {"name": "as_of", "day": "2026-05-01", "provisional": False} in found["operands"]["days"]
    assert criterion(SC, "staff-count", as_of="2026-05-01")["operands"]["missing"] == ["staff"]
    enough = criterion(SC, "staff-count", as_of="2026-05-01", staff=[*staff, {**staff[0], "id_number": "7"}, {**staff[0], "id_number": None}])
    assert enough["pass"] is True and enough["operands"]["missing"] == [], enough


def test_days_are_shown_with_what_they_are_counted_from():
    found = criterion(SC, "publicity-complete", question="recognise", as_of="2026-06-08", publicity={"published": "2026-06-01"})
    assert {"name": "publicity", "from": "2026-06-01", "day": "2026-06-08", "provisional": False} in found["operands"]["days"], found
    found = criterion(SC, "publicity-complete", question="recognise", as_of="2040-06-08", publicity={"published": "2040-06-01"})
    assert found["pass"] is None and any(d["provisional"] for d in found["operands"]["days"]), found
    found = criterion(SC, "in-force", as_of="2027-10-12")
    assert [(d["name"], d["day"]) for d in found["operands"]["days"]] == [("as_of", "2027-10-12"), ("effective", "2025-10-12"), ("expires", "2027-10-11")]
    found = criterion(SC, "in-force", as_of="2027-10-12", handed_in="2027-10-01")
    assert found["pass"] is True and ("handed_in", "2027-10-01") in [(d["name"], d["day"]) for d in found["operands"]["days"]], found


def test_every_criterion_of_every_question_shows_something_or_names_what_is_missing():
    for of in (SC, SX, YC, SF, "cnipa-jiedu"):
        with open(os.path.join(ROOT, "packs", of, "pack.yaml"), encoding="utf-8") as file:
            questions = [q["id"] for q in yaml.safe_load(file)["questions"]]
        for question in questions:
            for c in check(of, as_of="2027-06-01", question=question)["criteria"]:
                o = c["operands"]
                assert not c["applicable"] or c["kind"] == "judged" or o["text"], (of, c)
                assert c["pass"] is not None or c["kind"] == "judged" or o["missing"] or c["unknown"] or o["days"], (of, c)


def test_people_are_shown_the_same():
    said = run(SC, {"as_of": "2026-05-01", "staff": [{"name": "虚构", "social_security": True}]}, "--lang", "zh").stdout
    assert "staff[1].id_number" in said and "业务日期 2026-05-01" in said and "staff_employed" not in said, said
    assert "applicant.autonomous" in said, said
    grown = {"as_of": "2028-12-31", "question": "accept", "parameters": {"base_year": 2025, "end_year": 2028}, "series": [
        {"name": "key_field_invention_filings", "year": y, "value": v, "source": "虚构"} for y, v in ((2025, "100"), (2028, "172"))]}
    staff = [{"name": f"虚构{n}", "id_number": f"{n}", "social_security": True, "labour_contract": False} for n in range(4)]
    some = {"as_of": "2026-05-01", "staff": [*staff, {**staff[0], "id_number": "9", "social_security": None}]}
    for lang, day in (("zh", "业务日期"), ("en", "business date")):
        said = run(YC, grown, "--lang", lang).stdout.split("\n")
        at = next(n for n, line in enumerate(said) if " filing-growth " in line)
        assert said[at].startswith("✗") and "    100 → 172 件, +72 %; " in "".join(said[at + 1:at + 3]), said[at:at + 3]
        said = run(SC, some, "--lang", lang).stdout.split("\n")
        at = next(n for n, line in enumerate(said) if " staff-count " in line)
        assert said[at].startswith("？") and said[at].endswith("4…5 人 (>= 5 人)") and f"{day} 2026-05-01" in "".join(said[at + 1:at + 3]), said[at:at + 3]


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
