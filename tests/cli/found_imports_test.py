#!/usr/bin/env python3
"""found_imports_test.py ZHIYUN: lists of patents as tools export them, each kind by inputs of its own and by the one that
was found (../shared/found/imports-2026-11-29; skipped where that is absent): numbers, days, offices, names and states are
those that stand in the file, and what is unsure is told."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
FOUND = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(HERE, "..", "..", "..", "shared")), "found", "imports-2026-11-29")
WORK = tempfile.mkdtemp(prefix="zhiyun-found-")
DATA = os.path.join(WORK, "data")


def run(*words, code=0):
    done = subprocess.run([ZHIYUN, "--data", DATA, "--lang", "en", *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout[:2000], done.stderr)
    return done.stdout


def brought(path, *options, code=0):
    """A fresh instance with that file alone: the report of it, all that it tells, and its documents by key."""
    shutil.rmtree(DATA, ignore_errors=True)
    entry = json.loads(run("--json", "import", *options, path, code=code))["files"][0]
    documents = {one["key"]: one["document"] for one in map(json.loads, run("dump").splitlines())}
    return entry, json.dumps(entry, ensure_ascii=False), documents


def made(text, name="list.csv"):
    path = os.path.join(WORK, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def found(name):
    path = os.path.join(FOUND, name)
    if not os.path.exists(path):
        raise tap.Skip("../shared is absent")
    return path


def field(documents, name):
    return {key: one.get(name) for key, one in documents.items()}


def names(document, role="applicant"):
    return [(party["name"], party.get("identifier")) for party in document.get("parties", []) if party["role"] == role]


def title(document):
    return [text["content"] for text in document.get("texts", []) if text["part"] == "title"]


HEAD = "Publication Number,Publication Date,Title,Applicant\n"


# --- publications of one number ---------------------------------------------------------------------------------------

def test_a_letter_alone_is_no_search_report_and_no_filing():
    for rows in (["FI20165001A,2017-11-18", "FI20165001A0,2016-05-17"], ["EP7654321A3,2009-02-04", "EP7654321A,2007-08-08"],
                 ["AU2016200001A,2016-01-05", "AU2016200001A0,2016-02-04", "CZ20160001A3,2017-05-05", "CZ20160001A,2016-05-05"]):
        for order in (rows, rows[::-1]):
            _entry, _told, documents = brought(made(HEAD + "".join(f"{row},A pump,X AG\n" for row in order)))
            dates = {key.replace("/", ""): day for key, day in field(documents, "publication_date").items()}
            assert dates == dict(row.split(",") for row in rows), dates


def test_a_letter_alone_is_no_search_report_in_the_found_file():
    _entry, _told, documents = brought(found("kind-a-and-a3.csv"))
    assert field(documents, "publication_date") == {"RU/2016000740/A": "2018-05-03", "RU/2016000740/A3": "2020-03-10",
                                                    "IL/290000/A": "2022-04-01", "IL/290000/A0": "2022-05-01"}
    hits = json.loads(run("--json", "match", "--text", made("示例机翼装置", "need.txt"), "--before", "2019-01-01"))["hits"]
    assert [hit["number"] for hit in hits] == ["RU2016000740A"], hits


def test_of_two_days_without_a_kind_the_first_is_kept_and_the_other_told():
    rows = ["EP2999001,2012-02-01", "EP2999001,2010-02-03", "EP2999001,2015-02-04"]
    for order in (rows, rows[::-1], rows[1:] + rows[:1]):
        entry, told, documents = brought(made(HEAD + "".join(f"{row},A pump,X AG\n" for row in order)))
        assert field(documents, "publication_date") == {"EP/2999001/": "2010-02-03"}
        assert [(one["count"], "EP2999001" in one["value"]) for one in entry["warnings"]] == [(2, True)], told
    # a row that names the kind says its day
    rows = ["AU2017299001,2019-05-05", "AU2017299001A1,2018-03-09", "AU2017299001,2017-01-01"]
    for order in (rows, rows[::-1]):
        _entry, _told, documents = brought(made(HEAD + "".join(f"{row},A pump,X AG\n" for row in order)))
        assert field(documents, "publication_date") == {"AU/2017299001/A1": "2018-03-09"}


def test_of_two_days_without_a_kind_in_the_found_file():
    path = found("same-number-two-dates.csv")
    with open(path, encoding="utf-8") as file:
        head, *rows = file.read().splitlines()
    for order in (rows, rows[::-1]):
        _entry, told, documents = brought(made("\n".join([head, *order])))
        assert field(documents, "publication_date") == {"EP/2000549/": "2010-04-15"}
        assert "2011-06-23" in told, told


def test_the_earliest_priority_date_stands_beside_several_numbers():
    for head, row in (("Priority Numbers,Earliest Priority Date", "US 1999908 P;;US 2999908 P,2008-01-02"),
                      ("优先权号,最早优先权日", "US61/999001; JP2009-999002; EP09999003,2008-01-02")):
        _entry, _told, documents = brought(made(f"Publication Number,Title,Applicants,{head}\nEP1999001A1,A pump,X AG,{row}\n"))
        (one,) = documents.values()
        assert "2008-01-02" in [p.get("date") for p in one["priorities"]] and not one.get("vendor"), one
        assert len([p for p in one["priorities"] if p.get("number")]) == row.count(";") - row.count(";;") + 1, one


def test_one_row_a_class_keeps_all_classes():
    rows = ["H01M10/052", "H01M4/62", "G06F17/30", "H01M10/052"]
    for head, start in (("公开号,标题,申请人,IPC", "CN299000001A,一种泵,某公司"), ("Publication Number,Title,Applicant,Main IPC", "EP2999001,A pump,X AG")):
        _entry, _told, documents = brought(made(head + "\n" + "".join(f"{start},{symbol}\n" for symbol in rows)))
        (one,) = documents.values()
        assert {c["symbol"] for c in one["classes"]} == set(rows), one


# --- offices ----------------------------------------------------------------------------------------------------------

def test_the_country_of_an_applicant_is_no_office():
    for column in ("Applicant Country", "Inventor Country", "Assignee Country", "Number of Claims"):
        entry, told, documents = brought(made(
            f"Publication Number,Publication Date,Title,Applicant,{column}\nEP1999001A1,2005-01-02,One,X AG,US\n"
            "9999002,1989-01-02,Two,Y KK,JP\n89109999.9,1990-01-02,一种泵,某公司,CN\n"))
        assert set(documents) == {"EP/1999001/A1", "/9999002/", "CN/app/89109999"} and entry["rejected"] == 0, documents
        assert "9999002" in told and "--map office=" in told, told
    # a number of words in English is any office's
    _entry, _told, documents = brought(made("Registration Number,Title,Applicant\nEP1999001B1,One,X AG\n1999002,Two,Y KK\n"))
    assert not any(key.startswith("KR/") for key in documents), documents


def test_the_country_of_an_applicant_is_no_office_in_the_found_file():
    _entry, told, documents = brought(found("applicant-country-makes-us.csv"))
    offices = {one["texts"][0]["content"]: one["publication"].get("office") for one in documents.values()}
    assert offices == {"Example": "US", "示例老号": "CN", "Example two": None}, offices
    assert "5123456" in told and "--map office=" in told, told


def test_an_office_that_stands_twice_is_read_once_and_told():
    _entry, told, documents = brought(made(HEAD + "CNCN299000001A,2020-01-02,一种泵,某公司\nEP EP1999001A1,2020-01-03,A pump,X AG\n"
                                           "USD999001S,2020-01-03,A lid,X Inc\n"))
    assert set(documents) == {"CN/299000001/A", "EP/1999001/A1", "US/D999001/S"}, documents
    assert "CNCN299000001A" in told, told


def test_an_office_that_stands_twice_in_the_found_file():
    _entry, told, documents = brought(found("mixed-numbers.csv"))
    assert "WO/1994003095/A1" in documents and "WOWO 94/03095A1" in told, documents
    assert {one["publication"].get("office") for one in documents.values() if title(one) == ["老号"]} == {"CN"}
    assert len(documents) == 16, documents


def test_a_line_of_column_names_makes_a_table():
    for head, row in (("title,abstract,publication_number,applicant,references",
                       'A pump,Text.,EP1999001A1,"X AG","[1] Doe J. A paper[J]. Review, 2015; [2] Roe R. A lid: US9999002B2[P]. 2015-05-05."'),
                      ('"Publication Number"\t"Title"\t"Inventors"\t"Applicants"', "EP1999001A1\tA pump\tDOE JANE [PT]\tX AG [PL]"),
                      ("[1],Title,Applicant,Publication Number", "[1],A pump[P],X AG [US],EP1999001A1")):
        entry, _told, documents = brought(made(head + "\n" + row + "\n"))
        assert entry["format"] == "csv" and set(documents) == {"EP/1999001/A1"}, (entry, documents)


def test_a_line_of_column_names_makes_a_table_in_the_found_file():
    entry, _told, documents = brought(found("csv-taken-for-gbt7714.csv"))
    assert entry["format"] == "csv" and entry["inserted"] == 5 and "WO/2026000292/A1" in documents, entry


def test_patentscopes_ids_are_numbers_of_wo_alone():
    head = "Application Id,Application Number,Application Date,Country,Title,I P C\n"
    _entry, told, documents = brought(made(
        head + "WO2015999001,PCT/EP2014/099001,27.03.2014,WO,A pump,F04B 1/00\nMX299990001,US2014099002,11.03.2014,MX,UNA BOMBA,F04B 1/00\n"
        "MX299990002,US2014099002,11.03.2014,MX,OTRA BOMBA,F04B 1/00\nEP299990003,14999003,11.03.2014,EP,A lid,F04B 1/00\n"))
    assert documents["WO/2015999001/"]["application"]["serial"] == "EP2014099001", documents
    assert [(one["publication"], title(one)) for key, one in documents.items() if key.startswith("无号/")] == [
        ({"office": "MX"}, ["UNA BOMBA"]), ({"office": "MX"}, ["OTRA BOMBA"])], documents
    assert "EP/app/14999003" in documents and "US2014099002" in told, documents
    # without any other number
    _entry, _told, documents = brought(made("Application Id,Application Date,Country,Title,Applicants\nWO2015999001,27.03.2014,WO,A pump,X AG\n"
                                            "CN299990002,27.03.2014,CN,A lid,X AG\n"))
    assert "WO/2015999001/" in documents and not any(key.startswith("CN/") for key in documents), documents


def test_patentscopes_ids_in_the_found_file():
    _entry, _told, documents = brought(found("patentscope-list.csv"))
    assert "WO/2013000934/" in documents and documents["WO/2013000934/"]["application"]["display"] == "PCT/BR2013/000094"
    rest = {one["source_id"]: one["publication"]["office"] for key, one in documents.items() if not key.startswith("WO/")}
    assert rest == {"BR203500501": "BR", "BR397800475": "BR"}, documents
    assert json.loads(run("--json", "search", "", "--filter", "number=WO2013000934"))["total"] == 1


# --- citations --------------------------------------------------------------------------------------------------------

def cited(text):
    _entry, _told, documents = brought(made(text, "list.txt"))
    return documents


def test_a_citation_has_the_number_that_stands_in_it():
    documents = cited(
        "[1] 甲某. 一种甲: CN299000011A[P]. 2098.06.22.\n[2] 甲某. 一种乙: CN299000012A[P]. 20980623.\n"
        "[3] 甲某. 一种丙: CN299000013A[P/OL]. 2098-06-24[2099-12-29]. https://example.org/patent/CN299000099A.\n"
        "[4] 甲某. 一种丁[P]. CN 299000014A. 2098-07-30: 12345-12360.\n[5] 甲某. 一种戊[P]. 中国专利: CN299000015A. 2098-07-31.\n"
        "[6] 甲某. 一种己[P]. 日本: 2099123456. 2099-07-05.\n[7] 甲某. 一种庚[P]. 四川：CN299000017A,2098-08-01.\n"
        "[8] 甲某. 一种辛[P]. 中国, 实用新型专利, CN299000018U, 2098年 4 月 25 日.\n[9] 甲某. 一种壬[P]. 北京: 100083, 2098-01-02.\n"
        "[10] 甲某. 一种癸[P]. 2018 2019 2020.\n[11] 甲某. 一种子[P]. ISBN 978-7-5130-9234-5.\n[12] 甲某. 一种丑[P]. 028-92345678: 92345-92360.\n")
    assert field(documents, "publication_date") == {
        "CN/299000011/A": "2098-06-22", "CN/299000012/A": "2098-06-23", "CN/299000013/A": "2098-06-24", "CN/299000014/A": "2098-07-30",
        "CN/299000015/A": "2098-07-31", "JP/2099123456/": "2099-07-05", "CN/299000017/A": "2098-08-01", "CN/299000018/U": "2098-04-25"}
    assert {key for key, one in documents.items() if one.get("region")} == {"CN/299000017/A"}
    assert title(documents["CN/299000013/A"]) == ["一种丙"] and names(documents["CN/299000013/A"], "inventor") == [("甲某", None)]


def test_citations_in_the_standards_words_and_in_google_scholars():
    documents = cited(
        "（1）邓某. 虚构节电器：CN209910000003.7[P]. 2098-01-16: 8-9.\n"
        "（2）某某电子科技大学. 虚构探测方法: CN99999777.7[P/OL]. 2098-03-06. http://example.org/x.asp?recid=99999777.7&leixin=0.\n"
        "（3）某某研究所. 虚構システム及び方法 : JP2099578120A[P/OL]. 2098-09-13. https://example.org/documents/detail?a=b.\n"
        "（4）Sample Icap Pty Ltd. Storage and delivery system: AU2099228203A1[P/OL]. 2098-10-06. https://example.org/AU2099228203A1?q=AU2099228203A.\n")
    assert field(documents, "publication_date") == {"CN/app/209910000003": "2098-01-16", "CN/app/99999777": "2098-03-06",
                                                    "JP/2099578120/A": "2098-09-13", "AU/2099228203/A1": "2098-10-06"}, documents
    assert names(documents["AU/2099228203/A1"]) == [("Sample Icap Pty Ltd", None)], documents
    documents = cited(
        "1. Doe J, Roe R. Sample method: U.S. Patent 9,915,003[P]. 2098-7-5.\n2. Doe J. Sample device: U.S. Patent Application 13/923,456[P]. 2098-3-4.\n"
        "3. SAMPLE ELECTRONICS CO., LTD. Sample screen: US10923456B2[P]. 2098-11-06.\n4. Sample Electronics Co. Ltd. Sample lid: EP1999001A1[P]. 2098-11-07.\n"
        "5. 某某新材料有限公司, 2098. 一种钠: CN299000021A[P]. 2098-06-22.\n6. 甲某，乙某等. 2098a. 一种钾: CN299000022A[P]. 2098-06-22.\n")
    assert set(documents) == {"US/9915003/", "US/app/13923456", "US/10923456/B2", "EP/1999001/A1", "CN/299000021/A", "CN/299000022/A"}, documents
    assert names(documents["US/10923456/B2"]) == [("SAMPLE ELECTRONICS CO., LTD", None)] and not names(documents["US/10923456/B2"], "inventor")
    assert names(documents["EP/1999001/A1"]) == [("Sample Electronics Co. Ltd", None)], documents
    assert names(documents["CN/299000021/A"]) == [("某某新材料有限公司", None)] and not names(documents["CN/299000021/A"], "inventor")
    assert names(documents["CN/299000022/A"], "inventor") == [("甲某", None), ("乙某", None)] and title(documents["CN/299000022/A"]) == ["一种钾"]


def test_citations_in_the_found_file():
    entry, _told, documents = brought(found("citations.txt"))
    assert (entry["inserted"], entry["rejected"]) == (11, 0), entry
    assert field(documents, "publication_date") == {
        "CN/108192975/A": "2018-06-22", "CN/108192977/A": "2018-06-22", "CN/108192974/A": "2018-06-22", "CN/101234567/A": "2008-07-30",
        "CN/101234569/A": "2008-07-30", "CN/app/201410001235": "2014-04-14", "JP/2005123456/": "2005-07-05", "US/app/13123456": "2012-03-04",
        "US/6915003/": "2005-07-05", "US/10123456/B2": "2018-11-06", "CN/108192978/A": "2018-06-22"}, documents
    assert not any(one.get("region") for one in documents.values())
    assert names(documents["US/10123456/B2"]) == [("EXAMPLE ELECTRONICS CO., LTD", None)]
    people = {name for one in documents.values() for name, _code in names(one, "inventor")}
    assert people == {"张三", "Doe J", "Roe R"}, people


# --- vendors ----------------------------------------------------------------------------------------------------------

def test_a_doubled_header_is_told_and_both_columns_are_read():
    for head, row in (("公开号,标题,申请人,申请人", "CN299000001A,一种泵,甲公司,乙公司"), ("Publication Number,Title,Inventor,Applicant,Inventor", "CN299000001A,A pump,DOE J,X AG,ROE R")):
        _entry, told, documents = brought(made(f"{head}\n{row}\n"))
        (one,) = documents.values()
        assert len(one["parties"]) == row.count(",") - 1 and "two columns are called" in told, (one, told)


def test_derwents_codes_stand_apart_from_the_name():
    head = "FN Clarivate Analytics Web of Science\nVR 1.0\nPT P\nPN EP1999001-A1\nTI Sample pump.\nAE "
    _entry, _told, documents = brought(made(head + "SAMPLE WORKS (SAWO-Non-standard)\n   ROE R (ROER-Individual)\n   INST SAMPLE (3SAM-R)\nGA 209900001A\nER\n\nEF\n", "a.ciw"))
    assert names(documents["EP/1999001/A1"]) == [("SAMPLE WORKS", "SAWO-Non-standard"), ("ROE R", "ROER-Individual"), ("INST SAMPLE", "3SAM-R")], documents
    _entry, _told, documents = brought(made('Publication Number,Title,Assignee\nEP1999001A1,A pump,"SAMPLE WORKS (SAWO-C); SAMPLE (ASIA-PACIFIC)"\n'))
    assert names(documents["EP/1999001/A1"], "assignee") == [("SAMPLE WORKS", "SAWO-C"), ("SAMPLE (ASIA-PACIFIC)", None)], documents


def test_names_with_one_standard_code_of_derwents_are_one_applicant():
    head = "FN Clarivate Analytics Web of Science\nVR 1.0\n"
    record = "PT P\nPN EP19990{0}-A1\nTI Sample pump.\nAE {1}\nGA 2099000{0}A\nER\n\n"
    rows = ["SAMPLE WORKS CO LTD (SAWO-C)", "SAMPLE WORKS CORP (SAWO-C)", "SAMPLE KOGYO KK (SAWO-C)", "OTHER WORKS (OTWO-C)"]
    for order in (rows, rows[::-1]):
        entry, _told, _documents = brought(made(head + "".join(record.format(10 + at, row) for at, row in enumerate(order)) + "EF\n", "a.ciw"))
        (one,) = entry["warnings"]
        assert "one Derwent code" in one["kind"] and one["value"].startswith("SAWO-C: ") and "SAMPLE KOGYO KK" in one["value"], entry
        counts = [cell["count"] for cell in json.loads(run("--json", "landscape", "--by", "standard_applicant"))["cells"]]
        assert sorted(counts) == [1, 3], counts
    # a list without codes meets them by its spellings
    run("import", made("Publication Number,Title,Assignee,Applicant\nEP1999090A1,A pump,SAMPLE KOGYO KK,SAMPLE KOGYO KK\n"))
    counts = [cell["count"] for cell in json.loads(run("--json", "landscape", "--by", "standard_applicant"))["cells"]]
    assert sorted(counts) == [1, 4], counts


def test_other_codes_of_derwents_are_no_companys_own():
    record = "FN Clarivate Analytics Web of Science\nVR 1.0\nPT P\nPN EP19990{0}-A1\nTI Sample pump.\nAE {1}\nGA 2099000{0}A\nER\n\n"
    rows = ["SAMPLE WORKS (SAMP-Non-standard)", "SAMPLE MOTORS (SAMP-Non-standard)"]
    entry, _told, _documents = brought(made("".join(record.format(10 + at, row) for at, row in enumerate(rows)) + "EF\n", "a.ciw"))
    assert "proposed as one" in entry["warnings"][0]["kind"], entry
    assert [cell["count"] for cell in json.loads(run("--json", "landscape", "--by", "standard_applicant"))["cells"]] == [1, 1]


def test_derwents_codes_in_the_found_file():
    _entry, _told, documents = brought(found("derwent-codes.ciw"))
    (one,) = documents.values()
    assert names(one) == [("EXAMPLE DRONES", "EXAM-Non-standard"), ("DOE J", "DOEJ-Individual"), ("EXAMPLE CORP", "EXCO-C"),
                          ("EXAMPLE INST", "EXIN-Soviet Institute")], one


def test_of_days_with_their_numbers_the_documents_own_counts():
    for number, days in (("CN299000031-A", '"CN299000031-A 30 Dec 2022; CN299000031-B 05 Jan 2024"'),
                         ("CN299000031-A", '"CN299000031-B   05 Jan 2024   F04B-001/00   202402\nCN299000031-A   30 Dec 2022   F04B-001/00   202302"'),
                         ("CN299000031-A; CN299000031-B", '"CN299000031-A  CN99999999    30 Dec 2022;CN299000031-B  CN99999999  05 Jan 2024"')):
        _entry, _told, documents = brought(made(f"Patent Number,Title,Assignee,Publication Date\n{number},Sample pump,SAMPLE WORKS (SAWO-C),{days}\n"))
        (one,) = documents.values()
        assert one["publication_date"] == "2022-12-30" and not one.get("vendor"), one
    # none is the document's: kept as written and told
    _entry, told, documents = brought(made("Patent Number,Title,Assignee,Publication Date\nEP1999001A1,Sample pump,X AG,CN299000031-A 30 Dec 2022\n"))
    assert "publication_date" not in documents["EP/1999001/A1"] and "CN299000031-A 30 Dec 2022" in told, told


def test_alive_is_what_the_other_column_says():
    head = "Publication number,Title,Current assignees,"
    for columns, row, status in (("Legal status,Legal state", "PENDING,ALIVE", "pending"), ("Legal state,Legal status", "ALIVE,GRANTED", "active"),
                                 ("Legal state,Legal status", "DEAD,LAPSED", "inactive"), ("Legal state", "Not-in-force", "inactive"),
                                 ("Legal state", "In-force", "active"), ("Dead/Alive", "Alive", None)):
        _entry, _told, documents = brought(made(f"{head}{columns}\nEP1999001A1,A pump,X AG,{row}\n"))
        assert field(documents, "status") == {"EP/1999001/A1": status}, (columns, row, documents)
    hits = json.loads(run("--json", "search", "pump"))["hits"]
    assert [hit["status_label"] for hit in hits] == ["in force or pending"], hits


def test_alive_in_the_found_files():
    _entry, _told, documents = brought(found("orbit-legal-state.csv"))
    assert list(field(documents, "status").values()) == ["pending", "active", "inactive", "inactive"], documents
    _entry, _told, documents = brought(found("orbit-legal-state-only.csv"))
    assert list(field(documents, "status").values()) == [None, None, "inactive", "inactive"], documents


def test_signs_of_companies_are_their_legal_form():
    rows = ["サンプル㈱", "サンプル株式会社", "(株)サンプル", "㈜샘플", "샘플(주)", "주식회사 샘플"]
    brought(made(HEAD + "".join(f"EP19990{at:02}A1,2020-01-02,A pump,{name}\n" for at, name in enumerate(rows))))
    cells = json.loads(run("--json", "landscape", "--by", "standard_applicant"))["cells"]
    assert sorted(cell["count"] for cell in cells) == [3, 3], cells


def test_names_in_several_scripts_are_proposed_as_one():
    for cell in ("サンプル自動車株式会社 | SAMPLE MOTOR CORP | 样本自动车株式会社", "样本技术有限公司; SAMPLE TECH CO LTD"):
        _entry, told, _documents = brought(made(HEAD + f"EP1999001A1,2020-01-02,A pump,{cell}\n"))
        assert "; ".join(cell.replace(" | ", "; ").split("; ")[:2]) in told and "several scripts" in told, told
    _entry, told, _documents = brought(made(HEAD + "CN299000001A,2020-01-02,一种泵,样本技术有限公司; 样本研究院\n"))
    assert "several scripts" not in told, told


def test_wide_digits_and_letters_are_those_of_a_number():
    _entry, told, documents = brought(made("公开号,公开日,标题,申请人,申请号,IPC,被引次数\nＣＮ２９９０００００１Ａ,２０２０－０１－０２,一种Ａ泵,某公司,"
                                           "２０９９１００００００３．７,Ｆ０４Ｂ１／００,１２\n"))
    one = documents["CN/299000001/A"]
    assert one["publication_date"] == "2020-01-02" and one["application"]["serial"] == "209910000003", one
    assert [c["symbol"] for c in one["classes"]] == ["F04B1/00"] and one["times_cited"] == 12 and title(one) == ["一种Ａ泵"], one
    assert "说明" not in told


def test_a_chinese_application_number_of_no_possible_length_is_told():
    for number, wrong in (("CN20991000000381", True), ("CN2099100003", True), ("CN209910000003", False), ("CN99109999", False)):
        _entry, told, _documents = brought(made(f"公开号,标题,申请人,申请号\nCN299000001A,一种泵,某公司,{number}\n"))
        assert ("has 8 digits" in told) == wrong, (number, told)


# --- mended earlier ---------------------------------------------------------------------------------------------------

def test_years_of_two_digits_and_new_classes_in_the_found_files():
    _entry, told, documents = brought(found("two-digit-year.csv"))
    assert list(field(documents, "application_date").values()) == [None, "2014-10-22", None], documents
    assert "a filing after the publication" in told
    brought(found("wipo35-new.csv"))
    cells = json.loads(run("--json", "landscape", "--by", "wipo35"))["cells"]
    counts = {int(cell["key"][0]): cell["count"] for cell in cells}
    assert counts == {8: 3, 6: 2, 32: 1, 2: 1, 13: 1}, cells


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK)
