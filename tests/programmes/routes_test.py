#!/usr/bin/env python3
"""routes_test.py ZHIYUN: the ways of an application, their order and what marks them; those of Shanxi, with its own template."""
import json
import os
import shutil
import sys

from people import bodies, run, shown
import client
import makers
from makers import act, begun
import tap

SC, SX = "sc-yunying-2025", "sx-yunying-draft"
PACKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs")
WHY = {"reason": "虚构理由", "basis": "虚构依据"}
MADE = []


def party(world, name, industry):
    if name not in MADE:
        if not MADE:
            makers.make_activate(world, SC)
            makers.make_shanxi(world)
        makers.make_party(world, name, industry)
        if name == "centreD":  # the measures of Shanxi want one
            makers.make_alliance(world, name)
        MADE.append(name)
        for pack in (SC, SX):  # each test of a party has an application of its own
            makers.make_admitted(world, name, pack, 20)
    return world[makers.PEOPLE[name]]


def refused(done, code, field=None):
    assert done.status == 400, done
    first = done.json["errors"][0]
    assert first["code"] == code and (field is None or first["field"] == field), done
    return first


def describe(who, **fields):
    one = who.get("/records/applicant").json["items"][0]["id"]
    done = who.change("applicant", one, shown(who, "applicant", one)["version"], fields)
    assert done.status == 200, done


def determine(world, who, provincial):
    """What of a party the province says."""
    one, office = who.get("/records/applicant").json["items"][0]["id"], world["province_officer"]
    done = office.ask("PATCH", f"/records/applicant/{one}?reason=%E6%A0%B8%E5%AE%9A", {"provincial_unit": provincial, **({"level_basis": "虚构机构设置文件"} if provincial else {})},
                      {"If-Match": f'"{shown(office, "applicant", one)["version"]}"'})
    assert done.status == 200, done


def form(who, world, name, case):
    record = who.get(f"/cases/{case}").json["record_id"]
    done = who.get(f"/packs/{SC}/forms/application-form/paper?party={makers.code_of(world, name)}&record={record}")
    assert done.status == 200, done
    return json.dumps(done.json["content"], ensure_ascii=False)


