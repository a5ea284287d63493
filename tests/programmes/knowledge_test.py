#!/usr/bin/env python3
"""knowledge_test.py ZHIYUN: navigation by the stages of the guidelines, topic databases with papers, portfolios with their gaps, opinions
that another person signs; trials at booked facilities; courses by levels, who passed them, and who signed up for an event by a link."""
import io
import sys
import zipfile

from people import TODAY, acted, at_page, bodies, changed, client, later, made, refused, run, shown, total, uploaded, waits
import tap


def draft_of(person, kind, origin, one):
    return person.get(f"/records/{kind}/draft?from={origin}&id={one}").json["drafts"][0]["values"]


def labels(world, kind, field):
    return {v["code"]: v["zh"] for v in next(f for f in world.types[kind]["fields"] if f["name"] == field)["values"]}


def printed(person, kind, one, paper):
    """What stands on the Word file of a paper of the record."""
    done = person.get(f"/records/{kind}/{one}/papers/{paper}?as=docx")
    assert done.status == 200, done
    with zipfile.ZipFile(io.BytesIO(done.content)) as parts:
        return parts.read("word/document.xml").decode()


@tap.meets("SCYC-020.1+2")
def test_a_navigation_goes_through_the_stages_of_the_guidelines_and_says_where_it_departs(world):
    who = world["centre_manager"]
    stages = {s["name"]: s["label"]["zh"] for s in world.types["navigation_project"]["stage"]}
    assert list(stages.values()) == ["项目启动", "信息采集", "数据处理", "导航分析", "成果产出", "成果运用"], stages
    body = {"title": "虚构导航阶段", "goal": "找空白点", "scope": "涂覆"}
    refused(who.create("navigation_project", {**body, "as_standard": False}), "deviation", "哪个阶段不一致")
    one = made(who, "navigation_project", **body)
    steps = ({}, {"query": "隔膜 AND 涂覆"}, {"snapshot": "a" * 64}, {"findings": "虚构结论"}, {"report_file": uploaded(who, "导航报告")})
    for stage, step in zip(stages, steps):
        assert changed(who, "navigation_project", one, **step).status == 200
        assert shown(who, "navigation_project", one)["stage"] == stage, stage
    refused(changed(who, "navigation_project", one, as_standard=False), "deviation")
    assert changed(who, "navigation_project", one, as_standard=False, deviation="没有单独采集产业资料", decisions="立项两项", follow_up="每季复查").status == 200
    acted(who, "navigation_project", one, "finish")
    row = shown(who, "navigation_project", one)
    assert (row["stage"], row["deviation"]) == ("use", "没有单独采集产业资料"), row
    assert [r["id"] for r in who.get("/records/navigation_project?filter=as_standard=false").json["items"]] == [one]


@tap.meets("SCYC-022")
def test_a_topic_database_takes_papers_by_doi_beside_patents(world):
    who = world["centre_manager"]
    topic, other = (made(who, "topic_database", name=f"虚构文献库{n}") for n in range(2))
    body = {"topic": topic, "title": "虚构论文", "source": "虚构学报", "published_on": "2024-03-01", "reason": "最接近的公开"}
    for wrong in (None, "1234/abc", "https://doi.org/10.1000/182", "10.12/x", "10.1000/有中文", "10.1000/"):
        refused(who.create("topic_paper", {**body, "doi": wrong}), "doi")
    one = made(who, "topic_paper", **body, doi="10.1000/xyz123.(a)")
    assert who.create("topic_paper", {**body, "doi": "10.1000/xyz123.(a)"}).status == 409
    made(who, "topic_paper", **{**body, "topic": other}, doi="10.1000/xyz123.(a)")
    made(who, "topic_member", topic=topic, number=bodies.cn_number(94000), list="ordinary")
    row = shown(who, "topic_database", topic)
    assert (row["paper_count"], row["member_count"]) == (1, 1), row
    assert [r["id"] for r in who.get(f"/records/topic_paper?filter=topic={topic}").json["items"]] == [one]
    acted(who, "topic_paper", one, "end", "重复")
    assert shown(who, "topic_database", topic)["paper_count"] == 0


