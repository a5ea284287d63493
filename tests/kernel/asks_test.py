#!/usr/bin/env python3
"""asks_test.py ZHIYUN: what a record asks of others: who answers it, once, and reads nothing else of the record."""
import json
import os
import re
import sys
import threading

import bodies
import client
import tap

ZHIYUN = os.path.abspath(sys.argv[1])
# A state opens it for a bank; a person is asked by hand.
TYPE = """name: opinion
label: {zh: 意见征询, en: Opinion}
owner: unit
title: title
list: [title, state]
fields:
  - {name: title, type: text, required: true, label: {zh: 标题, en: Title}, max: 200}
  - {name: secret_note, type: text, label: {zh: 内部备注, en: Own note}, max: 200}
  - {name: file, type: file, label: {zh: 附件, en: File}, accept: [pdf]}
  - {name: amount, type: money, label: {zh: 金额, en: Amount}}
  - {name: twice, type: computed, result: money, label: {zh: 两倍, en: Twice}, sql: "SELECT o.amount * 2 FROM record_opinion o WHERE o.id = ?1"}
  - {name: code, type: party, label: {zh: 银行, en: Bank}}
  - {name: reader, type: ref, to: account, label: {zh: 审阅人, en: Reader}}
  - {name: view, type: text, label: {zh: 意见, en: View}, max: 200}
  - {name: limit, type: money, label: {zh: 额度, en: Limit}, min: "1.00"}
  - {name: assessed_on, type: date, label: {zh: 答复日期, en: Answered on}}
  - name: assessed_by
    type: enum
    label: {zh: 答复方式, en: Answered by}
    values: [{code: account, zh: 账号, en: Account}, {code: link, zh: 链接, en: Link}]
  - {name: read_on, type: date, label: {zh: 阅后日期, en: Read on}}
constraints:
  - {since: assessed_on, need: [view]}
states:
  initial: draft
  list:
    - {name: draft, label: {zh: 草稿, en: Draft}}
    - {name: sent, label: {zh: 已发, en: Sent}, locked: [title, amount, view, limit]}
  transitions:
    - {name: send, label: {zh: 发出, en: Send}, from: [draft], to: sent, reason: none}
    - {name: recall, label: {zh: 收回, en: Recall}, from: [sent], to: draft, reason: none}
asks:
  - {name: assess, label: {zh: 授信意见, en: Credit opinion}, who: code, when: {state: sent}, sees: [title, amount, twice], fills: [view, limit], sets: [assessed_on, assessed_by], roles: [bank_officer], days: 10, link: true}
  - {name: check, label: {zh: 审阅, en: Reading}, who: reader, sees: [title], sets: [read_on], days: 3}
access:
  - {roles: [centre_manager], relation: own_unit, verbs: [read, create, change, end, import, export], actions: [send, recall]}
  - {roles: [bank_officer, expert, company_staff], relation: assigned, verbs: [read]}
"""


def code_of(world, person):
    return world["province_officer"].get(f"/records/party/{world[person].unit}").json["credit_code"]


def opinion(world, **fields):
    made = world["centre_manager"].create("opinion", {"title": "虚构质押", "amount": "50.00", "secret_note": "内部", **fields})
    assert made.status == 201, made
    return made.json["id"]


def sent(world):
    one = opinion(world, code=code_of(world, "bank_officer"))
    assert world["centre_manager"].act("opinion", one, "send").status == 200
    return one


def asks(world, one):
    return [i for i in world["centre_manager"].get(f"/records/opinion/{one}/assignments").json["items"] if i.get("ask")]


def opened(world, one):
    found, = asks(world, one)
    return found["id"]


def state(world, one):
    return world["centre_manager"].get(f"/records/opinion/{one}").json


def link_of(world, one):
    """(path, header) of a new link."""
    made = world["centre_manager"].ask("POST", f"/records/opinion/{one}/asks", {"ask": "assess", "link": True})
    assert made.status == 201 and re.fullmatch("[0-9a-f]{64}", made.json["link"]), made
    return f"/asks/{made.json['id']}", {"X-Ask-Link": made.json["link"]}


def by_link(world, link, **body):
    path, header = link
    return world["public"].ask("POST", path, {"who": "虚构人 028-0000 0000", **body}, header)


def page_of(world, link):
    path, header = link
    return world["public"].get(path, **header)


