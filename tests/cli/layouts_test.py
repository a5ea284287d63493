"""Every row of an export is in, with every fact, no two rows are one, and no number or date is guessed.

twenty layouts of vendors and offices (layouts.py) are imported, and the store's records compared,
fact by fact, with what the files were made from; so is the case in which nothing can be believed:
an unknown number column, 500 rows, 90 of one title."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

import layouts  # noqa: E402
import sqlite_file  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
FOUND = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(HERE, "..", "..", "..", "shared")), "found", "imports")
WORK = tempfile.mkdtemp(prefix="zhiyun-layouts-")


def imported(name, content, *options, code=0):
    """A fresh instance with that file alone: the report of it, and its records by row."""
    data = os.path.join(WORK, "data")
    shutil.rmtree(data, ignore_errors=True)
    path = os.path.join(WORK, name)
    with open(path, "wb") as file:
        file.write(content)
    done = subprocess.run([ZHIYUN, "--data", data, "--lang", "en", "--json", "import", *options, path],
                          capture_output=True, text=True, check=False)
    assert done.returncode == code, (name, done.returncode, done.stdout[:2000], done.stderr)
    entry = json.loads(done.stdout)["files"][0]
    assert entry["records"] == entry["inserted"] + entry["updated"] + entry["unchanged"] + entry["rejected"], entry
    with sqlite_file.connect(os.path.join(data, "zhiyun.db")) as store:
        records = [json.loads(content) for content, in store.execute(
            "SELECT content FROM publication_source ORDER BY publication_id, ordinal")]
        documents, = store.execute("SELECT count(*) FROM publication").fetchone()
    assert documents == len(records), (documents, len(records))
    return entry, records


def bare(text):
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def people(record, *roles):
    return [party["name"] for party in record.get("parties", []) if party["role"] in roles]


def compare(layout, patent, record):
    facts = set(layout.columns.values())
    said = {
        "number": record["publication"]["office"] + bare(record["publication"]["serial"]),
        "filed": record.get("application_date"), "published": record.get("publication_date"),
        "title": [text["content"] for text in record["texts"] if text["part"] == "title"],
        "applicants": people(record, "applicant") or people(record, "assignee"),
        "inventors": people(record, "inventor"),
        "classes": sorted(c["symbol"] for c in record.get("classes", []))}
    wanted = {
        "number": patent.office + bare(patent.printed), "filed": patent.filed.isoformat(),
        "published": patent.published.isoformat(), "title": [patent.title], "applicants": patent.applicants,
        "inventors": patent.inventors, "classes": sorted(patent.classes)}
    wrong = {fact: (said[fact], wanted[fact]) for fact in said if fact in facts and said[fact] != wanted[fact]}
    assert not wrong, (layout.name, patent.at, wrong)


def test_twenty_layouts_of_thirty_rows():
    assert len(layouts.LAYOUTS) >= 20
    for at, layout in enumerate(layouts.LAYOUTS):
        patents = layout.patents(1000 + at * 100)
        content, end = layouts.written(layout, layout.rows(patents))
        entry, records = imported(f"{at}.{end}", content)
        assert (entry["inserted"], entry["rejected"]) == (layouts.ROWS, 0), (layout.name, entry)
        assert entry["numberless"] == 0, (layout.name, entry)
        for patent, record in zip(patents, records):
            compare(layout, patent, record)
        told = " ".join(entry["remarks"])
        for row in [*layout.above, *layout.below]:
            assert not row or row[0][:20] in told, (layout.name, row, told)
        if layout.date in (layouts.day_first, layouts.day_first_short, layouts.month_first):
            assert f"the {'month' if layout.date is layouts.month_first else 'day'} stands first" in told, told


def test_a_year_of_two_digits_has_its_century_from_the_other_columns():
    head = ["Publication Number", "Title", "Applicants", "Publication Year", "Publication Date", "Application Date"]
    rows = [["GB190500001A", "A", "ACME", "1905", "30/06/05", "13/01/05"], ["GB2400001A", "B", "ACME", "2005", "25/08/05", "14/02/04"],
            ["GB1500001A", "C", "ACME", "", "02/01/78", "28/12/76"], ["GB2600001A", "D", "ACME", "2001", "01/02/2024", "03/04/23"]]
    days = [("1905-06-30", "1905-01-13"), ("2005-08-25", "2004-02-14"), ("1978-01-02", "1976-12-28"), ("2024-02-01", "2023-04-03")]
    for order in ([0, 1, 2, 3, 4, 5], [5, 3, 0, 4, 2, 1]):
        _, records = imported("lens.csv", layouts.as_text([[row[k] for k in order] for row in [head, *rows]], "utf-8"))
        assert [(r["publication_date"], r["application_date"]) for r in records] == days, records


def test_a_workbook_of_citations_is_read_in_any_order():
    head = ["Publication Number", "Title", "Publication Date", "Cited Patent Numbers", "Citing Patent Numbers", "INPADOC Family Numbers",
            "IPC Full", "Assignees - Original", "Inventors - Original", "First Claim"]
    rows = [[f"US9{at:06d}B2", f"A device no. {at}", f"20{10 + at:02d}-03-0{1 + at % 9}", f"US5{at:06d}A; EP1{at:06d}A1", f"US95{at:05d}B2",
             f"EP2{at:06d}A1; JP2010{at:06d}A", "H01M 10/052; G06T 7/00", "ACME Inc.; Foo GmbH", "DOE, Jane; SMITH, John", f"1. A device of {at} parts."]
            for at in range(10)]
    for order in (range(10), [9, 3, 6, 0, 8, 1, 5, 7, 2, 4]):
        entry, records = imported("citations.xlsx", layouts.workbook({"citations": ([[row[k] for k in order] for row in [head, *rows]], ())}))
        assert entry["unknown_columns"] == [] and entry["inserted"] == 10 == len(records), entry
        for at, record in enumerate(records):
            cited = [(c.get("citing_us", False), bare(c["number"]["display"])) for c in record["citations"]]
            assert sorted(cited) == [(False, f"EP1{at:06d}A1"), (False, f"US5{at:06d}A"), (True, f"US95{at:05d}B2")], record
            assert len(record["family_members"]) == 2 and len(record["classes"]) == 2, record
            assert people(record, "assignee") == ["ACME Inc.", "Foo GmbH"] and len(people(record, "inventor")) == 2, record
            assert [t["content"] for t in record["texts"] if t["part"] == "first_claim"] == [f"1. A device of {at} parts."], record
            assert record["publication_date"] == rows[at][2], record


def test_bad_rows_cost_themselves():
    """Of each layout two rows are spoilt: no number, and a row said twice."""
    for at, layout in enumerate(layouts.LAYOUTS):
        patents = layout.patents(5000 + at * 100)
        rows = list(layout.rows(patents))
        first = len(layout.above) + 1
        number = list(layout.columns.values()).index("number")
        rows[first + 3] = [*rows[first + 3][:number], "see annex", *rows[first + 3][number + 1:]]
        rows[first + 7] = list(rows[first + 8])
        content, end = layouts.written(layout, rows)
        entry, records = imported(f"{at}.{end}", content)
        assert entry["records"] == layouts.ROWS, (layout.name, entry)
        kept = [p for p in patents if p not in (patents[3], patents[7])]
        numbered = [r for r in records if "publication" in r]
        assert len(numbered) == len(kept), (layout.name, entry)
        for patent, record in zip(kept, numbered):
            compare(layout, patent, record)


def unknown(title="标题"):
    head = ["文献编码甲", title, "申请人", "摘要"]
    rows = [[f"CN2995{at:05d}A", "一种装置" if at < 90 else f"装置{at}", f"公司{at % 7}", "同一摘要" if at < 90 else f"{at}"]
            for at in range(500)]
    return head, rows


def test_an_unknown_number_column_merges_nothing():
    head, rows = unknown()
    content = layouts.as_text([head, *rows], "utf-8")
    entry, records = imported("unknown.csv", content, code=3)
    assert not records and entry["records"] == 0, entry
    guess = entry["proposals"][0]
    assert (guess["column"], guess["field"]) == ("文献编码甲", "publication_number"), entry
    for answer in ("文献编码甲=publication_number", "-=publication_number", "文献编码甲=source_id"):
        entry, records = imported("unknown.csv", content, "--map", answer)
        assert entry["inserted"] == 500 == len(records), (answer, entry)
        titles = sorted(text["content"] for r in records for text in r["texts"] if text["part"] == "title")
        assert titles == sorted(row[1] for row in rows), answer


def test_a_second_answer_leaves_nothing_of_a_question():
    """Asked, then mapped: the store is the same as if it had been mapped at once."""
    head, rows = unknown()
    content = layouts.as_text([head, *rows], "utf-8")
    imported("unknown.csv", content, code=3)
    data, path = os.path.join(WORK, "data"), os.path.join(WORK, "unknown.csv")
    done = subprocess.run([ZHIYUN, "--data", data, "--json", "import", "--map", "文献编码甲=publication_number", path],
                          capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["files"][0]["inserted"] == 500
    with sqlite_file.connect(os.path.join(data, "zhiyun.db")) as store:
        assert store.execute("SELECT count(*) FROM publication").fetchone() == (500,)


def test_cells_merged_over_rows():
    rows = [["清单"], ["公开号", "标题", "申请人", "发明人", "IPC"],
            ["CN299700001A", "甲", "某公司", "张三", "H01M 10/052"],
            ["CN299700002A", "乙", "", "李四", "G06T 7/00"],
            ["CN299700003A", "丙", "", "", ""],
            ["CN299700004A", "丁", "另一公司", "王五", ""]]
    entry, records = imported("merged.xlsx", layouts.workbook({"一": (rows, ["A1:E1", "C3:C5", "D4:D5"])}))
    assert entry["inserted"] == 4, entry
    assert [people(r, "applicant") for r in records] == [["某公司"]] * 3 + [["另一公司"]]
    assert [people(r, "inventor") for r in records] == [["张三"], ["李四"], ["李四"], ["王五"]]
    assert any("merged" in warning["kind"] and warning["count"] == 3 for warning in entry["warnings"]), entry


def table(name, head, *rows, options=(), code=0):
    return imported(name, layouts.as_text([head, *rows], "utf-8"), *options, code=code)


def number_of(record):
    return record.get("publication", {}).get("display")


def search(query):
    done = subprocess.run([ZHIYUN, "--data", os.path.join(WORK, "data"), "--json", "search", query], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def hits(query):
    return search(query)["total"]


def shown_hits(query):
    return [hit["number"] for hit in search(query)["hits"]]


def test_an_id_is_no_number_and_the_office_stays():
    """A running id, an id of Lens or any other mark is not joined with the row's office."""
    offices = ["CN", "US", "JP", "EP"]
    for column, office, ids in [("id", "受理局", [55_0021 + at for at in range(4)]), ("id", "公开国别", [7_001_200 + at * 17 for at in range(4)]),
                                ("Lens ID", "Jurisdiction", [f"01{at}-442-971-305-88{at}" for at in range(4)])]:
        entry, records = table("ids.csv", [column, office, "标题", "申请人"],
                               *([str(one), where, f"装置{at}", "虚构公司"] for at, (one, where) in enumerate(zip(ids, offices))))
        assert entry["inserted"] == entry["numberless"] == 4 and not entry["remarks"], entry
        assert [(r["source_id"], r["publication"]) for r in records] == [(str(one), {"office": o}) for one, o in zip(ids, offices)], records
        assert hits("office:JP") == hits("office:CN") == 1 and hits("office:DE") == 0
    entry, _ = table("marks.csv", ["档号", "受理局", "标题", "申请人"], *([f"{at * 331 + 120_455}", "US", f"装置{at}", "虚构公司"] for at in range(4)),
                     code=3)
    assert "field" not in entry["proposals"][0], entry
    entry, records = table("full.csv", ["id", "title", "assignee"], ["CN-299800001-A", "A", "ACME"], ["US-9998001-B2", "B", "ACME"])
    assert [number_of(r) for r in records] == ["CN299800001A", "US9998001B2"], records


