#!/usr/bin/env python3
"""panel_test.py ZHIYUN: a panel of experts over the API of a running server, from the pool to the report.

The draw is done again here in a few lines of its own, from what GET /panels/{id}/draws gives.
"""
import fractions
import hashlib
import re
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import panels  # noqa: E402
import tap  # noqa: E402
from panels import WEIGHTS, act, drawn, form, meet, ok, prepare, reveal, save, seated, signed_sheets, wait_for_head  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
POINTS = [["80", "80", "80", "80"], ["90.50", "70", "60", "100"], ["30", "20", "10", "0"]]


# --- the draw, again: src/panel/README says the same in words -------------------------------------

def numbers(seed, field):
    """Whole numbers of 64 bits."""
    block = 0
    while True:
        digest = hashlib.sha256(b"zhiyun-draw/1\n" + seed + field.encode() + b"\n" + block.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(digest[at:at + 8], "big") for at in range(0, 32, 8))
        block += 1


def permuted(items, seed, field):
    items, stream = list(items), numbers(seed, field)
    for i in range(len(items), 1, -1):
        j = next(n for n in stream if n < 2 ** 64 - 2 ** 64 % i) % i
        items[i - 1], items[j] = items[j], items[i - 1]
    return items


def replay(draw):
    """[(field, expert)] in the order of seats, and the permutation of each field."""
    frozen = json.loads(draw["frozen"])
    assert hashlib.sha256(draw["frozen"].encode()).hexdigest() == draw["digest"]
    values = [bytes.fromhex(c["value"]) for c in sorted(draw["commitments"], key=lambda c: c["part"])]
    for value, c in zip(values, draw["commitments"]):
        assert hashlib.sha256(value).hexdigest() == c["commitment"]
    seed = hashlib.sha256(values[0] + values[1] + bytes.fromhex(draw["head_root"])).digest()
    assert seed.hex() == draw["seed"]
    out = {row["expert"] for row in frozen["conflicts"] + frozen["left_out"]}
    seats, orders = [], {}
    for wanted in frozen["fields"]:
        field = wanted["field"]
        orders[field] = permuted([e["expert"] for e in frozen["pool"] if field in e["fields"] and e["expert"] not in out], seed, field)
        free = [e for e in orders[field] if e not in [s[1] for s in seats]]
        seats += [(field, e) for e in free[:wanted["seats"]]]
    return seats, orders


# --- tests ----------------------------------------------------------------------------------------------

def test_conflicts_and_what_is_not_known_are_shown_before_the_draw(world):
    panel = ok(form(world, [("law", 3)]), 201)["panel"]
    found = ok(world["province_officer"].get(f"/panels/{panel}/conflicts"))
    assert {e["expert"] for e in found["pool"]} >= set(world.experts)
    seen = {(c.get("expert"), c["kind"], c["reason"]) for c in found["conflicts"]}
    assert (world.experts[7], "conflict", "own_unit") in seen, seen
    assert (world.experts[8], "not_drawn", "no_account") in seen, seen
    assert (None, "unknown", "group_unknown") in seen, seen
    assert not [c for c in found["conflicts"] if c.get("expert") == world.experts[1]], found
    row = next(c for c in found["conflicts"] if c["reason"] == "own_unit")
    assert row["rows"] == f"expert:{world.experts[7]}/employments/0" and row["label"], row
    ok(act(world, panel, "leave-out", {"expert": world.experts[1], "reason": "虚构：另有关系"}))
    found = ok(world["province_officer"].get(f"/panels/{panel}/conflicts"))
    assert (world.experts[1], "left_out") in {(c.get("expert"), c["reason"]) for c in found["conflicts"]}


def test_who_acts_for_an_officer_works_on_his_panels_in_his_right(world):
    """But commits to no value, and is no other officer than he."""
    of = world["province_officer"]
    add = {"name": "lent_to", "display_name": "虚构代办", "unit": of.unit}
    account = ok(world[client.FIRST].ask("POST", "/accounts", add), 201)["id"]
    ok(of.ask("POST", "/grants", {"account": account, "role": "province_officer", "delegate": True, "to": "2099-12-31"}), 201)
    lent = client.Person(world.server, world.token("lent_to"), "lent_to")
    body = {"title": "代办组建", "pack": "sc-yunying-2025", "evaluation": "comprehensive", "basis": "虚构", "mode": "open", "outlier": "20",
            "fields": [{"field": "law", "seats": 1}], "heads": [{"head": h, "weight": w} for h, w in WEIGHTS.items()],
            "cases": panels.cases_of(world)}
    panel = ok(lent.ask("POST", "/panels", body), 201)["panel"]
    assert panel in [p["id"] for p in lent.get("/panels").json["items"]]
    assert ok(lent.get(f"/panels/{panel}"))["title"] == "代办组建"
    (entry,), = client.ask_sql(world, "SELECT l.body FROM record_version v JOIN log_entry l ON l.uid = v.entry WHERE v.type = 'panel'"
                                      f" AND v.record_id = {panel}")
    assert f'"for":{of.account}' in entry and f'"who":{account}' in entry, entry
    ok(act(world, panel, "freeze", {}, "province_leader"))
    page = client.Browser(world, "lent_to")
    assert page.link().status == 200
    done = page.ask("POST", f"/panels/{panel}/actions/commit", {"commitment": "ab" * 32})
    assert done.status == 403 and "in person" in done.json["detail"], done


def test_several_draws_over_one_case_are_not_prepared_at_once(world):
    """Who knows all values but the last of several would choose one of them."""
    cases = panels.cases_of(world)
    one, two = (ok(form(world, [("law", 3)], cases=cases), 201)["panel"] for _ in range(2))
    ok(act(world, one, "freeze"))
    done = act(world, two, "freeze")
    assert done.status == 409 and f"panel {one}" in done.json["detail"], done
    assert form(world, [("law", 3)], cases=cases).status == 409  # nor is a third formed meanwhile


