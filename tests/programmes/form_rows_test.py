#!/usr/bin/env python3
"""form_rows_test.py ZHIYUN: the annex form cell by cell: what lacks is named, what is there stands in its place."""
import json
import re
import sys

from people import changed, made, refused, run, shown, uploaded
import bodies
import client
import tap

SC, CN = "sc-yunying-2025", "cnipa-jiedu"
CODE = {name: bodies.credit_code(900000 + n) for n, name in enumerate(client.UNITS)}
IDS = {}


def form(world, name=SC, id_="application-form", party="centreA"):
    done = world["centre_manager" if party == "centreA" else "centre_far"].get(f"/packs/{name}/forms/{id_}/paper?party={CODE[party]}")
    assert done.status == 200, done
    return done.json


def lacks(world):
    return form(world)["missing"]


def says(world, *texts):
    content = json.dumps(form(world)["content"], ensure_ascii=False)
    return all(text in content for text in texts)


def whole(world):
    """The records that fill the form, and their ids; made once."""
    if IDS:
        return IDS
    who = world["centre_manager"]
    put = lambda of, /, **body: IDS.__setitem__(of, made(who, of, **body))
    put("applicant", name="虚构centreA", credit_code=CODE["centreA"], kind="institute", city="510100",
        address="虚构路1号", postcode="610000", legal_representative="虚构甲", legal_post="院长", legal_phone="13800000001",
        head="虚构乙", head_post="主任", head_phone="13800000002", contact="虚构丙", contact_post="专员", contact_phone="13800000003",
        licence_file=uploaded(who, "licence"))
    put("industry", name="钒钛", on_list=True, list_version="虚构2025年版", leading_enterprises=["虚构龙头公司"], party_count=120,
        party_count_source="虚构统计2025", party_count_date="2025-12-31", chain_overview="虚构概况" * 900,
        chain_parties=[{"name": "虚构链主", "credit_code": bodies.credit_code(31), "chain_link": "上游"}])
    for n in range(5):
        put("staff", name=f"虚构员工{n}", id_number=bodies.resident_id(600 + n), social_security=True, position="专员", assignment="检索",
            fields=["filing"], proof_files=[uploaded(who, f"staff {n}")])
    put("workplace", fixed=True, office_conditions=True, conditions="虚构办公条件")
    put("documents", construction_plan=True, working_mechanism=True, rules=True, mechanism_summary="虚构机制", rules_summary="虚构制度",
        **{f"{name}_file": uploaded(who, name) for name in ("construction_plan", "working_mechanism", "rules")})
    put("project", project_no="F-1", title="虚构案例", kind="conversion", role="organiser", started="2025-01-01", results="虚构成效",
        proof_files=[uploaded(who, "project")])
    put("deal", contract_no="FD-1", title="虚构许可", type="licence", signed="2025-05-05", amount="1234567.89",
        contract_file=uploaded(who, "deal"))
    put("served_party", name="虚构服务对象", credit_code=bodies.credit_code(32), in_chain=True, served="2025-05-05")
    put("application", to="city", office_city="510100", own_plan="虚构建设计划", services_planned=["促进产业知识产权协同发展"],
        expected=[{"indicator": "合同金额", "unit": "万元", "target": "200.00", "date": "2026-12-31"}], handler="虚构丁",
        handler_phone="13800000004", commitment_file=uploaded(who, "seal"))
    assert not lacks(world), lacks(world)
    return IDS


def without(world, kind, label, **empty):
    """Without these values the label lacks; with them again nothing does."""
    who, one = world["centre_manager"], whole(world)[kind]
    had = shown(who, kind, one)
    assert changed(who, kind, one, **empty).status == 200, (kind, empty)
    missing = lacks(world)
    assert any(label in text for text in missing), (label, missing)
    assert changed(who, kind, one, **{k: had[k] for k in empty}).status == 200
    assert not lacks(world), lacks(world)


@tap.meets("SCYY-A05.1+2", "SCYY-A06.1+2", "SCYY-A07.2")
def test_three_people_each_with_post_and_phone(world):
    for label, name in (("法定代表人", "legal_representative"), ("中心负责人", "head"), ("联系人", "contact")):
        prefix = "legal" if name == "legal_representative" else name
        without(world, "applicant", label, **{name: None})
        without(world, "applicant", "职务", **{f"{prefix}_post": None})
        without(world, "applicant", "联系方式", **{f"{prefix}_phone": None})
        assert world["public"].get(f"/records/applicant/{IDS['applicant']}").status == 404
    who = world["centre_manager"]
    assert changed(who, "applicant", IDS["applicant"], contact_phone="13900000000").status == 200
    change = who.get(f"/records/applicant/{IDS['applicant']}/history").json["items"][0]
    assert "contact_phone" in json.dumps(change), change


@tap.meets("SCYY-A08")
def test_the_industry_stands_with_the_version_of_its_list(world):
    without(world, "industry", "产业领域", list_version=None)
    assert says(world, "钒钛", "虚构2025年版")


