#!/usr/bin/env python3
"""bases_test.py ZHIYUN: the demonstration bases' records (管理办法征求意见稿): summaries, liaison, requests, grants, cases."""
import sys

from people import acted, bodies, changed, client, made, refused, run, shown, total, uploaded
import tap

UNIT_CODE = bodies.credit_code(900000 + list(client.UNITS).index("centreA"))
SECTIONS = [{"aim": "management", "text": "修订制度3项"}, {"aim": "creation", "text": "新增发明专利12件"},
            {"aim": "conversion", "text": "完成许可4项"}, {"aim": "protection", "text": "处理侵权线索2条"}]
LOOKED = {"field": "report_file", "reason": "逐页看过，无敏感信息"}
YEARS = iter(range(2000, 2026))


class SignedIn:
    """Somebody at a page, who signs second: a token does not."""

    def __init__(self, world, name):
        self.page = world.pages.get(name) or client.Browser(world, name)
        if name not in world.pages:
            world.pages[name] = self.page
            assert self.page.link().status == 200

    def act(self, kind, one, action, arguments=None, query=""):
        return self.page.ask("POST", f"/records/{kind}/{one}/actions/{action}{query}", arguments or {})


def summary(world, sections=None, **more):
    staff = world["centre_staff"]
    if not client.ask_sql(world, f"SELECT id FROM record_centre WHERE credit_code = '{UNIT_CODE}'"):  # recognised before all those years
        client.run_sql(world, [
            "INSERT INTO record_centre (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by,"
            f" changed_ms, changed_by, name, credit_code, programme, region, entered) VALUES (1, 'active', {world['province_officer'].unit},"
            f" '5101', '51', 1, 1, 1, 0, 1, 0, '虚构基地', '{UNIT_CODE}', 'sc-shifan-draft', '510100', '1999-01-01')"])
    return made(staff, "annual_report", year=next(YEARS), kind="summary", report=True, sections=sections or SECTIONS,
                report_file=uploaded(staff, "summary"), **more)


@tap.meets("SCSF-030.1")
def test_a_summary_goes_out_checked_and_cleared_by_two_people(world):
    one, staff, other = summary(world), world["centre_staff"], world["centre_colleague"]
    assert staff.act("annual_report", one, "send").status == 409, "from the draft"
    refused(changed(staff, "annual_report", one, data_checked=True), "data_checked", "只由相应操作填写")
    refused(changed(staff, "annual_report", one, cleared_by=other.account), "cleared_by")
    acted(staff, "annual_report", one, "check")
    refused(changed(staff, "annual_report", one, sections=SECTIONS[:1]), "sections")
    refused(staff.act("annual_report", one, "clear", {}, "?reason=附件已看"), "cleared_by", "两个人")
    refused(other.act("annual_report", one, "clear", {}, "?reason=附件已看，无敏感信息"), "report_file", "未读出文字的附件（整件）")
    refused(other.act("annual_report", one, "clear", {"clears": [LOOKED]}), "cleared_by", "令牌不能作第二人")
    second = SignedIn(world, "centre_colleague")
    acted(second, "annual_report", one, "clear", clears=[LOOKED])
    held = shown(staff, "annual_report", one)
    assert (held["data_checked"], held["declassified"]) == (True, True), held
    assert (held["checked_by"], held["cleared_by"]) == (staff.account, other.account), held
    # Its paper has the four texts under their aims, and who signed when.
    (code,), = client.ask_sql(world, f"SELECT credit_code FROM unit WHERE id = {staff.unit}")
    paper = staff.get(f"/packs/sc-shifan-draft/forms/summary/paper?party={code}&record={one}").json["content"]
    cells = [cell["text"] for block in paper["blocks"] for row in block["rows"] for cell in row["cells"]]
    for aim, section in zip(("高水平管理", "高质量创造", "高效益转化", "高标准保护"), SECTIONS):
        said = cells[cells.index(aim) + 1]
        assert said.split("\n")[0] == section["text"] and sum(s["text"] in said for s in SECTIONS) == 1, (aim, said)
    today = "{}年{}月{}日".format(*map(int, held["checked_on"].split("-")))
    for sign, who in (("数据核对人", staff), ("信息脱密审核人", other)):
        (said,) = [cell for cell in cells if cell.startswith(sign + "：")]
        assert client.ask_sql(world, f"SELECT display_name FROM account WHERE id = {who.account}")[0][0] in said, said
        assert today in said, said
    acted(other, "annual_report", one, "return", "数字有误")
    held = shown(staff, "annual_report", one)
    assert (held["state"], held["data_checked"], held["declassified"], held["checked_by"]) == ("draft", None, None, None), held
    acted(other, "annual_report", one, "check")
    acted(SignedIn(world, "centre_staff"), "annual_report", one, "clear", clears=[LOOKED])
    assert acted(staff, "annual_report", one, "send")["state"] == "submitted"


