#!/usr/bin/env python3
"""cultivation_test.py ZHIYUN: the cultivation centres' records (川市监发〔2025〕52号): task book, plan, money."""
import io
import sys
import threading
import zipfile
from datetime import datetime, timedelta, timezone

from people import acted, amended, bodies, by_two, changed, client, confirmed, made, refused, run, shown, total, uploaded
import tap
from makers import MILESTONES, TARGETS, digest_of

NUMBERS = iter(range(1, 10 ** 6))


def project(world, **more):
    """(id, number) of a project in preparation of the centre."""
    number = f"YC-{next(NUMBERS)}"
    one = made(world["centre_staff"], "cultivation_project", project_no=number, title="虚构育成项目", start="2026-03-01",
               department="科技处", technology_fields=["ai"], task_book_file=uploaded(world["centre_staff"], f"{number} book"),
               **{"funds": "1000000.00", **more})
    made(world["centre_staff"], "fund_line", line="印制费", project_no=number, requested="1.00", source="province")
    return one, number


def signed(world, one, day):
    """As the step of a case writes it (yucheng.scenario walks there)."""
    client.run_sql(world, [f"UPDATE record_cultivation_project SET task_book_signed = '{day}' WHERE id = {one}"])


def ready(world):
    """A project whose task book is signed and whose rules for money are there."""
    staff = world["centre_staff"]
    one, number = project(world, targets=TARGETS, milestones=MILESTONES)
    signed(world, one, "2026-02-20")
    if total(staff, "document", "matter=budget_rules") == 0:
        made(staff, "document", title="专项资金预算管理制度", kind="rule", matter="budget_rules", file=uploaded(staff, "rules"))
    return one, number


def approved_line(world, number, line, amount):
    one = made(world["centre_staff"], "fund_line", line=line, project_no=number, requested=amount, source="province")
    acted(world["province_officer"], "fund_line", one, "approve", approved=amount)
    return one


def invoice_number():
    """Of a fully digital invoice: 20 digits."""
    return f"2651{next(NUMBERS):016d}"


def spending(world, number, voucher, line, amount, **more):
    staff = world["centre_staff"]
    return {"voucher_no": voucher, "line": line, "project_no": number, "amount": amount, "date": "2026-05-06", "payee": "虚构公司",
            "voucher_file": uploaded(staff, f"{number} {voucher}"), **more}


@tap.meets("SCYC-055.1+2")
def test_a_project_takes_36_months_and_another_length_needs_a_reason(world):
    staff = world["centre_staff"]
    one, _ = project(world)
    assert shown(staff, "cultivation_project", one)["end"] == "2029-02-28"
    refused(staff.create("cultivation_project", {"start": "2026-03-01", "end": "2028-02-29"}), "reason", "2029-02-28")
    refused(changed(staff, "cultivation_project", one, end="2029-03-01"), "reason")
    assert changed(staff, "cultivation_project", one, end="2029-03-01", reason="设备到货推迟").status == 200


@tap.meets("SCYC-063")
def test_the_plan_with_its_milestones_stands_before_the_start(world):
    staff = world["centre_staff"]
    one, _ = project(world, kind="base")  # a task book of cultivation is not even signed without them
    signed(world, one, "2026-02-20")
    refused(staff.act("cultivation_project", one, "begin"), "plan_file")
    plan = uploaded(staff, "plan")
    refused(changed(staff, "cultivation_project", one, plan_file=plan, plan_date="2026-03-02"), "start", "早于")
    assert changed(staff, "cultivation_project", one, plan_file=plan, plan_date="2026-02-25").status == 200
    refused(staff.act("cultivation_project", one, "begin"), "milestones", "里程碑")
    signed(world, one, "no")
    assert changed(staff, "cultivation_project", one, milestones=[{"title": "专题库建成", "due": "2026-09-30"}]).status == 200
    signed(world, one, "2026-02-20")
    assert acted(staff, "cultivation_project", one, "begin")["state"] == "started"


@tap.meets("SCYC-009", "SCYC-054", "SCYC-005.3")
def test_a_task_book_states_the_four_targets_with_formula_and_base_and_not_counts_alone(world):
    staff, plan = world["centre_staff"], uploaded(world["centre_staff"], "plan")
    one, _ = project(world, plan_file=plan, plan_date="2026-02-25", milestones=[{"title": "中期", "due": "2027-06-30"}])
    refused(staff.act("cultivation_project", one, "begin"), "task_book_signed")
    refused(changed(staff, "cultivation_project", one, targets=[{**TARGETS[0], "formula": ""}]), "targets[0].formula")
    without = [{k: v for k, v in TARGETS[0].items() if k not in ("base_year", "base", "series")}, *TARGETS[1:]]
    counts = [{k: v for k, v in t.items() if k != "quality"} for t in TARGETS]
    for targets, words in ((TARGETS[1:], "申请量"), (TARGETS[:3], "专利产品备案"), (without, "基年"), (counts, "质量")):
        assert changed(staff, "cultivation_project", one, targets=targets).status == 200
        signed(world, one, "2026-02-20")
        refused(staff.act("cultivation_project", one, "begin"), "targets", words)
        signed(world, one, "no")
    assert changed(staff, "cultivation_project", one, targets=TARGETS).status == 200
    signed(world, one, "2026-02-20")
    refused(changed(staff, "cultivation_project", one, targets=TARGETS[:1]), "targets", "签署固定")  # before it begins
    acted(staff, "cultivation_project", one, "begin")
    refused(changed(staff, "cultivation_project", one, targets=TARGETS[:1]), "targets")
    # Each formula that stood there before is kept with its version.
    kept = [v for v in staff.get(f"/records/cultivation_project/{one}/history").json["items"] if "审查后撤回" in str(v)]
    assert len(kept) >= 2 and len({v["version"] for v in kept}) == len(kept), kept


def test_a_task_book_is_signed_with_its_budget_lines_and_milestones(world):
    staff = world["centre_staff"]
    one, number = project(world, targets=TARGETS)
    line = staff.get(f"/records/fund_line?filter=project_no={number}").json["items"][0]["id"]
    signed(world, one, "2026-02-20")
    refused(changed(staff, "cultivation_project", one, department="虚构处"), "milestones", "里程碑")
    acted(world["province_officer"], "fund_line", line, "refuse", "与项目无关")
    signed(world, one, "no")
    assert changed(staff, "cultivation_project", one, milestones=MILESTONES).status == 200
    signed(world, one, "2026-02-20")
    refused(changed(staff, "cultivation_project", one, department="虚构处"), "project_no", "经费支出预算")
    acted(staff, "fund_line", line, "ask_again", "已调整", requested="2.00")
    assert changed(staff, "cultivation_project", one, department="虚构处").status == 200


