#!/usr/bin/env python3
"""work_test.py ZHIYUN: the cultivation centres' and bases' own work as records: resources, rules, standards, products, prizes."""
import json
import sys

from people import acted, bodies, changed, client, made, refused, run, shown, total, uploaded
import tap

YUCHENG, SHIFAN = "sc-yucheng-2025", "sc-shifan-draft"


def pack(world, name):
    """What the program says of a policy, forms, materials and evaluations included."""
    return json.loads(world.server.run("--json", "pack", "show", name))["packs"][0]


def code_of(unit):
    return bodies.credit_code(900000 + list(client.UNITS).index(unit))


def criteria(world, unit, question, day):
    done = world["province_officer"].ask("POST", f"/packs/{YUCHENG}/check",
                                         {"party": code_of(unit), "question": question, "as_of": day})
    assert done.status == 200, done
    return {c["id"]: c["pass"] for c in done.json["criteria"]}


@tap.meets("SCYC-001")
def test_the_opinions_header_is_complete(world):
    held = next(p for p in world["province_officer"].get("/packs").json["packs"] if p["id"] == YUCHENG)
    assert (held["number"], held["issued"], held["issuer"]) == ("川市监发〔2025〕52号", "2025-11-21", "四川省市场监督管理局"), held
    head = [c["quote"] for c in world["province_officer"].get(f"/packs/{YUCHENG}/clauses").json["clauses"] if c["clause"] == "文首"]
    assert any("相关企业、高等院校、科研机构" in quote for quote in head), head


@tap.meets("SCSF-001.1+2")
def test_the_measures_are_a_draft_on_a_listed_basis(world):
    assert "川知促发〔2020〕22号" in str(pack(world, SHIFAN)["basis"])
    done = world["province_officer"].ask("POST", f"/packs/{SHIFAN}/check", {"party": code_of("centreA")})
    assert (done.json["status"], done.json["binding"]) == ("draft", False), done


@tap.meets("SCSF-005", "SCSF-006")
def test_an_application_shows_four_points_and_is_scored_by_six_heads(world):
    held = pack(world, SHIFAN)
    points = [m["label"] for m in held["materials"] if m.get("proves") == ["ip-advantage"]]
    assert sorted(points) == ["中试基础证明", "知识产权优势证明", "知识产权管理制度", "科研实力证明"], points
    review = next(e for e in held["evaluations"] if e["id"] == "review")
    assert [h["label"] for h in review["heads"]] == [
        "知识产权优势明显", "较完善的知识产权管理制度", "较强的科研实力和科研技术中试基础", "知识产权市场化流转能力强",
        "创新研发和市场转化的特色明显", "区域或领域的创新转化辐射带动效应突出"], review


@tap.meets("SCYC-002", "SCYY-047.1")
def test_the_list_of_industries_is_dated_and_what_is_not_on_it_is_refused(world):
    officer, centre = world["province_officer"], world["centre_neighbour"]
    for name, first, last in (("人工智能", "2026-01-01", None), ("虚构旧产业", "2021-01-01", "2025-12-31")):
        made(officer, "industry_entry", list="15+N", name=name, from_date=first, to_date=last, basis="虚构文件", kind="future")
    refused(officer.create("industry_entry", {"list": "15+N", "name": "倒置", "kind": "future",
                                            "from_date": "2026-02-01", "to_date": "2026-01-01"}),
            "to_date")
    body = {"on_list": True, "list_version": "15+N", "list_date": "2026-05-01", "leading_enterprises": ["虚构龙头"]}
    refused(centre.create("industry", {**body, "name": "虚构旧产业"}), "list_version", "名录")
    refused(centre.create("industry", {**body, "name": "从未列入"}), "list_version")
    made(centre, "industry", **{**body, "list_date": "2025-12-31"}, name="虚构旧产业")
    made(centre, "industry", **body, name="人工智能")
    assert centre.create("industry_entry", {"list": "15+N", "name": "x", "from_date": "2026-01-01"}).status == 403


@tap.meets("SCYC-057")
def test_a_round_of_reviews_is_due_in_every_year(world):
    for day, due in (("2026-01-01", "2026-12-31"), ("2027-06-30", "2027-12-31")):
        said = world["province_officer"].get(f"/packs/{YUCHENG}/deadline?rule=yearly-review&from={day}").json
        assert said["due"] == due and "每年" in said["quote"], said


@tap.meets("SCYC-011")
def test_people_money_and_things_each_have_their_table(world):
    who = world["centre_staff"]
    made(who, "staff", name="虚构专职", full_time=True)
    made(who, "fund_line", line="人员费", requested="10.00")
    one = made(who, "workplace", address="虚构路9号", equipment=[{"name": "检索终端", "count": 2, "value": "12000.00"}])
    assert shown(who, "workplace", one)["equipment"] == [{"name": "检索终端", "count": 2, "value": "12000.00"}]
    assert total(who, "staff", "name=虚构专职") == total(who, "fund_line", "line=人员费") == 1
    refused(changed(who, "workplace", one, equipment=[{"count": 2}]), "equipment[0].name")


