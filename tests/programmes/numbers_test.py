#!/usr/bin/env python3
"""numbers_test.py ZHIYUN: the register of document numbers: drawn by many at once, made void, typed, what lacks."""
import json
import sys
import threading
from datetime import datetime, timedelta, timezone

from people import acted, made, refused, run
import client
import makers

DRAWERS = 64
ISSUERS = 24  # each of their papers is made


def draw(person, mark, purpose="虚构用途", status=201):
    done = person.ask("POST", "/document-numbers", {"mark": mark, "purpose": purpose})
    assert done.status == status, done
    return done.json


def gaps(person, mark):
    done = person.get(f"/document-numbers/gaps?mark={mark}")
    assert done.status == 200, done
    return [(gap["from"], gap["to"], gap["state"]) for gap in done.json["items"]]


def marked(world, mark, person="city_leader", numbered="here", **more):
    made(world[person], "document_mark", mark=mark, numbered=numbered, used_for="documents", **more)
    return mark


def test_a_mark_is_one_offices_and_has_no_brackets(world):
    marked(world, "成市监函")
    again = world["province_leader"].create("document_mark", {"mark": "成市监函", "numbered": "here", "used_for": "documents"})
    assert again.status == 409, again
    refused(world["city_leader"].create("document_mark", {"mark": "成(市)", "numbered": "here", "used_for": "documents"}), "mark")
    marked(world, "ＡＢ发")  # full-width letters are the common ones, in the register and where a number is drawn
    assert draw(world["city_officer"], "ＡＢ发")["number"].startswith("AB发〔"), "as an office prints it"
    for mark in ("成市监，函", "成市监-函"):
        refused(world["city_leader"].create("document_mark", {"mark": mark, "numbered": "here", "used_for": "documents"}), "mark")
    for person in ("city_officer", "centre_manager", "secadmin"):
        done = world[person].create("document_mark", {"mark": "成市监发", "numbered": "here", "used_for": "documents"})
        assert done.status == 403, (person, done)


def test_nobody_enters_the_mark_of_another(world):
    def enter(person, mark, used_for="documents"):
        return world[person].create("document_mark", {"mark": mark, "numbered": "here", "used_for": used_for})
    refused(enter("city_leader", "虚运", "certificates"), "used_for")
    world.add_person("leader_other_province", "office14", "province_leader")
    # How the marks of a place begin its policies say: 川 is Sichuan's, 晋 Shanxi's, of offices of the province itself.
    for person, mark in (("city_leader", "川产知运证"), ("city_leader", "川知发"), ("province_leader", "晋知发"), ("province_leader", "晉知发")):
        refused(enter(person, mark), "mark")
    assert enter("province_leader", "川虚函").status == enter("leader_other_province", "晋虚函").status == 201
    # What one entered all the same the province takes back, unless a paper was issued under it.
    mine = enter("city_leader", "虚构误")
    assert mine.status == 201, mine
    take = f"/records/document_mark/{mine.json['id']}/actions/withdraw?reason=x"
    assert world["city_leader"].act("document_mark", mine.json["id"], "end").status == 403
    assert world["city_leader"].ask("POST", take, {}).status == 403
    assert world["province_officer"].ask("POST", take, {}).status == 200
    again = enter("province_leader", "虚构误")
    assert again.status == 201, again


def at_once(world, name, ask, count=ISSUERS):
    """What so many connections of a person get that ask at one moment: ask(person, which)."""
    token, begin, got, failed = world[name].token, threading.Barrier(count), [], []

    def one(which):
        person = client.Person(world.server, token, name)
        begin.wait()
        try:
            got.append(ask(person, which))
        except Exception as e:  # told below, by the test's own thread
            failed.append(e)
        finally:
            if person.connection:
                person.connection.close()
    threads = [threading.Thread(target=one, args=(which,)) for which in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]
    return got


def test_sixty_four_who_draw_at_once_get_as_many_numbers_without_a_gap(world):
    mark = marked(world, "成市监发")
    drawn = at_once(world, "city_officer", lambda person, _: draw(person, mark), DRAWERS)
    assert sorted(n["serial"] for n in drawn) == list(range(1, DRAWERS + 1)), sorted(n["serial"] for n in drawn)
    year = drawn[0]["year"]
    assert {n["number"] for n in drawn} == {f"{mark}〔{year}〕{n}号" for n in range(1, DRAWERS + 1)}
    assert gaps(world["city_officer"], mark) == [(n, n, "given") for n in range(1, DRAWERS + 1)]


def told_of(world):
    """A case in which the province issues notices."""
    if not client.ask_sql(world, "SELECT id FROM record_centre"):
        makers.make_centre(world, "centreA", "sc-yunying-2025", "2026-01-05")
    done = world["province_officer"].ask("POST", "/cases", {
        "pack": "sc-yunying-2025", "process": "revocation", "unit": world.units["centreA"],
        "fields": {"ground": "falsification", "facts_found": "虚构事实"}})
    assert done.status == 201, done
    client.run_sql(world, [client.taken(done.json["id"], "tell")])
    return done.json["id"]


