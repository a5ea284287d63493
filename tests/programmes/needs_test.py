#!/usr/bin/env python3
"""needs_test.py ZHIYUN: needs and offers from their collection to the contract: rounds, screening, pushes that are answered, funds,
leads of a roadshow, paths that are used again; and the small registers beside them."""
import sys
import time
import urllib.parse

from people import TODAY, acted, bodies, changed, client, code_of, later, made, refused, run, shown, total, uploaded, waits
import tap
import workbooks

PATENT = bodies.cn_number(92000)


def due(person, kind, one, name):
    return [item for item in person.get(f"/due?type={kind}&id={one}").json["items"] if item["due_name"] == name]


def supply(who, **more):
    return made(who, "supply", **{"title": "虚构隔膜专利包", "kind": "patent", "element": "technology", "text": "耐热隔膜",
                                  "patents": [PATENT], "price_basis": "talk", "expires": later(200), "verified": later(-10), **more})


def deal(who, number, **more):
    return made(who, "deal", **{"contract_no": number, "title": "虚构", "type": "licence", "amount": "1.00", "currency": "CNY",
                                "sides": [{"name": "虚构甲"}, {"name": "虚构乙"}], "signed": later(-30), "contract_file": uploaded(who, number), **more})


def after(person, kind, one, action, **arguments):
    """The record as the action left it."""
    acted(person, kind, one, action, **arguments)
    return shown(person, kind, one)


def draft_of(person, kind, origin, one):
    """What a new record takes over."""
    return person.get(f"/records/{kind}/draft?from={origin}&id={one}").json["drafts"][0]["values"]


def soon(look):
    """What is seen once the jobs have run."""
    until = time.monotonic() + 20
    while not look() and time.monotonic() < until:
        time.sleep(0.05)
    return look()


def sent(person, push):
    """The question that the push asks, put."""
    done = person.ask("POST", f"/records/push/{push}/asks", {"ask": "answer"})
    assert done.status == 201, done
    return done.json


@tap.meets("SCYY-012.1+2", "SXYY-010.1+2")
def test_a_push_says_who_when_what_and_why_is_answered_once_and_never_again_is_kept(world):
    who, to = world["centre_manager"], world["company_staff"]
    body = {"title": "虚构专利推送", "party_code_asked": code_of(world, "company_staff"), "reason": "同一分类，核心名单，权利有效", "patents": [PATENT]}
    offer = supply(who)
    refused(who.create("push", body), "demand")
    refused(who.create("push", {**body, "reason": None, "supply": offer}), "reason")
    one = made(who, "push", **body, supply=offer)
    ask = sent(who, one)
    said, = (item for item in who.get(f"/records/push/{one}/assignments").json["items"] if item.get("ask"))
    assert said["by"] == "虚构centre_manager" and said["to"] == "虚构centreB" and said["from_ms"] > 0 and shown(who, "push", one)["read"] is False, said
    page = to.get(f"/asks/{ask['id']}").json
    assert page["seen"]["reason"] == body["reason"] and page["seen"]["patents"] == [PATENT], page
    assert to.get(f"/records/push/{one}").status == 404
    assert ask["id"] in [item["id"] for item in to.get("/todo?limit=200").json["items"] if item["kind"] == "ask"]
    assert to.ask("POST", f"/asks/{ask['id']}", {"fields": {"answer": "interested"}}).status == 400, "without whom to get in touch with"
    assert to.ask("POST", f"/asks/{ask['id']}", {"fields": {"answer": "interested", "contact": "虚构李 028-0000"}}).status == 204
    row = shown(who, "push", one)
    assert (row["read"], row["answer"], row["answered_on"], row["answered_by"]) == (True, "interested", TODAY, "account"), row
    # The answer becomes a deal in which nothing is typed again.
    draft = draft_of(who, "deal", "push", one)
    assert draft["patents"] == [PATENT] and draft["supply"] == offer and draft["sides"][-1]["credit_code"] == body["party_code_asked"], draft
    second = made(who, "push", **{**body, "title": "虚构再推"}, supply=offer)
    ask = sent(who, second)
    assert to.ask("POST", f"/asks/{ask['id']}", {"fields": {"answer": "never_again"}}).status == 204
    refused(who.create("push", {**body, "supply": offer}), "party_code_asked", f"不再接收本单位的推送（{TODAY}）")
    assert changed(who, "push", one, source="match").status == 200, "what was pushed before stays"
    assert made(world["centre_far"], "push", **body, supply=supply(world["centre_far"])), "another unit may"


