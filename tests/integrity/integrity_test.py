#!/usr/bin/env python3
"""integrity_test.py ZHIYUN: what the check across programmes finds, and what it leaves alone.
"""
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.path.insert(0, os.path.join(HERE, "..", "kernel"))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
PEOPLE = {n: client.PEOPLE[n] for n in ["centre_manager", "centre_neighbour", "centre_far", "centre_other_province",
                                        "province_officer", "city_officer", "city_other", "province_other", "auditor"]}
OWNERS = ["centre_manager", "centre_neighbour", "centre_far"]
NOT_HERE = "CN203066667777.8"  # claimed by nobody
WORLD = {}


def world():
    if "world" not in WORLD:
        WORLD["world"] = client.World(ZHIYUN, people=PEOPLE)
    return WORLD["world"]


def create(who, kind, body):
    done = world()[who].create(kind, body)
    assert done.status == 201, done
    return done.json["id"]


def check():
    """One run of the job; its result."""
    officer = world()["province_officer"]
    done = officer.ask("POST", "/integrity/checks")
    assert done.status == 202, done
    for _ in range(3000):
        job = officer.get(f"/jobs/{done.json['job']}").json
        if job["state"] not in ("queued", "running"):
            assert job["state"] == "done", job
            return job["result"]
        time.sleep(0.1)
    raise AssertionError("the check comes to no end")


def flags(who="province_officer", **wanted):
    items, page = [], 1
    while True:
        reply = world()[who].get(f"/records/integrity_flag?limit=500&page={page}&fields=id,kind,state,summary,records,reasons")
        assert reply.status == 200, reply
        items += reply.json["items"]
        if len(items) >= reply.json["total"]:
            return [f for f in items if all(f[k] == v for k, v in wanted.items())]
        page += 1


def about(flag):
    return {(r["type"], r["record"]) for r in flag["records"]}


def pdf(who, words):
    done = world()[who].ask("POST", "/files?name=fictional.pdf", raw=b"%PDF-1.4\n% " + words.encode() + b"\n%%EOF\n")
    assert done.status in (200, 201), done
    return {"digest": done.json["digest"], "name": "fictional.pdf"}


def only(kind, records, who="province_officer"):
    """The one flag of a kind about exactly these records."""
    found = [f for f in flags(who, kind=kind) if about(f) == set(records)]
    assert len(found) == 1, (kind, records, found)
    return found[0]


def features(flag):
    return {r["feature"] for r in flag["reasons"]}


CONTRACT = {"type": "transfer", "title": "虚构的传感器专利转让", "signed": "2025-05-06", "amount": "480000.00",
            "sides": [{"name": "虚构甲公司"}, {"name": "虚构乙研究院"}], "patents": ["CN203012345678.5"]}


@tap.meets("SXYY-062")
def test_a_contract_number_claimed_by_two_centres_is_flagged_whatever_its_spelling():
    one = create("centre_manager", "deal", {**CONTRACT, "contract_no": "HT-2025-〔7〕"})
    two = create("centre_neighbour", "deal", {**CONTRACT, "contract_no": "ｈｔ — ２０２５－（7）"})
    amount = create("centre_manager", "deal", {**CONTRACT, "contract_no": "甲-9", "patents": ["CN203011112222.8"], "amount": "91234.50"})
    again = create("centre_far", "deal", {**CONTRACT, "contract_no": "乙-4", "patents": ["CN203011112222.8"], "amount": "91234.50"})
    check()
    flag = only("repeated", [("deal", one), ("deal", two)])
    assert {"number", "amount", "date", "parties", "patents"} <= features(flag), flag
    flag = only("renamed", [("deal", amount), ("deal", again)])
    assert {"amount", "parties", "patents"} <= features(flag), flag
    # It waits for the office: of both centres' city, or the province's where they lie in two.
    boxes = {w: [t["id"] for t in world()[w].get("/todo?box=todo").json["items"] if t["type"] == "integrity_flag"]
             for w in ("city_officer", "province_officer", "city_other")}
    assert only("repeated", [("deal", one), ("deal", two)])["id"] in boxes["city_officer"], boxes
    assert flag["id"] in boxes["province_officer"] and flag["id"] not in boxes["city_officer"], boxes
    assert world()["centre_manager"].get(f"/records/integrity_flag/{flag['id']}").status == 404
    assert world()["province_other"].get(f"/records/integrity_flag/{flag['id']}").status == 404


