#!/usr/bin/env python3
"""hand_in_test.py ZHIYUN: what a submission needs: the cells of its form, its materials, its commitment."""
import base64
import hashlib
import html
import io
import json
import re
import sys
import zipfile

from people import run, shown
import bodies
import client
import makers
import tap

SC = "sc-yunying-2025"
COMMITMENT = ("我单位自愿申报建设四川省钒钛产业知识产权运营中心。且郑重承诺:所提交的所有信息真实、准确、完整,"
              "不存在任何虚假、误导性或刻意隐瞒。")
DONE = {}


def party(world):
    """Centre A with all that its application rests on, under the guideline that counts; once."""
    if not DONE:
        makers.make_activate(world, SC)
        makers.make_party(world, "centreA", "钒钛")
        makers.make_admitted(world, "centreA", SC, 20)  # each test has an application of its own
        DONE.update({kind: world["centre_manager"].get(f"/records/{kind}?limit=1").json["items"][0]["id"]
                     for kind in ("applicant", "industry", "staff", "documents", "project", "deal", "workplace")})
    return world["centre_manager"]


def application(world):
    """A case of it, its application as a record, and the body of the step that hands in."""
    who = party(world)
    done = who.ask("POST", "/cases", {"pack": SC, "process": "application", "fields": {"to": "city", "office_city": "510100"}})
    assert done.status == 201, done
    case = done.json["id"]
    return case, who.get(f"/cases/{case}").json["record_id"], makers.ready(who, case)


def submit(who, case, body, action="submit-city"):
    return who.ask("POST", f"/cases/{case}/actions/{action}", body)


def put(who, kind, one, **fields):
    done = who.change(kind, one, shown(who, kind, one)["version"], fields)
    assert done.status == 200, (kind, fields, done)


def lacking(who, case):
    """Of the checklist: what stands in the way of submission."""
    asked = who.get(f"/cases/{case}/materials").json
    assert asked["action"] == "submit-city", asked
    wanting = [("form", cell["label"]) for cell in asked["cells"]]
    wanting += [("material", m["material"]) for m in asked["materials"] if m["required"] and not m["there"]]
    assert asked["complete"] == (not wanting), asked
    return wanting


def cells(who, case):
    """Of its form, by their ids; and its sections."""
    form = who.get(f"/cases/{case}/form").json["forms"][0]
    return ({cell["id"]: cell for section in form["sections"] for line in section["lines"] for cell in line},
            {section["id"]: section for section in form["sections"]})


def test_a_form_tells_of_each_cell_its_value_its_records_and_what_lacks(world):
    case, _, body = application(world)
    who, one = world["centre_manager"], DONE["applicant"]
    said, sections = cells(who, case)
    assert said["unit.0"]["value"] == shown(who, "applicant", one)["name"], said["unit.0"]
    # Words that the document has torn are no hint.
    assert {cell["label"]: cell["guide"] for cell in said.values() if cell.get("guide")} == {"预期成效": "(指标量化)"}, said
    source = said["unit.0"]["sources"][0]
    assert (source["type"], source["record"], source["field"], source["editable"]) == ("applicant", one, "name", True), source
    assert [(s["field"], s["editable"]) for s in said["unit.1"]["sources"]] == [("kind", True), ("provincial_unit", False)], said["unit.1"]
    number = said["basis.4"]
    assert number["computed"] and number["indicator"] == "projects_organised" and number["sources"] == [], number
    team = said["team.0"]
    assert [column["label"] for column in team["columns"]] == ["姓名", "现任职务", "熟悉业务", "拟分工"], team
    assert DONE["staff"] in [row["record"] for row in team["rows"]] and all(len(row["cells"]) == 4 for row in team["rows"]), team
    assert (sections["recommender-opinion"]["state"], sections["unit"]["state"]) == ("other", "done"), sections
    before = shown(who, "applicant", one)["postcode"]
    put(who, "applicant", one, postcode=None)
    said, sections = cells(who, case)
    gaps = [(g["record_type"], g["id"], g["field"], g["editable"]) for g in said["unit.3"]["gaps"]]
    assert said["unit.3"]["value"] is None and gaps == [("applicant", one, "postcode", True)], said["unit.3"]
    unit = sections["unit"]
    assert unit["state"] == "gaps" and unit["required"] - unit["filled"] == 1, unit
    theirs, _ = cells(world["city_officer"], case)
    assert not any(s["editable"] for s in theirs["unit.3"]["sources"]), theirs["unit.3"]
    put(who, "applicant", one, postcode=before)
    assert submit(who, case, body).status == 200
    said, _ = cells(who, case)
    assert not any(s["editable"] for cell in said.values() for s in cell["sources"]), said