def reads_nothing(person, kind, one):
    path = f"/records/{kind}/{one}"
    for what in (path, f"{path}/history", f"{path}/diff?from=1&to=1", f"{path}/assignments"):
        assert person.get(what).status == 404, (what, person.get(what))
    for what in (f"/records/{kind}", f"/records/{kind}?fields=id", f"/records/{kind}?filter=id={one}"):
        seen = person.get(what)
        assert seen.status == 403 or (seen.json["total"] == 0 and seen.json["items"] == []), seen
    assert person.change(kind, one, 1, {"title": "改"}).status == 404


def test_the_asked_answers_among_its_own_tasks_and_reads_nothing_else(world):
    bank, owner = world["bank_officer"], world["centre_manager"]
    one = sent(world)
    ask = opened(world, one)
    assert asks(world, one)[0]["reached"]
    row, = [i for i in bank.get("/todo").json["items"] if i["kind"] == "ask" and i["id"] == ask]
    assert row["what"] == "Credit opinion" and row["by"] == "虚构centreA" and row["due"], row
    assert "虚构质押" not in json.dumps(row, ensure_ascii=False)
    page = bank.get(f"/asks/{ask}").json
    assert page["seen"] == {"title": "虚构质押", "amount": "50.00", "twice": "100.00"}, page
    assert [f["name"] for f in page["fills"]] == ["view", "limit"] and page["unit"] == "虚构centreA", page
    reads_nothing(bank, "opinion", one)
    for other in ("company_staff", "centre_manager", "expert", "province_officer", "sysadmin"):
        assert world[other].get(f"/asks/{ask}").status == 404
        assert world[other].ask("POST", f"/asks/{ask}", {"fields": {"view": "x"}}).status == 404
    assert world["public"].get(f"/asks/{ask}").status == 404
    wrong = bank.ask("POST", f"/asks/{ask}", {"fields": {"title": "改", "view": "同意"}})
    assert wrong.status == 400 and "title is not asked for" in wrong.json["detail"], wrong
    assert bank.ask("POST", f"/asks/{ask}", {"fields": {"view": "同意", "limit": "0.50"}}).status == 400
    assert bank.ask("POST", f"/asks/{ask}", {"fields": {}}).json["errors"][0]["field"] == "/fields/view"
    assert bank.ask("POST", f"/todo/{ask}/done").status == 404  # it is answered, or refused, on its page
    assert state(world, one)["view"] is None and not asks(world, one)[0].get("answer")
    assert bank.ask("POST", f"/asks/{ask}", {"fields": {"view": "同意"}}).status == 204
    again = bank.ask("POST", f"/asks/{ask}", {"fields": {"view": "反对"}})
    assert again.status == 409 and "already" in again.json["detail"], again
    now = state(world, one)
    assert (now["view"], now["state"], now["assessed_by"]) == ("同意", "sent", "account") and now["assessed_on"], now
    assert bank.get(f"/asks/{ask}").json["filled"] == {"view": "同意", "limit": None}
    assert not [i for i in bank.get("/todo").json["items"] if i["kind"] == "ask" and i["id"] == ask]
    assert [i for i in bank.get("/todo?box=done").json["items"] if i["kind"] == "ask" and i["id"] == ask]
    reads_nothing(bank, "opinion", one)
    last = owner.get(f"/records/opinion/{one}/history").json["items"][0]
    assert last["action"] == "answer:assess" and last["who"] == bank.account, last
    assert asks(world, one)[0]["how"] == "account" and asks(world, one)[0]["answer"] == "given"


def test_an_ask_on_a_deal_gives_its_bank_no_right_to_it(world):
    bank, owner = world["bank_officer"], world["centre_manager"]
    one = owner.create("deal", {"contract_no": "ASKED-1", "type": "licence"}).json["id"]
    client.run_sql(world, ["INSERT INTO assignment (type, record_id, unit, from_ms, kind, ask) VALUES "
                           f"('deal', {one}, {bank.unit}, 1, 'do', 'assess')"])
    reads_nothing(bank, "deal", one)
    # …as an assignment, which is no ask, does.
    client.run_sql(world, [f"UPDATE assignment SET ask = NULL WHERE type = 'deal' AND record_id = {one}"])
    assert bank.get(f"/records/deal/{one}").status == 200
    assert bank.get(f"/records/deal?filter=id={one}").json["total"] == 1
    client.run_sql(world, [f"DELETE FROM assignment WHERE type = 'deal' AND record_id = {one}"])