def told_cases(world):
    """ISSUERS cases that were told just now."""
    if not hasattr(world, "told_cases"):
        world.told_cases = [told_of(world) for _ in range(ISSUERS)]
    client.run_sql(world, [client.taken(case, "tell") for case in world.told_cases])
    return world.told_cases


NOTICE = {"decision.facts": "虚构事实", "decision.result": "取消资格", "decision.basis": "虚构依据", "reply.period": "五日"}


def test_many_who_issue_at_once_use_each_number_once_and_one_that_is_refused_uses_none(world):
    mark, cases = marked(world, "川市监告", "province_leader"), told_cases(world)

    def issue(person, which):
        values = dict(NOTICE, **({} if which % 2 else {"reply.period": ""}))
        done = person.ask("POST", f"/cases/{cases[which]}/papers/revocation-notice", {"mark": mark, "values": values})
        assert done.status == (201 if which % 2 else 400), (which, done)
        return done.json.get("number")
    issued = [number for number in at_once(world, "province_officer", issue) if number]
    year = issued[0].split("〔")[1][:4]
    assert sorted(issued) == sorted(f"{mark}〔{year}〕{n}号" for n in range(1, ISSUERS // 2 + 1)), sorted(issued)
    assert gaps(world["province_officer"], mark) == []


def test_many_who_correct_one_paper_at_once_keep_its_number(world):
    mark, case = marked(world, "川市监正", "province_leader"), told_of(world)

    def issue(person, which):
        done = person.ask("POST", f"/cases/{case}/papers/revocation-notice", {"mark": mark, "values": NOTICE, "reason": "虚构"})
        assert done.status == 201, (which, done)
        return done.json
    issued = at_once(world, "province_officer", issue)
    assert sorted(paper["version"] for paper in issued) == list(range(1, ISSUERS + 1)), sorted(paper["version"] for paper in issued)
    year = issued[0]["number"].split("〔")[1][:4]
    assert {paper["number"] for paper in issued} == {f"{mark}〔{year}〕1号"} and gaps(world["province_officer"], mark) == []


def test_a_number_typed_from_elsewhere_is_one_papers_whoever_types_it_first(world):
    mark, cases = marked(world, "川知告", "province_leader", "elsewhere"), told_cases(world)
    number = f"{mark}〔{datetime.now(timezone(timedelta(hours=8))).year}〕7号"

    def issue(person, which):
        return person.ask("POST", f"/cases/{cases[which]}/papers/revocation-notice", {
            "number": number, "values": NOTICE, "reason": "虚构"})  # some of them were told of it before
    answers = sorted(at_once(world, "province_officer", issue), key=lambda answer: answer.status)
    assert [answer.status for answer in answers] == [201] + [409] * (ISSUERS - 1), next(
        answer for answer in [*answers[1:], answers[0]] if answer.status != 409)
    again = world["province_leader"].ask("POST", f"/cases/{told_of(world)}/papers/revocation-notice", {"number": number, "values": NOTICE})
    assert again.status == 409 and number in again.json["detail"], again
    assert gaps(world["province_officer"], mark) == [(1, 6, "missing")]


def test_who_made_a_number_void_and_why_is_listed_and_it_is_not_given_again(world):
    officer, mark = world["city_officer"], "成市监发"
    refused(officer.act("document_number", draw(officer, mark)["id"], "void", {}), "reason")
    one = draw(officer, mark)
    acted(officer, "document_number", one["id"], "void", "文稿撤销")
    assert draw(officer, mark)["serial"] == one["serial"] + 1
    row, = [g for g in officer.get(f"/document-numbers/gaps?mark={mark}").json["items"] if g["state"] == "voided"]
    assert (row["number"], row["reason"], row["by"]) == (one["number"], "文稿撤销", "虚构city_officer") and len(row["on"]) == 10, row
    assert officer.act("document_number", one["id"], "void", {}, "?reason=x").status in (400, 409)


def test_numbers_are_of_the_office_whose_mark_it_is(world):
    other, mark = world["city_other"], "成市监发"
    assert draw(other, mark, status=403)["detail"]
    assert "成市监发" not in json.dumps(draw(world["province_officer"], "川知发", status=400), ensure_ascii=False)
    assert "成市监" in json.dumps(draw(world["city_officer"], "川知发", status=400), ensure_ascii=False)
    assert gaps(other, mark) == []
    assert world["centre_manager"].ask("POST", "/document-numbers", {"mark": mark, "purpose": "x"}).status == 403
    listed = other.get("/records/document_number").json
    assert listed["total"] == 0, listed
    assert gaps(world["auditor"], mark), "the auditor of the province reads them"


def test_a_register_that_begins_in_the_middle_of_a_year_goes_on_from_there(world):
    year = int(draw(world["city_officer"], "成市监发")["year"])
    mark = marked(world, "成市监办", first_year=year, first_serial=41)
    assert draw(world["city_officer"], mark)["number"] == f"成市监办〔{year}〕41号"
    assert gaps(world["city_officer"], mark) == [(41, 41, "given")]


def test_the_register_is_a_list_as_excel(world):
    done = world["city_officer"].get("/records/document_number/export.xlsx")
    assert done.status == 200 and done.content[:2] == b"PK", done


run(sys.modules[__name__])