def test_a_number_that_falls_short_says_by_how_much_and_which_record_mends_it(world):
    case, _, _ = application(world)
    who = world["centre_manager"]
    had = [item["id"] for item in who.get("/records/project?limit=100").json["items"]]
    shorter = [f"UPDATE record_project SET ended_ms = 1 WHERE id = {one}" for one in had[5:]]
    client.run_sql(world, shorter)
    found = who.get(f"/cases/{case}/verdict").json
    client.run_sql(world, [one.replace("ended_ms = 1", "ended_ms = NULL") for one in shorter])
    first = found["criteria"][0]
    assert found["question"] == "apply" and found["pass"] is False and found["counts"]["near"] == 1, found
    assert (first["criterion"], first["state"], first["value"], first["clause"]) == ("project-count", "near", "5", "五5"), first
    assert "还差 1 个" in first["advice"] and first["reading"]["ambiguity"] == "A-01", first
    assert [mend["type"] for mend in first["mends"]] == ["project"], first
    assert who.get(f"/cases/{case}/verdict").json["counts"]["near"] == 0


FILES = (("applicant", "licence_file", None, "certificate"), ("staff", "proof_files", [], "staff"), ("project", "proof_files", [], "cases"),
         ("deal", "contract_file", None, "cases"))
CELLS = (("applicant", "legal_phone", "法定代表人联系方式"), ("applicant", "postcode", "邮编"), ("industry", "chain_overview", "产业链概况"),
         ("workplace", "conditions", "办公条件"), ("application", "own_plan", "自身建设计划"), ("application", "handler_phone", "经办人及联系方式"),
         ("application", "commitment_file", "申报单位盖章"))


@tap.meets("SCYY-062.1")
def test_a_submission_is_refused_while_a_required_file_is_missing_and_names_it_with_its_clause(world):
    case, _, body = application(world)
    who = world["centre_manager"]
    assert lacking(who, case) == []
    empty = [(kind, {field: none}, material) for kind, field, none, material in FILES]
    empty.append(("documents", {f"{name}_file": None for name in ("construction_plan", "working_mechanism", "rules")}, "rules"))
    for kind, fields, material in empty:
        had = shown(who, kind, DONE[kind])
        if kind == "deal":  # of a signed one nobody takes the file: as one that was signed without it
            client.run_sql(world, [f"UPDATE record_deal SET contract_file = NULL WHERE id = {DONE[kind]}"])
        else:
            put(who, kind, DONE[kind], **fields)
        assert lacking(who, case) == [("material", material)], (kind, lacking(who, case))
        done = submit(who, case, body)
        assert done.status == 400, done
        said, = [e for e in done.json["errors"] if e["code"] == "material"]
        assert (said["field"], said["clause"]) == (material, "附件备注") and said["quote"], said
        if kind == "deal":
            client.run_sql(world, [f"UPDATE record_deal SET contract_file = '{had['contract_file']['digest']}' WHERE id = {DONE[kind]}"])
        else:
            put(who, kind, DONE[kind], **{name: had[name] for name in fields})
    assert lacking(who, case) == []