def lent(of, name, unit):
    """A new account in the unit that has this person's role for him alone."""
    account = of.world[client.FIRST].ask("POST", "/accounts", {"name": name, "display_name": "虚构" + name, "unit": unit}).json["id"]
    done = of.ask("POST", "/grants", {"account": account, "role": of.role, "delegate": True, "to": "2099-12-31", "reason": "出差"})
    assert done.status == 201, done


def test_who_acts_for_the_first_signer_does_not_sign_second(world):
    staff = world["centre_manager"]
    staff.world = world
    lent(staff, "borrowing_signer", staff.unit)
    own, borrowed = SignedIn(world, "centre_manager"), SignedIn(world, "borrowing_signer")
    for first, second in ((own, borrowed), (borrowed, own)):
        one = summary(world)
        acted(first, "annual_report", one, "check")
        refused(second.act("annual_report", one, "clear", {"clears": [LOOKED]}), "cleared_by", "代对方")
        acted(SignedIn(world, "centre_colleague"), "annual_report", one, "clear", clears=[LOOKED])


@tap.meets("SCSF-030.2")
def test_what_must_not_go_out_is_listed_with_its_place(world):
    staff, other = world["centre_staff"], SignedIn(world, "centre_colleague")
    told = [{"aim": "management", "text": "联系人王某13800001234，身份证11010519491231002X"},
            {"aim": "creation", "text": "修订商业秘密制度"},
            {"aim": "conversion", "text": "一项许可合同价2,300,000元"}, {"aim": "protection", "text": "本件机密"}]
    plan = "合同价 120 万元，电话13800001234"
    paper = staff.ask("POST", "/files?name=x.txt", raw=plan.encode()).json["digest"]
    one = summary(world, told, plan_file={"digest": paper, "name": "x.txt"})
    both = summary(world)  # one PDF may hold report and plan
    assert changed(staff, "annual_report", both, plan_file=shown(staff, "annual_report", both)["report_file"]).status == 200
    acted(staff, "annual_report", one, "check")
    done = refused(other.act("annual_report", one, "clear"), "sections[0].text", "电话号码（第6字）、居民身份证号（第21字）")
    refused(done, "sections[2].text", "价格（第8字）")
    refused(done, "sections[3].text", "含有密级或内部标识（第3字）")
    refused(done, "report_file", "未读出文字的附件（整件）")
    refused(done, "plan_file", "价格（第5字）、电话号码（第14字）")
    hits = staff.get(f"/files/{paper}/text").json["sensitive"]
    assert [(h["kind"], h["character"], h["text"]) for h in hits] == [("price", 5, "120 万元"), ("phone", 14, "13800001234")], hits
    refused(done, "sections[1].text", "密级或内部标识（第3字）")
    # One reason for all is none; each place has its own.
    refused(other.act("annual_report", one, "clear", {}, "?reason=均经核对"), "sections[3].text")
    said = [LOOKED] + [{"field": field, "character": n, "reason": why} for field, n, why in (
        ("sections[0].text", 6, "对外公布的联系电话"), ("sections[0].text", 21, "本人同意"), ("sections[2].text", 8, "合同价已经公开"),
        ("sections[3].text", 3, "引用文件名"), ("plan_file", 5, "预算公开"), ("plan_file", 14, "值班电话"),
        ("sections[1].text", 3, "只写制度名称"))]
    for n, (field, lacks) in ((2, ("sections[0].text", "含有居民身份证号（第21字）；")), (6, ("plan_file", "含有电话号码（第14字）；"))):
        done = refused(other.act("annual_report", one, "clear", {"clears": said[:n] + said[n + 1:]}), field, lacks)
        assert len(done.json["errors"]) == 1, done
    for nothing in (" ", "。", "——"):
        empty = said[:6] + [{**said[6], "reason": nothing}] + said[7:]
        refused(other.act("annual_report", one, "clear", {"clears": empty}), "plan_file", "电话号码")
    assert shown(staff, "annual_report", one)["declassified"] is None
    acted(other, "annual_report", one, "clear", clears=said)
    last = staff.get(f"/records/annual_report/{one}/history").json["items"][0]
    assert all(s["reason"] in str(last) for s in said) and "plan_file 电话号码（第14字）：值班电话" in str(last), last


