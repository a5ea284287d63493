#!/usr/bin/env python3
"""printings_test.py ZHIYUN: in a store of an older version all printings of a number (A1, A2, A8 …) were one record. Deals, topic
databases, corrections, merged names, citations, families and claims that pointed at it lead to each of them afterwards."""
import collections
import json
import os
import re
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
HEAD = "公开号,公开日,标题,申请人,引证专利,简单同族ID"
ROWS = ["EP7012345A2,2003-01-08,Rotor of a pump,虚构甲公司,,", "EP7012345A3,2005-06-22,Rotor of a pump,虚构甲公司,,",
        "EP7012345B1,2008-01-02,Rotor of a pump,虚构甲公司,,", "JP2017514755A,2017-06-08,虚构的转子,虚构乙公司,,77001",
        "JP2017514755A5,2019-03-07,虚构的转子,虚构乙公司,,77001", "CN298900001A,2019-02-01,虚构的转子,虚构甲公司,EP7012345A3,77001",
        "CN298900001A8,2019-08-02,虚构的转子,虚构甲公司,,77001", "CN298900001B,2020-05-08,虚构的转子,虚构甲公司,,77001",
        "CN298900002U,2020-06-09,虚构的叶片,虚构丙公司,,"]
EP, JP, CN, UTILITY = ["EP7012345A2", "EP7012345A3"], ["JP2017514755A", "JP2017514755A5"], ["CN298900001A", "CN298900001A8"], ["CN298900002U"]


def ids(world):
    """Number without a slash: id of its record."""
    rows = client.ask_sql(world, "SELECT number_key, publication_id FROM publication_key WHERE number_key LIKE 'EP/7012345/%' OR number_key LIKE"
                                 " 'JP/2017514755/%' OR number_key LIKE 'CN/29890000%' ORDER BY publication_id")
    return {key.replace("/", ""): int(one) for key, one in rows}


def collapse(world):
    """The store as the version before had it: the digit of the kind was no part of a record's key."""
    groups, said = collections.defaultdict(list), []
    for number, one in ids(world).items():
        groups[re.sub(r"^(..)(\d+)([A-Z])\d?$", r"\1/\2/\3", number)].append(one)
    for key, (first, *others) in groups.items():
        said += [f"DELETE FROM publication_key WHERE publication_id IN ({', '.join(map(str, [first, *others]))})",
                 f"UPDATE publication SET number_key = '{key}' WHERE id = {first}",
                 f"INSERT INTO publication_key (number_key, publication_id) VALUES ('{key}', {first})"]
        for at, other in enumerate(others, 1):
            said += [f"UPDATE publication_source SET publication_id = {first}, ordinal = ordinal + {100 * at} WHERE publication_id = {other}",
                     f"DELETE FROM publication_document WHERE publication_id = {other}", f"DELETE FROM publication WHERE id = {other}",
                     f"INSERT INTO change (seq, publication_id, removed) SELECT max(seq) + 1, {other}, 1 FROM change"]
    client.run_sql(world, [*said, "UPDATE publication_name_rule SET rule = '3.1', done = 0"])
    return {key.replace("/", ""): len(others) + 1 for key, (_, *others) in groups.items()}


def found(who, query="", *filters, **words):
    reply = who.get("/search?" + urllib.parse.urlencode([("query", query), ("k", "100"), *(("filter", one) for one in filters), *words.items()]))
    assert reply.status == 200, (query, filters, reply)
    return sorted(hit["number"] for hit in reply.json["hits"])


def until(ask, what):
    for _ in range(600):
        if ask():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def correct(who, one, **wish):
    done = who.ask("PUT", f"/patents/{one}/correction", {**wish, "reason": "核对原件"})
    assert done.status == 200, done


def title(who, number, world):
    record = who.get(f"/patents/{ids(world)[number]}").json["record"]
    return [text["content"] for text in record["texts"] if text["part"] == "title"][0]


def made(who, kind, body):
    done = who.create(kind, body)
    assert done.status == 201, (kind, done)
    return done.json["id"]