@tap.meets("SCYY-062.1+2")
def test_a_submission_is_refused_while_a_required_cell_is_empty_and_takes_a_receipt_when_none_is(world):
    case, one, body = application(world)
    who = world["centre_manager"]
    for kind, field, label in CELLS:
        record = one if kind == "application" else DONE[kind]
        had = shown(who, kind, record)[field]
        put(who, kind, record, **{field: None})
        assert lacking(who, case) == [("form", label)], (field, lacking(who, case))
        cell, = who.get(f"/cases/{case}/materials").json["cells"]
        wanted, = cell["fields"]  # the field that is empty, and of several that fill the cell no other
        assert (wanted["record_type"], wanted["field"], wanted["id"]) == (kind, field, record) and wanted["label"], cell
        done = submit(who, case, body)
        assert done.status == 400 and [(e["code"], e["field"], e["clause"]) for e in done.json["errors"]] == [("form", label, "附件")], done
        put(who, kind, record, **{field: had})
    # What is refused is what the checklist says, all of it at once.
    put(who, "application", one, own_plan=None)
    put(who, "applicant", DONE["applicant"], licence_file=None)
    done = submit(who, case, body)
    assert sorted((e["code"], e["field"]) for e in done.json["errors"]) == sorted(lacking(who, case)), done
    put(who, "applicant", DONE["applicant"], licence_file=makers.upload(who))
    put(who, "application", one, own_plan="虚构建设计划")
    done = submit(who, case, body)
    assert done.status == 200 and done.json["stage"] == "with-city" and done.json["result"]["receipt"] == "application", done
    last = who.get(f"/cases/{case}/history").json["items"][-1]
    assert last["entry"] == done.json["entry"] and last["at_ms"] > 0, last
    receipt = who.get(f"/receipts/{done.json['entry']}")
    extra = json.loads(base64.b64decode(receipt.content.decode().split("\nextra ")[1].split("\n")[0]))
    assert (extra["uid"], extra["do"], extra["id"]) == (done.json["entry"], "step submit-city", case) and extra["at"], extra


def gaps(asked):
    """Each gap of a checklist, by the record and the field."""
    told = [f for c in asked["cells"] + [m for m in asked["materials"] if m["required"]] for f in c["fields"]]
    keys = [(f["record_type"], f.get("id"), f["field"], f.get("inner")) for f in told]
    assert len(set(keys)) == len(keys), told
    return told


def test_each_gap_is_named_once_by_its_record_and_field(world):
    case, _, body = application(world)
    who = world["centre_manager"]
    staff = who.get("/records/staff?limit=20").json["items"]
    assert len(staff) >= 5 and gaps(who.get(f"/cases/{case}/materials").json) == [], staff
    lack = [shown(who, "staff", one["id"]) for one in staff[1:3]]
    for one in lack:
        put(who, "staff", one["id"], assignment=None)
    put(who, "staff", lack[1]["id"], proof_files=[])
    asked = who.get(f"/cases/{case}/materials").json
    cell, = asked["cells"]
    assert [(f["record_type"], f["field"], f["label"]) for f in cell["fields"]] == [("staff", "assignment", "拟分工")] * 2, cell
    assert {(f["id"], f["title"]) for f in cell["fields"]} == {(one["id"], one["name"]) for one in lack}, cell
    proof, = [f for m in asked["materials"] if m["required"] for f in m["fields"]]
    assert (proof["record_type"], proof["id"], proof["field"], proof["title"]) == ("staff", lack[1]["id"], "proof_files", lack[1]["name"]), proof
    assert len(gaps(asked)) == 3
    # The refusal points at the same records, not at the latest of their type.
    errors = submit(who, case, body).json["errors"]
    assert {e["missing"]["record"] for e in errors} <= {one["id"] for one in lack} and len(errors) == 2, errors
    # An office sees which field, but no name.
    seen = [f for c in world["city_officer"].get(f"/cases/{case}/materials").json.get("cells", []) for f in c["fields"]]
    assert all("title" not in f for f in seen), seen
    for one in lack:
        put(who, "staff", one["id"], assignment=one["assignment"], proof_files=one["proof_files"])


