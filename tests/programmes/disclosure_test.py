#!/usr/bin/env python3
"""disclosure_test.py ZHIYUN: from a sealed disclosure to the fees of its patent: checklist, assessment, filing order and its exception,
draft and review, ledger, grade, upkeep; and beside it the gates of research, the filing plan, the valuation."""
import sys

from people import TODAY, acted, at_page, bodies, changed, client, confirmed, later, made, refused, run, shown, uploaded, waits
import tap

PARTS = ["field", "prior_art", "problem", "means", "difference", "effect", "example", "drawings"]
POINTS = ["clear", "supported", "enabling", "complete", "scope", "novel", "formal"]
CHECKS = ["licence", "agents", "scope", "quality", "acceptance", "fees", "secrecy"]
DIMENSIONS = [{"dimension": one, "score": score, "why": "虚构理由"} for one, score in (("market", 70), ("technology", 85), ("grant", 60))]
PLANS = [{"way": "invention", "scope": "方法和装置", "cost": "6000.00", "chosen": True}, {"way": "secret", "scope": "配方不公开"}]
SEARCHED = {"dimensions": DIMENSIONS, "searched_on": TODAY, "search_result": "最接近的一篇没有公开涂层厚度", "near": [bodies.cn_number(93900)]}
PASSED = {**SEARCHED, "plans": PLANS, "decision": "方法可以从产品看出，申请发明"}


def sealed(person, text):
    """A file as the page sends it for a field that is secret."""
    name = f"{abs(hash(text)) % 10 ** 6}.pdf"
    done = person.ask("POST", f"/files?name={name}&secrecy=secret", raw=b"%PDF-1.4\n% " + text.encode() + b"\n%%EOF\n")
    assert done.status == 201, done
    return {"digest": done.json["digest"], "name": name}


def disclosure(who, title, complete=True):
    one = made(who, "disclosure", title=title, inventors=["虚构甲", "虚构乙"], received=later(-20), service_invention=True, file=sealed(who, title), parts=PARTS)
    if complete:
        acted(who, "disclosure", one, "accept")
    return one


def draft_of(person, kind, origin, one):
    return person.get(f"/records/{kind}/draft?from={origin}&id={one}").json["drafts"][0]["values"]


def assessment(who, title, action=None):
    """Of a disclosure that is complete: what the draft does not carry is entered."""
    one = made(who, "assessment", **draft_of(who, "assessment", "disclosure", disclosure(who, title)))
    if action:
        acted(who, "assessment", one, action, "市场太小" if action == "fail" else None, **(SEARCHED if action == "fail" else PASSED))
    return one


def order(who, title, action="pass", **more):
    return made(who, "filing_order", **draft_of(who, "filing_order", "assessment", assessment(who, title, action)), type="invention", **more)


def signed(world, one, points=None):
    """The manager goes through the review sheet of a draft."""
    return at_page(world).ask("POST", f"/records/filing_order/{one}/actions/review", {"review_points": points or POINTS})


def labels(world, kind, field):
    return {v["code"]: v["zh"] for v in next(f for f in world.types[kind]["fields"] if f["name"] == field)["values"]}


@tap.meets("SCYC-035.1+2")
def test_a_disclosure_has_a_checklist_and_what_it_lacks_keeps_it_from_being_assessed(world):
    who = world["centre_manager"]
    assert len(labels(world, "disclosure", "parts")) == 8
    one = disclosure(who, "虚构隔膜涂层", complete=False)
    begun = made(who, "assessment", **draft_of(who, "assessment", "disclosure", one))
    for n, lacking in enumerate(PARTS):
        assert changed(who, "disclosure", one, parts=PARTS[:n] + PARTS[n + 1:]).status == 200
        refused(who.act("disclosure", one, "accept"), "parts", labels(world, "disclosure", "parts")[lacking])
        refused(who.act("assessment", begun, "pass", PASSED), "disclosure", "没有确认完整")
    assert changed(who, "disclosure", one, parts=PARTS).status == 200
    acted(who, "disclosure", one, "accept")
    assert shown(who, "disclosure", one)["stage"] == "complete"
    refused(changed(who, "disclosure", one, parts=PARTS[1:]), "parts")
    weighed = made(who, "assessment", **draft_of(who, "assessment", "disclosure", one))
    # What is returned is not assessed, until it is complete again; nor is the file assessed that was replaced.
    acted(who, "disclosure", one, "reopen", "补数据")
    refused(who.act("assessment", weighed, "pass", PASSED), "disclosure", "没有确认完整")
    assert changed(who, "disclosure", one, file=sealed(who, "另一份交底书")).status == 200
    acted(who, "disclosure", one, "accept")
    refused(who.act("assessment", weighed, "pass", PASSED), "file", "换过")


