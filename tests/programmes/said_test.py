#!/usr/bin/env python3
"""said_test.py ZHIYUN: what none of the five texts says, lived by the measures of a fictional city (tests/packs/lanjiang):
its own office recognises, each head of the review has a least average, a refusal wants a criterion not to be met, an effect
has a condition, records are called by the policy's words, and who was revoked does not apply again for two years."""
import io
import json
import os
import re
import shutil
import sys
import urllib.parse
import zipfile

from people import made, run
import client
import experts
import makers
from makers import act
import tap
import workbooks

PACK = "lanjiang"
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "packs", PACK)
WHY = {"reason": "虚构理由"}
experts.OFFICES["city5101"] = ("city_officer", "city_leader")
experts.REGION["city5101"] = "51"


def prepared(world):
    """The office's own pack, signed and activated; once."""
    if os.path.isdir(os.path.join(world.data, "packs", PACK)):
        return
    folder = os.path.join(world.data, "packs", PACK)
    shutil.copytree(HERE, folder)
    with open(os.path.join(folder, "dictionaries.yaml"), "r+", encoding="utf-8") as file:
        said = file.read().replace("\ndictionaries:\n", "\ndictionaries:\n  - {id: lines, label: 支出科目, of: spending.line, own: 虚构的科目,"
                                   " entries: [{codes: [equipment], word: 设备费, own: true}]}\n")
        file.seek(0)
        file.write(said)
    world.server.run("pack", "sign", PACK)
    makers.make_activate(world, PACK)
    experts.make_experts(world, "office51")


def party(world, name, parent, staff):
    prepared(world)
    who = world[makers.PEOPLE[name]]
    made(who, "applicant", name=f"虚构{name}", credit_code=makers.code_of(world, name), kind="institute", legal_person=True, city="510100",
         **({"parent_kind": parent} if parent else {}))
    for n in range(staff):
        made(who, "staff", name=f"虚构员工{n}", id_number=makers.bodies.resident_id(70000 + makers.salt(name) * 10 + n), full_time=True,
             **{"from": "2025-01-01", "to": False})
    makers.make_statement(world, name)
    return who


def begun(who):
    return makers.begun(who, PACK, to="city", office_city="510100")


def refused(done, code, field):
    assert done.status == 400, done
    found = [e for e in done.json["errors"] if (e["code"], e.get("field")) == (code, field)]
    assert found, done
    return found[0]


def by_two(world, case, action, body):
    """The city's officer proposes, its leader confirms."""
    first = act(world["city_officer"], case, action, body)
    assert first.status == 202, first
    done = act(makers.signed_in(world, "city_leader"), case, action, {})
    assert done.status == 200, done
    return done.json


