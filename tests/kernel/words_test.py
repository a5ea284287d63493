#!/usr/bin/env python3
"""words_test.py ZHIYUN: whose word a fact is (reference/fact_words.csv), tried over HTTP.

Made from the table, the types and the processes of the packs: each fact that is not the party's own word is
written as the party, in every way that there is, and is refused; and what an office or a signature
established is amended by the office alone, with a reason that the history keeps.
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "programmes"))
import bodies  # noqa: E402
import client  # noqa: E402
import counted  # noqa: E402
import makers  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
OWN = ("party", "register", "signed")
PARTY = "centre_manager"
PARTYS_ACTORS = ("applicant", "centre")


def facts_of_others(world):
    """(type, field, word) of each fact that a field gives and that is not the party's own word."""
    for kind in world.types.values():
        for field in kind["fields"]:
            word = bodies.word_of(kind, field)
            if word and word["word"] not in OWN and field.get("retired") != "true":
                yield kind, field, word


def value_of(world, field):
    return True if field["type"] == "computed" else world.maker(PARTY, 3).value(field)


def refused(reply, field):
    """It says that this is not his to write, or that he may not write records of the kind at all."""
    if reply.status in (403, 404):
        return True
    found = [e for e in reply.json.get("errors", []) if e["field"] == client.pointer(field)]
    return reply.status in (400, 422) and any(e["code"] in ("not_writable", "unknown", "object") for e in found)


def test_the_table_has_each_key_of_the_facts_once(world):
    with open(os.path.join(bodies.ROOT, "types", "facts.yaml"), encoding="utf-8") as file:
        known = {f"{one['name']}.{key}" for one in bodies.yaml.load(file, Loader=bodies.READER)["facts"]
                 for key in one.get("keys", [])} | {"ip_body"}
    with open(os.path.join(bodies.ROOT, "reference", "fact_words.csv"), encoding="utf-8") as file:
        names = [line.split(",")[0] for line in file if not line.startswith("#")][1:]
    assert len(names) == len(set(names)) and set(names) == known, set(names) ^ known
    kinds = {row["word"] for row in bodies.words().values()}
    assert kinds <= set(OWN) | set(bodies.WHO), kinds
    assert all(row["evidence"] and row["evidence_en"] for row in bodies.words().values())
    # And the types say it: whoever draws a form from the description sees whose word it is.
    for kind, field, word in facts_of_others(world):
        reply = world["province_officer"].get(f"/types/{kind['name']}")
        if reply.status == 200:
            told = [f for f in reply.json["fields"] if f["name"] == field["name"]]
            assert told[0]["word"]["who"] == word["word"], (kind["name"], field["name"])


def test_what_another_establishes_is_created_and_changed_by_no_party(world):
    made, tried = counted.Counted(world), 0
    for number, (kind, field, _) in enumerate(facts_of_others(world), 30000):
        name, value = kind["name"], value_of(world, field)
        if value is None:
            continue
        body = {**world.maker(PARTY, number).body(kind, all_fields=False), field["name"]: value}
        reply = world[PARTY].create(name, body)
        assert refused(reply, field["name"]), ("create", name, field["name"], reply)
        if kind.get("table") != "core":
            initial = kind.get("states", {}).get("initial", "active")
            client.run_sql(world, [made.insert(name, number, "centreA", (initial, False), 1, {})])
            before = client.ask_sql(world, f"SELECT version FROM record_{name} WHERE id = {number}")
            reply = world[PARTY].change(name, number, 1, {field["name"]: value})
            assert refused(reply, field["name"]), ("change", name, field["name"], reply)
            assert client.ask_sql(world, f"SELECT version FROM record_{name} WHERE id = {number}") == before
            client.run_sql(world, [f"DELETE FROM record_{name} WHERE id = {number}"])
        tried += 1
    assert tried > 40, tried


def test_no_action_of_a_party_carries_it_in(world):
    made, tried = counted.Counted(world), 0
    for number, (kind, field, _) in enumerate(facts_of_others(world), 40000):
        moves = kind.get("states", {}).get("transitions", [])
        name, value = kind["name"], value_of(world, field)
        for move in moves if kind.get("table") != "core" and value is not None else []:
            client.run_sql(world, [made.insert(name, number, "centreA", (move["from"][0], False), 1, {})])
            reply = world[PARTY].act(name, number, move["name"], {field["name"]: value}, "?reason=x")
            own_arguments = "function" in move  # of the action itself: nothing of them is written
            assert own_arguments or refused(reply, field["name"]), (name, move["name"], field["name"], reply)
            client.run_sql(world, [f"DELETE FROM record_{name} WHERE id = {number}"])
            tried += 1
    assert tried > 10, tried