@tap.meets("SCYC-013")
def test_the_centre_is_in_the_units_strategy_with_a_document_for_each_year(world):
    who = world["centre_staff"]
    body = {"title": "年度重点工作", "kind": "plan", "matter": "strategy"}
    refused(who.create("document", {**body, "file": uploaded(who, "strategy")}), "year")
    refused(who.create("document", {**body, "year": 2026}), "file")
    for year in (2026, 2027):
        made(who, "document", **body, year=year, file=uploaded(who, f"strategy {year}"))
    assert [total(who, "document", f"matter=strategy and year={y}") for y in (2026, 2027, 2028)] == [1, 1, 0]


@tap.meets("SCYC-014")
def test_incentives_are_of_three_named_kinds(world):
    who = world["centre_staff"]
    for kind in ("promotion", "honour", "bonus"):
        made(who, "incentive", date="2026-05-01", person="虚构人员", kind=kind, ground="授权率超过目标")
        assert total(who, "incentive", f"kind={kind}") == 1
    refused(who.create("incentive", {"date": "2026-05-01", "person": "虚构人员", "kind": "gift", "ground": "x"}), "kind")
    refused(who.create("incentive", {"date": "2026-05-01", "person": "虚构人员", "kind": "bonus"}), "ground")


@tap.meets("SCYC-015", "SCYC-016", "SCYC-017")
def test_each_kind_of_unit_has_its_own_standard_with_edition_and_form(world):
    for person, unit, kind, standard, other in (
            ("centre_staff", "centreA", "enterprise", "enterprise_ip", "university_ip"),
            ("centre_neighbour", "centreB", "university", "university_ip", "institute_ip"),
            ("centre_far", "centreC", "institute", "institute_ip", "enterprise_ip")):
        who = world[person]
        made(who, "applicant", name=f"虚构{unit}", credit_code=code_of(unit), kind=kind)
        valid = {"issued": "2026-01-01", "expires": "2028-12-31", "edition": "2023", "form": "declaration"}
        wrong = made(who, "certificate", standard=other, certificate_no=f"{unit}-1", **valid)
        made(who, "list_statement", list="certificates", party=code_of(unit), up_to="2026-06-01", stated_by="虚构声明人")
        assert criteria(world, unit, "accept", "2026-06-01")["management-standard"] is False, kind
        one = made(who, "certificate", standard=standard, certificate_no=f"{unit}-2", **{**valid, "form": "certificate"})
        assert criteria(world, unit, "accept", "2026-06-01")["management-standard"] is True, kind
        assert (shown(who, "certificate", one)["edition"], shown(who, "certificate", wrong)["form"]) == ("2023", "declaration")


@tap.meets("SCYC-019")
def test_a_map_of_processes_has_control_points_in_research_production_and_business(world):
    who, paper = world["centre_staff"], uploaded(world["centre_staff"], "map")
    points = [{"stage": s, "step": "立项", "point": "检索报告"} for s in ("research", "production", "business")]
    body = {"title": "知识产权全过程管理", "kind": "rule", "matter": "process_map", "file": paper}
    for given in ([], points[:2], [points[0]] * 3):
        refused(who.create("document", {**body, "control_points": given}), "matter", "三个环节")
    one = made(who, "document", **body, control_points=points)
    refused(changed(who, "document", one, control_points=points[:2]), "matter")


@tap.meets("SCYC-021")
def test_an_analysis_of_competition_says_for_which_of_five_purposes(world):
    who, paper = world["centre_staff"], uploaded(world["centre_staff"], "analysis")
    body = {"title": "竞争态势分析", "kind": "report", "matter": "competition_analysis", "file": paper}
    refused(who.create("document", body), "purposes")
    refused(who.create("document", {**body, "purposes": ["curiosity"]}), "purposes[0]")
    for purpose in ("strategy", "research", "layout", "warning", "protection"):
        made(who, "document", **body, purposes=[purpose])
        assert total(who, "document", f"purposes={purpose}") == 1


@tap.meets("SCYC-027.1+2")
def test_fields_of_technology_are_tags_of_patents_and_of_targets(world):
    who = world["centre_staff"]
    for n, field in enumerate(("ai", "it", "biomedicine", "aerospace", "nuclear")):
        made(who, "patent_holding", number=bodies.cn_number(81000 + n), type="invention", technology_field=field)
        made(who, "cultivation_project", project_no=f"LY-{n}", technology_fields=[field])
        assert total(who, "patent_holding", f"technology_field={field}") == 1, field
        assert total(who, "cultivation_project", f"technology_fields={field}") == 1, field
    refused(who.create("patent_holding", {"number": bodies.cn_number(81009), "type": "invention", "technology_field": "magic"}),
            "technology_field")


