"""What scenarios need beside requests: records of a party, made over the API by its own people."""
import base64
import glob
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.parse
import zipfile
import zlib
from datetime import date

import bodies
import client
from experts import (make_expert, make_expert_reads, make_experts, make_group, make_panel,  # noqa: F401: steps
                     make_panel_closed,
                     make_panel_drawn, make_panel_formed, make_panel_not_closed, make_panel_refused, make_panel_scored, PACKS)
from statements import Statements

PDF = b"%PDF-1.4\n%% {}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PEOPLE = {"centreA": "centre_manager", "centreB": "centre_neighbour", "centreC": "centre_far",
          "centreD": "centre_other_province"}
CITY = {"centreA": "510100", "centreB": "510100", "centreC": "510700", "centreD": "140100"}
FIELDS = ["industry", "filing", "navigation", "review", "finance", "legal"]
LISTS = ["staff", "deals", "projects", "consortia", "served_parties", "driven_parties", "patents", "annual_reports",
         "service_plans", "trainings", "certificates", "product_filings", "budget_lines", "spending"]


def signed_in(world, name):
    """Somebody who has just signed in: a second person."""
    browser = client.Browser(world, name)
    done = browser.link()
    assert done.status == 200, done
    return browser


def upload(person, name="proof.pdf", content=None):
    content = content or PDF.replace(b"{}", name.encode())
    done = person.ask("POST", f"/files?name={urllib.parse.quote(name)}", raw=content, headers={"Content-Type": "application/pdf"})
    assert done.status in (200, 201), done
    return {"digest": done.json["digest"], "name": name}


def make_capture(world, name, person="province_officer"):
    """The page of a notice, kept as a file of the office."""
    return {name: upload(world[person], f"{name}.pdf")}


def make_evidence(world, person="province_officer"):
    """A file of the office: saves evidence."""
    return {"evidence": upload(world[person], "evidence.pdf")}


def make_attach(world, number, code, name, status):
    """Nobody in particular adds a file to an objection."""
    content = PDF.replace(b"{}", b"of who objects: " + name.encode()) + (b"x" * (5 << 20) if name == "large.pdf" else b"")
    done = world["public"].ask("POST", f"/public/objections/{number}/files?code={code}&name={name}", raw=content,
                               headers={"Content-Type": "application/octet-stream"})
    assert done.status == int(status), (name, done)


def make_given_with_note(world, case, unit, note):
    """The case is the unit's to do something with."""
    client.run_sql(world, ["INSERT INTO assignment (type, record_id, unit, from_ms, version, kind, note) VALUES "
                           f"('case', {case}, {world.units[unit]}, 1, 1, 'do', '{note}')"])


def notice(world, person, url="https://example.invalid/notice"):
    """A list that is made public now at one official place."""
    return {"sites": [{"kind": "website", "title": "虚构公示", "url": url, "published_at": world.minute(),
                       "capture": upload(world[person], "notice.pdf")}]}


def create(person, kind, body):
    done = person.create(kind, body)
    assert done.status == 201, (kind, done)
    return done.json["id"]


def code_of(world, party):
    done = world[PEOPLE[party]].get(f"/records/party/{world.units[party]}")
    assert done.status == 200, done
    world.codes = {**getattr(world, "codes", {}), party: done.json["credit_code"]}
    return done.json["credit_code"]


def salt(party):
    return zlib.crc32(party.encode()) % 1000


def determine(world, party, applicant, provincial):
    """The province says whether a party is of provincial level."""
    province = world[OFFICES[CITY[party][:2]][1]]
    done = province.change("applicant", applicant, province.get(f"/records/applicant/{applicant}").json["version"],
                           {"provincial_unit": provincial, **({"level_basis": "虚构机构设置文件"} if provincial else {})})
    assert done.status == 200, done


def make_example_province(world):
    """The example of docs/ as its readers try it: offices and a unit of the fictional province, its pack signed there."""
    world.units["office99"] = create(world[client.FIRST], "office", {
        "name": "虚构云岭省局", "kind": "province_office", "region": "990000", "credit_code": bodies.credit_code(909900)})
    world.units["city9901"] = create(world[client.FIRST], "office", {
        "name": "虚构雾泉市局", "kind": "city_office", "region": "990100", "credit_code": bodies.credit_code(909901)})
    for name, unit, role in (("example_officer", "office99", "province_officer"), ("example_second", "office99", "province_officer"),
                             ("example_leader", "office99", "province_leader"),
                             ("example_city", "city9901", "city_officer")):
        world.add_person(name, unit, role)
    make_unit(world, "centreX", "example_centre", "990100")
    OFFICES["99"] = ("example_city", "example_officer")
    shutil.copytree(os.path.join(PACKS, "..", "docs", "example-province"), os.path.join(world.data, "packs", "example-province"))
    world.server.run("pack", "sign", "example-province")
    return {"centreX": world.units["centreX"]}


def make_example_party(world, year):
    """What the example's fifth to seventh articles ask of who leads a centre, exactly; its lists are complete."""
    person, code, file = world["example_centre"], code_of(world, "centreX"), upload(world["example_centre"])
    before = int(year) - 1
    create(person, "applicant", {"name": "虚构centreX", "credit_code": code, "kind": "enterprise", "city": "990100", "legal_person": True,
                                 "registered_province": "990000", "licence_file": file})
    create(person, "industry", {"name": "稀贵金属", "on_list": True, "list_version": "虚构 2025", "leading_enterprises": ["虚构龙头"]})
    create(person, "workplace", {"fixed": True, "independent": True, "office_conditions": True, "title_files": [file]})
    create(person, "documents", {"construction_plan": True, "service_catalogue": True, "construction_plan_file": file})
    for n in range(8):
        create(person, "staff", {"name": f"虚构员工{n}", "id_number": bodies.resident_id(99000 + n), "full_time": True, "qualified": n < 3,
                                 "from": "2024-01-01", "to": False, "proof_files": [file]})
    make_deal(world, "centreX", "C-99", "3000000.00", f"{before}-06-01")
    create(person, "project", {"project_no": "P-99", "title": "虚构转化项目", "kind": "conversion", "role": "organiser",
                               "started": f"{before}-03-01", "mode": "own", "results": "虚构。", "proof_files": [file]})
    for n in range(20):
        create(person, "served_party", {"name": f"虚构企业{n}", "credit_code": bodies.credit_code(99000 + n), "in_chain": True,
                                        "sme": n < 12, "served": f"{before}-05-01"})
    for n in range(6):
        create(person, "training", {"title": f"虚构培训{n}", "date": f"{before}-0{n + 1}-10", "attendees": 20})
    for name, value in (("office_area", "200"), ("partners", "4"), ("partners_academic", "1"), ("partners_financial", "1"),
                        ("navigation_reports", "2")):
        create(person, "statistics_series", {"name": name, "year": int(year), "value": value, "source": "虚构材料"})