def test_no_workbook_of_a_party_brings_it_in(world):
    tried = 0
    for kind, field, _ in facts_of_others(world):
        value = value_of(world, field)
        if value is None or isinstance(value, (list, dict)) or field["type"] == "computed":
            continue
        text = {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        required = [f for f in kind["fields"] if f.get("required") == "true" and f is not field and f["type"] in (
            "text", "long_text", "party", "int", "date", "known_date", "money", "enum")]
        rest = [(f, world.maker(PARTY, 5).value(f)) for f in required]
        heads = [f["label"]["zh"] for f, _ in rest] + [field["label"]["zh"]]
        book = bodies.workbook([heads, [str(v) for _, v in rest] + [text]])
        before = client.ask_sql(world, f"SELECT count(*) FROM {kind.get('core', {}).get('table', 'record_' + kind['name'])}")
        reply = world[PARTY].ask("POST", f"/records/{kind['name']}/import?name=words.xlsx", raw=book)
        assert reply.status in (400, 403, 404, 422) or (reply.status == 200 and reply.json["created"] == 0
                                                        and reply.json["changed"] == 0), (kind["name"], field["name"], reply)
        after = client.ask_sql(world, f"SELECT count(*) FROM {kind.get('core', {}).get('table', 'record_' + kind['name'])}")
        assert before == after, (kind["name"], field["name"])
        tried += 1
    assert tried > 30, tried


def processes():
    """(pack, process) of each shipped pack."""
    for path in sorted(glob.glob(os.path.join(bodies.ROOT, "packs", "*", "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            for process in (bodies.yaml.load(file, Loader=bodies.READER) or {}).get("processes", []):
                yield os.path.basename(os.path.dirname(path)), process


def written_by(step):
    return {effect.split(" ")[1] for effect in step.get("effects", []) if effect.split(" ")[0] in ("record", "change")}


def test_no_step_of_a_party_carries_it_in(world):
    """Every step of every process that a party takes, with every such fact of the records that it writes."""
    made, tried, number = counted.Counted(world), 0, 50000
    versions = {p["id"]: p for p in world["province_officer"].get("/packs").json["packs"]}
    for pack, process in processes():
        for step in process["transitions"]:
            if step["actor"] not in PARTYS_ACTORS:
                continue
            facts = [(kind, field) for kind, field, _ in facts_of_others(world) if kind["name"] in written_by(step)
                     and field["type"] != "computed" and value_of(world, field) is not None]
            if not facts:
                continue
            number += 1
            subject = process["subject"]
            kind = world.types[subject]
            statements = [made.insert(subject, number, "centreA", (kind.get("states", {}).get("initial", "active"), False), 1, {})]
            statements.append(
                "INSERT INTO flow_case (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms,"
                " created_by, changed_ms, changed_by, number, title, programme, pack_version, pack_digest, process, stage,"
                " stage_label, stage_on, trial, record_type, record_id) VALUES"
                f" ({number}, 1, 'running', {world.units['centreA']}, '5101', '51', 1, 0, 1, 0, 1, 0, 'W-{number}', '虚构', '{pack}',"
                f" '{versions[pack]['version']}', '{versions[pack]['digest']}', '{process['id']}', '{step['from'][0]}', '虚构',"
                f" '2026-01-01', 1, '{subject}', {number})")
            client.run_sql(world, statements)
            for kind, field in facts:
                said = {"reason": "虚构", "basis": "虚构", "records": {kind["name"]: {field["name"]: value_of(world, field)}}}
                reply = world[PARTY].ask("POST", f"/cases/{number}/actions/{step['id']}", said)
                assert reply.status == 400 and any(
                    e["code"] in ("object", "when") for e in reply.json["errors"]), (pack, step["id"], field["name"], reply)
                if any(e["code"] == "object" for e in reply.json["errors"]):
                    tried += 1
    assert tried >= 3, tried


def test_the_office_establishes_it_and_amends_it_with_a_reason_alone(world):
    """A-18: the base year is entered by the province office; a unit moved its own after asking for acceptance."""
    office, party = world["province_officer"], world[PARTY]
    years = {"base_year": 2025, "end_year": 2027}
    assert party.create("parameters", years).status == 403
    done = office.ask("POST", f"/records/parameters?unit={world.units['centreA']}", years)
    assert done.status == 201, done
    one = done.json["id"]
    assert party.get(f"/records/parameters/{one}").json["base_year"] == 2025
    for who in (party, world["centre_staff"], world["city_officer"]):
        assert who.change("parameters", one, 1, {"base_year": 2026}).status == 403
    assert world["province_other"].change("parameters", one, 1, {"base_year": 2026}).status == 404
    bare = office.change("parameters", one, 1, {"base_year": 2024})
    assert bare.status == 422 or bare.status == 400, bare
    assert [(e["field"], e["code"]) for e in bare.json["errors"]] == [("/base_year", "reason")], bare
    done = office.ask("PATCH", f"/records/parameters/{one}?reason=任务书更正", {"base_year": 2024}, {"If-Match": '"1"'})
    assert done.status == 200, done
    last = office.get(f"/records/parameters/{one}/history").json["items"][0]
    assert last["reason"] == "任务书更正" and last["entry"], last
    # Nobody but an office makes a record for another unit, and what offices keep has no other keeper.
    assert party.ask("POST", f"/records/training?unit={world.units['centreB']}", {
        "title": "虚构", "date": "2026-01-01"}).status in (403, 404)
    assert office.ask("POST", f"/records/task?unit={world.units['centreA']}", {"title": "虚构"}).status in (400, 422, 403)


def test_who_is_of_provincial_level_and_which_deal_is_accepted_an_office_says(world):
    party, province, city = world[PARTY], world["province_officer"], world["city_officer"]
    code = party.get(f"/records/party/{world.units['centreA']}").json["credit_code"]
    done = party.create("applicant", {"name": "虚构centreA", "credit_code": code, "kind": "institute", "city": "510100"})
    assert done.status == 201, done
    one = done.json["id"]
    for who in (party, city):
        reply = who.change("applicant", one, 1, {"provincial_unit": True})
        assert reply.status in (400, 403, 422), reply
    said = party.zh.change("applicant", one, 1, {"provincial_unit": True}).json["errors"][0]
    assert "省局" in said["message"], said
    assert province.change("applicant", one, 1, {"provincial_unit": True, "level_basis": "虚构文件"}).status == 200
    assert province.change("applicant", one, 2, {"kind": "enterprise"}).status in (400, 422)  # and nothing else of it
    deal = party.create("deal", {"contract_no": "W-1", "type": "licence"}).json["id"]
    assert party.change("deal", deal, 1, {"accepted": True}).status in (400, 422)
    assert city.change("deal", deal, 1, {"accepted": True}).status == 200
    assert province.change("deal", deal, 2, {"accepted": False}).status in (400, 422)  # without a reason
    done = province.ask("PATCH", f"/records/deal/{deal}?reason=复核不予认可", {"accepted": False}, {"If-Match": '"2"'})
    assert done.status == 200, done


def test_what_a_party_says_of_itself_is_held_to_the_register(world):
    """Its code, name and city: refused where they differ, and unknown where the register changed behind them."""
    party, province = world["centre_neighbour"], world["province_officer"]
    unit = world.units["centreB"]
    entry = party.get(f"/records/party/{unit}").json
    other = province.get(f"/records/party/{world.units['centreA']}").json
    body = {"name": entry["name"], "credit_code": entry["credit_code"], "kind": "enterprise", "city": "510100"}

    def refused_at(field, said):
        assert said.status in (400, 422) and client.pointer(field) in [e["field"] for e in said.json["errors"]], (field, said)
    refused_at("credit_code", party.create("applicant", {**body, "name": other["name"], "credit_code": other["credit_code"]}))
    refused_at("name", party.create("applicant", {**body, "name": "虚构别名"}))
    refused_at("city", party.create("applicant", {**body, "city": "510700"}))
    refused_at("credit_code", party.create("applicant", {**body, "credit_code": bodies.credit_code(4711)}))  # its name, another code

    def asked():
        said = province.ask("POST", "/packs/sc-yunying-2025/check", {"party": entry["credit_code"], "question": "apply"})
        assert said.status == 200, said
        criteria = {c["id"]: c for c in said.json["criteria"]}
        told = {w["fact"]: w for c in said.json["criteria"] for w in c["words"] if w["who"] == "register"}
        return criteria, told, [f["records"] for f in said.json["flags"] if f["id"] == "register"]
    # Who it says to be in neither is nobody's entry: it is kept, and counts in no verdict.
    assert party.create("applicant", {**body, "name": "虚构新名", "credit_code": bodies.credit_code(4711)}).status == 201
    criteria, told, flags = asked()
    assert flags == [["applicant.name", "applicant.credit_code"]] and told["applicant.credit_code"]["register"] == "differs", flags
    assert party.create("applicant", body).status == 201
    criteria, told, flags = asked()
    assert told["applicant.city"]["register"] == told["applicant.credit_code"]["register"] == "agrees" and not flags, (told, flags)
    # A party does not write its own entry; who keeps the register does, and what it says then is not what counts.
    assert party.change("party", unit, entry["version"], {"name": "虚构自改名"}).status in (400, 403, 422)
    assert province.change("party", unit, entry["version"], {"name": "虚构更名"}).status == 400  # it has people: by two
    assert province.act("party", unit, "correct", {"name": "虚构更名"}, "?reason=更名").status == 202
    leader = client.Browser(world, "province_leader")
    assert leader.link().status == 200
    done = leader.ask("POST", f"/records/party/{unit}/actions/correct?reason=更名", {})
    assert done.status == 200, done
    assert asked()[2] == [["applicant.name"]]
    client.run_sql(world, [f"UPDATE unit SET region = '510700', owner_city = '5107' WHERE id = {unit}"])
    criteria, told, flags = asked()
    assert flags == [["applicant.name", "applicant.city"]] and told["applicant.city"]["register"] == "differs", (flags, told)
    assert "applicant.city" in criteria["route"]["operands"]["missing"] or criteria["route"]["pass"] is None, criteria["route"]
    # Where the register has nothing to hold it to, that is said.
    client.run_sql(world, [f"UPDATE unit SET region = '510000', owner_city = '' WHERE id = {unit}"])
    assert asked()[1]["applicant.city"]["register"] == "unknown"
    client.run_sql(world, [f"UPDATE unit SET region = '510100', owner_city = '5101' WHERE id = {unit}"])


def test_what_was_signed_is_amended_by_the_office_alone(world):
    party, office = world[PARTY], world["province_officer"]
    one = party.create("cultivation_project", {"project_no": "W-1", "title": "虚构", "start": "2026-03-10", "funds": "1.00",
                                                      "targets": makers.TARGETS, "milestones": makers.MILESTONES,
                                                      "task_book_file": makers.upload(party, "book.pdf")}).json["id"]
    assert party.create("fund_line", {"line": "虚构科目", "project_no": "W-1", "requested": "1.00", "year": 2026}).status == 201
    assert party.change("cultivation_project", one, 1, {"reason": "签订前说明"}).status == 200
    client.run_sql(world, [f"UPDATE record_cultivation_project SET task_book_signed = '2026-03-02' WHERE id = {one}"])
    for patch in ({"end": "2030-01-01"}, {"start": "2025-03-10"}, {"reason": "改写理由"}, {"project_no": "W-2"}):
        reply = party.change("cultivation_project", one, 2, patch)
        assert reply.status in (400, 422) and {e["code"] for e in reply.json["errors"]} >= {"locked"}, reply
    assert party.change("cultivation_project", one, 2, {"department": "虚构处"}).status == 200
    done = office.ask("PATCH", f"/records/cultivation_project/{one}?reason=补充协议", {"reason": "双方协商"}, {"If-Match": '"3"'})
    assert done.status == 400 and done.json["errors"][0]["code"] == "locked", done
    assert office.act("cultivation_project", one, "correct", {"reason": "双方协商"}).json["errors"][0]["code"] == "required"
    assert office.act("cultivation_project", one, "correct", {"reason": "双方协商"}, "?reason=补充协议").status == 202
    done = makers.signed_in(world, "province_leader").ask("POST", f"/records/cultivation_project/{one}/actions/correct?reason=补充协议", {})
    assert done.status == 200 and party.get(f"/records/cultivation_project/{one}").json["reason"] == "双方协商", done


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