@tap.meets("SCSF-003.2")
def test_a_summary_has_the_four_aims_as_heads(world):
    one = summary(world)
    assert [s["aim"] for s in shown(world["ip_centre_officer"], "annual_report", one)["sections"]] == [
        "management", "creation", "conversion", "protection"]
    refused(world["centre_staff"].create("annual_report", {"year": 2026, "kind": "summary",
                                                           "sections": [{"aim": "profit", "text": "x"}]}), "sections[0].aim")


@tap.meets("SCSF-012.1+2")
def test_pct_and_pph_are_counted_and_their_share_is_set_against_the_year_before(world):
    who = world["centre_far"]
    for n, (filed, routes) in enumerate([("2010-02-01", []), ("2010-03-01", ["pct"]), ("2010-04-01", []), ("2010-05-01", []),
                                         ("2011-01-01", ["pct", "pph"]), ("2011-12-31", ["pct"]), ("2011-06-01", []),
                                         ("2012-01-01", ["pct"]), ("2013-01-01", ["pph"]), ("2013-02-01", [])]):
        made(who, "patent_holding", number=bodies.cn_number(70000 + n), type="invention", filed=filed, divisional=True, routes=routes)
    one = shown(who, "annual_report", made(who, "annual_report", year=2011, kind="summary"))
    assert (one["filings"], one["pct_filings"], one["pph_filings"]) == (3, 2, 1), one
    assert (one["abroad_share"], one["abroad_share_before"]) == ("66.66", "25.00"), one
    years = {year: shown(who, "annual_report", made(who, "annual_report", year=year, kind="summary")) for year in (2010, 2012)}
    assert [(y["filings"], y["pct_filings"], y["pph_filings"]) for y in years.values()] == [(4, 1, 0), (1, 1, 0)], years
    assert [y["abroad_change"] for y in (years[2010], one, years[2012])] == [1, 1, -1], years
    by_pph = shown(who, "annual_report", made(who, "annual_report", year=2013, kind="summary"))
    assert (by_pph["pct_filings"], by_pph["pph_filings"], by_pph["abroad_share"], by_pph["abroad_share_before"],
            by_pph["abroad_change"]) == (0, 1, "50.00", "100.00", 0), by_pph
    after = shown(who, "annual_report", made(who, "annual_report", year=2014, kind="summary"))
    assert (after["abroad_share_before"], after["abroad_change"]) == ("50.00", -1), after
    assert shown(who, "annual_report", made(who, "annual_report", year=2020, kind="summary"))["abroad_share"] is None
    refused(changed(who, "annual_report", one["id"], abroad_share="99.00"), "abroad_share")