def test_one_answer_names_the_office_of_all_numbers_without_one():
    patents = [{"patent_number": str(10_999_001 + at), "patent_title": f"Invented compound {at}", "patent_date": "2021-05-04", "wipo_kind": "B2",
                "assignees": [{"assignee_organization": "Invented LLC"}], "applications": [{"app_number": str(15_990_001 + at), "app_date": "2018-03-09"}],
                "cited_patents": [{"cited_patent_number": "5999001"}, {"cited_patent_number": "EP1999001A1"}],
                "cpcs": [{"cpc_subgroup_id": "C07D401/04"}, {"cpc_subgroup_id": "A61P35/00"}]} for at in range(2)]
    content = json.dumps({"patents": patents, "count": 2}).encode()
    entry, _ = imported("view.json", content, code=3)
    assert "--map office=US" in entry["refused"] and "10999001" in entry["refused"], entry
    for answer in ("office=US", "office = 美国"):
        entry, records = imported("view.json", content, "--map", answer)
        assert (entry["inserted"], entry["numberless"]) == (2, 0), entry
        for at, record in enumerate(records):
            assert number_of(record) == f"US{10_999_001 + at}B2" and record["application"]["serial"] == str(15_990_001 + at), record
            assert record["application"]["office"] == "US" and record["application_date"] == "2018-03-09", record
            assert [c["number"]["display"] for c in record["citations"]] == ["US5999001", "EP1999001A1"], record
            assert [c["symbol"] for c in record["classes"]] == ["C07D401/04", "A61P35/00"] and people(record, "assignee") == ["Invented LLC"], record
    head = ["Publication Number", "Jurisdiction", "Title", "Applicants"]
    _, records = table("mixed.csv", head, ["9998002", "", "A", "ACME"], ["2019999001", "AU", "B", "ACME"], ["EP3999001A1", "", "C", "ACME"],
                       options=("--map", "office=US"))
    assert [r["publication"]["office"] for r in records] == ["US", "AU", "EP"], records
    done = subprocess.run([ZHIYUN, "--data", os.path.join(WORK, "data"), "--lang", "en", "import", "--map", "office=UX", "x.csv"], capture_output=True,
                          text=True, check=False)
    assert "there is no field" in done.stderr, done