@tap.meets("SCYC-028")
def test_an_agreement_to_innovate_together_has_two_parties(world):
    who, paper = world["centre_staff"], uploaded(world["centre_staff"], "agreement")
    body = {"title": "协同创新协议", "kind": "agreement", "matter": "cooperation", "file": paper}
    refused(who.create("document", body), "parties")
    refused(who.create("document", {**body, "parties": ["甲大学"]}), "parties", "两方")
    made(who, "document", **body, parties=["甲大学", "乙公司"])


@tap.meets("SCYC-041", "SCYC-044")
def test_a_product_is_unfiled_filed_or_recognised_and_has_its_revenue_by_patent_and_year(world):
    who, numbers = world["centre_staff"], [bodies.cn_number(82000), bodies.cn_number(82001)]
    one = made(who, "product", name="虚构隔膜", patents=numbers)
    assert shown(who, "product", one)["status"] == "未备案"
    refused(changed(who, "product", one, intensive_no="MJ-1", intensive_on="2026-09-01"), "filing", "备案")
    filing = made(who, "product_filing", filing_no="BA-1", date="2026-03-01", product="虚构隔膜")
    assert changed(who, "product", one, filing=filing).status == 200
    assert shown(who, "product", one)["status"] == "已备案"
    assert changed(who, "product", one, intensive_no="MJ-1", intensive_on="2026-09-01").status == 200
    assert shown(who, "product", one)["status"] == "已认定"
    rows = [{"year": y, "patent": p, "amount": a} for y, p, a in ((2025, numbers[0], "100.00"), (2026, numbers[0], "250.50"),
                                                                  (2026, numbers[1], "49.50"))]
    assert changed(who, "product", one, revenue=rows).status == 200
    assert shown(who, "product", one)["revenue_total"] == "400.00"
    assert changed(who, "product", one, revenue=[rows[0], rows[0]]).status in (400, 409), "one row a patent and year"
    refused(changed(who, "product", one, revenue_total="1.00"), "revenue_total")


@tap.meets("SCYC-043.1+2")
def test_the_six_named_ways_of_operation_have_their_totals(world):
    who = world["centre_far"]
    listed, = [[v["zh"] for v in f["values"]] for f in world.types["deal"]["fields"] if f["name"] == "type"]
    dictionary, = [d for d in pack(world, YUCHENG)["dictionaries"] if "SCYC-043" in d.get("rows", [])]
    named = [e["word"] for e in dictionary["entries"] if not e.get("own")]
    added = [e["word"] for e in dictionary["entries"] if e.get("own")]
    assert sorted(w.removeprefix("专利") for w in named) == sorted(["质押融资", "开放许可", "转让", "证券化", "作价入股", "标准化"]), named
    assert sorted(added) == ["其他", "许可"] and set(listed) >= {w.removeprefix("专利") for w in named + added}, (added, listed)
    for n, way in enumerate(("pledge", "open_licence", "transfer", "securitisation", "equity", "licence", "other", "standardisation")):
        for part, signed in enumerate(("2024-03-01", "2024-12-31", "2025-01-01")):  # the third is the next year's
            one = made(who, "deal", contract_no=f"YY-{n}-{part}", title="虚构", type=way, amount=f"{n + 1}0{part}.25", currency="CNY",
                       signed=signed, sides=[{"name": "虚构甲方"}, {"name": "虚构乙方"}], contract_file=uploaded(who, f"contract {n} {part}"))
            acted(who, "deal", one, "sign")
        made(who, "deal", contract_no=f"YY-{n}-未签", title="虚构", type=way, amount="9.99", currency="CNY", signed="2024-05-05")
        assert total(who, "deal", f"type={way}") == 4
    made(who, "list_statement", list="deals", party=code_of("centreC"), up_to="2024-12-31", stated_by="虚构甲")
    done = who.get(f"/reports/{YUCHENG}/operation-view?party={code_of('centreC')}&year=2024")
    assert done.status == 200, done
    report, = done.json["reports"]
    # Each deal of the year is in one total, and in one alone.
    deals = who.get("/records/deal?filter=signed>=2024-01-01 and signed<=2024-12-31 and state=signed&limit=200").json["items"]
    cents = lambda text: int(text.replace(".", ""))
    assert sum(cents(d["amount"]) for d in deals) == sum(cents(c["value"]) for s in report["sections"] for c in s["cells"]), report
    assert {c["title"]: c["value"] for s in report["sections"] for c in s["cells"]} == {
        "质押融资": "201.50", "开放许可": "401.50", "转让": "601.50", "证券化": "801.50", "作价入股": "1001.50", "许可": "1201.50",
        "其他": "1401.50", "标准化": "1601.50"}, report