def make_party(world, party, industry, staff="5", projects="6", deals="6", served="5"):
    """A party with records of a plausible applicant: so many of each, each with its proof."""
    person, code, mark = world[PEOPLE[party]], code_of(world, party), salt(party)
    proof = [upload(person)]
    applicant = create(person, "applicant", {
        "name": f"虚构{party}", "credit_code": code, "kind": "institute", "leading": False, "city": CITY[party],
        "legal_person": True, "ip_department": True, "autonomous": True,
        "registered_province": CITY[party][:2] + "0000", "construction_started": "2025-01-01", "address": "虚构路 1 号",
        "postcode": "610000", "legal_representative": "虚构甲", "legal_post": "院长", "head": "虚构乙", "head_post": "主任",
        "contact": "虚构丙", "contact_post": "专员", "legal_phone": "13800000001", "head_phone": "13800000002",
        "contact_phone": "13800000003", "licence_file": proof[0]})
    determine(world, party, applicant, False)
    create(person, "industry", {"name": industry, "on_list": True, "list_version": "虚构 2025", "party_count": 120,
                                "party_count_source": "虚构统计 2025", "party_count_date": "2025-12-31", "leading_enterprises": ["虚构龙头"],
                                "chain_overview": "虚构产业链。", "trend_reason": "虚构：列入本省规划。", "chain_parties": [{
                                    "name": "虚构链主", "credit_code": bodies.credit_code(31), "chain_link": "上游"}]})
    create(person, "workplace", {"fixed": True, "independent": True, "office_conditions": True, "conditions": "虚构。"})
    create(person, "documents", {"construction_plan": True, "working_mechanism": True, "rules": True,
                                 "mechanism_summary": "虚构。", "rules_summary": "虚构。", "construction_plan_file": proof[0],
                                 "working_mechanism_file": proof[0], "rules_file": proof[0]})
    create(person, "funds", {"assured": True})
    for n in range(int(staff)):
        create(person, "staff", {"name": f"虚构员工{n}", "id_number": bodies.resident_id(mark * 100 + n), "full_time": True,
                                 "social_security": True, "labour_contract": True, "from": "2025-01-01",
                                 "position": "专员", "assignment": "虚构分工", "fields": FIELDS, "proof_files": proof})
    for n in range(int(projects)):
        create(person, "project", {"project_no": f"P-{party}-{n}", "title": f"虚构转化项目{n}", "kind": "conversion",
                                   "role": "organiser", "started": "2025-03-01", "mode": "own", "results": "虚构。",
                                   "proof_files": proof})
    for n in range(int(deals)):
        make_deal(world, party, f"C-{party}-{n}", "400000.00", "2025-06-01")
    for n in range(int(served)):
        create(person, "served_party", {"name": f"虚构服务对象{n}", "credit_code": bodies.credit_code(mark * 1000 + n),
                                        "in_chain": True, "sme": True, "served": "2025-05-01"})


TARGETS = [  # of a task book (川市监发〔2025〕52号 一)
    {"indicator": "发明专利申请量年均增长", "criterion": "filing-growth", "formula": "（末年÷基年）开年数次方−1",
     "base_year": 2025, "base": "100.00", "series": "key_field_invention_filings", "target": "20.00", "unit": "%"},
    {"indicator": "发明专利授权率", "criterion": "grant-rate", "formula": "授权÷（授权＋驳回＋审查后撤回）", "quality": True,
     "target": "65.00", "unit": "%"},
    {"indicator": "高价值发明专利实施率", "criterion": "implementation-rate", "formula": "有证据已实施÷有效高价值",
     "quality": True, "target": "70.00", "unit": "%"},
    {"indicator": "专利产品备案", "criterion": "product-filings", "formula": "有备案号的产品数", "target": "10.00", "unit": "件"}]


MILESTONES = [{"title": "虚构：完成专利布局", "due": "2027-12-31"}]


def make_project(world, party, number, start):
    """A project of the party with its budget, not signed yet."""
    person, later = world[PEOPLE[party]], [{**row, "due": f"{int(start[:4]) + 1}-12-31"} for row in MILESTONES]
    create(person, "cultivation_project", {"project_no": number, "title": "虚构育成项目", "start": start, "department": "科技处", "funds": "600000.00",
                                           "task_book_file": upload(person, f"{number}-book.pdf"),
                                           "targets": TARGETS, "milestones": later})
    create(person, "fund_line", {"line": "设备费", "project_no": number, "requested": "600000.00", "source": "province"})


def make_cultivator(world, party, number):
    """An enterprise with a project of cultivation that is not signed yet."""
    person, code = world[PEOPLE[party]], code_of(world, party)
    create(person, "applicant", {"name": f"虚构{party}", "credit_code": code, "kind": "enterprise", "city": CITY[party]})
    create(person, "industry", {"name": "人工智能", "on_list": True, "list_version": "15+N", "leading_enterprises": ["虚构龙头"]})
    make_project(world, party, number, "2026-03-10")
    create(person, "document", {"title": "预算管理制度", "kind": "rule", "matter": "budget_rules", "file": upload(person)})


def make_targets(world, party, project):
    """The targets of the party's task book, with base year and value, and its milestones."""
    person = world[PEOPLE[party]]
    done = person.change("cultivation_project", project, person.get(f"/records/cultivation_project/{project}").json["version"],
                         {"targets": TARGETS, "milestones": MILESTONES})
    assert done.status == 200, done


def make_documents(world, party, *titles):
    """Documents of the party, one of each title."""
    for title in titles:
        create(world[PEOPLE[party]], "document", {"title": title, "kind": "rule", "file": upload(world[PEOPLE[party]], f"{title}.pdf")})


def make_acceptance_materials(world, party, project):
    """What the opinion asks of an undertaking, each with its file: task book, plan, certificates, filings, evidence, a voucher."""
    person, officer = world[PEOPLE[party]], world[OFFICES[CITY[party][:2]][1]]
    held = person.get(f"/records/cultivation_project/{project}").json
    # The book as it is signed is the office's to enter and to exchange.
    done = person.change("cultivation_project", project, held["version"], {"task_book_file": upload(person, "other-book.pdf")})
    assert done.status == 400 and done.json["errors"][0]["field"] == "/task_book_file", done
    book = {"task_book_file": upload(officer, "task-book.pdf")}
    done = officer.ask("PATCH", f"/records/cultivation_project/{project}?reason=签订的任务书", book, {"If-Match": f'"{held["version"]}"'})
    assert done.status == 400 and done.json["errors"][0]["field"] == "/task_book_file", done
    assert officer.act("cultivation_project", project, "correct", book, "?reason=签订的任务书").status == 202
    done = signed_in(world, "province_leader").ask("POST", f"/records/cultivation_project/{project}/actions/correct?reason=签订的任务书", {})
    assert done.status == 200, done
    create(person, "document", {"title": "项目实施计划", "kind": "plan", "file": upload(person, "plan.pdf")})
    for standard in ("enterprise_ip", "iso56005"):
        create(person, "certificate", {"standard": standard, "certificate_file": upload(person, f"{standard}.pdf")})
    create(person, "product_filing", {"filing_no": "BA-1", "date": "2026-02-01", "proof_file": upload(person, "filing.pdf")})
    create(person, "patent_holding", {"number": bodies.cn_number(901), "type": "invention", "evidence_files": [upload(person, "use.pdf")]})
    for line in person.get("/records/fund_line").json["items"]:
        if line["state"] == "requested":
            done = officer.act("fund_line", line["id"], "approve", {"approved": line["requested"]})
            assert done.status == 200, done
    create(person, "spending_line", {"voucher_no": f"{world.today()} 记-1", "line": "设备费", "project_no": held["project_no"],
                                     "amount": "10.00", "date": world.today(), "payee": "虚构公司", "voucher_file": upload(person, "voucher.pdf")})


def make_deal(world, party, contract, amount, signed):
    person = world[PEOPLE[party]]
    one = create(person, "deal", {"contract_no": contract, "title": f"虚构合同 {contract}", "type": "licence",
                                  "amount": amount, "currency": "CNY", "signed": signed,
                                  "contract_file": upload(person, f"{contract}.pdf"), "result": "fulfilled",
                                  "sides": [{"name": "虚构甲方"}, {"name": "虚构乙方"}]})
    done = person.act("deal", one, "sign")
    assert done.status == 200, done


def make_statement(world, party, day=None):
    """Each list that the party keeps is complete up to this day; else to the end of the year that runs."""
    person, code = world[PEOPLE[party]], code_of(world, party)
    today = world.today() if hasattr(world, "today") else date.today().isoformat()
    for name in LISTS:
        done = person.create("list_statement", {"list": name, "party": code, "up_to": day or f"{today[:4]}-12-31",
                                                "stated_by": "虚构甲"})
        assert done.status == 201, (name, done)


def make_activate(world, pack, officer="province_officer", leader="province_leader"):
    """Two officers of the province make the version of a pack that is here count."""
    make_activation_proposed(world, pack, officer)
    make_activation_confirmed(world, pack, leader)


def make_activation_proposed(world, pack, officer="province_officer"):
    """…the first of them."""
    first = world[officer].ask("POST", f"/packs/{pack}/actions/activate", {"digest": digest_to_activate(world, officer, pack), "reason": "试行"})
    assert first.status == 202, first