def test_each_column_of_dates_says_for_itself_which_is_the_day():
    head = ["公开号", "标题", "申请人", "申请日", "公开日", "优先权日"]
    rows = [["CN299810001A", "甲", "某公司", "02/03/2018", "05/04/2019", "03/04/2017"],
            ["CN299810002A", "乙", "某公司", "04/23/2018", "13/06/2019", "21/05/2017"]]
    _, records = table("dates.csv", head, *rows)
    said = [(r["application_date"], r["publication_date"], r["priorities"][0]["date"]) for r in records]
    assert said == [("2018-02-03", "2019-04-05", "2017-04-03"), ("2018-04-23", "2019-06-13", "2017-05-21")], said
    entry, records = table("lists.csv", ["公开号", "标题", "申请人", "优先权日"], ["CN299810003A", "丙", "某公司", "03/04/2017; 30/04/2017"])
    assert [one["date"] for one in records[0]["priorities"]] == ["2017-04-03", "2017-04-30"], records
    for said, day in (("day-first", "2017-04-03"), ("month-first", "2017-03-04")):
        _, records = table("said.csv", head[:3] + ["优先权日"], ["CN299810004A", "丁", "某公司", "03/04/2017"],
                           options=("--map", f"优先权日=priority_date:{said}"))
        assert records[0]["priorities"] == [{"date": day}], records