@tap.meets("SCSF-028.1+2")
def test_a_department_and_a_liaison_are_named_and_a_vacancy_of_more_than_30_days_is_flagged(world):
    who = world["centre_staff"]
    one = made(who, "liaison", department="转化处", person=True, contact="虚构联络员", phone="13800000001")

    def flags(day):
        done = world["province_officer"].ask("POST", "/packs/sc-shifan-draft/check",
                                             {"party": UNIT_CODE, "question": "operate", "as_of": day})
        assert done.status == 200, done
        return [f["id"] for f in done.json["flags"]], {c["id"]: c["pass"] for c in done.json["criteria"]}["liaison"]
    assert flags("2026-12-16") == ([], True)
    refused(changed(who, "liaison", one, person=False, contact=None, vacant_since="2099-11-15"), "vacant_since")  # a day to come keeps no flag away
    assert changed(who, "liaison", one, person=False, contact=None, vacant_since="2026-11-15").status == 200
    assert flags("2026-12-15") == ([], False)
    assert flags("2026-12-16") == (["liaison-vacant"], False)
    # Where the officers of the bases look: the list of liaisons, by the day since when there is none.
    for officer in ("province_officer", "ip_centre_officer"):
        for before, rows in (("2026-11-15", []), ("2026-11-16", [(one, "2026-11-15")])):
            listed = world[officer].get(f"/records/liaison?filter=vacant_since<{before}&fields=vacant_since").json["items"]
            assert [(row["id"], row["vacant_since"]) for row in listed] == rows, (officer, before, listed)
    assert changed(who, "liaison", one, person=True, contact="虚构新人", vacant_since=False).status == 200
    assert flags("2026-12-31") == ([], True)


@tap.meets("SCSF-019", "SCSF-023")
def test_a_request_has_number_time_limit_with_its_basis_and_result(world):
    who, officer = world["centre_staff"], world["ip_centre_officer"]
    ids = {}
    for kind in ("pre_examination", "priority_examination", "transfer_filing", "quick_protection", "standard", "finance"):
        ids[kind] = made(who, "service_request", title=f"申请{kind}", kind=kind, content="虚构内容")
        acted(who, "service_request", ids[kind], "submit")
    one = ids["pre_examination"]
    assert who.act("service_request", one, "accept").status == 403
    done = refused(officer.act("service_request", one, "accept", {"number": "YS-2026-1"}), "due")
    refused(done, "due_basis")
    acted(officer, "service_request", one, "accept", number="YS-2026-1", due="2026-03-01", due_basis="预审服务管理办法（中心内部）")
    done = officer.act("service_request", ids["priority_examination"], "accept",
                       {"number": "YS-2026-1", "due": "2099-03-01", "due_basis": "x"})
    assert done.status == 409, done
    assert who.change("service_request", one, shown(who, "service_request", one)["version"], {"due": "2100-01-01"}).status in (400, 403)
    refused(officer.act("service_request", one, "close", {"result": "passed"}), "result_date")
    accepted = shown(who, "service_request", one)["accepted_on"]
    for day in ("2099-03-02", "2025-01-01"):  # not on a day to come, nor before it was asked for
        refused(officer.act("service_request", one, "close", {"result": "passed", "result_date": day}), "result_date")
    acted(officer, "service_request", one, "close", result="passed", result_date=accepted)
    held = shown(who, "service_request", one)
    assert (held["number"], held["late"], held["accepted_by"], held["state"]) == ("YS-2026-1", True, officer.account, "closed"), held
    acted(officer, "service_request", ids["priority_examination"], "accept", number="YX-2026-1", due="2099-04-01", due_basis="x")
    assert total(officer, "service_request", "state=accepted and due<2099-12-31") == 1
    assert total(officer, "service_request", "state=submitted") == 4


