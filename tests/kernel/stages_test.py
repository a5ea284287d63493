#!/usr/bin/env python3
"""stages_test.py ZHIYUN: stages of records, drafts of records made from others, rehearsed acts, and a type of an instance that has
them all without a line of program."""
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
LOAN = """name: sample_loan
label: {zh: 样品借用, en: Loan of a sample}
title: title
list: [title, lent, borrower, stage]
duty: services
dated: [lent]
sections:
  - {fields: [title, kind, lent, back_by, supply, borrower]}
  - {name: data, label: {zh: 数据, en: Data}, when: {kind: data}, fields: [licence_no]}
  - {name: end, label: {zh: 归还, en: Return}, fields: [returned]}
carry:
  unit: {lender: name}
  supply: {title: title}
stage:
  - {name: out, label: {zh: 借出, en: Out}, given: [lent], on: lent}
  - {name: back, label: {zh: 归还, en: Back}, given: [returned], on: returned}
dues:
  - {name: back, label: {zh: 应归还, en: Due back}, on: back_by, until: returned, warn: [7, 0, -7]}
fields:
  - {name: title, type: text, required: true, label: {zh: 样品, en: Sample}}
  - {name: lender, type: text, label: {zh: 出借方, en: Lender}}
  - {name: lent, type: date, label: {zh: 借出日期, en: Lent on}}
  - {name: back_by, type: date, label: {zh: 应还日期, en: Back by}}
  - {name: returned, type: date, label: {zh: 归还日期, en: Returned on}}
  - {name: kind, type: enum, label: {zh: 类型, en: Kind}, values: [{code: tool, zh: 工具, en: Tool}, {code: data, zh: 数据, en: Data}]}
  - {name: licence_no, type: text, label: {zh: 许可编号, en: Licence number}}
  - {name: supply, type: ref, to: supply, label: {zh: 供给, en: Supply}}
  - {name: borrower, type: party, label: {zh: 借用方, en: Borrower}}
access:
  - {roles: [centre_staff, centre_manager], relation: own_unit, verbs: [read, create, change, end, import, export]}
"""


def deal(world, who, number, **more):
    """A deal that could be signed; its id."""
    parties = ({"sides": [{"name": "虚构甲公司"}, {"name": "虚构乙公司"}]} if any(f["name"] == "sides" for f in world.types["deal"]["fields"])
               else {"parties": ["虚构甲公司", "虚构乙公司"]})
    made = who.create("deal", {"contract_no": f"虚构-{number}", "title": "虚构", "type": "licence", "currency": "CNY", "amount": "100.00",
                               **parties, **more})
    assert made.status == 201, made
    return made.json["id"]


def stage(who, one, kind="deal"):
    return who.get(f"/records/{kind}/{one}").json.get("stage")


def change(who, one, body, kind="deal"):
    done = who.change(kind, one, who.get(f"/records/{kind}/{one}").json["version"], body)
    assert done.status == 200, done


def test_a_deal_goes_through_its_stages_by_what_is_written(world):
    who, one = world["centre_manager"], deal(world, world["centre_manager"], 11)
    contract = {"digest": world.upload("centre_manager"), "name": "fictional.pdf"}
    assert stage(who, one) == "intent"
    call = who.create("follow_up", {"deal": one, "date": "2026-01-05", "way": "call", "content": "虚构"}).json["id"]
    assert stage(who, one) == "intent"
    change(who, call, {"way": "visit"}, "follow_up")
    assert stage(who, one) == "talk"
    # A follow-up of another unit, or one that has ended, moves nothing.
    assert who.ask("POST", f"/records/follow_up/{call}/actions/end?reason=x").status == 200
    assert stage(who, one) == "intent"
    refused = who.ask("POST", f"/records/deal/{one}/actions/sign?check=true")
    assert refused.status == 400 and "signed" in str(refused.json["errors"]), refused
    change(who, one, {"signed": "2026-02-01", "contract_file": contract})
    version = who.get(f"/records/deal/{one}").json["version"]
    rehearsed = who.ask("POST", f"/records/deal/{one}/actions/sign?check=true")
    assert rehearsed.status == 200, rehearsed
    assert (stage(who, one), who.get(f"/records/deal/{one}").json["version"]) == ("intent", version)
    assert who.ask("POST", f"/records/deal/{one}/actions/sign").status == 200
    assert stage(who, one) == "contract"
    change(who, one, {"payments": [{"due": "2026-02-10", "amount": "1.00", "paid": "2026-02-11"}, {"due": "2026-03-10", "amount": "2.00"}]})
    assert stage(who, one) == "perform"
    change(who, one, {"outcome": "完成", "result": "fulfilled", "closed_on": "2026-03-12"})
    assert stage(who, one) == "perform"  # one payment has not come
    change(who, one, {"payments": [{"due": "2026-02-10", "amount": "1.00", "paid": "2026-02-11"}]})
    assert stage(who, one) == "closed"
    assert who.ask("POST", f"/records/deal/{one}/actions/void?reason=x").status == 200
    assert stage(who, one) is None


