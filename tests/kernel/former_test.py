#!/usr/bin/env python3
"""former_test.py ZHIYUN: a store of the version before the number and the sides of deals. former/deal.yaml is the file of
that version; both files stand here under another name, as an instance's own, because a shipped type loses no field."""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.path.insert(0, HERE)
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
FORMER, NOW = os.path.join(HERE, "former", "deal.yaml"), os.path.join(HERE, "..", "..", "types", "deal.yaml")
PEOPLE = {name: client.PEOPLE[name] for name in ("centre_manager", "centre_neighbour", "province_officer")}
PACK = "sc-yunying-2025"
CODE = {unit: bodies.credit_code(900000 + n) for n, unit in enumerate(client.UNITS)}
WORLD = {}


def of_type(world, path):
    """The file as the type "trade" of the instance, from the next start on."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    text = re.sub(r"(?m)^(stage|dues|carry|asks):\n(?:  .*\n)+", "", text)  # of other types, which name no trade
    folder = os.path.join(world.server.data, "types")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "trade.yaml"), "w", encoding="utf-8") as f:
        f.write(text.replace("name: deal\n", "name: trade\n", 1).replace("record_deal", "record_trade"))


def make(who, number, then=None, **more):
    file = who.ask("POST", "/files?name=fictional.pdf", raw=b"%PDF-1.4\n% " + number.encode() + b"\n%%EOF\n").json["digest"]
    done = who.create("trade", {"contract_no": number, "type": "transfer", "signed": "2025-03-01", "amount": "120000.00", "currency": "CNY",
                                "contract_file": {"digest": file, "name": "fictional.pdf"}, **more})
    assert done.status == 201, done
    for action in then or []:
        moved = who.act("trade", done.json["id"], action, query="?reason=虚构" if action == "void" else "")
        assert moved.status == 200, moved
    return done.json["id"]


def verified(world):
    done = subprocess.run(world.server.command("--json", "verify"), capture_output=True, text=True, env=world.server.env, check=False)
    return done.returncode == 0 and json.loads(done.stdout)["ok"]


def said(world):
    """All that is said of the parties and their contracts, and the versions."""
    officer = world["province_officer"]
    units = ("centreA", "centreB")
    facts = [world.server.run("facts", "--party", CODE[unit]) for unit in units]
    verdicts = []
    for unit in units:
        done = officer.ask("POST", f"/packs/{PACK}/check", {"party": CODE[unit], "question": "apply", "as_of": "2026-01-05"})
        assert done.status == 200, done
        verdicts.append(json.dumps({k: v for k, v in done.json.items() if k != "request_id"}, sort_keys=True))
    claims = officer.get("/integrity/claims?what=contract&number=HT-1").json["items"]
    claims.append(officer.get("/integrity/totals?what=contract").json)
    versions = client.ask_sql(world, "SELECT record_id, version, content FROM record_version WHERE type = 'trade' ORDER BY record_id, version")
    return {"facts": facts, "verdicts": verdicts, "claims": claims, "versions": versions}


def checked(world):
    officer = world["province_officer"]
    done = officer.ask("POST", "/integrity/checks")
    assert done.status == 202, done
    while True:
        job = officer.get(f"/jobs/{done.json['job']}").json
        if job["state"] not in ("queued", "running"):
            assert job["state"] == "done", job
            return job["result"]


def world():
    """A world that was of the former version and is brought to this one; what was said of it before."""
    if WORLD:
        return WORLD["world"]
    one = WORLD["world"] = client.World(ZHIYUN, people=PEOPLE)
    one.server.stop()
    of_type(one, FORMER)
    one.server.start()
    a, b = one["centre_manager"], one["centre_neighbour"]
    WORLD["ids"] = {
        "signed": make(a, "HT-1", ["sign"], parties=["虚构centreA", "虚构\"受让\"公司", "虚构第三方"], patents=["CN203012345678.5"], title="虚构转让"),
        "intent": make(a, "意向 2", parties=["虚构公司"], signed=None, contract_file=None),
        "bare": make(a, "意向 3", signed=None, contract_file=None),
        "void": make(a, "HT-4", ["sign", "void"], parties=["虚构另一公司"]),
        "twin": make(b, "ＨＴ－１", ["sign"], parties=["虚构第三方", "虚构\"受让\"公司"], patents=["CN203012345678.5"], title="虚构转让")}
    WORLD["found"] = checked(one)
    WORLD["before"] = said(one)
    assert verified(one)
    one.server.stop()
    of_type(one, NOW)
    one.server.start()
    return one


def test_deals_keep_their_numbers_parties_verdicts_claims_and_versions():
    one = world()
    ids, before, now = WORLD["ids"], WORLD["before"], said(one)
    for what in before:
        assert now[what] == before[what], (what, before[what], now[what])
    assert any("虚构第三方" in facts for facts in before["facts"]) and len(before["claims"]) >= 3, before
    deal = one["centre_manager"].get(f"/records/trade/{ids['signed']}").json
    assert (deal["number"], deal["contract_no"], deal["version"]) == ("HT-1", "HT-1", 2), deal
    assert deal["sides"] == [{"name": "虚构centreA"}, {"name": "虚构\"受让\"公司"}, {"name": "虚构第三方"}] and "parties" not in deal, deal
    bare = one["centre_manager"].get(f"/records/trade/{ids['bare']}").json
    assert bare["number"] == "意向 3" and not bare.get("sides"), bare
    ended = client.ask_sql(one, f"SELECT number FROM record_trade WHERE id = {ids['void']}")
    assert ended[0][0] == "HT-4", ended


def test_the_same_twins_are_found():
    one = world()
    assert WORLD["found"]["raised"] > 0, WORLD["found"]
    again = checked(one)
    assert again["raised"] == 0, again  # they are known: the same claims of the same parties
    flags = one["province_officer"].get("/records/integrity_flag?fields=*&limit=50").json["items"]
    pair = {("trade", WORLD["ids"]["signed"]), ("trade", WORLD["ids"]["twin"])}
    reasons = [r["feature"] for f in flags if {(r["type"], r["record"]) for r in f["records"]} == pair for r in f["reasons"]]
    assert "parties" in reasons and "number" in reasons, flags


def test_what_was_taken_over_is_verified_and_what_is_changed_past_the_program_is_found():
    one = world()
    assert verified(one)
    signed = WORLD["ids"]["signed"]
    for change, back in ((f"UPDATE record_trade_sides SET name = '虚构四' WHERE record_id = {signed} AND position = 2",
                          f"UPDATE record_trade_sides SET name = '虚构第三方' WHERE record_id = {signed} AND position = 2"),
                         (f"UPDATE record_trade_sides SET credit_code = '{CODE['centreA']}' WHERE record_id = {signed} AND position = 0",
                          f"UPDATE record_trade_sides SET credit_code = NULL WHERE record_id = {signed} AND position = 0"),
                         (f"UPDATE record_trade SET number = 'HT-9' WHERE id = {signed}", f"UPDATE record_trade SET number = 'HT-1' WHERE id = {signed}")):
        client.run_sql(one, [change])
        assert not verified(one), change
        client.run_sql(one, [back])
    assert verified(one)


def test_a_record_that_is_changed_says_all_of_it_from_then_on():
    one, who = world(), world()["centre_manager"]
    intent = WORLD["ids"]["intent"]
    done = who.change("trade", intent, 1, {"title": "虚构标题"})
    assert done.status == 200, done
    content = json.loads(client.ask_sql(one, f"SELECT content FROM record_version WHERE type = 'trade' AND record_id = {intent} AND version = 2")[0][0])
    assert content["sides"] == [{"name": "虚构公司"}] and content["number"] == "意向 2" and content["parties"] == ["虚构公司"], content
    # Who is in the register is named with its code, from the next change of the parties on.
    own = {"role": "self", "name": "虚构centreA"}
    refused = who.change("trade", intent, 2, {"sides": [own, {"name": "虚构公司"}]})
    assert refused.status == 400 and refused.json["errors"][0]["field"] == "/sides/0/credit_code", refused
    assert who.change("trade", intent, 2, {"sides": [{**own, "credit_code": CODE["centreA"]}, {"name": "虚构公司"}]}).status == 200
    # A new one has a number of the unit's own, and no contract's yet.
    made = who.create("trade", {"type": "licence"})
    assert made.status == 201, made
    new = who.get(f"/records/trade/{made.json['id']}").json
    assert new["number"].startswith("YS-") and new.get("contract_no") is None and new["currency"] == "CNY", new
    signing = who.act("trade", made.json["id"], "sign")
    assert signing.status == 400 and "/contract_no" in {e["field"] for e in signing.json["errors"]}, signing
    assert verified(one)


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        if WORLD:
            WORLD["world"].close()