def test_a_flag_is_settled_by_a_person_with_a_reason_and_not_raised_again():
    body = {**CONTRACT, "patents": ["CN203022223333.8"], "amount": "77000.00"}
    one = create("centre_manager", "deal", {**body, "contract_no": "SET-1"})
    two = create("centre_neighbour", "deal", {**body, "contract_no": "set—1"})
    check()
    flag, officer = only("repeated", [("deal", one), ("deal", two)]), world()["city_officer"]
    assert officer.act("integrity_flag", flag["id"], "clear").status == 400
    assert world()["centre_manager"].act("integrity_flag", flag["id"], "clear", query="?reason=x").status in (403, 404)
    done = officer.ask("POST", f"/records/integrity_flag/{flag['id']}/actions/clear?reason=双方共同签订，虚构", {})
    assert done.status == 200, done
    assert check()["raised"] == 0
    assert only("repeated", [("deal", one), ("deal", two)])["state"] == "harmless"
    # What was not said before is: the same file.
    file = pdf("centre_manager", "the same contract"), pdf("centre_neighbour", "the same contract")
    for who, deal, f in zip(("centre_manager", "centre_neighbour"), (one, two), file):
        assert world()[who].change("deal", deal, 1, {"contract_file": f}).status == 200
    check()
    found = [f for f in flags(kind="repeated") if about(f) == {("deal", one), ("deal", two)}]
    assert sorted(f["state"] for f in found) == ["harmless", "open"], found
    later = next(f for f in found if f["state"] == "open")
    # It leads to a finding, which needs one; nothing follows for the centre by itself.
    assert officer.ask("POST", f"/records/integrity_flag/{later['id']}/actions/confirm?reason=查实", {}).status == 400
    confirm = f"/records/integrity_flag/{later['id']}/actions/confirm?reason=查实"
    of = {"ground": "data_fabrication", "facts_found": "同一合同由两家中心申报（虚构）"}
    code = {name: client.ask_sql(world(), f"SELECT credit_code FROM unit WHERE id = {world()[name].unit}")[0][0]
            for name in ("centre_manager", "centre_far")}
    of_another = create("province_officer", "finding", {**of, "party": code["centre_far"]})
    assert officer.ask("POST", confirm, {"finding": of_another}).json["errors"][0]["field"] == "/finding", "of another unit"
    dismissed = create("city_officer", "finding", {**of, "party": code["centre_manager"]})
    assert officer.act("finding", dismissed, "dismiss", query="?reason=虚构").status == 200
    assert officer.ask("POST", confirm, {"finding": dismissed}).json["errors"][0]["field"] == "/finding", "dismissed"
    finding = create("city_officer", "finding", {**of, "party": code["centre_manager"]})
    done = officer.ask("POST", f"/records/integrity_flag/{later['id']}/actions/confirm?reason=查实", {"finding": finding})
    assert done.status == 200, done
    assert world()["city_officer"].get(f"/records/finding/{finding}").json["state"] == "alleged"


def test_of_many_claims_to_one_thing_each_is_told_once():
    file = {who: pdf(who, "one paper for all") for who in OWNERS}
    ids = [create(OWNERS[n % 3], "deal", {"contract_no": f"MANY-{n}", "type": "other", "contract_file": file[OWNERS[n % 3]],
                                          "amount": f"{n + 1}.00", "signed": f"2025-0{1 + n % 9}-01"}) for n in range(9)]
    check()
    found = [about(f) for f in flags() if about(f) & {("deal", n) for n in ids}]
    assert len(found) == 8 and set().union(*found) == {("deal", n) for n in ids}, found