def scored(world, case, service, mechanism):
    """A panel of the city's office over the case, each of whose three members gives these points; not closed yet."""
    officer = world["city_officer"]
    panel = experts.ok(officer.ask("POST", "/panels", {
        "title": "虚构专家组", "pack": PACK, "evaluation": "review", "basis": "虚构的评审工作方案", "mode": "open", "outlier": "20",
        "fields": [{"field": "law", "seats": 3}], "heads": [{"head": "service"}, {"head": "mechanism"}], "cases": [case]}))["panel"]
    experts.make_panel_drawn(world, "city5101", panel)
    state = experts.ok(officer.get(f"/panels/{panel}"))
    for n, member in enumerate(state["members"]):
        person, path = world[world.judges[member["expert"]]], f"/panels/{panel}/scores/{state['cases'][0]['case']}"
        experts.ok(person.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
        experts.ok(person.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": []}))
        experts.ok(person.ask("PUT", path, {"version": 0, "opinion": "虚构评审意见", "scores": [
            {"head": "service", "points": service[n]}, {"head": "mechanism", "points": mechanism[n]}]}))
        experts.ok(person.ask("POST", f"{path}/submit", {"version": 1}))
    return panel, state["cases"][0]["case"]


def closed(world, panel, row, result):
    return world["city_officer"].ask("POST", f"/panels/{panel}/actions/close",
                                     {"results": [{"case": row, "result": result, "reason": "虚构评审结论"}]})


def reviewed(world, who, case):
    makers.step(who, case, "submit")
    panel, row = scored(world, case, ("60", "60", "60"), ("100", "80", "90"))
    experts.ok(closed(world, panel, row, "pass"))
    makers.step(world["city_officer"], case, "review", WHY)


def notices(who):
    return [n for n in who.get("/notifications?limit=100").json["items"] if n["kind"] == "case_step"]


def test_who_does_not_reach_the_least_of_each_head_does_not_pass(world):
    who = party(world, "centreB", None, 2)
    case = world.low = begun(who)
    makers.step(who, case, "submit")
    panel, row = scored(world, case, ("60", "60", "59.99"), ("100", "100", "100"))  # the whole is far above 60
    done = closed(world, panel, row, "pass")
    assert done.status == 400 and "服务能力" in done.json["detail"] and "59.9967" in done.json["detail"], done
    assert "第三条" in done.json["detail"] and "60" in done.json["detail"], done
    experts.ok(closed(world, panel, row, "fail"))
    refused(act(world["city_officer"], case, "review", WHY), "panel", None)  # no field: another panel is of no use
    # Exactly the least passes, by another panel, of what was handed in again; its report says the least and the clause.
    makers.step(world["city_officer"], case, "back", {"target": "draft", **WHY, "basis": "虚构的评审工作方案"})
    makers.step(who, case, "submit")
    panel, row = scored(world, case, ("60", "61", "59"), ("60", "60", "60"))
    experts.ok(closed(world, panel, row, "pass"))
    said = client.ask_sql(world, f"SELECT report FROM panel WHERE id = {panel}")[0][0]
    assert '"least":6000,"least_clause":"第三条"' in said, said[:900]
    makers.step(world["city_officer"], case, "review", WHY)


def test_a_refusal_wants_the_criterion_not_to_be_met_and_known_to_be_so(world):
    who, officer = world["centre_neighbour"], world["city_officer"]
    # two of three are known, and the list is complete: not met
    first = refused(act(officer, world.low, "recognise", WHY), "criterion", "staff-count")
    assert first["clause"] == "第四条", first
    one = made(who, "staff", name="虚构员工三", id_number=makers.bodies.resident_id(79999), full_time=True, **{"from": "2025-01-01", "to": False})
    for person, words in ((officer, "it is met"), (officer.zh, "达到")):
        met = refused(act(person, world.low, "refuse", WHY), "criterion", "staff-count")
        assert met["clause"] == "第四条" and words in met["message"], met
    version = who.get(f"/records/staff/{one}").json["version"]
    assert who.change("staff", one, version, {"full_time": None}).status == 200
    unknown = refused(act(officer, world.low, "refuse", WHY), "criterion", "staff-count")
    assert "not known" in unknown["message"], unknown
    version = who.get(f"/records/staff/{one}").json["version"]
    assert who.change("staff", one, version, {"full_time": False}).status == 200
    assert makers.step(officer, world.low, "refuse", WHY)["stage"] == "refused"


def test_the_office_of_the_city_recognises_and_the_effect_follows_its_condition(world):
    who, other = party(world, "centreA", "university", 3), world["province_officer"]
    case = world.case = begun(who)
    reviewed(world, who, case)
    assert act(other, case, "recognise", WHY).status == 403
    before = len(notices(other))
    done = by_two(world, case, "recognise", {**WHY, "records": {"centre": {"name": "兰江市虚构示范站"}}})
    assert done["stage"] == "recognised", done
    rows = world["city_officer"].get("/records/centre").json["items"]
    assert [r["programme"] for r in rows] == [PACK], rows
    assert len(notices(other)) == before + 1  # of a university the province is told


def test_of_another_kind_the_effect_does_not_follow_and_of_none_the_step_is_closed(world):
    who = world["centre_neighbour"]
    one = who.get("/records/applicant").json["items"][0]["id"]
    made(who, "staff", name="虚构员工四", id_number=makers.bodies.resident_id(79998), full_time=True, **{"from": "2025-01-01", "to": False})
    case = begun(who)
    reviewed(world, who, case)
    body = {**WHY, "records": {"centre": {"name": "兰江市虚构示范站乙"}}}
    first = refused(act(world["city_officer"], case, "recognise", body), "when", "applicant.parent_kind")  # not known yet
    assert first["clause"] == "第四条", first
    version = who.get(f"/records/applicant/{one}").json["version"]
    assert who.change("applicant", one, version, {"parent_kind": "enterprise"}).status == 200
    assert "changed" in [e["code"] for e in act(world["city_officer"], case, "recognise", body).json["errors"]]
    body["review_stands"] = "变化不影响评审"
    before = len(notices(world["province_officer"]))
    assert by_two(world, case, "recognise", body)["stage"] == "recognised"
    assert len(notices(world["province_officer"])) == before


def test_records_are_called_as_the_policy_calls_them(world):
    of = world["centre_manager"].get(f"/cases/{world.case}", **{"Accept-Language": "zh"}).json
    assert of["record_label"] == "示范站申请书" and of["record_fields"]["to"] == "受理机关", of
    english = world["centre_manager"].get(f"/cases/{world.case}", **{"Accept-Language": "en"}).json
    assert english["record_label"] == "Application for a model station" and english["record_fields"]["to"] == "Accepting office", english
    assert of["record_fields"]["office_city"] not in ("", "受理机关"), of  # what it does not name keeps its own
    done = world["centre_neighbour"].ask("POST", "/cases", {"pack": PACK, "process": "application", "fields": {"to": "province"}})
    assert done.status == 201, done
    for person, words in ((world["centre_neighbour"], "Accepting office"), (world["centre_neighbour"].zh, "受理机关")):
        told = refused(act(person, done.json["id"], "submit"), "when", "application.to")
        assert words in told["message"], told


def test_who_was_revoked_applies_again_only_when_the_ban_is_over(world):
    who, officer = world["centre_manager"], world["city_officer"]
    draft = begun(who)  # before the revocation
    finding = made(officer, "finding", ground="falsification", party=makers.code_of(world, "centreA"), date="2026-06-01")
    done = officer.ask("POST", "/cases", {"pack": PACK, "process": "revocation", "unit": world.units["centreA"], "record": finding})
    assert done.status == 201, done
    case = done.json["id"]
    centre = [r["id"] for r in officer.get("/records/centre").json["items"] if r["credit_code"] == makers.code_of(world, "centreA")][0]
    body = {**WHY, "records": {"centre": {"id": centre}}}
    assert begun(who)  # nothing bars it yet
    refused(act(officer, case, "revoke", body), "object", "/records/finding/facts_found")  # nothing was found yet
    body["records"]["finding"] = {"facts_found": "虚构事实", "evidence_files": [makers.upload(officer, "evidence.pdf")]}
    assert by_two(world, case, "revoke", body)["stage"] == "revoked"
    today = client.ask_sql(world, f"SELECT date FROM flow_step WHERE case_id = {case} AND step = 'revoke'")[0][0]
    done = who.ask("POST", "/cases", {"pack": PACK, "process": "application", "fields": {"to": "city", "office_city": "510100"}})
    until = json.loads(world.server.run("--json", "deadline", "--pack", PACK, "--rule", "ban", "--from", today))["due"]
    assert done.status == 400 and "第六条" in done.json["detail"] and until in done.json["detail"], done
    first = refused(act(who, draft, "submit"), "barred", "application")
    assert first["clause"] == "第六条" and first["quote"] == "自撤销之日起2年内不得再次申报" and until in first["message"], first
    # Others apply as before; so does the party for another ground, and when the last day is past.
    assert begun(world["centre_neighbour"])
    client.run_sql(world, [f"UPDATE flow_step SET date = '2024-01-01' WHERE case_id = {case} AND step = 'revoke'"])
    assert begun(who)
    client.run_sql(world, [f"UPDATE flow_step SET date = '{today}' WHERE case_id = {case} AND step = 'revoke'",
                           f"UPDATE record_finding SET ground = 'other' WHERE id = {finding}"])
    assert begun(who)


GROUNDS = {"falsification": "弄虚作假", "plaque_passed": "擅自转让牌匾", "other": "其他"}  # of findings, by the policy's dictionary


def choices_of(fields, name):
    return next({one["code"]: one["label"] for one in field["choices"]} for field in fields if field["name"] == name)


def verdict_of(world, party, criterion):
    said = world["city_officer"].ask("POST", f"/packs/{PACK}/check", {"party": makers.code_of(world, party), "question": "operate"})
    assert said.status == 200, said
    return next(one["pass"] for one in said.json["criteria"] if one["id"] == criterion)


def test_the_ground_of_a_finding_is_one_of_the_policys_own(world):
    officer, code = world["city_officer"], makers.code_of(world, "centreB")
    said = {"party": code, "programme": PACK, "date": "2026-06-01"}
    bad = refused(officer.zh.create("finding", {**said, "ground": "sub_centre"}), "choice", "/ground")
    assert all(f"{word}（{one}，{PACK}）" in bad["message"] for one, word in GROUNDS.items()) and "sc-yunying" not in bad["message"], bad
    assert refused(officer.create("finding", {**said, "ground": "失泄密"}), "choice", "/ground")
    finding = made(officer, "finding", ground="擅自转让牌匾", **said)
    assert officer.get(f"/records/finding/{finding}").json["ground"] == "plaque_passed"
    found = officer.get("/records/finding?filter=" + urllib.parse.quote('ground="擅自转让牌匾"')).json["items"]
    assert [one["id"] for one in found] == [finding], found
    [field] = [one for one in officer.get("/types/finding").json["fields"] if one["name"] == "ground"]
    words = {one["code"]: one["label"] for one in field["values"] if one["pack"] == PACK}
    assert {one: label["zh"] for one, label in words.items()} == GROUNDS, words
    assert words["plaque_passed"]["en"] == "Plaque passed on", words
    done = officer.ask("POST", "/cases", {"pack": PACK, "process": "revocation", "unit": world.units["centreB"], "record": finding})
    assert done.status == 201, done
    assert verdict_of(world, "centreB", "no-plaque-passed") is None  # alleged only
    body = {**WHY, "records": {"finding": {"facts_found": "虚构事实", "evidence_files": [makers.upload(officer, "evidence.pdf")]},
                               "centre": {"id": next(r["id"] for r in officer.get("/records/centre").json["items"] if r["credit_code"] == code)}}}
    assert by_two(world, done.json["id"], "revoke", body)["stage"] == "revoked"
    assert verdict_of(world, "centreB", "no-plaque-passed") is False
    book = workbooks.opened(officer.zh.get("/records/finding/export.xlsx").content)[0]
    assert "擅自转让牌匾" in book[-1] + book[1], book
    template = workbooks.opened(officer.zh.get("/records/finding/template.xlsx").content)
    assert any("擅自转让牌匾" in row for sheet in template for row in sheet), template


def test_the_grounds_of_a_rectification_are_the_policys_own_and_its_notice_prints_their_words(world):
    officer = world["city_officer"]
    done = officer.ask("POST", "/cases", {"pack": PACK, "process": "rectification", "unit": world.units["centreB"]})
    assert done.status == 201, done
    case = done.json["id"]
    for person, word in ((officer.zh, "报送不及时"), (officer, "Late reports")):
        notice = next(one for one in person.get(f"/cases/{case}/actions").json["items"] if one["action"] == "notice")
        [record] = notice["input"]["records"]
        assert choices_of(record["fields"], "grounds") == {"late_reports": word}, record
    body = {**WHY, "papers": {"rectification-notice": {"number": "兰市监函〔2026〕1号"}}}
    of = {"due": "2027-03-31", "evidence": "虚构核查记录"}
    for other in ("slack", "怠于履行工作职责", "other"):
        refused(act(officer, case, "notice", {**body, "records": {"rectification": {**of, "grounds": [other]}}}), "object", "/records/rectification/grounds")
    assert makers.step(officer, case, "notice", {**body, "records": {"rectification": {**of, "grounds": ["报送不及时"]}}})["stage"] == "running"
    assert client.ask_sql(world, "SELECT g.value FROM record_rectification_grounds g")[-1][0] == "late_reports"
    [paper] = officer.get(f"/cases/{case}/papers").json["items"]
    document = zipfile.ZipFile(io.BytesIO(officer.get(f"/cases/{case}/papers/{paper['id']}/docx").content)).read("word/document.xml").decode()
    assert "存在以下情形：报送不及时" in re.sub("<[^>]*>", "", document), document


def test_a_dictionary_binds_the_records_of_its_own_programme(world):
    prepared(world)
    line = {"voucher_no": "V-1", "line": "会议费", "amount": "100.00", "date": "2026-03-01"}
    makers.make_unit(world, "centreF", "centre_free", "510700")
    free, bound = world["centre_free"], world["centre_neighbour"]
    for who, pack, city in ((free, "sc-yucheng-2025", "510700"), (bound, PACK, "510100")):
        makers.begun(who, pack, to="city", office_city=city)
    # Who builds under another policy of the province, which reads spendings and names no lines, enters its own.
    assert free.create("spending_line", line).status == 201
    assert free.create("spending_line", {**line, "voucher_no": "V-2", "line": "设备费"}).status == 201
    assert free.get("/records/spending_line?fields=line&sort=id").json["items"][-1]["line"] == "设备费"
    bad = bound.create("spending_line", line)
    assert [(e["field"], e["code"]) for e in bad.json["errors"]] == [("/line", "choice")], bad
    one = bound.create("spending_line", {**line, "line": "设备费"})
    assert bound.get(f"/records/spending_line/{one.json['id']}").json["line"] == "equipment"


def test_what_a_record_holds_is_asked_by_the_policy_of_its_place_alone(world):
    prepared(world)
    who, far = world["centre_manager"], world["centre_far"]  # of the policy's city, and of another one
    row = {"indicator": "虚构目标", "criterion": "服务覆盖", "formula": "虚构", "target": "1.00", "unit": "家"}
    body = {"title": "虚构项目", "kind": "base", "start": "2026-03-01"}
    said = {"department": "虚构处", "targets": [{**row, "quality": True}]}
    assert far.create("cultivation_project", {**body, **said, "project_no": "LJ-0"}).status == 201
    done = who.zh.create("cultivation_project", {**body, **said, "project_no": "LJ-1"})
    lacks = {(e["field"], e["message"]) for e in done.json["errors"]}
    assert done.status == 400 and ("/targets", "缺少目标：服务覆盖（文件未规定：虚构的要求）") in lacks, done
    assert ("/plan_date", "缺少计划制定日期（文件未规定：虚构的要求）") in lacks and len(lacks) == 2, done
    bad = who.create("cultivation_project", {**body, "project_no": "LJ-1", "targets": [{**row, "criterion": "无此目标"}]})
    assert [(e["field"], e["code"]) for e in bad.json["errors"]] == [("/targets/0/criterion", "choice")], bad
    whole = {**body, "department": "虚构处", "plan_date": "2026-02-01", "targets": [{**row, "quality": True, "base": "2.00"}]}
    one = who.get("/records/cultivation_project/%d" % made(who, "cultivation_project", project_no="LJ-1", **whole)).json
    assert one["end"] == "2028-02-29" and one["targets"][0]["criterion"] == "reach", one
    again = who.create("cultivation_project", {**whole, "project_no": "LJ-1"})  # there is one: in words, and none of the store's
    assert again.status == 409 and not re.search("record_|UNIQUE|sqlite|relation", json.dumps(again.json)), again
    longer = who.create("cultivation_project", {**whole, "project_no": "LJ-2", "end": "2028-03-01"})
    assert [e["field"] for e in longer.json["errors"]] == ["/reason"], longer
    assert made(who, "cultivation_project", project_no="LJ-2", **whole, end="2028-03-01", reason="虚构理由")
    assert made(who, "cultivation_project", project_no="LJ-3", **body)  # not asked before there is a department


def test_a_unit_without_any_record_hands_nothing_in(world):
    prepared(world)
    world.add_person("bare", "service", "centre_manager")
    for pack in ("sc-yunying-2025", "sc-yucheng-2025"):
        makers.make_activate(world, pack)
    city, far = {"to": "city", "office_city": "510100"}, {"to": "city", "office_city": "140100"}
    for pack, name, step, fields in ((PACK, "bare", "submit", city), ("sc-yunying-2025", "bare", "submit-city", city),
                                     ("sc-yucheng-2025", "bare", "submit", city), ("sc-shifan-draft", "bare", "submit", {"to": "province"}),
                                     ("sx-yunying-draft", "centre_other_province", "submit-city", far)):
        case = makers.begun(world[name], pack, **fields)
        done = act(world[name], case, step)
        lacks = [e for e in done.json["errors"] if e["code"] == "criterion"] if done.status == 400 else []
        assert lacks and all(e["clause"] for e in lacks), (pack, done)



if __name__ == "__main__":
    run(sys.modules[__name__])
