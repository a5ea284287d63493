#!/usr/bin/env python3
"""centres_test.py ZHIYUN: rows about centres beside their recognition: what they are good at, do together, and are shown with."""
import json
import os
import subprocess
import sys
import tempfile

from people import ZHIYUN, acted, changed, made, refused, run, shown, uploaded
import bodies
import client
import panels
import tap

CODE = {name: bodies.credit_code(900000 + n) for n, name in enumerate(client.UNITS)}
SC, SX, CN, YC = "sc-yunying-2025", "sx-yunying-draft", "cnipa-jiedu", "sc-yucheng-2025"


def zhiyun(*arguments, folder=None):
    data = folder or os.path.join(tempfile.gettempdir(), "none")
    return subprocess.run([ZHIYUN, "--lang", "en", "--json", "--data", data, *arguments], capture_output=True, text=True, timeout=600)


def pack(name, **where):
    return json.loads(zhiyun("pack", "show", name, **where).stdout)["packs"][0]


@tap.meets("SXYY-001.1+2")
def test_a_basis_that_ended_by_its_own_words_is_shown_as_over(world):
    plan = "专利转化运用专项行动方案（2023-2025年）"
    shanxi, = [p for p in world["province_other"].get("/packs").json["packs"] if p["id"] == SX]
    assert plan in shanxi["basis"] and len(shanxi["basis"]) == 4, shanxi["basis"]
    assert shanxi["basis_over"] == [plan], shanxi["basis_over"]  # today is after 2025-12-31
    text = subprocess.run([ZHIYUN, "--lang", "zh", "--data", "/nonexistent", "pack", "show", SX], capture_output=True, text=True,
                          timeout=600).stdout
    assert f"# 依据中期限已过的：{plan}\n" in text, text[:600]


@tap.meets("SCYY-092", "SXYY-046")
def test_centres_lay_down_a_norm_of_services_together_with_its_versions_and_comments(world):
    one, other, third = world["centre_manager"], world["centre_neighbour"], world["centre_far"]
    group = [{"centre": CODE["centreA"], "name": "虚构centreA"}, {"centre": CODE["centreB"], "name": "虚构centreB"}]
    norm = {"title": "知识产权运营服务规范", "edition": "讨论稿1", "text": "虚构条文"}
    refused(one.create("service_norm", {**norm, "group": group[:1]}), "group")
    number = made(one, "service_norm", **norm, group=group)
    assert other.get(f"/records/service_norm/{number}").status == 404, "not yet asked"
    assert one.ask("POST", f"/records/service_norm/{number}/assignments", {"unit": other.unit}).status == 201
    say = {"centre": CODE["centreB"], "edition": "讨论稿1", "date": "2026-11-01", "text": "第一条写得太宽"}
    refused(changed(other, "service_norm", number, text="改"), "text")
    assert changed(other, "service_norm", number, comments=[say]).status == 200
    refused(changed(other, "service_norm", number, comments=[{**say, "centre": CODE["centreC"]}]), "comments", "工作组")
    assert third.get(f"/records/service_norm/{number}").status == 404
    refused(one.act("service_norm", number, "adopt"), "comments", "意见")
    assert changed(one, "service_norm", number, edition="讨论稿2", text="虚构条文，已改",
                   comments=[{**say, "answer": "采纳"}]).status == 200
    # Nobody lays it down for another, nor on what another agreed to of an earlier edition.
    for agreed in ({}, {"agreed": "讨论稿2"}, {"agreed": "讨论稿1", "signed_file": uploaded(one, "agreed by the other")}):
        assert changed(one, "service_norm", number, group=[group[0], {**group[1], **agreed}]).status == 200
        refused(one.act("service_norm", number, "adopt"), "group", "“虚构centreB”尚未同意“讨论稿2”")
    assert changed(one, "service_norm", number, group=[group[0], {**group[1], **agreed, "agreed": "讨论稿2"}]).status == 200
    acted(one, "service_norm", number, "adopt")
    assert (shown(one, "service_norm", number)["state"], shown(one, "service_norm", number)["edition"]) == ("adopted", "讨论稿2")
    assert shown(one, "service_norm", number)["adopted_on"]
    editions = [v["version"] for v in world["province_officer"].get(f"/records/service_norm/{number}/history").json["items"]]
    assert editions == sorted(editions, reverse=True) and len(editions) == 7, editions
    assert shown(other, "service_norm", number)["comments"][0]["answer"] == "采纳"