def test_what_lawfully_looks_alike_is_left_alone():
    body = {**CONTRACT, "patents": ["CN203066668888.3"], "amount": "31000.00"}
    report = pdf("centre_manager", "one report of two projects")
    lawful = [
        # two centres each gave this number to a contract of their own
        ("deal", create("centre_manager", "deal", {**body, "contract_no": "2025-001"})),
        ("deal", create("centre_far", "deal", {**body, "contract_no": "2025-001", "sides": [{"name": "虚构丙公司"}], "amount": "32000.00"})),
        # renewed by another centre a year later, and ordered twice of one centre
        *(("deal", create(who, "deal", {**body, "contract_no": number, "type": "licence", "signed": day, "amount": "4500.00"}))
          for who, number, day in (("centre_manager", "L-1", "2024-05-06"), ("centre_far", "L-2", "2025-05-06"),
                                   ("centre_far", "L-3", "2025-05-06"))),
        # one report proves two projects of one owner
        *(("project", create("centre_manager", "project", {"project_no": f"OWN-{n}", "title": f"虚构项目{n}号", "kind": "conversion",
                                                            "proof_files": [report]})) for n in range(2)),
    ]
    check()
    assert not [f for f in flags() if about(f) & set(lawful)], flags()
    # Another's project with that report is told.
    file = pdf("centre_far", "one report of two projects")
    stranger = create("centre_far", "project", {"project_no": "THEIRS-1", "title": "虚构项目", "kind": "conversion", "proof_files": [file]})
    check()
    found = [f for f in flags() if ("project", stranger) in about(f)]
    assert [(f["kind"], features(f)) for f in found] == [("repeated", {"file"})], found
    assert check()["raised"] == 0


def test_a_flag_of_a_kind_that_is_raised_no_more_is_shown_and_settled():
    deals = [create("centre_manager", "deal", {**CONTRACT, "contract_no": n, "patents": ["CN203077778888.7"], "amount": a})
             for n, a in (("OLD-1", "900.00"), ("old－1", "900.00"))]
    check()
    flag = only("repeated", [("deal", d) for d in deals])
    client.run_sql(world(), [f"UPDATE record_integrity_flag SET kind = 'split' WHERE id = {flag['id']}",
                             f"UPDATE record_integrity_flag_reasons SET feature = 'sum' WHERE record_id = {flag['id']} AND position = 0"])
    officer = world()["province_officer"]
    shown = officer.get(f"/records/integrity_flag/{flag['id']}").json
    assert shown["kind"] == "split" and "sum" in features(shown) and check()["raised"] == 0, shown
    done = officer.ask("POST", f"/records/integrity_flag/{flag['id']}/actions/clear?reason=虚构", {})
    assert done.status == 200, done


def test_a_secret_record_is_in_no_flag_and_the_registry_tells_only_that_it_is_there():
    one = create("centre_manager", "deal", {**CONTRACT, "contract_no": "SECRET-1"})
    two = create("centre_neighbour", "deal", {**CONTRACT, "contract_no": "secret－1"})
    client.run_sql(world(), [f"UPDATE record_deal SET secrecy = 2 WHERE id = {one}"])
    check()
    assert not [f for f in flags() if ("deal", one) in about(f)]
    reply = world()["province_officer"].ask("GET", "/integrity/claims?what=contract&number=SECRET-1").json
    shown = sorted(reply["items"], key=lambda c: "id" in c)
    assert reply["total"] == 2 and shown[0] == {"type": "deal", "joint": False, "low": "0.00", "high": "100.00"}, reply
    assert shown[1]["id"] == two, reply


def registry(what, number):
    reply = world()["province_officer"].ask("GET", f"/integrity/claims?what={what}&number={number}")
    assert reply.status == 200, reply
    return [(c["type"], c["id"], c["low"], c["high"], c["joint"]) for c in reply.json["items"]]