@tap.meets("SCYC-024.1+2")
def test_a_topic_database_shows_its_last_update_and_is_due_when_its_period_is_over(world):
    who = world["centre_manager"]
    one = made(who, "topic_database", name="虚构更新库", update_cycle="month")
    refused(who.create("topic_database", {"name": "虚构自填更新", "updated": TODAY}), "updated")
    due = lambda: [item["due"] for item in who.get(f"/due?type=topic_database&id={one}").json["items"]]
    assert due() == ["2026-12-20"], due()
    # Nobody has looked for longer than the set period: it is overdue, and waits with the way to enter an update.
    client.run_sql(world, [f"UPDATE record_topic_database SET created_ms = created_ms - {50 * 86400000} WHERE id = {one}"])
    assert changed(who, "topic_database", one, scope="虚构范围").status == 200
    item, = waits(who, "topic_database", one)
    assert (item["due"], item["act"]) == ("2026-11-01", {"action": "refresh"}) and item["due"] < TODAY, item
    acted(who, "topic_database", one, "refresh")
    assert shown(who, "topic_database", one)["updated"] == TODAY and not waits(who, "topic_database", one)
    assert due() == ["2026-12-20"], due()
    assert changed(who, "topic_database", one, update_cycle="quarter").status == 200
    assert due() == ["2027-02-20"], due()


@tap.meets("SCYC-026")
def test_a_portfolio_answers_a_need_with_its_members_and_the_list_of_its_gaps(world):
    who = world["centre_manager"]
    need = made(who, "demand", title="虚构耐热隔膜", text="需要耐热隔膜")
    refused(who.create("topic_database", {"name": "虚构组合", "kind": "portfolio"}), "demand", "产业需求")
    gaps = [{"gap": "没有涂布设备的专利", "plan": "布局申请", "due": later(20)}, {"gap": "海外没有布局", "due": later(200)}]
    one = made(who, "topic_database", **draft_of(who, "topic_database", "demand", need), kind="portfolio", gaps=gaps)
    for n in range(2):
        made(who, "topic_member", topic=one, number=bodies.cn_number(94010 + n), list="core", reason="覆盖主要步骤")
    row = shown(who, "topic_database", one)
    assert (row["name"], row["demand"], row["member_count"], row["open_gaps"]) == ("虚构耐热隔膜", need, 2, 2), row
    item, = waits(who, "topic_database", one)
    assert (item["due"], item["act"]) == (later(20), {"field": "gaps.closed"}), item
    assert changed(who, "topic_database", one, gaps=[{**gaps[0], "closed": TODAY}, gaps[1]]).status == 200
    assert shown(who, "topic_database", one)["open_gaps"] == 1 and not waits(who, "topic_database", one)
    assert [r["id"] for r in who.get(f"/records/topic_database?filter=demand={need}").json["items"]] == [one]


@tap.meets("SCYY-035.1+2", "SXYY-025.1+2")
def test_an_opinion_is_for_one_of_four_uses_numbered_dated_signed_by_another_and_printed(world):
    who, writer = world["centre_manager"], world["centre_staff"]
    assert list(labels(world, "ip_opinion", "use").values()) == ["产业科研项目立项", "人才招引", "技术引进", "项目合作"]
    body = {"title": "虚构引进意见", "use": "technology", "client": "虚构公司", "question": "能否引进这项技术", "asked_on": later(-13)}
    for lacking in ("use", "client", "question"):
        refused(writer.create("ip_opinion", {**body, lacking: None}), lacking)
    refused(writer.create("ip_opinion", {**body, "use": "other"}), "use")
    one, two = (made(writer, "ip_opinion", **body) for _ in range(2))
    numbers = [shown(writer, "ip_opinion", n)["number"] for n in (one, two)]
    assert numbers == ["ZX-26-001", "ZX-26-002"], numbers
    item, = [w for w in waits(writer, "ip_opinion", one)]
    assert item["due"] == later(2), item
    refused(writer.act("ip_opinion", one, "hand_in", {"basis": "检索三个库"}), "conclusion")
    acted(writer, "ip_opinion", one, "hand_in", basis="检索三个库", conclusion="可以引进，须取得两件专利的许可")
    refused(writer.act("ip_opinion", one, "sign"), "signed_by", "另一人签发")
    refused(changed(writer, "ip_opinion", one, conclusion="改"), "conclusion")
    acted(who, "ip_opinion", one, "send_back", "写明风险")
    assert changed(writer, "ip_opinion", one, risks="其中一件将到期").status == 200
    acted(writer, "ip_opinion", one, "hand_in")
    refused(who.act("ip_opinion", one, "sign"), "signed_by", "须本人登录")
    assert at_page(world).ask("POST", f"/records/ip_opinion/{one}/actions/sign", {}).status == 200
    row = shown(who, "ip_opinion", one)
    assert (row["state"], row["written_by"], row["signed_by"], row["signed_on"]) == ("signed", writer.account, who.account, TODAY), row
    assert not waits(writer, "ip_opinion", one)
    text = printed(writer, "ip_opinion", one, "ip_opinion")
    for words in ("ZX-26-001", "技术引进", "虚构公司", "可以引进，须取得两件专利的许可", "其中一件将到期", "2026年11月20日"):
        assert words in text, words
    assert "待补" not in text