@tap.meets("SCYY-014.1+2")
def test_the_public_sees_five_kinds_with_the_days_of_publishing_verifying_and_expiry_who_and_how_to_ask(world):
    who, public = world["centre_manager"], world["public"]
    days, said = {"expires": later(200), "published_on": TODAY}, {"publisher": "虚构centreA", "contact": "028-0000 1111"}
    for kind in ("patent", "fund", "site", "cooperation"):
        one = supply(who, kind=kind, contact="028-0000 1111")
        assert public.get(f"/records/supply/{one}").status == 404
        acted(who, "supply", one, "publish")
        row = shown(public, "supply", one)
        assert {**days, **said, "kind": kind, "verified": later(-10)}.items() <= row.items(), row
    need = made(who, "demand", title="虚构公开需求", text="需要隔膜", expires=later(200))
    acted(who, "demand", need, "publish")
    row = shown(public, "demand", need)
    assert {**days, "verified": TODAY}.items() <= row.items() and not {"text", "publisher"} & set(row), row
    # Who publishes is reminded to look again, and answers it by one step.
    old = supply(who, verified=later(-181))
    acted(who, "supply", old, "publish")
    item, = waits(who, "supply", old)
    assert item["due"] == later(-1) and item["act"] == {"action": "verify"}, item
    assert after(who, "supply", old, "verify", verified=TODAY)["verified"] == TODAY and not waits(who, "supply", old)


@tap.meets("SCYY-016.1+2", "SXYY-014.1+2")
def test_a_screening_says_criteria_weights_scores_and_evaluator_and_other_weights_are_another_sheet(world):
    who = world["centre_manager"]
    rows = [{"name": "技术", "weight": "60.00", "score": 85}, {"name": "市场", "weight": "40.00", "score": 70}]
    refused(who.create("screening", {"title": "虚构项目筛选"}), "demand")
    one = made(who, "screening", title="虚构项目筛选", supply=supply(who), criteria=rows, conclusion="recommend")
    assert shown(who, "screening", one)["total"] == "79.00"
    for wrong, words in (([{**rows[0], "weight": "59.99"}, rows[1]], "100%"), ([{k: v for k, v in rows[0].items() if k != "score"}, rows[1]], "“技术”还没有得分")):
        assert changed(who, "screening", one, criteria=wrong).status == 200
        refused(who.act("screening", one, "score"), "criteria", words)
    assert changed(who, "screening", one, criteria=rows).status == 200
    row = after(who, "screening", one, "score")
    assert (int(row["evaluator"]), row["scored_on"]) == (who.account, TODAY), row
    draft = draft_of(who, "screening", "replaces", one)
    assert draft["criteria"] == [{"name": "技术", "weight": "60.00"}, {"name": "市场", "weight": "40.00"}], draft
    other = made(who, "screening", title="虚构项目筛选", supply=draft["supply"], replaces=one, conclusion="conditional",
                 criteria=[{**line, "weight": "50.00"} for line in rows])
    assert after(who, "screening", other, "score")["total"] == "77.50"
    refused(changed(who, "screening", other, criteria=rows), "criteria")
    assert shown(who, "screening", one)["total"] == "79.00"


@tap.meets("SCYY-021.1+2", "SXYY-014.14+15")
def test_a_deal_that_is_silent_for_90_days_waits_and_one_that_closes_has_its_outcome(world):
    who = world["centre_manager"]
    one = deal(who, "SD-1")
    assert [item["due"] for item in due(who, "deal", one, "silent")] == [later(90)] and not waits(who, "deal", one)
    day = 24 * 3600 * 1000
    client.run_sql(world, [f"UPDATE record_deal SET created_ms = created_ms - {100 * day} WHERE id = {one}"])
    made(who, "follow_up", deal=one, date=later(-90), content="虚构")
    item, = waits(who, "deal", one)
    assert item["due"] == TODAY and item["act"] == {"type": "follow_up", "from": "deal"}, item
    made(who, "follow_up", deal=one, date=later(-1), content="虚构")
    assert not waits(who, "deal", one) and due(who, "deal", one, "silent")[0]["due"] == later(89)
    acted(who, "deal", one, "sign")
    stage = lambda: shown(who, "deal", one)["stage"]
    assert changed(who, "deal", one, result="fulfilled", closed_on=TODAY).status == 200 and stage() == "contract"
    assert changed(who, "deal", one, outcome="虚构：已量产").status == 200 and stage() == "closed"
    assert not due(who, "deal", one, "silent")