@tap.meets("SCYY-A12.1+2", "SCYY-A14", "SCYY-A15", "SCYY-A16", "SCYY-A18")
def test_long_texts_are_required_and_stand_whole(world):
    for kind, label, field in (("industry", "产业链概况", "chain_overview"), ("workplace", "办公条件", "conditions"),
                               ("documents", "工作机制", "mechanism_summary"), ("documents", "基础制度", "rules_summary"),
                               ("application", "自身建设计划", "own_plan")):
        without(world, kind, label, **{field: None})
    assert says(world, "虚构概况" * 900, "虚构办公条件", "虚构机制", "虚构制度", "虚构建设计划")
    # Pictures of the overview are kept, and stand beside it.
    who, one = world["centre_manager"], whole(world)["industry"]
    picture = {**uploaded(who, "chain"), "name": "产业链图谱.pdf"}
    refused(changed(who, "industry", one, chain_pictures=[{**picture, "name": "产业链图谱.exe"}]), "chain_pictures[0]")
    assert changed(who, "industry", one, chain_pictures=[picture]).status == 200
    assert says(world, "虚构概况" * 900, "产业链图谱.pdf") and who.get(f"/files/{picture['digest']}").content == b"%PDF-1.4\n% chain\n%%EOF\n"
    # The printed form has the whole of it, on as many pages as it takes, and names the picture.
    paper = who.get(f"/packs/{SC}/forms/application-form/paper.pdf?party={CODE['centreA']}")
    assert paper.status == 200 and paper.content.startswith(b"%PDF"), paper
    kept = who.ask("POST", "/files?name=printed.pdf", raw=paper.content)
    said = who.get(f"/files/{kept.json['digest']}/text")
    assert said.status == 200, said
    printed = "".join(said.json["text"].split())
    assert printed.count("虚构概况") >= 895 and "产业链图谱.pdf" in printed, (printed.count("虚构概况"), printed[:300])


@tap.meets("SCYY-A10")
def test_leading_enterprises_are_listed_or_none_with_a_reason(world):
    who = world["centre_manager"]
    refused(who.create("industry", {"name": "虚构产业"}), "leading_enterprises")
    one = whole(world)["industry"]
    assert changed(who, "industry", one, leading_enterprises=[], no_leading_reason="虚构理由：尚无龙头").status == 200
    assert not lacks(world) and says(world, "虚构理由：尚无龙头")
    assert changed(who, "industry", one, leading_enterprises=["虚构龙头公司"], no_leading_reason=None).status == 200


@tap.meets("SCYY-A13")
def test_each_of_the_team_has_all_four_columns(world):
    for empty in ({"position": None}, {"fields": []}, {"assignment": None}):
        without(world, "staff", "姓名、现任职务、熟悉业务、拟分工", **empty)
    assert says(world, *[f"虚构员工{n}" for n in range(5)])


@tap.meets("SCYY-A24.1+2", "SCYY-A25", "SCYY-A27")
def test_each_required_file_is_asked_for_and_stands_with_its_digest(world):
    who = world["centre_manager"]
    without(world, "applicant", "法人证书", licence_file=None)
    without(world, "documents", "制度机制文本", construction_plan_file=None, working_mechanism_file=None, rules_file=None)
    without(world, "staff", "员工社保证明或劳动合同复印件", proof_files=[])
    without(world, "project", "案例图文等佐证材料", proof_files=[])
    without(world, "deal", "案例图文等佐证材料", contract_file=None)
    digest = shown(who, "applicant", IDS["applicant"])["licence_file"]["digest"]
    assert says(world, digest[:16]), "the digest is not on the form"


def test_the_paper_of_a_report_shows_the_numbers_of_the_report(world):
    who = world["centre_manager"]
    for n in range(3):
        made(who, "service_record", title=f"虚构{n}", date="2025-05-05", goal="risk", duty="services", mode="own", fee="0.00")
    made(who, "list_statement", list="services", party=CODE["centreA"], up_to="2025-12-31", stated_by="虚构")
    done = who.get(f"/packs/{SC}/forms/annual-evaluation/paper?party={CODE['centreA']}&as_of=2025-12-31")
    report, = who.get(f"/reports/{SC}/annual-evaluation?party={CODE['centreA']}&year=2025").json["reports"]
    cell, = [c for s in report["sections"] for c in s["cells"] if c.get("indicator") == "year_services"]
    said = [c["text"] for b in done.json["content"]["blocks"] for row in b["rows"] for c in row["cells"]]
    assert not [text for text in said if "未知" in text], said
    unknown = [text for text in said if text.startswith("尚缺：")]
    assert "尚缺：交易" in unknown and any("人员（" in text for text in unknown), unknown
    assert not [text for text in unknown if re.search(r"\[|[a-z]+[._][a-z]", text)], unknown
    assert cell["value"] == 3 and '"3次"' in json.dumps(done.json["content"], ensure_ascii=False), done.json["content"]


@tap.meets("CNJD-005")
def test_one_paper_shows_the_four_stages_of_a_centre_with_their_days(world):
    who = world["centre_manager"]
    applicant = whole(world)["applicant"]
    assert changed(who, "applicant", applicant, construction_started="2024-03-01").status == 200
    report = made(who, "annual_report", year=2025)
    client.run_sql(world, [  # what steps of cases write
        f"UPDATE record_applicant SET recognised_on = '2025-06-30' WHERE id = {applicant}",
        f"UPDATE record_annual_report SET filed_province = '2025-12-20' WHERE id = {report}",
        "INSERT INTO record_evaluation (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
        f"changed_by, year, kind, grade) VALUES (1, 'active', {who.unit}, '51', 0, 0, 0, 0, 0, 0, 2026, 'comprehensive', '合格')"])
    cells = [c["text"] for b in form(world, CN, "stages")["content"]["blocks"] for row in b["rows"] for c in row["cells"]]
    assert dict(zip(cells[::2], cells[1::2])) == {"建设": "2024年3月1日", "认定": "2025年6月30日", "管理": "2025，2025年12月20日",
                                                  "评价": "2026，合格"}, cells


run(sys.modules[__name__])