@tap.meets("SCYC-034.1+2", "SCYC-036.1+2")
def test_an_assessment_has_three_dimensions_a_search_and_compared_plans_and_keeps_the_file_and_who_made_it(world):
    who = world["centre_manager"]
    source = disclosure(who, "虚构负极")
    draft = draft_of(who, "assessment", "disclosure", source)
    assert (draft["title"], draft["file"]["digest"]) == ("虚构负极", shown(who, "disclosure", source)["file"]["digest"]), draft
    one = made(who, "assessment", **draft)
    for lacking in ("dimensions", "searched_on", "search_result", "plans", "decision"):
        refused(who.act("assessment", one, "pass", {k: v for k, v in PASSED.items() if k != lacking}), lacking)
    for n, dimension in enumerate(("市场需求", "技术价值", "授权前景")):
        refused(who.act("assessment", one, "pass", {**PASSED, "dimensions": DIMENSIONS[:n] + DIMENSIONS[n + 1:]}), "dimensions", f"“{dimension}”")
        refused(who.act("assessment", one, "fail", {**SEARCHED, "dimensions": DIMENSIONS[:n] + DIMENSIONS[n + 1:]}, "?reason=虚构"), "dimensions", f"“{dimension}”")
    for plans in (PLANS[:1], [{**plan, "chosen": True} for plan in PLANS], [{**plan, "chosen": False} for plan in PLANS]):
        refused(who.act("assessment", one, "pass", {**PASSED, "plans": plans}), "plans")
    acted(who, "assessment", one, "pass", **PASSED)
    row = shown(who, "assessment", one)
    assert (row["state"], row["average"], row["evaluator"], row["assessed_on"]) == ("passed", "71.67", who.account, TODAY), row
    assert row["file"]["digest"] == draft["file"]["digest"] and [p.get("chosen") for p in row["plans"]] == [True, None] and row["decision"] == PASSED["decision"], row
    refused(changed(who, "assessment", one, decision="另一理由"), "decision")
    assert shown(who, "disclosure", source)["stage"] == "assessed"


@tap.meets("SCYC-034.1+2")
def test_a_sealed_disclosure_is_read_by_whom_it_concerns_and_each_reading_is_written_down(world):
    who, colleague, author = world["centre_manager"], world["centre_colleague"], world["centre_staff"]
    one = disclosure(author, "虚构密封交底")
    row = shown(author, "disclosure", one)
    assert row["file"] == shown(who, "disclosure", one)["file"] and row["parts"] == PARTS
    seen = shown(colleague, "disclosure", one)
    assert seen["title"] == row["title"] and "file" not in seen, seen
    for person in ("city_officer", "province_officer", "ip_centre_officer", "auditor", "centre_neighbour", "bank_officer", "expert", "public"):
        for kind, number in (("disclosure", one), ("assessment", None)):
            assert world[person].get(f"/records/{kind}/{number or 1}").status in (401, 404), person
    digest = row["file"]["digest"]
    (file_id,), = client.ask_sql(world, f"SELECT id FROM file WHERE digest = '{digest}'")
    readings = lambda: [r[0] for r in client.ask_sql(world, "SELECT body FROM log_entry") if f'"type":"file","id":{file_id}' in r[0] and "read" in r[0]]
    before = len(readings())
    assert colleague.get(f"/files/{digest}").status == 404 and who.get(f"/files/{digest}").status == 403, "by a token nobody reads it"
    assert at_page(world).ask("GET", f"/files/{digest}").status == 200 and len(readings()) == before + 3, readings()
    # Whom it is assigned to reads it as well.
    done = who.ask("POST", f"/records/disclosure/{one}/assignments", {"account": colleague.account, "kind": "do"})
    assert done.status == 201, done
    assert shown(colleague, "disclosure", one)["file"]["digest"] == digest


