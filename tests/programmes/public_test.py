#!/usr/bin/env python3
"""public_test.py ZHIYUN: what nobody in particular may send and see: wrong numbers, files, and what must not leak."""
import concurrent.futures
import io
import json
import re
import sys
import urllib.parse
import zipfile
from datetime import datetime, timedelta, timezone

from people import made, run
import client
import makers

SC = "sc-yunying-2025"
CHINA = timezone(timedelta(hours=8))
DONE = {}
SECRETS = ("虚构举报人张某", "13900000001", "虚构异议事实", "虚构被投诉人", "内部核查记录")


def live(world):
    """A case in public with a named objection; once."""
    if DONE:
        return DONE
    world.today = lambda: datetime.now(CHINA).strftime("%Y-%m-%d")
    world.minute = lambda: datetime.now(CHINA).strftime("%Y-%m-%dT%H:%M:00+08:00")
    makers.make_activate(world, SC)
    DONE.update(makers.make_published(world, SC, "centreA", "钒钛"))
    DONE["case"] = DONE["case_centreA"]
    done = objected(world, named=True, objector=SECRETS[0], contact=SECRETS[1], content=SECRETS[2], complains_of=SECRETS[3])
    assert done.status == 201, done
    DONE.update(number=done.json["number"], code=done.json["code"])
    return DONE


def objected(world, **said):
    body = {"named": False, "ground": "虚构理由", "content": "虚构", **said}
    return world["public"].ask("POST", f"/public/publicity/{DONE['case']}/objections", body)


def attach(world, name, content, number=None, code=None, kind="application/octet-stream"):
    path = f"/public/objections/{number or DONE['number']}/files?code={code or DONE['code']}&name={name}"
    return world["public"].ask("POST", path, raw=content, headers={"Content-Type": kind})


def pdf(words):
    return makers.PDF.replace(b"{}", words.encode())


def test_numbers_that_are_none_are_not_there(world):
    """Nothing tells a wrong number from a wrong code, and nothing breaks the server."""
    live(world)
    number, code = DONE["number"], DONE["code"]
    year, one = number.split("-")
    wrong = ["x", "-", "--", f"{year}", f"{year}-", f"{year}-0", f"{year}--1", f"{year}-99999999999999999999", f"{int(year) - 1}-{one}",
             f"{year}-{int(one) + 1:06d}", f"{year}-{one}x", f"+{year}-{one}", "a" * 3000, f"{year}-{one}'--"]
    said = set()
    for n in wrong:
        for end, method in (("", "GET"), ("/receipt", "GET")):
            done = world["public"].ask(method, f"/public/objections/{n}{end}?code={code}")
            assert done.status == 404, (n, end, done)
            said.add(done.json["detail"])
    for c in ("", "x", code.upper(), code + "x", code[:-1], "%", "' OR 1=1 --", "0" * 64):
        done = world["public"].get(f"/public/objections/{number}?code={c}")
        assert done.status in (404, 400), (c, done)
        said.add(done.json["detail"] if done.status == 404 else "")
    assert len(said - {""}) == 1, said
    assert world["public"].get(f"/public/objections/{number}").status == 400
    for one, wanted in (("0", 400), ("-1", 400), ("x", 400), ("99999999", 404), ("9223372036854775807", 404), ("9223372036854775808", 400)):
        assert world["public"].get(f"/public/publicity/{one}").status == wanted, one
    for query, wanted in (("page=0", 400), ("limit=0", 400), ("limit=201", 400), ("page=x", 400), ("state=x", 400), ("page=1000000", 200),
                          ("state=running", 200), ("sort=id", 400)):
        for path in ("/public/publicity", "/public/centres"):
            if query != "state=running" or path == "/public/publicity":
                assert world["public"].get(f"{path}?{query}").status == wanted, (path, query)
    for query in ("q=%25", "q=_", "q='", "q=\\\\", "region=5", "region=%25", "region=0000", "region=510000x", "q=" + "名" * 500, "programme=x"):
        done = world["public"].get(f"/public/centres?{query}")
        assert done.status == 200 and done.json["total"] == 0, (query, done)


def test_a_notice_tells_its_days_and_is_found_by_words(world):
    live(world)
    shown = world["public"].get(f"/public/publicity/{DONE['case']}").json
    days = shown["working_days"]
    assert len(days) == shown["days"] == 5 and days == sorted(set(days)), shown
    assert shown["published_on"] < days[0] and days[-1] == shown["last_day"], shown

    def found(words):
        done = world["public"].get("/public/publicity?q=" + urllib.parse.quote(words)).json
        assert done["total"] == len(done["items"]), done
        return [one["id"] for one in done["items"]]

    assert DONE["case"] in found(shown["name"][1:4]) and DONE["case"] in found(shown["title"][-4:])
    assert found("没有这样的") == [] == found("%") == found("_")