@tap.meets("SXYY-065")
def test_a_key_project_is_set_and_guided_with_a_log(world):
    officer, centre = world["province_other"], world["centre_other_province"]
    one = made(officer, "task", title="专利转化运用工作重点项目", due="2099-12-31", to_unit=CODE["centreD"], key_project=True,
               project_no="Z-1")
    assert officer.ask("POST", f"/records/task/{one}/assignments", {"unit": centre.unit}).status == 201
    made(centre, "project", project_no="Z-1", title="虚构重点项目", kind="conversion", started="2026-01-01")
    log = [{"date": "2026-03-01", "text": "指导一", "person": "虚构甲"}, {"date": "2026-06-01", "text": "指导二"}]
    assert changed(officer, "task", one, guidance=log[:1]).status == 200
    assert changed(officer, "task", one, guidance=log).status == 200
    assert [g["text"] for g in shown(centre, "task", one)["guidance"]] == ["指导一", "指导二"]
    refused(changed(centre, "task", one, guidance=[]), "guidance")
    listed = officer.get("/records/task?filter=key_project=true").json["items"]
    assert [row["id"] for row in listed] == [one], listed
    refused(changed(officer, "task", one, guidance=[{"text": "没有日期"}]), "guidance[0].date")


@tap.meets("SXYY-071")
def test_a_typical_case_is_published_and_goes_to_the_national_office_as_a_dossier(world):
    officer, centre = world["province_other"], world["centre_other_province"]
    made(centre, "applicant", name="虚构centreD", credit_code=CODE["centreD"], kind="enterprise")
    made(centre, "industry", name="煤层气", kind="traditional", leading_enterprises=["虚构龙头"])
    one = made(centre, "typical_case", title="虚构成功模式", year=2026, kind="operation", summary="虚构摘要", text="虚构正文",
               consents=[{"name": "某企业", "date": "2026-11-01", "file": uploaded(centre, "consent")}])
    world.add_person("centre_other_second", "centreD", "centre_staff")
    acted(world["centre_other_second"], "typical_case", one, "clear", clears=[{"field": "consents[0].file", "reason": "同意书已逐页查看，不随案例发布"}])
    acted(centre, "typical_case", one, "submit")
    assert officer.act("typical_case", one, "forward", {}, "?reason=虚构").status == 409, "published first"
    acted(officer, "typical_case", one, "publish")
    assert centre.act("typical_case", one, "forward", {}, "?reason=虚构").status == 403
    acted(officer, "typical_case", one, "forward", "典型做法突出")
    done = shown(officer, "typical_case", one)
    assert done["state"] == "forwarded" and done["forwarded_on"], done
    assert world["public"].get(f"/records/typical_case/{one}").json["text"] == "虚构正文"
    paper = officer.get(f"/packs/{SX}/forms/typical-dossier/paper?party={CODE['centreD']}")
    assert paper.status == 200 and paper.json["missing"] == [], paper
    content = json.dumps(paper.json["content"], ensure_ascii=False)
    for text in ("虚构centreD", "煤层气", "虚构成功模式", "虚构摘要", "虚构正文", "2026", done["forwarded_on"][:4]):
        assert text in content, text


