#!/usr/bin/env python3
"""workbench_test.py ZHIYUN: the centres' daily work as records: problems, demands, deals, lists of patents, shares of income,
standards, what is given freely, solutions, a fund."""
import io
import sys
import zipfile

from people import acted, bodies, changed, client, made, refused, run, shown, total, uploaded
import tap

PATENT = bodies.cn_number(91000)


@tap.meets("SCYY-009.1+2", "SCYC-029.1+2")
def test_a_problem_has_who_when_and_its_patents_and_those_without_one_are_a_list(world):
    who = world["centre_manager"]
    body = {"title": "虚构隔膜耐热", "kind": "core", "responsible": "虚构研究所", "due": "2027-06-30"}
    for lacking in ("title", "kind", "responsible", "due"):
        refused(who.create("research_problem", {**body, lacking: None}), lacking)
    one = made(who, "research_problem", **body)
    other = made(who, "research_problem", **{**body, "title": "虚构涂覆"}, patents=[PATENT, bodies.cn_number(91001)])
    assert (shown(who, "research_problem", one)["patent_count"], shown(who, "research_problem", other)["patent_count"]) == (0, 2)
    without = lambda: [row["id"] for row in who.get("/records/research_problem?limit=200&fields=patent_count").json["items"] if row["patent_count"] == 0]
    assert without() == [one], without()
    assert changed(who, "research_problem", one, patents=[PATENT], responsible="虚构公司").status == 200
    assert without() == [] and shown(who, "research_problem", one)["state"] == "open"
    assert who.act("research_problem", one, "solve").status == 400, "with its reason"
    assert acted(who, "research_problem", one, "solve", "样品通过测试")["state"] == "solved"
    versions = who.get(f"/records/research_problem/{one}/history").json["items"]
    assert [v["version"] for v in versions] == [3, 2, 1] and versions[-1]["content"]["responsible"] == "虚构研究所", versions


@tap.meets("SCYY-011.1+2")
def test_a_demand_that_came_within_90_days_is_marked_and_goes_through_five_states(world):
    who = world["centre_manager"]
    party = made(who, "served_party", name="虚构需求方", credit_code=bodies.credit_code(9100), served="2026-01-01")
    other = made(who, "served_party", name="虚构另一方", credit_code=bodies.credit_code(9101), served="2026-01-01")
    body = {"title": "找隔膜", "text": "需要耐热隔膜技术", "party": party}
    first = made(who, "demand", **body)
    assert shown(who, "demand", first)["repeats"] == 0
    second = made(who, "demand", **{**body, "title": "再找隔膜"})
    made(who, "demand", **{**body, "text": "需要电解液"})
    made(who, "demand", **{**body, "party": other})
    assert [shown(who, "demand", n)["repeats"] for n in (first, second)] == [1, 1]
    day = 24 * 3600 * 1000
    for days, repeats in ((90, 1), (91, 0)):
        (created,), = client.ask_sql(world, f"SELECT created_ms FROM record_demand WHERE id = {second}")
        client.run_sql(world, [f"UPDATE record_demand SET created_ms = {int(created) - days * day} WHERE id = {first}"])
        assert shown(who, "demand", second)["repeats"] == repeats, days
    states = [(s["name"], s["label"]["zh"]) for s in world.types["demand"]["states"]["list"]]
    assert [zh for _, zh in states] == ["待梳理", "已发布", "对接中", "已成交", "已关闭"], states
    refused(who.act("demand", first, "publish"), "expires")
    assert changed(who, "demand", first, expires="2026-01-31").status == 200
    refused(who.act("demand", first, "publish"), "expires", "不得早于")
    assert changed(who, "demand", first, expires="2027-01-01").status == 200
    for action, state in (("publish", "published"), ("begin_matching", "matching"), ("make_deal", "dealt")):
        assert acted(who, "demand", first, action)["state"] == state
    assert acted(who, "demand", second, "close", "重复")["state"] == "closed"