def make_activation_doubted(world, pack, officer="province_officer"):
    done = world[officer].ask("POST", f"/packs/{pack}/actions/activate", {"digest": digest_to_activate(world, officer, pack), "reason": "试行"})
    assert done.status == 409 and "the clock is in doubt" in done.json["detail"], done


def make_activation_confirmed(world, pack, leader="province_leader"):
    """…the second."""
    done = signed_in(world, leader).ask("POST", f"/packs/{pack}/actions/activate", {"digest": digest_to_activate(world, leader, pack)})
    assert done.status == 200, done


def make_template(world, pack, version, was, words, officer="province_officer"):
    """Another text of the forms of a pack, put by its office: a label is another one."""
    with open(os.path.join(PACKS, pack, "forms.yaml"), encoding="utf-8") as file:
        text = file.read().split("\nmaterials:")[0] + "\n"
    was, words = (f"label: {label}, line: " for label in (was, words))
    assert text.count(was) == 1, was
    done = world[officer].ask("POST", f"/packs/{pack}/actions/forms", {
        "digest": digest_of(world, officer, pack), "version": version, "reason": "载入新的版式", "text": text.replace(was, words)})
    assert done.status == 200, done
    return {"template": done.json["digest"]}


def digest_to_activate(world, who, pack):
    """Of the version that waits; else of the one in force."""
    waits = [one["digest"] for one in world[who].get("/packs").json["waiting"] if one["pack"] == pack]
    return waits[0] if waits else digest_of(world, who, pack)


def digest_of(world, who, pack):
    return [p["digest"] for p in world[who].get("/packs").json["packs"] if p["id"] == pack][0]


def make_authority(world, pack, function):
    """The province's office is entrusted with something of a policy."""
    client.run_sql(world, [
        "INSERT INTO authority (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by,"
        " changed_ms, changed_by, programme, function, region, from_date) VALUES (1, 'active',"
        f" {world.units['office51']}, '51', 1, 0, 1, 0, 1, 0, '{pack}', '{function}', '510000', '2020-01-01')"])


def make_replaced(world, pack, version, by, since):
    """A version of an own pack that says that its document yields to another."""
    make_version(world, pack, version, 5, f"\n  replaced_by: {by}\n  replaced_from: {since}")


def make_version(world, pack, version, staff, yields=""):
    """A version of an own pack, made of the shipped guideline, which asks for so many people; signed, not
    yet made to count."""
    folder = os.path.join(world.data, "packs", pack)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(PACKS, "sc-yunying-2025"), folder)
    if yields:  # its own last day is none of it then
        for case in ("last-day", "handed-in-in-time"):
            os.remove(os.path.join(folder, "cases", f"{case}.yaml"))
    path = os.path.join(folder, "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for was, now in (("id: sc-yunying-2025", f"id: {pack}"), ("  expires: 2027-10-11", "  expires: 2027-10-11" + yields), ('version: "1"', f'version: "{version}"'), (">= 5 人", f">= {staff} 人" + (f"\n    own: 虚构：文本写的是5人，此版另定为不少于{staff}人" if int(staff) != 5 else ""))):
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    with_staff(os.path.join(folder, "cases"), int(staff))
    world.server.run("pack", "sign", pack)


def make_unmarked(world, pack, version, staff):
    """…whose certificates have no usual mark."""
    make_version(world, pack, version, staff)
    path = os.path.join(world.data, "packs", pack, "papers.yaml")
    with open(path, encoding="utf-8") as file:
        text, count = re.subn(r" mark: \w+,", "", file.read())
    assert count == 1, count
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    world.server.run("pack", "sign", pack)


def make_issued(world, draft, pack, issued, expires):
    """A draft as its office might issue it: an own pack in force from that day, signed and made to count."""
    folder = os.path.join(world.data, "packs", pack)
    shutil.copytree(os.path.join(PACKS, draft), folder)
    path = os.path.join(folder, "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for was, now in ((f"id: {draft}", f"id: {pack}"), ("  status: draft\n", f"  status: in_force\n  number: 虚构〔{issued[:4]}〕1号\n"
                      f"  issued: {issued}\n  effective: {issued}\n  expires: {expires}\n"
                      "  own: [status, number, issued, effective, expires]\n  note: 虚构：文本仍是征求意见稿\n"), ("（征求意见稿）\n  issuer", "\n  issuer")):
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    path = os.path.join(folder, "labels.en.yaml")  # the title has a new text
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("（征求意见稿）: ", ": "))
    for path in glob.glob(os.path.join(folder, "cases", "*.yaml")):  # what of a draft is a trial is in force here
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("  status: draft\n", ""))
    world.server.run("pack", "sign", pack)
    make_activate(world, pack)
    world.issued = {**getattr(world, "issued", {}), pack: draft}


def make_working_days(world, year, *more):
    """A table of a year's days off, made up."""
    path = os.path.join(world.data, f"{year}.csv")
    days = [f"{year}-01-01", f"{year}-05-01"] + [f"{year}-10-0{n}" for n in range(1, 8)] + [f"{year}-{day}" for day in more]
    with open(path, "w", encoding="utf-8") as file:
        file.write("# made up for tests\ndate,kind,holiday\n" + "".join(f"{day},rest,虚构\n" for day in days))
    world.server.run("calendar", "import", path)
    world.days = {**getattr(world, "days", {}), **{date.fromisoformat(day): False for day in days}}


def with_staff(cases, count):
    """The pack's own cases, of which one is at the line, one below it and one not known."""
    for path in glob.glob(os.path.join(cases, "staff-*.yaml")):
        os.remove(path)
    path = os.path.join(cases, "apply-at-the-line.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    last = next(line for line in text.splitlines(True) if "TEST0005" in line)
    more = "".join(last.replace("员工5", f"员工{n}").replace("TEST0005", f"TEST{n:04d}") for n in range(6, count + 1))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(last, last + more).replace("staff-count: 5,", f"staff-count: {count},"))
    few = "\n".join(f"    - {{name: 员工{n}, id_number: TEST{n:04d}, social_security: true, \"from\": 2024-01-01, fields: [review]}}"
                    for n in range(1, 5))
    for name, staff, met in (("few", "\n" + few, "false, staff-coverage: false"), ("unknown", " null", "null, staff-coverage: null")):
        with open(os.path.join(cases, f"staff-{name}.yaml"), "w", encoding="utf-8") as file:
            file.write(f"name: {name}\nlike: apply-at-the-line.yaml\nfacts:\n  staff:{staff}\nexpect:\n"
                       f"  criteria: {{staff-count: {met}}}\n")


def make_call(world, pack, opens, closes, person="province_officer"):
    officer = world[person]
    one = create(officer, "call", {"title": f"虚构批次 {pack}", "programme": pack, "opens_on": opens, "closes_on": closes})
    done = officer.act("call", one, "open")
    assert done.status == 200, done
    return {"call": one}


def make_admitted(world, party, pack, count, call="NULL"):
    """In the call, or outside of calls, the party may have so many applications beside its first."""
    office = "office" + CITY[party][:2]
    client.run_sql(world, [
        "INSERT INTO record_call_admission (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by,"
        " changed_ms, changed_by, programme, party, call, kind, reason, basis)"
        f" VALUES (1, 'admitted', {world.units[office]}, '{CITY[party][:2]}', 1, 0, 1, 0, 1, 0, '{pack}', {world.units[party]}, {call},"
        " 'another', '虚构理由', '虚构依据')"] * int(count))


def make_code(world, party, name):
    return {name: code_of(world, party)}


def make_accounts(world, *names):
    """Numbers of accounts, by the names of their people."""
    rows = client.ask_sql(world, "SELECT name, id FROM account")
    return {name: int(number) for name, number in rows if name in names}


def make_centre(world, party, programme, entered):
    """In the register of the programme, as its recognition writes it (each programme's own scenario walks there)."""
    city = CITY[party]
    office = world.units["office" + city[:2]]
    client.run_sql(world, [
        "INSERT INTO record_centre (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by,"
        " changed_ms, changed_by, name, credit_code, programme, region, entered)"
        f" VALUES (1, 'active', {office}, '{city[:4]}', '{city[:2]}', 1, 1, 1, 0, 1, 0, '虚构{party}', '{code_of(world, party)}',"
        f" '{programme}', '{city}', '{entered}')"])