@tap.meets("SCYY-A21.1+2")
def test_the_commitment_is_accepted_as_it_reads_by_whom_the_unit_answers_through(world):
    case, one, body = application(world)
    who = world["centre_manager"]
    offered = who.get(f"/cases/{case}/materials").json["commitment"]
    assert offered["text"] == COMMITMENT and offered["digest"] == hashlib.sha256(COMMITMENT.encode()).hexdigest(), offered
    assert offered["accepted"] is False and offered["clause"] == "附件", offered
    action, = [a for a in who.get(f"/cases/{case}/actions").json["items"] if a["action"] == "submit-city"]
    assert action["input"]["commitment"] == {"text": COMMITMENT, "digest": offered["digest"]} and action["open"], action
    for wrong in ({}, {"commitment": "0" * 64}, {"commitment": hashlib.sha256((COMMITMENT + "但").encode()).hexdigest()}):
        done = submit(who, case, wrong)
        assert done.status == 400 and [(e["code"], e["clause"]) for e in done.json["errors"]] == [("commitment", "附件")], done
    # Staff fill the form in; for the unit its manager answers.
    done = submit(world["centre_staff"], case, body)
    assert done.status == 400 and [e["code"] for e in done.json["errors"]] == ["commitment"], done
    assert "Centre manager" in done.json["errors"][0]["message"], done
    done = submit(who, case, body)
    assert done.status == 200, done
    accepted = who.get(f"/cases/{case}/materials").json["commitment"]
    assert accepted["accepted"] is True and accepted["name"] == "虚构centre_manager" and accepted["at"], accepted
    last = world["city_officer"].get(f"/cases/{case}/history").json["items"][-1]
    assert last["result"]["commitment"] == {"text": COMMITMENT, "digest": offered["digest"], "name": "虚构centre_manager",
                                            "role": "centre_manager"}, last
    # The entry of the step commits to these fields of the version.
    kept, = client.ask_sql(world, f"SELECT content, entry FROM record_version WHERE type = 'case' AND record_id = {case} AND version = 2")
    assert offered["digest"] in kept[0] and COMMITMENT in kept[0] and kept[1] == last["entry"], kept
    content = json.dumps(world["city_officer"].get(f"/packs/{SC}/forms/application-form/paper?party={code(world)}&record={one}").json["content"],
                         ensure_ascii=False)
    for text in (in_print(COMMITMENT), "已承诺：虚构centre_manager（中心负责人）", moment(accepted["at"]), offered["digest"]):
        assert text in content, text


@tap.meets("SCYY-A21.1")
def test_another_text_needs_another_acceptance(world):
    case, one, body = application(world)
    who = world["centre_manager"]
    assert submit(who, case, body).status == 200
    done = world["city_officer"].ask("POST", f"/cases/{case}/actions/return", {"reason": "请补充", "basis": "虚构通知"})
    assert done.status == 200, done
    put(who, "industry", DONE["industry"], name="钛材")
    changed = who.get(f"/cases/{case}/materials").json["commitment"]
    assert changed["text"] == COMMITMENT.replace("钒钛", "钛材") and changed["accepted"] is False, changed
    assert changed["accepted_digest"] == body["commitment"] != changed["digest"], changed
    paper = who.get(f"/packs/{SC}/forms/application-form/paper?party={code(world)}&record={one}").json
    assert "文本已变更，须重新承诺" in json.dumps(paper["content"], ensure_ascii=False)
    done = submit(who, case, body)
    assert done.status == 400 and [e["code"] for e in done.json["errors"]] == ["commitment"], done
    assert submit(who, case, {"commitment": changed["digest"]}).status == 200
    assert who.get(f"/cases/{case}/materials").json["commitment"]["accepted"] is True
    put(who, "industry", DONE["industry"], name="钒钛")


