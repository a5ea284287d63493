#!/usr/bin/env python3
"""lists_test.py ZHIYUN: lists with a workbook say in it what their JSON says, in words."""
import re
import sys
from datetime import datetime, timedelta, timezone

from people import run
import client
import experts
import makers
import tap  # noqa: F401
import workbooks

SC = "sc-yunying-2025"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHINA = timezone(timedelta(hours=8))
DONE, HAN = {}, "[\u4e00-\u9fff]"
CODES = workbooks.known_codes()
# Members that are codes: another member or a word of their list stands for them; and people by their numbers.
CODED = {"to_stage", "level", "state", "kind", "type", "en", "zh", "given", "programme", "process", "pack", "stage", "action", "actor", "paper", "step", "evaluation",
         "mode", "record_type", "result", "frozen", "proposal_state", "by", "signer", "proposed_by", "confirmed_by"}


def live(world):
    """A case in public, with all that lists can show of it; once."""
    if DONE:
        return DONE
    world.today = lambda: datetime.now(CHINA).strftime("%Y-%m-%d")
    world.minute = lambda: datetime.now(CHINA).strftime("%Y-%m-%dT%H:%M:00+08:00")
    makers.make_activate(world, SC)
    call = makers.make_call(world, SC, "2026-01-01", "2027-10-11")["call"]
    notice = makers.notice
    makers.notice = lambda *a: {**notice(*a), "title": "公示", "note": "受理、公示"}  # as a step is called, and a person's words
    DONE.update(makers.make_published(world, SC, "centreA", "钒钛", call), call=call)
    makers.notice = notice
    for party, programme in (("centreA", SC), ("centreB", SC), ("centreC", SC), ("centreD", "sx-yunying-draft")):
        makers.make_centre(world, party, programme, "2026-01-05")
    said = {"named": False, "ground": "=1+1", "content": "虚构，“引号”与 <尖括号>"}
    assert world["public"].ask("POST", f"/public/publicity/{DONE['case_centreA']}/objections", said).status == 201
    return DONE


def flat(item, before=""):
    """The paths and scalars of an item; what lies in lists is left out."""
    for name, value in item.items():
        if isinstance(value, dict):
            yield from flat(value, before + name + ".")
        elif not isinstance(value, list):
            yield before + name, value