@tap.meets("SCYY-027", "SXYY-024.3")
def test_nothing_is_ordered_on_an_assessment_that_failed_unless_another_person_lets_it_with_a_reason(world):
    who, other = world["centre_manager"], world["centre_staff"]
    failed = order(other, "虚构未通过", "fail")
    refused(other.act("filing_order", failed, "issue"), "assessment", "没有通过")
    refused(who.act("filing_order", failed, "issue"), "assessment", "没有通过")
    assert other.act("filing_order", failed, "override").status == 400, "with its reason"
    assert other.act("filing_order", failed, "override", {}, "?reason=竞争对手将公开").status == 202
    assert shown(who, "filing_order", failed)["state"] == "draft", "one of two lets nothing pass"
    confirmed(world, "centre_manager", "filing_order", failed, "override", "竞争对手将公开")
    row = shown(who, "filing_order", failed)
    assert (row["state"], row["override_by"], row["issued_on"], row["stage"]) == ("issued", who.account, TODAY, "issued"), row
    newest = who.get(f"/records/filing_order/{failed}/history").json["items"][0]
    assert "竞争对手将公开" in str(newest), newest
    draft = made(other, "filing_order", **draft_of(other, "filing_order", "assessment", assessment(other, "虚构评估中")), type="invention")
    refused(other.act("filing_order", draft, "issue"), "assessment", "没有通过")
    passed = order(other, "虚构通过")
    acted(other, "filing_order", passed, "issue")
    assert shown(who, "filing_order", passed)["override_by"] is None


@tap.meets("SCYC-038", "SCYC-037.1", "SCSF-011.2")
def test_a_draft_is_final_by_the_review_of_another_than_who_drafted_it_point_by_point(world):
    who, other = world["centre_manager"], world["centre_staff"]
    one = order(other, "虚构质控", due=later(10))
    acted(other, "filing_order", one, "issue")
    assert [item["due"] for item in waits(other, "filing_order", one)] == [later(10)]
    refused(other.act("filing_order", one, "hand_in"), "draft_file")
    acted(other, "filing_order", one, "hand_in", draft_file=sealed(other, "文本一"))
    refused(other.act("filing_order", one, "review", {"review_points": POINTS}), "reviewed_by")
    assert len(labels(world, "filing_order", "review_points")) == 7
    for n in range(len(POINTS)):
        refused(signed(world, one, POINTS[:n] + POINTS[n + 1:]), "review_points", "七项")
    acted(who, "filing_order", one, "send_back", "独立权利要求过窄", review_note="权利要求1删去涂层厚度")
    assert shown(who, "filing_order", one)["drafted_by"] is None
    acted(other, "filing_order", one, "hand_in", draft_file=sealed(other, "文本二"))
    assert signed(world, one).status == 200
    row = shown(who, "filing_order", one)
    assert (row["state"], row["drafted_by"], row["reviewed_by"], row["reviewed_on"]) == ("reviewed", other.account, who.account, TODAY), row
    acted(other, "filing_order", one, "file", number=bodies.cn_number(93001), filed=TODAY)
    assert not waits(other, "filing_order", one) and shown(who, "filing_order", one)["stage"] == "filed"


@tap.meets("SCYC-039")
def test_an_order_to_an_agency_names_a_contract_that_was_checked_against_the_standard(world):
    who = world["centre_manager"]
    field = next(f for f in world.types["document"]["fields"] if f["name"] == "agency_checks")
    assert "《专利商标代理服务政府采购需求标准（试行）》" in field["label"]["zh"] and len(field["values"]) == 7, field
    one = order(who, "虚构委托代理", agency="虚构专利代理事务所")
    refused(who.act("filing_order", one, "issue"), "contract")
    other, contract = (made(who, "document", title=f"虚构{matter}", kind="agreement", matter=matter, file=uploaded(who, f"d{matter}")) for matter in ("navigation", "agency_contract"))
    refused(changed(who, "filing_order", one, contract=other), "contract", "代理服务合同")
    assert changed(who, "filing_order", one, contract=contract).status == 200
    assert changed(who, "document", contract, agency_checks=CHECKS[1:]).status == 200
    refused(who.act("filing_order", one, "issue"), "contract", "逐项核对")
    assert changed(who, "document", contract, agency_checks=CHECKS).status == 200
    acted(who, "filing_order", one, "issue")