def days_of(records):
    return {number_of(r): (r.get("application_date"), r.get("publication_date")) for r in records}


def test_dates_of_two_digit_years_are_those_of_the_cells_that_the_writer_had():
    for name in ("dates-calc", "dates-sheetjs"):
        with open(os.path.join(HERE, "..", "writers", f"{name}.csv"), encoding="utf-8") as file:
            head, *rows = file.read().splitlines()
        with open(os.path.join(HERE, "..", "writers", f"{name}.json"), encoding="utf-8") as file:
            truth = {one["number"].replace("US2013", "US20130"): (one["application_date"], one["publication_date"]) for one in json.load(file)}
        for lines in (rows, rows[::-1], rows[2:] + rows[:2]):
            entry, records = imported(f"{name}.csv", "\n".join([head, *lines]).encode())
            assert days_of(records) == truth and not entry["warnings"], (name, entry, records)
            assert len(entry["remarks"]) == 2 and all("stands first in its dates" in one for one in entry["remarks"]), entry


def test_the_numbers_own_years_and_the_other_dates_say_what_stands_first():
    """Each of these columns has several readings by its own values."""
    head = ["Publication Number", "Application Number", "Title", "Applicants", "Application Date", "Publication Date", "Publication Year"]
    for row, said in (
            # the number's year: 2011, not 2018 or 2009
            (["CN202000001U", "CN201120000001", "A", "ACME", "18/9/11", "2012-05-09", ""], ("2011-09-18", "2012-05-09")),
            (["CN108000001A", "CN201810000001", "A", "ACME", "18/9/11", "2019-03-01", ""], ("2018-09-11", "2019-03-01")),
            # the first day of the office: CN has no 1931
            (["CN104000001A", "", "A", "ACME", "21-12-31", "2022-05-13", ""], ("2021-12-31", "2022-05-13")),
            # filed before it was published: the fifth of March, not the third of May
            (["CN206000001U", "CN201720000001", "A", "ACME", "03/05/17", "2017-04-01", "2017"], ("2017-03-05", "2017-04-01")),
            # the year column: 2005
            (["EP3000001A1", "", "A", "ACME", "2004-01-05", "05.06.07", "2005"], ("2004-01-05", "2005-06-07"))):
        _, (record,) = table("own.csv", head, row)
        assert (record["application_date"], record["publication_date"]) == said, (row, record)
    # more than a batch, and what decides stands in the last row
    rows = [[f"CN1090{at:05}A", f"某装置{at}", "某公司", "11/10/12", "10/09/12"] for at in range(1200)]
    _, records = table("many.csv", ["Publication Number", "Title", "Applicants", "Publication Date", "Application Date"],
                       *rows, ["CN109099999A", "某装置", "某公司", "13/11/30", "12/01/05"])
    assert {(r["application_date"], r["publication_date"]) for r in records} == {("2010-09-12", "2011-10-12"), ("2012-01-05", "2013-11-30")}, records[:2]