def make_listed(world, case):
    """A running case is on a list that is public."""
    client.run_sql(world, [
        "INSERT INTO record_publicity (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms,"
        " created_by, changed_ms, changed_by, programme, case_number) SELECT 1, 'active', owner_unit, owner_city, owner_province,"
        f" 1, 1, 1, 0, 1, 0, programme, number FROM flow_case WHERE id = {case}"])


def make_unlisted(world, case):
    """…and not any more."""
    client.run_sql(world, [f"DELETE FROM record_publicity WHERE case_number = (SELECT number FROM flow_case WHERE id = {case})"])


def make_left(world, party, programme, day):
    """…and out of it."""
    client.run_sql(world, [f"UPDATE record_centre SET state = 'exited', left_ = '{day}', leaving = 'revoked'"
                           f" WHERE credit_code = '{code_of(world, party)}' AND programme = '{programme}'"])


def make_unit(world, party, person, region):
    """One more party, with its manager."""
    done = world[client.FIRST].create("party", {"name": f"虚构{party}", "kind": "party", "region": region,
                                                "credit_code": bodies.credit_code(910000 + salt(party))})
    assert done.status == 201, done
    world.units[party], PEOPLE[party], CITY[party] = done.json["id"], person, region
    world.add_person(person, party, "centre_manager")


def make_provincial(world, party):
    """It is of provincial level, as the province says."""
    applicant = create(world[PEOPLE[party]], "applicant", {"name": f"虚构{party}", "credit_code": code_of(world, party),
                                                           "kind": "institute", "city": CITY[party]})
    determine(world, party, applicant, True)


def make_substitute(world, name, lender, until):
    """A colleague without a role of his own, to whom somebody lends his up to that day."""
    of = world[lender]
    done = world[client.FIRST].ask("POST", "/accounts", {"name": name, "display_name": f"虚构{name}", "unit": of.unit})
    assert done.status == 201, done
    lent = of.ask("POST", "/grants", {"account": done.json["id"], "role": of.role, "delegate": True, "to": until})
    assert lent.status == 201, lent
    world.people[name] = client.Person(world.server, world.token(name), name)


def make_stop(world):
    """The server is killed."""
    world.server.kill()
    for person in world.people.values():
        if person.connection:
            person.connection.close()
            person.connection = None


def make_read(world, name):
    """What somebody was told so far, he has read; what comes in between too."""
    for _ in range(50):
        newest = world[name].get("/notifications?limit=1").json["items"]
        if not newest:
            return
        done = world[name].ask("POST", "/notifications/read", {"through": newest[0]["id"]})
        assert done.status == 200, done
        if done.json["unread"] == 0:
            return
    raise AssertionError(f"{name} is told more and more: {done}")


def make_start(world):
    world.server.start()
    # After a standstill of more than thirty days somebody says first that the clock is right; else 409, there is no doubt.
    assert signed_in(world, client.FIRST).ask("PUT", "/clock", {"reason": "虚构：服务器停机"}).status in (200, 409)


CONTACT = {"papers": {"publicity-notice": {"values": {"publicity.contact": "虚构处，028-0000000"}}}}


def step(person, case, action, body=None, status=200):
    done = act(person, case, action, body)
    assert done.status == status, (action, done)
    return done.json


def begun(who, pack, **fields):
    """An application under way, by its number."""
    done = who.ask("POST", "/cases", {"pack": pack, "process": "application", "fields": fields})
    assert done.status == 201, done
    return done.json["id"]


def act(who, case, action, body=None):
    return who.ask("POST", f"/cases/{case}/actions/{action}", body or {})


def two(world, case, action, body, first="province_officer", second="province_leader"):
    """Proposed by one and done by another."""
    step(world[first], case, action, body, 202)
    return step(signed_in(world, second), case, action)


OFFICES = {"51": ("city_officer", "province_officer"), "14": ("city_other_province", "province_other")}


def make_alliance(world, party):
    """What the text of Shanxi asks besides: an alliance, and ten organisations that it carries along."""
    person = world[PEOPLE[party]]
    create(person, "consortium", {"name": "虚构联盟", "kind": "alliance", "formed": "2025-03-01", "members": [
        {"name": "虚构成员单位", "signed_file": upload(person, f"alliance-{party}.pdf")}]})
    for n in range(10):
        create(person, "driven_party", {"name": f"虚构带动对象{n}", "kind": "key_enterprise",
                                        "credit_code": bodies.credit_code(salt(party) * 1000 + 500 + n)})


def ready(person, case):
    """What the case hands in is made whole by its party; the body of the step that hands it in."""
    of = person.get(f"/cases/{case}").json
    kind, one, file = of["record_type"], of["record_id"], upload(person)
    attached = [upload(person, f"{m['label']}.pdf") for m in person.get(f"/cases/{case}/materials").json["materials"]] if kind == "application" else []
    fields = {"application": {
        "own_plan": "虚构建设计划", "services_planned": ["促进产业知识产权协同发展"], "handler": "虚构丁", "handler_phone": "13800000004",
        "expected": [{"indicator": "合同金额", "unit": "万元", "target": "200.00", "date": "2027-12-31"}],
        "commitment_file": file, "attachments": attached}, "annual_report": {"self_evaluation": "虚构自我评价", "report_file": file, "plan_file": upload(person, "plan.pdf")}}[kind]
    version = person.get(f"/records/{kind}/{one}").json["version"]
    done = person.change(kind, one, version, fields)
    assert done.status == 200, done
    asked = person.get(f"/cases/{case}/materials").json
    assert asked["complete"], asked
    return {"commitment": asked["commitment"]["digest"]} if asked["commitment"] else {}


def make_attached(world, name, case, file):
    """The application of the case has one attachment of that name."""
    person, of = world[name], world[name].get(f"/cases/{case}").json
    version = person.get(f"/records/application/{of['record_id']}").json["version"]
    done = person.change("application", of["record_id"], version, {"attachments": [upload(person, file)]})
    assert done.status == 200, done


def make_ready(world, name, case):
    """…saves commitment, where there is one."""
    return ready(world[name], case)


def make_published(world, pack, party, industry, call=None):
    """An application of a party through its city up to the publicity; saves case_PARTY."""
    made, province = make_reviewed(world, pack, party, industry, call), OFFICES[CITY[party][:2]][1]
    step(world[province], made[f"case_{party}"], "publish", {"records": {"publicity": notice(world, province)}, **CONTACT})
    return made


def make_confirmed(world, case, officer="province_officer"):
    """The finding of a case is confirmed, with its evidence."""
    step(world[officer], case, "confirm", {"reason": "虚构：已核实", "basis": "虚构的工作规则", "records": {"finding": {
        "date": world.today(), "facts_found": "虚构事实", "evidence_files": [upload(world[officer], "evidence.pdf")]}}})


def make_ordered(world, party, name):
    """Rectification is ordered at the end of an evaluation of this year; saves its case by the name."""
    fields = {"pack": "sc-yunying-2025", "process": "evaluation", "unit": world.units[party], "fields": {"year": int(world.today()[:4])}}
    done = world["province_officer"].ask("POST", "/cases", fields)
    assert done.status == 201, done
    step(world["province_officer"], done.json["id"], "open", {"reason": "虚构：建设方案到期"})
    scored = {"reason": "虚构：怠于履行工作职责", "records": {"evaluation": {"scores": [{"head": "虚构评价项", "score": "55"}]}}}
    return {name: step(world["province_officer"], done.json["id"], "order-rectification", scored)["result"]["case_rectification"]}