@tap.meets("SCYY-021.1")
def test_sixty_old_contracts_that_are_imported_are_not_overdue_and_a_real_day_stays_first(world):
    who = world["centre_far"]
    one = deal(who, "SD-REAL", payments=[{"due": later(-3), "amount": "1.00"}])
    acted(who, "deal", one, "sign")
    head = ["合同编号", "标题", "交易类型", "签订日期", "合同金额", "币种"]
    rows = [[f"OLD-{n:02}", f"虚构旧合同{n}", "许可", f"{2019 + n % 6}-0{1 + n % 9}-11", "10000.00", "CNY"] for n in range(60)]
    done = who.ask("POST", "/records/deal/import?name=old.xlsx", raw=bodies.workbook([head, *rows])).json
    assert done["created"] == 60, done
    todo = who.get("/todo?limit=200").json["items"]
    late = [item for item in todo if item.get("overdue_days")]
    assert [item["id"] for item in late] == [one] and todo[0]["id"] == one, late


def test_a_deadline_stands_above_what_was_silent_for_longer(world):
    who = world["centre_neighbour"]
    silent = made(who, "demand", title="虚构久无跟进的需求", text="虚构")
    client.run_sql(world, [f"UPDATE record_demand SET created_ms = created_ms - {200 * 86400000} WHERE id = {silent}"])
    assert changed(who, "demand", silent, budget="1.00").status == 200
    one = deal(who, "SD-SOON", payments=[{"due": later(-3), "amount": "1.00"}])
    acted(who, "deal", one, "sign")
    todo = who.get("/todo?limit=200").json["items"]
    days = {(item["type"], item["id"]): (n, item["overdue_days"]) for n, item in enumerate(todo) if item.get("overdue_days")}
    assert days["deal", one] == (0, 3) and days["demand", silent][1] == 170, days


@tap.meets("SCYY-025.1+2")
def test_a_certificate_of_a_served_party_has_its_standard_and_is_told_of_90_days_before_it_expires(world):
    who = world["centre_manager"]
    standards = {v["zh"] for v in next(f for f in world.types["certificate"]["fields"] if f["name"] == "standard")["values"]}
    assert len(standards) == 4 and any("ISO 56005" in one for one in standards), standards
    party, other = (made(who, "served_party", name=f"虚构贯标{n}", credit_code=bodies.credit_code(9200 + n), served="2026-01-01") for n in (1, 2))
    body = {"standard": "enterprise_ip", "issuer": "虚构认证机构", "issued": "2023-12-01", "certificate_no": "RZ-1", "party": party}
    one = made(who, "certificate", **body, expires=later(90))
    item, = waits(who, "certificate", one)
    assert (item["due"], item["days_left"]) == (later(90), 90), item
    far = made(who, "certificate", **{**body, "certificate_no": "RZ-2", "party": other}, expires=later(91))
    assert not waits(who, "certificate", far) and waits(who, "certificate", one), "another firm's answers nothing"
    made(who, "certificate", **{**body, "certificate_no": "RZ-3"}, expires=later(900))
    assert not waits(who, "certificate", one)


@tap.meets("SCYY-029.1+2+3", "SXYY-024.6+7+8")
def test_service_inventions_are_a_ledger_of_their_own_and_so_is_its_export(world):
    who = world["centre_manager"]
    label = next(f for f in world.types["patent_holding"]["fields"] if f["name"] == "service_invention")["label"]["zh"]
    assert label == "职务科技成果单列", label
    one, other, unsaid = (made(who, "patent_holding", number=bodies.cn_number(92100 + n), type="invention", **({} if said is None else {"service_invention": said}))
                          for n, said in enumerate((True, False, None)))
    listed = lambda condition: {row["id"] for row in who.get(f"/records/patent_holding?limit=200&filter={condition}").json["items"]} & {one, other, unsaid}
    assert listed("service_invention=true") == {one}
    assert listed("(service_invention=false or service_invention is empty)") == {other, unsaid}
    book = workbooks.opened(who.get("/records/patent_holding/export.xlsx?filter=service_invention=true").content)[0]
    column = book[0].index("职务科技成果单列")
    assert len(book) > 1 and {row[column] for row in book[1:]} == {"是"}, book