@tap.meets("SCYY-019.1+2+3+4", "SXYY-014.8+9+10+11")
def test_a_deal_goes_from_intent_to_contract_to_filing_and_skips_none_without_a_reason(world):
    who = world["centre_manager"]
    deal = lambda number, **more: made(who, "deal", contract_no=number, title="虚构", type="licence", amount="1234.50", currency="CNY",
                                       sides=[{"name": "虚构甲"}, {"name": "虚构乙"}], signed="2026-03-01", contract_file=uploaded(who, number), **more)
    one = deal("WB-1")
    assert who.act("deal", one, "file", {"filed_on": "2026-03-05", "filing_no": "B-1"}).status == 409, "no contract yet"
    assert acted(who, "deal", one, "sign")["state"] == "signed"
    assert acted(who, "deal", one, "file", filed_on="2026-03-05", filing_no="B-1")["state"] == "filed"
    skipped = deal("WB-2", filed_on="2026-03-05", filing_no="B-2")
    assert who.act("deal", skipped, "file_directly").status == 400, "without its reason"
    assert changed(who, "deal", skipped, filing_no=None).status == 200
    refused(who.act("deal", skipped, "file_directly", {"filing_no": "B-1"}, "?reason=x"), "filing_no", "已登记在合同WB-1下")
    assert acted(who, "deal", skipped, "file_directly", "合同与备案同日办理", filing_no="B-2")["state"] == "filed"
    said = who.get(f"/records/deal/{skipped}/history").json["items"][0]
    assert (said["action"], said["reason"]) == ("file_directly", "合同与备案同日办理"), said
    row = shown(who, "deal", one)
    assert (row["amount"], row["currency"]) == ("1234.50", "CNY"), row
    for amount in ("1234.567", "很多"):
        refused(who.create("deal", {"contract_no": "WB-3", "type": "licence", "amount": amount}), "amount")
    refused(who.create("deal", {"contract_no": "WB-3", "type": "licence", "amount": "1.00", "currency": "两"}), "currency")


@tap.meets("SCYY-026.1+2", "SXYY-024.1+2")
def test_staff_have_their_qualification_with_evidence_and_changes_are_on_record(world):
    who = world["centre_manager"]
    one = made(who, "staff", name="虚构工程师", qualified=True, qualification="专利代理师", proof_files=[uploaded(who, "licence")])
    assert changed(who, "staff", one, position="主任").status == 200
    row = shown(who, "staff", one)
    assert (row["qualification"], len(row["proof_files"]), row["position"]) == ("专利代理师", 1, "主任"), row
    history = who.get(f"/records/staff/{one}/history").json["items"]
    assert [(v["version"], v["changed"]) for v in history][0] == (2, ["position"]), history