def test_of_many_answers_at_once_one_is_taken(world):
    one = sent(world)
    ask = opened(world, one)
    link, bank, statuses = link_of(world, one), world["bank_officer"], []

    def answer(n):
        who = client.Person(world.server, bank.token if n % 2 else None, f"racer{n}")
        done = (who.ask("POST", f"/asks/{ask}", {"fields": {"view": f"第{n}"}}) if n % 2 else
                who.ask("POST", link[0], {"who": "虚构 1", "fields": {"view": f"第{n}"}}, link[1]))
        statuses.append((done.status, n))
    threads = [threading.Thread(target=answer, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [n for status, n in statuses if status == 204]
    assert len(statuses) == 8 and len(taken) == 1 and {status for status, _ in statuses} == {204, 409}, statuses
    assert state(world, one)["view"] == f"第{taken[0]}"
    assert [v["action"] for v in world["centre_manager"].get(f"/records/opinion/{one}/history").json["items"]].count("answer:assess") == 1


def test_a_link_shows_and_answers_the_same_once(world):
    one = sent(world)
    ask = opened(world, one)
    owner = world["centre_manager"]
    old, new = link_of(world, one), link_of(world, one)
    assert page_of(world, old).status == 404  # a new one kills the old
    assert page_of(world, (new[0], {"X-Ask-Link": "0" * 64})).status == 404
    assert page_of(world, (f"/asks/{ask + 1}", new[1])).status == 404
    page = page_of(world, new).json
    assert page["seen"] == {"title": "虚构质押", "amount": "50.00", "twice": "100.00"}, page
    assert "内部" not in json.dumps(page, ensure_ascii=False)
    own = client.Browser(world, "centre_manager")
    own.link()
    refused = own.ask("POST", new[0], {"who": "虚构", "fields": {"view": "同意"}}, X_Ask_Link=new[1]["X-Ask-Link"])
    assert refused.status == 403, refused
    assert by_link(world, new, who=" ", fields={"view": "同意"}).status == 400
    assert by_link(world, new, fields={"view": "同意", "limit": "9.00"}).status == 204
    assert by_link(world, new, fields={"view": "反对"}).status == 409
    assert page_of(world, new).json["answer"] == "given"
    assert world["bank_officer"].ask("POST", f"/asks/{ask}", {"fields": {"view": "反对"}}).status == 409
    assert owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "assess", "link": True}).status == 409
    now = state(world, one)
    assert (now["view"], now["limit"], now["assessed_by"]) == ("同意", "9.00", "link"), now
    last = owner.get(f"/records/opinion/{one}/history").json["items"][0]
    assert (last["action"], last["who"]) == ("answer:assess", 0) and "虚构人 028-0000 0000" in last["reason"], last
    assert asks(world, one)[0]["how"] == "link" and "虚构人" in asks(world, one)[0]["reason"]
    stored = client.ask_sql(world, f"SELECT link FROM assignment WHERE id = {ask}")[0][0]
    assert stored and stored != new[1]["X-Ask-Link"]
    assert client.ask_sql(world, "SELECT count(*) FROM record_version WHERE type = 'assignment' AND content LIKE '%028-0000%'") == [("0",)]
    two = sent(world)
    late = link_of(world, two)
    client.run_sql(world, [f"UPDATE assignment SET link_until = 1 WHERE id = {opened(world, two)}"])
    assert page_of(world, late).status == 404 and by_link(world, late, fields={"view": "x"}).status == 404


def test_what_is_asked_about_stays_until_it_is_withdrawn(world):
    owner, staff = world["centre_manager"], world["centre_staff"]
    one = opinion(world, reader=staff.account)
    assert owner.change("opinion", one, 1, {"title": "先改"}).status == 200
    made = owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "check"})
    assert made.status == 201, made
    for patch in ({"title": "后改"}, {"reader": None}):
        done = owner.change("opinion", one, 2, patch)
        assert done.status == 400 and done.json["errors"][0]["code"] == "asked", done
    assert owner.change("opinion", one, 2, {"secret_note": "另记"}).status == 200
    assert owner.change("opinion", one, 3, {"read_on": "2026-01-01"}).json["errors"][0]["code"] == "not_writable"
    assert owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "check"}).json["id"] == made.json["id"]  # told again
    assert owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "check", "link": True}).status == 404  # this one has none
    assert staff.ask("POST", f"/asks/{made.json['id']}", {}).status == 204
    assert state(world, one)["read_on"]
    assert owner.change("opinion", one, 4, {"title": "后改"}).json["errors"][0]["code"] == "asked"
    assert owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "check"}).status == 409
    assert world["company_staff"].ask("DELETE", f"/records/opinion/{one}/assignments/{made.json['id']}").status == 404
    assert owner.ask("DELETE", f"/records/opinion/{one}/assignments/{made.json['id']}").status == 204
    now = state(world, one)
    assert now["read_on"] is None and now["version"] == 5, now
    assert owner.get(f"/records/opinion/{one}/history").json["items"][0]["action"] == "withdraw:check"
    assert staff.get(f"/asks/{made.json['id']}").status == 404
    assert owner.change("opinion", one, 5, {"title": "后改"}).status == 200