@tap.meets("SCYY-A07.1")
def test_a_notice_reaches_the_contact_whom_the_form_names(world):
    case, _, body = application(world)
    who, contact, city = world["centre_manager"], world["centre_expert"], world["city_officer"]  # he has no role of an applicant
    heard = lambda: [n for n in contact.get("/notifications?limit=200").json["items"] if n["subject"] == {"type": "case", "id": case}]
    step = lambda action: city.ask("POST", f"/cases/{case}/actions/{action}", {"reason": "虚构理由", "basis": "虚构依据"})
    assert submit(who, case, body).status == 200
    assert step("accept").status == 200 and heard() == []
    done = who.change("applicant", DONE["applicant"], shown(who, "applicant", DONE["applicant"])["version"],
                      {"contact_account": world["company_staff"].account})
    assert done.status == 400 and done.json["errors"][0]["field"] == "/contact_account", done
    put(who, "applicant", DONE["applicant"], contact_account=contact.account)
    assert step("return").status == 200
    assert len(heard()) == 1, heard()
    # Another is named: from then on the notices are his, the earlier one hears no more, and the change is on record.
    another = world.add_person("centre_contact", "centreA", "expert")  # he hears nothing as a role of the unit either
    put(who, "applicant", DONE["applicant"], contact="虚构新联系人", contact_phone="13900000077", contact_account=another.account)
    now, before = who.get(f"/records/applicant/{DONE['applicant']}/history").json["items"][:2]
    assert set(now["changed"]) == {"contact", "contact_phone", "contact_account"} and now["entry"] and now["who"] == who.account, now
    assert (before["content"]["contact"], now["content"]["contact"]) == ("虚构丙", "虚构新联系人"), now
    assert submit(who, case, makers.ready(who, case)).status == 200 and step("accept").status == 200 and step("return").status == 200
    assert len(heard()) == 1, heard()
    told = [n for n in another.get("/notifications?limit=200").json["items"] if n["subject"] == {"type": "case", "id": case}]
    assert len(told) == 2, told  # accepted, and returned
    put(who, "applicant", DONE["applicant"], contact="虚构丙", contact_phone="13800000003", contact_account=None)


def code(world):
    return makers.code_of(world, "centreA")



# --- the verdict on paper -----------------------------------------------------------------------------------------

TRUTH = {True: "符合", False: "不符合", None: "尚不能判断"}
OWN_WORD = "本单位自述"


def tables(content):
    """The rows of the paper's table of criteria, by the words of each condition."""
    found = {}
    for block in content["blocks"]:
        rows = [[cell["text"] for cell in row["cells"]] for row in block.get("rows", [])]
        if ["条件", "结论", "依据的数据", "数据出自"] in rows:
            found.update({row[0]: row[1:] for row in rows[rows.index(["条件", "结论", "依据的数据", "数据出自"]) + 1:]})
    return found


def called(world, path):
    """"deals[2].signed" as the labels of the types call it."""
    record, _, key = path.partition(".")
    record = record.split("[")[0]
    if "kinds" not in DONE:
        DONE["kinds"] = list(world.types.values())
    names = {field["label"]["zh"] for kind in DONE["kinds"] if kind.get("facts") == record for field in kind["fields"]
             if field.get("fact", field["name"]) == key} if key else {kind["label"]["zh"] for kind in DONE["kinds"] if kind.get("facts") == record}
    word = bodies.words().get(f"{record}.{key}")
    return names or {word["means"].split("；")[0]}


def in_print(text):
    """A policy's words as a paper has them: no blank within, or between it and a digit, and no half-width mark beside, Han."""
    han = "[\u4e00-\u9fff]"
    text = re.sub(f"(?<={han})[ \u3000]+(?=[\u4e00-\u9fff\\d])|(?<=\\d)[ \u3000]+(?={han})", "", text)
    for half, full in zip(",:;?!()", "，：；？！（）"):
        text = re.sub(rf"(?<={han})\{half}|\{half}(?={han})", full, text)
    return text


