#!/usr/bin/env python3
"""lists_test.py ZHIYUN: every list of the programmes is also an Excel workbook, which says what its JSON says."""
import io
import json
import sys
import time
import xml.etree.ElementTree as xml
import zipfile
from datetime import datetime, timedelta, timezone

from people import run
import client
import makers
import tap  # noqa: F401

SC = "sc-yunying-2025"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHINA = timezone(timedelta(hours=8))
DONE = {}


def live(world):
    """A case in public, with all that lists can show of it; once."""
    if DONE:
        return DONE
    world.today = lambda: datetime.now(CHINA).strftime("%Y-%m-%d")
    world.minute = lambda: datetime.now(CHINA).strftime("%Y-%m-%dT%H:%M:00+08:00")
    makers.make_activate(world, SC)
    makers.make_call(world, SC, "2026-01-01", "2099-12-31")
    DONE.update(makers.make_published(world, SC, "centreA", "钒钛"))
    for party, programme in (("centreA", SC), ("centreB", SC), ("centreC", SC), ("centreD", "sx-yunying-draft")):
        makers.make_centre(world, party, programme, "2026-01-05")
    said = {"named": False, "ground": "=1+1", "content": "虚构，“引号”与 <尖括号>"}
    assert world["public"].ask("POST", f"/public/publicity/{DONE['case_centreA']}/objections", said).status == 201
    return DONE


def opened(content):
    """The rows of the first sheet; a cell that is not there is empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        sheet = xml.fromstring(book.read("xl/worksheets/sheet1.xml"))
        names = {n for n in book.namelist() if n.startswith("xl/sharedStrings")}
        shared = ["".join(t.text or "" for t in one.iter(SHEET + "t")) for one in xml.fromstring(book.read(names.pop()))] if names else []
    rows = []
    for row in sheet.iter(SHEET + "row"):
        cells = {}
        for cell in row:
            assert cell.find(SHEET + "f") is None, "a formula"
            letters = "".join(c for c in cell.get("r") if c.isalpha())
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            text = "".join(t.text or "" for t in cell.iter(SHEET + "t"))
            cells[column - 1] = shared[int(cell.find(SHEET + "v").text)] if cell.get("t") == "s" else text
        rows.append([cells.get(n, "") for n in range(max(cells, default=-1) + 1)])
    return rows


def word(value, path):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and path.endswith("_ms") and value > 0:
        return datetime.fromtimestamp(value // 1000, CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return value if isinstance(value, str) else json.dumps(value)


def flat(item, before=""):
    for name, value in item.items():
        path = before + name
        if isinstance(value, dict):
            yield from flat(value, path + ".")
        elif isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
            yield path, json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(value, list):
            yield path, "; ".join(word(v, path) for v in value)
        else:
            yield path, word(value, path)


def as_table(items):
    """Paths of the columns, and the rows."""
    rows, columns = [dict(flat(item)) for item in items], []
    for row in rows:
        columns += [path for path in row if path not in columns]
    return columns, [[row.get(path, "") for path in columns] for row in rows]


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
    columns, wanted = as_table(listed.json["items"])
    rows = opened(book.content)
    header, rows = rows[0] if rows else [], rows[1:]
    rows = [row + [""] * (len(columns) - len(row)) for row in rows]
    assert rows == wanted, (path, [(a, b) for a, b in zip(rows, wanted) if a != b][:1])
    assert len(header) == len(columns), (path, header, columns)
    bare = [path for path, label in zip(columns, header) if label == path]
    return len(rows), bare


def lists_of(world):
    """(who, path) of the lists that the programmes have."""
    case, panel = live(world)["case_centreA"], world["province_officer"].get("/panels").json["items"][0]["id"]
    yield from (("province_officer", path) for path in (
        "/cases", "/cases?fields=*", "/cases?filter=programme=sc-yunying-2025&limit=5", "/calls", "/todo", "/todo?box=done", "/panels",
        f"/cases/{case}/actions", f"/cases/{case}/papers", f"/panels/{panel}/draws", f"/panels/{panel}/scores",
        f"/packs/{SC}/activations", "/notifications"))
    yield from (("city_officer", path) for path in ("/todo?box=done", "/cases"))
    yield from (("centre_manager", path) for path in ("/cases", "/todo?box=mine", "/notifications"))
    yield from (("public", path) for path in ("/public/publicity", f"/public/publicity/{case}/rows", "/public/centres", "/public/centres?region=510000"))


def test_every_list_is_also_a_workbook_with_the_same_cells(world):
    missing, full = {}, 0
    for name, path in lists_of(world):
        count, bare = agree(world[name], path)
        print(f"# {name} {path}: {count} rows, without a label: {' '.join(bare)}")
        full += count > 0
        missing.update({one: path for one in bare})
    assert full >= 15, full
    assert not missing, f"columns without words for people: {missing}"


def test_a_workbook_has_all_pages(world):
    live(world)
    for _ in range(3):
        body = {"pack": SC, "process": "application", "fields": {"to": "city", "office_city": "510100", "summary": "虚构草稿"}}
        assert world["centre_manager"].ask("POST", "/cases", body).status == 201
    for name, path in (("centre_manager", "/cases"), ("centre_manager", "/cases?sort=id"), ("public", "/public/centres")):
        _, wanted = as_table(world[name].get(with_query(path, "limit=200")).json["items"])
        assert len(wanted) == 4, (path, len(wanted))
        for pages in ("limit=1&format=xlsx", "limit=3&format=xlsx", "format=xlsx"):
            rows = opened(world[name].get(with_query(path, pages)).content)[1:]
            assert [row + [""] * (len(wanted[0]) - len(row)) for row in rows] == wanted, (path, pages, rows)


def test_a_workbook_is_asked_for_by_accept_too_and_other_formats_are_refused(world):
    who = world["public"]
    live(world)
    assert who.get("/public/centres", Accept=XLSX).headers["content-type"] == XLSX
    for path, wanted in (("/public/centres?format=json", 200), ("/public/centres?format=pdf", 400), ("/public/registry?year=2026&format=xlsx", 400)):
        done = who.get(path, Accept="application/json")
        assert done.status == wanted and done.headers["content-type"] != XLSX, (path, done)
    # Who may not read a list has no workbook of it.
    assert who.get("/cases?format=xlsx").status == 401
    mine, another = (opened(world[name].get("/cases?format=xlsx").content)[1:] for name in ("centre_manager", "centre_neighbour"))
    assert mine and not another, another


def test_records_have_workbooks_by_the_right_to_export(world):
    """Objections, numbers of documents, calls and the register are record types."""
    live(world)
    for name, kind in (("province_officer", "objection"), ("province_officer", "call"), ("province_officer", "publicity"), ("city_officer", "case")):
        book = world[name].get(f"/records/{kind}/export.xlsx")
        assert book.status == 200, (kind, book)
        rows, total = opened(book.content), world[name].get(f"/records/{kind}").json["total"]
        assert total > 0 and len(rows) >= total + 1, (kind, len(rows), total)
        if kind == "objection":
            assert any("=1+1" in row for row in rows), rows
    assert world["centre_manager"].get("/records/objection/export.xlsx").status == 403


run(sys.modules[__name__])