def own_version(world, pack, who, case):
    """The office's own version of a shipped policy, in the folder of its instance."""
    mine = os.path.join(world.data, "packs", pack)
    shutil.copytree(os.path.join(PACKS, pack), mine)
    with open(os.path.join(world.data, "packs", "stray.txt"), "w", encoding="utf-8") as file:
        file.write("不是政策包\n")
    # Of the same version it is a mistake: the shipped one is used, and what began goes on.
    done = world["province_officer"].get("/packs")
    assert done.status == 200 and len(done.json["packs"]) == 5, done
    assert pack in [p["id"] for p in done.json["packs"]], done
    told = {f["file"]: f for f in done.json["findings"]}
    assert set(told) == {pack, "stray.txt"} and told[pack]["line"] == 1, done
    assert told[pack]["reason"].count(pack) == 2 and world.data not in json.dumps(done.json), done
    done = who.get(f"/cases/{case}/actions")
    assert done.status == 200 and done.json["items"], done
    os.unlink(os.path.join(world.data, "packs", "stray.txt"))
    path = os.path.join(mine, "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('version: "1"', 'version: "1-虚构"'))
    return mine


WAY = ("submit-city", "accept", "check-eligibility", "check-materials", "recommend", "recheck", "expert-review", "publish", "recognise")
CITY_STEPS = ("accept", "check-eligibility", "check-materials", "recommend")


def walk(world, who, case, officers, until):
    """Step by step, and at each stage every later step is refused for its stage."""
    city, province = officers
    def by(step):
        return who if step == "submit-city" else world[city] if step in CITY_STEPS else world[province]
    for n, step in enumerate(WAY[:WAY.index(until)]):
        for later in WAY[n + 1:]:
            refused(act(by(later), case, later, WHY), "stage")
        makers.step(by(step), case, step, makers.ready(who, case) if step == "submit-city" else WHY)


@tap.meets("SCYY-066.1", "SXYY-042.3")
def test_a_citys_batch_is_a_ranked_list_with_scores_that_prints(world):
    for pack, city, names in ((SC, "city_officer", ("centreA", "centreB")), (SX, "city_other_province", ("centreD",))):
        numbers = []
        for name in names:
            who = party(world, name, {"centreA": "钒钛", "centreB": "竹浆", "centreD": "煤层气"}[name])
            case = begun(who, pack, to="city", office_city="140100" if pack == SX else "510100")
            numbers.append(who.get(f"/cases/{case}").json["number"])
        numbers = numbers * 2 if len(numbers) == 1 else numbers
        officer = world[city]
        place = lambda n, rank, score, recommended, reason=None: {
            "rank": rank, "number": numbers[n], "name": f"虚构申报{n}", "score": score, "recommended": recommended,
            **({"reason": reason} if reason else {})}
        body = {"title": f"虚构批次 {pack}", "city": "140100" if pack == SX else "510100", "year": 2026, "programme": pack, "method": "四个方面各25分"}
        for places, words in (([place(0, 2, "91.50", True), place(1, 1, "80.00", False, "名额已满")], "名次"),
                              ([place(0, 1, "91.50", True), place(1, 2, "80.00", False)], "理由"),
                              ([place(0, 1, "91.50", False, "虚构"), place(1, 2, "80.00", True)], "理由")):
            if len(names) == 1:
                break  # of one application there is no order
            done = officer.zh.create("city_ranking", {**body, "places": places})
            assert done.status == 400 and any(words in e["message"] for e in done.json["errors"]), (words, done)
        places = [place(0, 1, "91.50", True)] + ([place(1, 2, "80.00", False, "名额已满")] if len(names) > 1 else [])
        done = officer.create("city_ranking", {**body, "places": places})
        assert done.status == 201, done
        done = officer.act("city_ranking", done.json["id"], "decide", {"decided_on": "2026-04-30"})
        assert done.status == 200, done
        (code,), = client.ask_sql(world, f"SELECT credit_code FROM unit WHERE id = {officer.unit}")
        paper = officer.get(f"/packs/{pack}/forms/city-ranking/paper?party={code}")
        assert paper.status == 200, paper
        tables = [[c["text"] for c in row["cells"]] for b in paper.json["content"]["blocks"] for row in b["rows"] if row["kind"] in ("head", "data")]
        lines = [["1", "虚构申报0", "91.5", "是", "", numbers[0]], ["2", "虚构申报1", "80", "否", "名额已满", numbers[1]]][:len(names)]
        where = "山西省太原市" if pack == SX else "四川省成都市"
        titles = [b["text"] for b in paper.json["content"]["blocks"] if b["role"] == "title"]
        assert titles == [f"{where}2026年度产业知识产权运营中心择优推荐排名表"], titles
        assert tables == [["市（州）", "年度", "批次", "评分办法", "确定日期"], [where, "2026", body["title"], "四个方面各25分", "2026年4月30日"],
                          ["名次", "申报单位", "得分", "推荐", "理由", "事项编号", "批次"], *([*line, body["title"]] for line in lines)], tables
        assert who.get("/records/city_ranking").status == 403


@tap.meets("SCYY-059")
def test_the_party_applies_the_city_recommends_the_province_decides_in_no_other_order(world):
    who = party(world, "centreB", "竹浆")
    case = begun(who, SC, to="city", office_city="510100")
    walk(world, who, case, ("city_officer", "province_officer"), "expert-review")
    for later in ("publish", "recognise"):
        refused(act(world["province_officer"], case, later, WHY), "stage")
    assert who.get(f"/cases/{case}").json["stream"] == "推荐"
    # Recommendation is left out on the direct way alone, and that is a unit's of provincial level.
    direct = begun(who, SC, to="province")
    assert refused(act(who.zh, direct, "submit-province", makers.ready(who, direct)), "criterion", "route")["clause"] == "七(一)"
    elsewhere = begun(who, SC, to="city", office_city="510700")
    wrong = refused(act(who.zh, elsewhere, "submit-city", makers.ready(who, elsewhere)), "criterion", "route")
    assert wrong["clause"] == "七(一)" and wrong["missing"]["record_type"] == "application", wrong  # what it chose, not who it is:
    assert wrong["missing"]["field"] == "office_city" and "受理市（州）" in wrong["message"], wrong  # …the city, not the way


@tap.meets("SCYY-067")
def test_one_queue_holds_both_streams_and_says_which_is_which(world):
    who, other = party(world, "centreA", "钒钛"), party(world, "centreC", "石墨")
    determine(world, other, True)
    direct = begun(other, SC, to="province")
    assert makers.step(other, direct, "submit-province", makers.ready(other, direct))["stage"] == "queue"
    recommended = begun(who, SC, to="city", office_city="510100")
    makers.step(who, recommended, "submit-city", makers.ready(who, recommended))
    for step in CITY_STEPS:
        makers.step(world["city_officer"], recommended, step, WHY)
    rows = world["province_officer"].get('/records/case?filter=stage="queue"&limit=100').json["items"]
    marks = {row["id"]: row["stream"] for row in rows}
    assert marks[direct] == "自荐" and marks[recommended] == "推荐" and set(marks.values()) == {"自荐", "推荐"}, marks
    # Materials that are not filed with the city of the place are not re-checked.
    assert refused(act(world["province_officer"], direct, "recheck", WHY), "criterion", "city-filing")["clause"] == "七(一)"
    makers.step(other, direct, "file-with-city")
    for case in (direct, recommended):
        assert makers.step(world["province_officer"], case, "recheck", WHY)["stage"] == "rechecked"


@tap.meets("SCYY-046")
def test_a_service_organisation_alone_is_not_re_checked_on_the_direct_way_without_a_note(world):
    who = party(world, "centreC", "石墨")
    determine(world, who, True)
    describe(who, kind="service_org")
    case = begun(who, SC, to="province")
    makers.step(who, case, "submit-province", makers.ready(who, case))
    makers.step(who, case, "file-with-city")
    office = world["province_officer"]
    refused(act(office, case, "recheck", WHY), "when", "applicant.kind")
    refused(act(office, case, "recheck-service", WHY), "when", "application.to")
    refused(act(office, case, "recheck-service-direct", {"reason": "与龙头企业联合建设"}), "basis")
    again = begun(who, SC, to="province")
    makers.step(who, again, "submit-province", makers.ready(who, again))
    assert makers.step(office, again, "return-direct", {"reason": "服务机构单独申报", "basis": "指引第五条"})["stage"] == "draft"
    done = makers.step(office, case, "recheck-service-direct", {"reason": "与龙头企业联合建设", "basis": "虚构批示"})
    assert done["stage"] == "rechecked", done
    # What the city took with its note goes on with the province's ordinary re-check.
    determine(world, who, False)
    case = begun(who, SC, to="city", office_city="510700")
    makers.step(who, case, "submit-city", makers.ready(who, case))
    refused(act(world["city_other"], case, "accept"), "when", "applicant.kind")
    makers.step(world["city_other"], case, "accept-service", WHY)
    for step in CITY_STEPS[1:]:
        makers.step(world["city_other"], case, step, WHY)
    assert makers.step(office, case, "recheck-service", {"reason": "复核无误"})["stage"] == "rechecked"
    describe(who, kind="institute")


@tap.meets("SCYY-A23.1+2")
def test_the_recommendation_stands_on_the_form_and_of_a_direct_applicant_nothing_does(world):
    who = party(world, "centreA", "钒钛")
    case = begun(who, SC, to="city", office_city="510100")
    makers.step(who, case, "submit-city", makers.ready(who, case))
    makers.step(world["city_officer"], case, "accept")
    for step in CITY_STEPS[1:3]:
        makers.step(world["city_officer"], case, step, WHY)
    seal = {"digest": makers.upload(world["city_officer"], "seal.pdf")["digest"], "name": "seal.pdf"}
    told = {"reason": "建议组织建设，虚构推荐意见", "records": {"process": {"handler_phone": "13900000009", "leader": "虚构局长", "seal_file": seal}}}
    # Opinion and name follow from the step.
    refused(act(world["city_officer"], case, "recommend", {**told, "records": {"process": {"opinion": "另写"}}}), "object")
    makers.step(world["city_officer"], case, "recommend", told)
    paper = form(who, world, "centreA", case)
    for text in ("建议组织建设，虚构推荐意见", "经办人及联系方式：虚构city_officer", "13900000009", "推荐单位盖章：（扫描件：seal.pdf）"):
        assert text in paper, (text, paper[-1500:])
    # What was handed in is kept with it: a version of its own, the party's part as it was.
    kept = client.ask_sql(world, f"SELECT version, content FROM case_paper WHERE case_id = {case} AND form = 1 ORDER BY version")
    assert [int(version) for version, _ in kept] == [1, 2], kept
    first, second = [json.loads(content) for _, content in kept]
    mine = [(row["group"], [c["text"] for c in row["cells"]]) for b in second["blocks"] for row in b["rows"]]
    said = [cells for group, cells in mine if group == "推荐单位意见"]
    (today,), = client.ask_sql(world, "SELECT recommended FROM record_process ORDER BY id DESC LIMIT 1")
    today = "{}年{}月{}日".format(*map(int, today.split("-")))
    assert said == [["推荐单位意见", "建议组织建设，虚构推荐意见"],
                    ["经办人及联系方式：虚构city_officer　13900000009", "负责人：虚构局长", f"推荐单位盖章：（扫描件：seal.pdf）　{today}"]], said
    assert [one for one in mine if one[0] != "推荐单位意见"] == [
        (row["group"], [c["text"] for c in row["cells"]]) for b in first["blocks"] for row in b["rows"] if row["group"] != "推荐单位意见"]
    determine(world, who, True)
    direct = begun(who, SC, to="province")
    makers.step(who, direct, "submit-province", makers.ready(who, direct))
    paper = form(who, world, "centreA", direct)
    assert "虚构推荐意见" not in paper and "13900000009" not in paper and "虚构city_officer" not in paper
    assert '"推荐单位盖章："' in paper and paper.count("经办人及联系方式：") == 2, paper[-1500:]
    determine(world, who, False)
    # The words of the annex are garbled: by default the section's own name is printed, with a note; another wording is a
    # line of the pack.
    assert "建议组\"" not in paper and '"推荐单位意见"' in paper and "注：附件：推荐单位意见栏的文字残缺并重复" in paper, paper[-1500:]
    mine = own_version(world, SC, who, case)
    try:
        path = os.path.join(mine, "forms.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert text.count("prints: 推荐单位意见") == 1
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("prints: 推荐单位意见", "prints: 推荐意见：建议组织建设"))
        assert "推荐意见：建议组织建设" not in form(who, world, "centreA", case)
        world.server.run("pack", "sign", SC)
        makers.make_activate(world, SC)
        assert "推荐意见：建议组织建设" in form(who, world, "centreA", case)
    finally:
        shutil.rmtree(mine)
        makers.make_activate(world, SC)  # the shipped one again


@tap.meets("SXYY-030")
def test_how_the_industry_suits_the_province_is_explained_in_writing(world):
    who = party(world, "centreD", "煤层气")
    case = begun(who, SX, to="city", office_city="140100")
    body = makers.ready(who, case)
    industry = who.get("/records/industry").json["items"][0]["id"]
    for nothing in (None, "  "):
        done = who.change("industry", industry, shown(who, "industry", industry)["version"], {"trend_reason": nothing})
        assert done.status == 200, done
        first = refused(act(who, case, "submit-city", body), "material", "industry-fit")
        assert first["clause"] == "三.条件1" and "社会经济发展趋势相适应" in first["quote"], first
    done = who.change("industry", industry, shown(who, "industry", industry)["version"], {"trend_reason": "列入本省规划，虚构"})
    assert done.status == 200, done
    assert makers.step(who, case, "submit-city", body)["stage"] == "with-city"


@tap.meets("SXYY-040.1+3+4")
def test_a_city_of_shanxi_takes_its_own_applications_with_their_material_and_a_receipt(world):
    who = party(world, "centreD", "煤层气")
    case = begun(who, SX, to="city", office_city="140200")
    body = makers.ready(who, case)
    assert refused(act(who, case, "submit-city", body), "criterion", "route")["clause"] == "四.1"
    case = begun(who, SX, to="city", office_city="140100")
    done = act(who, case, "submit-city")
    assert [(e["code"], e["field"], e["clause"]) for e in done.json["errors"]] == [("material", "evidence", "四.1")], done
    asked = who.get(f"/cases/{case}/materials").json
    assert [m["material"] for m in asked["materials"] if m["required"] and not m["there"]] == ["evidence"], asked
    done = makers.step(who, case, "submit-city", makers.ready(who, case))
    assert done["result"]["receipt"] == "application" and who.get(f"/receipts/{done['entry']}").status == 200, done
    assert act(world["city_officer"], case, "accept").status == 404
    # While it is with its city the unit is not taken to another, nor is it ended.
    unit, province = world.units["centreD"], world["province_other"]
    for there in ("140200", "140000"):  # nor is it taken from all cities
        done = province.zh.change("party", unit, shown(province, "party", unit)["version"], {"region": there})
        assert done.status == 409 and [(e["field"], e["code"]) for e in done.json["errors"]] == [("/region", "case")], done
        assert "事项" in done.json["errors"][0]["message"]
    assert "事项" in refused(province.zh.act("party", unit, "end"), "constraint")["message"]
    assert makers.step(world["city_other_province"], case, "accept")["stage"] == "accepted"


@tap.meets("SCYY-061.2", "SXYY-040.2")
def test_only_the_province_moves_a_unit_to_another_city_and_then_it_applies_there(world):
    for n, (pack, here, there, city, province) in enumerate(((SC, "510100", "510700", "city_officer", "province_officer"),
                                                             (SX, "140100", "140200", "city_other_province", "province_other"))):
        name = f"centreM{n}"
        if pack == SX and not MADE:
            makers.make_shanxi(world)
        makers.make_unit(world, name, f"mover{n}", here)
        who, unit = world[f"mover{n}"], world.units[name]
        applicant = makers.create(who, "applicant", {"name": f"虚构{name}", "credit_code": makers.code_of(world, name), "kind": "institute", "city": here})

        def routed(to):
            case = begun(who, pack, to="city", office_city=to)
            done = act(who, case, "submit-city")
            assert done.status == 400, done  # it has no form yet
            return "route" not in [e["field"] for e in done.json["errors"]]
        world[province].change("applicant", applicant, 1, {"provincial_unit": False})
        assert routed(here) and not routed(there), pack
        # Its own city and the unit itself change its name and address, and not where it is registered.
        for mover in (city, f"mover{n}"):
            version = shown(world[mover], "party", unit)["version"]
            for more in ({"region": there}, {"region": there, "phone": "028-00000000"}):
                done = world[mover].change("party", unit, version, more)
                assert done.status == 400 and [(e["field"], e["code"]) for e in done.json["errors"]] == [("/region", "not_writable")], (mover, done)
        assert world[city].change("party", unit, 1, {"phone": "028-00000000"}).status == 200
        book = [["名称", "统一社会信用代码", "类型", "所在地"], [f"虚构{name}", makers.code_of(world, name), "单位", there]]
        done = world[city].ask("POST", "/records/party/import", raw=bodies.workbook(book), headers={
            "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})
        assert shown(world[province], "party", unit)["region"] == here and done.json["rejected"] == 1, done
        # The province moves it: its city is the other one from then on, with what is open; what its city decided stays there.
        numbers = {state: 990000 + 10 * n + at for at, state in enumerate(("requested", "paid"))}
        client.run_sql(world, [
            "INSERT INTO record_fund_payment (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, "
            f"created_by, changed_ms, changed_by) VALUES ({number}, 1, '{state}', {unit}, '{here[:4]}', '{here[:2]}', 1, 0, 1, 0, 1, 0)"
            for state, number in numbers.items()])
        # Of one record a case is over and another runs: it goes along; of the other nothing runs: it stays.
        twice, over = (makers.create(who, "training", {"title": f"虚构{at}", "date": "2026-03-01"}) for at in range(2))
        client.run_sql(world, [
            "INSERT INTO flow_case (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
            "changed_by, number, title, programme, pack_version, pack_digest, process, stage, stage_label, stage_on, trial, record_type, record_id) "
            f"VALUES (1, '{state}', {unit}, '{here[:4]}', '{here[:2]}', 1, 0, 1, 0, 1, 0, '虚构{n}-{at}', '虚构', '{pack}', '1', '', 'other', 'x', 'x', "
            f"'2026-01-01', 0, 'training', {record})" for at, (state, record) in enumerate((("over", twice), ("running", twice), ("over", over)))])
        done = world[province].change("party", unit, shown(world[province], "party", unit)["version"], {"region": there})
        assert done.status == 200, done
        assert world[city].get(f"/records/party/{unit}").status == 404
        assert world[city].get(f"/records/applicant/{applicant}").status == 404
        place = {"records": f"SELECT owner_city FROM record_applicant WHERE id = {applicant}",
                 "cases": f"SELECT DISTINCT owner_city FROM flow_case WHERE owner_unit = {unit} AND state = 'running'",
                 "twice": f"SELECT owner_city FROM record_training WHERE id = {twice}",
                 "over": f"SELECT owner_city FROM record_training WHERE id = {over}",
                 "people": f"SELECT DISTINCT owner_city FROM account WHERE owner_unit = {unit}",
                 **{state: f"SELECT owner_city FROM record_fund_payment WHERE id = {number}" for state, number in numbers.items()}}
        assert {what: client.ask_sql(world, sql) for what, sql in place.items()} == {
            what: [(here[:4] if what in ("paid", "over") else there[:4],)] for what in place}
        client.run_sql(world, [f"DELETE FROM flow_case WHERE owner_unit = {unit} AND process = 'other'"])
        done = who.change("applicant", applicant, shown(who, "applicant", applicant)["version"], {"city": there})
        assert done.status == 200 and routed(there) and not routed(here), (pack, done)


@tap.meets("SXYY-042.1+2+4")
def test_a_city_of_shanxi_looks_at_eligibility_then_at_materials_then_recommends_each_with_a_reason(world):
    who, city = party(world, "centreD", "煤层气"), world["city_other_province"]
    case = begun(who, SX, to="city", office_city="140100")
    makers.step(who, case, "submit-city", makers.ready(who, case))
    makers.step(city, case, "accept")
    for step in ("check-materials", "recommend", "not-recommend"):
        refused(act(city, case, step, WHY), "stage")
    for step, stage in (("check-eligibility", "eligible"), ("check-materials", "checked")):
        refused(act(city, case, step), "reason")
        assert makers.step(city, case, step, {"reason": f"{stage}，虚构"})["stage"] == stage
    refused(act(city, case, "recommend"), "reason")
    refused(act(city, case, "not-recommend", {"reason": "排序在后"}), "basis")
    told = {"reason": "排序在推荐名额之后", "basis": "办法四.2择优",
            "papers": {"not-recommended": {"values": {"remedy.organ": "虚构机关", "remedy.period": "六十日", "remedy.court": "虚构人民法院", "remedy.court_period": "六个月"}}}}
    assert makers.step(city, case, "not-recommend", told)["stage"] == "refused"
    said = who.get(f"/cases/{case}/history").json["items"]
    assert [d["reason"] for d in said[-3:]] == ["eligible，虚构", "checked，虚构", "排序在推荐名额之后"], said
    assert len({d["entry"] for d in said[-3:]}) == 3 and all(d["name"] == "虚构city_other_province" for d in said[-3:]), said


TEMPLATE = """forms:
  - id: application-form
    label: 申报书
    layout: own
    process: application
    clause: 四.1
    quote: 提交申报书（见附件）以及相关证明材料
    sections:
      - id: unit
        cells:
          - {label: 单位名称, line: 1, width: 100, fill: [applicant.name], required: true, own: true}
          - {label: 建设设想, line: 2, width: 100, fill: [application.own_plan], required: true, own: true}
"""


@tap.meets("SXYY-073.1+2", "SXYY-040.5")
def test_the_office_loads_the_template_of_the_annex_and_a_call_keeps_the_version_it_began_under(world):
    who, office = party(world, "centreD", "煤层气"), world["province_other"]
    paper = f"/packs/{SX}/forms/application-form/paper?party={makers.code_of(world, 'centreD')}"
    assert who.get(paper).status == 400  # the annex came with no text: nothing is laid out
    calls = [makers.make_call(world, SX, "2026-01-01", "2027-06-30", "province_other")["call"]]
    makers.make_admitted(world, "centreD", SX, 20, calls[0])
    begin = {"pack": SX, "process": "application", "fields": {"to": "city", "office_city": "140100"}}
    before = who.ask("POST", "/cases", {**begin, "call": calls[0]})
    assert before.status == 201, before
    record = who.get(f"/cases/{before.json['id']}").json["record_id"]
    mine = os.path.join(world.data, "packs", SX)
    with open(os.path.join(PACKS, SX, "forms.yaml"), encoding="utf-8") as file:
        lines = file.read().split("materials:")[0].split("\n")
    text = TEMPLATE + "\n".join(line for line in lines if line != "forms:" and "id: application-form" not in line)
    put = {"digest": makers.digest_of(world, "province_other", SX), "version": "own-1", "text": text, "reason": "载入附件的版式"}
    path = f"/packs/{SX}/actions/forms"
    try:
        # By who may, of the files that he looked at, as another version; tried by lint, which says where it is wrong.
        assert world["province_officer"].ask("POST", path, put).status == 403
        assert who.ask("POST", path, put).status == 403
        assert office.ask("POST", path, {**put, "digest": "00"}).status == 409
        for wrong, told in (({"version": "1"}, 'is version "1" already'), ({"version": "a b"}, "a version is written with"), ({"text": text + "materials: []\n"}, "and nothing else"),
                            ({"text": text.replace("[application.own_plan]", "[application.no_such]")}, f"{SX}/forms.yaml:12"),
                            ({"text": text.replace("提交申报书（见附件）", "提交申报书（见附录）")}, f"{SX}/forms.yaml:7")):
            done = office.ask("POST", path, {**put, **wrong})
            assert done.status == 400 and told in done.json["detail"], (told, done)
        assert not os.path.exists(mine) and not os.listdir(os.path.dirname(mine))
        done = office.ask("POST", path, put)
        assert done.status == 200 and done.json["digest"] == makers.digest_to_activate(world, "province_other", SX) != put["digest"], done
        assert os.listdir(os.path.dirname(mine)) == [SX], os.listdir(os.path.dirname(mine))
        # Once more, over the office's own; then as it was.
        for version, words in (("own-2", "建设构想"), ("own-3", "建设设想")):
            again = {**put, "digest": makers.digest_to_activate(world, "province_other", SX), "version": version, "text": text.replace("建设设想", words)}
            assert office.ask("POST", path, again).json["version"] == version
        assert who.get(paper).status == 400  # it waits for two
        makers.make_activate(world, SX, "province_other", "leader_other_province")
        done = who.get(f"{paper}&record={record}")
        assert done.status == 200 and "建设设想" in json.dumps(done.json["content"], ensure_ascii=False), done
        assert "建设设想" in done.json["missing"], done.json["missing"]
        # The call began under the other version, and its case goes on under that.
        late = who.ask("POST", "/cases", {**begin, "call": calls[0]})
        assert late.status == 201, late
        versions = [who.get(f"/cases/{one.json['id']}").json["pack_digest"] for one in (before, late)]
        assert versions[0] == versions[1], versions
        old = who.get(f"/cases/{before.json['id']}/materials").json
        assert old["cells"] == [], old
        # A new call is of the new version: what its template wants is asked for.
        calls.append(makers_call(world, office))
        makers.make_admitted(world, "centreD", SX, 20, calls[1])
        now = who.ask("POST", "/cases", {**begin, "call": calls[1]})
        assert now.status == 201, now
        listed = who.get(f"/cases/{now.json['id']}/materials").json["cells"]
        assert [cell["label"] for cell in listed] == ["建设设想"], listed
        first = refused(act(who, now.json["id"], "submit-city"), "form", "建设设想")
        assert first["clause"] == "四.1", first
    finally:
        shutil.rmtree(mine, ignore_errors=True)
    # …and the new call goes on under the new, though it lies there no more.
    done = who.ask("POST", "/cases", {**begin, "call": calls[1]})
    assert done.status == 201, done
    digests = [who.get(f"/cases/{one.json['id']}").json["pack_digest"] for one in (before, now, done)]
    assert digests[0] != digests[1] == digests[2], digests


def test_a_case_begins_in_no_call_of_an_office_that_is_no_authority_of_the_policy(world):
    call = makers.make_call(world, SC, "2026-01-01", "2027-06-30")["call"]
    begin = {"pack": SC, "process": "application", "call": call, "fields": {"to": "city", "office_city": "510100", "summary": "虚构申报"}}
    who, owner = world["centre_manager"], "UPDATE record_call SET owner_unit = {} WHERE id = {}"
    for office in ("province_other", "ip_centre_officer"):
        client.run_sql(world, [owner.format(world[office].unit, call)])
        done = who.ask("POST", "/cases", begin)
        assert done.status == 400 and done.json["detail"].startswith("call:"), (office, done)
        assert "四川省市场监督管理局办公室" in done.json["detail"], done
    client.run_sql(world, [owner.format(world["province_officer"].unit, call)])
    assert who.ask("POST", "/cases", begin).status == 201


def test_a_call_is_opened_by_an_authority_of_its_policy(world):
    """…and only of a policy that there is; the field says whose it is."""
    def opened(person, programme):
        office = world[person]
        one = makers.create(office, "call", {"title": f"虚构批次 {person} {programme}", "programme": programme, "opens_on": "2026-01-01", "closes_on": "2027-06-30"})
        done = office.zh.act("call", one, "open")
        assert office.ask("GET", f"/records/call/{one}").json["state"] == ("open" if done.status == 200 else "draft"), done
        return done
    for person, programme, code, words in (("province_other", SC, "authority", "四川省市场监督管理局办公室"), ("ip_centre_officer", SC, "authority", "四川省市场监督管理局办公室"),
                                           ("province_officer", SX, "authority", "山西省知识产权局"), ("province_officer", "无此政策", "unknown", "政策标识"),
                                           ("province_officer", "cnipa-jiedu", "unknown", "政策标识")):
        done = opened(person, programme)
        assert done.status == 400, (person, programme, done)
        fault, = done.json["errors"]
        assert (fault["field"], fault["code"]) == ("/programme", code) and words in fault["message"], fault
    for person, programme in (("province_officer", SC), ("province_other", SX), ("ip_centre_officer", "sc-shifan-draft")):
        assert opened(person, programme).status == 200, (person, programme)


def makers_call(world, office):
    one = makers.create(office, "call", {"title": "虚构批次（新版申报书）", "programme": SX, "opens_on": "2026-01-01", "closes_on": "2027-06-30"})
    assert office.act("call", one, "open").status == 200
    return one


run(sys.modules[__name__])