def make_told(world, case, paper, who, officer="province_officer", until=None, action="tell"):
    """What is proposed is told by a notice, which the party reads in the system; where a day is given, the period of the
    reply ends on it. Saves notice and service."""
    proof = {"records": {"finding": {"evidence_files": [upload(world[officer], "evidence.pdf")]}}} if action == "tell-exit" else {}
    year = world.today()[:4]
    number = {"number": f"虚构函〔{year}〕{case}号"}
    for one in world[officer].get("/records/document_mark").json["items"]:
        if one["used_for"] == "documents" and "mark" not in number:
            number = {"mark": one["mark"]} if one["numbered"] == "here" else {"number": f"{one['mark']}〔{year}〕{9000 + int(case)}号"}
    for one in world[officer].get(f"/cases/{case}/papers").json["items"]:
        number = {"number": re.sub(r"\d+号$", f"{9000 + int(case)}号", one["number"])} if one["paper"] == paper else number
    if world[officer].get(f"/cases/{case}").json["pack"].endswith("-draft"):
        number = {}  # nothing is decided under a draft
    step(world[officer], case, action, {"reason": "虚构事实", "basis": "虚构依据", **proof, "papers": {paper: {**number, "values": {
        "decision.facts": "虚构事实", "decision.result": "虚构处理", "reply.period": "五日"}}}})
    made = served(world, case, paper, who, officer, until)
    rests_on_the_decision(world, case, made["notice"], officer)
    return made


def paper_text(world, officer, case, paper):
    """The words of an issued paper's Word file, a paragraph a line."""
    done = world[officer].get(f"/cases/{case}/papers/{paper}/docx")
    assert done.status == 200, done
    with zipfile.ZipFile(io.BytesIO(done.content)) as package:
        body = package.read("word/document.xml").decode()
    return ["".join(re.findall("<w:t[^>]*>([^<]*)</w:t>", one)) for one in body.split("</w:p>")]


def rests_on_the_decision(world, case, notice, officer):
    """A notice cites the words by which is to be decided, and what the officer wrote: no text here says that one is told (SCYY-087)."""
    texts = paper_text(world, officer, case, notice)
    assert len([t for t in texts if re.fullmatch("依据：“[^ ]*(取消|退出|撤销)[^ ]*”[（〔].*[）〕]。", t)]) == 1, texts
    assert "办理依据：虚构依据。" in texts and "你单位可以自收到本告知书之日起五日内向我单位陈述、申辩。" in texts, texts
    assert not [t for t in texts if re.search("警告|警示", t)], texts
    assert [t for t in texts if re.fullmatch(r".+〔20\d\d〕\d+号|（试运行，无文号）", t)], texts


def served(world, case, paper, who, officer, until):
    notice = [p for p in world[officer].get(f"/cases/{case}/papers").json["items"] if p["paper"] == paper][-1]["id"]
    make_sealed(world, case, notice, officer)
    done = world[officer].ask("POST", f"/cases/{case}/papers/{notice}/services", {"channel": "system"})
    assert done.status == 201, done
    assert world[who].get(f"/cases/{case}/papers/{notice}/file").status == 200
    service = done.json["id"]
    if until:
        done = world[officer].ask("POST", f"/cases/{case}/papers/{notice}/services/{service}/period",
                                  {"step": "reply", "basis": "虚构的工作规则", "due": until})
        assert done.status == 200, done
    return {"notice": notice, "service": service}


def make_served(world, case, paper, who, officer="province_officer", until=None):
    """The notice that was issued is read by the party; where a day is given, the period of the reply ends on it."""
    return served(world, case, paper, who, officer, until)


def make_heard_unserved(world, case):
    """As cases stand that were heard before a reply waited for the service of the notice."""
    client.run_sql(world, ["UPDATE flow_case SET stage = 'heard', stage_label = '已陈述、申辩或者放弃', version = version + 1"
                           f" WHERE id = {int(case)}"])


def make_fourth(world):
    """A fourth party of the province, centreE."""
    done = world[client.FIRST].create("party", {"name": "虚构centreE", "kind": "party", "region": "510700",
                                                "credit_code": bodies.credit_code(900900)})
    assert done.status == 201, done
    world.units["centreE"] = done.json["id"]
    world.add_person("centre_fifth", "centreE", "centre_manager")
    PEOPLE["centreE"], CITY["centreE"] = "centre_fifth", "510700"


def make_applied(world, pack, party, industry, call=None):
    """An application of a party with its city; saves case_PARTY and number_PARTY."""
    person, region = world[PEOPLE[party]], CITY[party]
    if not person.get("/records/applicant").json["items"]:  # it applied before: its records are there
        make_party(world, party, industry)
    if region.startswith("14"):
        make_alliance(world, party)
    begun = person.ask("POST", "/cases", {"pack": pack, "process": "application", **({"call": int(call)} if call else {}),
                                          "fields": {"to": "city", "office_city": region, "summary": "虚构申报"}})
    assert begun.status == 201, begun
    case = begun.json["id"]
    step(person, case, "submit-city", ready(person, case))
    return {f"case_{party}": case, f"number_{party}": person.get(f"/cases/{case}").json["number"]}


def make_recommended(world, pack, party, industry, call=None):
    """An application of a party that its city has recommended, without the letter; saves case_PARTY and number_PARTY."""
    region = CITY[party]
    city = "city_other" if region.startswith("5107") else OFFICES[region[:2]][0]
    made = make_applied(world, pack, party, industry, call)
    checked_by_city(world, made[f"case_{party}"], city)
    return made


def checked_by_city(world, case, city):
    for action in ("accept", "check-eligibility", "check-materials", "recommend"):
        step(world[city], case, action, {"reason": "虚构：符合"})


def make_city_step(world, case, action, city="city_officer"):
    step(world[city], case, action, {"reason": "虚构：符合"})


def make_doubt(world):
    """The clock was twelve days ahead for a moment, and the server has seen it."""
    def in_doubt():
        return world["public"].ask("GET", "/healthz").json["clock_in_doubt"]
    world.clock.jump(12 * 86400)
    assert in_doubt()
    world.clock.jump(0)
    while not client.ask_sql(world, "SELECT 1 FROM clock_state WHERE doubt IS NOT NULL"):
        time.sleep(0.05)


def make_clock_right(world):
    done = signed_in(world, client.FIRST).ask("PUT", "/clock", {"reason": "虚构：已核对"})
    assert done.status == 200, done
    while world["public"].ask("GET", "/healthz").json["clock_in_doubt"]:
        time.sleep(0.05)


def make_rechecked(world, case, city="city_officer", province="province_officer"):
    """What was handed in to its city is recommended, and rechecked by the province."""
    checked_by_city(world, case, city)
    step(world[province], case, "recheck", {"reason": "虚构：通过"})


def make_reviewed(world, pack, party, industry, call=None):
    """An application of a party through its city up to the review; saves case_PARTY and number_PARTY."""
    made, region = make_recommended(world, pack, party, industry, call), CITY[party]
    case, province = made[f"case_{party}"], OFFICES[region[:2]][1]
    step(world[province], case, "recheck", {"reason": "虚构：通过"})
    make_panel(world, "office" + region[:2], pack, "review", "pass", case)
    step(world[province], case, "expert-review", {"reason": "虚构：通过"})
    return made


def make_paper_lists(world, case, paper, *said):
    """The Word file of a case's issued paper has these words, each once; …and not those after a minus. ~ is a blank."""
    one = [p for p in world["province_officer"].get(f"/cases/{case}/papers").json["items"] if p["paper"] == paper][-1]
    done = world["province_officer"].get(f"/cases/{case}/papers/{one['id']}/docx")
    assert done.status == 200, done
    with zipfile.ZipFile(io.BytesIO(done.content)) as package:
        text = package.read("word/document.xml").decode()
    for word in said:
        assert text.count(word.removeprefix("-").replace("~", " ")) == (0 if word.startswith("-") else 1), (word, text)
    return {"paper": one["id"], "paper_number": one.get("number")}


def make_paper_says(world, who, case, paper, *said):
    """The PDF and the Word file of a case's issued paper: the first is one, the second has these words."""
    one = [p for p in world[who].get(f"/cases/{case}/papers").json["items"] if p["paper"] == paper][-1]
    assert world[who].get(f"/cases/{case}/papers/{one['id']}/pdf").content[:4] == b"%PDF", one
    done = world[who].get(f"/cases/{case}/papers/{one['id']}/docx")
    with zipfile.ZipFile(io.BytesIO(done.content)) as package:
        text = re.sub(r"<[^>]*>", "", package.read("word/document.xml").decode())
    for words in said:
        assert words in text, (words, text)
    return {}