@tap.meets("CNJD-003")
def test_each_industry_of_a_list_is_of_one_of_three_kinds(world):
    officer, centre = world["province_officer"], world["centre_far"]
    said, = [d for d in pack(CN)["dictionaries"] if d["id"] == "industry-kind"]
    assert [e["word"] for e in said["entries"]] == ["传统产业升级", "新兴产业壮大", "未来产业培育"], said
    entry = {"list": "虚构名录", "from_date": "2026-01-01", "basis": "虚构文件"}
    refused(officer.create("industry_entry", {**entry, "name": "无类别"}), "kind")
    refused(officer.create("industry_entry", {**entry, "name": "两类", "kind": ["emerging", "future"]}), "kind")
    refused(officer.create("industry_entry", {**entry, "name": "别的", "kind": "other"}), "kind")
    for kind in ("traditional", "emerging", "future"):
        made(officer, "industry_entry", **entry, name=f"虚构{kind}", kind=kind)
    rows = officer.get('/records/industry_entry?filter=list="虚构名录"').json["items"]
    assert sorted(row["kind"] for row in rows) == ["emerging", "future", "traditional"], rows
    refused(centre.create("industry", {"name": "虚构future", "on_list": True, "list_version": "虚构名录", "list_date": "2026-05-01",
                                       "kind": "emerging", "leading_enterprises": ["虚构"]}), "kind", "类别")


@tap.meets("CNJD-002")
def test_the_public_profile_has_the_four_aspects_of_the_main_line_as_headings(world):
    words, = [[e["word"] for e in d["entries"]] for d in pack(CN)["dictionaries"] if d["id"] == "main-line"]
    assert words == ["聚焦产业", "集聚资源", "整合力量", "高效支撑"], words
    report, = world["centre_manager"].get(f"/reports/{CN}/profile?party={CODE['centreA']}&year=2025").json["reports"]
    assert [s["label"] for s in report["sections"]] == words, report["sections"]
    # What anybody sees: the centre's own words under these four headings, once it published them, while it is in the register.
    centre, public = world["centre_manager"], world["public"]
    assert [f["label"]["zh"] for f in world.types["centre_profile"]["fields"] if f["type"] == "long_text"] == words
    office, code = world["province_officer"].unit, CODE["centreA"]
    body = {"programme": SC, **{field: f"虚构{n}" for n, field in enumerate(("focus", "gather", "join_forces", "support"))}, "as_of": "2026-10-31"}
    one = made(centre, "centre_profile", **body)
    refused(centre.act("centre_profile", one, "publish"), "programme", "名录中没有")
    client.run_sql(world, [
        "INSERT INTO record_centre (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, changed_by, "
        f"name, credit_code, programme, region, entered) VALUES (1, 'active', {office}, '51', 1, 1, 0, 0, 0, 0, '虚构公开中心', '{code}', '{SC}', "
        "'510100', '2026-03-01')"])

    def seen():
        row, = public.get("/public/centres?q=虚构公开中心").json["items"]
        return row["profile"]
    assert seen() is None and public.get(f"/records/centre_profile/{one}").status in (401, 403, 404)
    assert changed(centre, "centre_profile", one, gather=None).status == 200
    refused(centre.act("centre_profile", one, "publish"), "gather")
    assert changed(centre, "centre_profile", one, gather="虚构1").status == 200
    assert shown(centre, "centre_profile", one)["name"] == "虚构公开中心"
    acted(centre, "centre_profile", one, "publish")
    assert seen()["as_of"] == "2026-10-31"
    assert [s["text"] for s in seen()["sections"]] == ["虚构0", "虚构1", "虚构2", "虚构3"], seen()
    done = public.ask("GET", "/public/centres?q=虚构公开中心", headers={"Accept-Language": "zh"})
    assert [s["heading"] for s in done.json["items"][0]["profile"]["sections"]] == words, done
    # Withdrawn, or left: nothing is shown.
    acted(centre, "centre_profile", one, "withdraw")
    assert seen() is None
    acted(centre, "centre_profile", one, "publish")
    client.run_sql(world, ["UPDATE record_centre SET state = 'exited', left_ = '2026-11-01' WHERE name = '虚构公开中心'"])
    assert seen() is None