@tap.meets("SXYY-009.1+2")
def test_a_file_of_the_stock_system_comes_in_and_goes_out_and_each_patent_keeps_source_and_date(world):
    who = world["centre_manager"]
    # The columns as that system heads them, each mapped to one of ours; the mapping is proposed the next time.
    columns = {"申请（专利）号": "number", "发明创造名称": "title", "专利权人": "holder", "来源系统": "source", "导出时间": "source_on", "盘点完成时间": "surveyed"}
    line = [bodies.cn_number(92200), "虚构存量专利", "虚构大学", "高校和科研机构存量专利盘活系统", "2026-10-31", "2026-10-15"]
    book = bodies.workbook([list(columns), line])
    said = "".join(f"&map={urllib.parse.quote(f'{theirs}={ours}')}" for theirs, ours in columns.items())
    done = who.ask("POST", f"/records/stock_patent/import?name=stock.xlsx{said}", raw=book).json
    assert done["created"] == 1, done
    again = who.ask("POST", "/records/stock_patent/import?name=stock.xlsx&check=true", raw=book).json
    assert set(again["maps"]) == {f"{theirs}={ours}" for theirs, ours in columns.items()}, again
    one = who.get("/records/stock_patent?filter=title=虚构存量专利").json["items"][0]["id"]
    row = shown(who, "stock_patent", one)
    assert (row["source"], row["source_on"]) == ("高校和科研机构存量专利盘活系统", "2026-10-31"), row
    assert changed(who, "stock_patent", one, listed="2026-11-01").status == 200
    assert shown(who, "stock_patent", one)["source_on"] == "2026-10-31"
    book = workbooks.opened(who.get(f"/records/stock_patent/export.xlsx?filter=id={one}").content)[0]
    assert [book[1][book[0].index(name)] for name in ("名称", "高校或科研机构", "数据来源", "数据日期")] == [*line[1:4], ("date", 46326.0)], book


@tap.meets("SXYY-010.5")
def test_a_capital_contact_has_its_fund_stage_and_amount(world):
    who = world["centre_manager"]
    body = {"fund": "虚构成果转化基金", "stage_reached": "invested", "amount": "3000000.00", "date": later(-2), "supply": supply(who)}
    for lacking in ("fund", "stage_reached", "date"):
        refused(who.create("capital_contact", {**body, lacking: None}), lacking)
    refused(who.create("capital_contact", {**body, "amount": None}), "amount")
    refused(who.create("capital_contact", {**body, "supply": None}), "deal")
    row = shown(who, "capital_contact", made(who, "capital_contact", **body))
    assert {k: row[k] for k in body} == body, row


@tap.meets("SXYY-012.1+2")
def test_a_round_of_collection_has_its_period_and_counts_both_kinds_of_needs(world):
    who = world["centre_manager"]
    refused(who.create("collection_round", {"title": "虚构第一季征集"}), "period")
    one = made(who, "collection_round", title="虚构第一季征集", period={"from": later(-60), "to": later(-1)}, cycle="quarter", industry="虚构产业")
    for n, side in enumerate(("need", "need", "transfer")):
        made(who, "demand", title=f"虚构征集{n}", text="虚构", round=one, side=side)
    row = shown(who, "collection_round", one)
    assert (row["needs"], row["transfers"]) == (2, 1), row
    assert [item["due"] for item in due(who, "collection_round", one, "next")] == ["2027-02-19"]
    assert waits(who, "collection_round", one)[0]["act"] == {"field": "closed_on"}


