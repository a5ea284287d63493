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


def form(world, fields, mode="open", evaluation="comprehensive", first=900):
    form.case = getattr(form, "case", first) + 10
    body = {"title": "虚构评审组", "pack": "sc-yunying-2025", "evaluation": evaluation, "basis": "虚构的评审工作方案", "mode": mode,
            "outlier": "20", "fields": [{"field": f, "seats": n} for f, n in fields],
            "heads": [{"head": h, "weight": w} for h, w in WEIGHTS.items()],
            "cases": [{"case": form.case + i, "number": f"虚构{form.case + i}", "unit": world.units[u]}
                      for i, u in enumerate(("centreA", "centreB"))]}
    return world["province_officer"].ask("POST", "/panels", body)


def act(world, panel, action, body=None, who="province_officer"):
    asker = world.sessions.get(who) or world.drawable.get(who) or world[who]
    return asker.ask("POST", f"/panels/{panel}/actions/{action}", body or {})


def ok(reply, status=200):
    assert reply.status == status, reply
    return reply.json


def reveal(world, panel, who, value):
    """A head over both commitments is signed within a second."""
    for _ in range(100):
        done = act(world, panel, "reveal", {"value": value.hex()}, who)
        if done.status != 409 or "signed head" not in done.json["detail"]:
            return done
        time.sleep(0.1)
    return done


def wait_for_head(world):
    """Every entry is under a signed head."""
    for _ in range(100):
        left, size = client.ask_sql(world, "SELECT (SELECT count(*) FROM log_entry), (SELECT max(size) FROM log_head)")[0]
        if left == size:
            return
        time.sleep(0.1)
    raise AssertionError("no head is signed")


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