@tap.meets("SCSF-020")
def test_a_deal_across_the_border_is_signed_once_its_review_is_passed(world):
    who, officer = world["centre_staff"], world["ip_centre_officer"]
    deal = made(who, "deal", contract_no="WW-1", type="transfer", cross_border=True, amount="100.00", currency="CNY", signed="2026-06-01",
                contract_file=uploaded(who, "contract abroad"), sides=[{"name": "虚构境外公司"}])
    refused(who.act("deal", deal, "sign"), "cross_border", "对外转让审查")
    refused(who.create("service_request", {"title": "审查", "kind": "export_review"}), "deal")
    for result, passes in (("refused", False), ("passed", True)):
        review = made(who, "service_request", title="对外转让审查", kind="export_review", deal=deal, content="转让给境外单位")
        refused(who.act("deal", deal, "sign"), "cross_border")
        acted(who, "service_request", review, "submit")
        acted(officer, "service_request", review, "accept", number=f"DW-{result}", due="2099-01-01", due_basis="x")
        day = shown(who, "service_request", review)["accepted_on"]
        refused(officer.act("service_request", review, "close", {"result": "done", "result_date": day}), "result")
        acted(officer, "service_request", review, "close", result=result, result_date=day)
        if not passes:
            refused(who.act("deal", deal, "sign"), "cross_border")
    assert acted(who, "deal", deal, "sign")["state"] == "signed"
    inland = made(who, "deal", contract_no="NN-1", type="transfer", amount="1.00", currency="CNY", signed="2026-06-01",
                  contract_file=uploaded(who, "contract at home"), sides=[{"name": "虚构公司"}])
    acted(who, "deal", inland, "sign")
    again = made(who, "deal", contract_no="NN-2", type="transfer", amount="1.00", currency="CNY", signed="2026-06-01",
                 contract_file=uploaded(who, "contract at home"), sides=[{"name": "虚构公司"}])
    refused(who.act("deal", again, "sign"), "contract_file")  # one contract counts once, whatever its number
    alone = made(who, "deal", contract_no="NN-3", type="transfer", amount="1.00", currency="CNY", signed="2026-06-01",
                 contract_file=uploaded(who, "contract with nobody"), sides=[])
    refused(who.act("deal", alone, "sign"), "sides")
    refused(changed(who, "deal", inland, cross_border=True), "cross_border")


@tap.meets("SCSF-027.1+2")
def test_a_judicial_confirmation_has_its_documents_number(world):
    who, officer = world["centre_staff"], world["ip_centre_officer"]
    one = made(who, "service_request", title="调解协议司法确认", kind="judicial_confirmation", content="虚构协议")
    acted(who, "service_request", one, "submit")
    acted(officer, "service_request", one, "accept", number="SF-1", due="2099-01-01", due_basis="x")
    day = shown(who, "service_request", one)["accepted_on"]
    refused(officer.act("service_request", one, "close", {"result": "passed", "result_date": day}), "document_no", "文号")
    acted(officer, "service_request", one, "close", result="passed", result_date=day, document_no="（2098）川01民特1号")
    held = shown(who, "service_request", one)
    assert (held["document_no"], held["result"], held["state"]) == ("（2098）川01民特1号", "passed", "closed"), held
    for kind in ("quick_examination", "quick_grant", "quick_confirmation", "quick_protection", "originality", "mediation",
                 "arbitration", "aid", "overseas"):
        made(who, "service_request", title="虚构", kind=kind)
    refused(who.create("service_request", {"title": "x", "kind": "favour"}), "kind")


@tap.meets("SCSF-024.1+2", "SCSF-026")
def test_what_became_of_recommendations_is_kept(world):
    who, officer = world["centre_staff"], world["ip_centre_officer"]
    for kind, result in (("showing", "done"), ("fund", "refused"), ("procurement", "done"), ("scenario", "passed")):
        one = made(who, "service_request", title=f"推荐{kind}", kind=kind, content="虚构项目")
        acted(who, "service_request", one, "submit")
        acted(officer, "service_request", one, "accept", number=f"TJ-{kind}", due="2099-01-01", due_basis="x")
        acted(officer, "service_request", one, "close", result=result, result_date=shown(who, "service_request", one)["accepted_on"], result_text="虚构结果")
        assert shown(who, "service_request", one)["result"] == result
    assert total(officer, "service_request", "kind=fund and result=refused") == 1
    book = officer.get("/records/service_request/export.xlsx?filter=kind=showing")
    assert book.status == 200 and book.content[:2] == b"PK"


