#!/usr/bin/env python3
"""report_forms_test.py ZHIYUN CLOCK: the annual reports of the demo. The form of a case, its paper, the form of the pack and a
script over the records (recompute.py) say the same numbers; a filed form reads as it was filed, whatever is recorded later."""
import glob
import os
import re
import shutil
import sys
import tempfile
import time
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [*(os.path.join(HERE, "..", *folder) for folder in ((), ("kernel",), ("http",))), HERE]
import client  # noqa: E402
import demo_made  # noqa: E402
import recompute  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402

ZHIYUN, CLOCK = (os.path.abspath(path) for path in sys.argv[1:3])
WORK = tempfile.mkdtemp(prefix="zhiyun-report-forms-")
DATA = os.path.join(WORK, "data")
NOON = demo_made.MADE_S + 2 * 3600
FORMS = {"sc-yunying-2025": "annual-evaluation", "sx-yunying-draft": "self-report"}
people = {}


def who(account):
    if account not in people:
        token = server.run("--json", "user", "token", account)
        people[account] = client.Person(server, re.search(r'"token": ?"([^"]+)"', token)[1], account)
    return people[account]


def manager(code):
    return who(store.run(DATA, "SELECT a.name FROM account a JOIN role_grant g ON g.account = a.id JOIN unit u ON u.id = g.owner_unit"
                               f" WHERE g.role = 'centre_manager' AND u.credit_code = '{code}' ORDER BY a.id LIMIT 1")[0][0])


def cases():
    """Of each report of a year: case, record, pack, credit code, year, whether it was filed."""
    return [(int(case), int(record), pack, code, year, state == "submitted") for case, record, pack, code, year, state in store.run(
        DATA, "SELECT c.id, r.id, c.programme, u.credit_code, r.year, r.state FROM flow_case c JOIN record_annual_report r ON r.id = c.record_id"
              " JOIN unit u ON u.id = c.owner_unit WHERE c.record_type = 'annual_report' AND r.kind = 'report' ORDER BY c.id")]


def got(person, path):
    done = person.get(path)
    assert done.status == 200, (path, done)
    return done.json


def form_of(case, person, pack):
    return next(one for one in got(person, f"/cases/{case}/form")["forms"] if one["form"] == FORMS[pack])


def cells_of_form(form):
    return [(section["label"], cell["label"], cell["value"]) for section in form["sections"]
            for line in section["lines"] for cell in line if cell["computed"]]


def cells_of_paper(paper, numbers):
    """The cells of the paper that are numbers of the form, in its order."""
    found = []
    for block in paper["blocks"]:
        for row in block["rows"]:
            texts = [cell for cell in row["cells"]]
            found += [(row["group"], label["text"], value["text"]) for label, value in zip(texts, texts[1:])
                      if (label["look"], value["look"]) == ("label", "value") and (row["group"], label["text"]) in numbers]
    return found


def plain(text):
    """The number that a cell begins with."""
    return re.match(r"[\d,]+(\.\d+)?", text)[0].replace(",", "")


def counted(report, records):
    """[(section, label, number)] of a report of the pack, after the script has counted each again."""
    wrong = recompute.differences(report, records)
    assert not wrong, wrong
    return [(s["label"], c["title"], c["value"]) for s in report["sections"] for c in s["cells"] if c.get("unit")]


def same_numbers(cells, numbers):
    assert [cell[:2] for cell in cells] == [number[:2] for number in numbers], (cells, numbers)
    for (_, label, text), (_, _, value) in zip(cells, numbers):
        value = value["at_least"] if isinstance(value, dict) else value
        assert float(plain(text)) == float(value), (label, text, value)


def report(person, pack, code, year, as_of):
    return got(person, f"/reports/{pack}/{FORMS[pack]}?party={code}&year={year}{as_of}")["reports"][0]


def test_form_paper_pack_and_script_say_the_same():
    filed = 0
    for case, record, pack, code, year, is_filed in cases():
        person = manager(code)
        form, path = form_of(case, person, pack), f"/packs/{pack}/forms/{FORMS[pack]}/paper?party={code}&record={record}"
        assert ("filed" in form) == is_filed, (case, form.get("filed"))
        day = form["filed"]["on"] if is_filed else ""
        numbers = counted(report(person, pack, code, year, f"&as_of={day}" if day else ""),
                          recompute.all_records(lambda at, person=person: got(person, at)))
        names = {number[:2] for number in numbers}
        paper = cells_of_paper(got(person, f"{path}&as_of={day}" if day else path)["content"], names)
        cells = cells_of_paper(form["filed"]["content"], names) if is_filed else cells_of_form(form)
        same_numbers(cells, numbers)
        if not is_filed:
            assert paper == cells, (case, set(paper) ^ set(cells))
        same_numbers(paper, numbers)
        filed += is_filed
    assert filed > 12 and len(cases()) > filed + 8, (filed, len(cases()))


def test_nothing_is_missing_that_the_records_say():
    for case, _, pack, code, _, is_filed in cases():
        form = form_of(case, manager(code), pack)
        cells = [] if is_filed else cells_of_form(form)
        assert not [cell for cell in cells if cell[2] is None or cell[2].startswith("尚缺")], (case, cells)
        assert form["unknown"] == 0
        assert "尚缺" not in str(form.get("filed")), case


def test_what_came_after_the_last_report_is_in_this_one():
    found = [cell for case, _, pack, code, year, is_filed in cases() if year == "2026" and not is_filed
             for cell in cells_of_form(form_of(case, manager(code), pack)) if cell[0] == "上年未报"]
    assert any(plain(text) != "0" for _, _, text in found), found