def test_what_is_said_has_bounds(world):
    live(world)
    for said in ({"ground": "虚" * 301}, {"content": "虚" * 50001}, {"named": True, "objector": "虚" * 121, "contact": "虚构"},
                 {"contact": "1" * 201}, {"complains_of": "虚" * 201}, {"content": "\x01"},
                 {"named": "yes"}, {"named": None}, {"ground": 7}, {"upheld": True}, {"state": "closed"}, {"code_digest": "0" * 64},
                 {"received": "2020-01-01"}):
        done = objected(world, **said)
        assert done.status == 400, (list(said), done)


def test_files_of_objectors_have_bounds(world):
    live(world)
    used = world["province_officer"].get("/file-limits").json["used_bytes"]
    number = objected(world).json
    where = {"number": number["number"], "code": number["code"]}
    for name, content, wanted in (("a.pdf", b"", 400), ("../a.pdf", pdf("1"), 400), ("a/b.pdf", pdf("1"), 400), ("%0a.pdf", pdf("1"), 400),
                                  ("", pdf("1"), 400), (".pdf", pdf("1"), 400), ("a.pdf.exe", pdf("1"), 400), ("a.zip", b"PK\x05\x06" + bytes(18), 400),
                                  ("a.docx", b"PK\x05\x06" + bytes(18), 400), ("a.svg", b"<svg/>", 400), ("a.html", b"<html>", 400),
                                  ("a.png", pdf("1"), 400), ("虚" * 300 + ".pdf", pdf("1"), 400), ("a.pdf", pdf("x") + b"x" * (5 << 20), 413)):
        done = attach(world, name, content, **where)
        assert done.status == wanted, (name[:20], done)
    assert world["public"].get(f"/public/objections/{where['number']}?code={where['code']}").json["files"] == []
    # Twenty at once: five are kept.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        def one(n):
            person = client.Person(world.server, None, "public")
            path = f"/public/objections/{where['number']}/files?code={where['code']}&name=f{n}.pdf"
            return person.ask("POST", path, raw=pdf(f"file {n}"), headers={"Content-Type": "application/octet-stream"}).status
        statuses = list(pool.map(one, range(20)))
    assert sorted(set(statuses)) == [201, 413] and statuses.count(201) == 5, statuses
    kept = world["public"].get(f"/public/objections/{where['number']}?code={where['code']}").json["files"]
    assert len(kept) == 5, kept
    # Of all objections together so many bytes a day; then it says when there is room again.
    other = objected(world).json
    day, = client.ask_sql(world, "SELECT max(id), max(bytes) FROM file WHERE created_by = 0")
    client.run_sql(world, [f"UPDATE file SET bytes = {2048 << 20} WHERE id = {day[0]}"])
    done = attach(world, "b.pdf", pdf("b"), number=other["number"], code=other["code"])
    assert done.status == 429 and 86000 < int(done.headers["retry-after"]) <= 86400, (done, done.headers)
    client.run_sql(world, [f"UPDATE file SET bytes = {day[1]} WHERE id = {day[0]}"])
    # They take none of the room of the office that they lie with.
    assert world["province_officer"].get("/file-limits").json["used_bytes"] == used
    for file in kept:
        for path in (f"/files/{file['digest']}", f"/files/{file['digest']}/text"):
            assert world["public"].get(path).status in (401, 403, 404), path
            assert world["centre_manager"].get(path).status == 404, path


def test_a_flood_of_objections_ends(world):
    live(world)
    while objections(world) < 3:  # the first ones of an address are taken in whatever others sent
        assert objected(world).status == 201
    number, = client.ask_sql(world, f"SELECT case_number, owner_unit FROM record_objection WHERE id = {int(DONE['number'][5:])}")
    now = int(datetime.now().timestamp() * 1000)
    values = ", ".join(f"({90000 + n}, 1, 'closed', {number[1]}, '5101', '51', 2, 0, {now}, 0, {now}, 0, '2026-01-01T00:00:00+08:00', "
                       f"'{number[0]}')" for n in range(500))
    client.run_sql(world, ["INSERT INTO record_objection (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, "
                           f"created_ms, created_by, changed_ms, changed_by, received, case_number) VALUES {values}"])
    try:
        done = objected(world)
        assert done.status == 429 and "tomorrow" in done.json["detail"], done
        assert 86000 < int(done.headers["retry-after"]) <= 86400, done.headers
        client.run_sql(world, [f"UPDATE record_objection SET created_ms = {now - 25 * 3600 * 1000} WHERE id >= 90000"])
        assert objected(world).status == 201
    finally:
        client.run_sql(world, ["DELETE FROM record_objection WHERE id >= 90000"])


def objections(world):
    return int(client.ask_sql(world, "SELECT count(*) FROM record_objection")[0][0])


