#!/usr/bin/env python3
"""numbers_test.py ZHIYUN: the register of document numbers: drawn by many at once, made void, typed, what lacks."""
import json
import sys
import threading

from people import acted, made, refused, run
import client

DRAWERS = 64


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
    for person in ("city_officer", "centre_manager", "secadmin"):
        done = world[person].create("document_mark", {"mark": "成市监发", "numbered": "here", "used_for": "documents"})
        assert done.status == 403, (person, done)


def test_sixty_four_who_draw_at_once_get_as_many_numbers_without_a_gap(world):
    mark, drawn, failed = marked(world, "成市监发"), [], []
    token, begin = world["city_officer"].token, threading.Barrier(DRAWERS)

    def one():
        person = client.Person(world.server, token, "city_officer")
        begin.wait()
        try:
            drawn.append(draw(person, mark))
        except Exception as e:  # told below, by the test's own thread
            failed.append(e)
        finally:
            if person.connection:
                person.connection.close()
    threads = [threading.Thread(target=one) for _ in range(DRAWERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]
    assert sorted(n["serial"] for n in drawn) == list(range(1, DRAWERS + 1)), sorted(n["serial"] for n in drawn)
    year = drawn[0]["year"]
    assert {n["number"] for n in drawn} == {f"{mark}〔{year}〕{n}号" for n in range(1, DRAWERS + 1)}
    assert gaps(world["city_officer"], mark) == [(n, n, "given") for n in range(1, DRAWERS + 1)]


def test_who_made_a_number_void_and_why_is_listed_and_it_is_not_given_again(world):
    officer, mark = world["city_officer"], "成市监发"
    refused(officer.act("document_number", draw(officer, mark)["id"], "void", {}), "reason")
    one = draw(officer, mark)
    acted(officer, "document_number", one["id"], "void", "文稿撤销")
    assert draw(officer, mark)["serial"] == one["serial"] + 1
    row, = [g for g in officer.get(f"/document-numbers/gaps?mark={mark}").json["items"] if g["state"] == "voided"]
    assert (row["number"], row["reason"], row["by"]) == (one["number"], "文稿撤销", "虚构city_officer") and len(row["on"]) == 10, row
    assert officer.act("document_number", one["id"], "void", {}, "?reason=x").status in (400, 409)
    said = json.loads(world.server.run("--json", "numbers", mark))["registers"]
    assert [g["reason"] for r in said for g in r["gaps"] if g["state"] == "voided"] == ["文稿撤销"], said
    assert "文稿撤销" in world.server.run("--lang", "en", "numbers", mark)
    assert json.loads(world.server.run("--json", "numbers", "无此代字"))["registers"] == []


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