def test_two_digit_years_with_two_readings_are_asked_and_the_answer_is_taken():
    head = ["Publication Number", "Title", "Applicants", "Publication Date"]
    rows = [["US9000001B2", "A", "ACME", "03/05/17"], ["US9000002B2", "B", "ACME", "04/06/18"]]
    entry, records = table("asked.csv", head, *rows, code=3)
    assert "Publication Date" in entry["refused"] and ":year-first" in entry["refused"] and not records, entry
    for said, days in (("day-first", ["2017-05-03", "2018-06-04"]), ("month-first", ["2017-03-05", "2018-04-06"]),
                       ("year-first", ["2003-05-17", "2004-06-18"])):
        _, records = table("asked.csv", head, *rows, options=("--map", f"Publication Date=publication_date:{said}"))
        assert [r["publication_date"] for r in records] == days, (said, records)
    # a Chinese list has the year first, where its values allow it
    _, records = table("zh.csv", ["公开号", "标题", "申请人", "公开日"], *rows)
    assert [r["publication_date"] for r in records] == ["2003-05-17", "2004-06-18"], records
    _, records = table("zh.csv", ["公开号", "标题", "申请人", "公开日"], ["US9000003B2", "C", "ACME", "12/31/17"])
    assert records[0]["publication_date"] == "2017-12-31", records


def test_a_two_digit_year_that_cannot_be_is_kept_as_written_and_told_with_its_row():
    head = ["Publication Number", "Application Number", "Title", "Applicants", "Application Date", "Publication Date"]
    good = [[f"CN10400010{at}A", f"CN20141000010{at}", "A", "ACME", f"{20 + at}/10/14", f"{20 + at}/04/16"] for at in range(9)]
    entry, records = table("late.csv", head, *good, ["CN104000201A", "CN201410000201", "B", "ACME", "29/12/15", "01/04/15"])
    assert records[-1].get("application_date") is None and records[-1]["publication_date"] == "2015-04-01", records[-1]
    assert records[-1]["vendor"] == [{"name": "Application Date", "value": "29/12/15"}], records[-1]
    (told,) = entry["warnings"]
    assert "filing after the publication" in told["kind"] and (told["first_row"], told["value"]) == (11, "29/12/15"), entry
    entry, records = table("old.csv", head, *good, ["CN104000301A", "", "C", "ACME", "", "29/12/84"])
    assert "publication_date" not in records[-1] and entry["warnings"][0]["first_row"] == 11, (entry, records[-1])
    # of an office whose first day is not known, the century is that of its publication
    _, records = table("us.csv", head, ["US1700001A", "", "D", "ACME", "08/25/27", "1929-01-22"])
    assert (records[0]["application_date"], records[0]["publication_date"]) == ("1927-08-25", "1929-01-22"), records


