"""Panels of experts for scenarios, through the API: pool, draw by two officers, scores, close."""
import hashlib
import itertools
import os
import secrets
import time

import yaml

import bodies
import client

PACKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs")

HEADS = [{"head": "merit", "label": "虚构评审项甲", "weight": "60"}, {"head": "plan", "label": "虚构评审项乙", "weight": "40"}]
OFFICES = {"office51": ("province_officer", "province_leader"), "office14": ("province_other", "leader_other_province"),
           "ip51": ("ip_centre_officer", "ip_centre_second"), "office99": ("example_officer", "example_leader")}
REGION = {"office51": "51", "office14": "14", "ip51": "51", "office99": "99"}


def ok(reply, *statuses):
    assert reply.status in (statuses or (200, 201)), reply
    return reply.json


def signed_in(world, name):
    browser = client.Browser(world, name)
    assert browser.link().status == 200
    return browser


def pool_of(world, region):
    """The unit of the experts of a province."""
    if region == "51":
        return "pool"
    name = f"pool{region}"
    if name not in world.units:
        client.UNITS[name] = ("party", "expert_pool", f"{region}0000")
        world.units[name] = ok(world["secadmin"].create("party", {
            "name": f"虚构{name}", "kind": "expert_pool", "region": f"{region}0000", "credit_code": bodies.credit_code(9000 + int(region))}))["id"]
    return name


def make_expert(world, office, name, group=None, field="law"):
    """One more expert of a field in the pool of an office's province, whose employer belongs to a group;
    saves NAME, his record."""
    world.add_person(name, pool_of(world, REGION[office]), "expert")
    employment = {"name": "虚构大学", "to": False, "group_code": group or bodies.credit_code(77)}
    one = ok(world[OFFICES[office][0]].create("expert", {
        "name": f"虚构{name}", "id_number": bodies.resident_id(40000 + len(world.people)), "account_name": name, "consent": True,
        "fields": [field], "employments": [employment], "employments_complete": True}))["id"]
    world.judges = {**getattr(world, "judges", {}), one: name}
    return {name: one}


def make_group(world, party):
    """The party belongs to a group; saves its code."""
    code, officer = bodies.credit_code(78), world["province_officer"]
    version = ok(officer.get(f"/records/party/{world.units[party]}"))["version"]
    ok(officer.change("party", world.units[party], version, {"group_code": code}))
    return {"group": code}


def make_experts(world, office, count="3"):
    for _ in range(int(count)):
        make_expert(world, office, f"judge{len(getattr(world, 'judges', {}))}")