@tap.meets("SXYY-013")
def test_a_deal_names_the_platform_the_listing_and_its_day(world):
    who = world["centre_manager"]
    listing = {"platform": "山西省专利转化交易平台", "listing_no": "SX-GP-001", "listed_on": later(-20)}
    row = shown(who, "deal", deal(who, "PT-1", **listing))
    assert {k: row[k] for k in listing} == listing, row
    refused(who.create("deal", {"type": "licence", "listed_on": later(1)}), "listed_on")


@tap.meets("SXYY-014.6+7")
def test_a_lead_of_a_roadshow_has_its_day_and_becomes_a_deal(world):
    who = world["centre_manager"]
    offer = supply(who)
    lead = {"project": "虚构路演项目", "feedback": "有意向", "lead": True, "party": "虚构被许可方", "supply": offer, "due": later(-1)}
    plain = {"project": "虚构另一项目", "feedback": "一般"}
    one = made(who, "event", title="虚构路演", kind="roadshow", starts="2026-11-01T09:00:00+08:00", shown=[lead, plain])
    item, = waits(who, "event", one)
    assert item["due"] == later(-1) and item["act"]["field"] == "shown.deal", item
    begun = deal(who, "LY-1", **{**draft_of(who, "deal", "supply", offer), "amount": "1.00", "sides": [{"name": "虚构甲"}, {"name": lead["party"]}]})
    assert changed(who, "event", one, shown=[{**lead, "deal": begun}, plain]).status == 200 and not waits(who, "event", one)


@tap.meets("SXYY-015")
def test_a_path_of_conversion_has_steps_conditions_and_results_and_counts_the_deals_that_used_it(world):
    who = world["centre_manager"]
    body = {"title": "虚构先用后付路径", "conditions": "中小企业", "results": "三家量产", "steps": [{"step": "先试用", "who": "中心"}, {"step": "后付费"}]}
    for lacking in ("conditions", "results", "steps"):
        refused(who.create("path_model", {**body, lacking: None}), lacking)
    one = made(who, "path_model", **body)
    used = deal(who, "LJ-1", path=one)
    deal(who, "LJ-2", path=one)
    assert shown(who, "path_model", one)["reused"] == 0
    acted(who, "deal", used, "sign")
    assert shown(who, "path_model", one)["reused"] == 1


@tap.meets("SXYY-016")
def test_the_directory_has_four_kinds_of_resources_of_industrialisation(world):
    who = world["centre_manager"]
    kinds = {v["code"]: v["zh"] for v in next(f for f in world.types["partner"]["fields"] if f["name"] == "platform")["values"]}
    assert list(kinds.values()) == ["概念验证中心", "创新平台", "制造业中试平台", "高校科技成果转化平台"], kinds
    for code, name in kinds.items():
        made(who, "partner", name=f"虚构{name}", kind="transfer_platform", platform=code, agreement_file=uploaded(who, code))
        assert total(who, "partner", f"platform={code}") == 1, code
    refused(who.create("partner", {"name": "虚构", "kind": "fund", "platform": "club", "agreement_file": uploaded(who, "c")}), "platform")


@tap.meets("SXYY-017.1+2")
def test_a_need_is_of_one_of_five_links_and_each_has_the_state_of_its_match(world):
    who = world["centre_manager"]
    links = {v["code"]: v["zh"] for v in next(f for f in world.types["demand"]["fields"] if f["name"] == "link")["values"]}
    assert list(links.values()) == ["技术研发", "概念验证", "中试熟化", "产业投资", "新产品应用"], links
    for code in links:
        one = made(who, "demand", title=f"虚构{code}", text="虚构", link=code, expires=later(100))
        assert shown(who, "demand", one)["stage"] == "received"
        acted(who, "demand", one, "publish")
        assert shown(who, "demand", one)["stage"] == "open"
        made(who, "patent_match", title="虚构匹配", text="虚构", demand=one, kept=[PATENT])
        assert shown(who, "demand", one)["stage"] == "matched" and total(who, "demand", f"link={code} and stage=matched") == 1
    refused(who.create("demand", {"title": "虚构", "text": "虚构", "link": "sixth"}), "link")