def test_the_plan_is_that_of_the_next_year():
    for case, _, pack, code, year, is_filed in cases():
        if pack == "sc-yunying-2025" and is_filed:
            plan, = (f for f in got(manager(code), f"/cases/{case}/form")["forms"] if f["form"] == "next-plan")
            titles = [row["cells"][2]["text"] for block in plan["filed"]["content"]["blocks"] for row in block["rows"]
                     if row["kind"] == "data" and row["group"] == "下年度安排" and len(row["cells"]) == 5 and row["cells"][0]["text"].isdigit()]
            stored, = (p for p in got(manager(code), "/records/service_plan?fields=year,items")["items"] if p["year"] == int(year) + 1)
            assert sorted(titles) == sorted(item["title"] for item in stored["items"]) and len(titles) >= 2, (case, year, titles, stored)


def test_every_number_opens_rows_that_sum_to_it():
    """Of all centres in the register: each number of the card, the annual report and the evaluation."""
    forms = {"sc-yunying-2025": ("officer", "annual-evaluation", "comprehensive", "duties-view"),
             "sx-yunying-draft": ("shanxi", "self-report", "evaluation-facts")}
    counts = sums = 0
    for pack, (person, *of_pack) in forms.items():
        codes = store.run(DATA, f"SELECT credit_code FROM record_centre WHERE programme = '{pack}' AND state = 'active' ORDER BY id")
        asked = "&".join(f"party={code}" for code, in codes)
        for report in (report for form in of_pack for report in got(who(person), f"/reports/{pack}/{form}?year=2026&{asked}")["reports"]):
            for cell in (cell for section in report["sections"] for cell in section["cells"] if cell.get("indicator")):
                value = cell["value"]["at_least"] if isinstance(cell["value"], dict) else cell["value"]
                if value is None or cell.get("unit") == "%":
                    continue
                rows = got(who(person), f"/indicators/{pack}/{cell['indicator']}/rows?party={report['party']}&as_of={report['as_of']}")["in"]
                assert len(rows) == cell["rows"]["in"], (report["party"], cell, len(rows))
                amounts = [Decimal(row["amount"]) for row in rows if "amount" in row]
                if amounts:
                    assert sum(amounts) == Decimal(value), (report["party"], cell, amounts)
                    sums += 1
                else:
                    assert len({row.get("same_as", row["record"]) for row in rows}) == Decimal(value), (report["party"], cell, rows)
                    counts += 1
    print(f"# {counts} counts and {sums} sums of the centres in the register open their rows")
    assert counts > 500 and sums > 100, (counts, sums)


def types_proved_by_files():
    """Of the types: those whose evidence names a field for files."""
    found = set()
    for file in glob.glob(os.path.join(HERE, "..", "..", "types", "*.yaml")):
        with open(file, encoding="utf-8") as lines:
            text = lines.read()
        evidence = re.search(r"^evidence: \[(.*)\]", text, re.M)
        if evidence and any(re.search(rf"name: {name}, type: files?\b", text) for name in evidence[1].split(", ")):
            found.add(os.path.basename(file)[:-len(".yaml")])
    return found


def test_a_number_says_how_many_of_its_rows_have_a_file():
    """Unless all have one or none can. A form that was filed is counted for its day, by the records of now."""
    told, provable = [], types_proved_by_files()
    for pack in FORMS:
        for filed in (True, False):
            case, _, _, code, year, _ = next(c for c in cases() if c[2] == pack and c[5] == filed)
            person = manager(code)
            form = form_of(case, person, pack)
            day = form["as_of"]
            assert day == (form["filed"]["on"] if filed else time.strftime("%F", time.gmtime(NOON + 8 * 3600))), (case, form)
            sections = report(person, pack, code, day[:4], f"&as_of={day}")["sections"]
            cells = ([c for s in sections for c in s["cells"]] if filed else
                     [c for s in form["sections"] for line in s["lines"] for c in line])
            for cell in (cell for cell in cells if "indicator" in cell):
                rows = got(person, f"/indicators/{pack}/{cell['indicator']}/rows?party={code}&as_of={day}")["in"]
                proven = sum(bool(row["source"]["files"]) for row in rows)
                tells = proven < len(rows) and any(row["source"]["type"] in provable for row in rows)
                assert (cell.get("counted"), cell.get("proven")) == ((len(rows), proven) if tells else (None, None)), (case, cell, rows)
                told.append((filed, tells, proven > 0))
    assert {(False, True, True), (False, True, False), (True, True, False), (False, False, True)} <= set(told), set(told)


def test_a_filed_form_is_read_as_filed():
    """Whatever is recorded later; one that is not filed counts it."""
    filed = next(c for c in cases() if c[5] and c[4] == "2026" and c[2] == "sc-yunying-2025")
    draft = next(c for c in cases() if not c[5] and c[2] == "sc-yunying-2025")
    for case, _, pack, code, _, is_filed in (filed, draft):
        person = manager(code)
        before = form_of(case, person, pack)
        done = person.create("service_record", {"title": "补记的服务（演示）", "date": "2026-10-08", "duty": "matching", "goal": "conversion", "mode": "own"})
        assert done.status == 201, done
        after = form_of(case, person, pack)
        if is_filed:
            assert after == before
        else:
            times = [dict(((s, label), text) for s, label, text in cells_of_form(form))["服务", "服务次数"] for form in (before, after)]
            assert int(plain(times[1])) == int(plain(times[0])) + 1, times


def main():
    global server
    clock = wire.Clock(CLOCK)
    clock.base = NOON - time.time()
    try:
        demo_made.copy_to(ZHIYUN, DATA)
        server = client.Server(ZHIYUN, DATA, store=store.SERVER and store.address(DATA))
        clock.before(server)
        server.start()
        try:
            tap.run(sys.modules[__name__])
        finally:
            server.stop()
    finally:
        clock.close()
        shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    main()