@tap.meets("SCYY-030.1+2", "SXYY-024.9+10")
def test_income_is_shared_to_the_fen_and_what_is_left_stays_with_the_unit(world):
    who = world["centre_manager"]

    def shared(title, income, cost, percent, people):
        one = made(who, "income_sharing", title=title, income=income, cost=cost, people_percent=percent, plan_file=uploaded(who, title))
        parts = [shown(who, "income_share", made(who, "income_share", sharing=one, person=f"虚构{n}", percent=p))["amount"]
                 for n, p in enumerate(people)]
        row = shown(who, "income_sharing", one)
        fen = lambda text: int(text.replace(".", ""))
        assert sum(map(fen, parts)) + fen(row["kept"]) == fen(row["net"]) and fen(row["shared"]) == sum(map(fen, parts)), (row, parts)
        return one, parts, row
    one, parts, row = shared("虚构一", "1000000.00", "50000.00", "70.00", ["60.00", "40.00"])
    assert (parts, row["kept"], row["net"]) == (["399000.00", "266000.00"], "285000.00", "950000.00"), (parts, row)
    _, parts, row = shared("虚构二", "100.00", "0.01", "70.00", ["33.33", "33.33", "33.34"])  # thirds of 69.993: cut to the fen
    assert parts == ["23.32", "23.32", "23.33"] and row["kept"] == "30.02", (parts, row)
    refused(who.create("income_share", {"sharing": one, "person": "自填", "percent": "1.00", "amount": "9.00"}), "amount")
    loss = made(who, "income_sharing", title="亏", income="1.00", cost="1.01", people_percent="70.00", plan_file=uploaded(who, "loss"))
    made(who, "income_share", sharing=loss, person="虚构", percent="100.00")
    refused(who.act("income_sharing", loss, "decide"), "cost")
    intent = made(who, "deal", contract_no="意向-1", type="licence", amount="1000000.00", currency="CNY", sides=[{"name": "虚构公司"}], contract_file=uploaded(who, "intent"))
    assert changed(who, "income_sharing", one, deal=intent).status == 200
    refused(who.act("income_sharing", one, "decide"), "deal", "尚未签订")
    assert changed(who, "deal", intent, signed="2026-03-01").status == 200
    acted(who, "deal", intent, "sign")
    # Nobody asked why; what is said all the same is kept.
    assert acted(who, "income_sharing", one, "decide", "按本单位分配办法")["state"] == "decided"
    assert who.get(f"/records/income_sharing/{one}/history").json["items"][0]["reason"] == "按本单位分配办法"
    # Of one contract no more is shared than it brings, and what was shared of it keeps it.
    more, _, _ = shared("虚构三", "0.01", "0.00", "70.00", ["100.00"])
    assert changed(who, "income_sharing", more, deal=intent).status == 200
    refused(who.act("income_sharing", more, "decide"), "income", "合计1000000.01元，超过合同金额1000000.00元")
    # Of a contract in another currency nothing is shared before an office has checked its rate.
    abroad = made(who, "deal", contract_no="外币-1", type="licence", signed="2026-03-01", amount="100.00", currency="USD", amount_cny="710.00",
                  exchange_rate="7.1", exchange_rate_on="2026-03-01", exchange_rate_source="虚构中间价", sides=[{"name": "虚构公司"}],
                  contract_file=uploaded(who, "abroad"))
    acted(who, "deal", abroad, "sign")
    foreign, _, _ = shared("虚构外币", "710.00", "0.00", "70.00", ["100.00"])
    assert changed(who, "income_sharing", foreign, deal=abroad).status == 200
    refused(who.act("income_sharing", foreign, "decide"), "income", "超过合同金额0.00元")
    acted(world["city_officer"], "deal", abroad, "check_rate")
    acted(who, "income_sharing", foreign, "decide")
    refused(who.act("deal", intent, "void", {}, "?reason=x"), "contract_no", "“虚构一”已经确定")
    # What is decided stands: it is paid, and revoked with the reason.
    first, second = (r["id"] for r in who.get(f"/records/income_share?filter=sharing={one}").json["items"][:2])
    draft = made(who, "income_sharing", title="草稿", income="1.00", cost="0.00", people_percent="70.00")
    refused(changed(who, "income_share", first, percent="1.00"), "percent", "已经确定")
    for field, value in (("person", "虚构另一人"), ("sharing", draft)):
        assert changed(who, "income_share", first, **{field: value}).status in (400, 403), field
    refused(who.create("income_share", {"sharing": one, "person": "后加", "percent": "0.01"}), "percent", "已经确定")
    refused(who.act("income_share", second, "end", {}, "?reason=x"), "percent", "已经确定")
    assert who.act("income_sharing", one, "end", {}, "?reason=x").status in (403, 409)
    assert changed(who, "income_share", first, paid_on="2026-04-01", voucher_no="付-1").status == 200
    acted(who, "income_sharing", one, "revoke", "份额有误")
    acted(who, "income_sharing", more, "decide")
    acted(who, "income_sharing", more, "revoke", "重复")
    acted(who, "deal", intent, "void", "已解除")
    for n, percents in enumerate((["50.00"], ["60.00", "40.01"])):
        other, _, _ = shared(f"虚构不足或超出{n}", "10.00", "0.00", "70.00", percents)
        refused(who.act("income_sharing", other, "decide"), "people_percent", "100%")


@tap.meets("SCYY-034.1+2+3+4")
def test_core_and_key_patents_of_an_industry_are_two_lists_with_reasons_a_log_and_a_workbook(world):
    who = world["centre_manager"]
    topic = made(who, "topic_database", name="虚构钒钛专题库", industry="钒钛", query="钒 AND 钛", update_cycle="quarter")
    for kind in ("core", "key"):
        refused(who.create("topic_member", {"topic": topic, "number": PATENT, "list": kind}), "reason", "理由")
    ids = {kind: made(who, "topic_member", topic=topic, number=bodies.cn_number(91100 + n), list=kind, reason=f"虚构理由{kind}", added="2026-06-30")
           for n, kind in enumerate(("core", "key"))}
    for kind, one in ids.items():
        rows = who.get(f"/records/topic_member?filter=topic={topic} and list={kind}").json["items"]
        assert [row["id"] for row in rows] == [one], rows
    assert changed(who, "topic_member", ids["key"], list="core", reason="升为核心").status == 200
    log = who.get(f"/records/topic_member/{ids['key']}/history").json["items"]
    assert [v["content"]["list"] for v in log] == ["core", "key"] and set(log[0]["changed"]) == {"list", "reason"}, log
    book = who.get(f"/records/topic_member/export.xlsx?filter=topic={topic}")
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        text = "".join(parts.read(p).decode() for p in parts.namelist() if p.endswith(".xml"))
    assert "升为核心" in text and "虚构理由core" in text, text[:200]
    assert shown(who, "topic_database", topic)["member_count"] == 2