@tap.meets("SCYC-037.2", "SCSF-011.3")
def test_what_was_filed_is_in_the_ledger_with_nothing_typed_again_and_its_fees_are_a_list(world):
    who, other = world["centre_manager"], world["centre_staff"]
    one = order(other, "虚构入账")
    acted(other, "filing_order", one, "issue")
    acted(other, "filing_order", one, "hand_in", draft_file=sealed(other, "入账文本"))
    assert signed(world, one).status == 200
    number = bodies.cn_number(93002, 2026)
    acted(other, "filing_order", one, "file", number=number, filed=TODAY)
    draft = draft_of(other, "patent_holding", "order", one)
    assert {"number": number, "title": "虚构入账", "type": "invention", "filed": TODAY, "service_invention": True, "outcome": "pending"}.items() <= draft.items(), draft
    patent = made(other, "patent_holding", **draft)
    # A fee reminds of itself, without a second field; what is paid is over, and so is what is given up.
    fees = [{"year": 4, "due": later(20), "amount": "1200.00"}, {"year": 5, "due": later(385), "amount": "1200.00"}]
    assert changed(other, "patent_holding", patent, fees=fees).status == 200
    item, = waits(other, "patent_holding", patent)
    assert item["due"] == later(20) and item["act"] == {"field": "fees.paid"}, item
    assert [row["id"] for row in who.get(f"/records/patent_holding?filter=fee_due<={later(90)} and title=虚构入账").json["items"]] == [patent]
    assert changed(other, "patent_holding", patent, fees=[{**fees[0], "paid": TODAY}, fees[1]]).status == 200
    assert not waits(other, "patent_holding", patent) and shown(other, "patent_holding", patent)["fee_due"] == later(385)
    assert changed(other, "patent_holding", patent, fees=fees, upkeep="drop").status == 200
    assert not waits(other, "patent_holding", patent) and shown(other, "patent_holding", patent)["fee_due"] is None


def fee_of(person, one, year):
    """The computed fee of a year of a patent."""
    return next(fee for fee in shown(person, "patent_holding", one)["_fees"] if fee["year"] == year)


def test_the_fees_of_a_patent_are_computed_and_remind_of_themselves_until_they_are_paid(world):
    who = world["centre_staff"]
    listed = lambda one: next(row for row in who.get("/records/patent_holding?filter=title=虚构年费&fields=fee_due,fee_amount").json["items"] if row["id"] == one)
    one = made(who, "patent_holding", number=bodies.cn_number(93020, 2018), type="invention", title="虚构年费", filed="2018-12-10")
    assert not waits(who, "patent_holding", one) and "_fees" not in shown(who, "patent_holding", one)
    assert changed(who, "patent_holding", one, registration_notice=later(-50)).status == 200
    item, = waits(who, "patent_holding", one)
    assert (item["due_name"], item["due"], item["act"]) == ("registration", "2026-12-01", {"field": "granted"}), item
    assert changed(who, "patent_holding", one, granted="2021-05-04", reduction="none").status == 200
    # 2026-12-10 is a Thursday; the ninth year costs 2,000 yuan (附件2); six months on there is no table of working days.
    item, = waits(who, "patent_holding", one)
    assert (item["due"], item["row"], item["act"]) == ("2026-12-10", 9, {"field": "fees.paid"}), item
    fee = fee_of(who, one, 9)
    assert (fee["last_day"], fee["full"], fee["percent"], fee["amount"], fee["open"], fee["ends_on"]) == ("2026-12-10", "2000.00", 0, "2000.00", True, "2026-12-10"), fee
    assert fee["surcharge"] == ["0.00", "100.00", "200.00", "300.00", "400.00", "500.00"] and [row["field"] for row in fee["unchecked"]] == ["grace_end"], fee
    assert [fee["year"] for fee in shown(who, "patent_holding", one)["_fees"]] == list(range(3, 21))
    assert (listed(one)["fee_due"], listed(one)["fee_amount"]) == ("2026-12-10", "2000.00")
    # Two owners, asked for with the application.
    assert changed(who, "patent_holding", one, reduction="70", reduction_asked="2018-12-10").status == 200
    assert fee_of(who, one, 9)["amount"] == listed(one)["fee_amount"] == "600.00"
    # What is paid is over, and the next year's fee stands; its day is not far enough to be told yet.
    assert changed(who, "patent_holding", one, fees=[{"year": 9, "paid": TODAY, "amount": "600.00"}]).status == 200
    assert not waits(who, "patent_holding", one) and not fee_of(who, one, 9)["open"] and fee_of(who, one, 10)["open"]
    assert listed(one)["fee_due"] == fee_of(who, one, 10)["last_day"] == "2027-12-10" and listed(one)["fee_amount"] == "1200.00"
    due = [row for row in who.get(f"/due?type=patent_holding&id={one}").json["items"] if row["due_name"] == "fee"]
    assert [row["row"] for row in due] == [10], due
    assert changed(who, "patent_holding", one, fees=[], upkeep="drop").status == 200
    assert not waits(who, "patent_holding", one) and listed(one)["fee_due"] is None
    assert changed(who, "patent_holding", one, upkeep="keep", lapsed="2025-12-10").status == 200
    assert not waits(who, "patent_holding", one)
    # A fee in its months of grace still waits; one whose grace is over does not, for the patent has ended or somebody paid.
    late, over = (made(who, "patent_holding", number=bodies.cn_number(93021 + n, 2018), type="invention", title="虚构年费", filed=filed, granted="2019-03-05")
                  for n, filed in enumerate(("2018-06-15", "2018-05-18")))
    item, = waits(who, "patent_holding", late)
    assert (item["due"], item["row"], fee_of(who, late, 9)["grace_end"]) == ("2026-06-15", 9, "2026-12-15"), item
    # Whether it is reduced was not said: the amount is not known.
    assert fee_of(who, late, 9)["amount"] is listed(late)["fee_amount"] is None and "percent" in [row["field"] for row in fee_of(who, late, 9)["unchecked"]]
    assert not waits(who, "patent_holding", over) and listed(over)["fee_due"] == "2027-05-18"