def test_a_budget_is_approved_for_a_signed_project_of_the_unit_and_within_its_task_book(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, number = project(world, funds="1000.00", targets=TARGETS, milestones=MILESTONES)
    line = made(staff, "fund_line", line="设备费", project_no=number, requested="900.00", source="province")
    refused(officer.act("fund_line", line, "approve", {"approved": "900.00"}), "project_no", "任务书签订之后")
    for stray in ("无此项目", None):
        body = {"line": "设备费", "requested": "1.00", **({"project_no": stray} if stray else {})}
        refused(officer.act("fund_line", made(staff, "fund_line", **body), "approve", {"approved": "1.00"}), "project_no", "没有这个编号的项目")
    foreign = made(world["centre_neighbour"], "fund_line", line="设备费", project_no=number, requested="1.00")
    refused(officer.act("fund_line", foreign, "approve", {"approved": "1.00"}), "project_no", "没有这个编号的项目")
    signed(world, one, "2026-02-20")
    refused(changed(staff, "cultivation_project", one, funds="9000000.00"), "funds", "签署固定")
    assert amended(officer, "cultivation_project", one, funds="9000000.00").status in (400, 403), "nor does one officer raise it"
    acted(officer, "fund_line", line, "approve", approved="900.00")
    more = made(staff, "fund_line", line="差旅费", project_no=number, requested="9000000.00", source="own")
    refused(officer.act("fund_line", more, "approve", {"approved": "100.01"}), "approved", "任务书的经费总额")
    refused(officer.act("fund_line", line, "adjust", {"approved": "9000000.00"}, "?reason=x"), "basis")
    beyond = {"approved": "9000000.01", "basis": "虚构依据"}
    refused(officer.act("fund_line", more, "approve_beyond", beyond, "?reason=追加"), "approved", "多于申请金额")
    refused(officer.act("fund_line", line, "adjust", {"approved": "1000.01", "basis": "虚构依据"}, "?reason=调增"), "approved", "任务书的经费总额")
    for action, which in (("approve_beyond", more), ("adjust_beyond", line)):
        alone = officer.act("fund_line", which, action, {"approved": "9000000.00", "basis": "虚构依据"}, "?reason=追加")
        assert alone.status == 202, alone
        assert shown(staff, "fund_line", which).get("approved") in (None, "900.00")
    done = confirmed(world, "province_leader", "fund_line", more, "approve_beyond", "追加")
    assert done.status == 200 and shown(staff, "fund_line", more)["approved"] == "9000000.00", done
    # What was signed of it is corrected by two, and not to less than was approved and paid.
    refused(officer.act("cultivation_project", one, "correct", {"funds": "9000899.99"}, "?reason=金额有误"), "funds", "9000899.99元少于已批准的预算合计9000900.00元")
    refused(officer.act("cultivation_project", one, "correct", {"funds": None}, "?reason=金额有误"), "funds", "缺少“任务书经费总额”")
    by_two(world, "province_officer", "province_leader", "cultivation_project", one, "correct", "金额有误", funds="9000900.00")
    assert shown(staff, "cultivation_project", one)["funds"] == "9000900.00"


def test_adjustments_one_after_the_other_stay_within_the_task_book(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, number = project(world, funds="1000.00", targets=TARGETS, milestones=MILESTONES)
    signed(world, one, "2026-02-20")
    lines = [approved_line(world, number, line, "100.00") for line in ("设备费", "差旅费")]
    more = {"approved": "900.00", "basis": "虚构依据"}
    assert officer.act("fund_line", lines[0], "adjust", more).status == 400  # without a reason
    assert officer.act("fund_line", lines[0], "adjust", more, "?reason=调增").status == 200  # each alone is within it
    refused(officer.act("fund_line", lines[1], "adjust", more, "?reason=调增"), "approved", "任务书的经费总额")
    # What is beyond it says so, more than was asked for as well; and is adjusted back to what is within.
    by_two(world, "province_officer", "province_leader", "fund_line", lines[1], "adjust_beyond", "追加", **more)
    held = shown(staff, "fund_line", lines[1])
    assert (held["approved"], held["beyond"]) == ("900.00", True), held
    refused(officer.act("fund_line", lines[1], "adjust", {**more, "approved": "800.00"}, "?reason=调减"), "approved", "任务书的经费总额")
    refused(officer.act("fund_line", lines[1], "adjust_beyond", more, "?reason=追加"), "approved", "与现有内容相同")
    acted(world["province_officer"], "fund_line", lines[1], "adjust", "调减", **{**more, "approved": "100.00"})
    assert not shown(staff, "fund_line", lines[1]).get("beyond")


def test_budget_is_asked_for_and_approved_while_the_project_is_carried_out(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, number = ready(world)
    body = {"line": "会议费", "project_no": number, "requested": "10.00", "source": "province"}
    cased(world, one, "building")
    line, approved = made(staff, "fund_line", **body), approved_line(world, number, "设备费", "10.00")
    for stage in ("acceptance", "exit-told"):
        cased(world, one, stage)
        refused(staff.create("fund_line", {**body, "line": "差旅费"}), "project_no", "现为“虚构”")
        assert officer.act("fund_line", line, "approve", {"approved": "10.00"}).status == 409, stage  # by the case
        adjusted = officer.act("fund_line", approved, "adjust", {"approved": "20.00", "basis": "虚构依据"}, "?reason=调增")
        refused(adjusted, "approved", "不再批准或者调整")
    cased(world, one, "building")  # it goes on
    acted(officer, "fund_line", line, "approve", approved="10.00")


def test_a_task_book_has_targets_of_the_document_and_days_that_can_be(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, _ = project(world, targets=TARGETS, milestones=MILESTONES)

    def refused_when_signed(field, words, now=None, **patch):
        kept = shown(staff, "cultivation_project", one)
        assert changed(staff, "cultivation_project", one, **patch).status == 200, patch
        signed(world, one, now or "2026-02-20")
        refused(changed(staff, "cultivation_project", one, has_department=True), field, words)
        signed(world, one, "no")
        assert changed(staff, "cultivation_project", one, **{k: kept.get(k) for k in patch}).status == 200
    for n, low in enumerate(("0.10", "64.99", "69.99", "9.00")):
        targets = [{**t, "target": low} if i == n else t for i, t in enumerate(TARGETS)]
        refused_when_signed("targets", "低于文件数值的理由", targets=targets)
    base = {**TARGETS[0], "base": "0.00"}
    refused_when_signed("targets", "基数须大于零", targets=[base, *TARGETS[1:]])
    refused_when_signed("targets", "基年须早于", targets=[{**TARGETS[0], "base_year": 2026}, *TARGETS[1:]])
    twice = {**TARGETS[1], "indicator": "授权率（实际执行）", "target": "0.10"}
    refused_when_signed("targets", "只写一次", targets=[*TARGETS, twice])
    for n in (1, 2):
        targets = [{**t, "target": "100.01"} if i == n else t for i, t in enumerate(TARGETS)]
        refused_when_signed("targets", "不超过100%", targets=targets)
    refused_when_signed("task_book_file", "任务书文件", task_book_file=None)
    refused_when_signed("term_reason", "超过的须写明理由", end="2033-02-28", reason="本单位需要")
    for day in ("2001-01-01", "2026-02-28", "2029-03-01"):
        refused_when_signed("milestones", "开始日期与结束日期之间", milestones=[*MILESTONES, {"title": "虚构", "due": day}])
    refused_when_signed("start", "前后一年", now="2024-12-31", title="虚构")
    for unseen in ("　", "\u3164", "\u2800\u200b", ""):
        refused_when_signed("title", "项目名称", title=unseen)
    # Less than the document names is the office's word.
    low = [{**t, "target": "1.00"} for t in TARGETS]
    refused(changed(staff, "cultivation_project", one, targets_reason="本单位困难"), "targets_reason", status=400)
    assert changed(staff, "cultivation_project", one, targets=low).status == 200
    assert amended(officer, "cultivation_project", one, targets_reason="产业起步阶段，省局会议同意").status == 200
    signed(world, one, "2026-02-20")
    assert changed(staff, "cultivation_project", one, department="科技处二").status == 200


def test_title_and_milestones_of_a_signed_project_are_the_offices_to_correct(world):
    staff, officer, (one, _) = world["centre_staff"], world["province_officer"], ready(world)
    for patch in ({"title": "另一项目"}, {"milestones": []}, {"milestones": [{**MILESTONES[0], "due": "2028-12-31"}]},
                  {"milestones": [{**MILESTONES[0], "title": "虚构：开会"}]}, {"milestones": MILESTONES * 2}):
        refused(changed(staff, "cultivation_project", one, **patch), next(iter(patch)), "签署固定")
    assert changed(staff, "cultivation_project", one, milestones=[{**MILESTONES[0], "done": "2026-05-05"}]).status == 200, "what is reached"
    refused(changed(staff, "cultivation_project", one, milestones=[{**MILESTONES[0], "done": "2099-05-05"}]), "milestones[0].done")
    book = {"title": "虚构二", "end": "2030-02-28", "reason": "设备到货推迟", "term_reason": "经省局同意延长",
            "task_book_file": uploaded(officer, "the book"), "targets": [*TARGETS[:3], {**TARGETS[3], "target": "12.00"}], "milestones": [{**MILESTONES[0], "due": "2028-12-31"}]}
    for field, value in book.items():
        if field != "term_reason":
            refused(amended(officer, "cultivation_project", one, **{field: value}), field, "两人更正")
    plan = uploaded(staff, "plan")
    for field, value in (("end", "2030-02-28"), ("task_book_file", uploaded(staff, "own book"))):
        refused(staff.act("cultivation_project", one, "begin", {"plan_file": plan, "plan_date": "2026-02-25", field: value}), field, "签署固定")
    assert staff.act("cultivation_project", one, "correct", {"end": "2030-02-28"}, "?reason=x").status == 403
    refused(officer.act("cultivation_project", one, "correct", {"title": "虚构二"}), "reason")
    refused(officer.act("cultivation_project", one, "correct", {"end": "2030-02-28"}, "?reason=延长"), "term_reason", "超过的须写明理由")
    acted(staff, "cultivation_project", one, "begin", plan_file=plan, plan_date="2026-02-25")
    by_two(world, "province_officer", "province_leader", "cultivation_project", one, "correct", "会议纪要第二号", **book)
    held = shown(staff, "cultivation_project", one)
    assert (held["state"], held["end"], held["targets"][3]["target"]) == ("started", "2030-02-28", "12.00"), held


@tap.meets("SCYC-058.1", "SCYC-056.1+2")
def test_nothing_is_paid_before_the_task_book_is_signed_nor_without_a_basis(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, number = project(world)
    asked = made(staff, "fund_payment", project_no=number, purpose="首期经费", amount="500000.00", source="province")
    text = uploaded(officer, "the measures")  # their text, where it was supplied
    pay = {"date": "2026-03-15", "basis": "《省级财政知识产权专项资金管理办法》", "basis_file": text}
    refused(officer.act("fund_payment", asked, "pay", {"date": "2026-03-15"}, "?reason=首期"), "basis")
    refused(officer.act("fund_payment", asked, "pay", {**pay, "date": False}, "?reason=首期"), "date", "有效日期")
    refused(officer.act("fund_payment", asked, "pay", pay, "?reason=首期"), "date", "任务书")  # not left to the second person
    refused(changed(staff, "cultivation_project", one, task_book_signed="2026-03-10"), "task_book_signed")
    refused(changed(staff, "cultivation_project", one, first_payment="2026-03-15"), "first_payment")
    assert shown(staff, "cultivation_project", one)["first_payment"] is False
    signed(world, one, "2026-03-16")
    refused(officer.act("fund_payment", asked, "pay", pay, "?reason=首期"), "date", "任务书")
    signed(world, one, "2026-03-10")
    approved_line(world, number, "设备费", "500000.00")
    assert officer.act("fund_payment", asked, "pay", pay, "?reason=首期").status == 202
    signed(world, one, "2026-03-16")  # what moved since is asked of the second person again
    refused(confirmed(world, "province_leader", "fund_payment", asked, "pay", "首期"), "date", "任务书")
    signed(world, one, "2026-03-10")
    done = confirmed(world, "province_leader", "fund_payment", asked, "pay", "首期")
    assert done.status == 200 and done.json["state"] == "paid", done
    paid = shown(staff, "fund_payment", asked)
    assert paid["basis_file"]["digest"] == text["digest"] and staff.get(f"/files/{text['digest']}").status == 200, paid
    assert (paid["amount"], paid["basis"]) == ("500000.00", "《省级财政知识产权专项资金管理办法》"), paid
    assert staff.act("fund_payment", asked, "recover").status == 403
    assert shown(staff, "cultivation_project", one)["first_payment"] == "2026-03-15"


@tap.meets("SCYC-058.2")
def test_the_monitoring_sheet_has_the_indicators_of_the_signed_task_book_and_where_they_stand(world):
    person, officer = world["centre_neighbour"], world["province_officer"]
    code = bodies.credit_code(900000 + list(client.UNITS).index("centreB"))
    one = made(person, "cultivation_project", project_no="YC-监测", title="虚构育成项目", start="2026-03-01", funds="1.00", targets=TARGETS,
               milestones=MILESTONES, task_book_file=uploaded(person, "book"))
    made(person, "fund_line", line="设备费", project_no="YC-监测", requested="1.00", source="province")
    for n in range(3):
        made(person, "product_filing", filing_no=f"BA-监测-{n}", date="2026-06-01", product="虚构产品")
    made(person, "list_statement", list="product_filings", party=code, up_to="2026-12-31", stated_by="虚构声明人")

    def sheet():
        done = officer.get(f"/packs/sc-yucheng-2025/forms/monitoring/paper?party={code}&as_of=2026-12-31")
        assert done.status == 200, done
        rows = [[c["text"] for c in row["cells"]] for b in done.json["content"]["blocks"] for row in b.get("rows", [])]
        return done.json["missing"], [text for row in rows for text in row], rows
    assert sheet()[0] == ["任务书签订日期"], "what is not signed is monitored by nothing"
    signed(world, one, "2026-02-20")
    made(world["centre_staff"], "cultivation_project", project_no="YC-监测-他", title="虚构项目")  # a list kept from before is read anew
    missing, texts, rows = sheet()
    assert missing == [] and "2026年2月20日" in texts, (missing, texts)
    for target in TARGETS:  # each as it was signed, in an office's numbers: formula, base, target
        assert [str(target.get(key, "")).removesuffix(".00") for key in ("indicator", "formula", "base_year", "base", "target", "unit")] in rows, (target, rows)
    assert texts[texts.index("专利产品备案（件）") + 1] == "3件", texts
    more = {"targets": [*TARGETS[:3], {**TARGETS[3], "target": "12.00"}]}
    refused(changed(person, "cultivation_project", one, **more), "targets", "签署固定")
    by_two(world, "province_officer", "province_leader", "cultivation_project", one, "correct", "变更", **more)
    assert any(row[-2:] == ["12", "件"] for row in sheet()[2]), "there is one set of indicators"


def test_growth_is_measured_from_the_base_that_was_signed(world):
    """A-18: after the signature neither the party nor the office has another base year or base value."""
    staff, officer = world["centre_other_province"], world["province_other"]
    number, first = "YC-基数", {"base_year": 2025, "end_year": 2028}
    one = made(staff, "cultivation_project", project_no=number, title="虚构育成项目", start="2026-03-01", targets=TARGETS, milestones=MILESTONES,
               task_book_file=uploaded(staff, "book"))
    made(staff, "fund_line", line="印制费", project_no=number, requested="1.00", source="province")
    name = {"name": "key_field_invention_filings", "source": "虚构台账"}
    base = made(staff, "statistics_series", year=2025, value="100", **name)
    before = made(staff, "statistics_series", year=2024, value="90", **name)
    years = officer.ask("POST", f"/records/parameters?unit={staff.unit}", first)
    assert years.status == 201, years

    def other_years(**more):
        version = shown(officer, "parameters", years.json["id"])["version"]
        return officer.ask("PATCH", f"/records/parameters/{years.json['id']}?reason=更正", more, {"If-Match": f'"{version}"'})
    assert other_years(base_year=2024).status == 200 and other_years(base_year=2025).status == 200, "free until it is signed"
    assert changed(staff, "statistics_series", base, value="99").status == 200
    signed(world, one, "2026-02-20")
    refused(changed(staff, "cultivation_project", one, department="法务处"), "targets", "统计序列")
    assert changed(staff, "statistics_series", base, value="100.000000").status == 200
    assert changed(staff, "cultivation_project", one, department="法务处").status == 200
    for value in ("50", "99.999999", "100.000001", "1000000"):
        refused(changed(staff, "statistics_series", base, value=value), "value", "任务书")
    refused(changed(staff, "statistics_series", before, year=2025), "value", "任务书")
    refused(other_years(base_year=2024), "base_year", "任务书")
    # Other years, other series and other parties are free, and what agrees is.
    refused(changed(staff, "statistics_series", before, value="-0.000001"), "value", "0")
    assert changed(staff, "statistics_series", before, value="91").status == 200
    made(staff, "statistics_series", year=2025, value="50", name="hv_per_10k", source="虚构台账")
    assert changed(staff, "statistics_series", base, value="100", source="另一台账").status == 200
    # …but the years between which it is measured are two persons' from then on: end and base alike.
    refused(other_years(end_year=2029), "base_year", "由两人")
    act = f"/records/parameters/{years.json['id']}/actions/correct?reason=任务书补充协议"
    assert officer.ask("POST", act, {"end_year": 2029}).status == 202
    assert shown(officer, "parameters", years.json["id"])["end_year"] == 2028
    world.add_person("leader_other_province", "office14", "province_leader")
    done = confirmed(world, "leader_other_province", "parameters", years.json["id"], "correct", "任务书补充协议")
    assert done.status == 200 and shown(officer, "parameters", years.json["id"])["end_year"] == 2029, done
    refused(officer.ask("POST", act, {"base_year": 2024}), "base_year", "任务书")


@tap.meets("SCYC-058.1")
def test_nobody_writes_the_day_of_the_task_book_nor_that_of_the_first_payment(world):
    staff = world["centre_staff"]
    one, number = project(world)
    judged = {"task_book_signed": "2026-02-01", "first_payment": "2026-02-02"}
    for name in ("centre_staff", "centre_manager", "city_officer", "province_officer", "province_leader", "finance_officer"):
        for field, day in judged.items():
            version = shown(staff, "cultivation_project", one)["version"]
            done = world[name].change("cultivation_project", one, version, {field: day})
            assert done.status in (400, 403), (name, field, done)
            done = world[name].create("cultivation_project", {"project_no": f"{number}-{name}", "title": "虚构", field: day})
            assert done.status in (400, 403), (name, field, done)
            done = world[name].act("cultivation_project", one, "begin", {"plan_date": "2026-03-01", field: day})
            assert done.status in (400, 403), (name, field, done)
    for rows in (["项目编号", "项目名称", "任务书签订日期", "首笔经费拨付日期"], ["Project number", "Title", "Task book signed on", "First payment on"]):
        for width in (4, 2):
            book = bodies.workbook([rows[:width], [f"{number}-{rows[0]}", "虚构", *judged.values()][:width]])
            done = staff.ask("POST", "/records/cultivation_project/import?name=book.xlsx", raw=book)
            assert done.json["created"] == 1 if width == 2 else done.status == 400 and "不是 育成项目 的列" in str(done), done
    stored = shown(staff, "cultivation_project", one)
    assert (stored.get("task_book_signed"), stored.get("first_payment")) == (None, None), stored


@tap.meets("SCYY-089.3")
def test_no_payment_without_a_project(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    asked = made(staff, "fund_payment", project_no="无此项目", amount="1000.00", source="province")
    pay = {"date": "2026-03-15", "basis": "省级知识产权专项资金"}
    refused(officer.act("fund_payment", asked, "pay", pay, "?reason=x"), "project_no", "没有这个编号的项目")
    made(staff, "project", project_no="无此项目", title="虚构运营项目", kind="conversion")
    assert officer.act("fund_payment", asked, "pay", pay, "?reason=x").status == 202
    done = confirmed(world, "province_leader", "fund_payment", asked, "pay", "x")
    assert done.status == 200 and done.json["state"] == "paid", done
    refused(staff.create("spending_line", spending(world, "别家的", "记-901", "设备费", "1.00")), "project_no")


@tap.meets("SCYC-012")
def test_the_rules_for_the_budget_stand_before_the_first_spending(world):
    """Another unit, which has none yet."""
    person, officer = world["centre_far"], world["province_officer"]
    signed(world, made(person, "cultivation_project", project_no="YC-远"), "2026-02-20")
    line = made(person, "fund_line", line="设备费", project_no="YC-远", requested="100.00")
    acted(officer, "fund_line", line, "approve", approved="100.00")
    body = {"voucher_no": "记-1", "line": "设备费", "project_no": "YC-远", "amount": "10.00", "date": "2026-05-06",
            "payee": "虚构公司", "voucher_file": uploaded(person, "远 1")}
    refused(person.create("spending_line", body), "project_no", "预算管理制度")
    made(person, "document", title="制度", kind="rule", matter="budget_rules", file=uploaded(person, "rules far"))
    assert person.create("spending_line", body).status == 201


@tap.meets("SCYC-059.1+2")
def test_spending_beyond_the_approved_line_is_refused(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    _, number = ready(world)
    line = made(staff, "fund_line", line="设备费", project_no=number, requested="100000.00", source="province")
    assert changed(staff, "fund_line", line, approved="100000.00").status in (400, 403), "the unit approves nothing"
    first = spending(world, number, f"{number}-1", "设备费", "60000.00")
    refused(officer.act("fund_line", line, "approve", {"approved": "100000.01"}), "approved", "多于申请金额")
    refused(staff.create("spending_line", first), "amount", "预算")
    assert staff.act("fund_line", line, "approve", {"approved": "1.00"}).status == 403
    acted(officer, "fund_line", line, "approve", approved="100000.00")
    assert shown(staff, "fund_line", line)["approved_by"] == officer.account
    assert staff.create("spending_line", first).status == 201
    # What another line has left is not this one's.
    approved_line(world, number, "差旅费", "10.00")
    refused(staff.create("spending_line", spending(world, number, f"{number}-4", "差旅费", "10.01")), "amount", "预算")
    unbudgeted = spending(world, number, f"{number}-4", "会议费", "0.01")
    refused(staff.create("spending_line", unbudgeted), "line", "没有这个科目")
    # Of no project nothing of it would be held to any line.
    refused(staff.create("spending_line", {k: v for k, v in unbudgeted.items() if k != "project_no"}), "project_no", "哪个项目")
    refused(staff.create("spending_line", spending(world, number, f"{number}-2", "设备费", "40000.01")), "amount", "预算")
    second = made(staff, "spending_line", **spending(world, number, f"{number}-2", "设备费", "40000.00"))
    refused(changed(staff, "spending_line", second, amount="40000.01"), "amount")  # what was entered stands
    made(staff, "spending_line", **spending(world, number, f"{number}-3", "差旅费", "10.00"))
    refused(staff.create("spending_line", spending(world, number, f"{number}-4", "差旅费", "0.01")), "amount")
    refused(officer.act("fund_line", line, "adjust", {"approved": "99999.99", "basis": "虚构依据"}, "?reason=调减"), "approved", "已经支出")
    acted(world["province_officer"], "fund_line", line, "adjust", "调增", approved="100000.01", basis="虚构依据")
    assert shown(staff, "fund_line", line)["spent"] == "100000.00"
    bulk = staff.ask("POST", "/records/spending_line/bulk",
                     {"items": [{"create": spending(world, number, f"{number}-{n}", "设备费", "0.01")} for n in (4, 5)]})
    assert total(staff, "spending_line", f"project_no={number}") == 4, bulk


def test_a_workbook_brings_in_no_row_that_the_rules_refuse(world):
    staff, (_, number) = world["centre_staff"], ready(world)
    approved_line(world, number, "印刷费", "100.00")
    head = ["凭证号", "科目", "项目编号", "金额", "日期", "收款方"]
    rows = [[f"簿-{number}-{n}", "印刷费", number, amount, "2026-05-06", "虚构公司"] for n, amount in ((1, "60.00"), (2, "41.00"))]
    done = staff.ask("POST", "/records/spending_line/import?name=book.xlsx", raw=bodies.workbook([head, *rows])).json
    assert (done["created"], done["rejected"]) == (0, 2), done
    assert "凭证文件" in str(done) or "voucher" in str(done), done
    made(staff, "project", project_no=f"运营-{number}", title="虚构运营项目", kind="conversion")
    rows = [[f"簿-{number}-{n}", "印刷费", project, "60.00", "2026-05-06", "虚构公司"]
            for n, project in ((1, f"运营-{number}"), (2, "从未有过"))]
    done = staff.ask("POST", "/records/spending_line/import?name=book.xlsx", raw=bodies.workbook([head, *rows])).json
    assert (done["created"], done["rejected"]) == (1, 1), done
    assert total(staff, "spending_line", f'project_no="运营-{number}"') == 1


def test_many_who_spend_at_once_do_not_exceed_the_line_together(world):
    _, number = ready(world)
    line = approved_line(world, number, "测试费", "100.00")
    papers = [spending(world, number, f"同时-{number}-{n}", "测试费", "10.00") for n in range(24)]
    replies = []

    def spend(bodies):
        person = client.Person(world.server, world["centre_staff"].token)
        replies.extend(person.create("spending_line", body).status for body in bodies)
    threads = [threading.Thread(target=spend, args=(papers[n::6],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = replies.count(201)
    assert len(replies) == 24 and 0 < accepted <= 10, replies
    for n in range(accepted, 10):  # who was told to try again
        made(world["centre_staff"], "spending_line", **spending(world, number, f"其后-{number}-{n}", "测试费", "10.00"))
    assert shown(world["centre_staff"], "fund_line", line)["spent"] == "100.00"
    refused(world["centre_staff"].create("spending_line", spending(world, number, f"其后-{number}", "测试费", "0.01")), "amount")


@tap.meets("SCYC-064.2")
def test_a_voucher_belongs_to_one_project_by_number_and_by_file(world):
    staff = world["centre_staff"]
    (_, one), (_, other) = ready(world), ready(world)
    for number in (one, other):
        approved_line(world, number, "材料费", "5000.00")
    first = spending(world, one, f"记-{one}", "材料费", "100.00")
    assert staff.create("spending_line", first).status == 201
    refused(staff.create("spending_line", spending(world, other, f"记-{one}", "材料费", "100.00")), "voucher_no", "另一个项目")
    copied = {**spending(world, other, f"记-{other}", "材料费", "100.00"), "voucher_file": first["voucher_file"]}
    refused(staff.create("spending_line", copied), "voucher_file", "另一个项目")
    approved_line(world, one, "差旅费", "5000.00")
    assert staff.create("spending_line", {**first, "line": "差旅费"}).status == 201, "two lines of one project may share it"
    for field in ("payee", "voucher_file"):
        whole = spending(world, other, f"记-{other}-{field}", "材料费", "1.00")
        refused(staff.create("spending_line", {k: v for k, v in whole.items() if k != field}), "payee", "收款方")


def test_a_contract_with_oneself_is_no_deal(world):
    staff = world["centre_staff"]
    own = {"name": "虚构centreA", "credit_code": bodies.credit_code(900000 + list(client.UNITS).index("centreA"))}
    deal = {"type": "licence", "amount": "1.00", "currency": "CNY", "signed": "2026-03-01", "contract_file": uploaded(staff, "contract")}
    one = made(staff, "deal", contract_no="ZJ-1", sides=[own], **deal)
    refused(staff.act("deal", one, "sign"), "sides", "只有本单位")
    both = made(staff, "deal", contract_no="ZJ-2", sides=[own, {"name": "虚构公司"}], **deal)
    acted(staff, "deal", both, "sign")
    # What was signed stands; it is corrected by voiding it, and its number is free again.
    for field, value in (("signed", "2020-01-01"), ("sides", [{"name": "虚构另一公司"}]), ("contract_file", None), ("patents", ["CN203033334444.8"])):
        refused(changed(staff, "deal", both, **{field: value}), field, "不能再修改")
    refused(staff.create("deal", {"contract_no": "ZJ-2", "sides": [{"name": "虚构公司"}], **deal}), "contract_no", status=409)
    acted(staff, "deal", both, "void", "日期登记有误")
    again = made(staff, "deal", contract_no="ZJ-2", sides=[{"name": "虚构公司"}], **{**deal, "signed": "2026-03-02"})
    acted(staff, "deal", again, "sign")


@tap.meets("SCYY-090.1+2", "SXYY-070.1+2")
def test_the_citys_funds_are_paid_by_the_city_and_stand_apart(world):
    staff, province, city = world["centre_staff"], world["province_officer"], world["city_officer"]
    one, number = ready(world)
    pay = {"date": "2026-04-01", "basis": "市（州）配套政策"}
    approved_line(world, number, "设备费", "500000.00")
    from_city = made(staff, "fund_payment", project_no=number, amount="80000.00", source="city")
    from_province = made(staff, "fund_payment", project_no=number, amount="500000.00", source="province")
    refused(province.act("fund_payment", from_city, "pay", pay, "?reason=x"), "source", "分别记账")
    refused(city.act("fund_payment", from_city, "pay_by_city", pay, "?reason=配套"), "amount", "同一来源的预算")
    line = made(staff, "fund_line", line="会议费", project_no=number, requested="80000.00", source="city")
    acted(province, "fund_line", line, "approve", approved="80000.00")
    refused(staff.create("fund_payment", {"project_no": number, "amount": "80000.01", "source": "city"}), "amount", "同一来源的预算")
    assert city.act("fund_payment", from_province, "pay", pay, "?reason=x").status == 403
    by_two(world, "city_officer", "city_leader", "fund_payment", from_city, "pay_by_city", "配套", **pay)
    by_two(world, "province_officer", "province_leader", "fund_payment", from_province, "pay", "首期", **pay)
    held = shown(province, "cultivation_project", one)
    assert (held["paid_by_province"], held["paid_by_city"]) == ("500000.00", "80000.00"), held
    # Each takes back its own, and in parts: all of them together are not more than was paid.
    back = {"date": "2026-11-01", "amount": "20000.00", "basis": "项目结余，任务书第六条"}
    refused(province.act("fund_payment", from_city, "recover", {"recoveries": [back]}, "?reason=结余"), "source", "由市（州）追回")
    refused(city.act("fund_payment", from_province, "recover_by_city", {"recoveries": [back]}, "?reason=结余"), "source", "由市（州）追回")
    assert city.act("fund_payment", from_city, "recover", {"recoveries": [back]}, "?reason=结余").status == 403
    acted(world["city_officer"], "fund_payment", from_city, "recover_by_city", "结余", recoveries=[back])
    acted(world["province_officer"], "fund_payment", from_province, "recover", "结余", recoveries=[back])
    second = {"date": "2026-11-02", "amount": "480000.01", "basis": "项目结余，任务书第六条"}
    refused(province.act("fund_payment", from_province, "recover", {"recoveries": [back, second]}, "?reason=退出"), "recoveries",
            "追回合计500000.01元，超过拨付金额500000.00元")
    refused(province.act("fund_payment", from_province, "recover", {"recoveries": [second]}, "?reason=退出"), "recoveries", "第1行")
    refused(province.act("fund_payment", from_city, "recover", {"recoveries": [back, {**second, "amount": "1.00"}]}, "?reason=x"), "source")
    second["amount"] = "480000.00"
    acted(world["province_officer"], "fund_payment", from_province, "recover", "退出", recoveries=[back, second])
    assert shown(province, "fund_payment", from_province)["recovered"] == "500000.00"
    held = shown(province, "cultivation_project", one)
    assert (held["paid_by_province"], held["paid_by_city"]) == ("0.00", "60000.00"), held


@tap.meets("SCYC-060")
def test_the_performance_sheet_has_computed_sums_and_a_judgement_with_its_basis(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, number = ready(world)
    signed(world, one, "2025-12-01")
    approved_line(world, number, "设备费", "100000.00")
    made(staff, "spending_line", **spending(world, number, f"绩-{number}", "设备费", "75000.00"))
    made(staff, "spending_line", **spending(world, number, f"绩-{number}-前", "设备费", "5000.00", date="2025-12-31"))
    sheet = made(staff, "fund_performance", project_no=number, year=2026, account="设备已到货")
    assert changed(staff, "fund_performance", sheet, spent="1.00").status in (400, 403)
    assert changed(staff, "fund_performance", sheet, score="99.00").status in (400, 403)
    acted(staff, "fund_performance", sheet, "submit")
    for stray, year, field in (("NO-SUCH", 2026, "project_no"), (number, 2019, "year")):
        refused(staff.create("fund_performance", {"project_no": stray, "year": year, "account": "虚构"}), field)
    refused(world["centre_neighbour"].create("fund_performance", {"project_no": number, "year": 2026}), "project_no", "没有这个编号的项目")
    judgement = {"score": "88.50", "grade": "良", "basis": "预算执行75%，产出达到任务书"}
    for lacking in judgement:
        refused(officer.act("fund_performance", sheet, "judge", {k: v for k, v in judgement.items() if k != lacking}), lacking)
    acted(officer, "fund_performance", sheet, "judge", **judgement)
    held = shown(staff, "fund_performance", sheet)
    assert (held["approved"], held["spent"], held["score"], held["grade"]) == ("100000.00", "75000.00", "88.50", "良"), held
    assert held["judged_by"] == officer.account


def test_a_voucher_of_less_than_nothing_is_refused_and_a_correction_is_a_reversal_with_its_reason(world):
    staff, manager, number = world["centre_staff"], world["centre_manager"], ready(world)[1]
    line = approved_line(world, number, "设备费", "5000.00")
    for amount in ("-5000.00", "0.00"):
        refused(staff.create("spending_line", spending(world, number, f"负-{number}", "设备费", amount)), "amount", "冲销")
    body = spending(world, number, f"正-{number}", "设备费", "5000.00", invoice_no=invoice_number())
    wrong = made(staff, "spending_line", **body)
    for person in (staff, manager):
        refused(changed(person, "spending_line", wrong, amount="50.00"), "amount")
        assert person.act("spending_line", wrong, "end").status == 403
    refused(manager.act("spending_line", wrong, "reverse"), "reason")
    acted(manager, "spending_line", wrong, "reverse", "金额登记有误")
    assert shown(staff, "fund_line", line)["spent"] in (None, "0.00")
    # The line's rest, the number, the invoice and the file are free again.
    made(staff, "spending_line", **{**body, "amount": "4999.00"})
    assert shown(staff, "fund_line", line)["spent"] == "4999.00"
    kept = manager.get(f"/records/spending_line/{wrong}/history").json["items"]
    assert [v["reason"] for v in kept if v.get("reason")] == ["金额登记有误"], kept


def test_a_voucher_of_less_than_nothing_that_stands_already_can_be_reversed(world):
    staff, number = world["centre_staff"], ready(world)[1]
    approved_line(world, number, "设备费", "5000.00")
    old = made(staff, "spending_line", **spending(world, number, f"旧-{number}", "设备费", "5000.00"))
    client.run_sql(world, [f"UPDATE record_spending_line SET amount = -500000 WHERE id = {old}"])
    acted(world["centre_manager"], "spending_line", old, "reverse", "负数登记有误")
    assert total(staff, "spending_line", f"project_no={number}") == 0


def cased(world, project_id, stage, over=False):
    """A case of building on the project, which began in "building", stands there now (yucheng.scenario walks)."""
    columns = ("version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, changed_by, number, title, "
               "programme, pack_version, pack_digest, process, stage, stage_label, stage_on, trial, record_type, record_id")
    digest = digest_of(world, "province_officer", "sc-yucheng-2025")
    values = (f"1, '{'over' if over else 'running'}', {world['centre_staff'].unit}, '510000', 1, 0, 1, 1, 1, 1, '虚构-{project_id}', '虚构', "
              f"'sc-yucheng-2025', '1', '{digest}', 'building', '{stage}', '虚构', '2026-05-06', 0, 'cultivation_project', {project_id}")
    client.run_sql(world, [f"DELETE FROM flow_case WHERE number = '虚构-{project_id}'", f"INSERT INTO flow_case ({columns}) VALUES ({values})"])


def test_what_an_acceptance_rests_on_is_not_taken_back_by_its_unit_alone(world):
    staff, manager, officer = world["centre_staff"], world["centre_manager"], world["province_officer"]
    one, number = ready(world)
    approved_line(world, number, "设备费", "5000.00")
    lines = [made(staff, "spending_line", **spending(world, number, f"验-{number}-{n}", "设备费", "10.00")) for n in range(4)]
    cased(world, one, "building")
    acted(manager, "spending_line", lines[0], "reverse", "登记有误")
    for stage in ("acceptance", "exit-told"):
        cased(world, one, stage)
        refused(manager.act("spending_line", lines[1], "reverse", {}, "?reason=x"), "project_no", "由省局冲销")
    cased(world, one, "acceptance")
    assert manager.act("spending_line", lines[1], "reverse_by_office", {}, "?reason=x").status == 403
    why = "?reason=核查发现凭证有误"
    assert officer.act("spending_line", lines[1], "reverse_by_office", {}).status == 400  # with a reason
    assert total(staff, "spending_line", f"project_no={number}") == 3
    assert officer.act("spending_line", lines[1], "reverse_by_office", {}, why).status == 200
    for stage in ("accepted", "failed", "exited"):  # it was decided with it
        cased(world, one, stage, over=True)
        for who in (manager, officer):
            action = "reverse" if who is manager else "reverse_by_office"
            refused(who.act("spending_line", lines[2], action, {}, "?reason=x"), "project_no", "不再冲销")
    assert total(staff, "spending_line", f"project_no={number}") == 2


def test_the_number_of_a_project_stays_once_money_is_entered_under_it(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    one, number = ready(world)

    approved_line(world, number, "设备费", "50.00")
    spent = made(staff, "spending_line", **spending(world, number, "改-1", "设备费", "10.00"))
    def renumbered(to, reason):
        return officer.act("cultivation_project", one, "correct", {"project_no": to}, f"?reason={reason}")
    made(staff, "fund_line", line="设备费", project_no=f"{number}-改", requested="1.00", source="province")
    refused(renumbered(f"{number}-改", "编号有误"), "project_no", "先冲销")
    acted(world["centre_manager"], "spending_line", spent, "reverse", "编号登记有误")
    by_two(world, "province_officer", "province_leader", "cultivation_project", one, "correct", "编号有误", project_no=f"{number}-改")
    by_two(world, "province_officer", "province_leader", "cultivation_project", one, "correct", "编号有误", project_no=number)
    paid = made(staff, "fund_payment", project_no=number, amount="10.00", source="province")
    by_two(world, "province_officer", "province_leader", "fund_payment", paid, "pay", "首期", date="2026-04-01", basis="虚构依据")
    refused(renumbered(f"{number}-改", "编号有误"), "project_no", "资金拨付登记在原来的项目编号下")


def test_nothing_is_spent_before_the_task_book_nor_after_the_project(world):
    staff, (one, number) = world["centre_staff"], ready(world)  # signed on 2026-02-20
    approved_line(world, number, "设备费", "5000.00")
    for day, words in (("2026-02-19", "任务书"), ("2029-02-28", "不得晚于"), (False, "任务书")):
        refused(staff.create("spending_line", spending(world, number, f"日-{number}", "设备费", "1.00", date=day)), "date", words)
    client.run_sql(world, [f"UPDATE record_cultivation_project SET end_ = '2026-05-06' WHERE id = {one}"])
    late = spending(world, number, f"日-{number} 后", "设备费", "1.00", date="2026-05-07")
    refused(staff.create("spending_line", late), "date", "项目结束")
    for day in ("2026-02-20", "2026-05-06"):
        made(staff, "spending_line", **spending(world, number, f"日-{number} {day}", "设备费", "1.00", date=day))
    unsigned, other = project(world)
    signed(world, unsigned, "2026-02-20")
    approved_line(world, other, "设备费", "5000.00")
    signed(world, unsigned, "no")
    refused(staff.create("spending_line", spending(world, other, f"日-{other}", "设备费", "1.00")), "date", "任务书")
    base = made(staff, "cultivation_project", project_no=f"SF-{number}", kind="base", start="2026-01-10", end="2028-12-31")
    approved_line(world, f"SF-{number}", "设备费", "5000.00")  # of a base no text asks for a task book
    early = spending(world, f"SF-{number}", f"基-{number}", "设备费", "1.00", date="2026-01-09")
    refused(staff.create("spending_line", early), "date", "项目开始")
    made(staff, "spending_line", **{**early, "date": "2026-01-10"})
    assert one and unsigned and base


def test_a_line_that_was_refused_is_asked_for_again(world):
    staff, officer, (_, number) = world["centre_staff"], world["province_officer"], ready(world)
    refused(staff.create("fund_line", {"line": "设备费", "project_no": number, "requested": "0.00"}), "requested", "大于零")
    line = made(staff, "fund_line", line="设备费", project_no=number, requested="900.00", source="province")
    acted(officer, "fund_line", line, "refuse", "用途不明")
    refused(staff.act("fund_line", line, "ask_again", {"requested": "800.00"}), "reason")
    acted(staff, "fund_line", line, "ask_again", "已补充用途", requested="800.00")
    held = shown(staff, "fund_line", line)
    assert (held["state"], held["requested"]) == ("requested", "800.00"), held
    acted(officer, "fund_line", line, "approve", approved="700.00")
    assert shown(staff, "fund_line", line)["approved"] == "700.00"


def test_funds_that_were_paid_over_what_was_approved_are_not_judged_good(world):
    staff, officer, (_, number) = world["centre_staff"], world["province_officer"], ready(world)
    line = approved_line(world, number, "设备费", "300000.00")
    refused(staff.create("fund_payment", {"project_no": number, "amount": "300000.01", "source": "province"}), "amount", "预算")
    refused(staff.create("fund_payment", {"project_no": number, "amount": "0.00", "source": "province"}), "amount", "大于零")
    for source in ("own", "other"):
        made(staff, "fund_line", line=f"虚构{source}", project_no=number, requested="1.00", source=source)
        refused(staff.create("fund_payment", {"project_no": number, "amount": "1.00", "source": source}), "source", "自筹和其他")
    paid = made(staff, "fund_payment", project_no=number, amount="300000.00", source="province")
    pay = {"date": "2026-04-01", "basis": "虚构依据", "payment_file": uploaded(officer, f"{number} paid")}
    by_two(world, "province_officer", "province_leader", "fund_payment", paid, "pay", "首期", **pay)
    refused(staff.create("fund_payment", {"project_no": number, "amount": "0.01", "source": "province"}), "amount", "预算")
    refused(officer.act("fund_line", line, "adjust", {"approved": "299999.99", "basis": "虚构依据"}, "?reason=调减"), "approved", "已经拨付")
    # What an older version let through: nine million.
    client.run_sql(world, [f"UPDATE record_fund_payment SET amount = 900000000 WHERE id = {paid}"])
    sheet = made(staff, "fund_performance", project_no=number, year=2026, account="虚构")
    acted(staff, "fund_performance", sheet, "submit")
    refused(officer.act("fund_performance", sheet, "judge", {"score": "88.00", "grade": "良", "basis": "虚构"}), "grade", "超过批准的预算")


def test_nothing_is_not_recovered(world):
    staff, officer, number = world["centre_staff"], world["province_officer"], ready(world)[1]
    approved_line(world, number, "设备费", "5000.00")
    paid = made(staff, "fund_payment", project_no=number, amount="10.00", source="province")
    by_two(world, "province_officer", "province_leader", "fund_payment", paid, "pay", "首期", date="2026-04-01", basis="虚构依据")
    nothing = {"recoveries": [{"amount": "0.00", "date": "2026-11-01", "basis": "虚构依据"}]}
    refused(officer.act("fund_payment", paid, "recover", nothing, "?reason=结余"), "recoveries[0].amount", "0.01")
    early = {"recoveries": [{"amount": "1.00", "date": "2026-03-31", "basis": "虚构依据"}]}
    refused(officer.act("fund_payment", paid, "recover", early, "?reason=结余"), "recoveries", "不早于拨付日期")


def test_an_action_writes_what_it_names_and_what_he_may_change_anyway(world):
    staff, officer, number = world["centre_staff"], world["province_officer"], ready(world)[1]
    asked = {"line": "设备费", "requested": "100.00", "source": "province", "year": 2026}
    line = made(staff, "fund_line", project_no=number, **asked)
    other = {"requested": "20000.00", "line": "招待费用", "source": "city", "year": 2027, "project_no": "YC-0"}
    for field, value in other.items():
        refused(officer.act("fund_line", line, "approve", {"approved": "100.00", field: value}), field, "不是此操作")
        refused(officer.act("fund_line", line, "refuse", {field: value}, "?reason=x"), field, "不是此操作")
    acted(officer, "fund_line", line, "approve", approved="100.00", requested="100.00")  # said again: nothing is another
    assert {k: shown(staff, "fund_line", line)[k] for k in asked} == asked
    paid, pay = made(staff, "fund_payment", project_no=number, amount="1.00", source="province", purpose="首期"), {"date": "2026-04-01", "basis": "虚构依据"}
    for who, action in ((officer, "pay"), (world["city_officer"], "pay_by_city")):
        for field, value in {"amount": "50.00", "purpose": "另一用途", "source": "city"}.items():
            refused(who.act("fund_payment", paid, action, {**pay, field: value}, "?reason=x"), field, "不是此操作")
    # What the action takes besides, it may have.
    by_two(world, "province_officer", "province_leader", "fund_payment", paid, "pay", "首期", **pay, document_no="虚构1号",
           payment_file=uploaded(officer, f"{number} proof"), basis_file=uploaded(officer, f"{number} basis"))
    assert shown(staff, "fund_payment", paid)["document_no"] == "虚构1号"


def test_what_was_proposed_of_a_record_that_changed_says_so_to_the_second(world):
    staff, officer, number = world["centre_staff"], world["province_officer"], ready(world)[1]
    approved_line(world, number, "设备费", "100.00")
    paid = made(staff, "fund_payment", project_no=number, amount="100.00", source="province")
    pay = {"date": "2026-04-01", "basis": "虚构依据"}
    assert officer.act("fund_payment", paid, "pay", pay, "?reason=首期").status == 202
    assert changed(staff, "fund_payment", paid, amount="90.00").status == 200
    for reason in ("首期", ""):
        done = confirmed(world, "province_leader", "fund_payment", paid, "pay", reason)
        assert done.status == 409 and "已失效" in done.json["detail"], done
    by_two(world, "province_officer", "province_leader", "fund_payment", paid, "pay", "首期", **pay)


def test_a_recovery_that_was_entered_stays_whole(world):
    staff, officer, number = world["centre_staff"], world["province_officer"], ready(world)[1]
    approved_line(world, number, "设备费", "100.00")
    paid = made(staff, "fund_payment", project_no=number, amount="100.00", source="province")
    by_two(world, "province_officer", "province_leader", "fund_payment", paid, "pay", "首期", date="2026-04-01", basis="虚构依据")
    back = {"date": "2026-11-01", "amount": "50.00", "basis": "追回决定"}
    acted(world["province_officer"], "fund_payment", paid, "recover", "结余", recoveries=[back])
    for nothing in ({}, {"recoveries": [back]}):  # with no row more there is nothing to decide
        refused(officer.act("fund_payment", paid, "recover", nothing, "?reason=再次"), "recoveries", "没有可决定的")
    for field, value in (("amount", "0.01"), ("amount", "60.00"), ("basis", "别的依据"), ("date", "2026-11-02")):
        refused(officer.act("fund_payment", paid, "recover", {"recoveries": [{**back, field: value}]}, "?reason=x"), "recoveries", "不能改动")
    wrong = officer.act("fund_payment", paid, "recover", {"recoveries": [{**back, "amount": "-1.00"}]}, "?reason=x")
    refused(wrong, "recoveries[0].amount")
    assert len(wrong.json["errors"]) == 1, wrong
    again = {**back, "amount": "1.00"}  # another of the same day and decision
    acted(world["province_officer"], "fund_payment", paid, "recover", "结余", recoveries=[back, again])
    assert shown(staff, "fund_payment", paid)["recovered"] == "51.00"


def test_a_number_is_one_units_project_and_a_line_is_of_its_years(world):
    staff, other, officer, (one, number) = world["centre_staff"], world["company_staff"], world["province_officer"], ready(world)
    refused(other.create("cultivation_project", {"project_no": number, "title": "虚构", "start": "2026-03-01"}), "project_no", "另一单位")
    theirs = made(other, "cultivation_project", project_no=f"彼-{number}", title="虚构", start="2026-03-01")
    refused(changed(other, "cultivation_project", theirs, project_no=number), "project_no", "另一单位")
    refused(officer.act("cultivation_project", theirs, "correct", {"project_no": number}, "?reason=x"), "project_no", "另一单位")
    ended = world["centre_neighbour"].act("cultivation_project", theirs, "end", {})
    assert ended.status == 200, ended
    # After the signature the time is granted by two.
    assert shown(staff, "cultivation_project", one)["task_book_signed"] == "2026-02-20"
    refused(amended(officer, "cultivation_project", one, term_reason="x"), "term_reason", "两人更正")
    # Years 2026 to 2029.
    for year in (2025, 2030):
        refused(staff.create("fund_line", {"line": "设备费", "project_no": number, "requested": "1.00", "year": year}), "year",
                f"{year}不在项目的起止年度（2026至2029）")
    line = made(staff, "fund_line", line="设备费", project_no=number, requested="1.00", year=2029)
    client.run_sql(world, [f"UPDATE record_fund_line SET year = 2035 WHERE id = {line}"])
    refused(officer.act("fund_line", line, "approve", {"approved": "1.00"}), "year", "2035")


def test_days_to_come_are_stated_of_nothing(world):
    staff, officer = world["centre_staff"], world["province_officer"]
    code, year = bodies.credit_code(900000 + list(client.UNITS).index("centreA")), datetime.now(timezone(timedelta(hours=8))).year
    said = {"list": "trainings", "party": code, "stated_by": "虚构甲"}
    for day in (f"{year + 1}-01-01", "2099-12-31"):
        refused(staff.create("list_statement", {**said, "up_to": day}), "up_to", f"{year}-12-31")
    made(staff, "list_statement", **said, up_to=f"{year}-12-31")
    refused(officer.create("task", {"title": "虚构", "due": "2020-01-01"}), "due", "不得早于")
    task = made(officer, "task", title="虚构", due="2099-12-31")
    client.run_sql(world, [f"UPDATE record_task SET due = '2026-01-01' WHERE id = {task}"])  # time goes on
    assert changed(officer, "task", task, due="2026-01-01", text="虚构").status == 200
    refused(changed(officer, "task", task, due="2026-01-02"), "due", "不得早于")
    refused(staff.create("service_plan", {"year": 2099}), "year", "还没有到")
    refused(officer.create("review_round", {"year": year + 2}), "year", "还没有到")
    made(staff, "service_plan", year=year + 1)


@tap.meets("SCYC-065")
def test_finance_and_audit_read_and_export_every_voucher_and_write_none(world):
    staff = world["centre_staff"]
    _, number = ready(world)
    approved_line(world, number, "设备费", "1000.00")
    for n in range(3):
        made(staff, "spending_line", **spending(world, number, f"查-{number}-{n}", "设备费", "10.00"))
    for name in ("finance_officer", "auditor"):
        who = world[name]
        book = who.get(f"/records/spending_line/export.xlsx?filter=project_no={number}")
        assert book.status == 200, book
        with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
            text = "".join(parts.read(p).decode() for p in parts.namelist() if p.endswith(".xml"))
        assert all(f"查-{number}-{n}" in text for n in range(3)) and text.count("虚构公司") >= 1, text[:400]
        one = shown(who, "spending_line", who.get(f"/records/spending_line?filter=project_no={number}").json["items"][0]["id"])
        assert who.get(f"/files/{one['voucher_file']['digest']}").status == 200
        for kind in ("spending_line", "fund_line", "fund_payment", "cultivation_project", "fund_performance"):
            assert who.get(f"/records/{kind}").status == 200, kind
            assert who.create(kind, {"project_no": number}).status == 403, kind
        assert who.change("spending_line", one["id"], 1, {"amount": "1.00"}).status == 403


@tap.meets("SCYC-066.1+2")
def test_the_reserve_has_tiers_and_keeps_every_move(world):
    city = world["city_officer"]
    one = made(city, "reserve_project", name="虚构储备单位", industry="新材料", technology_fields=["ai"], since="2026-01-05")
    assert city.act("reserve_project", one, "raise_to_first", {}, "?reason=x").status == 409, "not past the second tier"
    refused(city.act("reserve_project", one, "raise_to_second"), "reason")
    for action, why in (("raise_to_second", "建立培育机制"), ("raise_to_first", "授权率达标"), ("lower_to_second", "人员流失"),
                        ("raise_to_first", "已补齐"), ("recommend", "符合申报条件")):
        acted(city, "reserve_project", one, action, why)
    history = city.get(f"/records/reserve_project/{one}/history").json["items"]
    moves = [(v["action"], v.get("reason")) for v in sorted(history, key=lambda v: v["version"])][1:]
    assert moves == [("raise_to_second", "建立培育机制"), ("raise_to_first", "授权率达标"), ("lower_to_second", "人员流失"),
                     ("raise_to_first", "已补齐"), ("recommend", "符合申报条件")], moves
    assert shown(city, "reserve_project", one)["recommended_on"]
    assert total(city, "reserve_project", "state=recommended") == 1
    assert world["city_other"].get(f"/records/reserve_project/{one}").status == 404
    assert world["province_officer"].get(f"/records/reserve_project/{one}").status == 200


@tap.meets("SCYC-068", "SCYC-069")
def test_policies_by_department_and_the_five_supports_are_registered(world):
    city = world["city_officer"]
    policy = made(city, "support_policy", title="虚构支持措施", departments=["science", "finance"], number="成市监〔2026〕1号")
    refused(city.create("support_policy", {"title": "没有部门"}), "departments")
    for kind in ("funds", "demonstration", "exchange", "talent", "title"):
        made(city, "support_record", date="2026-04-01", name="虚构单位", kind=kind, policy=policy)
        assert total(city, "support_record", f"kind={kind}") == 1
    made(city, "support_record", date="2026-04-01", name="虚构单位", trial="securitisation")
    refused(city.create("support_record", {"date": "2026-04-01", "name": "没有方面"}), "kind")
    refused(city.create("support_record", {"date": "2026-04-01", "name": "x", "kind": "sixth"}), "kind")
    assert shown(city, "support_policy", policy)["given"] == 5
    assert total(city, "support_policy", "departments=science") == 1 and total(city, "support_policy", "departments=reform") == 0


@tap.meets("SCYC-070")
def test_service_points_are_a_directory_for_everybody(world):
    city, public = world["city_officer"], world["public"]
    one = made(city, "service_point", name="虚构工作站", kind="workstation", region="510100")
    assert public.get(f"/records/service_point/{one}").status == 404
    refused(city.act("service_point", one, "open"), "address")
    assert changed(city, "service_point", one, address="虚构路1号", services="检索、咨询").status == 200
    acted(city, "service_point", one, "open")
    assert public.get(f"/records/service_point/{one}").json["services"] == "检索、咨询"
    for kind in ("platform", "outlet"):
        acted(city, "service_point", made(city, "service_point", name=f"虚构{kind}", kind=kind, region="510100",
                                          address="虚构路2号", services="一站式"), "open")
    assert public.get("/records/service_point?filter=region=510100").json["total"] == 3
    acted(city, "service_point", one, "close", "撤站")
    assert public.get("/records/service_point").json["total"] == 2


@tap.meets("SCYC-071")
def test_a_provider_has_its_capabilities_and_the_rating_of_its_clients(world):
    provider, client_, other = world["service_staff"], world["centre_staff"], world["company_staff"]
    six = ["strategy", "agency", "legal", "operation", "information", "layout"]
    code = bodies.credit_code(900000 + list(client.UNITS).index("service"))
    one = made(provider, "provider_profile", name="虚构服务机构", credit_code=code, capabilities=six)
    refused(provider.create("provider_profile", {"name": "x", "credit_code": code, "capabilities": ["magic"]}), "capabilities[0]")
    refused(provider.create("provider_rating", {"provider": code, "date": "2026-05-01", "score": 5}), "provider", "本机构")
    assert shown(client_, "provider_profile", one)["rating"] is None
    made(client_, "provider_rating", provider=code, date="2026-05-01", capability="agency", score=4)
    made(other, "provider_rating", provider=code, date="2026-05-01", capability="legal", score=5, comment="虚构评语")
    bad = made(client_, "provider_rating", provider=code, date="2026-05-02", score=1)
    assert client_.change("provider_rating", bad, 1, {"score": 2}).status == 200
    held = shown(provider, "provider_profile", one)
    assert (held["rating"], held["ratings"]) == ("3.66", 3), held
    assert set(held["capabilities"]) == set(six)
    refused(changed(provider, "provider_profile", one, rating="5.00"), "rating")
    refused(client_.create("provider_rating", {"provider": code, "date": "2026-05-09", "score": 6}), "score")


run(sys.modules[__name__], language="zh")