@tap.meets("SCYY-036.1+2")
def test_a_solution_has_eight_headings_and_none_of_them_is_empty_when_it_is_final(world):
    who = world["centre_manager"]
    headings = {f["name"]: f["label"]["zh"] for f in world.types["solution"]["fields"] if f["type"] == "long_text"}
    assert list(headings.values()) == ["保护措施运用", "专利申请时机", "申请方式", "服务机构选择", "布局", "分级分类管理", "专利密集型产品培育", "商标品牌培育"]
    for n, lacking in enumerate(headings):
        one = made(who, "solution", title=f"虚构方案{n}", **{name: "虚构" for name in headings if name != lacking})
        refused(who.act("solution", one, "finish"), lacking)
    assert changed(who, "solution", one, **{lacking: "虚构"}).status == 200
    assert acted(who, "solution", one, "finish")["state"] == "final"
    refused(changed(who, "solution", one, layout="改"), "layout")


@tap.meets("SCYY-038.1+2")
def test_finance_is_of_listed_kinds_with_amount_rate_term_number_and_release(world):
    who = world["centre_manager"]
    field, = [f for f in world.types["deal"]["fields"] if f["name"] == "finance"]
    assert [v["code"] for v in field["values"]] == ["pledge", "venture", "insurance", "trust", "securitisation"], field
    whole = {"amount": "500000.00", "rate": "3.85", "licence_term": {"from": "2026-01-01", "to": "2027-12-31"}, "pledge_no": "Y2026510000001",
             "released_on": "2026-06-30"}
    one = made(who, "deal", contract_no="JR-1", title="虚构质押", type="pledge", finance="pledge", currency="CNY", **whole)
    row = shown(who, "deal", one)
    assert {k: row[k] for k in whole} == whole, row
    refused(who.create("deal", {"contract_no": "JR-2", "type": "pledge", "amount": "1.00", "finance": "lottery"}), "finance")


@tap.meets("SCYY-040", "SXYY-006", "SCYC-032")
def test_a_standard_names_its_patents_by_clause_with_the_day_they_were_declared(world):
    who = world["centre_manager"]
    patents = [{"number": PATENT, "clause": "5.2", "chart": "权利要求1与5.2逐项对应"}]
    body = {"standard": "20261234-T-604", "title": "虚构隔膜通用规范", "stage": "draft", "patents": patents}
    refused(who.create("standard_work", body), "declared_on", "披露日期")
    refused(who.create("standard_work", {**body, "declared_on": "2026-05-01", "patents": [{"number": PATENT}]}), "patents[0].clause")
    one = made(who, "standard_work", **body, declared_on="2026-05-01", declaration_file=uploaded(who, "declaration"))
    row = shown(who, "standard_work", one)
    assert (row["patents"], row["declared_on"], row["stage"]) == (patents, "2026-05-01", "draft"), row


@tap.meets("SCYY-042")
def test_a_data_right_has_source_rule_digest_and_number(world):
    who = world["centre_manager"]
    body = {"name": "虚构检测数据", "source": "自有产线", "rule": "脱敏后按批聚合", "evidence_hash": "a" * 64, "registration_no": "川数2026-1"}
    for lacking in ("source", "rule", "evidence_hash"):
        refused(who.create("data_right", {**body, lacking: None}), lacking)
    refused(who.create("data_right", {**body, "evidence_hash": "x" * 64}), "evidence_hash")
    one = shown(who, "data_right", made(who, "data_right", **body))
    assert {k: one[k] for k in body} == body, one