def make_xlsx(world, who, path):
    """A list as a workbook."""
    done = world[who].get(f"{path}?format=xlsx")
    assert done.status == 200 and done.content[:2] == b"PK", done
    with zipfile.ZipFile(io.BytesIO(done.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    heads = re.findall(r"<t[^>]*>([^<]*)</t>", re.search(r"<row .*?</row>", sheet, re.S)[0])
    assert heads and not [head for head in heads if "_" in head], heads
    assert len(set(re.findall(r'<col [^>]*width="([^"]*)"', sheet))) > 1, "all columns are of one width"


def make_recognised(world, party, case):
    """…once the period is over; saves centre_PARTY."""
    province = OFFICES[CITY[party][:2]][1]
    leader = {"province_officer": "province_leader", "province_other": "leader_other_province"}[province]
    said = {"reason": "公示期满无异议"}
    if not world[province].get(f"/cases/{case}").json["trial"]:
        make_mark(world, "虚构", leader)
        said["records"] = {"recognition": {"document_no": f"虚构〔{world.today()[:4]}〕{case}号"}}
    done = two(world, case, "recognise", said, province, leader)
    return {f"centre_{party}": done["result"]["centre_id"], "name": done["result"]["name"]}


def make_document(world, who="province_officer"):
    """A file of the office: saves document."""
    return {"document": upload(world[who], "更名文件.pdf")}


def make_issued_all(world, case, number, who="province_officer"):
    """Each paper of the case's last step that is due is issued, the decision under its number."""
    due = [one["paper"] for one in world[who].get(f"/cases/{case}/papers").json["due"] if one["step"] == "recognise"]
    for paper in due:
        said = {"number": number} if paper == "recognition-decision" else {}
        done = world[who].ask("POST", f"/cases/{case}/papers/{paper}", said)
        assert done.status == 201, (paper, done)


def contents_of(world, case):
    """Of each paper of the case its latest version, with its content; and all contents by their ids."""
    latest, all_ = {}, {}
    for one in world["province_officer"].get(f"/cases/{case}/papers").json["items"]:
        (content,), = client.ask_sql(world, f"SELECT content FROM case_paper WHERE id = {one['id']}")
        assert hashlib.sha256(content.encode()).hexdigest() == one["digest"], one
        latest[one["paper"]], all_[one["id"]] = {**one, "content": content}, content
    return latest, all_


def make_kept_papers(world, case):
    """The papers as they are now; saves receipt, the entry of the decision."""
    world.kept_papers = contents_of(world, case)
    world.kept_receipt = world["auditor"].get(f"/receipts/{world.kept_papers[0]['recognition-decision']['entry']}").content
    assert world.kept_receipt, world.kept_papers


def make_papers_again(world, case, papers, mark, old, new):
    """These papers, and no others, have a next version of the same number, that names what it replaces and says the new words in
    place of the old ones; what was issued before is as it was."""
    (before, contents), (after, now) = world.kept_papers, contents_of(world, case)
    assert {i: now[i] for i in contents} == contents, "a paper that was issued is another now"
    again = {name for name in after if after[name]["id"] != before[name]["id"]}
    assert again == set(papers.split(",")), again
    for name in again:
        one, was = after[name], before[name]
        assert (one["number"], one["version"]) == (was["number"], was["version"] + 1) if "number" in was else "number" not in one, (one, was)
        assert one["reason"] and one["code"] != was["code"], one
        note, = [b["text"] for b in json.loads(one["content"])["blocks"] if b["role"] == "note"]
        assert note.startswith(f"{mark}：本件替代") and was["digest"] in note and f"“{old}”改为“{new}”" in note, note
        assert old not in one["content"].replace(note, "") and new in one["content"].replace(note, ""), one["content"]
        pdf = world["province_officer"].get(f"/cases/{case}/papers/{one['id']}/pdf")
        assert pdf.status == 200 and pdf.content[:4] == b"%PDF", pdf
    world.old_certificate = before["certificate"]
    make_kept_papers_now(world, case)


def make_kept_papers_now(world, case):
    world.kept_papers = contents_of(world, case)


def make_old_certificate_checked(world, number):
    """By its digest and by its code: it was replaced, for the centre has another name."""
    old = world.old_certificate
    for path in (f"/public/certificates/{number}?digest={old['digest']}", f"/public/papers/{old['code']}"):
        done = world["public"].get(path).json
        assert (done["state"], done["corrected"]) == ("replaced", "renamed") and "改为" in done["changes"], (path, done)
    page = world["public"].get(f"/check?number={number}&digest={old['digest']}").content.decode()
    assert "已换发" in page and "改为" in page, page


def make_named_in_new(world, case, name):
    """A paper drawn up now has the name that the centre has now."""
    done = world["province_officer"].ask("POST", f"/cases/{case}/papers/announcement/draft", {})
    assert done.status == 200 and name in json.dumps(done.json, ensure_ascii=False), done


ROLES = ("province_officer", "province_leader", "city_officer", "centre_manager", "expert", "auditor", "public")
# What is said of the past as it was: what was filed, papers issued, lists published, versions, messages, entries.
OF_THE_PAST = re.compile(r"/papers/|/publicity|/history|/notifications|/log|/receipts|/archive|/draft|/forms?(/|$)|/materials|/records/correction/")


def operations(world, case):
    """Each address that the description gives to GET, with the ids of this case in place of parameters; pictures and PDF say nothing
    else than their papers, and a stream of events has no end."""
    told = json.loads(subprocess.run([world.server.zhiyun, "openapi"], capture_output=True, check=True).stdout)
    (centre, code), (recognition, number) = (client.ask_sql(world, query)[0] for query in (
        "SELECT id, credit_code FROM record_centre", "SELECT id, recognition_no FROM record_recognition"))
    papers = [one for one in world["province_officer"].get(f"/cases/{case}/papers").json["items"] if one["step_label"] != "recommend"]
    latest = [one for one in papers if not one.get("superseded_by")]
    values = {"type": ["centre", "recognition", "correction", "case", "application"], "pack": ["sc-yunying-2025"], "number": [number],
              "code": [one["code"] for one in latest], "paper": [latest[-1]["id"], latest[-2]["id"]], "form": ["application-form", "duties-view"],
              "name": ["certificate"]}
    queries = {"/find": "?q=" + urllib.parse.quote("钒钛"), "/reports/{pack}/{form}": f"?year=2026&party={code}",
               "/packs/{pack}/forms/{form}/paper": f"?party={code}", "/records/{type}/groups": "?by=state", "/public/registry": ""}
    for path, methods in told["paths"].items():
        path = path.removeprefix("/api/v1")
        if "get" not in methods or path == "/events" or path.endswith((".png", "pdf")):
            continue
        paths = [path + queries.get(path, "")]
        for name in re.findall(r"{(\w+)}", path):
            its = [centre, recognition] if name == "id" and path.startswith("/records") else [case] if name == "id" else values.get(name, [1])
            paths = [one.replace("{%s}" % name, urllib.parse.quote(str(value))) for one in paths for value in its]
        yield path, paths


def words_of(done):
    """What an answer says; of a workbook or a Word file what is in it."""
    if done.status != 200:
        return ""
    if done.content[:2] != b"PK":
        return done.content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(done.content)) as package:
        return "".join(package.read(one).decode("utf-8", "replace") for one in package.namelist())


def make_read_by_all(world, new, old, decided="-"):
    """Each operation that named it by its former name names it by the new one, for each role; what tells of the past alone keeps
    the old one, and so do the records of a decision (`decided`) that was no mistake."""
    def is_past(one):
        return OF_THE_PAST.search(one) or f"/records/{decided}" in one

    case = client.ask_sql(world, "SELECT id FROM flow_case WHERE process = 'application'")[0][0]
    named, wrong, asked_ = set(), [], 0
    for path, asked in operations(world, case):
        for role in ROLES:
            for one in asked:
                done = world[role].get(one)
                assert done.status < 500 or done.status == 503, (role, one, done)
                text, asked_ = words_of(done), asked_ + 1
                if new in text:
                    named.add((role, one))
                elif old in text and not is_past(one):
                    wrong.append((role, one))
    before, world.named = getattr(world, "named", set()), named
    lost = {(role, one) for role, one in before - named if not is_past(one)}
    print(f"# {asked_} answers, {len(named)} name it: {len({one for _, one in named})} addresses")
    assert not wrong and not lost, (wrong, lost)
    assert len(named) > 40 and {role for role, _ in named} == set(ROLES), named


def make_verified(world):
    """The log is whole; the receipt that was kept before the correction proves what it proved, byte for byte."""
    done = world.server.run("--json", "verify")
    assert json.loads(done)["ok"], done
    with open(os.path.join(world.data, "keys", "log.vkey"), encoding="ascii") as file:
        key = file.read().strip()
    with tempfile.NamedTemporaryFile(suffix=".receipt") as file:
        file.write(world.kept_receipt)
        file.flush()
        done = subprocess.run([world.server.zhiyun, "--json", "verify", "--receipt", file.name, "--key", key], capture_output=True, check=False)
    assert done.returncode == 0 and json.loads(done.stdout)["ok"], done


def make_counted(world):
    """From here on the statements of requests are counted."""
    world.statements = Statements(world)


def make_asked_at_most(world, method, path, cases, most):
    """Since then the store was asked, in requests whose address begins so, for so many statements a case at most: a number that
    no machine and no load changes."""
    asked = world.statements.since()
    counted = sum(n for (how, where), n in asked.items() if how == method and where.startswith(path))
    assert 0 < counted <= int(cases) * int(most), f"{counted} statements for {cases} cases, at most {most} each: {asked}"


def make_mark(world, mark, person="province_leader"):
    """An issuing mark of an office, whose numbers come from the office's own system."""
    done = world[person].create("document_mark", {"mark": mark, "numbered": "elsewhere", "used_for": "documents"})
    assert done.status == 201 or (done.status == 409 and mark in world.__dict__.setdefault("marks", set())), done
    world.__dict__.setdefault("marks", set()).add(mark)


def make_register_agrees(world, state):
    """The public register says of each centre what the public check says of its certificate; one of them is so."""
    said = set()
    for centre in world["public"].get("/public/centres?limit=200").json["items"]:
        if not centre["number"]:
            continue
        check = world["public"].get(f"/public/certificates/{centre['number']}").json
        assert (check["number"], check["name"], check["programme"]) == (centre["number"], centre["name"], centre["programme"]), (check, centre)
        assert check["state"] == ("trial" if centre["trial"] else centre["state"]), (check, centre)
        assert centre["trial"] or check.get("revoked_on") == centre["left"], (check, centre)
        assert check["date"] == centre["entered"], (check, centre)
        said.add(check["state"])
    assert state in said, said


def make_province_others(world):
    """Two more of the province's office."""
    world.add_person("province_second", "office51", "province_officer")
    world.add_person("province_third", "office51", "province_leader")


def make_person(world, name, unit, role):
    world.add_person(name, unit, role)


def make_namesake(world, name):
    """One of another office, whose name begins with somebody's whole name."""
    world.add_person(name, "city5107", "city_officer")


def make_shanxi(world):
    """People of the other province's offices."""
    for name, unit, role in (("city_other_province", "city1401", "city_officer"),
                             ("leader_other_province", "office14", "province_leader")):
        world.add_person(name, unit, role)


def make_ip_centre(world):
    """A second officer of the provincial IP centre."""
    world.add_person("ip_centre_second", "ip51", "ip_centre_officer")


def make_transfer_body(world, party):
    """A transfer institution of a university of the province, and its project of three calendar years."""
    person, code = world[PEOPLE[party]], code_of(world, party)
    create(person, "applicant", {
        "name": f"虚构{party}", "credit_code": code, "kind": "transfer_org", "parent_kind": "university", "parent_in_province": True,
        "city": CITY[party], "legal_person": True, "registered_province": "510000"})
    create(person, "cultivation_project", {"project_no": f"JD-2026-00-{party}", "title": "虚构示范项目", "kind": "base", "start": "2026-01-01",
                                           "end": "2028-12-31"})


def make_reads_files(world, who, party, other):
    """Who handles the cases of a party opens the files of its records and changes none of these; of another he sees none."""
    for owner, status in ((party, 200), (other, 404)):
        file = upload(world[PEOPLE[owner]], f"rules-{owner}.pdf")
        record = create(world[PEOPLE[owner]], "document", {"title": "虚构制度", "kind": "rule", "file": file})
        assert world[who].get(f"/files/{file['digest']}").status == status, (owner, status)
        assert world[who].get(f"/records/document/{record}").status == status, (owner, status)
        changed = world[who].change("document", record, 1, {"title": "虚构的改动"})
        assert changed.status == (403 if status == 200 else 404), changed


def make_draft_stays_draft(world, pack):
    """No two persons make a draft count."""
    found = [p["digest"] for p in world["province_other"].get("/packs").json["packs"] if p["id"] == pack]
    done = world["province_other"].ask("POST", f"/packs/{pack}/actions/activate", {"digest": found[0], "reason": "试行"})
    assert done.status == 400, done


def make_no_decisions(world):
    """No decision is kept."""
    kept = client.ask_sql(world, "SELECT id FROM decision")
    assert kept == [], kept


def make_sealed_file(world, case, paper, who="city_officer", mark="seal"):
    """A paper's PDF as sealing software gives it back: the same pages, more bytes. Saves sealed and sealed_name."""
    person = world[who]
    done = person.get(f"/cases/{case}/papers/{paper}/pdf")
    assert done.status == 200, done
    return sealed_upload(person, f"sealed-{mark}.pdf", done.content + f"\n% {mark}\n%%EOF\n".encode())


def make_scan(world, who="city_officer"):
    """The picture of a sealed page."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    head = (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(b"".join(b"\0" + bytes([255] * 40) for _ in range(30)))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return sealed_upload(world[who], "scan.png", png)


def make_sealed(world, case, paper, who="city_officer"):
    """An issued paper comes back as the scan of its sealed page."""
    made = make_scan(world, who)
    done = world[who].ask("POST", f"/cases/{case}/papers/{paper}/seals", {
        "file": {"digest": made["sealed"], "name": "scan.png"}, "sealed_by": "虚构机关", "sealed_on": world.today()})
    assert done.status == 201, done
    return {}


def make_ofd(world, who="city_officer"):
    """A sealed OFD."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("OFD.xml"), "<OFD/>")
    return sealed_upload(world[who], "sealed.ofd", content.getvalue())


def sealed_upload(person, name, content):
    done = person.ask("POST", f"/files?name={name}", raw=content)
    assert done.status in (200, 201), done
    return {"sealed": done.json["digest"]}


def make_qr(world, case, paper, who="province_officer"):
    """Where the QR of an issued paper's PDF leads, as a camera reads it: saves check (a path), the digest and entry
    that stand in its text, and the paper's id (printed)."""
    one = [p for p in world[who].get(f"/cases/{case}/papers").json["items"] if p["paper"] == paper][-1]
    done = world[who].get(f"/cases/{case}/papers/{one['id']}/pdf")
    assert done.status == 200, done
    with tempfile.TemporaryDirectory() as folder:
        pdf = os.path.join(folder, "paper.pdf")
        with open(pdf, "wb") as file:
            file.write(done.content)
        said = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True).stdout.decode()
        subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", pdf, os.path.join(folder, "page")], check=True)
        pages = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".png"))
        seen = subprocess.run(["zbarimg", "--nodbus", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", *pages],
                              capture_output=True, check=False).stdout.decode().split()  # 4: a page without
    assert len(seen) == 1, seen
    said = "".join(said.split())
    assert one["digest"] in said and one["entry"] in said, said
    url = urllib.parse.urlsplit(seen[0])
    return {"origin": f"{url.scheme}://{url.netloc}", "check": url.path, "digest": one["digest"], "entry": one["entry"],
            "printed": one["id"]}


def make_digest_forms(world, number, digest):
    """A digest as people type it: each way agrees, and says how much of it did; other brackets of the number are no others."""
    def ask(number, typed):
        reply = world["public"].get("/public/certificates/" + urllib.parse.quote(number) + "?digest=" + urllib.parse.quote(typed))
        assert reply.status == 200, (typed, reply)
        return reply.json
    wide = "".join(chr(ord(c) - 0x20 + 0xFF00) for c in digest.upper())
    spaced = " ".join(digest[i:i + 8] for i in range(0, 64, 8))
    for typed in (digest.upper(), spaced, wide, f"内容摘要（SHA-256）：{digest}", f"\u3000{digest}\n"):
        said = ask(number, typed)
        assert (said["state"], said["digest_agrees"], said["digest_of"]) == ("valid", 64, 64), (typed, said)
    for typed, count in ((digest[:16], 16), (digest[:20].upper() + "…", 20), (digest[:63], 63)):
        said = ask(number, typed)
        assert (said["state"], said["digest_agrees"]) == ("valid", count), (typed, said)
    assert ask(number, digest[1:40])["state"] == "different"
    for other in ("[2026]", "（2026）", " 〔２０２６〕 "):
        assert ask(number.replace("〔2026〕", other), digest)["state"] == "valid", other


def make_tampered(world, check, digest):
    """The code in a path of a check, and the digest of other content."""
    return {"check_code": check.rsplit("/", 1)[-1], "tampered": ("1" if digest[0] == "0" else "0") + digest[1:]}


def make_handed_in(world, case, form, who):
    """A form as it was handed in: a paper of its case with the content that its party then saw, and no draft any more."""
    one, *again = [p for p in world[who].get(f"/cases/{case}/papers").json["items"] if p["paper"] == form]
    assert [p["version"] for p in again] == [2], "with what the recommending office said of it"
    (number, pack, record, code), = client.ask_sql(world, "SELECT c.number, c.programme, c.record_id, u.credit_code FROM flow_case c "
                                                   f"JOIN unit u ON u.id = c.owner_unit WHERE c.id = {case}")
    (kept,), = client.ask_sql(world, f"SELECT content FROM case_paper WHERE id = {one['id']}")
    assert one["form"] and one["version"] == 1 and one["number"] == number, one
    assert one["digest"] == hashlib.sha256(kept.encode()).hexdigest(), one
    kept, seen = json.loads(kept), world[who].get(f"/packs/{pack}/forms/{form}/paper?party={code}&record={record}").json["content"]
    assert seen["marks"] == ["草稿"] and kept["marks"] == [], (seen["marks"], kept["marks"])
    texts = [[cell["text"] for block in one["blocks"] for row in block.get("rows") or [] for cell in row["cells"]] for one in (kept, seen)]
    later = [pair for pair in zip(*texts) if pair[0] != pair[1]]  # by the office, below the party's own part
    assert later[:2] == [("", "虚构：符合"), ("经办人及联系方式：", "经办人及联系方式：虚构city_officer")], later
    assert len(later) == 3 and later[2][0] == "推荐单位盖章：" and later[2][1].startswith("推荐单位盖章：20"), later
    assert len(texts[0]) == len(texts[1]) > 40 and any("已承诺：" in text for text in texts[0]), texts[0]
    assert kept["number"] == number and kept["version"] == "1", kept
    return {"form": one["id"], "form_code": one["code"]}


def make_archive_lists(world, case, title, reason, who="province_officer"):
    """The catalogue of the package has a paper as 未制发."""
    done = world[who].get(f"/cases/{case}/archive")
    assert done.status == 200, done
    with zipfile.ZipFile(io.BytesIO(done.content)) as package:
        lacks = json.loads(package.read("catalogue.json"))["not_issued"]
        with zipfile.ZipFile(io.BytesIO(package.read("catalogue.xlsx"))) as book:
            cells = "".join(book.read(name).decode() for name in book.namelist())
    assert [p["title"] for p in lacks["papers"]] == [title] and lacks["reason"] == reason, lacks
    assert "未制发" in cells and title in cells and reason in cells, cells


def make_archive_checked(world, case, sealed, who="province_officer"):
    """The package: the same bytes each time; the offline verifier takes it, and no other byte."""
    first, again = (world[who].get(f"/cases/{case}/archive") for _ in range(2))
    assert first.status == 200 and first.content == again.content, first
    assert first.headers["x-same-as-archived"] == "yes", first.headers
    content = first.content
    with tempfile.TemporaryDirectory(prefix="zhiyun-archive-") as folder:
        with open(os.path.join(world.data, "keys", "log.vkey"), encoding="ascii") as file:
            key = file.read().strip()

        def verdict(changed):
            with open(f"{folder}/changed.zip", "wb") as file:
                file.write(changed)
            done = subprocess.run([world.server.zhiyun, "--data", f"{folder}/none", "--lang", "en", "--json", "verify", "--archive",
                                   f"{folder}/changed.zip", "--key", key], capture_output=True, text=True, check=False)
            return done.returncode, json.loads(done.stdout)
        code, good = verdict(content)
        assert code == 0 and good["ok"], good
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            catalogue = json.loads(package.read("catalogue.json"))
            places = [package.getinfo(name).header_offset + 30 + len(name) for name in names]  # a byte of each member
        assert [m["name"] for m in catalogue["members"]] == names[1:1 + len(catalogue["members"])], names
        assert sealed in {m["sha256"] for m in catalogue["members"]}, catalogue
        many = 60 if os.environ.get("LONG") else 12
        places += [len(content) * i // many for i in range(many)] + [len(content) - 1]
        for place in places:
            code, bad = verdict(content[:place] + bytes([content[place] ^ 1]) + content[place + 1:])
            assert code == 1 and not bad["ok"], (place, bad)
        assert verdict(content[:-1])[0] == 1 and verdict(content + b"x")[0] == 1
        assert {"case.json", "catalogue.xlsx", "proofs/archive.receipt"} <= set(names), names
        assert good["entries"] == 1 + len(catalogue["entries"]), (good, len(catalogue["entries"]))
    return {"retention": catalogue["retention"]["class"], "members": len(catalogue["members"])}


def unmarked(value, day, where=""):
    """Places of an answer that tell a day and do not say beside it that it is provisional."""
    if isinstance(value, dict):
        said = value.get("provisional") is True or any(name.endswith("count_by") and value[name] for name in value)
        for name, item in value.items():
            if not (said and (item == day or isinstance(item, list) and day in item)):
                yield from unmarked(item, day, f"{where}.{name}")
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from unmarked(item, day, f"{where}.{n}")
    elif isinstance(value, str) and day in value and "预计" not in value and "(expected)" not in value:
        yield where, value


def make_marked(world, name, case, day, told_at_least):
    """Wherever somebody reads the day of the case, in whatever answer there is, it stands with its mark."""
    paths = json.loads(world.server.run("openapi", "--types"))["paths"]
    told, wrong = [], []
    for path in sorted(p for p in paths if "get" in paths[p] and p.startswith("/api/v1")):
        kind = re.match(r"/api/v1/records/(\w+)", path)
        if re.search(r"\{(?!id\})|/events$", path) or (kind and kind[1] != "case"):  # events: a stream
            continue
        done = world[name].get(path.removeprefix("/api/v1").replace("{id}", case))
        if done.status != 200:
            continue
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(done.content)) as book:
                text = "".join(book.read(n).decode() for n in book.namelist() if n.endswith(".xml"))
            found = [] if day not in text or "预计" in text or "provisional" in text else [("", "workbook")]
        else:
            text = done.content.decode("utf-8", "replace")
            found = list(unmarked(done.json, day)) if "json" in done.headers.get("content-type", "") else []
        told += [path] if day in text else []
        wrong += [(path, *one) for one in found]
    assert not wrong and len(told) >= int(told_at_least), (wrong, told)