def totals(what, **bounds):
    query = "".join(f"&{k}={v}" for k, v in bounds.items())
    reply = world()["province_officer"].get(f"/integrity/totals?what={what}{query}")
    assert reply.status == 200, reply
    return reply.json


@tap.meets("SCYY-037")
def test_a_patent_in_two_ledgers_counts_once_for_the_province_and_shares_are_at_most_all_of_it():
    before = totals("patent")
    body = {"number": "CN202113334444.8", "type": "invention", "filed": "2021-02-03"}
    one = create("centre_manager", "patent_holding", body)
    assert registry("patent", "202113334444.8") == [("patent_holding", one, "100.00", "100.00", False)]
    for kind, filed, words in (("design", "2021-02-03", "所示的类型不一致"), ("invention", "2022-01-01", "晚于申请号的年份（2021）"),
                               ("invention", "2020-11-30", "分案申请")):
        lies = world()["centre_far"].zh.create("patent_holding", {**body, "type": kind, "filed": filed})
        assert lies.status == 400 and words in lies.json["errors"][0]["message"], lies
    two = create("centre_far", "patent_holding", {**body, "number": "202113334444.8", "filed": "2012-02-03", "divisional": True})
    assert world()["centre_far"].change("patent_holding", two, 1, {"filed": "2021-02-03", "divisional": False}).status == 200
    assert registry("patent", "CN 202113334444.8") == [("patent_holding", one, "0.00", "100.00", False),
                                                       ("patent_holding", two, "0.00", "100.00", False)]
    after = totals("patent")
    assert (after["records"], after["counted"]) == (before["records"] + 2, before["counted"] + 1), (before, after)
    dated = totals("patent", **{"from": "2021-02-03", "to": "2021-02-03"})
    assert (dated["records"], dated["counted"], dated["several"]) == (2, 1, 1), dated
    assert totals("patent", **{"from": "2021-02-04", "to": "2021-03-01"})["counted"] == 0
    codes = [world()[client.FIRST].get(f"/records/party/{world().units[u]}").json["credit_code"] for u in ("centreA", "centreC")]
    shares = [{"party": code, "percent": percent} for code, percent in zip(codes, ("60.00", "40.01"))]
    refused = world()["centre_manager"].create("joint_claim", {"what": "patent", "number": body["number"], "shares": shares})
    assert refused.status == 400 and "100.01" in refused.json["errors"][0]["message"], refused
    shares[1]["percent"] = "30.00"
    create("centre_manager", "joint_claim", {"what": "patent", "number": body["number"], "shares": shares})
    assert {row[4] for row in registry("patent", body["number"])} == {False}, "the other one has not agreed"
    create("centre_far", "joint_claim", {"what": "patent", "number": "202113334444.8", "shares": shares})
    assert registry("patent", body["number"]) == [("patent_holding", one, "60.00", "60.00", True),
                                                  ("patent_holding", two, "30.00", "30.00", True)]
    again = world()["centre_far"].create("joint_claim", {"what": "patent", "number": "202113334444.8", "shares": shares})
    assert again.status == 409, again
    # What one agrees with somebody else binds nobody who is not named; alone one agrees with nobody.
    for person, number, own in (("centre_manager", "CN202113334445.2", codes[0]), ("centre_far", "202113334445.2", codes[1])):
        create(person, "patent_holding", {**body, "number": number})
        whole = {"party": own, "percent": "100.00"}
        alone = world()[person].create("joint_claim", {"what": "patent", "number": number, "shares": [whole]})
        assert alone.status == 400 and alone.json["errors"][0]["field"] == "/shares", alone
        create(person, "joint_claim", {"what": "patent", "number": number, "shares": [whole, {"party": bodies.credit_code(78), "percent": "0.00"}]})
    assert {row[2:] for row in registry("patent", "202113334445.2")} == {("0.00", "100.00", False)}
    client.run_sql(world(), ["DELETE FROM record_joint_claim_shares WHERE party = '%s'" % bodies.credit_code(78)])  # as there are older ones
    assert {row[2:] for row in registry("patent", "202113334445.2")} == {("0.00", "100.00", False)}
    assert world()["centre_manager"].get("/integrity/totals?what=patent").status == 403
    assert world()["province_other"].ask("GET", "/integrity/claims?what=patent&number=" + body["number"]).status in (200, 403)