def stands(value, path, cells):
    """Whether a value is in a row as it is, where it is no code: those have words, which the demo's test judges."""
    if value is None or value == "" or isinstance(value, bool):
        return True
    if isinstance(value, int) and path.endswith("_ms"):
        days = (datetime.fromtimestamp(value // 1000, CHINA).replace(tzinfo=None) - datetime(1899, 12, 30)).total_seconds() / 86400
        return any(isinstance(c, tuple) and abs(c[1] - days) < 1e-5 for c in cells)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return ("date", float((datetime.fromisoformat(value) - datetime(1899, 12, 30)).days)) in cells
    printed = str(value)  # a title as a paper has it: no half-width mark beside Han
    for half, full in zip(",:;?!()", "，：；？！（）"):
        printed = re.sub(rf"(?<={HAN})\{half} ?|\{half}(?={HAN})", full, printed)
    return value in cells or any(isinstance(c, str) and (str(value) in c or path.split(".")[-1] == "title" and printed in c) for c in cells)


def with_query(path, more):
    return f"{path}{'&' if '?' in path else '?'}{more}"


def agree(who, path):
    """The workbook of a list has the cells of its JSON; how many rows."""
    listed = who.get(path)
    assert listed.status == 200, (path, listed)
    assert listed.json.get("next") is None, path
    book = who.get(with_query(path, "format=xlsx"))
    assert book.status == 200 and book.headers["content-type"] == XLSX, (path, book)
    assert ".xlsx" in book.headers["content-disposition"], book.headers
    rows = workbooks.opened(book.content)[0]
    header, rows = rows[0] if rows else [], rows[1:]
    assert len(rows) == len(listed.json["items"]), (path, len(rows))
    for item, row in zip(listed.json["items"], rows):
        lost = [(name, value) for name, value in flat(item) if not stands(value, name, row) and name.split(".")[-1] not in CODED
                and (name.split(".")[-1], value) != ("day", "after") and not name.startswith("input.")]  # of a day, otherwise, a date; input is of a request
        assert not lost, (path, lost, row)
        assert not any(workbooks.is_code(cell, CODES) for cell in row), (path, row)
    return len(rows), [label for label in header if re.fullmatch(r"[a-z_.]+", label)]


def lists_of(world):
    """(who, path) of the lists of programmes that have a workbook."""
    case = live(world)["case_centreA"]
    yield from (("province_officer", path) for path in (
        "/cases", "/cases?fields=*", "/cases?filter=programme=sc-yunying-2025&limit=5", f"/calls/{DONE['call']}/overview", f"/calls/{DONE['call']}/publicity"))
    yield from ((name, "/cases") for name in ("city_officer", "centre_manager"))
    yield "public", f"/public/publicity/{case}/rows"


def test_a_workbook_says_the_same_as_its_list(world):
    missing, full = {}, 0
    for name, path in lists_of(world):
        count, bare = agree(world[name], path)
        print(f"# {name} {path}: {count} rows, without a label: {' '.join(bare)}")
        full += count > 0
        missing.update({one: path for one in bare})
    assert full == 8, full
    assert not missing, f"columns without words for people: {missing}"


def test_a_workbook_has_all_pages(world):
    live(world)
    for _ in range(3):
        body = {"pack": SC, "process": "application", "fields": {"to": "city", "office_city": "510100", "summary": "虚构草稿"}}
        assert world["centre_manager"].ask("POST", "/cases", body).status == 201
    for name, path in (("centre_manager", "/cases"), ("centre_manager", "/cases?sort=id")):
        wanted = workbooks.opened(world[name].get(with_query(path, "limit=200&format=xlsx")).content)[0][1:]
        assert len(wanted) == len(world[name].get(with_query(path, "limit=200")).json["items"]) == 4, (path, len(wanted))
        for pages in ("limit=1&format=xlsx", "limit=3&format=xlsx", "format=xlsx"):
            rows = workbooks.opened(world[name].get(with_query(path, pages)).content)[0][1:]
            assert rows == wanted, (path, pages, rows)


def test_a_workbook_is_asked_for_by_accept_too_and_other_formats_are_refused(world):
    who = world["public"]
    rows = f"/public/publicity/{live(world)['case_centreA']}/rows"
    assert who.get(rows, Accept=XLSX).headers["content-type"] == XLSX
    for path, wanted in ((f"{rows}?format=json", 200), (f"{rows}?format=pdf", 400), ("/public/centres?format=xlsx", 400), ("/public/registry?year=2026&format=xlsx", 400)):
        done = who.get(path, Accept="application/json")
        assert done.status == wanted and done.headers["content-type"] != XLSX, (path, done)
    # Who may not read a list has no workbook of it.
    assert who.get("/cases?format=xlsx").status == 401
    mine, another = (workbooks.opened(world[name].get("/cases?format=xlsx").content)[0][1:] for name in ("centre_manager", "centre_neighbour"))
    assert mine and not another, another


def test_what_people_entered_is_not_translated(world):
    """Words of theirs that are also labels of a policy stay as they are, and beside the digest stands what it was made of."""
    case, officer, english = live(world)["case_centreA"], world["province_officer"], {"Accept-Language": "en"}
    begun = world["centre_neighbour"].ask("POST", "/cases", {"pack": SC, "process": "application", "fields": {"to": "province"}})
    assert begun.status == 201, begun
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'rechecked' WHERE id = {begun.json['id']}"])  # as if it was handed in
    done = officer.ask("POST", "/panels", {
        "title": "公示", "pack": SC, "evaluation": "review", "basis": "公示", "mode": "open", "outlier": "20", "fields": [{"field": "law", "seats": 1}],
        "heads": experts.heads_of(world, SC, "review"), "cases": [begun.json["id"]]})
    assert done.status == 201, done
    assert officer.get(f"/panels/{done.json['panel']}", **english).json["title"] == "公示"
    assert "公示" in [one["title"] for one in officer.get("/panels", **english).json["items"]]
    for path in ("/records/publicity?fields=*", f"/public/publicity/{case}/rows"):
        listed, said = (officer.get(path, **{"Accept-Language": lang}).json["items"] for lang in ("zh", "en"))
        assert listed == said and len(said) == 1, (listed, said)
    assert (said := officer.get("/records/publicity?fields=*", **english).json["items"][0])["title"] == "公示" and said["note"] == "受理、公示", said
    call = officer.get("/records/call").json["items"][0]["id"]
    done = officer.ask("POST", f"/records/call/{call}/assignments", {"account": world["province_leader"].account, "kind": "read", "note": "公示"})
    assert done.status == 201, done
    given = [one for one in world["province_leader"].get("/todo?box=read", **english).json["items"] if one["type"] == "call"]
    assert [(one["note"], one["what"]) for one in given] == [("公示", "公示")], given
    # …and what is the policy's is in English.
    assert not re.search("[\u4e00-\u9fff]", officer.get(f"/cases/{case}", **english).json["stage_label"])
    assert all(not re.search("[\u4e00-\u9fff]", one["title"]) for one in officer.get("/packs", **english).json["packs"] if one["id"] == SC)


def test_records_have_workbooks_by_the_right_to_export(world):
    """Objections, numbers of documents, calls and the register are record types."""
    live(world)
    for name, kind in (("province_officer", "objection"), ("province_officer", "call"), ("province_officer", "publicity"), ("city_officer", "case")):
        book = world[name].get(f"/records/{kind}/export.xlsx")
        assert book.status == 200, (kind, book)
        rows, total = workbooks.opened(book.content)[0], world[name].get(f"/records/{kind}").json["total"]
        assert total > 0 and len(rows) >= total + 1, (kind, len(rows), total)
        if kind == "objection":
            assert any("=1+1" in row for row in rows), rows
    assert world["centre_manager"].get("/records/objection/export.xlsx").status == 403


run(sys.modules[__name__])
