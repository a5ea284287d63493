"""A pool of experts and panels over the API, for the tests that need one."""
import hashlib
import secrets
import time

import bodies
import client

EXPERTS = 9
WEIGHTS = {"plan": "40", "services": "30", "economic": "20", "social": "10"}


def prepare(world):
    """Experts 0 … 8 of `law`, those of even number of `finance` too; 7 works at centreA, 8 has no account."""
    officer = world["province_officer"]
    world.experts, world.accounts, world.drawable = [], {}, {}
    for n in range(EXPERTS):
        name = f"expert{n}"
        if n != 8:
            world.drawable[name] = world.add_person(name, "pool", "expert")
            del world.people[name]  # nobody whom the tests of others ask
        employer = {"name": "虚构centreA", "to": False} if n == 7 else {"name": "虚构大学", "to": False, "group_code": bodies.credit_code(77)}
        body = {"name": f"虚构专家{n}", "id_number": bodies.resident_id(500 + n), "account_name": name, "consent": True,
                "fields": ["law", "finance"] if n % 2 == 0 else ["law"], "employments": [employer], "employments_complete": True}
        done = officer.create("expert", body)
        assert done.status == 201, done
        world.experts.append(done.json["id"])
        world.accounts[done.json["id"]] = name
    world.sessions = {}
    for name in ("province_officer", "province_leader"):
        world.sessions[name] = client.Browser(world, name)
        assert world.sessions[name].link().status == 200


def case_of(world, unit):
    """A running case of this party: how cases come to be is the programmes' own."""
    digest = next(p["digest"] for p in ok(world["province_officer"].get("/packs"))["packs"] if p["id"] == "sc-yunying-2025")
    number, applicant = f"虚构{secrets.token_hex(6)}", {"centreA": "centre_manager", "centreB": "centre_neighbour"}[unit]
    application = ok(world[applicant].create("application", {"to": "province"}), 201)["id"]
    client.run_sql(world, [
        "INSERT INTO flow_case (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
        "changed_by, number, title, programme, pack_version, pack_digest, process, stage, stage_label, stage_on, trial, record_type, "
        f"record_id) SELECT 1, 'running', id, owner_province, 1, 0, 0, 0, 0, 0, '{number}', '虚构申报', 'sc-yunying-2025', '1', '{digest}', "
        f"'application', 'rechecked', '已复核', '2026-01-02', 0, 'application', {application} FROM unit WHERE id = {world.units[unit]}"])
    return int(client.ask_sql(world, f"SELECT id FROM flow_case WHERE number = '{number}'")[0][0])


def cases_of(world):
    return [case_of(world, unit) for unit in ("centreA", "centreB")]


def form(world, fields, mode="open", evaluation="comprehensive", cases=None):
    body = {"title": "虚构评审组", "pack": "sc-yunying-2025", "evaluation": evaluation, "basis": "虚构的评审工作方案", "mode": mode,
            "outlier": "20", **({"fields": [{"field": f, "seats": n} for f, n in fields]} if fields else {}),
            "heads": [{"head": h, "weight": w} for h, w in WEIGHTS.items()],
            "cases": cases or cases_of(world)}
    return world["province_officer"].ask("POST", "/panels", body)


def signed_sheets(world):
    """The digest of a file of signed sheets that the office uploaded."""
    content = b"%PDF-1.4\n% fictional sheets " + secrets.token_hex(8).encode() + b"\n%%EOF\n"
    return ok(world["province_officer"].ask("POST", "/files?name=sheets.pdf", raw=content), 201)["digest"]


def meet(world, came, cases, **more):
    """A review held as a meeting: each expert scores each case, which passes."""
    scores = [{"head": h, "points": "80"} for h in WEIGHTS]
    if "experts" not in more:
        more["experts"] = [{"expert": x, "file": signed_sheets(world)} for x in came]
    body = {"title": "虚构评审会议", "pack": "sc-yunying-2025", "evaluation": "comprehensive", "basis": "虚构的评审工作方案",
            "held_on": "2026-01-05", "heads": [{"head": h, "weight": w} for h, w in WEIGHTS.items()], "cases": cases,
            "sheets": [{"case": c, "expert": x, "scores": scores, "result": "pass"} for c in cases for x in came],
            "results": [{"case": c, "result": "pass", "reason": "虚构评审结论"} for c in cases]}
    return world["province_officer"].ask("POST", "/panels/meetings", {**body, **more})


def act(world, panel, action, body=None, who=None):
    """A pool is frozen by another officer than who formed the panel: a panel of one expert must be."""
    who = who or ("province_leader" if action == "freeze" else "province_officer")
    asker = world.sessions.get(who) or world.drawable.get(who) or world[who]
    return asker.ask("POST", f"/panels/{panel}/actions/{action}", body or {})


def ok(reply, status=200):
    assert reply.status == status, reply
    return reply.json


def reveal(world, panel, who, value):
    """Once a head over both commitments is signed."""
    done = act(world, panel, "reveal", {"value": value.hex()}, who)
    if done.status == 409 and "signed head" in done.json["detail"]:
        wait_for_head(world)
        done = act(world, panel, "reveal", {"value": value.hex()}, who)
    return done


def wait_for_head(world):
    """Every entry is under a signed head: who asks for the receipt of the last one need not wait the second out."""
    last = client.ask_sql(world, "SELECT uid FROM log_entry ORDER BY id DESC LIMIT 1")[0][0]
    until = time.monotonic() + 600
    while (done := world["auditor"].get(f"/receipts/{last}")).status == 503 and time.monotonic() < until:
        time.sleep(0.05)
    assert done.status == 200, done
    left, size = client.ask_sql(world, "SELECT (SELECT count(*) FROM log_entry), (SELECT max(size) FROM log_head)")[0]
    assert left == size, (left, size)


def drawn(world, panel):
    ok(act(world, panel, "freeze"))
    values = {who: secrets.token_bytes(32) for who in ("province_officer", "province_leader")}
    for who, value in values.items():
        ok(act(world, panel, "commit", {"commitment": hashlib.sha256(value).hexdigest()}, who))
    for who, value in values.items():
        last = ok(reveal(world, panel, who, value))
    assert last["draw"] == "drawn" and last["state"] == "drawn", last
    return ok(world["province_officer"].get(f"/panels/{panel}/draws"))["items"][0]


def seated(world, panel):
    """[(person, member)] of those who were invited."""
    members = ok(world["province_officer"].get(f"/panels/{panel}"))["members"]
    return [(world.drawable[world.accounts[m["expert"]]], m["member"]) for m in members if m["state"] == "invited"]


def save(person, panel, case, version, points, **more):
    scores = [{"head": h, "points": p} for h, p in zip(WEIGHTS, points)]
    return person.ask("PUT", f"/panels/{panel}/scores/{case}", {"version": version, "scores": scores, **more})