def one_group():
    """Centres A and C say that they belong to one group."""
    for who, unit in (("centre_manager", "centreA"), ("centre_far", "centreC")):
        party = world()[client.FIRST].get(f"/records/party/{world().units[unit]}").json
        body = {"name": party["name"], "credit_code": party["credit_code"], "group": "虚构控股集团", "kind": "enterprise"}
        assert world()[who].create("applicant", body).status in (201, 409)


@tap.meets("SXYY-036.2")
def test_a_deal_within_a_group_is_flagged_for_review():
    one_group()
    party = {u: world()[client.FIRST].get(f"/records/party/{world().units[u]}").json for u in ("centreA", "centreB", "centreC")}
    side = {u: {"name": one["name"], "credit_code": one["credit_code"]} for u, one in party.items()}
    within = create("centre_manager", "deal", {"contract_no": "GRP-1", "type": "licence", "sides": [side["centreA"], side["centreC"]]})
    outside = create("centre_manager", "deal", {"contract_no": "GRP-2", "type": "licence", "sides": [side["centreA"], side["centreB"]]})
    check()
    flag = only("related_party", [("deal", within)])
    assert features(flag) == {"group"} and flag["reasons"][0]["left"] == "虚构控股集团", flag
    assert not [f for f in flags(kind="related_party") if ("deal", outside) in about(f)]


@tap.meets("SXYY-062")
def test_evidence_changed_after_an_annual_report_was_filed_is_shown():
    who = "centre_neighbour"
    made = {}
    client.enter_register(world(), world()[who].unit, "sc-yunying-2025", "510100")  # who reports stands there
    for number in ("1", "2"):
        made[number] = create(who, "deal", {"contract_no": f"YR-{number}", "type": "licence", "amount": "5000.00"})
    report = create(who, "annual_report", {"year": 2025, "report_file": pdf(who, "report"), "plan_file": pdf(who, "plan")})
    done = world()[who].act("annual_report", report, "submit")
    assert done.status == 200, done
    time.sleep(0.01)  # a version's time is in milliseconds
    assert world()[who].change("deal", made["1"], 1, {"amount": "50000.00"}).status == 200
    assert world()[who].change("deal", made["2"], 1, {"outcome": "顺利（虚构）"}).status == 200  # proves nothing
    later = create(who, "deal", {"contract_no": "YR-3", "type": "licence", "amount": "1.00"})
    assert world()[who].change("deal", later, 1, {"amount": "2.00"}).status == 200  # it was not counted
    check()
    flag = only("edited_after_filing", [("deal", made["1"]), ("annual_report", report)])
    assert features(flag) == {"changed"} and "5000.00" in flag["reasons"][0]["left"] and "50000.00" in flag["reasons"][0]["right"], flag
    mine = [f for f in flags(kind="edited_after_filing") if about(f) & {("deal", made["2"]), ("deal", later)}]
    assert not mine, mine


def test_a_person_who_is_full_time_at_two_units_at_once_is_shown_and_one_who_moved_is_not():
    def staff(who, number, **said):
        body = {"name": "虚构人员", "id_number": bodies.resident_id(number), "full_time": True, "from": "2025-01-02", **said}
        return create(who, "staff", body)
    first, second = staff("centre_manager", 700), staff("centre_neighbour", 700, **{"from": "2025-06-02"})
    left, next_post = staff("centre_manager", 701, to="2025-06-01"), staff("centre_neighbour", 701, **{"from": "2025-06-02"})
    stays, helps = staff("centre_manager", 702, to=False), staff("centre_neighbour", 702, full_time=False)
    check()
    flag = only("full_time_twice", [("staff", first), ("staff", second)])
    assert features(flag) == {"person"} and "2025-01-02" in flag["reasons"][0]["left"], flag
    others = {("staff", i) for i in (left, next_post, stays, helps)}
    assert not [f for f in flags(kind="full_time_twice") if about(f) & others]
    assert bodies.resident_id(700) not in json.dumps(flag), flag