def test_what_pointed_at_a_patent_leads_to_all_its_publications(world):
    manager, neighbour, staff, officer = (world[one] for one in ("centre_manager", "centre_neighbour", "centre_staff", "province_officer"))
    reply = officer.ask("POST", "/imports?name=a.csv&source=incopat", raw="\n".join([HEAD, *ROWS]).encode())
    assert reply.status == 200 and reply.json["files"][0]["inserted"] == len(ROWS), reply
    assert collapse(world) == {"EP7012345A": 2, "EP7012345B": 1, "JP2017514755A": 2, "CN298900001A": 2, "CN298900001B": 1, "CN298900002U": 1}
    # As people wrote it while they were one.
    deal = {"type": "transfer", "title": "虚构转让", "signed": "2025-02-03", "amount": "120000.00", "sides": [{"name": "虚构甲公司"}, {"name": "虚构丁公司"}]}
    first = made(manager, "deal", {**deal, "contract_no": "P-1", "patents": ["EP7012345A2", "CN298900001", "JP2017514755A"]})
    second = made(neighbour, "deal", {**deal, "contract_no": "Q-9", "title": "另名", "patents": ["EP7012345A3", "CN298900001", "JP2017514755A5"]})
    topic = made(staff, "topic_database", {"name": "虚构专题"})
    for number in ("EP7012345A3", "CN298900001A", "CN298900002U"):
        made(staff, "topic_member", {"topic": topic, "number": number, "list": "core", "reason": "重点"})
    made(staff, "applicant_name", {"name": "虚构甲乙", "names": ["虚构甲公司", "虚构乙公司"]})
    holdings = [made(who, "patent_holding", {"number": number, "type": "invention"}) for who, number in ((manager, "EP7012345A2"), (neighbour, "EP7012345A3"))]
    for number, wish in (("EP7012345A", "改泵"), ("CN298900001A", "改转子"), ("CN298900002U", "改叶片")):
        correct(staff, ids(world)[number], title=wish)

    world.server.stop()
    world.server.start()
    assert set(ids(world)) == {row.split(",")[0] for row in ROWS}
    until(lambda: staff.get("/search?query=").status == 200, "an index")  # it may have stopped before the first one was there
    until(lambda: found(staff, "", "office=EP,JP") == sorted([*EP, "EP7012345B1", *JP]), "the index")

    patents = manager.get(f"/records/deal/{first}").json["patents"]
    assert [found(manager, "", f"number={number}") for number in patents] == [EP, [*CN, "CN298900001B"], JP], patents
    assert [set(found(manager, number)) >= set(of) for number, of in zip(patents, (EP, CN, JP))] == [True] * 3  # as the page asks
    for number in ("EP7012345A2", "EP7012345A3", "EP 7012345 A1"):
        reply = manager.get(f'/records/deal?filter=patents="{number}"')
        assert reply.status == 200 and [item["id"] for item in reply.json["items"]] == [first], reply
    assert found(staff, "", f"topic={topic}") == sorted([*EP, *CN, *UTILITY])
    assert found(staff, "", "标准申请人=虚构甲乙") == sorted([*EP, "EP7012345B1", *JP, *CN, "CN298900001B"])
    for number in EP:
        assert found(staff, "", f"cites={number}") == ["CN298900001A"], number
    assert found(staff, "", "citedby=CN298900001A") == sorted([*EP, "EP7012345B1"])
    for number in (*JP, *CN):
        assert found(staff, "", f"family={number}") == sorted([*JP, *CN, "CN298900001B"]), number
    assert found(staff, "", "family=EP7012345A3") == sorted(EP)

    # A patent in two ledgers is one, by whichever printing; a contract claimed twice is found by its patents.
    for number in EP:
        reply = officer.get(f"/integrity/claims?what=patent&number={number}").json
        assert [claim["id"] for claim in reply["items"]] == holdings and {claim["low"] for claim in reply["items"]} == {"0.00"}, reply
    again = manager.create("patent_holding", {"number": "EP7012345A3", "type": "invention"})
    assert again.status == 409, again
    totals = officer.get("/integrity/totals?what=patent").json
    assert (totals["records"], totals["counted"]) == (2, 1), totals
    job = officer.ask("POST", "/integrity/checks").json["job"]
    until(lambda: officer.get(f"/jobs/{job}").json["state"] == "done", "the check")
    flag, = officer.get("/records/integrity_flag?fields=kind,records,reasons").json["items"]
    assert flag["kind"] == "renamed" and {one["record"] for one in flag["records"]} == {first, second}, flag
    assert "patents" in {reason["feature"] for reason in flag["reasons"]}, flag

    # A correction is one of each printing that was in the record, and of no other.
    for number, wish in ((EP[0], "改泵"), (EP[1], "改泵"), (CN[0], "改转子"), (CN[1], "改转子"), (UTILITY[0], "改叶片"),
                         ("EP7012345B1", "Rotor of a pump"), ("CN298900001B", "虚构的转子"), (JP[0], "虚构的转子")):
        assert title(staff, number, world) == wish, number
        assert title(neighbour, number, world) in ("Rotor of a pump", "虚构的转子", "虚构的叶片"), number
    # From now on each has its own: that of another stays when one is corrected or taken back.
    for (one, other), old in ((EP, "改泵"), (CN, "改转子")):
        correct(staff, ids(world)[other], title="只改更正本")
        assert (title(staff, one, world), title(staff, other, world)) == (old, "只改更正本")
        assert staff.ask("DELETE", f"/patents/{ids(world)[other]}/correction?reason=x").status == 200
        assert (title(staff, one, world), title(staff, other, world)) == (old, title(neighbour, other, world))
        assert staff.ask("DELETE", f"/patents/{ids(world)[other]}/correction?reason=x").status == 404
        assert staff.ask("DELETE", f"/patents/{ids(world)[one]}/correction?reason=x").status == 200
        assert title(staff, one, world) == title(neighbour, one, world)
    assert json.loads(world.server.run("--json", "verify"))["ok"]


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