@tap.meets("SCYY-028.1+2", "SXYY-024.4+5")
def test_a_grade_is_changed_by_its_rule_with_a_reason_the_old_one_is_kept_and_it_decides_the_fees(world):
    who = world["centre_manager"]
    rule, other = (made(who, "document", title=f"虚构{matter}", kind="rule", matter=matter, file=uploaded(who, f"g{matter}")) for matter in ("grading", "navigation"))
    one = made(who, "patent_holding", number=bodies.cn_number(93010), type="invention", title="虚构分级", grade="ordinary", fees=[{"year": 3, "due": later(30), "amount": "900.00"}])
    advice = lambda: shown(who, "patent_holding", one)["fee_advice"]
    assert advice() == "逐件决定"
    refused(changed(who, "patent_holding", one, grade="core"), "grade")
    regrade = lambda body, reason="?reason=标准采纳": who.act("patent_holding", one, "regrade", body, reason)
    refused(regrade({"grade": "core"}), "grade_rule")
    refused(regrade({"grade": "core", "grade_rule": other}), "grade_rule", "分级分类管理标准")
    assert regrade({"grade": "core", "grade_rule": rule}, "").status == 400, "with its reason"
    assert regrade({"grade": "core", "grade_rule": rule}).status == 200
    row = shown(who, "patent_holding", one)
    assert (row["grade"], row["graded_on"], advice()) == ("core", TODAY, "续缴"), row
    new, old = who.get(f"/records/patent_holding/{one}/history").json["items"]
    assert (old["content"]["grade"], new["content"]["grade"]) == ("ordinary", "core") and "标准采纳" in str(new), (old, new)
    due, = (item for item in who.get(f"/due?type=patent_holding&id={one}").json["items"] if item["due_name"] == "grading")
    assert due["due"] == "2027-11-20" and due["act"] == {"action": "regrade"}, due
    assert regrade({"grade": "ordinary", "grade_rule": rule, "upkeep": "drop"}).status == 200 and advice() == "已决定放弃"
    # The list from which is decided: what is due soon, by grade.
    core = made(who, "patent_holding", number=bodies.cn_number(93011), type="invention", title="虚构分级", grade="core", fees=[{"year": 3, "due": later(60), "amount": "900.00"}])
    soon = who.get(f"/records/patent_holding?filter=title=虚构分级 and fee_due<={later(90)}&sort=fee_due&fields=grade,fee_due,fee_advice,upkeep").json["items"]
    assert [(row["id"], row["fee_due"], row["fee_advice"]) for row in soon] == [(core, later(60), "续缴")], soon