@tap.meets("SCYY-023.1+2")
def test_three_stages_of_trial_book_a_facility_and_end_with_cost_result_and_the_next_decision(world):
    who = world["centre_manager"]
    assert list(labels(world, "pilot_stage", "kind").values()) == ["工程研究", "概念验证", "中试熟化"]
    base = {"kind": "transfer_platform", "agreement_file": uploaded(who, "平台协议")}
    site = made(who, "partner", name="虚构中试基地", platform="pilot", offers=["proof", "pilot"], **base)
    open_site = made(who, "partner", name="虚构创新平台", platform="innovation", **base)
    assert [r["id"] for r in who.get("/records/partner?filter=offers=pilot").json["items"]] == [site], "the directory"
    project, other = (made(who, "project", project_no=f"ZS-{n}", title=f"虚构中试{n}", kind="industrialisation") for n in range(2))
    period = {"from": "2026-08-01", "to": "2026-09-30"}
    body = {**draft_of(who, "pilot_stage", "project", project), "facility": site, "period": period, "goal": "放大到十倍"}
    assert (body["project"], body["title"]) == (project, "虚构中试0"), body
    for lacking in ("kind", "facility", "period"):
        refused(who.create("pilot_stage", {**body, "kind": "proof", lacking: None}), lacking)
    refused(who.create("pilot_stage", {**body, "kind": "engineering"}), "facility", "没有这个阶段")
    made(who, "pilot_stage", **{**body, "kind": "engineering", "facility": open_site})
    one = made(who, "pilot_stage", **body, kind="proof")
    acted(who, "pilot_stage", one, "book")
    # Nobody else has the facility in that time; the day after it is free.
    second = made(who, "pilot_stage", **{**body, "project": other, "title": "虚构另一试验", "period": {"from": "2026-09-30", "to": "2026-10-31"}}, kind="pilot")
    refused(who.act("pilot_stage", second, "book"), "period", "虚构中试0")
    assert changed(who, "pilot_stage", second, period={"from": "2026-10-01", "to": "2026-10-31"}).status == 200
    acted(who, "pilot_stage", second, "book")
    refused(changed(who, "pilot_stage", second, period=period), "period")
    item, = waits(who, "pilot_stage", one)
    assert item["due"] == "2026-09-30", item
    done = {"cost": "85000.00", "finished_on": "2026-09-25", "result": "良率达到九成", "decision": "go_on"}
    for lacking in done:
        refused(who.act("pilot_stage", one, "finish", {k: v for k, v in done.items() if k != lacking}), lacking)
    acted(who, "pilot_stage", one, "finish", **done)
    row = shown(who, "pilot_stage", one)
    assert {**done, "stage": "finished", "period": period}.items() <= row.items() and not waits(who, "pilot_stage", one), row
    draft = draft_of(who, "pilot_stage", "after", one)
    assert (draft["project"], draft["facility"], draft["after"]) == (project, site, one), draft
    acted(who, "pilot_stage", second, "cancel", "设备检修")
    assert shown(who, "pilot_stage", second)["stage"] == "planned"


@tap.meets("SCYY-039", "SXYY-026")
def test_a_course_has_a_level_whom_it_needs_passed_before_scores_and_a_certificate_for_who_passed(world):
    who = world["centre_manager"]
    body = {"hours": "16.0", "trainers": ["虚构讲师"], "pass_mark": "60.0", "courses": ["cultivation", "finance"]}
    first = made(who, "training", title="虚构培育班", date="2026-03-02", level="basic", **body)
    again = made(who, "training", title="虚构培育班", date="2026-05-06", level="basic", **body)
    refused(who.create("training", {"title": "虚构进阶班", "date": "2026-09-01", "level": "middle"}), "prerequisite", "先修培训")
    refused(who.create("training", {"title": "虚构高级班", "date": "2026-09-01", "level": "high", "prerequisite": first}), "prerequisite", "低一层级")
    middle = made(who, "training", title="虚构进阶班", date="2026-09-01", level="middle", prerequisite=first, **body)

    def trainee(course, name, **more):
        return who.create("sign_up", {**draft_of(who, "sign_up", "training", course), "organisation": "虚构公司", "name": name, **more})
    one = trainee(again, "虚构学员甲", attended=True).json["id"]
    assert trainee(first, "虚构学员乙", score="58.0").status == 201
    for name in ("虚构学员甲", "虚构学员乙", "虚构学员丙"):
        refused(trainee(middle, name), "name", "“虚构培育班”")
    refused(changed(who, "sign_up", one, passed=True), "score")
    refused(changed(who, "sign_up", one, passed=True, score="59.9"), "passed", "合格分数")
    assert changed(who, "sign_up", one, passed=True, score="92.0").status == 200
    assert (shown(who, "training", again)["passed_count"], shown(who, "training", first)["passed_count"]) == (1, 0)
    up = trainee(middle, "虚构学员甲")
    assert up.status == 201, up
    refused(trainee(middle, "虚构学员甲", organisation="虚构别的公司"), "name")
    refused(trainee(middle, "虚构学员乙"), "name", "先修")
    # Who passed has a certificate, who did not has none.
    row = shown(who, "sign_up", one)
    text = printed(who, "sign_up", one, "training_certificate")
    for words in (row["number"], "虚构学员甲", "虚构公司", "虚构培育班", "共16学时", "得分92，", "初级", "2026年5月6日"):
        assert words in text, words
    assert "待补" not in text and row["number"].startswith("BM-26-"), row
    offered = lambda n: who.get(f"/records/sign_up/{n}/papers/training_certificate")
    assert offered(one).status == 200
    assert total(who, "sign_up", f"training={again}") == 1