@tap.meets("CNJD-010")
def test_what_was_offered_accepted_and_signed_is_counted_of_a_need_and_by_source(world):
    who, to = world["centre_neighbour"], code_of(world, "bank_officer")
    need = made(who, "demand", title="虚构精准对接", text="虚构", expires=later(100))
    acted(who, "demand", need, "publish")
    counted = lambda: tuple(shown(who, "demand", need)[name] for name in ("offered", "accepted", "signed"))
    assert counted() == (0, 0, 0)
    made(who, "patent_match", title="虚构", text="虚构", demand=need, kept=[PATENT, bodies.cn_number(92001)])
    pushes = []
    for source, answer in (("match", "interested"), ("match", "not_now"), ("event", "interested")):
        one = made(who, "push", title=f"虚构{source}", party_code_asked=to, reason="虚构", demand=need, source=source)
        done = world["bank_officer"].ask("POST", f"/asks/{sent(who, one)['id']}", {"fields": {"answer": answer, "contact": "虚构"}})
        assert done.status == 204, done
        pushes.append(one)
    assert counted() == (5, 2, 0), counted()
    one = deal(who, "JZ-1", demand=need, push=pushes[0])
    assert counted() == (5, 2, 0), "the deal of a push counts with it"
    acted(who, "deal", one, "sign")
    assert counted() == (5, 2, 1)
    groups = lambda condition="": {g["code"]: g["count"] for g in who.get(f"/records/push/groups?by=source{condition}").json["groups"] if g["count"]}
    assert groups() == {"match": 2, "event": 1} and groups("&filter=answer=interested") == {"match": 1, "event": 1}, groups()
    assert groups("&filter=signed>0") == {"match": 1}, groups("&filter=signed>0")


def test_a_signed_pledge_asks_its_bank_which_reads_that_pledge_and_no_more_of_the_centre(world):
    who, bank = world["centre_manager"], world["bank_officer"]
    code = code_of(world, "bank_officer")
    one = deal(who, "ZY-1", type="pledge", pledged_to=code, patents=[PATENT], rate="3.65", outcome="虚构内情")
    refused(who.create("deal", {"title": "虚构许可", "type": "licence", "pledged_to": code}), "pledged_to")
    bare = deal(who, "ZY-2", type="pledge", amount="2.00")
    asks = lambda: [item["id"] for item in bank.get("/todo?limit=200").json["items"] if item["kind"] == "ask"]
    before = asks()
    assert bank.get(f"/records/deal/{one}").status == 404, "it is not signed"
    for each in (one, bare):
        acted(who, "deal", each, "sign")
    ask, = set(asks()) - set(before)
    page = bank.get(f"/asks/{ask}").json
    assert page["seen"]["contract_no"] == "ZY-1" and page["seen"]["patents"] == [PATENT] and "outcome" not in page["seen"], page
    # Its message says that something is asked, and nothing of the deal.
    told = soon(lambda: [n for n in bank.zh.get("/notifications?limit=100").json["items"] if "出质给贵单位的专利" in n["title"]])
    assert len(told) == 1 and not any(word in str(told) for word in ("ZY-1", "虚构乙", "1.00")), told
    refused(bank.ask("POST", f"/asks/{ask}", {"fields": {"pledgee_says": "differs"}}), "fields/pledgee_remark")
    assert bank.ask("POST", f"/asks/{ask}", {"fields": {"pledgee_says": "right"}}).status == 204
    row = shown(bank, "deal", one)
    assert (row["pledgee_says"], row["pledgee_on"], row["pledgee_by"], row["rate"]) == ("right", TODAY, "account", "3.65"), row
    assert not {"outcome", "sides", "payments", "contract_file"} & set(row), row
    assert bank.get(f"/records/deal/{bare}").status == 404, "it names no pledgee"
    assert world["company_staff"].get(f"/records/deal/{one}").status == 404 and world["company_staff"].get(f"/asks/{ask}").status == 404
    assert changed(who, "deal", one, pledge_no="Y-1").status == 200
    acted(who, "deal", one, "void", "重复登记")
    assert bank.get(f"/records/deal/{one}").status == 404


@tap.meets("SCYC-030", "SCSF-011.1")
def test_a_problem_is_approved_with_its_search_report_alone(world):
    who = world["centre_manager"]
    one = made(who, "research_problem", title="虚构立项", kind="core", responsible="虚构研究所", due="2027-06-30")
    refused(who.act("research_problem", one, "approve"), "search_report")
    report, other = (made(who, "document", title=f"虚构{matter}", kind="report", matter=matter, file=uploaded(who, matter)) for matter in ("search_report", "navigation"))
    refused(who.act("research_problem", one, "approve", {"search_report": other}), "search_report", "检索分析报告")
    row = after(who, "research_problem", one, "approve", search_report=report)
    assert (row["state"], row["search_report"]) == ("approved", report), row