OFFICE = {">=": "不少于", ">": "超过", "<=": "不超过", "<": "少于", "=": "为", "!=": "不为"}


def figure(number):
    """1000000.00 as an office prints it."""
    whole, _, part = str(number).partition(".")
    return (f"{int(whole):,}" if part and "/" not in part else whole) + (f".{part}" if part.strip("0") else "")


def in_words(day):
    year, month, rest = (day + "--").split("-", 2)
    return f"{year}年{int(month)}月{int(rest.strip('-'))}日" if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else day


def as_cited(clause):
    """五3, 三.条件1 as an office writes them."""
    return re.sub(r"(?<=[一二三四五六七八九十])(?=\d)", "、", re.sub(r"(?<=[\u4e00-\u9fff])\.", "、", clause)).replace("、、", "、")


def moment(text):
    """2026-11-24 09:05:12 as an office prints it."""
    day, time = text.split(" ")
    hour, minute, *_ = (int(part) for part in time.split(":"))
    return f"{in_words(day)}{hour}时" + (f"{minute}分" if minute else "")


def same_verdict(world, printed, criteria):
    """Every operand of the JSON stands in the row of its criterion, and whose word its facts are."""
    numbers = facts = missing = own = 0
    for c in criteria:
        clause = as_cited(in_print(c["clause"]))
        truth, operands, words = printed[in_print(c["quote"]) + (f"〔{clause}〕" if "（" in clause else f"（{clause}）")]
        assert truth.split("（")[0] == (TRUTH[c["pass"]] if c["applicable"] else "不适用"), (c["id"], truth)
        if c["needs"] and c["value"] is not None:
            sign, number, unit = (c["needs"] + " ").split(" ", 2)
            assert f"；要求：{OFFICE[sign]}{figure(number)}{unit.strip()}" in operands, (c["id"], operands)
        for n in c["operands"]["numbers"]:
            said = n["value"] if not isinstance(n["value"], dict) else n["value"]["at_least"]
            if said in (None, 0, "0", "0.00"):
                known = n["value"] in (0, "0", "0.00")
                word = f"0{n['unit']}" if known else {True: "是", False: "否"}.get(n["holds"], "不清楚")
                assert f"{n['label']}：{word}" in operands, (c["id"], n, operands)
            else:
                assert re.search(f"{n['label']}：(不少于)?{figure(said)}", operands), (c["id"], n, operands)
            numbers += 1
        for d in c["operands"]["days"]:
            assert in_words(d["day"]) in operands, (c["id"], d, operands)
        for f in c["operands"]["facts"]:
            names = called(world, f["path"])
            assert any(name in operands for name in names), (c["id"], f, names, operands)
            assert re.fullmatch(r"true|false|[a-z_]+", f["value"]) or in_words(f["value"]) in operands, (c["id"], f, operands)
            facts += 1
        for path in c["operands"]["missing"] or c["unknown"]:
            assert any(name in operands.split("缺：")[1] for name in called(world, path)), (c["id"], path, operands)
            missing += 1
        assert not re.search(r"[a-z_]+(\[\d+\])?\.[a-z_]+|\b(true|false|null)\b", operands + words), (c["id"], operands, words)
        for word in c["words"]:
            assert word["label"] in words and any(name in words for name in called(world, word["fact"])), (c["id"], word, words)
            own += word["label"] == OWN_WORD
    return numbers, facts, missing, own