def test_the_zero_of_a_spreadsheet_is_no_date_and_a_time_in_utc_is_a_day_of_its_place():
    head = ["公开号", "标题", "申请人", "申请日", "授权日", "优先权日"]
    for zero in ("1900-01-00", "1900/1/0", "0-Jan-00", "1/0/1900", "1900-01-00 00:00:00", "0000-00-00", "00:00:00", "0"):
        entry, records = table("zero.csv", head, ["CN299820001A", "甲", "某公司", "2018-05-06", zero, zero])
        assert "grant_date" not in records[0] and "priorities" not in records[0] and "vendor" not in records[0], (zero, records)
        assert not entry["warnings"], (zero, entry)
    for written, day, told in (("2019-05-31T16:00:00Z", "2019-06-01", True), ("2019-12-31T16:00:00.000Z", "2020-01-01", True),
                               ("2019-05-31T00:00:00Z", "2019-05-31", False), ("2019-05-31T18:20:05Z", "2019-05-31", True),
                               ("2019-05-31T16:00:00+08:00", "2019-05-31", False)):
        entry, records = table("utc.csv", head, ["CN299820002A", "乙", "某公司", written, "", written])
        assert records[0]["application_date"] == records[0]["priorities"][0]["date"] == day, (written, records)
        assert any("UTC" in warning["kind"] and warning["value"] == written for warning in entry["warnings"]) == told, entry


GOOGLE = ["id", "title", "assignee", "inventor/author", "priority date", "filing/creation date", "publication date", "grant date", "result link"]


def test_what_separates_names_is_decided_for_the_column():
    rows = [["JP-2019999001-A", "A", "ツクリバナシ、インコーポレイテッド", "カナ、アルファ, ベタ、ガンマ"],
            ["JP-2019999002-A", "B", "Invented Co., Ltd., 架空株式会社, Fiction GmbH & Co. KG", "Jane Doe, 架空 太郎, John Roe, Jr."],
            ["JP-2019999003-A", "C", "Invented S.p.A., Fable, Inc.", "Jane R&amp;D, Ann Poe"]]
    _, records = table("google.csv", GOOGLE, *([*row, "", "", "2019-01-01", "", "x"] for row in rows))
    assert [people(r, "assignee") for r in records] == [
        ["ツクリバナシ、インコーポレイテッド"], ["Invented Co., Ltd.", "架空株式会社", "Fiction GmbH & Co. KG"], ["Invented S.p.A.", "Fable, Inc."]]
    assert [people(r, "inventor") for r in records] == [
        ["カナ、アルファ", "ベタ、ガンマ"], ["Jane Doe", "架空 太郎", "John Roe, Jr."], ["Jane R&D", "Ann Poe"]]
    head = ["公开号", "标题", "申请人"]
    cells = ["甲公司; 乙公司", "丙公司；丁公司", "ツクリ、インク", "戊公司"]
    entry, records = table("column.csv", head, *([f"CN29983000{at}A", "甲", cell] for at, cell in enumerate(cells)))
    assert [people(r, "applicant") for r in records] == [["甲公司", "乙公司"], ["丙公司", "丁公司"], ["ツクリ、インク"], ["戊公司"]]
    assert any("申请人" in remark and "1 cell" in remark for remark in entry["remarks"]), entry
    cells = ["甲公司、乙公司", "丙公司、丁公司", "Research; Development Co", "戊公司、己公司"]
    _, records = table("column.csv", head, *([f"CN29984000{at}A", "甲", cell] for at, cell in enumerate(cells)))
    assert [len(people(r, "applicant")) for r in records] == [2, 2, 1, 2], records
    cells = ["カナ、アルファ; ベタ、ガンマ", "ツクリ、インク", "シグマ、タウ"]  # inside each name of a list
    _, records = table("column.csv", head, *([f"CN29984500{at}A", "甲", cell] for at, cell in enumerate(cells)))
    assert [people(r, "applicant") for r in records] == [["カナ、アルファ", "ベタ、ガンマ"], ["ツクリ、インク"], ["シグマ、タウ"]], records
    cells = ["甲公司、乙公司", "丙公司；丁公司", "戊公司;己公司", "庚公司、辛公司"]  # no column of one separator
    _, records = table("column.csv", head, *([f"CN29985000{at}A", "甲", cell] for at, cell in enumerate(cells)))
    assert [len(people(r, "applicant")) for r in records] == [2] * 4, records