@tap.meets("SCYC-040.1+2")
def test_who_leads_a_pool_or_takes_part_in_it_says_so_and_the_pool_is_found(world):
    lead, member = world["centre_neighbour"], world["centre_manager"]
    own, code = code_of(world, "centre_manager"), code_of(world, "centre_neighbour")
    members = [{"name": "虚构centreB", "credit_code": code, "role": "lead"}, {"name": "虚构centreA", "credit_code": own, "role": "join"}]
    pool = made(lead, "consortium", name="虚构电池专利池", kind="pool", formed="2026-01-01", members=members)
    assert [row["role"] for row in shown(lead, "consortium", pool)["members"]] == ["lead", "join"]
    row = shown(member, "consortium_consent", made(member, "consortium_consent", lead=code, consortium="虚构电池专利池", role="join", joined="2026-01-05"))
    assert (row["found"], row["kind"], row["role"]) == (True, "专利池", "join"), row
    refused(member.create("consortium_consent", {"lead": code, "consortium": "虚构另一池", "role": "third"}), "role")


@tap.meets("SCYC-048.1+2", "SXYY-020.1+2", "CNJD-012.1+2")
def test_a_product_that_goes_abroad_has_its_risks_by_country_and_old_statuses_are_looked_up_again(world):
    who = world["centre_manager"]
    hits = [{"market": market, "feature": "虚构特征", "patent": PATENT, "status_on": later(days), "level": level, "advice": "规避设计"}
            for market, days, level in (("美国", -181, "high"), ("德国", -10, "middle"), ("越南", -10, "low"))]
    one = made(who, "export_check", title="虚构出口预警", product="虚构电池")
    refused(who.act("export_check", one, "report"), "hits")
    for lacking in ("market", "feature", "status_on", "level", "advice"):
        refused(changed(who, "export_check", one, hits=[{**hits[0], lacking: None}]), f"hits[0].{lacking}")
    assert changed(who, "export_check", one, hits=hits).status == 200
    row = after(who, "export_check", one, "report")
    assert (row["reported_on"], row["high"], [h["market"] for h in row["hits"]]) == (TODAY, 1, ["美国", "德国", "越南"]), row
    levels = [v["zh"] for v in next(f for f in next(f for f in world.types["export_check"]["fields"] if f["name"] == "hits")["fields"] if f["name"] == "level")["values"]]
    assert levels == ["高", "中", "低"]
    item, = waits(who, "export_check", one)
    assert (item["due"], item["act"]) == (later(-1), {"action": "recheck"}), item
    acted(who, "export_check", one, "recheck")
    assert changed(who, "export_check", one, hits=[{**hits[0], "status_on": TODAY}, *hits[1:]]).status == 200
    acted(who, "export_check", one, "report")
    assert not waits(who, "export_check", one)


@tap.meets("SCSF-017")
def test_a_case_stands_on_the_plan_against_infringement_and_keeps_its_log(world):
    who = world["centre_manager"]
    plan, other = (made(who, "document", title=f"虚构{matter}", kind="plan", matter=matter, file=uploaded(who, matter)) for matter in ("infringement_plan", "navigation"))
    body = {"number": "虚构维权1", "title": "虚构侵权", "way": "ruling", "deadlines": [{"what": "答辩", "due": later(5)}]}
    refused(who.create("protection_case", {**body, "plan": other}), "plan", "侵权防范")
    one = made(who, "protection_case", **body, plan=plan)
    assert changed(who, "protection_case", one, deadlines=[{"what": "答辩", "due": later(5), "done": TODAY}]).status == 200
    row = shown(who, "protection_case", one)
    assert (row["plan"], row["deadlines"][0]["done"]) == (plan, TODAY), row
    assert [v["version"] for v in who.get(f"/records/protection_case/{one}/history").json["items"]] == [2, 1]


run(sys.modules[__name__], language="zh")