@tap.meets("SCSF-021")
def test_a_grant_of_rights_names_persons_shares_and_term(world):
    who = world["centre_staff"]
    one = made(who, "rights_grant", agreement_no="FQ-1", achievement="虚构成果", shares=[{"person": "甲", "share": "40.00"},
                                                                                     {"person": "乙", "share": "30.00"}])
    refused(who.act("rights_grant", one, "grant"), "term")
    assert changed(who, "rights_grant", one, rights="使用权", unit_share="20.00", signed="2026-05-01",
                   term={"from": "2026-05-01", "to": "2036-04-30"}, agreement_file=uploaded(who, "grant")).status == 200
    refused(who.act("rights_grant", one, "grant"), "shares", "100%")
    assert changed(who, "rights_grant", one, unit_share="30.00").status == 200
    acted(who, "rights_grant", one, "grant")
    refused(changed(who, "rights_grant", one, achievement="x"), "achievement")


@tap.meets("SCSF-009")
def test_seven_systems_are_there_or_not_each_with_its_edition(world):
    who, seven = world["centre_neighbour"], ("trade_secret", "review", "mining", "operation", "licensing", "equity", "warning")
    for matter in seven[:3]:
        made(who, "document", title=f"虚构制度{matter}", kind="rule", matter=matter, edition="2026版", file=uploaded(who, matter))
    assert [total(who, "document", f"matter={m}") for m in seven] == [1, 1, 1, 0, 0, 0, 0]
    assert who.get("/records/document?filter=matter=review&fields=edition").json["items"][0]["edition"] == "2026版"


@tap.meets("SCSF-008.2")
def test_the_register_of_managers_shows_the_deals_that_each_handled(world):
    who = world["centre_staff"]
    one = made(who, "staff", name="虚构经理人", manager=True, full_time=True)
    assert shown(who, "staff", one)["deals_handled"] == 0
    deals = [made(who, "deal", contract_no=f"JL-{n}", type="licence", manager=one) for n in range(3)]
    acted(who, "deal", deals[0], "void", "重复")
    assert shown(who, "staff", one)["deals_handled"] == 2


@tap.meets("SCSF-018")
def test_a_fourth_year_of_a_funded_project_needs_a_reason(world):
    who = world["centre_staff"]
    body = {"kind": "base", "title": "示范基地建设", "start": "2026-12-31", "end": "2029-01-01"}
    refused(who.create("cultivation_project", {**body, "project_no": "SF-1"}), "term_reason", "3个年度")
    # A longer time is granted by an office, not by who takes it.
    refused(who.create("cultivation_project", {**body, "project_no": "SF-1", "reason": "设备进口延期"}), "term_reason", "3个年度")
    done = who.create("cultivation_project", {**body, "project_no": "SF-1", "term_reason": "本单位同意"})
    assert done.status in (400, 403), done
    one, office = made(who, "cultivation_project", **{**body, "end": "2028-12-31"}, project_no="SF-1"), world["ip_centre_officer"]

    def granted(**patch):
        version = shown(office, "cultivation_project", one)["version"]
        return office.ask("PATCH", f"/records/cultivation_project/{one}?reason=延期", patch, {"If-Match": f'"{version}"'})
    refused(granted(end="2029-01-01"), "term_reason")
    assert granted(end="2029-01-01", term_reason="设备进口延期，经中心同意").status == 200
    refused(changed(who, "cultivation_project", one, end="2042-12-31"), "end", "签署固定")  # that much and no more
    made(who, "cultivation_project", **{**body, "end": "2028-12-31"}, project_no="SF-2")


@tap.meets("SCSF-007", "SCSF-014", "SCSF-025")
def test_results_are_tagged_with_one_of_six_ways_and_finance_with_one_of_five_products(world):
    who = world["centre_staff"]
    listed = {f["name"]: [v["code"] for v in f["values"]] for f in world.types["deal"]["fields"] if f["name"] in ("finance", "result_ways", "trade")}
    assert listed["finance"] == ["pledge", "venture", "insurance", "trust", "securitisation"], listed
    assert listed["result_ways"] == ["rights", "industry", "goods", "capital", "securities", "law"], listed
    assert listed["trade"] == ["import", "export"], listed
    one = made(who, "deal", contract_no="LH-1", type="equity", result_ways=["capital", "industry"], trade="export")
    assert set(shown(who, "deal", one)["result_ways"]) == {"capital", "industry"}
    for n, product in enumerate(("pledge", "venture", "insurance", "trust", "securitisation")):
        made(who, "deal", contract_no=f"JR-{n}", type="other", finance=product)
        assert total(who, "deal", f"finance={product}") == 1
    assert (total(who, "deal", "trade=export"), total(who, "deal", "trade=import")) == (1, 0)
    refused(who.create("deal", {"contract_no": "LH-2", "type": "other", "result_ways": ["seventh"]}), "result_ways[0]")
    refused(who.create("deal", {"contract_no": "LH-3", "type": "other", "finance": "lottery"}), "finance")