def test_stages_filter_sort_and_sum(world):
    who = world["centre_neighbour"]
    made = [deal(world, who, 30 + i) for i in range(3)] + [deal(world, who, 40, amount=None)]
    assert who.create("follow_up", {"deal": made[0], "date": "2026-01-05", "way": "meeting", "content": "虚构"}).status == 201
    items = who.get("/records/deal?filter=stage=talk&fields=stage").json["items"]
    assert [item["id"] for item in items] == [made[0]] and items[0]["stage"] == "talk", items
    assert [i["id"] for i in who.get("/records/deal?filter=stage=洽谈").json["items"]] == [made[0]]
    ordered = [item["stage"] for item in who.get("/records/deal?sort=-stage&fields=stage").json["items"]]
    assert ordered == sorted(ordered, reverse=True) and len(set(ordered)) == 2, ordered
    groups = who.get("/records/deal/groups?by=stage&sum=amount").json["groups"]
    assert {g["code"]: (g["count"], g.get("sum"), g["unknown"]) for g in groups} == {
        "talk": (1, "100.00", 0), "intent": (3, "200.00", 1)}, groups
    assert world["centre_manager"].get("/records/deal/groups?by=stage&sum=amount&filter=state=filed").json["groups"] == []
    assert who.get("/records/deal/groups?by=title").status == 400
    assert who.get("/records/deal/groups?by=stage&sum=title").status == 400


def test_a_record_made_from_another_takes_over_what_its_type_says(world):
    who = world["centre_manager"]
    supply = who.create("supply", {"title": "虚构的供给", "kind": "technology", "element": "technology", "text": "虚构", "price": "12.50",
                                   "patents": ["CN110000001A"]})
    if supply.status != 201:
        kind = {f["name"]: f for f in world.types["supply"]["fields"]}
        supply = who.create("supply", {"title": "虚构的供给", "text": "虚构", "price": "12.50", "patents": ["CN110000001A"],
                                       "kind": kind["kind"]["values"][0]["code"], "element": kind["element"]["values"][0]["code"]})
    one = supply.json["id"]
    draft, = who.get(f"/records/deal/draft?from=supply&id={one}").json["drafts"]
    assert draft["values"]["supply"] == one and draft["values"]["title"] == "虚构的供给" and draft["values"]["amount"] == "12.50", draft
    assert draft["values"]["patents"] == ["CN110000001A"], draft
    assert draft["sources"]["amount"] == {"type": "supply", "id": one, "title": "虚构的供给"}, draft
    # Who may not read the source gets nothing from it.
    assert world["centre_far"].get(f"/records/deal/draft?from=supply&id={one}").status in (403, 404)
    assert who.get(f"/records/deal/draft?from=title&id={one}").status == 400
    own, = who.get("/records/supply/draft").json["drafts"]
    assert own["values"]["holder"] == "虚构centreA", own


def test_a_type_of_an_instance_has_all_of_it(world):
    folder = os.path.join(world.data, "types")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "sample_loan.yaml"), "w", encoding="utf-8") as file:
        file.write(LOAN)
    world.server.stop()
    world.server.start()
    who = world["centre_manager"]
    kind = who.get("/types/sample_loan").json
    assert [s.get("name") for s in kind["sections"]] == [None, "data", "end"] and kind["duty"] == {"is": "services"}, kind
    assert kind["sections"][1]["when"] == {"kind": ["data"]} and kind["dues"][0]["warn"] == [7, 0, -7], kind
    made = who.create("sample_loan", {"title": "虚构", "lent": "2026-01-01", "borrower": bodies.credit_code(900010)})
    assert made.status == 201, made
    one = made.json["id"]
    assert stage(who, one, "sample_loan") == "out"
    change(who, one, {"returned": "2026-02-01"}, "sample_loan")
    assert stage(who, one, "sample_loan") == "back"
    draft, = who.get("/records/sample_loan/draft").json["drafts"]
    assert draft["values"] == {"lender": "虚构centreA"}, draft


def test_a_role_that_was_not_given_is_given_after_signing(world):
    """…with a reason; a role that is there stays, as does all else of the parties."""
    who = world["centre_far"]
    contract = {"digest": world.upload("centre_far"), "name": "fictional.pdf"}
    one = who.create("deal", {"title": "虚构补填角色", "type": "licence", "contract_no": "补填-1", "signed": "2026-02-01", "amount": "7.00", "currency": "CNY", "contract_file": contract,
                              "sides": [{"name": "虚构补填甲厂", "role": "giver"}, {"name": "虚构补填乙厂"}, {"name": "虚构补填丙厂"}]}).json["id"]
    assert who.ask("POST", f"/records/deal/{one}/actions/sign").status == 200

    def sent(edit, query="?reason=" + urllib.parse.quote("签订时漏填")):
        held = who.get(f"/records/deal/{one}").json
        sides = [dict(side) for side in held["sides"]]
        edit(sides)
        done = who.ask("PATCH", f"/records/deal/{one}{query}", {"sides": sides}, {"If-Match": f'"{held["version"]}"'})
        return done.status, [(fault["field"], fault["code"]) for fault in done.json.get("errors", [])]
    give = lambda sides: sides[1].update(role="taker")
    assert sent(give, "") == (400, [("/sides", "reason")])
    for edit in (lambda sides: sides[0].update(role="taker"), lambda sides: (give(sides), sides[1].update(name="虚构补填丁厂")), lambda sides: (give(sides), sides[2].update(share="10.00")),
                 lambda sides: sides.append({"name": "虚构补填丁厂", "role": "agent"}), lambda sides: (give(sides), sides.pop())):
        assert sent(edit) == (400, [("/sides", "locked")])
    assert sent(give)[0] == 200
    assert sent(lambda sides: sides[1].update(role="agent")) == sent(lambda sides: sides[1].pop("role")) == (400, [("/sides", "locked")])
    history = who.get(f"/records/deal/{one}/history").json["items"]
    assert any(version["changed"] == ["sides"] and version.get("reason") == "签订时漏填" for version in history), history


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