def test_entities_of_html_are_read_before_names_are_split():
    _, records = table("html.csv", ["公开号", "标题", "申请人", "摘要"],
                       ["CN299860001A", "一种 R&amp;D 台&#30707; &#x27;甲&#x27;", "B&amp;W Invented; M&uuml;ller &lt;Fable&gt; AG", "x &lt; 5&nbsp;mm; AT&T"])
    record = records[0]
    assert people(record, "applicant") == ["B&W Invented", "Müller <Fable> AG"], record
    assert [t["content"] for t in record["texts"]] == ["一种 R&D 台石 '甲'", "x < 5 mm; AT&T"], record


def test_a_column_of_fractions_is_no_column_of_numbers():
    rows = [["Publication number", "Title", "Applicants", "pagerank"], ["US4999001", "A", "ACME", 0.0003172279159942047],
            ["US4999002", "B", "ACME", 12.331686587916869]]
    entry, records = imported("ranks.xlsx", layouts.workbook({"list": (rows, ())}))
    assert not entry["warnings"] and [number_of(r) for r in records] == ["US4999001", "US4999002"], entry


def test_a_list_in_the_encoding_of_its_country():
    for encoding, number, title, applicant in (("cp949", "KR1020210054399A", "똠방 시험 장치", "주식회사 견본"), ("cp932", "JP2021999399A", "ポンプの冷却システム", "見本サンプル株式会社"),
                                               ("gb18030", "CN299870001A", "一种虚构装置", "虚构公司")):
        _, (record,) = imported("list.csv", f"Publication Number,Title,Applicant\n{number},{title},{applicant}\n".encode(encoding))
        assert (number_of(record), record["texts"][0]["content"], people(record, "applicant")) == (number, title, [applicant]), record


def found(name, *options):
    if not os.path.isdir(FOUND):
        raise tap.Skip("the shared data are not here; set ZHIYUN_SHARED")
    with open(os.path.join(FOUND, name), "rb") as file:
        return imported(os.path.basename(name), file.read(), *options)


FOUND_RIGHT = [  # file, options, number and day of publication of each record in the order of rows
    ("kind-republication.csv", (), [("JP2017514755A", "2017-06-08"), ("JP2017514755A5", "2019-03-07"), ("RU2538737C2", "2015-01-10"),
                                    ("RU2538737C9", "2016-12-20"), ("AT521286A2", "2019-12-15"), ("AT521286A3", "2022-01-15"),
                                    ("EP1234567A2", "2003-01-08"), ("EP1234567A3", "2005-06-22")]),
    ("lens-id-as-number.csv", (), [(None, "2021-12-30"), (None, "2018-11-02"), (None, "2022-05-04")]),
    ("office-lost.csv", (), [(None, "2021-12-30"), (None, "2018-11-02")]),
    ("running-id-as-number.csv", (), [(None, None)] * 3),
    ("leading-zeros-and-in.csv", (), [("IN1604DELNP2013A", None), ("GB0901975D0", None), ("GB901975A", None), ("HU0001177A2", None), ("EA038604B1", None)]),
    ("us-thousands.csv", (), [("US5123456", None), ("US8765432B2", None), ("USD939807S", None)]),
    ("priority-day-first.csv", (), [("US20190198156A1", "2019-06-27"), ("US20190197358A1", "2019-07-04"), ("US20190197359A1", "2019-07-03")]),
    ("google-dot-list.csv", (), [("JP2014523387A", "2014-09-11"), ("JP2011184292A", "2011-09-22"), ("JP2020000001A", "2020-01-09")]),
    ("entity-splits-applicant.csv", (), [("CN104000001A", None)]),
    ("float-not-number.xlsx", (), [("US4986887", None), ("US4512966", None)]),
    ("dii-tagged.txt", (), [("CN110000969A", "2020-02-25")]),
    ("korean-cp949.csv", (), [("KR1020200012345A", None)]),
    ("patsnap-english.xlsx", (), [("CN103100575A", "2013-05-15")]),
    ("patentsview.json", ("--map", "office=US"), [("US10457642", None)]),
    ("cnipa-bulk.xml", (), [("CN110083831A", "2019-08-02")])]