def test_an_ask_ends_with_its_state_and_its_record_and_may_be_refused(world):
    owner, bank = world["centre_manager"], world["bank_officer"]
    one = sent(world)
    first = opened(world, one)
    assert owner.act("opinion", one, "recall").status == 200
    assert bank.get(f"/asks/{first}").status == 404
    assert owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "assess"}).status == 409  # not in this state
    assert owner.act("opinion", one, "send").status == 200
    second = max(a["id"] for a in asks(world, one))
    assert second != first
    assert bank.ask("POST", f"/asks/{second}", {"refuse": "不在业务范围"}).status == 204
    assert bank.ask("POST", f"/asks/{second}", {"fields": {"view": "同意"}}).status == 409
    said = next(a for a in asks(world, one) if a["id"] == second)
    assert (said["answer"], said["reason"]) == ("refused", "不在业务范围"), said
    last = owner.get(f"/records/opinion/{one}/history").json["items"][0]
    assert last["action"] == "refuse:assess" and state(world, one)["assessed_on"] is None, last
    third = owner.ask("POST", f"/records/opinion/{one}/asks", {"ask": "assess"})
    assert third.status == 201, third
    assert owner.act("opinion", one, "end").status == 200
    assert bank.get(f"/asks/{third.json['id']}").status == 404


def test_who_has_no_account_is_asked_by_a_link_alone(world):
    owner = world["centre_manager"]
    one = opinion(world, code=bodies.credit_code(990001))
    assert owner.act("opinion", one, "send").status == 200
    found, = asks(world, one)
    assert not found["reached"], found
    assert by_link(world, link_of(world, one), fields={"view": "同意"}).status == 204
    nobody = opinion(world)
    assert owner.act("opinion", nobody, "send").status == 200 and asks(world, nobody) == []
    assert owner.ask("POST", f"/records/opinion/{nobody}/asks", {"ask": "assess"}).status == 400
    assert owner.ask("POST", f"/records/opinion/{nobody}/asks", {"ask": "other"}).status == 404


def test_a_service_is_rated_by_whom_it_served(world):
    owner, served = world["centre_manager"], world["company_staff"]
    one = owner.create("service_record", {"title": "虚构服务", "date": "2025-05-05", "goal": "risk", "duty": "services", "mode": "own",
                                          "fee": "80.00", "party_code_asked": code_of(world, "company_staff")}).json["id"]
    made = owner.ask("POST", f"/records/service_record/{one}/asks", {"ask": "rate"})
    assert made.status == 201, made
    page = served.get(f"/asks/{made.json['id']}").json
    assert set(page["seen"]) == {"date", "title", "duty", "mode"}, page
    assert served.get(f"/records/service_record/{one}").status == 404
    assert served.ask("POST", f"/asks/{made.json['id']}", {"fields": {"satisfaction": 4, "remark": "好"}}).status == 204
    now = owner.get(f"/records/service_record/{one}").json
    assert (now["satisfaction"], now["remark"], now["rated_by"]) == (4, "好", "account"), now
    done = owner.change("service_record", one, now["version"], {"satisfaction": 5})
    assert done.status == 400 and done.json["errors"][0]["code"] == "asked", done


def test_what_was_asked_and_answered_stands_in_the_log(world):
    assert json.loads(world.server.run("--json", "verify"))["ok"]


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        WORLD.server.stop()
        os.makedirs(os.path.join(WORLD.data, "types"), exist_ok=True)
        with open(os.path.join(WORLD.data, "types", "opinion.yaml"), "w", encoding="utf-8") as file:
            file.write(TYPE)
        WORLD.server.start()
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