@tap.meets("SCYY-043", "SXYY-023.1", "CNJD-013.1")
def test_an_open_source_pledge_has_scope_terms_day_and_a_rule_of_withdrawal(world):
    who = world["centre_manager"]
    body = {"title": "虚构开源", "patents": [PATENT], "terms": "非商业使用免费", "pledged_on": "2026-05-01", "withdrawal": "提前90日公告，已用者不受影响"}
    for lacking in ("patents", "terms", "pledged_on", "withdrawal"):
        refused(who.create("open_patent", {**body, lacking: None}), lacking)
    if total(who, "patent_holding", f"number={PATENT}") == 0:
        refused(who.create("open_patent", body), "patents", "专利台账")
        made(who, "patent_holding", number=PATENT, type="invention")
    refused(who.create("open_patent", {**body, "patents": [PATENT, "CN108192999A"]}), "patents", "CN108192999A不在本单位的专利台账中")
    one = made(who, "open_patent", **body)
    assert who.act("open_patent", one, "withdraw").status == 400
    assert acted(who, "open_patent", one, "withdraw", "技术已转让")["state"] == "withdrawn"
    refused(changed(who, "open_patent", one, terms="改"), "terms")


@tap.meets("SCYC-051.1+2")
def test_a_fund_of_mutual_help_never_pays_more_than_it_holds(world):
    who = world["centre_manager"]
    paid = lambda *amounts: [{"number": f"Y{n}", "party": "虚构成员", "date": "2026-03-01", "amount": a, "matter": "虚构案"} for n, a in enumerate(amounts)]
    came = [{"number": f"J{n}", "party": f"虚构成员{n}", "date": "2026-01-01", "amount": "100.00"} for n in range(3)]
    one = made(who, "protection_fund", name="虚构互助基金", contributions=came)
    for amounts, balance in ((("120.00",), "180.00"), (("120.00", "180.00"), "0.00")):
        assert changed(who, "protection_fund", one, claims=paid(*amounts)).status == 200
        assert shown(who, "protection_fund", one)["balance"] == balance
    refused(changed(who, "protection_fund", one, claims=paid("120.00", "180.00", "0.01")), "claims", "余额")
    refused(changed(who, "protection_fund", one, claims=paid("120.00")), "claims", "不能删去")
    refused(changed(who, "protection_fund", one, contributions=came[:2]), "contributions")
    row = shown(who, "protection_fund", one)
    assert (row["contributed"], row["paid"], row["balance"]) == ("300.00", "300.00", "0.00") and len(row["claims"]) == 2, row


@tap.meets("SCYC-050")
def test_an_alliance_of_protection_is_a_record_with_its_members(world):
    who = world["centre_manager"]
    one = made(who, "consortium", name="虚构维权联盟", kind="alliance", formed="2026-03-01", members=[{"name": "虚构成员", "joined": "2026-03-01"}])
    assert total(who, "consortium", "kind=alliance") == 1 and shown(who, "consortium", one)["members"][0]["name"] == "虚构成员"


@tap.meets("SCYY-022")
def test_a_scenario_links_patents_product_market_and_partner(world):
    who = world["centre_manager"]
    body = {"title": "虚构储能场景", "patents": [PATENT], "product": "虚构电池", "market": "电网储能", "partner": "虚构公司"}
    for lacking in ("patents", "product", "market", "partner"):
        refused(who.create("scenario_study", {**body, lacking: None}), lacking)
    one = shown(who, "scenario_study", made(who, "scenario_study", **body))
    assert {k: one[k] for k in body} == body, one


@tap.meets("SCYY-033")
def test_a_review_has_one_of_three_conclusions_its_risks_an_author_and_another_who_reviewed_it(world):
    who = world["centre_manager"]
    field, = [f for f in world.types["ip_review"]["fields"] if f["name"] == "conclusion"]
    assert [v["zh"] for v in field["values"]] == ["通过", "有条件", "不建议"], field
    body = {"title": "虚构评议", "activity": "引进团队", "author": "虚构甲"}
    whole = {"conclusion": "conditional", "risks": [{"risk": "在先专利"}], "reviewer": "虚构乙"}
    refused(who.create("ip_review", {**body, "reviewer": "虚构甲"}), "reviewer")
    refused(who.create("ip_review", {**body, "author": None}), "author")
    for n, lacking in enumerate(whole):
        one = made(who, "ip_review", **{**body, "title": f"虚构评议{n}"}, **{k: v for k, v in whole.items() if k != lacking})
        refused(who.act("ip_review", one, "finish"), lacking)
    assert changed(who, "ip_review", one, **{lacking: whole[lacking]}).status == 200
    assert acted(who, "ip_review", one, "finish")["state"] == "final"


