#!/usr/bin/env python3
"""reviews_test.py ZHIYUN: what changes after a review that rests on it is shown to who decides, and the review stands only if he
says so; else it is made again. And a series is named by a choice from the policy."""
import sys
import time

from people import run, shown
import client
import makers

SC = "sc-yunying-2025"
WHY = {"reason": "虚构理由", "basis": "虚构依据"}
MADE = {}


def handed_in(world):
    """A case that its party handed in to the city."""
    if not MADE:
        makers.make_activate(world, SC)
        makers.make_party(world, "centreA", "钒钛")
        who = world["centre_manager"]
        begun = who.ask("POST", "/cases", {"pack": SC, "process": "application", "fields": {"to": "city", "office_city": "510100"}})
        assert begun.status == 201, begun
        MADE["case"] = begun.json["id"]
        makers.step(who, MADE["case"], "submit-city", makers.ready(who, MADE["case"]))
    return MADE["case"]


def checked(world):
    """A case whose eligibility the city has checked."""
    case = handed_in(world)
    for step in () if "checked" in MADE else ("accept", "check-eligibility"):
        makers.step(world["city_officer"], case, step, WHY)
    MADE["checked"] = True
    return case


def describe(who, reason=None, **fields):
    one = who.get("/records/applicant").json["items"][0]["id"]
    done = who.change("applicant", one, shown(who, "applicant", one)["version"], fields)
    assert done.status == 200, done


def changed(reply):
    """The refusal's changes by their fact; the last says how to go on."""
    assert reply.status == 400, reply
    said = [e for e in reply.json["errors"] if e["code"] == "changed"]
    assert not said or said[-1]["field"] == "/review_stands", said
    return {e["field"]: e["message"] for e in said[:-1]}


def attempt(person, case, step, more=None):
    return person.zh.ask("POST", f"/cases/{case}/actions/{step}", {**WHY, **(more or {})})


def test_what_changed_since_it_was_handed_in_is_shown_to_who_takes_the_first_step(world):
    case, who, city = handed_in(world), world["centre_manager"], world["city_officer"]
    describe(who, kind="enterprise")
    facts = changed(attempt(city, case, "accept"))
    assert set(facts) == {"applicant.kind"} and "科研机构 → 企业" in facts["applicant.kind"], facts
    describe(who, kind="institute")  # as it was handed in: checked() goes on


def test_what_changed_after_a_review_is_shown_to_who_takes_the_next_step(world):
    case, who, city = checked(world), world["centre_manager"], world["city_officer"]
    describe(who, contact_phone="13800000099")  # no criterion reads it
    who.create("training", {"title": "虚构培训", "date": "2026-01-05"})
    describe(who, kind="enterprise")
    makers.make_deal(world, "centreA", "C-后来", "10.00", "2025-07-01")
    facts = changed(attempt(city, case, "check-materials"))
    assert set(facts) == {"applicant.kind", "deals"}, facts
    assert "科研机构 → 企业" in facts["applicant.kind"] and "C-后来" in facts["deals"], facts
    again = changed(attempt(city, case, "check-materials", {"review_stands": " "}))
    assert again == facts, again
    done = attempt(city, case, "check-materials", {"review_stands": "变化不影响资格"})
    assert done.status == 200, done
    said = city.get(f"/cases/{case}/history").json["items"]
    stood = [line["result"] for line in said if "review_stands" in (line.get("result") or {})]
    assert [(s["review_stands"], set(s["review_changes"])) for s in stood] == [("变化不影响资格", {"applicant.kind", "deals"})], stood


def test_what_was_said_to_stand_is_not_asked_again_and_else_the_review_is_made_again(world):
    case, who, city = checked(world), world["centre_manager"], world["city_officer"]
    describe(who, kind="institute")
    facts = changed(attempt(city, case, "recommend"))
    assert set(facts) == {"applicant.kind"} and "企业 → 科研机构" in facts["applicant.kind"], facts
    back = city.ask("POST", f"/cases/{case}/actions/back", {**WHY, "target": "accepted"})
    assert back.status == 200, back
    # Sent back to the applicant's, its text is open as `return` opens it; handed in again it is locked again.
    text = who.get("/records/application").json["items"][0]["id"]
    mend = lambda: who.change("application", text, shown(who, "application", text)["version"], {"own_plan": "虚构补正"})
    assert mend().status in (400, 409)
    back = city.ask("POST", f"/cases/{case}/actions/back", {**WHY, "target": "draft"})
    assert back.status == 200, back
    assert mend().status == 200
    makers.step(who, case, "submit-city", makers.ready(who, case))
    assert mend().status in (400, 409)
    makers.step(city, case, "accept", WHY)
    for step in ("check-eligibility", "check-materials", "recommend"):
        done = attempt(city, case, step)
        assert done.status == 200, (step, done)


def test_who_changed_its_kind_after_the_review_is_not_recognised_without_a_word(world):
    case, who, province = checked(world), world["centre_manager"], world["province_officer"]
    makers.step(province, case, "recheck", WHY)
    makers.make_panel(world, "office51", SC, "review", "pass", case)
    makers.step(province, case, "expert-review", WHY)
    world.minute = lambda: time.strftime("%Y-%m-%dT%H:%M+08:00", time.gmtime(time.time() + 8 * 3600))
    makers.step(province, case, "publish", {"records": {"publicity": makers.notice(world, "province_officer")}, **makers.CONTACT})
    describe(who, kind="park", park_level="city")
    # Who may decide sees it where he looks at the steps of the case; the refusal itself: review-stands.scenario.
    steps = {one.get("action", one.get("step")): one for one in province.zh.get(f"/cases/{case}/actions").json["items"]}
    assert "科研机构 → 产业园区" in str(steps["recognise"]), steps["recognise"]
    assert "changed" not in str(steps["refuse"]) and "changed" not in str(steps["settle"]), steps
    kept = client.ask_sql(world, f"SELECT count(*), count(DISTINCT facts_digest) FROM case_review WHERE case_id = {case}")
    assert int(kept[0][0]) >= 6, kept


def test_a_series_is_named_by_a_choice_from_the_policy(world):
    who = world["centre_manager"]
    body = {"year": 2025, "value": "100", "source": "虚构台账"}
    wrong = who.zh.create("statistics_series", {"name": "专利申请数", **body})
    assert wrong.status in (400, 422), wrong
    told = wrong.json["errors"][0]
    assert (told["field"], told["code"]) == ("/name", "choice") and "关键技术领域发明专利申请量" in told["message"], told
    one = who.create("statistics_series", {"name": " 关键技术领域发明专利申请量 ", **body})
    assert one.status == 201, one
    assert who.get(f"/records/statistics_series/{one.json['id']}").json["name"] == "key_field_invention_filings"
    assert who.create("statistics_series", {"name": "hv_per_10k", **body}).status == 201
    # A policy of one province gives no names to who is of another.
    assert world["centre_other_province"].create("statistics_series", {"name": "本省自定", **body}).status == 201


run(sys.modules[__name__])