def test_a_patent_held_together_is_a_conflict(world):
    path = os.path.join(world.data, "joint.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("公开（公告）号,标题,申请人,发明人\nCN193000901A,一种虚构装置,虚构centreB,虚构专家3\n")
    world.server.run("import", path)
    panel = ok(form(world, [("law", 3)]), 201)["panel"]
    for _ in range(6000):  # the server follows what was imported
        found = ok(world["province_officer"].get(f"/panels/{panel}/conflicts"))["conflicts"]
        mine = [c for c in found if c.get("expert") == world.experts[3]]
        if mine:
            break
        time.sleep(0.1)
    assert mine and mine[0]["reason"] == "co_inventor" and mine[0]["rows"].startswith("patent:"), found
    assert not [c for c in found if c["reason"] == "patents_unknown"], found


@tap.meets("SCYY-068", "SXYY-043.2")
def test_the_same_seed_gives_the_same_experts_by_other_lines(world):
    panel = ok(form(world, [("law", 2), ("finance", 2)]), 201)["panel"]
    draw = drawn(world, panel)
    seats, orders = replay(draw)
    assert [(m["field"], m["expert"]) for m in draw["members"]] == seats, (draw["members"], seats)
    for m in draw["members"]:
        assert orders[m["field"]][m["place"]] == m["expert"]
    # Who audits the province reads and replays it, and changes nothing; who audits another does not.
    assert ok(world["auditor"].get(f"/panels/{panel}/draws"))["items"][0] == draw
    assert panel in [p["id"] for p in ok(world["auditor"].get("/panels"))["items"]]
    assert act(world, panel, "freeze", {}, "auditor").status == 403
    barred = {world.experts[7], world.experts[8]}
    assert not barred & {e for order in orders.values() for e in order}, orders
    # The frozen digest and each commitment stand in the entries of the log themselves.
    said = [json.loads(row[0])["do"] for row in client.ask_sql(world, "SELECT body FROM log_entry WHERE body LIKE '%panel_draw%'")]
    assert f"freeze {draw['digest']}" in said, said
    assert all(f"commit {c['commitment']}" in said for c in draw["commitments"])
    # Who refuses, or does not come, is followed by the next of the same permutation.
    members = ok(world["province_officer"].get(f"/panels/{panel}"))["members"]
    first = members[0]
    todo = ok(world.drawable[world.accounts[first["expert"]]].get("/todo?box=todo"))["items"]
    assert [(t["type"], t["id"]) for t in todo if f"评审组 {panel}）" in t.get("note", "")] == [("expert", first["expert"])], todo
    ok(act(world, panel, "answer", {"answer": "refuse", "reason": "出差"}, world.accounts[first["expert"]]))
    taken = {m["expert"] for m in members}
    expected = next((e for e in orders[first["field"]] if e not in taken), None)
    todo = ok(world.drawable[world.accounts[first["expert"]]].get("/todo?box=todo"))["items"]
    assert not [t for t in todo if f"评审组 {panel}）" in t.get("note", "")], todo
    after = ok(world["province_officer"].get(f"/panels/{panel}"))["members"]
    assert [m["expert"] for m in after[len(members):]] == ([expected] if expected else []), (after, orders)


ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
ESBUILD = os.path.join(ROOT, "node_modules", ".bin", "esbuild")


def by_page(world, who, panel, storage, act):
    """What the page of the draw asks the server for, with that browser's storage: the body."""
    module = os.path.join(world.data, "value.mjs")
    subprocess.run([ESBUILD, os.path.join(ROOT, "web", "app", "rooms", "panel", "value.ts"), "--format=esm", f"--outfile={module}",
                    "--log-level=error"], check=True)
    script = """
const [module, storage, who] = process.argv.slice(1), kept = JSON.parse(storage);
const { commitmentFor, keptAs, valueFor } = await import(module);
const keeper = { getItem: (k) => kept[k] ?? null, setItem: (k, v) => { kept[k] = v; } };
const given = await (%s)(keptAs(who, %d, 1), keeper);
console.log(JSON.stringify([kept, given]));""" % ("commitmentFor" if act == "commit" else "valueFor", panel)
    done = subprocess.run(["node", "--input-type=module", "-e", script, module, json.dumps(storage), who], capture_output=True,
                          text=True, check=True)
    kept, given = json.loads(done.stdout)
    storage.update(kept)
    return {"commitment" if act == "commit" else "value": given}


def test_the_page_makes_each_value_itself_and_commits_first(world):
    if not os.path.exists(ESBUILD):
        raise tap.Skip("the packages of the web application are not installed")
    panel, storage = ok(form(world, [("law", 2)]), 201)["panel"], {"province_officer": {}, "province_leader": {}}
    ok(act(world, panel, "freeze"))
    given = {}
    for who, kept in storage.items():
        given[who] = by_page(world, who, panel, kept, "commit")["commitment"]
        assert by_page(world, who, panel, kept, "commit")["commitment"] == given[who]  # asked for again it is the same
        ok(act(world, panel, "commit", {"commitment": given[who]}, who))
    assert len(set(given.values())) == 2
    for who, kept in storage.items():
        value = bytes.fromhex(by_page(world, who, panel, kept, "reveal")["value"])
        assert len(value) == 32 and hashlib.sha256(value).hexdigest() == given[who]
        last = ok(reveal(world, panel, who, value))
    assert last["draw"] == "drawn", last


def test_a_wrong_value_ends_the_draw_and_another_commits(world):
    panel = ok(form(world, [("law", 2)]), 201)["panel"]
    ok(act(world, panel, "freeze"))
    value = secrets.token_bytes(32)
    assert act(world, panel, "commit", {"commitment": "00"}).status == 400
    assert world["province_officer"].ask("POST", f"/panels/{panel}/actions/commit",
                                         {"commitment": hashlib.sha256(value).hexdigest()}).status == 403  # a program
    ok(act(world, panel, "commit", {"commitment": hashlib.sha256(value).hexdigest()}))
    assert act(world, panel, "commit", {"commitment": hashlib.sha256(b"other").hexdigest()}).status == 409
    ok(act(world, panel, "commit", {"commitment": hashlib.sha256(b"x" * 32).hexdigest()}, "province_leader"))
    ok(reveal(world, panel, "province_officer", value))
    # Who is to reveal the second value cannot see what it would bring, and so not prevent it by a wrong one.
    for who in ("province_leader", "auditor"):
        for path in ("", "/draws"):
            assert value.hex() not in world[who].get(f"/panels/{panel}{path}").content.decode(), (who, path)
    given = ok(world["auditor"].get(f"/panels/{panel}/draws"))["items"][0]["commitments"]
    assert [(c["revealed"], c.get("value")) for c in given] == [(True, None), (False, None)], given
    assert not client.ask_sql(world, f"SELECT 1 FROM log_entry WHERE body LIKE '%{value.hex()}%'")
    done = ok(reveal(world, panel, "province_leader", secrets.token_bytes(32)))
    assert done["draw"] == "failed" and done["fault"] == "wrong value" and done["state"] == "draft", done
    draw = ok(world["province_officer"].get(f"/panels/{panel}/draws"))["items"][0]
    assert draw["fault_of"] == world["province_leader"].account and not draw["members"], draw
    ok(act(world, panel, "freeze"))
    refused = act(world, panel, "commit", {"commitment": hashlib.sha256(b"y").hexdigest()}, "province_leader")
    assert refused.status == 403, refused


def test_the_file_is_shown_to_who_may_score_it_and_to_nobody_else(world):
    panel = ok(form(world, [("law", 2)]), 201)["panel"]
    drawn(world, panel)
    one, two = [c["case"] for c in ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]
    (first, _), (second, _) = seated(world, panel)
    ok(first.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
    assert first.get(f"/panels/{panel}/scores/{one}/file").status == 404  # nothing said of conflicts
    ok(first.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": [{"unit": world.units["centreB"], "reason": "亲属任职"}]}))
    shown = ok(first.get(f"/panels/{panel}/scores/{one}/file"))
    assert shown["type"] == "application" and shown["record"]["owner_unit"] == world.units["centreA"], shown
    assert not [name for name in shown["record"] if name.startswith("_")], shown
    assert first.get(f"/panels/{panel}/scores/{two}/file").status == 404  # recused
    assert second.get(f"/panels/{panel}/scores/{one}/file").status == 404  # not accepted
    assert first.get(f"/records/application/{shown['record']['id']}").status == 404  # the record itself is not his
    expert = next(e for e, name in world.accounts.items() if world.drawable.get(name) is first)
    version = ok(world["province_officer"].get(f"/records/expert/{expert}"))["version"]
    employments = [{"name": "虚构大学", "to": False}, {"name": "虚构centreA", "to": "2026-01-01"}]
    assert world["province_officer"].change("expert", expert, version, {"employments": employments}).status == 200
    assert first.get(f"/panels/{panel}/scores/{one}/file").status == 404  # a conflict that came up since
    gone = world["province_officer"].change("expert", expert, version + 1, {"employments": employments[:1]})
    assert gone.status == 400 and gone.json["errors"][0]["code"] == "kept", gone
    untie = f"/records/expert/{expert}/actions/untie?reason=x"
    assert world["province_officer"].ask("POST", untie, {"employments": employments[:1]}).status == 202
    assert first.get(f"/panels/{panel}/scores/{one}/file").status == 404
    ok(world.sessions["province_leader"].ask("POST", untie, {}))
    assert first.get(f"/panels/{panel}/scores/{one}/file").status == 200  # …two take it back

    def change(who, fields):
        version = ok(world["province_officer"].get(f"/records/expert/{expert}"))["version"]
        assert who.change("expert", expert, version, fields).status == 200
        return first.get(f"/panels/{panel}/scores/{one}/file").status

    # What he says of himself after he was drawn he does not take back: he neither reads nor scores, …
    tie = [{"name": "虚构centreA", "reason": "虚构：亲属任职"}]
    assert change(first, {"declared": tie}) == 404
    for who in (first, world["province_officer"]):  # one person alone takes no tie out, he or an officer
        version = ok(world["province_officer"].get(f"/records/expert/{expert}"))["version"]
        gone = who.change("expert", expert, version, {"declared": []})
        assert gone.status == 400 and gone.json["errors"][0]["code"] == "kept", gone
    assert save(first, panel, one, 0, POINTS[0]).status == 404
    assert change(first, {"employments": [{**employments[0], "post": "虚构教授"}]}) == 404
    # … until who keeps the pool does, and not by another word of it.
    assert change(world["province_officer"], {"phone": "13800000000"}) == 404
    assert world["province_officer"].ask("POST", untie, {"declared": []}).status == 202
    assert first.get(f"/panels/{panel}/scores/{one}/file").status == 404
    ok(world.sessions["province_leader"].ask("POST", untie, {}))
    assert first.get(f"/panels/{panel}/scores/{one}/file").status == 200

    # Nor is it taken out by ending his record and entering him anew.
    office, number = world["province_officer"], bodies.resident_id(900)
    person = {"name": "虚构专家", "id_number": number, "fields": ["law"], "employments": employments[:1], "declared": tie}
    old = ok(office.create("expert", person), 201)["id"]
    ok(office.act("expert", old, "end", query="?reason=x"))
    for without in ("declared", "employments"):
        bare = office.create("expert", {**person, without: []})
        assert bare.status == 400 and [x["field"] for x in bare.json["errors"]] == [client.pointer(without)], bare
    account = f"fictional-{old}"
    again = ok(office.create("expert", {**person, "account_name": account, "consent": True}), 201)
    assert again["id"] != old

    # Who he is stays, and what he consents to is his own word.
    for other in ({"id_number": bodies.resident_id(901)}, {"name": "虚构甲"}, {"account_name": "other"}, {"consent": False}):
        said = office.change("expert", again["id"], again["version"], other)
        assert said.status == 400 and said.json["errors"][0]["code"] == "kept", (other, said)
    assert office.ask("POST", f"/records/expert/{again['id']}/actions/agree", {"consent": False}).status == 403
    correct = f"/records/expert/{again['id']}/actions/untie?reason=x"
    assert office.ask("POST", correct, {"name": "虚构甲"}).status == 202
    assert ok(world.sessions["province_leader"].ask("POST", correct, {}))["version"] > again["version"]
    # The same account under another number brings the ties with it, also where it is entered later.
    ok(office.act("expert", again["id"], "end", query="?reason=x"))
    bare = {"name": "虚构乙", "id_number": bodies.resident_id(902), "fields": ["law"]}
    assert office.create("expert", {**bare, "account_name": account}).status == 400
    late = ok(office.create("expert", bare), 201)
    assert office.change("expert", late["id"], late["version"], {"account_name": account}).status == 400
    ok(office.act("expert", late["id"], "end", query="?reason=x"))
    # Who sits is not taken out of the pool by one officer, and says himself that he consents no more.
    assert office.act("expert", expert, "end", query="?reason=x").status == 409
    ok(first.ask("POST", f"/records/expert/{expert}/actions/agree", {"consent": False}))
    ok(first.ask("POST", f"/records/expert/{expert}/actions/agree", {"consent": True}))


def cosign(world, folder, since=0):
    """The latest head, by a witness that is known here."""
    def run(*arguments, stdin=None):
        return subprocess.run([ZHIYUN, "--lang", "en", *arguments], input=stdin, capture_output=True, text=True, check=True).stdout
    key = f"{folder}/city.key"
    if not os.path.exists(key):
        world.server.run("witness", "trust", run("witness", "new", "witness/city", "--key", key).strip())
    with open(os.path.join(world.data, "keys", "log.vkey"), encoding="ascii") as file:
        log = file.read().strip()
    request = world.server.run("witness", "request", "--from", str(since))
    line = run("witness", "cosign", "--key", key, "--log", log, "--state", f"{folder}/memory", stdin=request)
    size = int(request.split("\n\n")[1].splitlines()[1])
    ok(world["public"].ask("POST", "/log/cosignatures", {"size": size, "line": line.strip()}))
    return size


def test_where_a_witness_is_known_its_head_is_the_seed(world):
    panel = ok(form(world, [("law", 2)]), 201)["panel"]
    ok(act(world, panel, "freeze"))
    values = {who: secrets.token_bytes(32) for who in ("province_officer", "province_leader")}
    with tempfile.TemporaryDirectory(prefix="zhiyun-witness-") as folder:
        first = cosign(world, folder)
        for who, value in values.items():
            ok(act(world, panel, "commit", {"commitment": hashlib.sha256(value).hexdigest()}, who))
        wait_for_head(world)
        refused = act(world, panel, "reveal", {"value": values["province_officer"].hex()})
        assert refused.status == 409 and "cosigned" in refused.json["detail"], refused
        size = cosign(world, folder, first)
        for who, value in values.items():
            ok(act(world, panel, "reveal", {"value": value.hex()}, who))
        both = " ".join(value.hex() for value in values.values())
        assert client.ask_sql(world, f"SELECT 1 FROM log_entry WHERE body LIKE '%reveal {both}%'")
    os.remove(os.path.join(world.data, "keys", "witnesses"))
    draw = ok(world["province_officer"].get(f"/panels/{panel}/draws"))["items"][0]
    assert draw["head_size"] == size, (draw, size)
    assert [(m["field"], m["expert"]) for m in draw["members"]] == replay(draw)[0]


def refused_at(reply, *fields):
    assert reply.status == 400 and [f["field"] for f in reply.json["errors"]] == [client.pointer(field) for field in fields], reply
    assert all(f["message"] for f in reply.json["errors"]), reply


def test_a_panel_is_refused_at_the_field_that_is_wrong(world):
    good = {"title": "虚构评审组", "pack": "sc-yunying-2025", "evaluation": "comprehensive", "basis": "虚构的评审工作方案", "mode": "open",
            "outlier": "20", "fields": [{"field": "law", "seats": 1}], "heads": [{"head": h, "weight": w} for h, w in panels.WEIGHTS.items()],
            "cases": panels.cases_of(world)}
    law, heads = good["fields"][0], good["heads"]
    for field, changed in (
            ("title", {"title": ""}), ("title", {"title": " \u3000\n"}), ("title", {"title": "名" * 201}), ("title", {"title": "一\n二"}),
            ("title", {"title": "一\u0000二"}), ("title", {"title": 5}), ("basis", {"basis": "  "}), ("basis", {"basis": "依" * 2001}),
            ("basis", {"basis": "依\u0007据"}), ("outlier", {"outlier": "-0"}), ("outlier", {"outlier": "1e1"}),
            ("mode", {"mode": "half"}), ("fields[1].field", {"fields": [law, {"field": "astrology", "seats": 1}]}),
            ("fields[0].field", {"fields": [{"field": "", "seats": 1}]}), ("fields[0].seats", {"fields": [{"field": "law", "seats": 1.5}]}),
            ("fields[0].seats", {"fields": [{"field": "law", "seats": "1"}]}), ("fields[0].seat", {"fields": [{**law, "seat": 2}]}),
            ("fields[0].seats", {"fields": [{"field": "law", "seats": 51}]}), ("fields", {"fields": []}), ("fields", {"fields": {}}),
            ("fields[0]", {"fields": ["law"]}), ("fields[1].field", {"fields": [law, law]}),
            ("heads[0].weight", {"heads": [{**heads[0], "weight": "-0"}, *heads[1:]]}),
            ("heads[0].label", {"heads": [{**heads[0], "label": "项" * 201}, *heads[1:]]}),
            ("heads[1].head", {"heads": [heads[0], heads[0], *heads[2:]]}), ("heads", {"heads": heads[:3]}),
            ("cases[0]", {"cases": ["1"]}), ("cases[1]", {"cases": good["cases"][:1] * 2}), ("cases[0]", {"cases": [2 ** 53]})):
        refused_at(world["province_officer"].ask("POST", "/panels", {**good, **changed}), field)
    both = world["province_officer"].ask("POST", "/panels", {**good, "title": "", "fields": [{"field": 7}], "more": 1})
    refused_at(both, "title", "fields[0].field", "fields[0].seats", "more")
    # Half a character is none: it is not kept as another one.
    whole = json.dumps(good).replace(json.dumps("虚构评审组"), '"half \\ud800"')
    half = world["province_officer"].ask("POST", "/panels", raw=whole.encode(), headers={"Content-Type": "application/json"})
    refused_at(half, "title")
    assert "\\ud800" in half.json["detail"], half
    assert ok(world["province_officer"].ask("POST", "/panels", {**good, "title": " 名😀𫝀 ", "basis": "一\n二\t三"}), 201)


def test_a_sheet_is_refused_at_the_field_that_is_wrong(world):
    panel = ok(form(world, [("law", 1)]), 201)["panel"]
    drawn(world, panel)
    one, two = [c["case"] for c in ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]
    units = [world.units["centreA"], world.units["centreB"]]
    [(person, _)] = seated(world, panel)

    def act_as(action, body):
        return person.ask("POST", f"/panels/{panel}/actions/{action}", body)
    refused_at(act_as("answer", {"answer": "perhaps"}), "answer")
    refused_at(act_as("answer", {"answer": "refuse", "reason": "由" * 2001}), "reason")
    ok(act_as("answer", {"answer": "accept"}))
    for field, recusals in (("recusals", {}), ("recusals[0].unit", [{"unit": "1", "reason": "亲属"}]),
                            ("recusals[0].reason", [{"unit": units[0], "reason": " "}]), ("recusals[0].unit", [{"reason": "亲属"}]),
                            ("recusals[1].unit", [{"unit": units[0], "reason": "一"}, {"unit": units[0], "reason": "二"}])):
        refused_at(act_as("declare", {"recusals": recusals}), field)
    ok(act_as("declare", {"recusals": []}))

    def sheet(scores, **more):
        return person.ask("PUT", f"/panels/{panel}/scores/{one}", {"version": 0, "scores": scores, **more})
    good = [{"head": h, "points": "80"} for h in panels.WEIGHTS]
    for points in ("-0", "-0.00", "-1", "+1", "1e1", "80.001", "80.", ".5", "", " 80", "８０", "nan", True, None, [80]):
        refused_at(sheet([{**good[0], "points": points}, *good[1:]]), "scores[0].points")
    refused_at(sheet([{**good[0], "points": "100.01"}, *good[1:]]), "scores[0].points")
    refused_at(sheet([*good, {"head": good[0]["head"], "points": "10"}]), f"scores[{len(good)}].head")
    refused_at(sheet([{"head": "beauty", "points": "10"}]), "scores[0].head")
    refused_at(sheet([{"points": "10"}]), "scores[0].head")
    refused_at(sheet(good, opinion="见" * 20001), "opinion")
    refused_at(sheet(good, opinion="见\u0000"), "opinion")
    refused_at(sheet(good, result="maybe"), "result")
    assert ok(person.get(f"/panels/{panel}/scores/{one}"))["version"] == 0, "nothing of these was kept"
    ok(sheet(good, opinion="见" * 20000))
    kept = ok(person.get(f"/panels/{panel}/scores/{one}"))
    assert [s["points"] for s in kept["scores"]] == ["80.00"] * len(good) and kept["opinion"] == "见" * 20000, kept
    ok(person.ask("POST", f"/panels/{panel}/scores/{one}/submit", {"version": 1}))
    ok(person.ask("PUT", f"/panels/{panel}/scores/{two}", {"version": 0, "scores": good}))
    ok(person.ask("POST", f"/panels/{panel}/scores/{two}/submit", {"version": 1}))
    result = {"case": one, "result": "pass", "reason": "达到目标"}
    for field, results in (("results[1].case", [result, {**result, "result": "fail"}]), ("results[0].reason", [{**result, "reason": ""}]),
                           ("results[0].case", [{**result, "case": 2 ** 53}]), ("results[0].result", [{**result, "result": "half"}])):
        refused_at(act(world, panel, "close", {"results": results}), field)


@tap.meets("SCYY-068", "SXYY-043.2", "SCYC-062.1")
def test_scores_are_locked_and_the_report_is_what_they_come_to(world):
    panel = ok(form(world, [("law", 3)], mode="blind"), 201)["panel"]
    drawn(world, panel)
    one, two = [c["case"] for c in ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]
    # Who audits in the province reads how it was drawn, as the office does.
    audited = ok(world["auditor"].get(f"/panels/{panel}"))
    assert [m["expert"] for m in audited["members"]] == [m["expert"] for m in ok(world["province_officer"].get(f"/panels/{panel}"))["members"]]
    assert panel in [p["id"] for p in ok(world["auditor"].get("/panels"))["items"]], "and finds it in the list"
    people = seated(world, panel)
    units = [world.units["centreA"], world.units["centreB"]]
    for (person, member), points in zip(people, POINTS):
        assert person.get(f"/panels/{panel}/scores/{one}").status == 404  # not accepted
        ok(person.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
        assert person.get(f"/panels/{panel}/scores/{one}").status == 404  # nothing said of conflicts
        assert ok(person.get(f"/panels/{panel}/scores"))["items"] == []
        assert sorted(p["unit"] for p in ok(person.get(f"/panels/{panel}/parties"))["items"]) == sorted(units)
        recusals = [{"unit": units[1], "reason": "亲属任职"}] if points is POINTS[2] else []
        ok(person.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": recusals}))
        sheet = ok(person.get(f"/panels/{panel}/scores/{one}"))
        assert person.get(f"/panels/{panel}/scores/{one}/file").status == 404
        assert sheet["place"] == 1 and "party" not in sheet and "number" not in sheet, sheet  # blind
        ok(save(person, panel, one, 0, points, opinion="虚构意见"))
        assert person.ask("POST", f"/panels/{panel}/scores/{one}/submit", {"version": 0}).status == 409
        ok(person.ask("POST", f"/panels/{panel}/scores/{one}/submit", {"version": 1}))
        late = save(person, panel, one, 2, points)
        assert late.status == 409 and "locked" in late.json["detail"], late
        if recusals:
            assert person.get(f"/panels/{panel}/scores/{two}").status == 404
            assert save(person, panel, two, 0, points).status == 404
        else:
            ok(save(person, panel, two, 0, points))
            open_ones = ok(world["province_officer"].get(f"/panels/{panel}/scores"))["items"]
            assert all(s["scores"] == [] for s in open_ones if s["state"] == "draft"), open_ones
            ok(person.ask("POST", f"/panels/{panel}/scores/{two}/submit", {"version": 1}))
    # Somebody who was not drawn, another office, an applicant: there is no such panel.
    outside = [p for p in (*world.drawable.values(), world["expert"]) if p not in [q for q, _ in people]]
    for person in (*outside, world["province_other"], world["centre_manager"]):
        for path in ("", "/scores", f"/scores/{one}"):
            assert person.get(f"/panels/{panel}{path}").status in (403, 404), (person.name, path)
    # Who speaks Chinese reads no English and no code.
    chinese = {"Accept-Language": "zh"}
    nobody = outside[0].ask("GET", f"/panels/{panel}/scores/{one}", headers=chinese)
    assert nobody.status == 404 and re.search("[a-z]", nobody.json["detail"]) is None, nobody
    other = people[0][0].ask("GET", f"/panels/{panel}/scores/{one + 1000}", headers=chinese)
    assert other.status == 404 and "评审组" in other.json["detail"] and re.search("[a-z]", other.json["detail"]) is None, other
    # One sheet is opened again by two officers, with a reason; the second of them is another.
    sheet = next(s["sheet"] for s in ok(world["province_officer"].get(f"/panels/{panel}/scores"))["items"] if s["member"] == people[0][1])
    path = f"/panels/{panel}/sheets/{sheet}/actions/reopen"
    refused_at(world.sessions["province_officer"].ask("POST", path, {}), "reason")
    waits = world.sessions["province_officer"].ask("POST", path, {"reason": "笔误"})
    assert waits.status == 202 and not waits.json["reopened"] and waits.json["proposal"], waits
    assert world.sessions["province_officer"].ask("POST", path, {"reason": "笔误"}).status == 409
    assert all(s["state"] == "locked" for s in ok(world["province_officer"].get(f"/panels/{panel}/scores"))["items"])
    row = next(r for r in ok(world["province_leader"].get("/todo?box=todo"))["items"] if r.get("proposal") == waits.json["proposal"])
    assert row["type"] == "panel_sheet" and row["id"] == sheet and row["change"] == "reopen" and row["arguments"] == {"panel": panel} and row["reason"] == "笔误", row
    assert ok(world.sessions["province_leader"].ask("POST", path, {}))["reopened"]
    results = [{"case": one, "result": "pass", "reason": "达到目标"}, {"case": two, "result": "fail", "reason": "未达到目标"}]
    early = act(world, panel, "close", {"results": results})
    owes = next(m["name"] for m in ok(world["province_officer"].get(f"/panels/{panel}"))["members"] if m["member"] == people[0][1])
    numbers = [c["number"] for c in ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]
    assert early.status == 409 and early.json["detail"].endswith(tuple(f": {owes} (1: {number})" for number in numbers)), early
    reopened = one if ok(people[0][0].get(f"/panels/{panel}/scores/{one}"))["state"] == "draft" else two
    ok(people[0][0].ask("POST", f"/panels/{panel}/scores/{reopened}/submit", {"version": 3}))
    ok(act(world, panel, "close", {"results": results}))
    over = world["province_officer"].ask("POST", f"/panels/{panel}/actions/close", {"results": results}, headers=chinese)
    assert over.status == 409 and over.json["detail"].startswith("专家组已结束："), over
    reply = world["province_officer"].get(f"/panels/{panel}/report")
    state = ok(world["province_officer"].get(f"/panels/{panel}"))
    assert hashlib.sha256(reply.content).hexdigest() == state["report_digest"]
    check_report(reply.json)
    assert people[0][0].get(f"/panels/{panel}/report").status == 403
    # Who did not pass is marked in the next panel of this kind.
    later = ok(world["province_officer"].get(f"/panels/{ok(form(world, [('law', 1)]), 201)['panel']}"))["cases"]
    assert later[0]["failed_before"] == "" if "failed_before" in later[0] else True
    assert later[1]["failed_before"] == f"panel:{panel}", later


def check_report(report):
    """Every figure again, from the points as they were given."""
    for case, sheets in zip(report["cases"], (POINTS, POINTS[:2])):
        totals = [sum(fractions.Fraction(p) * int(w) / 100 for p, w in zip(points, WEIGHTS.values())) for points in sheets]
        mean = sum(totals) / len(totals)
        variance = sum((t - mean) ** 2 for t in totals) / len(totals)
        spread = {k: fractions.Fraction(int(case["spread"][k]["num"]), int(case["spread"][k]["den"])) for k in
                  ("min", "max", "mean", "variance")}
        assert spread == {"min": min(totals), "max": max(totals), "mean": mean, "variance": variance}, (spread, totals)
        assert abs(float(case["spread"]["deviation"]) - float(variance) ** 0.5) < 0.0001
        for sheet, total in zip(case["sheets"], totals):
            others = (sum(totals) - total) / (len(totals) - 1)
            assert fractions.Fraction(int(sheet["total"]["num"]), int(sheet["total"]["den"])) == total
            assert sheet["outlier"] == (abs(total - others) > 20), (sheet, others)
    assert [c["rank"] for c in report["cases"]] == [2, 1], report["cases"]
    assert [c["result"] for c in report["cases"]] == ["pass", "fail"]
    assert {w["weight_from"] for w in report["weights"]} == {"office"}  # the document gives none
    assert {w["head_from"] for w in report["weights"]} == {"document"}


def test_a_meeting_is_recorded_in_one_request(world):
    cases, experts = panels.cases_of(world), [world.experts[0], world.experts[1], world.experts[8]]  # the last has no account
    done = ok(meet(world, experts, cases), 201)
    assert done["state"] == "closed", done
    panel = ok(world["province_officer"].get(f"/panels/{done['panel']}"))
    assert panel["held_on"] == "2026-01-05" and [c["result"] for c in panel["cases"]] == ["pass", "pass"], panel
    assert [m["expert"] for m in panel["members"]] == experts and all(m["state"] == "accepted" for m in panel["members"]), panel
    for member in panel["members"]:  # his signed sheets are there to be read
        assert world["province_officer"].get(f"/files/{member['file']}").status == 200, member
    reply = world["province_officer"].get(f"/panels/{done['panel']}/report")
    assert hashlib.sha256(reply.content).hexdigest() == panel["report_digest"] and reply.json["held_on"] == "2026-01-05"
    assert [len(c["sheets"]) for c in reply.json["cases"]] == [3, 3], reply.json
    choice = ok(world["province_officer"].get(f"/panels/{done['panel']}/draws"))["items"][0]
    assert choice["state"] == "chosen" and hashlib.sha256(choice["frozen"].encode()).hexdigest() == choice["digest"], choice
    asked = client.ask_sql(world, f"SELECT count(*) FROM assignment WHERE note LIKE '%评审组 {done['panel']}）'")
    assert int(asked[0][0]) == 0, "nobody is invited to a meeting that was held"


def test_who_has_a_conflict_does_not_score_at_a_meeting(world):
    cases, experts = panels.cases_of(world), [world.experts[0], world.experts[7]]  # he works at centreA, whose case is the first
    refused = meet(world, experts, cases)
    assert refused.status == 409 and "虚构专家7" in refused.json["detail"] and "centreA" in refused.json["detail"], refused
    scores = [{"head": h, "points": "70"} for h in WEIGHTS]
    sheets = [{"case": c, "expert": x, "scores": scores} for c in cases for x in experts if (c, x) != (cases[0], experts[1])]
    ok(meet(world, experts, cases, sheets=sheets), 201)
    one = panels.case_of(world, "centreA")
    refused = meet(world, experts, [one])
    assert refused.status == 409 and "虚构专家7" in refused.json["detail"] and "experts[1]" in refused.json["detail"], refused
    # What an expert says of himself counts as well: he has a conflict with the other party, and scores no case of it.
    other = panels.case_of(world, "centreB")
    recusals = [{"unit": world.units["centreB"], "reason": "虚构：近亲属任职"}]
    people = [{"expert": experts[0], "file": signed_sheets(world)},
              {"expert": world.experts[1], "file": signed_sheets(world), "recusals": recusals}]
    refused = meet(world, [experts[0], world.experts[1]], [other], experts=people)
    assert refused.status == 409 and "虚构专家1" in refused.json["detail"], refused


def test_a_meeting_is_refused_at_what_is_wrong(world):
    cases, experts = panels.cases_of(world), world.experts[:2]
    whole = {"case": cases[0], "expert": experts[0], "scores": [{"head": h, "points": "80"} for h in WEIGHTS]}
    for status, word, more in (
            (400, "held_on", {"held_on": "2099-01-01"}),
            (400, "held_on", {"held_on": "2026-01-01"}),  # before the cases were checked again
            (400, "held_on", {"held_on": "上周"}),
            (400, "results", {"results": []}),
            (400, "experts[0].file", {"experts": [{"expert": x, "file": "ab" * 32} for x in experts]}),
            (400, "experts", {"experts": []}),
            (400, "sheets[0].expert", {"sheets": [{**whole, "expert": world.experts[3]}]}),
            (400, "sheets[0].case", {"sheets": [{**whole, "case": 999999}]}),
            (400, "sheets[1]", {"sheets": [whole, whole]}),
            (400, "scores", {"sheets": [{**whole, "scores": whole["scores"][:1]}]}),
            (409, "虚构专家1", {"sheets": [whole, {**whole, "case": cases[1]}]})):
        refused = meet(world, experts, cases, **more)
        assert refused.status == status and word in json.dumps(refused.json, ensure_ascii=False), (word, refused.json)
    assert world["city_officer"].ask("POST", "/panels/meetings", {}).status in (400, 403)
    assert world["centre_manager"].ask("POST", "/panels/meetings", {}).status == 403
    ok(meet(world, experts, cases), 201)  # nothing of it was kept


def test_chosen_experts_score_online(world):
    panel = ok(form(world, []), 201)["panel"]
    refused = act(world, panel, "freeze")
    assert refused.status == 400 and "fields" in refused.json["detail"], refused
    refused = act(world, panel, "choose", {"experts": [world.experts[8]]})
    assert refused.status == 409 and "虚构专家8" in refused.json["detail"], refused
    assert ok(act(world, panel, "choose", {"experts": [world.experts[0]]}))["state"] == "drawn"
    ok(act(world, panel, "choose", {"experts": [world.experts[2]]}))
    assert act(world, panel, "choose", {"experts": [world.experts[2]]}).status == 409
    people = seated(world, panel)
    assert len(people) == 2, people
    rows = [c["case"] for c in ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]
    for person, _ in people:
        ok(act_of(person, panel, "answer", {"answer": "accept"}))
        ok(act_of(person, panel, "declare", {"recusals": []}))
        for row in rows:
            ok(save(person, panel, row, 0, POINTS[0]))
            ok(person.ask("POST", f"/panels/{panel}/scores/{row}/submit", {"version": 1}))
    results = [{"case": row, "result": "pass", "reason": "虚构评审结论"} for row in rows]
    assert ok(act(world, panel, "close", {"results": results}))["state"] == "closed"


def test_heads_count_alike_without_weights_and_points_are_marks_of_a_weight(world):
    """What a sheet says to each head is kept with it; the figures are taken again from the points."""
    said = {"plan": "完成九成", "services": "", "economic": "合同三份", "social": ""}
    for weights, marks, points in ((None, False, ["80", "70", "60", "50.5"]), (WEIGHTS, True, ["36.5", "30", "11", "9"])):
        heads = [{"head": h, **({"weight": weights[h]} if weights else {})} for h in WEIGHTS]
        body = {"title": "虚构网上评审", "pack": "sc-yunying-2025", "evaluation": "comprehensive", "basis": "虚构的评审工作方案", "mode": "open",
                "outlier": "20", "heads": heads, "cases": [panels.case_of(world, "centreB")], "due_on": "2026-12-31", "marks": marks}
        refused_at(world["province_officer"].ask("POST", "/panels", {**body, "due_on": "年底"}), "due_on")
        panel = ok(world["province_officer"].ask("POST", "/panels", body), 201)["panel"]
        ok(act(world, panel, "choose", {"experts": [world.experts[4], world.experts[6]]}))
        [row] = [c["case"] for c in ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]
        for person, _ in seated(world, panel):
            ok(act_of(person, panel, "answer", {"answer": "accept"}))
            ok(act_of(person, panel, "declare", {"recusals": []}))
            assert ok(person.get(f"/panels/{panel}"))["due_on"] == "2026-12-31"
            begun = [{"head": "plan", "reason": "先写理由"}, {"head": "services", "points": points[1]}]
            ok(person.ask("PUT", f"/panels/{panel}/scores/{row}", {"version": 0, "scores": begun}))
            kept = ok(person.get(f"/panels/{panel}/scores/{row}"))["scores"]
            assert [(s["head"], s.get("points"), s.get("reason")) for s in kept] == [("plan", None, "先写理由"), ("services", f"{float(points[1]):.2f}", None)], kept
            assert person.ask("POST", f"/panels/{panel}/scores/{row}/submit", {"version": 1}).status == 400
            scores = [{"head": h, "points": p, **({"reason": said[h]} if said[h] else {})} for h, p in zip(WEIGHTS, points)]
            if marks:
                refused_at(person.ask("PUT", f"/panels/{panel}/scores/{row}", {"version": 1, "scores": [{**scores[0], "points": "40.01"}]}), "scores[0].points")
            ok(person.ask("PUT", f"/panels/{panel}/scores/{row}", {"version": 1, "scores": scores, "result": "pass"}))
            ok(person.ask("POST", f"/panels/{panel}/scores/{row}/submit", {"version": 2}))
            assert [s.get("reason", "") for s in ok(person.get(f"/panels/{panel}/scores/{row}"))["scores"]] == list(said.values())
        ok(act(world, panel, "close", {"results": [{"case": row, "result": "pass", "reason": "达到"}]}))
        report = ok(world["province_officer"].get(f"/panels/{panel}/report"))
        total = sum(fractions.Fraction(p) for p in points) / (1 if marks else len(points))
        [judged] = report["cases"]
        assert {fractions.Fraction(int(s["total"]["num"]), int(s["total"]["den"])) for s in judged["sheets"]} == {total}, judged
        assert judged["spread"]["mean"] == judged["sheets"][0]["total"] and report["marks"] == marks, report
    half = world["province_officer"].ask("POST", "/panels", {**body, "heads": [{"head": h, **({"weight": "50"} if h == "plan" else {})} for h in WEIGHTS]})
    refused_at(half, "heads[3].weight")
    refused_at(world["province_officer"].ask("POST", "/panels", {**body, "heads": [{"head": h} for h in WEIGHTS]}), "heads")


def act_of(person, panel, action, body):
    return person.ask("POST", f"/panels/{panel}/actions/{action}", body)


def test_what_the_call_says_of_the_review_counts(world):
    def call(**fields):
        one = ok(world["province_officer"].create("call", {"title": f"虚构批次{secrets.token_hex(4)}", "programme": "sc-yunying-2025",
                                                           "opens_on": "2026-01-01", "closes_on": "2026-12-31", **fields}), 201)["id"]
        case = panels.case_of(world, "centreA")
        client.run_sql(world, [f"UPDATE flow_case SET call = {one} WHERE id = {case}"])
        return case
    refused = meet(world, world.experts[:2], [call(expert_review="online")])
    assert refused.status == 409 and "online" in refused.json["detail"], refused
    refused = meet(world, world.experts[:2], [call(experts="drawn")])
    assert refused.status == 409 and "drawn" in refused.json["detail"], refused
    ok(meet(world, world.experts[:2], [call(experts="chosen", expert_review="meeting")]), 201)
    ok(meet(world, world.experts[:2], [call()]), 201)


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        prepare(WORLD)
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