@tap.meets("SCYY-032")
def test_a_navigation_project_ends_with_its_query_snapshot_findings_decisions_and_follow_up(world):
    who = world["centre_manager"]
    body = {"title": "虚构导航", "goal": "找空白点", "scope": "隔膜涂覆"}
    for lacking in ("goal", "scope"):
        refused(who.create("navigation_project", {**body, lacking: None}), lacking)
    one = made(who, "navigation_project", **body)
    whole = {"query": "隔膜 AND 涂覆", "snapshot": "b" * 64, "findings": "虚构结论", "decisions": "立项两项", "follow_up": "每季复查"}
    for lacking in whole:
        assert changed(who, "navigation_project", one, **{**whole, lacking: None}).status == 200
        refused(who.act("navigation_project", one, "finish"), lacking)
    assert changed(who, "navigation_project", one, **whole).status == 200
    acted(who, "navigation_project", one, "finish")
    refused(changed(who, "navigation_project", one, findings="改"), "findings")
    refused(who.create("navigation_project", {**body, "title": "二", "snapshot": "不是哈希"}), "snapshot")


@tap.meets("SCYC-047", "SCYC-049")
def test_a_case_of_protection_has_its_way_deadlines_cost_and_result_and_a_foreign_one_its_country(world):
    who = world["centre_manager"]
    ways, = [[v["code"] for v in f["values"]] for f in world.types["protection_case"]["fields"] if f["name"] == "way"]
    assert ways == ["court", "ruling", "arbitration", "mediation"], ways
    body = {"number": "（2026）虚构民初1号", "title": "虚构侵权案", "deadlines": [{"what": "答辩", "due": "2026-04-01"}], "cost": "12000.00"}
    refused(who.create("protection_case", {**body, "way": "war"}), "way")
    refused(who.create("protection_case", {**body, "way": "court", "foreign": True}), "country")
    refused(who.create("protection_case", {**body, "way": "court", "deadlines": [{"what": "答辩"}]}), "deadlines[0].due")
    for n, way in enumerate(ways):
        one = made(who, "protection_case", **{**body, "number": f"虚构{n}"}, way=way, foreign=n == 0, country="德国" if n == 0 else None)
    assert changed(who, "protection_case", one, result="调解成功", result_on="2026-06-01").status == 200
    row = shown(who, "protection_case", one)
    assert (row["cost"], row["deadlines"][0]["due"], row["result"]) == ("12000.00", "2026-04-01", "调解成功"), row
    assert total(who, "protection_case", "foreign=true") == 1


@tap.meets("SXYY-007")
def test_a_work_plan_has_stage_need_measure_owner_and_day(world):
    who = world["centre_other_province"]
    stage = {"stage": "小试", "need": "核心配方布局", "measure": "申请发明2件", "owner_name": "虚构甲", "date": "2026-09-30"}
    refused(who.create("work_plan", {"title": "虚构方案"}), "stages")
    for lacking in stage:
        refused(who.create("work_plan", {"title": "虚构方案", "stages": [{**stage, lacking: None}]}), f"stages[0].{lacking}")
    one = made(who, "work_plan", title="虚构方案", stages=[stage, {**stage, "stage": "中试"}])
    assert [s["stage"] for s in shown(who, "work_plan", one)["stages"]] == ["小试", "中试"]


@tap.meets("SCYY-015.1+2", "SXYY-010.3+4")
def test_schools_places_and_firms_cooperate_and_people_go_from_one_to_another(world):
    who = world["centre_manager"]
    three = {"school": "虚构大学", "place": "510100", "enterprise": "虚构公司"}
    for only in three:
        refused(who.create("school_cooperation", {"title": "虚构", only: three[only]}), "school", "两方")
    one = shown(who, "school_cooperation", made(who, "school_cooperation", title="虚构共建", **three))
    assert {k: one[k] for k in three} == three, one
    body = {"person": "虚构博士", "from_unit": "虚构大学", "to_unit": "虚构公司", "term": {"from": "2026-01-01", "to": "2026-12-31"}}
    for lacking in body:
        refused(who.create("talent_exchange", {**body, lacking: None}), lacking)
    refused(who.create("talent_exchange", {**body, "to_unit": "虚构大学"}), "to_unit")
    row = shown(who, "talent_exchange", made(who, "talent_exchange", **body))
    assert {k: row[k] for k in body} == body, row


run(sys.modules[__name__], language="zh")