def heads_of(world, pack, evaluation):
    """Those of the document with the office's weights; the office's own where it names none."""
    own = os.path.join(world.data, "packs", pack)
    folder = own if os.path.isdir(own) else os.path.join(PACKS, pack)
    files = [file for file in os.listdir(folder) if file in ("evaluation.yaml", "authorities.yaml")]
    all_said = []
    for name in files:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            all_said += yaml.safe_load(file).get("evaluations", [])
    said = [e for e in all_said if e["id"] == evaluation][0].get("heads")
    if not said:
        return HEADS
    weights = [100 // len(said)] * len(said)
    weights[0] += 100 - sum(weights)
    return [{"head": h["id"], "weight": str(w)} for h, w in zip(said, weights)]


def make_panel_formed(world, office, pack, evaluation, seats, *cases):
    """A panel over these cases; saves panel, and row, the first of them in it."""
    officer = world[OFFICES[office][0]]
    panel = ok(officer.ask("POST", "/panels", {
        "title": "虚构专家组", "pack": pack, "evaluation": evaluation, "basis": "虚构的评审工作方案", "mode": "open", "outlier": "20",
        "fields": [{"field": "law", "seats": int(seats)}], "heads": heads_of(world, pack, evaluation),
        "cases": [int(c) for c in cases]}))["panel"]
    return {"panel": panel, "row": ok(officer.get(f"/panels/{panel}"))["cases"][0]["case"]}


def make_panel_refused(world, office, pack, evaluation, case):
    """No panel is formed over the case any more, nor yet another."""
    done = world[OFFICES[office][0]].ask("POST", "/panels", {
        "title": "虚构专家组", "pack": pack, "evaluation": evaluation, "basis": "虚构的评审工作方案", "mode": "open", "outlier": "20",
        "fields": [{"field": "law", "seats": 3}], "heads": heads_of(world, pack, evaluation), "cases": [int(case)]})
    assert done.status == 409 and "cases[0]" in done.json["detail"], done


def make_panel_drawn(world, office, panel):
    """Frozen, committed to by two officers and revealed, once a head is signed over both."""
    names = OFFICES[office]
    pages = {name: signed_in(world, name) for name in names}
    values = {name: secrets.token_bytes(32) for name in names}

    def act(name, action, body=None):
        return pages[name].ask("POST", f"/panels/{panel}/actions/{action}", body or {})
    ok(act(names[1], "freeze"))  # another than who formed it, as a panel of one expert needs
    for name, value in values.items():
        ok(act(name, "commit", {"commitment": hashlib.sha256(value).hexdigest()}))
    for name, value in values.items():
        end = time.monotonic() + 600
        done = act(name, "reveal", {"value": value.hex()})
        while done.status == 409 and time.monotonic() < end:  # a head is signed within a second
            time.sleep(0.1)
            done = act(name, "reveal", {"value": value.hex()})
        ok(done)


def make_expert_reads(world, office, panel, party, file):
    """Who was drawn and has no conflict reads, through the panel, the forms as printed, the materials with a file
    that opens, and how the conditions stood; of papers of persons how many there are; and nothing else."""
    state = ok(world[OFFICES[office][0]].get(f"/panels/{panel}"))
    person = world[world.judges[state["members"][0]["expert"]]]
    path = f"/panels/{panel}/scores/{state['cases'][0]['case']}"
    reply = person.get(f"{path}/file")
    shown = ok(reply)
    assert shown["verdict"]["criteria"] and all("clause" in c for c in shown["verdict"]["criteria"]), shown["verdict"]
    assert shown["forms"], shown
    for form in shown["forms"]:
        assert person.get(f"{path}/forms/{form['id']}").content[:4] == b"%PDF", form
    given = {f["digest"] for m in shown["materials"] for f in m["files"]}
    assert given and sum(m["counted"] for m in shown["materials"]), shown["materials"]
    for digest in given:
        done = person.get(f"{path}/files/{digest}")
        assert done.status == 200 and hashlib.sha256(done.content).hexdigest() == digest, done
        assert person.get(f"/files/{digest}").status == 404, digest
    other = ok(world[party].ask("POST", f"/files?name={file}", raw=b"%PDF-1.4\n% not handed in\n%%EOF\n"))["digest"]
    assert person.get(f"{path}/files/{other}").status == 404 and person.get(f"{path}/forms/999999").status == 404
    assert world[party].get(f"{path}/file").status == 403


def make_panel_scored(world, office, panel, points="80", result="pass"):
    """Each member comes, says that he has no conflict, and hands in a sheet of each case; points: of all, or of each
    by turns (90,80,70)."""
    state = ok(world[OFFICES[office][0]].get(f"/panels/{panel}"))
    turns = itertools.cycle(points.split(","))
    for member in state["members"]:
        his = next(turns)
        scores = [{"head": h["head"], "points": his} for h in state["heads"]]
        person = world[world.judges[member["expert"]]]
        ok(person.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
        ok(person.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": []}))
        for case in state["cases"]:
            path = f"/panels/{panel}/scores/{case['case']}"
            ok(person.ask("PUT", path, {"version": 0, "scores": scores, "opinion": "虚构评审意见", "result": result}))
            ok(person.ask("POST", f"{path}/submit", {"version": 1}))


def make_panel_not_closed(world, office, panel, result, *words):
    """The result is not what the document makes of the scores, and it is told."""
    officer = world[OFFICES[office][0]]
    cases = ok(officer.get(f"/panels/{panel}"))["cases"]
    done = officer.ask("POST", f"/panels/{panel}/actions/close", {
        "results": [{"case": c["case"], "result": result, "reason": "虚构评审结论"} for c in cases]})
    assert done.status == 400 and all(word in done.json["detail"] for word in words), done


def make_panel_closed(world, office, panel, result="pass"):
    """Closed, with one result of all cases; saves the digest of its report."""
    officer = world[OFFICES[office][0]]
    cases = ok(officer.get(f"/panels/{panel}"))["cases"]
    results = [{"case": c["case"], "result": result, "reason": "虚构评审结论"} for c in cases]
    ok(officer.ask("POST", f"/panels/{panel}/actions/close", {"results": results}))
    return {"report": ok(officer.get(f"/panels/{panel}"))["report_digest"]}


def make_panel(world, office, pack, evaluation, result, *cases):
    """All of it, with three experts; saves panel, row and report."""
    pool = world.units[pool_of(world, REGION[office])]
    if not [n for n in getattr(world, "judges", {}).values() if world[n].unit == pool]:
        make_experts(world, office)
    made = make_panel_formed(world, office, pack, evaluation, "3", *cases)
    make_panel_drawn(world, office, made["panel"])
    make_panel_scored(world, office, made["panel"], result=result)
    if evaluation == "review":  # a step rests on it: closed without a result of each case it would wait for ever
        done = world[OFFICES[office][0]].ask("POST", f"/panels/{made['panel']}/actions/close", {"results": []})
        assert done.status == 400 and "results" in done.json["detail"], done
    return {**made, **make_panel_closed(world, office, made["panel"], result)}