@tap.meets("SXYY-060.1+2")
def test_an_abnormal_filing_is_found_with_number_state_and_the_decisions_that_counted_it():
    number, group = "CN203044445555.8", "CN203055556666.8"
    holding = create("centre_manager", "patent_holding", {"number": number, "type": "invention"})
    one_group()
    answer = {"criteria": [{"id": "grant-rate", "rows": [{"indicator": "granted_of_decided", "in": [{"record": "patents[1]", "label": number}],
                                                          "possible": [], "out": []}]}]}
    client.run_sql(world(), [
        "INSERT INTO pack_files (digest, pack, pack_version, content, kept_ms) VALUES ('fictional', 'sc-yucheng-2025', '1', '-', 1)",
        "INSERT INTO decision (version, state, party, question, pack, pack_version, pack_digest, as_of, facts, facts_digest, verdict,"
        " answer, calendar_year, decided_ms) VALUES (1, 'stands', 'x', 'accept', 'sc-yucheng-2025', '1', 'fictional', '2026-01-01', '{}',"
        f" 'x', 'pass', '{json.dumps(answer, ensure_ascii=False)}', 2026, 1)"])
    name = world()[client.FIRST].get(f"/records/party/{world().units['centreC']}").json["name"]
    book = bodies.workbook([["申请号", "批次", "处理状态", "申请人"], [number, "虚构第1批", "申诉中", ""],
                            [group, "虚构第1批", "撤回", name], [NOT_HERE, "虚构第1批", "待处理", "虚构的他人"]])
    done = world()["province_officer"].ask("POST", "/records/abnormal_filing/import?name=list.xlsx", raw=book)
    assert done.status == 200 and done.json["created"] == 3, done
    listed = {r["number"]: r["id"] for r in world()["province_officer"].get("/records/abnormal_filing").json["items"]}
    rows = [listed[n] for n in (number, group, NOT_HERE)]
    check()
    flag = only("abnormal_filing", [("abnormal_filing", rows[0]), ("patent_holding", holding)])
    said = {r["feature"]: (r.get("left"), r.get("right")) for r in flag["reasons"]}
    assert said["listed"][0] == number and said["listed"][1].startswith("申诉中"), said
    assert said["counted"] == ("sc-yucheng-2025 #1", "grant-rate：granted_of_decided"), said
    flag = only("abnormal_filing", [("abnormal_filing", rows[1])])  # its own and, by the group, the other's
    said = [(r["feature"], r["left"]) for r in flag["reasons"]]
    assert ("parties", name) in said and any(f == "group" for f, _ in said) and "撤回" in flag["summary"], said
    assert not [f for f in flags(kind="abnormal_filing") if ("abnormal_filing", rows[2]) in about(f)]


@tap.meets("SXYY-061")
def test_a_finding_of_a_bad_trademark_is_confirmed_with_its_source_document_alone():
    officer = world()["province_officer"]
    finding = create("province_officer", "finding", {"ground": "bad_trademark", "date": "2026-03-04", "facts_found": "虚构的恶意注册"})
    done = officer.ask("POST", f"/records/finding/{finding}/actions/confirm?reason=查实", {})
    assert done.status == 400 and done.json["errors"][0]["field"] == "/evidence_files", done
    files = [pdf("province_officer", "source document")]
    done = officer.ask("POST", f"/records/finding/{finding}/actions/confirm?reason=查实", {"evidence_files": files})
    assert done.status == 202 or done.status == 200, done


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        if WORLD:
            world().close()
