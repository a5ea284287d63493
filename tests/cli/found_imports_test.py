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


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK)