@tap.meets("SCYC-033")
def test_a_phase_of_research_begins_when_the_ip_items_of_the_one_before_are_done(world):
    who = world["centre_manager"]
    report = made(who, "document", title="虚构检索", kind="report", matter="search_report", file=uploaded(who, "阶段检索"))
    phases = ("open", "approved", "testing", "solved")
    gates = [{"phase": phase, "item": f"虚构{phase}事项", "responsible": "虚构丙", "due": later(3)} for phase in phases]
    one = made(who, "research_problem", title="虚构分阶段", kind="core", responsible="虚构研究所", due="2027-06-30", gates=gates, search_report=report)
    assert [item["due"] for item in waits(who, "research_problem", one)] == [later(3)] * 4
    for n, action in enumerate(("approve", "verify", "solve")):
        refused(who.act("research_problem", one, action, {}, "?reason=虚构"), "gates", f"虚构{phases[n]}事项")
        gates[n]["done"] = TODAY
        if action == "solve":
            gates[n + 1]["done"] = TODAY
        assert changed(who, "research_problem", one, gates=gates).status == 200
        acted(who, "research_problem", one, action, *(["虚构"] if action == "solve" else []))
    assert not waits(who, "research_problem", one)
    draft = draft_of(who, "research_problem", "like", one)
    assert [row["item"] for row in draft["gates"]] == [row["item"] for row in gates] and not any("done" in row for row in draft["gates"]), draft


@tap.meets("SCYC-031")
def test_a_filing_plan_has_its_countries_and_days_within_the_twelve_months_of_priority(world):
    who = world["centre_manager"]
    first = made(who, "patent_holding", number=bodies.cn_number(93020, 2026), type="invention", title="虚构首次申请", filed=later(-300))
    draft = draft_of(who, "layout_plan", "holding", first)
    assert {"title": "虚构首次申请", "kind": "invention", "priority": later(-300)}.items() <= draft.items(), draft
    last = "2027-01-24"
    refused(who.create("layout_plan", {**draft, "places_planned": [{"place": "美国", "route": "paris", "due": "2027-01-25"}]}), "places_planned", "十二个月（2027-01-24）")
    one = made(who, "layout_plan", **draft, places_planned=[{"place": "美国", "route": "paris", "due": last}, {"place": "欧洲", "route": "national", "due": "2028-07-24"}])
    row = shown(who, "layout_plan", one)
    assert (row["places"], row["next_day"]) == (2, last), row
    assert sorted(item["due"] for item in waits(who, "layout_plan", one)) == [last, last]
    acted(who, "layout_plan", one, "finish")
    assert not waits(who, "layout_plan", one)


@tap.meets("SCYC-042")
def test_a_valuation_says_its_method_and_range(world):
    who = world["centre_manager"]
    patent = made(who, "patent_holding", number=bodies.cn_number(93030), type="invention", title="虚构评估专利")
    body = {**draft_of(who, "valuation", "holding", patent), "method": "income", "low": "1000000.00", "high": "1500000.00", "valued_on": later(-5), "valued_by": "虚构评估所"}
    assert body["patents"] == [bodies.cn_number(93030)] and body["title"] == "虚构评估专利", body
    for lacking in ("method", "low", "valued_on", "valued_by", "patents"):
        refused(who.create("valuation", {**body, lacking: None}), lacking)
    refused(who.create("valuation", {**body, "high": "999999.99"}), "high")
    assert shown(who, "valuation", made(who, "valuation", **body))["method"] == "income"


def test_what_these_records_export_comes_back_unchanged(world):
    who = world["centre_manager"]
    for kind in ("disclosure", "assessment", "filing_order", "layout_plan", "valuation", "research_problem", "patent_holding"):
        book = who.get(f"/records/{kind}/export.xlsx").content
        done = who.ask("POST", f"/records/{kind}/import?name=same.xlsx", raw=book)
        assert done.status == 200, (kind, done)
        assert not done.json.get("created") and not done.json.get("changed") and not done.json.get("errors"), (kind, done.json)


run(sys.modules[__name__], language="zh")