def words_of(reply):
    """All text of a reply, also of a workbook."""
    if reply.content[:2] != b"PK":
        return reply.content.decode()
    with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def pages_of_the_public(world):
    case = DONE["case"]
    return ["/public/publicity", f"/public/publicity/{case}", f"/public/publicity/{case}/rows", "/public/centres", "/public/registry?year=2026", "/public/publicity?format=xlsx",
            f"/public/objections/{DONE['number']}?code={DONE['code']}"]


def test_what_objectors_say_of_themselves_stays_with_the_office(world):
    """Neither the public nor the party, its city, the auditor of money or an expert reads a word of it."""
    live(world)
    objection = world["province_officer"].get("/records/objection?fields=*&filter=named=true").json["items"][0]
    body = {"reason": "不属实", "basis": "虚构依据", "records": {"objection": {
        "id": objection["id"], "upheld": False, "handling": SECRETS[4], "conclusion": "已核查。"}}}
    done = world["province_officer"].ask("POST", f"/cases/{DONE['case']}/actions/settle", body)
    assert done.status == 200, done
    case = DONE["case"]
    paths = [f"/cases/{case}", f"/cases/{case}/actions", f"/cases/{case}/papers", f"/records/case/{case}", f"/records/case/{case}/history",
             "/todo", "/todo?box=read", "/todo?box=done", "/notifications", "/records/objection?fields=*", f"/records/objection/{objection['id']}",
             f"/records/objection/{objection['id']}/history", "/records/publicity?fields=*", f"/records/case/{case}/versions"]
    seen = []
    for who in ("public", "centre_manager", "centre_staff", "centre_neighbour", "city_officer", "city_leader", "finance_officer", "auditor",
                "expert", "ip_centre_officer"):
        for path in paths + pages_of_the_public(world):
            done = world[who].get(path)
            assert done.status < 500, (who, path, done)
            text = words_of(done)
            seen += [(who, path, word) for word in SECRETS if word in text]
    assert not seen, seen
    # Nor is it kept where the case is: neither in its steps nor in its versions, which go into its archive.
    kept = client.ask_sql(world, "SELECT arguments FROM flow_step WHERE step = 'settle'")
    kept += client.ask_sql(world, "SELECT content FROM record_version WHERE type = 'case'")
    assert len(kept) > 1 and f'"id":{objection["id"]}' in kept[0][0], kept[:1]
    assert not [word for word in SECRETS if any(word in text for text, in kept)], kept


def test_only_what_is_published_is_public(world):
    """A case that is not in public is in no page, whatever is asked."""
    live(world)
    body = {"pack": SC, "process": "application", "fields": {"to": "city", "office_city": "510100", "summary": "虚构未公示概述"}}
    done = world["centre_neighbour"].ask("POST", "/cases", body)
    assert done.status == 201, done
    hidden = done.json["id"]
    assert world["public"].get(f"/public/publicity/{hidden}").status == 404
    assert world["public"].ask("POST", f"/public/publicity/{hidden}/objections", {"named": False, "ground": "a", "content": "b"}).status == 404
    number = world["centre_neighbour"].get(f"/cases/{hidden}").json["number"]
    for path in pages_of_the_public(world):
        text = words_of(world["public"].get(path))
        if path.startswith("/public/objections/"):  # its own number is of another series, and may be the same
            assert text.count(DONE["number"]) == 1, text
            text = text.replace(DONE["number"], "")
        assert number not in text and "虚构未公示概述" not in text, path
    # Of a person no page says anything: no name, telephone or identity number of the applicant's records.
    text = "".join(words_of(world["public"].get(path)) for path in pages_of_the_public(world)[:5])
    for word in ("虚构甲", "虚构乙", "虚构丁", "13800000001", "虚构员工", "虚构province_officer"):
        assert word not in text, word
    assert not re.search(r"\b\d{17}[\dX]\b", text), "an identity number"
    shown = world["public"].get(f"/public/publicity/{DONE['case']}").json
    assert "why" not in json.dumps(shown), shown


def test_who_sends_many_objections_waits(world):
    """Ten an hour of one address, whatever it asks at once; an hour may end meanwhile. The last one here: nobody objects after it."""
    live(world)
    before = objections(world)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        def one(n):
            return client.Person(world.server, None, "public").ask(
                "POST", f"/public/publicity/{DONE['case']}/objections", {"named": False, "ground": f"虚构{n}", "content": "虚构"})
        replies = list(pool.map(one, range(60)))
    statuses = [r.status for r in replies]
    assert set(statuses) <= {201, 429} and 0 < objections(world) - before == statuses.count(201) <= 20, (before, statuses)
    late = next(r for r in replies if r.status == 429)
    assert 0 < int(late.headers["retry-after"]) <= 3600 and "minutes" in late.json["detail"], late


run(sys.modules[__name__])