@tap.meets("SCSF-031", "SCYY-084", "SCYC-053")
def test_a_typical_case_goes_out_cleared_and_with_everybodys_consent(world):
    who, officer = world["centre_staff"], world["ip_centre_officer"]
    one = made(who, "typical_case", title="虚构转化案例", year=2026, kind="operation", summary="许可促成产业化",
               text="某企业以120万元取得许可，联系人13900001111")
    refused(who.act("typical_case", one, "clear"), "text", "价格（第5字）、电话号码（第18字）")
    assert changed(who, "typical_case", one, text="某企业取得许可后投产").status == 200
    acted(who, "typical_case", one, "clear")
    refused(changed(who, "typical_case", one, text="改动"), "text")
    refused(who.act("typical_case", one, "submit"), "consents", "同意书")
    assert officer.get(f"/records/typical_case/{one}").status == 404, "not sent yet"
    assert changed(who, "typical_case", one, consents=[{"name": "某企业", "date": "2026-11-01"}]).status == 200
    refused(who.act("typical_case", one, "submit"), "consents")
    assert changed(who, "typical_case", one, consents=[{"name": "某企业", "date": "2026-11-01",
                                                        "file": uploaded(who, "consent")}]).status == 200
    acted(who, "typical_case", one, "submit")
    public = world["public"]
    assert public.get(f"/records/typical_case/{one}").status == 404
    assert who.act("typical_case", one, "publish").status == 403
    acted(officer, "typical_case", one, "publish")
    done = public.get(f"/records/typical_case/{one}")
    assert done.status == 200, done
    seen = done.json
    assert seen["text"] == "某企业取得许可后投产" and "consents" not in seen, seen
    acted(officer, "typical_case", one, "withdraw", "企业撤回同意")
    assert public.get(f"/records/typical_case/{one}").status == 404


def test_an_office_has_the_part_that_the_policy_gives_it_within_its_own_region(world):
    def entered(by, unit, region, programme="sc-shifan-draft", function="interpret"):
        return by.ask("POST", f"/records/authority?unit={world.units[unit]}", {
            "programme": programme, "function": function, "region": region, "from_date": "2020-01-01"})
    first = world[client.FIRST]
    refused(entered(first, "office51", "510000"), "function", "四川省知识产权中心")
    refused(entered(first, "office51", "140000", "sx-yunying-draft"), "region", "辖区")
    refused(entered(first, "office51", "510000", "sx-yunying-draft"), "function", "山西省")
    refused(entered(first, "city5101", "510700", "sc-yunying-2025", "accept"), "region", "辖区")
    assert entered(first, "city5101", "510100", "sc-yunying-2025", "accept").status == 201
    interpreter, body = world["ip_centre_officer"], {"ambiguity": "A-13", "reading": "exclusive", "reason": "虚构"}
    done = interpreter.ask("POST", "/packs/sc-shifan-draft/actions/read", body)
    assert done.status == 403 and "四川省知识产权中心" in done.json["detail"] and "安全管理员登记" in done.json["detail"], done
    of_province = world.add_person("guardian51", "office51", "security_administrator")
    refused(entered(of_province, "office14", "140000", "sx-yunying-draft"), "region", "本省")
    assert entered(of_province, "ip51", "510000").status == 201
    done = interpreter.ask("POST", "/packs/sc-shifan-draft/actions/read", body)
    assert done.status == 202, done
    world.add_person("interpreter2", "ip51", "ip_centre_officer")
    second = SignedIn(world, "interpreter2").page.ask("POST", "/packs/sc-shifan-draft/actions/read", {**body, "reason": ""})
    assert second.status == 200, second


run(sys.modules[__name__], language="zh")