def test_each_record_of_the_inputs_that_failed_has_its_number_and_day():
    """All files of ../shared/found/imports but the two that are about something else."""
    for name, options, wanted in FOUND_RIGHT:
        entry, records = found(name, *options)
        assert (entry["inserted"], entry["rejected"]) == (len(wanted), 0), (name, entry)
        assert [(number_of(r), r.get("publication_date")) for r in records] == wanted, (name, records)


def test_the_dates_of_a_list_that_had_filings_in_1915():
    _, records = found(os.path.join("..", "imports-2026-11-29", "two-digit-year.csv"))
    assert days_of(records) == {"CN104000987A": (None, "2015-04-01"), "CN204000784U": (None, "2015-06-10"),
                                "CN104000988A": ("2014-10-22", "2015-04-25")}, records


def test_inputs_that_failed_before():
    """Files of ../shared/found/imports; its README says what is right."""
    for name, offices in (("running-id-as-number.csv", ["CN", "US", "JP"]), ("lens-id-as-number.csv", ["US", "CN", "EP"]),
                          ("office-lost.csv", ["US", "CN"])):
        _, records = found(name)
        assert [r["publication"] for r in records] == [{"office": o} for o in offices] and all(r["source_id"] for r in records), records
        assert hits("office:US") == 1
    _, (record,) = found("patentsview.json", "--map", "office=US")
    assert (number_of(record), record["application"]["serial"], record["application_date"]) == ("US10457642", "15571055", "2016-04-26"), record
    assert record["citations"][0]["number"]["display"] == "US5919934" and record["classes"][0]["symbol"] == "A61K51/0455", record
    _, records = found("priority-day-first.csv")
    assert [r["priorities"][0]["date"] for r in records] == ["2017-12-21", "2017-08-01", "2017-08-13"], records
    _, records = found("google-dot-list.csv")
    assert people(records[0], "inventor") == ["キム、サンプル", "チェ、テスト", "ジャン、テスト"], records
    assert [len(people(r, "assignee")) for r in records] == [1, 2, 2], records
    _, (record,) = found("entity-splits-applicant.csv")
    assert people(record, "applicant") == ["A&T EXAMPLE CORP"] and record["texts"][0]["content"] == "一种 R&D 装置", record
    entry, _ = found("float-not-number.xlsx")
    assert not entry["warnings"], entry
    found("leading-zeros-and-in.csv")
    for spelling, number in (("IN 1604/DELNP/2013", "IN1604DELNP2013A"), ("GB 0901975", "GB0901975D0"), ("GB901975A", "GB901975A"),
                             ("GB 901,975", "GB901975A"), ("HU 0001177", "HU0001177A2"), ("EA 038604 B1", "EA038604B1"), ("EA38604", "EA038604B1")):
        assert shown_hits(spelling) == [number], spelling
    _, (record,) = found("dii-tagged.txt")
    assert (record["application_date"], people(record, "applicant")) == ("2019-11-05", ["UNIV EXAMPLE HOSPITAL"]), record
    assert [c["symbol"] for c in record["classes"]] == ["G01N33/68", "C07K16/18"], record
    assert [bare(one["display"]) for one in record["family_members"]] == ["WO2021000001A1"], record
    _, (record,) = found("korean-cp949.csv")
    assert record["texts"][0]["content"] == "전고체 전지" and people(record, "applicant") == ["주식회사 예시"], record
    _, (record,) = found("patsnap-english.xlsx")
    assert [(t["part"], t["lang"]) for t in record["texts"]] == [("title", "zh"), ("title", "en"), ("abstract", "zh"), ("abstract", "en")], record
    assert shown_hits("vortex generator") == ["CN103100575A"]
    _, (record,) = found("cnipa-bulk.xml")
    assert (record["application"]["display"], record["application_date"]) == ("CN201910302430.1", "2019-04-16"), record
    assert {t["part"] for t in record["texts"]} == {"title", "abstract", "claims", "first_claim", "description"} and record["classes"], record


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