def test_the_printed_form_has_the_operands_of_the_verdict_and_whose_word_they_are(world):
    case, one, body = application(world)
    who = world["centre_manager"]
    form = f"/packs/{SC}/forms/application-form/paper?party={code(world)}&record={one}"

    def asked(language="zh"):
        printed = tables(who.ask("GET", form, headers={"Accept-Language": language}).json["content"])
        said = who.ask("POST", f"/packs/{SC}/check", {"party": code(world), "question": "apply"}).json["criteria"]
        return printed, said
    printed, said = asked()
    assert len(printed) == len({(c["quote"], c["clause"]) for c in said}), (sorted(printed), [c["quote"] for c in said])
    numbers, facts, _, own = same_verdict(world, printed, said)
    assert numbers > 10 and facts > 10 and own > 10, (numbers, facts, own)
    # In whatever language who asks speaks, a paper is Chinese.
    assert asked("en")[0] == printed
    # What becomes unknown is named as missing, by what people call it.
    had = shown(who, "workplace", DONE["workplace"])["fixed"]
    put(who, "workplace", DONE["workplace"], fixed=None)
    printed, said = asked()
    assert same_verdict(world, printed, said)[2] >= 1
    row, = [r for r in printed.values() if "缺：固定" in r[1]]
    assert row[0] == "尚不能判断" and OWN_WORD in row[2], row
    put(who, "workplace", DONE["workplace"], fixed=had)
    # And so says the form as it was handed in and kept, in Word as in its content.
    done = submit(who, case, body)
    assert done.status == 200, done
    kept, = [p for p in who.get(f"/cases/{case}/papers").json["items"] if p["paper"] == "application-form"]
    document = zipfile.ZipFile(io.BytesIO(who.get(f"/cases/{case}/papers/{kept['id']}/docx").content)).read("word/document.xml").decode()
    text = html.unescape(re.sub(r"<[^>]+>", "", document))
    printed, said = asked()
    for row, (truth, operands, words) in printed.items():
        for line in [row, truth, *operands.split("\n"), *words.split("\n")]:
            if "缺：" not in line and "业务日期" not in line and "向" not in row:
                assert line in text, (row, line)


def test_what_was_decided_is_said_again_and_each_paper_prints_the_verdict(world):
    case, _, body = application(world)
    who, city, province = world["centre_manager"], world["city_officer"], world["province_officer"]
    done = submit(who, case, body)
    assert done.status == 200, done

    # What was decided by it is said again word for word, in whatever language who asks speaks (the command: English).
    (kept,), = client.ask_sql(world, "SELECT max(id) FROM decision")
    again = json.loads(world.server.run("--json", "decision", "show", str(kept)))
    assert again["same"] is True, again

    done = city.ask("POST", f"/cases/{case}/actions/accept", {"reason": "材料齐全"})
    assert done.status == 200, done
    # Each paper of the case that carries the verdict prints what the JSON says.
    for paper, person in (("recommendation", city), ("review-report", province)):
        draft = person.ask("POST", f"/cases/{case}/papers/{paper}/draft", {"values": {}})
        said = person.ask("POST", f"/packs/{SC}/check", {"party": code(world), "question": "apply"}).json["criteria"]
        assert draft.status == 200 and "verdict.result" not in draft.json["missing"], (paper, draft)
        numbers, facts, _, own = same_verdict(world, tables(draft.json["content"]), said)
        assert numbers > 10 and facts > 10 and own > 10, (paper, numbers, facts, own)
    # A refusal carries the conditions that are not met, each with what it was judged by, and no others.
    place = who.get("/records/workplace").json["items"][0]["id"]
    for fixed in (True, False):
        put(who, "workplace", place, fixed=fixed)
        said = city.ask("POST", f"/packs/{SC}/check", {"party": code(world), "question": "apply"}).json["criteria"]
        unmet = [in_print(one["quote"]) for one in said if one["pass"] is False and one["applicable"]]
        assert bool(unmet) != fixed, said
        for paper, person in (("not-recommended", city), ("refusal-decision", province)):
            content = person.ask("POST", f"/cases/{case}/papers/{paper}/draft", {"values": {}}).json["content"]
            told = [block["text"] for block in content["blocks"] if block["text"].startswith("经审核，你单位不符合以下条件：")]
            assert len(told) == len(unmet) and all(quote in text and "。查明的情况：" in text and "\n" not in text for quote, text in zip(unmet, told)), (told, unmet)
            assert not tables(content) and "annex" not in [block["role"] for block in content["blocks"]], content


run(sys.modules[__name__])