def test_who_signed_up_by_a_link_and_asks_to_be_called_is_a_lead_until_a_deal_is_made(world):
    who, asked = world["centre_manager"], world["company_staff"]
    event = made(who, "event", title="虚构路演", kind="matching", starts="2026-11-18T14:00:00+08:00", place="虚构会议室")
    draft = draft_of(who, "sign_up", "event", event)
    assert (draft["subject"], draft["place"]) == ("虚构路演", "虚构会议室") and draft["organiser"], draft
    party = made(who, "served_party", name="虚构受邀公司", credit_code=bodies.credit_code(9410), served="2026-01-01")
    invited = draft_of(who, "sign_up", "party", party)
    one = made(who, "sign_up", **{**invited, **draft})
    refused(who.create("sign_up", {"organisation": "虚构无处公司"}), "event")
    opened = who.ask("POST", f"/records/sign_up/{one}/asks", {"ask": "sign_up", "link": True})
    assert opened.status == 201, opened
    page, header = f"/asks/{opened.json['id']}", {"X-Ask-Link": opened.json["link"]}
    nobody = world["public"]
    assert nobody.get(page).status == 404
    seen = nobody.get(page, **header).json["seen"]
    assert (seen["subject"], seen["place"]) == ("虚构路演", "虚构会议室") and seen["starts"].startswith("2026-11-18T14:00"), seen
    by_link = lambda **fields: nobody.ask("POST", page, {"who": "虚构子 028-0000 0000", "fields": fields}, header)
    refused(by_link(name="虚构子", wants_contact=True), "fields.phone", "姓名和电话")
    assert by_link(name="虚构子", phone="13900000000", interest="热管理专利包", wants_contact=True).status == 204
    row = shown(who, "sign_up", one)
    assert (row["name"], row["answered_on"], row["answered_by"]) == ("虚构子", TODAY, "link"), row
    # A lead has its day; a deal takes over what is known, and ends it.
    supply = made(who, "supply", kind="patent", element="technology", text="虚构说明", title="虚构热管理专利包", patents=[bodies.cn_number(94100)], price="300000.00")
    assert changed(who, "sign_up", one, follow_by=later(2), supply=supply, attended=True).status == 200
    item, = waits(who, "sign_up", one)
    assert (item["due"], item["act"]) == (later(2), {"field": "deal"}), item
    assert shown(who, "event", event)["attended"] == 1
    deal = draft_of(who, "deal", "sign_up", one)
    assert (deal["title"], deal["supply"]) == ("虚构路演", supply), deal
    assert {"name": "虚构受邀公司", "credit_code": bodies.credit_code(9410), "role": "taker"} in deal["sides"], deal
    deal = made(who, "deal", **deal, type="licence")
    assert changed(who, "sign_up", one, deal=deal).status == 200 and not waits(who, "sign_up", one)


def test_a_sign_in_sheet_has_who_signed_up_for_an_event(world):
    who = world["centre_manager"]
    one = made(who, "event", title="虚构沙龙", kind="exchange", starts="2026-11-18T14:00:00+08:00", sign_ups=[{"name": "虚构丑", "organisation": "虚构签到公司"}])
    text = printed(who, "event", one, "event_sign_in")
    assert "虚构丑" in text and "虚构签到公司" in text, text[:200]


def test_what_these_records_export_comes_back_unchanged(world):
    who = world["centre_manager"]
    for kind in ("navigation_project", "topic_database", "topic_paper", "ip_opinion", "pilot_stage", "training", "sign_up", "partner", "event"):
        book = who.get(f"/records/{kind}/export.xlsx").content
        done = who.ask("POST", f"/records/{kind}/import?name=same.xlsx", raw=book)
        assert done.status == 200, (kind, done)
        assert not done.json.get("created") and not done.json.get("changed") and not done.json.get("errors"), (kind, done.json)


run(sys.modules[__name__], language="zh")