@tap.meets("SCYY-045.1+2")
def test_influence_is_scored_by_four_heads_and_never_decided_by_the_program(world):
    found = pack(SC)
    rule, = [c for c in found["criteria"] if c["id"] == "influence"]
    assert rule["judged"] is True and not rule.get("test"), rule
    heads = [h["label"] for e in found["evaluations"] if e["id"] == "influence" for h in e["heads"]]
    assert heads == ["行业影响力", "服务创新能力", "知识产权运营优势", "引领带动产业链上下游各类主体协同发展"], heads
    panels.prepare(world)
    body = {"title": "虚构评审组", "pack": SC, "evaluation": "influence", "basis": "虚构的评审工作方案", "mode": "open", "outlier": "20",
            "fields": [{"field": "law", "seats": 3}], "cases": [panels.case_of(world, "centreA")]}
    sheet = [{"head": h, "weight": "25"} for h in ("industry", "service", "advantage", "lead")]
    for wrong in (sheet[:3], sheet[:3] + [{"head": "size", "weight": "25"}]):
        assert world["province_officer"].ask("POST", "/panels", {**body, "heads": wrong}).status == 400, wrong
    done = world["province_officer"].ask("POST", "/panels", {**body, "heads": sheet})
    assert done.status == 201, done
    asked = world["province_officer"].get(f"/panels/{done.json['panel']}").json["heads"]
    assert [h["label"] for h in asked] == heads, asked


OLD_CASE = """name: %s
facts: {as_of: %s, question: apply}
expect: {verdict: %s, criteria: {in-force: %s}}
"""
OLD = """id: sc-yucheng-old
version: "1"
extends: common
document: {title: 虚构原有育成中心办法, number: 虚构〔2022〕1号, issuer: 四川省市场监督管理局, jurisdiction: "510000", status: in_force, issued: 2022-01-01,
  effective: 2022-01-01, replaced_by: %s, replaced_from: %s}
criteria:
  - {id: in-force, clause: 一, quote: 本办法自2022年1月1日起施行, test: in_force, own: 文件未规定有效期：只看是否已经施行}
questions:
  - {id: apply, label: 申报, criteria: [in-force]}
clauses:
  - {id: 一, quote: 本办法自2022年1月1日起施行, force: M, how: enforced, by: [in-force]}
unquoted:
  - {text: 虚构原有育成中心办法, reason: 标题}
  - {text: 虚构〔2022〕1号, reason: 文号}
  - {text: 四川省市场监督管理局, reason: 落款}
  - {text: 2022年1月1日, reason: 落款}
"""
OLD_TEXT = "虚构原有育成中心办法\n虚构〔2022〕1号\n四川省市场监督管理局\n2022年1月1日\n一、本办法自2022年1月1日起施行\n"


@tap.meets("SCYC-073.1+3")
def test_an_older_policy_yields_to_the_opinion_from_its_first_day_which_has_no_last(world):
    opinion = pack(YC)
    assert (opinion["effective"], opinion["issued"]) == ("2025-11-21", "2025-11-21") and not opinion.get("expires"), opinion
    folder = tempfile.mkdtemp(prefix="zhiyun-rows-")
    own = os.path.join(folder, "packs", "sc-yucheng-old")
    os.makedirs(os.path.join(own, "cases"))

    def older(by, since):
        for name, text in (("pack.yaml", OLD % (by, since)), ("source.txt", OLD_TEXT),
                           ("cases/first.yaml", OLD_CASE % ("首日", "2022-01-01", "pass", "true")),
                           ("cases/before.yaml", OLD_CASE % ("前一日", "2021-12-31", "fail", "false"))):
            with open(os.path.join(own, name), "w", encoding="utf-8") as file:
                file.write(text)
        return zhiyun("pack", "lint", "sc-yucheng-old", folder=folder)

    assert older(YC, "2025-11-20").returncode == 1, "before the opinion is in force nothing yields to it"
    assert older("nowhere", "2025-11-21").returncode == 1
    assert older(YC, "2025-11-21").returncode == 0, older(YC, "2025-11-21")
    for name, day, status in (("sc-yucheng-old", "2025-11-20", "in_force"), ("sc-yucheng-old", "2025-11-21", "lapsed"),
                              (YC, "2025-11-20", "not_yet"), (YC, "2025-11-21", "in_force"), (YC, "2099-12-31", "in_force")):
        facts = os.path.join(folder, "facts.json")
        with open(facts, "w", encoding="utf-8") as file:
            json.dump({"as_of": day, "programme": name, "question": "apply"}, file)
        said = json.loads(zhiyun("check", "--pack", name, "--facts", facts, folder=folder).stdout)
        assert said["status"] == status, (name, day, said)


run(sys.modules[__name__], language="zh")