@tap.meets("SCYC-045", "SCSF-022")
def test_applications_for_prizes_have_a_result(world):
    who = world["centre_staff"]
    for prize in ("national_science", "china_patent", "sichuan_patent"):
        one = made(who, "prize_application", title="虚构项目", prize=prize, year=2026, applied_on="2026-03-01")
        refused(changed(who, "prize_application", one, result="won"), "result_on")
        assert changed(who, "prize_application", one, result="won", grade="银奖", result_on="2026-11-01").status == 200
    assert total(world["ip_centre_officer"], "prize_application", "result=won") == 3
    officer = world["ip_centre_officer"]
    asked = made(who, "service_request", title="涉外授权专利资助", kind="foreign_grant", content="美国授权2件")
    acted(who, "service_request", asked, "submit")
    acted(officer, "service_request", asked, "accept", number="ZZ-1", due="2099-01-01", due_basis="x")
    acted(officer, "service_request", asked, "close", result="passed", result_date=shown(officer, "service_request", asked)["accepted_on"])


@tap.meets("SCYC-052")
def test_five_kinds_of_courses_are_counted(world):
    who = world["centre_staff"]
    five = ("search", "drafting", "control", "protection", "risk")
    made(who, "training", title="虚构综合班", date="2026-04-01", courses=list(five[:3]))
    made(who, "training", title="虚构风险班", date="2026-04-02", courses=["risk", "search"])
    assert [total(who, "training", f"courses={c}") for c in five] == [2, 1, 1, 0, 1]
    refused(who.create("training", {"title": "x", "date": "2026-04-03", "courses": ["cooking"]}), "courses[0]")


@tap.meets("SCYC-072")
def test_a_citys_trainings_publicity_and_exchanges_are_records(world):
    city = world["city_officer"]
    made(city, "training", title="市（州）专题培训", date="2026-04-01", attendees=60)
    for kind in ("publicity", "exchange"):
        made(city, "event", title=f"虚构{kind}", kind=kind, starts="2026-05-01T09:00:00+08:00")
    who = world["province_officer"]
    assert total(who, "training", 'title="市（州）专题培训"') == total(who, "event", "kind=publicity") == total(who, "event", "kind=exchange") == 1
    case = made(world["centre_neighbour"], "typical_case", title="虚构培育案例", kind="cultivation", summary="s", text="t",
                consents=[{"name": "本单位", "date": "2026-11-01", "file": uploaded(world["centre_neighbour"], "own consent")}])
    acted(world["company_staff"], "typical_case", case, "clear", clears=[{"field": "consents[0].file", "reason": "同意书不随案例发布"}])
    assert total(city, "typical_case", "kind=cultivation") == 0
    acted(world["centre_neighbour"], "typical_case", case, "submit")
    assert total(city, "typical_case", "kind=cultivation and state=submitted") == 1


@tap.meets("SCSF-013")
def test_cooperation_and_international_exchange_are_records(world):
    who = world["centre_staff"]
    made(who, "event", title="国际交流", kind="exchange", starts="2026-06-01T09:00:00+08:00")
    made(who, "consortium", name="虚构合作体", kind="consortium", formed="2026-01-01")
    assert total(who, "event", "kind=exchange and title=国际交流") == total(who, "consortium", "name=虚构合作体") == 1


@tap.meets("SCSF-015")
def test_a_fund_has_size_partners_and_investments_never_beyond_what_was_paid_in(world):
    who = world["centre_staff"]
    refused(who.create("operation_fund", {"name": "虚构无规模基金"}), "size")
    for lacking in ("name", "committed"):
        partner = {"name": "甲", "committed": "1.00", lacking: None}
        refused(who.create("operation_fund", {"name": "虚构", "size": "1.00", "partners": [partner]}), f"partners[0].{lacking}")
    one = made(who, "operation_fund", name="虚构运营基金", size="50000000.00",
               partners=[{"name": "甲", "committed": "30000000.00", "paid": "20000000.00"}, {"name": "乙", "committed": "20000000.00"}])
    paid = {"target": "虚构公司", "date": "2026-05-01", "amount": "20000000.00"}
    refused(changed(who, "operation_fund", one, investments=[paid, {**paid, "amount": "0.01"}]), "investments", "实缴")
    assert changed(who, "operation_fund", one, investments=[paid]).status == 200
    held = shown(who, "operation_fund", one)
    assert (held["size"], held["paid_in"], held["invested"]) == ("50000000.00", "20000000.00", "20000000.00"), held


run(sys.modules[__name__], language="zh")
