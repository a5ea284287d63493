#!/usr/bin/env python3
"""kernel_test.py ZHIYUN: what the record kernel promises, over the API of a running server."""
import gzip
import http.server
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402
import workbooks  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
LONG = bool(os.environ.get("LONG"))
RACES = int(os.environ.get("ZHIYUN_RACES", "1000" if LONG else "300"))


def writer_of(world, name):
    return world["province_officer" if world.types[name].get("owner") == "office" else "centre_manager"]


def makers(world):
    """(name, kind, person) of every type whose whole records its people may create and import."""
    files = world.upload("centre_manager") is not None
    for name, kind in world.types.items():
        person = writer_of(world, name)
        if not files and any(f["type"] in ("file", "files") and f.get("required") for f in kind["fields"]):
            continue
        verbs = {verb for rule in kind["access"] if person.role in rule["roles"] and ("fields" not in rule or "narrowed" in rule)
                 for verb in rule.get("verbs", [])}
        if kind.get("written_by", "people") == "people" and {"create", "import", "export"} <= verbs:
            yield name, kind, person


def test_a_record_is_made_read_changed_and_keeps_its_versions(world):
    who = world["centre_manager"]
    body = world.maker("centre_manager", 5).body(world.types["deal"])
    made = who.create("deal", body)
    assert made.status == 201 and made.headers["etag"] == '"1"', made
    one = made.json["id"]
    assert made.headers["location"] == f"/api/v1/records/deal/{one}"
    got = who.get(f"/records/deal/{one}")
    for field, value in body.items():
        assert got.json[field] == value, (field, got.json[field], value)
    done = who.change("deal", one, 1, {"title": "第二版"})
    assert done.status == 200 and done.json["version"] == 2, done
    reply = who.get(f"/records/deal/{one}/history")
    if reply.status == 404:
        raise tap.Skip("versions cannot be read yet")
    history = reply.json["items"]
    assert [v["version"] for v in history] in ([1, 2], [2, 1]), history
    newest = max(history, key=lambda v: v["version"])
    assert newest["who"]["id"] == who.account if isinstance(newest["who"], dict) else newest["who"] == who.account


def test_a_record_is_sent_again_when_another_record_changes_what_it_computes(world):
    who = world["centre_manager"]
    one = who.create("income_sharing", {"title": "虚构分享", "income": "1000000.00", "cost": "50000.00", "people_percent": "70.00"}).json["id"]
    path = f"/records/income_sharing/{one}"
    seen = who.get(path)
    tag = {"If-None-Match": seen.headers["etag"]}
    assert seen.json["shared"] == "0.00" and who.get(path, **tag).status == 304, seen
    assert who.create("income_share", {"sharing": one, "person": "虚构", "percent": "100.00"}).status == 201
    now = who.get(path, **tag)
    assert (now.status, now.json["shared"], now.json["version"]) == (200, "665000.00", seen.json["version"]), now
    # The version is still what a change is of: of the tag, of any tag before, bare.
    for version, read in enumerate((now.headers["etag"], '"2"', "3"), 1):
        done = who.ask("PATCH", path, {"title": f"第{version}版"}, {"If-Match": read})
        assert done.status == 200 and done.json["version"] == version + 1, done
    assert who.ask("PATCH", path, {"title": "旧"}, {"If-Match": now.headers["etag"]}).status == 409
    assert who.ask("PATCH", path, {"title": "旧"}, {"If-Match": '"-4"'}).status == 400


def test_the_second_writer_is_told_who_was_first_and_what_differs(world):
    first, second = world["centre_manager"], world["centre_staff"]
    one = first.create("training", {"title": "虚构培训", "date": "2026-03-01"}).json["id"]
    assert first.change("training", one, 1, {"attendees": 20}).status == 200
    lost = second.change("training", one, 1, {"attendees": 30})
    assert lost.status == 409, lost
    text = json.dumps(lost.json, ensure_ascii=False)
    assert "centre_manager" in text and "attendees" in text, text
    assert first.get(f"/records/training/{one}").json["attendees"] == 20


def test_of_two_who_decide_at_once_one_wins_and_the_other_learns_who(world):
    """R1: two officers, the same record, the same moment."""
    people = [client.Person(world.server, world[n].token, n) for n in ("centre_manager", "centre_staff")]
    body = {"title": "虚构任务", "due": "2099-12-31"}
    wins = {p.name: 0 for p in people}
    barrier, results, one = threading.Barrier(3), {}, [0]

    def decide(person, state):
        for _ in range(RACES):
            barrier.wait()
            results[person.name] = person.change("task", one[0], 1, {"reply": state})
            barrier.wait()
    threads = [threading.Thread(target=decide, args=(p, p.name), daemon=True) for p in people]
    for thread in threads:
        thread.start()
    for _ in range(RACES):
        one[0] = people[0].create("task", body).json["id"]
        barrier.wait()
        barrier.wait()
        won = [n for n, r in results.items() if r.status == 200]
        lost = [n for n, r in results.items() if r.status == 409]
        assert len(won) == 1 and len(lost) == 1, results
        assert won[0] in results[lost[0]].content.decode(), results[lost[0]]
        wins[won[0]] += 1
    print(f"# {RACES} races: {wins}")
    reply = people[0].get(f"/records/task/{one[0]}").json
    assert reply["version"] == 2 and reply["reply"] == won[0]


def test_an_idempotency_key_makes_one_record_and_gives_one_answer(world):
    who = world["centre_manager"]
    body = {"title": "虚构钥匙", "date": "2026-04-01"}
    replies = [who.create("training", body, **{"Idempotency-Key": "key-0001"}) for _ in range(3)]
    assert [r.status for r in replies] == [201, 200, 200], replies
    assert len({r.json["id"] for r in replies}) == 1 and replies[1].json["repeated"]
    other = who.create("training", {**body, "title": "另一个"}, **{"Idempotency-Key": "key-0001"})
    assert other.status == 409, other


def test_every_fault_of_a_body_is_told_at_once_in_the_language_asked_for(world):
    body = {"contract_no": "x" * 65, "type": "gift", "amount": "1.234", "signed": "2026-02-30", "rate": "-1.00",
            "payments": [{"due": "2026-01-01"}, {"due": "x", "amount": "5"}], "no_such": 1, "owner_unit": 1}
    who = world["centre_manager"]
    done, chinese = who.create("deal", body), who.zh.create("deal", body)
    assert done.status == chinese.status == 400, done
    assert done.json["request_id"] == done.headers["x-request-id"] != chinese.json["request_id"], done
    faults, in_chinese = ({f["field"]: f for f in said.json["errors"]} for said in (done, chinese))
    assert set(faults) == set(in_chinese)
    for field in ("contract_no", "type", "amount", "signed", "rate", "payments[0].amount", "payments[1].due",
                  "no_such", "owner_unit"):
        field = client.pointer(field)
        assert field in faults, (field, sorted(faults))
        assert set(faults[field]) == {"field", "code", "message"}, faults[field]
        assert not re.search("[一-鿿]", faults[field]["message"]) and re.search("[一-鿿]", in_chinese[field]["message"]), faults[field]
    done = who.ask("POST", "/records/deal/bulk", {"items": [{"create": body}, {"create": {**body, "rate": "x"}}]})
    assert {one["field"] for one in done.json["items"][1]["errors"]} == {"/items/1/create" + field for field in faults}, done


def test_nothing_is_set_that_a_body_may_not_set(world):
    """Mass assignment, from the description: every member that a body does not have."""
    who = world["centre_manager"]
    description = json.loads(world.server.run("openapi", "--types"))
    sent = 0
    for n, (name, kind, person) in enumerate(makers(world)):
        if person is not who:
            continue
        body = world.maker(person.name, 31 + 100 * n).body(kind)  # two kinds refer to no record of one name
        made = who.create(name, body)
        assert made.status == 201, (name, made)
        one, before = made.json["id"], who.get(f"/records/{name}/{made.json['id']}").json
        writable = set(description["components"]["schemas"][f"{name}_change"]["properties"])
        computed = {f["name"] for f in kind["fields"] if f["type"] == "computed"}
        for member in (set(bodies.SYSTEM) | computed | {"_keys", "seal", "content"}) - writable:
            for value in (1, "x", None):
                done = who.change(name, one, 1, {member: value})
                sent += 1
                assert done.status == 400, (name, member, value, done)
        assert who.get(f"/records/{name}/{one}").json == before, name
    print(f"# {sent} bodies, none changed anything")


def test_another_units_id_leads_nowhere(world):
    """Id tampering: references and paths with ids of records that one may not see."""
    who, other = world["centre_manager"], world["centre_far"]
    theirs = other.create("demand", {"title": "虚构需求", "text": "保密"}).json["id"]
    kinds = 0
    for name, kind, person in makers(world):
        if person is not who:
            continue
        for field in kind["fields"]:
            if field["type"] in ("ref", "refs") and field.get("to") == "demand":
                body = world.maker(person.name, 41).body(kind)
                body[field["name"]] = theirs if field["type"] == "ref" else [theirs]
                done = who.create(name, body)
                kinds += 1
                assert done.status == 400, (name, field["name"], done)
                assert "虚构需求" not in done.content.decode()
    for path in (f"/records/demand/{theirs}", f"/records/demand/{theirs}/history"):
        assert who.get(path).status == 404, path
    bulk = who.ask("POST", "/records/demand/bulk", {"items": [{"change": {"title": "x"}, "id": theirs, "version": 1},
                                                              {"act": "publish", "id": theirs}]})
    assert [i["status"] for i in bulk.json["items"]] == [404, 404], bulk
    assert other.get(f"/records/demand/{theirs}").json["version"] == 1
    assert kinds >= 2


def test_what_is_kept_secret_is_published_to_nobody(world):
    who, public = world["centre_manager"], world["public"]
    one = who.create("demand", {"title": "虚构的保密需求", "text": "虚构", "keep_secret": True, "expires": "2099-01-01"}).json["id"]
    here = f"/records/demand/{one}"
    assert who.act("demand", one, "publish").status == 200
    assert public.get(here).status == 404
    assert one not in [row["id"] for row in public.get("/records/demand?limit=100").json["items"]]
    assert who.change("demand", one, who.get(here).json["version"], {"keep_secret": False}).status == 200
    shown = public.get(here).json
    assert shown["title"] == "虚构的保密需求"
    # …and of what is published the fields that are, nothing of whose it is and who wrote it.
    published = {"id", "version", "state", "_may", "title", "industry", "chain_node", "ipc_classes", "region", "expires", "published_on", "verified"}
    assert set(shown) <= published, shown
    told = world["centre_far"].get(f"{here}/history").json["items"]
    assert told and all(set(one["content"]) <= published and not {"who", "unit"} & set(one) for one in told), told
    assert set(world["centre_far"].get(here).json) <= published
    assert world["centre_far"].get(f"/receipts/{told[0]['entry']}").status == 404  # it says who did it, and whose it is
    assert who.get(f"/receipts/{told[0]['entry']}").status == 200
    # A rule that names others beside the public is the public's all the same.
    office = world["city_officer"]
    point = office.create("service_point", {**world.maker("city_officer", 77).body(world.types["service_point"]), "address": "虚构路1号"}).json["id"]
    assert office.act("service_point", point, "open").status == 200
    told = world["centre_far"].get(f"/records/service_point/{point}/history").json["items"]
    assert told and not {"who", "name", "unit", "role"} & {key for one in told for key in one}, told
    assert office.act("service_point", point, "end", query="?reason=x").status == 200  # others' tests count them
    for query in ("filter=owner_unit=1", "sort=-changed_ms", "fields=created_by", "sort=import_id"):
        hidden = public.get(f"/records/demand?{query}")
        assert hidden.status == 400 and "no field" in hidden.json["detail"], hidden
    assert "owner_unit" in who.get(here).json
    assert who.change("demand", one, who.get(here).json["version"], {"keep_secret": True}).status == 200
    assert public.get(here).status == 404


def test_on_a_full_disk_nothing_is_written_what_is_there_is_read_and_it_goes_on_by_itself(world):
    if world.server.store:
        raise tap.Skip("the disk of a database server is its own")
    disk, before = tempfile.mkdtemp(prefix="zhiyun-disk-"), tempfile.tempdir
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "none", disk], capture_output=True, check=False).returncode != 0:
        raise tap.Skip("no file system can be mounted here")
    tempfile.tempdir = disk
    small = client.World(world.zhiyun)
    try:
        who, filler = small["centre_manager"], os.path.join(disk, "filler")
        one = who.create("demand", {"title": "虚构需求", "text": "虚构"}).json["id"]
        rows = [f"CN1{n:08d}A,虚构的专利{n},甲公司" for n in range(2000)]
        sent = small["province_officer"].ask("POST", "/imports?name=first.csv&source=patsnap", raw="\n".join(["公开号,标题,申请人", *rows]).encode())
        assert sent.status == 200, sent
        while small["province_officer"].get("/search?query=专利").json.get("total") != 2000:
            time.sleep(0.02)
        assert small["public"].ask("GET", "/healthz").status == 200
        with open(filler, "wb", buffering=0) as file:
            for piece in (1 << 20, 4096, 512):
                try:
                    while True:
                        file.write(b"x" * piece)
                except OSError:
                    pass
        refused = [who.create("demand", {"title": f"虚构需求{n}", "text": "虚构" * 5000}) for n in range(40)]
        full = [done for done in refused if done.status != 201]
        assert full, "the disk was not full"
        for done in full:
            assert done.status == 507 and "no space is left" in done.json["detail"] and disk not in done.content.decode(), done
        assert who.get(f"/records/demand/{one}").json["title"] == "虚构需求"
        assert small["public"].ask("GET", "/healthz").status == 507
        rows = [f"CN2{n:08d}A,虚构的专利{n},甲公司" for n in range(1, 20001)]
        for query in ("", "&dry_run=true"):
            sent = small["province_officer"].ask("POST", f"/imports?name=many.csv{query}", raw="\n".join(["公开号,标题,申请人", *rows]).encode())
            assert sent.status == 507 and disk not in sent.content.decode(), sent
        taken = (("centre_manager", "/records/demand/export.xlsx"), ("centre_manager", "/records/demand/template.xlsx"),
                 ("province_officer", "/search/export.xlsx?query=专利"), ("province_officer", "/search/export.csv?query=专利"),
                 ("province_officer", "/cases?format=xlsx"),
                 ("auditadmin", "/log/entries?format=xlsx"), ("auditadmin", "/log/bundle"))
        answers = [small[name].get(path) for name, path in taken]
        others = [(path, one) for (_, path), one in zip(taken, answers) if one.status != 507]
        assert not others, others
        assert not any(disk in one.content.decode() for one in answers), answers
        for name, path in taken[:4] + taken[-2:]:  # and where it grows full meanwhile: whole, or not at all
            for room in (4 << 10, 16 << 10, 64 << 10):
                os.truncate(filler, os.path.getsize(filler) - room)
                given = small[name].get(path)
                assert given.status == 507 or (given.status == 200 and given.content and (
                    "xlsx" not in path or zipfile.ZipFile(io.BytesIO(given.content)).testzip() is None and workbooks.opened(given.content)[0])), given
        os.unlink(filler)
        after = who.create("demand", {"title": "虚构需求", "text": "虚构"})
        assert after.status == 201 and small["public"].ask("GET", "/healthz").status == 200, after
        kept = who.get("/records/demand?limit=1").json["total"]
        assert kept == 2 + len(refused) - len(full), kept
        small.server.stop()
        small.server.start()
        assert who.get("/records/demand?limit=1").json["total"] == kept
    finally:
        small.close()
        tempfile.tempdir = before
        subprocess.run(["umount", "-l", disk], check=False)
        os.rmdir(disk)


def test_a_revoked_right_is_gone_on_the_next_request(world):
    boss = world[client.FIRST]
    person = world.add_person("leaver", "centreA", "centre_staff")
    one = world["centre_manager"].create("training", {"title": "离任", "date": "2026-05-01"}).json["id"]
    for round_number in range(5):
        assert person.get(f"/records/training/{one}").status == 200
        grants = [g for g in boss.get("/records/role_grant?fields=account,role,state&limit=500").json["items"]
                  if g["account"] == person.account and g["state"] == "active"]
        assert boss.ask("POST", f"/grants/{grants[0]['id']}/end", {}).status == 200
        for path in (f"/records/training/{one}", "/records/training", "/records/training?q=离任"):
            reply = person.get(path)
            assert reply.status in (403, 404), (round_number, path, reply)
        assert boss.ask("POST", "/grants", {"account": person.account, "role": "centre_staff"}).status == 201
    assert boss.ask("POST", f"/accounts/{person.account}", {"do": "disable"}).status == 200
    assert person.get("/session").status == 401


def test_what_another_process_takes_is_gone_on_the_next_request(world):
    person = world.add_person("remembered", "centreA", "centre_staff")
    grant, token = f"role_grant SET state = '%s' WHERE account = {person.account}", "api_token SET ended_ms = %s"
    create = lambda: person.create("task", {"title": "虚构", "due": "2099-12-31"}).status  # noqa: E731
    for round_number in range(3):
        for _ in range(2):  # the second is answered from what is remembered
            assert person.get("/records/task").status == 200 and create() == 201, round_number
        client.run_sql(world, ["UPDATE " + grant % "ended"])
        assert person.get("/records/task").status == 403 and create() == 403, round_number
        client.run_sql(world, ["UPDATE " + grant % "active"])
    assert person.get("/records/task").status == 200
    client.run_sql(world, [f"UPDATE {token % 1} WHERE account = {person.account}"])
    assert person.get("/records/task").status == 401 and create() == 401


def test_a_service_organisation_that_applies_itself_has_its_manager_and_staff(world):
    boss = world[client.FIRST]
    manager = world.add_person("service_manager", "service", "centre_manager")
    for name, role in (("service_two", "service_staff"), ("service_three", "company_staff")):
        account = manager.ask("POST", "/accounts", {"name": name, "display_name": "虚构", "unit": manager.unit}).json["id"]
        assert manager.ask("POST", "/grants", {"account": account, "role": role}).status == 201, role
    refused = boss.ask("POST", "/grants", {"account": account, "role": "city_officer"})
    assert refused.status == 400 and "city_office" in refused.json["detail"] and "service_org" in refused.json["detail"], refused
    assert manager.ask("POST", "/grants", {"account": account, "role": "expert"}).status == 403
    begun = manager.ask("POST", "/cases", {
        "pack": "sc-shifan-draft", "process": "application", "fields": {"to": "province", "summary": "虚构申报"}})
    assert begun.status == 201, begun


def test_a_role_is_given_by_two_administrators(world):
    boss, body = world[client.FIRST], {"name": "by_two", "display_name": "虚构", "unit": world.units["city5107"]}
    account = world["sysadmin"].ask("POST", "/accounts", body).json["id"]
    wish = {"account": account, "role": "city_officer", "reason": "新任"}
    asked = world["sysadmin"].ask("POST", "/grants", wish)
    assert asked.status == 202 and asked.json["proposal"], asked
    assert world.signed_in("sysadmin").ask("POST", "/grants", wish).status == 409  # his own
    assert boss.ask("POST", "/grants", wish).status == 403  # a token does not agree
    assert world.signed_in(client.FIRST).ask("POST", "/grants", {**wish, "to": "2099-12-31"}).status == 409  # another wish
    listed = lambda: boss.get(f"/grants?account={account}").json["items"]  # noqa: E731
    assert listed() == []
    given = world.signed_in(client.FIRST).ask("POST", "/grants", wish)
    assert given.status == 201 and given.json["id"], given
    one, = listed()
    assert (one["role"], one["state"], one["proposed_by"]) == ("city_officer", "active", "虚构sysadmin"), one
    # The security administrator does not give it alone either, nor with himself.
    other = {**wish, "role": "city_leader"}
    assert boss.ask("POST", "/grants", other).status == 202
    assert world.signed_in(client.FIRST).ask("POST", "/grants", other).status == 409
    assert world.signed_in("sysadmin").ask("POST", "/grants", other).status == 201
    assert world["sysadmin"].ask("POST", f"/accounts/{account}/link", {}).status == 201  # has never signed in
    assert world["sysadmin"].ask("POST", f"/accounts/{world['expert'].account}/link", {}).status == 403


def test_no_account_holds_two_of_the_three_administrators(world):
    boss = world[client.FIRST]
    for role in ("security_administrator", "audit_administrator", "centre_staff", "province_officer"):
        done = boss.ask("POST", "/grants", {"account": world["sysadmin"].account, "role": role})
        assert done.status in (400, 403, 409), (role, done)


def test_settings_of_signing_in_are_the_security_administrators(world):
    boss = world[client.FIRST]
    listed = {s["name"]: s for s in world["auditadmin"].get("/settings").json["items"]}
    assert listed["idle_minutes"] == {"name": "idle_minutes", "value": "30", "chosen": False, "minimum": 1, "maximum": 30}
    assert listed["passwords"]["words"] == ["asvs", "dengbao"] and not listed["passwords"]["chosen"]
    change = {"name": "idle_minutes", "value": "20", "reason": "x"}
    for who in ("sysadmin", "auditadmin", "province_leader", "centre_manager"):
        assert world[who].ask("PUT", "/settings", change).status == 403, who
    for name, value in (("idle_minutes", "31"), ("idle_minutes", ""), ("passwords", "none"), ("nothing", "1")):
        assert boss.ask("PUT", "/settings", {"name": name, "value": value, "reason": "x"}).status == 400, (name, value)
    done = boss.ask("PUT", "/settings", change)
    assert done.status == 200 and [s for s in done.json["items"] if s["chosen"]] == [
        {**listed["idle_minutes"], "value": "20", "chosen": True}], done
    assert boss.ask("PUT", "/settings", {**change, "value": "30"}).status == 200


def test_channels_are_the_system_administrators_and_keep_their_secrets(world):
    keeper = world["sysadmin"]
    mail = {"url": "smtps://mail.example.com:465", "sender": "a@example.com", "login": "a", "secret": "fictional-secret", "reason": "x"}
    for who in (client.FIRST, "auditadmin", "centre_manager"):
        assert world[who].ask("PUT", "/channels/mail", mail).status == 403, who
    assert keeper.ask("PUT", "/channels/mail", {**mail, "sender": "nobody"}).status == 400
    assert keeper.ask("PUT", "/channels/Mail", mail).status == 400
    done = keeper.ask("PUT", "/channels/mail", mail)
    assert done.status == 200 and "fictional-secret" not in done.content.decode(), done
    gateway = {"url": "https://gw.example.com/send", "body": {"to": "{phone}", "text": "{title}"}, "reason": "x"}
    done = keeper.ask("PUT", "/channels/wecom", gateway)
    assert [c["name"] for c in done.json["items"]] == ["mail", "wecom"] and done.json["items"][1]["body"] == gateway["body"], done
    assert world["centre_staff"].get("/notifications/choices").json["channels"] == ["mail", "wecom"]
    # A secret goes to the address that it was given for, and to no other.
    kept = {**mail}
    del kept["secret"]
    sealed = client.ask_sql(world, "SELECT secret FROM channel WHERE name = 'mail'")
    for other in ({"url": "smtps://mail.example.net:465"}, {"plain": True}):
        refused = keeper.ask("PUT", "/channels/mail", {**kept, **other})
        assert refused.status == 400 and refused.json["errors"][0]["field"] == "/secret", refused
    assert keeper.ask("PUT", "/channels/mail", {**kept, "login": "b"}).status == 200
    assert client.ask_sql(world, "SELECT secret FROM channel WHERE name = 'mail'") == sealed
    assert keeper.ask("PUT", "/channels/mail", {**mail, "url": "smtps://mail.example.net:465"}).status == 200
    assert keeper.ask("PUT", "/channels/wecom", {**gateway, "url": "https://gw.example.net/send"}).status == 200  # it has none
    for name, left in (("wecom", 1), ("mail", 0)):
        done = keeper.ask("DELETE", f"/channels/{name}?reason=x")
        assert done.status == 200 and done.json["total"] == left, done
    assert keeper.ask("DELETE", "/channels/mail?reason=x").status == 404


def test_a_token_that_was_lost_is_found_by_its_label_and_ended(world):
    lost = json.loads(world.server.run("--json", "user", "token", "centre_far", "--label", "lost", "--scope", "records:read"))
    mine = world["centre_far"].get("/tokens").json
    row = next(t for t in mine["items"] if t["label"] == "lost")
    assert row["id"] == lost["token_id"] and row["scopes"] == "records:read" and lost["token"] not in json.dumps(mine), mine
    assert not [t for t in world["centre_neighbour"].get("/tokens").json["items"] if t["id"] == row["id"]]
    thief = client.Person(world.server, lost["token"])
    assert thief.get("/records/deal").status == 200
    assert world["centre_neighbour"].ask("POST", f"/tokens/{row['id']}/end", {}).status == 404
    assert world["centre_far"].ask("POST", f"/tokens/{row['id']}/end", {}).status == 200
    assert thief.get("/records/deal").status == 401
    assert not [t for t in world["centre_far"].get("/tokens").json["items"] if t["id"] == row["id"]]


class SignedIn(client.Person):
    """Somebody in a session: what is the person's own to do."""

    def ask(self, method, path, body=None, headers=None, raw=None):
        return super().ask(method, path, body, {**self.head, **(headers or {})}, raw)


def signed_in(world, name):
    link = json.loads(world.server.run("--json", "user", "link", name))["token"]
    stranger = client.Person(world.server)
    done = stranger.ask("POST", "/session/link", {"link": link})
    assert done.status == 200, done
    cookie = re.search(r"__Host-session=[0-9a-f]+", done.headers["set-cookie"])[0]
    person = SignedIn(world.server, None, name)
    person.head = {"Cookie": cookie, "X-CSRF-Token": done.json["csrf"], "Origin": f"http://127.0.0.1:{world.server.port}"}
    return person


def test_a_session_that_is_over_is_told_and_shows_no_public_part(world):
    over = SignedIn(world.server, None, "nobody")
    for head in ({"Cookie": "__Host-session=" + "0" * 64}, {"Authorization": "Bearer " + "0" * 64}):
        over.head = head
        for path in ("/records/objection", "/records/centre", "/records/centre/1"):
            assert over.get(path).status == 401, (head, path)
    assert world["public"].get("/records/centre").status == 200


def test_a_session_tells_its_unit_its_life_and_how_much_waits(world):
    nobody = client.Person(world.server).get("/session").json
    assert nobody["account"] == 0 and nobody["counts"] is nobody["idle_seconds"] is nobody["credit_code"] is None, nobody
    manager, officer = signed_in(world, "centre_manager"), signed_in(world, "province_officer")
    record = world["centre_staff"].create("training", {"title": "虚构培训", "date": "2026-05-05"}).json["id"]
    for kind in ("do", "read", "copy"):
        given = world["centre_staff"].ask("POST", f"/records/training/{record}/assignments",
                                          {"kind": kind, "account": world["centre_manager"].account, "note": "虚构"})
        assert given.status == 201, given
    said = manager.get("/session").json
    (unit,) = client.ask_sql(world, f"SELECT name, credit_code FROM unit WHERE id = {said['unit']}")
    assert (said["unit_name"], said["credit_code"]) == tuple(unit), (said, unit)
    assert said["idle_seconds"] == 30 * 60 and officer.get("/session").json["idle_seconds"] == 15 * 60
    boxes = ("todo", "read", "done", "mine", "copied")
    for person in (manager, officer, world["centre_staff"]):
        before = person.get("/notifications").json["unread"]  # a message may come at any moment
        counts = person.get("/session").json["counts"]
        assert before <= counts.pop("notifications") <= person.get("/notifications").json["unread"]
        assert counts == {box: person.get(f"/todo?box={box}&limit=1").json["total"] for box in boxes}, counts
    counts = said["counts"]
    assert counts["todo"] > 0 and counts["read"] > 0 and counts["copied"] > 0, counts
    assert world["centre_staff"].get("/session").json["idle_seconds"] is None  # a token has no session
    few = client.Person(world.server, world.token("centre_manager", "records:read"))
    assert few.get("/session").json["counts"] is None
    # What somebody has given grows for years: it is not looked through for a number.
    whole = [f"INSERT INTO assignment (type, record_id, account, from_ms, given_by, kind, note) VALUES ('training', {record}, "
             f"{world['centre_staff'].account}, 1, {world['centre_manager'].account}, 'do', '{i}')" for i in range(501)]
    client.run_sql(world, whole)
    assert manager.get("/session").json["counts"]["mine"] is None
    client.run_sql(world, ["DELETE FROM assignment WHERE from_ms = 1"])
    assert manager.get("/session").json["counts"]["mine"] == 0
    # However long it is, its CSRF token is never sent in gzip, whose length would tell of it.
    many = [f"INSERT INTO role_grant (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms,"
            f" changed_by, account, role, from_date) SELECT version, state, owner_unit, owner_province, secrecy, published, -1, created_by,"
            f" changed_ms, changed_by, account, role, from_date FROM role_grant WHERE account = {world['centre_manager'].account}"
            " AND created_ms > 0 LIMIT 1" for _ in range(40)]
    client.run_sql(world, many)
    long = manager.get("/session", **{"Accept-Encoding": "gzip"})
    client.run_sql(world, ["DELETE FROM role_grant WHERE created_ms = -1"])
    assert len(long.content) > 1500 and "content-encoding" not in long.headers and long.json["csrf"], long


def test_a_role_lent_to_another_unit_tells_no_name_of_it(world):
    done = signed_in(world, "centre_manager").ask("POST", "/grants", {
        "account": world["centre_neighbour"].account, "role": "centre_manager", "delegate": True, "to": "2099-12-31"})
    assert done.status == 400 and "another" in done.json["detail"] and "neighbour" not in done.json["detail"], done


def test_what_two_persons_decide_waits_for_the_second(world):
    first, second = world["province_officer"], world["province_leader"]
    made = first.create("finding", {"ground": "leak", "date": "2026-05-05", "facts_found": "虚构事实"})
    one = made.json["id"]
    upload = world.upload("province_officer")
    if not upload:
        raise tap.Skip("files cannot be uploaded yet")
    assert first.change("finding", one, 1, {"evidence_files": [{"digest": upload, "name": "a.pdf"}]}).status == 200
    asked = first.ask("POST", f"/records/finding/{one}/actions/confirm?reason=x", {})
    assert asked.status in (200, 202), asked
    assert first.get(f"/records/finding/{one}").json["state"] == "alleged"
    again = first.ask("POST", f"/records/finding/{one}/actions/confirm?reason=x", {})
    assert again.status in (403, 409), again
    assert second.ask("POST", f"/records/finding/{one}/actions/confirm?reason=y", {}).status == 409  # a program
    assert first.get(f"/records/finding/{one}").json["state"] == "alleged"
    done = signed_in(world, "province_leader").ask("POST", f"/records/finding/{one}/actions/confirm?reason=y", {})
    assert done.status == 200, done
    assert first.get(f"/records/finding/{one}").json["state"] == "confirmed"


def test_no_request_says_what_day_it_is(world):
    """What may be no later than today is held to the day that it is, whatever a request says."""
    who = world["centre_manager"]
    one = who.create("training", {"title": "虚构", "date": "2026-05-01"}).json["id"]
    late = {"title": "虚构", "date": "9999-01-01"}
    for day in ("9999-12-31", "2019-01-01"):
        for method, path, body in (
                ("POST", "/records/training", late), ("PATCH", f"/records/training/{one}", late),
                ("POST", f"/records/training/{one}/actions/end", {}), ("POST", "/records/training/bulk", {"items": [{"create": late}]})):
            done = who.ask(method, f"{path}?date={day}", body, {"If-Match": '"1"'} if method == "PATCH" else None)
            assert done.status == 400 and [e["field"] for e in done.json["errors"]] == ["date"], (method, path, done)
    assert who.create("training", late).status == 400
    assert who.get(f"/records/training/{one}").json["date"] == "2026-05-01"


def test_who_a_unit_is_one_person_does_not_rewrite(world):
    boss, city, code = world[client.FIRST], world["city_officer"], bodies.credit_code

    def made(number, name=None):
        done = city.create("party", {"name": name or f"虚构改登{number}", "kind": "party", "region": "510100", "credit_code": code(number)})
        assert done.status == 201, done
        return done.json["id"]

    def refused(done, *fields):
        assert done.status == 400 and sorted({e["field"] for e in done.json["errors"]}) == sorted(map(client.pointer, fields)), done
    fresh, used = made(880001), made(880002)
    # What nobody uses yet, who entered it corrects; under a name of its own.
    assert city.change("party", fresh, 1, {"name": "虚构改登新", "kind": "bank", "credit_code": code(880003)}).status == 200
    # What others hold is a conflict.
    for done in (city.change("party", fresh, 2, {"name": " 虚构 改登（880002）"}),
                 city.create("party", {"name": "虚構改登880002", "kind": "party", "region": "510100"}),
                 city.create("party", {"name": "虚构改登880002", "kind": "party", "region": "510100"})):
        assert done.status == 409 and [(e["field"], e["code"]) for e in done.json["errors"]] == [("/name", "taken")], done
    made(880013, "虚構改登（圀）繁體 ㈱")
    assert city.create("party", {"name": "虚构改登国繁体株", "kind": "party", "region": "510100"}).status == 409
    # Names are not unique in life: a second of one name is entered where each has a code, and no third without one.
    made(880014, "虚构改登880002")
    assert city.create("party", {"name": "虚构改登880002", "kind": "party", "region": "510100"}).status == 409
    nameless = city.create("party", {"name": "虚构改登无代码", "kind": "party", "region": "510100"})
    assert nameless.status == 201, nameless
    done = city.zh.create("party", {"name": "虚构改登无代码", "kind": "party", "region": "510100", "credit_code": code(880015)})
    assert done.status == 409 and "统一社会信用代码" in done.json["errors"][0]["message"], done
    assert boss.ask("POST", "/accounts", {"name": "rewritten", "display_name": "虚构人员", "unit": used}).status == 201
    for who in (city, boss, world["province_officer"]):
        refused(who.change("party", used, 1, {"kind": "bank"}), "kind")
        refused(who.change("party", used, 1, {"name": "虚构别的单位"}), "name")
        refused(who.change("party", used, 1, {"credit_code": code(880004)}), "name")
        assert who.get(f"/records/party/{used}").json["version"] == 1
    assert city.change("party", used, 1, {"phone": "028-00000000"}).status == 200
    # So is who has records alone.
    kept = made(880006)
    done = world["province_officer"].ask("POST", f"/records/parameters?unit={kept}", {"base_year": 2023, "end_year": 2026})
    assert done.status == 201, done
    for patch in ({"kind": "bank"}, {"name": "虚构别的单位"}, {"credit_code": code(880007)}):
        refused(city.change("party", kept, 1, patch), *patch)
    # Two persons do, with the reason; not its kind, and not to the name of another that has no code.
    act = f"/records/party/{used}/actions/correct"
    assert city.ask("POST", act, {"name": "虚构更名"}).status == 400
    assert city.ask("POST", f"{act}?reason=更名", {"name": "虚构改登无代码"}).status == 409
    refused(city.ask("POST", f"{act}?reason=更名", {"name": "虚构更名", "kind": "bank"}), "kind")
    assert city.ask("POST", f"{act}?reason=更名", {"name": "虚构更名", "credit_code": code(880005)}).status == 202
    assert city.get(f"/records/party/{used}").json["name"] == "虚构改登880002"
    assert signed_in(world, "city_leader").ask("POST", f"{act}?reason=核对", {}).status == 200
    told = city.get(f"/records/party/{used}").json
    assert (told["name"], told["credit_code"], told["kind"]) == ("虚构更名", code(880005), "party"), told
    # By its code the register and findings know a unit: that stays, its name does not.
    told_of, entered = made(880008), made(880009)
    assert world["province_officer"].create("finding", {"ground": "leak", "party": code(880008)}).status == 201
    client.run_sql(world, [
        "INSERT INTO record_centre (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, changed_by, name, "
        f"credit_code, programme, entered) VALUES (1, 'exited', 999999, '99', 1, 0, 1, 0, 1, 0, '虚构', '{code(880009)}', 'none', '2020-01-01')"])
    for n, one in enumerate((told_of, entered)):
        way = f"/records/party/{one}/actions/correct?reason=更名"
        refused(city.ask("POST", way, {"name": f"虚构更名{n}", "credit_code": code(880010 + n)}), "credit_code")
        refused(city.change("party", one, 1, {"credit_code": code(880010 + n)}), "credit_code")
        assert city.ask("POST", way, {"name": f"虚构更名{n}"}).status == 202
    client.run_sql(world, [f"DELETE FROM record_centre WHERE credit_code = '{code(880009)}'"])
    # Into another province it moves with nothing open and no records; its people go along.
    done = boss.zh.change("party", kept, 1, {"region": "140100"})
    refused(done, "region")
    assert "迁出本省" in done.json["errors"][0]["message"], done
    plain = made(880012)
    assert boss.ask("POST", "/accounts", {"name": "movedfar", "display_name": "虚构人员", "unit": plain}).status == 201
    whole = boss.change("party", plain, 1, {"region": "510000"})
    assert whole.status == 200 and boss.change("party", plain, 2, {"region": "140000"}).status == 200, whole
    assert client.ask_sql(world, "SELECT owner_province, coalesce(owner_city, '') FROM account WHERE name = 'movedfar'") == [("14", "")]
    # An office keeps its kind as well.
    office = world.units["city5107"]
    refused(boss.change("office", office, boss.get(f"/records/office/{office}").json["version"], {"kind": "audit_office"}), "kind")
    # A code that has a holder, who is told; also where he has ended, or is an office.
    def taken(done, *words):
        fault, = done.json["errors"]
        assert done.status == 409 and (fault["field"], fault["code"]) == ("/credit_code", "taken"), done
        assert all(w in fault["message"] for w in words), done
    again = {"name": "虚构再登", "kind": "party", "region": "510100"}
    taken(city.create("party", {**again, "credit_code": code(880005)}), str(used))
    assert boss.act("party", fresh, "end").status == 200
    taken(city.zh.create("party", {**again, "credit_code": code(880003)}), str(fresh), "已结束")
    taken(city.create("party", {**again, "credit_code": boss.get(f"/records/office/{office}").json["credit_code"]}))


def test_a_record_is_given_to_be_done_only_where_that_gives_something(world):
    boss, staff, company = world["province_officer"], world["centre_manager"], world["company_staff"]
    one = staff.create("deal", {"contract_no": "GIVEN-1", "type": "licence"}).json["id"]
    path = f"/records/deal/{one}/assignments"
    for to in ({"account": company.account}, {"unit": company.unit}, {"account": company.account, "kind": "read"}):
        done = staff.ask("POST", path, to)
        assert done.status == 400 and "of an office that reads it" in done.json["detail"], done
    for to in (world["expert"], staff, boss):  # whose role the type names; who reads it anyway
        assert staff.ask("POST", path, {"account": to.account}).status == 201
    assert world["expert"].get(f"/records/deal/{one}").status == 200


def test_a_task_given_to_a_unit_is_handed_on_within_it(world):
    boss, manager, staff, company = world["province_officer"], world["centre_manager"], world["centre_staff"], world["company_staff"]
    one = boss.create("task", {"title": "虚构任务", "text": "虚构", "due": "2099-12-31"}).json["id"]
    path = f"/records/task/{one}/assignments"
    assert boss.ask("POST", path, {"unit": manager.unit}).status == 201
    for to in ({"unit": company.unit}, {"account": company.account}, {"unit": manager.unit}):
        done = manager.ask("POST", path, to)
        assert done.status == 403 and "passed on within the unit only" in done.json["detail"], done
    assert manager.ask("POST", path, {"account": staff.account}).status == 201
    given = {i["to"]: i["id"] for i in boss.get(path).json["items"]}
    assert manager.ask("DELETE", f"{path}/{min(given.values())}").status == 403
    assert boss.ask("POST", path, {"unit": company.unit}).status == 201


def test_a_proposal_is_taken_back_by_its_maker_or_refused_by_another(world):
    first, second, staff = world["province_officer"], world["province_leader"], world["centre_staff"]
    person = first.create("finding", {"ground": "leak", "date": "2026-05-06", "facts_found": "虚构事实"})
    one = person.json["id"]
    upload = world.upload("province_officer")
    assert first.change("finding", one, 1, {"evidence_files": [{"digest": upload, "name": "a.pdf"}]}).status == 200
    act = f"/records/finding/{one}/actions/confirm"
    assert first.ask("DELETE", f"{act}?reason=x").status == 404  # nothing is proposed
    asked = first.ask("POST", f"{act}?reason=x", {})
    assert asked.status == 202 and asked.json["proposal"] > 0 and asked.json["state"] == "alleged", asked
    assert staff.ask("DELETE", f"{act}?reason=x").status == 404
    back = first.ask("DELETE", f"{act}?reason=mistake")
    assert back.status == 200 and back.json["proposal"] == asked.json["proposal"], back
    assert "_proposals" not in first.get(f"/records/finding/{one}").json
    assert first.ask("POST", f"{act}?reason=y", {}).status == 202
    done = second.ask("DELETE", f"{act}?reason=no")
    assert done.status == 403, done  # what a program may not confirm, it may not refuse
    assert "_proposals" in second.get(f"/records/finding/{one}").json
    assert signed_in(world, "province_leader").ask("DELETE", f"{act}?reason=no").status == 200
    assert "_proposals" not in second.get(f"/records/finding/{one}").json
    assert first.get(f"/records/finding/{one}").json["state"] == "alleged"


def test_what_waits_for_somebody_is_told_to_that_person_alone(world):
    first, leader = world["province_officer"], signed_in(world, "province_leader")
    waits = lambda who: [i for i in who.get("/todo").json["items"] if (i["type"], i["id"]) == ("finding", one)]  # noqa: E731
    one = first.create("finding", {"ground": "leak", "date": "2026-05-07", "facts_found": "虚构事实"}).json["id"]
    assert first.change("finding", one, 1, {"evidence_files": [
        {"digest": world.upload("province_officer"), "name": "a.pdf"}]}).status == 200
    assert waits(leader) == []
    assert first.ask("POST", f"/records/finding/{one}/actions/confirm?reason=seen", {}).status == 202
    item, = waits(leader)
    assert (item["kind"], item["type"], item["reason"], item["by"]) == ("approval", "finding", "seen", "虚构province_officer"), item
    assert [a["name"] for a in item["actions"]] == ["confirm"] and item["due_ms"] > item["since_ms"], item
    told, = waits(world["province_leader"])  # by a token it is seen, and that the person has to sign in
    assert told["sign_in"] is True and "sign_in" not in item, (told, item)
    # Not to its maker, another province, or who may not do it.
    for who in (signed_in(world, "province_officer"), signed_in(world, "province_other"),
                signed_in(world, "centre_manager"), signed_in(world, "auditor")):
        assert waits(who) == [], who.name
    assert leader.ask("POST", f"/records/finding/{one}/actions/confirm?reason=y", {}).status == 200
    assert waits(leader) == []


def test_what_is_assigned_waits_until_it_is_done(world):
    boss, staff, neighbour = world["province_officer"], world["centre_staff"], world["centre_neighbour"]
    one = boss.create("task", {"title": "虚构任务", "due": "2099-12-31"}).json["id"]
    waits = lambda who: [i for i in who.get("/todo").json["items"] if (i["type"], i["id"]) == ("task", one)]  # noqa: E731
    assert waits(staff) == []
    client.run_sql(world, ["INSERT INTO assignment (type, record_id, unit, from_ms) VALUES "
                           f"('task', {one}, {staff.unit}, 1), ('task', {one}, {staff.unit}, 5)"])
    item, = waits(staff)  # once, however often it was given
    assert (item["kind"], item["title"], [a["name"] for a in item["actions"]]) == (
        "record", {"title": "虚构任务"}, ["reply"]), item
    assert waits(neighbour) == []
    assert staff.act("task", one, "reply", {"reply": "已办"}).status == 200
    assert waits(staff) == []
    client.run_sql(world, [f"DELETE FROM assignment WHERE type = 'task' AND record_id = {one}"])  # past the program too
    assert world["public"].get("/todo").status == 401


def test_a_record_is_given_to_people_and_stands_in_their_boxes(world):
    boss, staff, neighbour, officer = (world["province_officer"], world["centre_staff"], world["centre_neighbour"],
                                       world["city_officer"])
    one = boss.create("task", {"title": "虚构交办", "due": "2099-12-31"}).json["id"]

    def box(who, name):
        reply = who.get(f"/todo?box={name}")
        assert reply.status == 200, reply
        return [i for i in reply.json["items"] if (i["type"], i["id"]) == ("task", one)]
    path = f"/records/task/{one}/assignments"
    # Not by who may not change it, nor to nobody, nor of another kind, nor on no day.
    assert staff.ask("POST", path, {"unit": staff.unit}).status == 404
    for wrong in ({}, {"unit": staff.unit, "account": staff.account}, {"unit": 999999}, {"account": 999999},
                  {"unit": staff.unit, "kind": "sing"}, {"unit": staff.unit, "due": "2026-02-30"},
                  {"account": neighbour.account, "kind": "read"}):  # who may not read it
        assert boss.ask("POST", path, wrong).status == 400, wrong
    assert box(staff, "todo") == [] and box(boss, "mine") == []
    before = len(client.ask_sql(world, "SELECT id FROM log_entry"))
    given = boss.ask("POST", path, {"unit": staff.unit, "note": "请办理", "due": "2026-12-30"})
    assert given.status == 201, given
    assert len(client.ask_sql(world, "SELECT id FROM log_entry")) == before + 1
    item, = box(staff, "todo")
    assert (item["assignment"], item["given"], item["note"], item["due"], item["by"]) == (
        given.json["id"], "do", "请办理", "2026-12-30", "虚构province_officer"), item
    assert [i["to"] for i in box(boss, "mine")] == ["虚构" + next(n for n, u in world.units.items() if u == staff.unit)]
    assert box(staff, "mine") == box(staff, "done") == box(staff, "read") == box(neighbour, "todo") == []
    # A copy and a thing to read, for somebody who can read it anyway.
    for kind, name in (("read", "read"), ("copy", "copied")):
        done = boss.ask("POST", path, {"account": world["province_leader"].account, "kind": kind})
        assert done.status == 201, done
        item, = box(world["province_leader"], name)
        assert item["given"] == kind, item
        assert neighbour.ask("POST", f"/todo/{item['assignment']}/done").status == 404
        assert world["province_leader"].ask("POST", f"/todo/{item['assignment']}/done").status == 204
        assert world["province_leader"].ask("POST", f"/todo/{item['assignment']}/done").status == 204  # again is nothing
    assert box(world["province_leader"], "read") == []
    assert [i["given"] for i in box(world["province_leader"], "done")] == ["read"]
    listed = boss.get(path).json
    assert sorted(i["kind"] for i in listed["items"]) == ["copy", "do", "read"] and listed["total"] == 3, listed
    assert staff.get(path).status in (200, 403) and neighbour.get(path).status == 404
    assert staff.act("task", one, "reply", {"reply": "已办"}).status == 200
    assert box(staff, "todo") == [] and [i["state"] for i in box(staff, "done")] == ["replied"]
    # Taken back: no right is left of it.
    assert staff.get(f"/records/task/{one}").status == 200
    assert neighbour.ask("DELETE", f"{path}/{given.json['id']}").status == 404
    assert boss.ask("DELETE", f"{path}/{given.json['id']}").status == 204
    assert boss.ask("DELETE", f"{path}/{given.json['id']}").status == 409
    assert staff.get(f"/records/task/{one}").status == 404 and box(staff, "done") == []
    assert officer.get("/todo?box=nonsense").status == 400


def test_people_are_told_of_what_waits_for_them(world):
    boss, staff, leader = world["province_officer"], world["centre_staff"], world["province_leader"]

    def told(who, title):
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            found = [i for i in who.get("/notifications").json["items"] if title in i["title"]]
            if found:
                return found
            time.sleep(0.02)
        return []
    one = boss.create("task", {"title": "虚构通知一", "due": "2099-12-31"}).json["id"]
    assert boss.ask("POST", f"/records/task/{one}/assignments", {"unit": staff.unit}).status == 201
    assert boss.ask("POST", f"/records/task/{one}/assignments", {"account": leader.account, "kind": "copy"}).status == 201
    item, = told(staff, "虚构通知一")
    assert (item["kind"], item["subject"]) == ("todo", {"type": "task", "id": one}), item
    assert [i["kind"] for i in told(leader, "虚构通知一")] == ["news"]
    # A proposal: to who may confirm it, not to its maker, nor to who may not.
    finding = boss.create("finding", {"ground": "leak", "date": "2026-05-07", "facts_found": "虚构事实二"}).json["id"]
    assert boss.change("finding", finding, 1, {"evidence_files": [
        {"digest": world.upload("province_officer"), "name": "a.pdf"}]}).status == 200
    waits = boss.ask("POST", f"/records/finding/{finding}/actions/confirm?reason=seen", {})
    assert waits.status == 202, waits
    proposed = {"type": "proposal", "id": waits.json["proposal"]}  # the page where it is confirmed
    deadline = time.monotonic() + 600
    subjects = lambda who: [i["subject"] for i in who.get("/notifications").json["items"]]  # noqa: E731
    while proposed not in subjects(leader) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert subjects(leader).count(proposed) == 1, subjects(leader)
    for who in (boss, staff, world["auditor"], world["province_other"]):
        assert proposed not in subjects(who), who.name


class Gateway:
    """A gateway for short messages on this machine: answers with `status`, keeps what it was sent."""

    def __init__(self):
        self.status, self.got = 204, []
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                gateway.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(gateway.status)
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_a_channel_is_tried_before_it_is_needed_and_then_brings_what_was_chosen(world):
    first, keeper, boss, staff = world[client.FIRST], world["sysadmin"], world["province_officer"], world["centre_staff"]
    gateway = Gateway()
    put = {"url": f"http://127.0.0.1:{gateway.port}/send", "body": {"text": "{title}", "id": "{id}"}, "reason": "x"}
    assert keeper.ask("PUT", "/channels/wecom", put).status == 200
    assert keeper.ask("POST", "/channels/none/test").status == 404
    for who in (first, boss, world["public"]):
        assert who.ask("POST", "/channels/wecom/test").status in (401, 403)
    tried = keeper.ask("POST", "/channels/wecom/test").json
    assert not tried["sent"] and tried["error"] and gateway.got == [], tried  # its host is not on the list yet
    host = {"host": "127.0.0.1", "port": gateway.port, "inside": True, "reason": "x"}
    assert first.ask("PUT", "/outward-hosts", host).status == 200
    assert keeper.ask("POST", "/channels/wecom/test").json == {"sent": True}
    assert len(gateway.got) == 1
    gateway.status = 500
    assert "500" in keeper.ask("POST", "/channels/wecom/test").json["error"]
    gateway.status, gateway.got[:] = 204, []
    # By the choice of each: now, and not.
    one = boss.create("task", {"title": "虚构短信", "due": "2099-12-31"}).json["id"]
    assert staff.ask("PUT", "/notifications/choices", {"kind": "todo", "channel": "wecom", "timing": "now"}).status == 200
    assert boss.ask("POST", f"/records/task/{one}/assignments", {"unit": staff.unit}).status == 201
    deadline = time.monotonic() + 600
    while not gateway.got and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ["虚构短信" in json.loads(body)["text"] for _, body in gateway.got] == [True], gateway.got
    assert keeper.ask("DELETE", "/channels/wecom?reason=x").status == 200


def patents(rows, first=0):
    """A table of made-up patents, every hundredth with a date that is none."""
    lines = ["公开号,申请号,标题,申请人,公开日"]
    for n in range(first, first + rows):
        day = "2020-13-45" if n % 100 == 7 else "2020-05-01"
        lines.append(f"CN1{n:08d}A,CN2018{n:08d}.X,虚构装置{n},虚构公司,{day}".replace(".X", ""))
    return "\n".join(lines).encode()


def ended(who, job, seconds=600):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        one = who.get(f"/jobs/{job}").json
        if one["state"] not in ("queued", "running"):
            return one
        time.sleep(0.02)
    raise AssertionError(one)


def test_backups_are_jobs_and_a_restore_beside_checks_each(world):
    keeper, folder = world["sysadmin"], os.path.join(world.data, "kept")
    plan = {"folder": folder, "at": "", "keep": 2, "reason": "fictional"}
    for who in ("secadmin", "auditadmin", "province_officer"):
        assert world[who].ask("POST", "/backups").status == 403, who
        assert world[who].ask("PUT", "/backup-plan", plan).status == 403, who
    for wrong in ({"folder": "kept"}, {"folder": "/proc/kept"}, {"at": "24:00"}, {"at": "2:00"}, {"keep": 0}, {"passphrase": "short"}):
        assert keeper.ask("PUT", "/backup-plan", {**plan, **wrong}).status == 400, wrong
    chosen = keeper.ask("PUT", "/backup-plan", plan)
    assert chosen.json == {"folder": folder, "at": "", "keep": 2, "sealed": False, "chosen": True}, chosen

    def make():
        done = ended(keeper, keeper.ask("POST", "/backups").json["job"])
        assert done["state"] == "done", done
        time.sleep(1.1)  # its name has the second
        return done["result"]["backup"]

    def check(name):
        done = ended(keeper, keeper.ask("POST", f"/backups/{name}/check").json["job"])
        assert done["state"] == "done", done
        kept, = [one for one in keeper.get("/backups").json["items"] if one["name"] == name]
        assert kept["checked"] == done["result"], (kept, done)
        return kept

    first = make()
    kept = check(first)
    counts = ("tables", "rows", "files", "entries", "damaged")
    assert kept["checked"]["state"] == "good" and not kept["made"]["sealed"], kept
    assert [kept["made"][one] for one in counts] == [kept["checked"][one] for one in counts], kept
    assert keeper.ask("POST", "/backups/..%2Fzhiyun.db/check").status == 404
    assert not [name for name in os.listdir(world.data) if name.startswith("restore-")]

    path = os.path.join(folder, first)
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        file.write(b"xxxx")
    spoilt = check(first)["checked"]
    assert spoilt["state"] == "damaged" and spoilt["error"], spoilt

    sealed = keeper.ask("PUT", "/backup-plan", {**plan, "passphrase": "a fictional passphrase"})
    assert sealed.json["sealed"] and "passphrase" not in sealed.json, sealed
    second = make()
    assert check(second)["checked"]["state"] == "good"
    assert keeper.ask("PUT", "/backup-plan", {**plan, "passphrase": "another fictional one"}).status == 200
    assert check(second)["checked"]["state"] == "sealed"
    third = make()
    held = lambda: sorted(name for name in os.listdir(folder) if name.endswith(".backup"))
    assert held() == [second, third], held()
    assert first not in os.listdir(folder)
    state = {one["name"]: one for one in world["auditadmin"].get("/system").json["components"]}
    # Two are there, none of which a restore found good, on the disk of the data.
    backups = state["backups"]
    assert backups["state"] == "warn" and (backups["count"], backups["behind"], backups["failed"]) == (2, 1, 1), state
    assert state["database"]["count"] > 0 and state["log"]["count"] > 0, state
    assert world["province_officer"].get("/system").status == 403
    # What somebody else put there is not touched, and the latest that a restore found good stays besides.
    assert check(third)["checked"]["state"] == "good"
    backups = next(one for one in world["auditadmin"].get("/system").json["components"] if one["name"] == "backups")
    assert (backups["state"], backups["behind"], backups["failed"]) == ("warn", 0, 1), backups
    with open(os.path.join(folder, "by-hand.backup"), "wb") as file:
        file.write(b"fictional")
    later = [make(), make()]
    assert held() == ["by-hand.backup", third, *later], held()


def test_an_import_is_a_job_that_survives_its_server_and_tells_its_owner(world):
    who, other = world["centre_manager"], world["centre_far"]
    small, times = patents(150), 1 if LONG or os.environ.get("DB") != "postgres" else 5  # a row costs more there
    waited = who.ask("POST", "/imports?name=direct.csv", raw=patents(150, 5000))
    assert waited.status == 200, waited
    asked = who.ask("POST", "/imports?name=fictional.csv&job=true", raw=small)
    assert asked.status == 202 and list(asked.json) == ["job"], asked
    done = ended(who, asked.json["job"])
    assert (done["state"], done["kind"]) == ("done", "import"), done
    # What a waited for import says of the like, it says as well.
    direct, = waited.json["files"]
    queued, = done["result"]["files"]
    assert queued["file"] == "fictional.csv" and {k: v for k, v in queued.items() if k not in ("file", "rejects")} == {
        k: v for k, v in direct.items() if k not in ("file", "rejects")}, (direct, queued)
    assert queued["inserted"] == 150 and queued["warnings"][0]["count"] == 2, queued
    for path in ("", "/result"):
        assert other.get(f"/jobs/{asked.json['job']}{path}").status == 404
    assert who.get(f"/jobs/{asked.json['job']}/result").json == done["result"]
    assert other.ask("POST", "/imports?name=x.csv&job=true&format=nonsense", raw=small).status == 202  # and fails, told so:
    failed = ended(other, other.get("/jobs?limit=1").json["items"][0]["id"])
    assert failed["state"] == "failed" and failed["error"], failed
    # Killed under way: another process goes on, and nothing is there twice.
    big = patents(30000 // times, 10000)
    job = who.ask("POST", "/imports?name=big.csv&job=true", raw=big).json["job"]
    deadline = time.monotonic() + 600
    while who.get(f"/jobs/{job}").json["state"] == "queued" and time.monotonic() < deadline:
        time.sleep(0.01)
    world.server.kill()
    client.run_sql(world, [f"UPDATE job SET due_ms = 1 WHERE id = {job} AND state = 'running'"])  # the half minute of a dead one is over
    world.server.start()
    done = ended(who, job)
    assert done["state"] == "done" and done["result"]["records"] == 30000 // times, done
    rows = client.ask_sql(world, "SELECT count(*) FROM publication")
    assert int(rows[0][0]) == 150 + 150 + 30000 // times, rows
    # One that is not wanted any more.
    job = who.ask("POST", "/imports?name=more.csv&job=true", raw=patents(60000 // times, 100000)).json["job"]
    stopped = who.ask("POST", f"/jobs/{job}/cancel")
    assert stopped.status == 200, stopped
    assert ended(who, job)["state"] == "cancelled"
    assert who.get(f"/jobs/{job}/result").status == 409
    again = who.ask("POST", f"/jobs/{job}/retry")
    assert again.status == 200 and ended(who, job)["result"]["records"] == 60000 // times, again
    kinds = lambda one: [i["kind"] for i in one.get("/notifications").json["items"]]  # noqa: E731
    deadline = time.monotonic() + 600
    while kinds(who).count("job_done") < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert kinds(who).count("job_done") == 3 and kinds(other).count("job_failed") == 1, (kinds(who), kinds(other))


BRINGING = {"province_officer", "ip_centre_officer", "centre_staff", "centre_manager"}  # roles


def test_publications_are_brought_in_by_data_officers_alone(world):
    """Everybody reads them, so nobody else may write what they say: not a bank, not an expert, no administrator."""
    other = client.World(ZHIYUN)  # one whose grants may be ended
    try:
        line = patents(1, 700)
        for name, (_, role) in sorted(client.PEOPLE.items()):
            for wish in ("", "&job=true", "&map=标题%3Dtitle"):
                asked = other[name].ask("POST", f"/imports?name=rights.csv{wish}", raw=line)
                assert asked.status in (200, 202) if role in BRINGING else asked.status == 403, (name, wish, asked)
        assert other["public"].ask("POST", "/imports?name=rights.csv", raw=line).status == 401
        assert BRINGING <= {role for _, role in client.PEOPLE.values()}
        # Whose right ends while the import runs: its next step is not written.
        who = other["centre_manager"]
        job = who.ask("POST", "/imports?name=late.csv&job=true", raw=patents(20000, 100000)).json["job"]
        other.server.kill()
        client.run_sql(other, [f"UPDATE role_grant SET state = 'ended' WHERE account = {who.account} AND role = 'centre_manager'",
                               f"UPDATE job SET due_ms = 1 WHERE id = {job} AND due_ms IS NOT NULL"])
        there = client.ask_sql(other, "SELECT count(*) FROM publication")
        other.server.start()
        failed = ended(who, job)
        assert failed["state"] == "failed" and "publications" in failed["error"], failed
        assert client.ask_sql(other, "SELECT count(*) FROM publication") == there
    finally:
        other.close()


def test_what_names_a_person_is_erased_and_what_the_person_did_stays(world):
    boss = world[client.FIRST]
    one = boss.ask("POST", "/accounts", {"name": "canary.name", "display_name": "金丝雀甲", "unit": world.units["centreA"],
                                         "email": "canary@example.org", "phone": "13912345678"}).json["id"]
    path = f"/accounts/{one}/erase"
    wish = {"ground": "pipl_47_1_3", "reason": "本人要求"}
    assert world.signed_in(client.FIRST).ask("POST", path, wish).status == 409  # it is open
    assert boss.ask("POST", f"/accounts/{one}", {"do": "disable", "reason": "离职"}).status == 200
    assert boss.ask("POST", path, {}).status == 400
    assert world["sysadmin"].ask("POST", path, wish).status == 403
    assert boss.ask("POST", path, wish).status == 403  # a token
    assert world.erase(path, wish).status == 200
    assert client.ask_sql(world, "SELECT count(*) FROM log_entry WHERE body LIKE '%\"do\":\"erase (pipl_47_1_3, proposed by %'")[0][0] == "1"
    for query in (f"SELECT name, display_name, email, phone FROM account WHERE id = {one}",
                  f"SELECT content, seal FROM record_version WHERE type = 'account' AND record_id = {one}"):
        rows = client.ask_sql(world, query)
        assert rows and not re.search("canary|金丝雀|13912345678", str(rows)), rows
    assert "canary" not in str(client.ask_sql(world, "SELECT body FROM log_entry"))
    world.server.stop()
    verified = world.server.run("verify")  # fails if it does not
    world.server.start()
    assert verified is not None


def test_what_differs_between_versions_is_told_to_who_may_read_them(world):
    who = world["centre_far"]
    one = who.create("deal", {"contract_no": "HT-diff", "type": "licence", "amount": "1.00"}).json["id"]
    assert who.change("deal", one, 1, {"amount": "2.00", "title": "虚构"}).status == 200
    told = who.get(f"/records/deal/{one}/diff?from=1&to=2").json
    assert [(f["name"], f.get("before"), f.get("after")) for f in told["fields"]] == [
        ("amount", "1.00", "2.00"), ("title", None, "虚构")], told
    assert who.get(f"/records/deal/{one}/diff?from=1&to=9").status == 404
    assert who.get(f"/records/deal/{one}/diff?from=1").status == 400
    assert world["centre_neighbour"].get(f"/records/deal/{one}/diff?from=1&to=2").status == 404


def test_two_persons_erase_what_is_personal_and_what_is_due_is_listed(world):
    who = world["centre_far"]
    one = who.create("liaison", {"department": "法务部", "contact": "erase-me-canary", "phone": "13912345678"}).json["id"]
    assert who.change("liaison", one, 1, {"department": "知识产权部"}).status == 200
    path, wish = f"/records/liaison/{one}/erase", {"fields": ["contact", "phone"], "ground": "pipl_47_1_3", "reason": "本人撤回同意"}
    for name in ("centre_far", "sysadmin", "auditadmin", "province_leader", "province_officer"):
        assert world[name].ask("POST", path, wish).status == 403, name
    grounds = world["auditadmin"].get("/erasure-grounds").json
    assert {"pipl_47_1_1", "authority_order", "court_order", "retention_over"} <= {g["code"] for g in grounds["items"]} and grounds["total"] == 8, grounds
    boss, token = world.signed_in(client.FIRST), world[client.FIRST]
    for wrong, field in (({"fields": ["colour"]}, "colour"), ({"fields": ["department"]}, "department"), ({"ground": "because"}, "/ground"),
                         ({"ground": "authority_order"}, "/basis")):
        done = boss.ask("POST", path, {**wish, **wrong})
        assert done.status == 400 and done.json["errors"][0]["field"] == field, (wrong, done)
    assert "contact, phone" in boss.ask("POST", path, {**wish, "fields": ["department"]}).json["errors"][0]["message"]
    assert boss.ask("POST", path, {"fields": wish["fields"], "ground": wish["ground"]}).status == 400
    assert token.ask("POST", path, wish).status == 403  # whoever has the token
    first = token.account if hasattr(token, "account") else int(client.ask_sql(world, f"SELECT id FROM account WHERE name = '{client.FIRST}'")[0][0])
    client.run_sql(world, [f"UPDATE session SET proved_ms = proved_ms - 3600000 WHERE account = {first}"])
    done = boss.ask("POST", path, wish)
    assert done.status == 403 and "prove yourself again" in done.json["detail"], done
    # One proposes it, and a leader is asked, for there is no other administrator.
    boss = world.signed_in(client.FIRST)
    done = boss.ask("POST", path, wish)
    assert done.status == 202, done
    proposal = done.json["proposal"]
    assert boss.ask("POST", path, wish).status == 409
    assert who.get(f"/records/liaison/{one}").json["contact"] == "erase-me-canary"
    asked = [i for i in world["province_leader"].get("/todo").json["items"] if i.get("proposal") == proposal]
    assert len(asked) == 1 and "contact, phone" in str(asked) and "canary" not in str(asked), asked
    assert not [i for i in world["province_officer"].get("/todo").json["items"] if i.get("proposal") == proposal]
    assert world["province_leader"].ask("POST", path, wish).status == 403  # his token
    # …whom the first one could sign in as
    leader = world["province_leader"].account
    assert world[client.FIRST].ask("POST", f"/accounts/{leader}/link", {"reason": "x"}).status == 201
    second = world.signed_in("province_leader")
    done = second.ask("POST", path, wish)
    assert done.status == 409 and "link" in done.json["detail"], done
    client.run_sql(world, [f"DELETE FROM sign_in_link WHERE account = {leader} AND created_by = {first}"])
    assert second.ask("POST", path, {**wish, "fields": ["phone"]}).status == 409
    done = second.ask("POST", path, wish)
    assert done.status == 200 and done.json["entry"], done
    entry = client.ask_sql(world, f"SELECT body FROM log_entry WHERE uid = '{done.json['entry']}'")[0][0]
    assert f'"who":{leader}' in entry and f'"do":"erase (pipl_47_1_3, proposed by {first})"' in entry, entry
    seen = who.get(f"/records/liaison/{one}")
    assert seen.json["_erased"] == ["contact", "phone"] and seen.json["contact"] is None and seen.json["department"] == "知识产权部", seen
    assert "canary" not in who.get(f"/records/liaison/{one}/history").content.decode()
    # What a law has kept, and what is over.
    one = who.create("deal", {"contract_no": "HT-erase", "type": "licence"}).json["id"]
    assert who.get("/records/deal/retention").json == {"items": [], "total": 0}
    assert who.act("deal", one, "end", query="?reason=x").status == 200
    was = client.ask_sql(world, f"SELECT ended_ms FROM record_deal WHERE id = {one}")[0][0]
    client.run_sql(world, [f"UPDATE record_deal SET ended_ms = 1 WHERE id = {one}"])
    due = who.get("/records/deal/retention").json
    assert [(i["id"], i["ended_on"], i["keep_until"]) for i in due["items"]] == [(one, "1970-01-01", "1980-01-01")], due
    assert world["centre_neighbour"].get("/records/deal/retention").json["total"] == 0
    client.run_sql(world, [f"UPDATE record_deal SET ended_ms = {was} WHERE id = {one}"])  # as its version says: the log is verified
    one = who.create("staff", {"name": "虚构甲"}).json["id"]
    path, wish = f"/records/staff/{one}/erase", {"fields": ["name"], "ground": "pipl_47_1_1", "reason": "离职"}
    done = boss.ask("POST", path, wish)
    assert done.status == 409 and "10" in done.json["detail"], done
    assert world.erase(path, {**wish, "ground": "court_order", "basis": "（2026）虚构民终1号"}).status == 200


def bundle(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in files.items():
            z.writestr(name, content)
    return packed.getvalue()


def test_a_workbook_brings_its_files_by_name_out_of_one_zip(world):
    who, scan = world["centre_far"], lambda n: b"%%PDF-1.4\n%d 0 obj<<>>endobj\ntrailer<<>>\n%%%%EOF\n" % n
    deals = [["合同编号", "标题", "交易类型", "合同文件"]] + [
        [f"ZIP-{n}", f"虚构合同{n}", "许可", name] for n, name in enumerate(("一.pdf", "二.pdf", "缺.pdf", "重.pdf", "坏.pdf", ""))]
    packed = bundle(**{"合同/台账.xlsx": bodies.workbook(deals), "合同/扫描/一.pdf": scan(1), "合同/二.pdf": scan(2), "合同/甲/重.pdf": scan(4),
                       "合同/乙/重.pdf": scan(5), "合同/坏.pdf": b"MZ no PDF", "合同/多余.pdf": scan(3), "__MACOSX/合同/._一.pdf": b"x"})
    held = who.get("/files?limit=1").json["total"] if who.get("/files?limit=1").status == 200 else None
    told = who.ask("POST", "/records/deal/import?name=zip.zip&check=true", raw=packed).json
    assert (told["state"], told["created"], told["rejected"], told["unused"]) == ("checked", 3, 3, ["多余.pdf"]), told
    assert who.get("/records/deal?q=虚构合同").json["total"] == 0
    done = who.ask("POST", "/records/deal/import?name=zip.zip", raw=packed, headers={"Accept-Language": "zh"})
    assert done.status == 200 and (done.json["created"], done.json["rejected"]) == (3, 3), done
    # By row and by the label of the column; a file that no row names is told, and is not kept.
    assert [(r["row"], r["reason"].split(":")[0]) for r in done.json["rejects"]] == [(4, "合同文件"), (5, "合同文件"), (6, "合同文件")], done
    for refusal, word in zip(done.json["rejects"], ("缺.pdf", "重.pdf", "坏.pdf")):
        assert word in refusal["reason"], refusal
    assert done.json["unused"] == ["多余.pdf"], done
    if held is not None:
        assert who.get("/files?limit=1").json["total"] == held + 2
    kept = {d["contract_no"]: d for d in who.get("/records/deal?fields=*&limit=100&q=虚构合同").json["items"] if d["contract_no"].startswith("ZIP-")}
    assert [kept[f"ZIP-{n}"]["contract_file"] and kept[f"ZIP-{n}"]["contract_file"]["name"] for n in (0, 1, 5)] == ["一.pdf", "二.pdf", None], kept
    assert who.get(f"/files/{kept['ZIP-0']['contract_file']['digest']}").content == scan(1)
    # The same again changes nothing; as a job it is refused at once; without a workbook, or with two, it is none.
    again = who.ask("POST", "/records/deal/import?name=zip.zip", raw=packed).json
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 3), again
    for wrong, query in ((packed, "&job=true"), (bundle(**{"一.pdf": scan(1)}), ""), (bundle(**{"甲.xlsx": b"x", "乙.xlsx": b"x"}), "")):
        refused = who.ask("POST", f"/records/deal/import?name=zip.zip{query}", raw=wrong)
        assert refused.status == 400, refused
    assert who.ask("POST", f"/records/deal/imports/{done.json['id']}/undo").json["undone"] == 3


def amounts(who, words="虚构合同"):
    return {d["contract_no"]: (d["amount"], d["currency"]) for d in who.get(f"/records/deal?fields=*&limit=100&q={words}").json["items"]}


def test_amounts_of_workbooks_are_those_of_the_cells_that_the_writer_had(world):
    who = world["centre_far"]
    for name, notes in (("amounts-calc", ["「合同金额」按万元读取", "「合同金额」中的“12万元”读作 120000.00 元"]),
                        ("amounts-sheetjs", ["「合同金额（万元）」按万元读取", "「合同金额」中的“12万”读作 120000.00 元"])):
        with open(os.path.join(os.path.dirname(__file__), "..", "writers", f"{name}.json"), encoding="utf-8") as file:
            truth = {one["number"]: one["amount"] for one in json.load(file)}
        with open(os.path.join(os.path.dirname(__file__), "..", "writers", f"{name}.xlsx"), "rb") as file:
            book = file.read()
        told = who.ask("POST", "/records/deal/import?check=true", raw=book, headers={"Accept-Language": "zh"}).json
        assert [one["reason"] for one in told["notes"]] == notes, told
        assert told["rejected"] == list(truth.values()).count(None) and all("合同金额" in one["reason"] for one in told["rejects"]), told
        done = who.ask("POST", "/records/deal/import", raw=book, headers={"Accept-Language": "zh"}).json
        assert done["notes"] == told["notes"] and done["rejects"] == told["rejects"], done
        held = amounts(who)
        assert {number: amount or "" for number, (amount, _) in held.items()} == {number: amount for number, amount in truth.items() if amount is not None}, held
        assert {currency for _, currency in held.values()} <= {"CNY", None}, held
        # The refused rows keep the unit of their column: mended, they are read in it.
        header, *rows = workbooks.opened(who.get(f"/records/deal/imports/{done['id']}/rejects.xlsx").content)[0]
        assert "合同金额（万元）" in header, header
        mended = [header] + [[*row[:3], "7", *("CNY" if cell == "USD" else cell for cell in row[4:])] for row in rows]
        again = who.ask("POST", "/records/deal/import", raw=bodies.workbook(mended)).json
        wanted = {number for number, amount in truth.items() if amount is None}
        assert {number for number, (amount, _) in amounts(who).items() if amount == "70000.00"} == wanted, again
        for one in (again, done):
            assert who.ask("POST", f"/records/deal/imports/{one['id']}/undo").json["kept"] == 0


def test_headers_name_the_unit_of_their_amounts_in_many_ways(world):
    who = world["centre_far"]
    head = ["合同编号", "标题", "交易类型"]

    def read(header, cell, *above, query=""):
        book = bodies.workbook([*(above[0] if above else []), [*head, header], ["UNIT-1", "虚构合同", "许可", cell]])
        return who.ask("POST", f"/records/deal/import?whole=true{query}", raw=book, headers={"Accept-Language": "zh"}).json

    for header, cell, amount in (("合同金额(万元)", "1", "10000.00"), ("合同金额（千元）", "1", "1000.00"), ("合同金额（亿元）", "0.5", "50000000.00"),
                                 ("合同金额/万元", "1", "10000.00"), ("合同金额万元", "1", "10000.00"), ("合同金额（单位：万元）", "1", "10000.00"),
                                 ("合同金额[人民币 万元]", "1", "10000.00"), ("合同金额 （ＲＭＢ万元）", "1", "10000.00"), ("Amount (元)", "1", "1.00"),
                                 ("合同金额（万元，含税）", "1", "10000.00"), ("合同金额（亿元）", "12万", "120000.00"),
                                 ("合同金额（万元）", "￥1", "10000.00"), ("合同金额（万元）", "3000元", "3000.00"), ("合同金额（￥）", "1,234.5", "1234.50")):
        done = read(header, cell)
        assert done.get("created") == 1 and amounts(who)["UNIT-1"][0] == amount, (header, cell, done)
        who.ask("POST", f"/records/deal/imports/{done['id']}/undo")
    for above, amount in (([["台账"], ["制表：甲", "", "金额单位：人民币万元  2026年"]], "10000.00"), ([["填报单位：虚构公司  金额单位：万元"]], "10000.00"), ([["单位：虚构万元科技公司"]], "1.00"), ([["（单位：千元）"]], "1000.00"),
                          ([["单位：万元、件"]], "10000.00"), ([["单位：件"]], "1.00")):
        done = read("合同金额", "1", above)
        assert done.get("created") == 1 and amounts(who)["UNIT-1"][0] == amount, (above, done)
        who.ask("POST", f"/records/deal/imports/{done['id']}/undo")
    # Money of another currency is in no unit that is known; a share of it is no amount.
    done = read("合同金额", "1", [["单位：万美元"]])
    assert done["rejected"] == 1 and "万美元" in done["rejects"][0]["reason"], done
    for header in ("合同金额（万美元）", "合同金额（万元）占比", "合同金额（件）"):
        done = read(header, "1", query="&check=true")
        assert done.get("status") == 400 or done["state"] == "unmapped", (header, done)
    done = read("合同金额（万美元）", "1", query="&map=" + urllib.parse.quote("合同金额（万美元）=amount"))
    assert done["rejected"] == 1, done
    done = read("总价（万元）", "1", query="&map=" + urllib.parse.quote("总价（万元）=amount"))
    assert amounts(who)["UNIT-1"][0] == "10000.00" and done["notes"][0]["reason"] == "「总价（万元）」按万元读取", done
    who.ask("POST", f"/records/deal/imports/{done['id']}/undo")


def test_an_amount_is_read_as_a_person_types_it(world):
    who = world["centre_far"]
    deal = {"title": "虚构口述合同", "type": "licence"}
    for typed, currency, held in (("12万", None, ("120000.00", "CNY")), ("184.51万元", "人民币", ("1845100.00", "CNY")), ("人民币 3,000 元", "RMB", ("3000.00", "CNY")),
                                  ("￥12", "￥", ("12.00", "CNY")), ("1.5亿", "USD", ("150000000.00", "USD"))):
        made = who.ask("POST", "/records/deal", {**deal, "contract_no": f"SAID-{typed}", "amount": typed, **({"currency": currency} if currency else {})})
        assert made.status == 201, made
        record = who.get(f"/records/deal/{made.json['id']}").json
        assert (record["amount"], record["currency"]) == held, record
    for typed, currency, said in (("12.345元", "CNY", "不是整分"), ("12件", "CNY", "12件"), ("12%", "CNY", "12%"), ("￥12", "USD", "USD"), ("12万元", "USD", "USD")):
        refused = who.ask("POST", "/records/deal", {**deal, "amount": typed, "currency": currency}, headers={"Accept-Language": "zh"})
        assert refused.status == 400 and said in json.dumps(refused.json, ensure_ascii=False), refused


def test_a_row_whose_record_does_not_stand_where_the_row_says_is_told(world):
    who, scan = world["centre_far"], b"%PDF-1.4\n9 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    head = ["合同编号", "标题", "交易类型", "签订日期", "合同金额", "币种", "合同文件", "状态"]
    deal = lambda n, day, amount, file, state: [f"STAND-{n}", f"虚构合同{n}", "许可", day, amount, amount and "CNY", file, state]  # noqa: E731
    rows = [deal(0, "2026-03-02", "100.00", "甲.pdf", ""), deal(1, "2026-03-02", "100.00", "", ""), deal(2, "", "", "", "已签订"),
            deal(3, "", "", "", ""), deal(4, "", "", "", "意向"), deal(5, "2026-03-02", "100.00", "乙.pdf", "已备案")]
    sides = {"交易各方": [["所属记录", "名称"]] + [[row[0], "虚构对方公司"] for row in rows]}
    packed = bundle(**{"台账.xlsx": bodies.workbook([head] + rows, **sides), "甲.pdf": scan, "乙.pdf": scan + b"\n"})
    done = who.ask("POST", "/records/deal/import?name=stand.zip", raw=packed, headers={"Accept-Language": "zh"}).json
    assert (done["created"], done["rejected"]) == (6, 0), done
    notes = {n["row"]: n["reason"] for n in done["notes"]}
    assert sorted(notes) == [3, 4, 7], done["notes"]
    assert "“意向”，不是“已签订”：还缺：合同文件" in notes[3], notes
    assert all(word in notes[4] for word in ("还缺", "签订日期", "合同金额", "币种", "合同文件")) and "交易各方" not in notes[4], notes
    assert "“意向”，不是“已备案”" in notes[7] and "导入不改变" in notes[7], notes
    states = {d["contract_no"]: d["state"] for d in who.get("/records/deal?fields=*&limit=100&q=虚构合同").json["items"]}
    assert [states[f"STAND-{n}"] for n in range(6)] == ["signed"] + ["intent"] * 5, states
    assert who.ask("POST", f"/records/deal/imports/{done['id']}/undo").json["undone"] == 6


def test_a_workbook_with_wrong_rows_gives_them_back_and_can_be_undone(world):
    who = world["centre_far"]
    count, wrong = 10000 if LONG else 2000, 57  # the 10,000 in make check
    rows = [["名称", "统一社会信用代码", "产业链创新主体", "首次服务日期"]]
    for n in range(count):
        code = bodies.credit_code(500000 + n)
        if n % (count // wrong) == 7 and n // (count // wrong) < wrong:
            code = code[:-1] + ("0" if code[-1] != "0" else "1")  # a wrong check digit
        rows.append([f"虚构企业{n}", code, "是", "2026/3/5"])
    book = bodies.workbook(rows)
    start = time.monotonic()
    done = who.ask("POST", "/records/served_party/import?name=big.xlsx", raw=book)
    seconds = time.monotonic() - start
    assert done.status == 200, done
    report = done.json
    print(f"# {count} rows, {wrong} wrong: {report['created']} in, {report['rejected']} returned, {seconds:.1f} s")
    assert (report["created"], report["rejected"]) == (count - wrong, wrong), {**report, "rejects": []}
    assert all(r["row"] > 1 and r["reason"] for r in report["rejects"])
    back = who.get(f"/records/served_party/imports/{report['id']}/rejects.xlsx")
    with zipfile.ZipFile(io.BytesIO(back.content)) as returned:
        sheet = returned.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall("<row ", sheet)) == wrong + 1 and "虚构企业7" in sheet
    again = who.ask("POST", "/records/served_party/import?name=big.xlsx", raw=book).json
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, count - wrong), again["state"]
    undone = who.ask("POST", f"/records/served_party/imports/{report['id']}/undo")
    assert undone.json == {"undone": count - wrong, "kept": 0, "left": []}, undone
    assert who.get("/records/served_party?fields=id").json["total"] == 0


def test_a_workbook_is_imported_by_a_job_where_it_is_large_or_that_is_asked(world):
    who, other = world["centre_far"], world["centre_neighbour"]
    rows = [["Name", "Unified social credit code"]] + [[f"虚构任务{n}", bodies.credit_code(700000 + n)] for n in range(40)]
    rows.append(["虚构错码", "91510100000000001X"])
    book = bodies.workbook(rows)
    asked = who.ask("POST", "/records/served_party/import?name=jobs.xlsx&job=true", raw=book)
    assert asked.status == 202 and list(asked.json) == ["job"], asked
    done = ended(who, asked.json["job"])
    assert (done["state"], done["kind"], done["done"], done["total"]) == ("done", "record_import", 41, 41), done
    told = done["result"]
    assert (told["state"], told["created"], told["rejected"], told["name"]) == ("finished", 40, 1, "jobs.xlsx"), told
    path = f"/jobs/{asked.json['job']}/result"
    back = who.get(path)
    assert back.headers["content-type"].startswith("application/vnd.openxml"), back.headers
    with zipfile.ZipFile(io.BytesIO(back.content)) as returned:
        sheet = returned.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall("<row ", sheet)) == 2 and "虚构错码" in sheet, sheet
    assert other.get(path).status == 404
    assert who.get(f"/records/served_party/imports/{told['id']}/rejects.xlsx").status == 200
    # A large one is never waited for, and what is there already is not changed by it.
    large = io.BytesIO(book)
    with zipfile.ZipFile(large, "a", zipfile.ZIP_STORED) as more:
        more.writestr("xl/media/padding.bin", bytes(2 << 20))
    queued = who.ask("POST", "/records/served_party/import?name=large.xlsx", raw=large.getvalue())
    assert queued.status == 202, queued
    again = ended(who, queued.json["job"])["result"]
    assert (again["created"], again["changed"], again["unchanged"], again["rejected"]) == (0, 0, 40, 1), again
    undone = who.ask("POST", f"/records/served_party/imports/{told['id']}/undo")
    assert undone.json == {"undone": 40, "kept": 0, "left": []}, undone
    # Refused before it is queued, or told by the job.
    assert world["auditor"].ask("POST", "/records/served_party/import?job=true", raw=book).status == 403
    wrong = who.ask("POST", "/records/served_party/import?job=true", raw=b"a,b\n1,2\n").json["job"]
    failed = ended(who, wrong)
    assert failed["state"] == "failed" and "this is no Excel workbook" in failed["error"], failed


def test_a_workbook_speaks_the_words_of_people(world):
    """Types and states by their labels, and what is no workbook said to be none."""
    who = world["centre_far"]
    made = who.create("deal", {"contract_no": "HT-words", "type": "licence"}).json["id"]
    with zipfile.ZipFile(io.BytesIO(who.get("/records/deal/export.xlsx?filter=contract_no=HT-words").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert ">Intent<" in sheet and ">intent<" not in sheet, sheet
    for raw, said in ((b"a,b\n1,2\n", "this is no Excel workbook"),
                      (bodies.workbook([["Contract number", "Colour"]]), "'Colour' is no column of Deal"),
                      (bodies.workbook([["Contract number", "Parties"]]), "'Parties' is a sheet of its own now, 'Parties'")):
        done = who.ask("POST", "/records/deal/import", raw=raw)
        assert done.status == 400 and said in done.json["detail"], done
    book = bodies.workbook([["Contract number", "Type"], ["HT-words-2", "Licence"]])
    done = who.ask("POST", "/records/deal/import", raw=book).json
    for expected in (200, 409):
        undone = who.ask("POST", f"/records/deal/imports/{done['id']}/undo")
        assert undone.status == expected, undone
    assert "was undone already" in undone.json["detail"], undone
    # …a wrong cell of a table by the table, its row and its column.
    who.create("deal", {"contract_no": "HT-words-3", "type": "licence", "payments": [
        {"due": "2026-01-05", "amount": "1.00"}, {"due": "2026-02-05", "amount": "777.25"}]})
    with zipfile.ZipFile(io.BytesIO(who.get("/records/deal/export.xlsx?filter=contract_no=HT-words-3").content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    wrong = io.BytesIO()
    with zipfile.ZipFile(wrong, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b"777.25", b"-777.25"))
    done = who.ask("POST", "/records/deal/import", raw=wrong.getvalue()).json
    assert done["rejected"] == 1 and done["rejects"][0]["reason"].startswith("Payments, row 2, Amount: "), done
    # What somebody wrote to since is left alone, and named.
    book = bodies.workbook([["Contract number", "Type"]] + [[f"HT-left-{n}", "Licence"] for n in range(3)])
    done = who.ask("POST", "/records/deal/import", raw=book).json
    kept = who.get("/records/deal?filter=contract_no=HT-left-1&fields=id").json["items"][0]["id"]
    assert who.change("deal", kept, 1, {"title": "虚构"}).status == 200
    undone = who.ask("POST", f"/records/deal/imports/{done['id']}/undo").json
    assert undone.pop("why") == f"Deal {kept}: the record is not written, it was changed or decided meanwhile", undone
    assert undone == {"undone": 2, "kept": 1, "left": [kept]}, undone
    again = who.create("deal", {"contract_no": "HT-words", "type": "licence"})
    assert again.status == 409 and again.json["detail"] == f"Deal: the record is not written, there is one like it: record {made} has this already", again
    assert again.json["errors"][0]["message"] == f"record {made} has this already", again


def test_a_signed_deal_that_is_imported_is_signed(world):
    """…once its date, amount, parties and contract file are there; who says in the row that it is an intent still is believed."""
    who = world["centre_far"]
    file = f"虚构合同.pdf sha256:{world.upload('centre_far')}"
    other = who.ask("POST", "/files?name=other.pdf", raw=b"%PDF-1.4\n% another contract\n%%EOF\n").json["digest"]
    head = ["Contract number", "Type", "Amount", "Signed on", "Contract", "State", "Currency"]

    def bring(*rows):
        sides = [["Belongs to", "Name"]] + [[row[0], "虚构受让方"] for row in rows if row[-1] == "CNY"]
        done = who.ask("POST", "/records/deal/import", raw=bodies.workbook([head, *rows], Parties=sides)).json
        assert done["rejected"] == 0, done
        listed = who.get("/records/deal?fields=contract_no,state&limit=200").json["items"]
        return done, {one["contract_no"]: one["state"] for one in listed if one["contract_no"].startswith("HT-signed")}
    whom = ["", "CNY"]
    rows = [["HT-signed-1", "Licence", "100.00", "2026-01-05", file, *whom], ["HT-signed-2", "Licence", "100.00", "2026-01-05"],
            ["HT-signed-3", "Licence", "", "", "", *whom], ["HT-signed-4", "Licence", "100.00", "2026-01-05", file, "Intent", *whom[1:]]]
    done, states = bring(*rows)
    assert states == {"HT-signed-1": "signed", "HT-signed-2": "intent", "HT-signed-3": "intent", "HT-signed-4": "intent"}, (done, states)
    later, states = bring(["HT-signed-2", "Licence", "100.00", "2026-01-05", f"虚构合同.pdf sha256:{other}", *whom], *rows[:1])
    assert (later["changed"], later["unchanged"], states["HT-signed-2"]) == (1, 1, "signed"), (later, states)
    undone = who.ask("POST", f"/records/deal/imports/{done['id']}/undo").json
    assert undone["undone"] == 3 and undone["kept"] == 1, undone  # the second was written since, the first was signed with its row


def test_all_or_nothing_means_nothing_when_one_row_is_wrong(world):
    who = world["centre_neighbour"]
    rows = [["Name", "Unified social credit code"], ["虚构甲", bodies.credit_code(1)], ["虚构乙", "91510100000000001X"]]
    done = who.ask("POST", "/records/served_party/import?whole=true", raw=bodies.workbook(rows)).json
    assert (done["state"], done["created"], done["rejected"]) == ("refused", 0, 1), done
    assert who.get("/records/served_party").json["total"] == 0
    unknown = who.ask("POST", "/records/served_party/import", raw=bodies.workbook([["Name", "Colour"], ["a", "b"]]))
    assert unknown.status == 400 and "Colour" in unknown.content.decode(), unknown


def test_headers_that_are_no_columns_are_told_by_a_check_and_mapped(world):
    who = world["centre_far"]
    path = "/records/served_party/import?"

    def say(rows, query="", **more):
        return who.ask("POST", path + query, raw=bodies.workbook(rows, **more), headers={"Accept-Language": "zh"})

    def unmapped(rows, query="", **more):
        done = say(rows, "check=true" + query, **more).json
        assert done["state"] == "unmapped" and "id" not in done and done["created"] == 0, done
        return [(one["row"], one["reason"]) for one in done["rejects"]]

    title = ["虚构中心服务对象一览", "填报日期：2026-11-20"]
    rows = [title, ["公司名称", "备注", "联系人", "电话"], ["虚构映射甲厂", "x", "虚构联系人", ""], ["虚构映射乙厂", "", "", ""]]
    assert unmapped(rows) == [(2, "公司名称"), (2, "备注")]
    assert unmapped([title, ["公司名称", "信用代码", "说明"], ["虚构映射丙厂", "", ""]]) == [(2, "公司名称"), (2, "信用代码"), (2, "说明")]  # none is known
    assert unmapped(rows, "&map=公司名称=名称") == [(2, "备注")]
    assert say(rows, "map=公司名称=名称").status == 400
    # To a column of the type by its label or its name; to nothing; another column than its header says.
    for to in ("名称", "name", "Name"):
        told = say(rows, f"check=true&map=公司名称={to}&map=备注=").json
        assert (told["state"], told["created"], told["rejected"]) == ("checked", 2, 0), told
    done = say(rows, "map=公司名称=名称&map=备注=&map=联系人=产业链环节").json
    assert (done["state"], done["created"]) == ("finished", 2), done
    made = who.get("/records/served_party?fields=*&q=虚构映射甲厂").json["items"]
    assert [(one["chain_position"], one["contact"]) for one in made] == [("虚构联系人", None)], made
    # Refused rows come back under the columns of the type and need no map then.
    refused = say([["公司", "代码"], ["虚构映射丁厂", "91510100000000001X"]], "map=公司=名称&map=代码=统一社会信用代码").json
    back = workbooks.opened(who.get(f"/records/served_party/imports/{refused['id']}/rejects.xlsx").content)[0]
    assert refused["rejected"] == 1 and back[0][:2] == ["名称", "统一社会信用代码"], (refused, back)
    assert say([["公司", "别名"], ["a", "b"]], "map=公司=名称&map=别名=名称").status == 400  # two columns for one
    assert who.ask("POST", f"/records/served_party/imports/{done['id']}/undo").json["undone"] == 2


def test_shares_leave_as_numbers(world):
    who = world["centre_far"]
    made = who.create("benefit_agreement", {"title": "虚构份额表", "shares": [{"party": "虚构甲方", "percent": "62.50"}, {"party": "虚构乙方", "percent": "37.50"}]})
    assert made.status == 201, made
    book = who.get("/records/benefit_agreement/export.xlsx?q=虚构份额表").content
    sheets = workbooks.opened(book)
    shares = next(sheet for sheet in sheets if any("虚构甲方" in row for row in sheet))
    assert sorted(cell for row in shares for cell in row if isinstance(cell, (int, float)) and not isinstance(cell, bool)) == [37.5, 62.5], shares
    done = who.ask("POST", "/records/benefit_agreement/import", raw=book).json  # and come back as what they were
    assert (done["changed"], done["unchanged"], done["rejected"]) == (0, 1, 0), done


def test_refused_rows_have_their_reason_in_one_column(world):
    """Short and long rows alike, also where the file is itself one of refused rows; the list of imports tells which can be undone."""
    who = world["centre_far"]
    say = lambda rows: who.ask("POST", "/records/served_party/import?name=退回.xlsx", raw=bodies.workbook(rows), headers={"Accept-Language": "zh"}).json
    bad = "91510100000000001X"
    rows = [["名称", "统一社会信用代码", "联系人", "产业链环节"], ["虚构退回甲厂", bad], ["虚构退回乙厂", bad, "", "上游", "多出的格"], ["虚构退回丙厂", bad, "虚构某"], ["虚构退回丁厂"]]
    for again in (False, True):  # what is returned is sent once more
        done = say(rows)
        assert done.get("rejected") == 3, done
        rows = workbooks.opened(who.ask("GET", f"/records/served_party/imports/{done['id']}/rejects.xlsx", headers={"Accept-Language": "zh"}).content)[0]
        assert rows[0] == ["名称", "统一社会信用代码", "联系人", "产业链环节", "问题"], rows
        assert all(row[:2] == [name, bad] and "校验位" in row[4] for row, name in zip(rows[1:], ("虚构退回甲厂", "虚构退回乙厂", "虚构退回丙厂"))), rows
        assert rows[2][3] == "上游" and rows[3][2] == "虚构某" and (again or rows[2][5] == "多出的格"), rows
    last, first = who.get("/records/served_party/imports").json["items"][:2]
    assert (first["name"], first["state"], first["created"], first["rejected"], last["created"], last["rejected"]) == ("退回.xlsx", "finished", 1, 3, 0, 3), (first, last)
    assert who.ask("POST", f"/records/served_party/imports/{first['id']}/undo").json["undone"] == 1
    assert [(one["id"], one["state"]) for one in who.get("/records/served_party/imports").json["items"][:2]] == [(last["id"], "finished"), (first["id"], "undone")]
    assert not [one for one in world["centre_neighbour"].get("/records/served_party/imports").json["items"] if one["id"] in (first["id"], last["id"])]


def proposed(who, kind, book):
    """What the check of a register proposes for its headers, and the mapping of all of them as a query."""
    done = who.ask("POST", f"/records/{kind}/import?check=true", raw=book, headers={"Accept-Language": "zh"}).json
    assert done["state"] == "unmapped", done
    maps = dict(one.split("=", 1) for one in done.get("maps", []))
    every = {one["reason"]: maps.get(one["reason"], "") for one in done["rejects"]}
    return maps, "".join("&map=" + urllib.parse.quote(f"{header}={to}") for header, to in every.items())


def test_a_register_of_contracts_is_read_with_its_parties(world):
    """Its columns are proposed by what the type calls them; what cannot be read is told by its row, and nothing else is lost."""
    who = world["centre_far"]
    head = ["序号", "合同号", "项目名称", "交易方式", "许可方", "许可方信用代码", "乙单位（被许可方）", "乙单位代码", "签约日期", "合同价款（元）", "专利号", "是否关联交易", "许可期限", "首期应付日", "备注", "币种"]

    def row(n, way="专利许可", day="45936", no=None, code=None, related="无", money="120,000.00"):
        return [str(n), no or f"虚构台账-{n}", f"虚构台账项目{n}", way, "虚构台账甲中心", bodies.credit_code(820001), f"虚构台账乙厂{n}", code or bodies.credit_code(820100 + n),
                day, money, f"CN10999{n:04}A", related, "2026.1.1至2028-12-31", "2026年3月1日", "无", "人民币"]
    rows = [["虚构中心合同台账"], head, row(1), row(2, "技术转让", "2025.10.6"), row(3, "开放许可", related="√"), row(4, code="91510100000000001X"), row(5, no="虚构台账-2"), row(6, money="面议"), row(7, way="非许可"),
            ["总计", "", "", "", "", "", "", "", "", "600000"]]
    maps, query = proposed(who, "deal", bodies.workbook(rows))
    right = {"合同号": "contract_no", "项目名称": "title", "交易方式": "type", "许可方": "sides[giver].name", "许可方信用代码": "sides[giver].credit_code", "乙单位（被许可方）": "sides[taker].name",
             "乙单位代码": "sides[taker].credit_code", "签约日期": "signed", "合同价款（元）": "amount", "专利号": "patents"}
    assert {header: maps.get(header) for header in right} == right and not {"序号", "备注"} & set(maps), maps
    query = query.replace(urllib.parse.quote("首期应付日="), urllib.parse.quote("首期应付日=payments[1].due"))
    told = who.ask("POST", "/records/deal/import?check=true" + query, raw=bodies.workbook(rows), headers={"Accept-Language": "zh"}).json
    # An instalment without its amount is none.
    assert told["rejected"] == 7 and all("金额" in one["reason"] for one in told["rejects"] if one["row"] not in (6, 7, 8, 9)), told
    query = query.replace(urllib.parse.quote("payments[1].due"), "")
    done = who.ask("POST", "/records/deal/import?" + query[1:], raw=bodies.workbook(rows), headers={"Accept-Language": "zh"}).json
    assert (done["created"], [one["row"] for one in done["rejects"]]) == (3, [6, 7, 8, 9]), done
    assert "校验位" in done["rejects"][0]["reason"] and "第 4 行" in done["rejects"][1]["reason"] and "面议" in done["rejects"][2]["reason"], done
    assert any(one["row"] == 10 and "合计" in one["reason"] for one in done["notes"]), done
    back = workbooks.opened(who.get(f"/records/deal/imports/{done['id']}/rejects.xlsx").content)[0]  # under columns that need no map
    told = who.ask("POST", "/records/deal/import?check=true", raw=bodies.workbook([[str(cell) for cell in line if cell is not None] for line in back[:1]] + [[]])).json
    assert "受让方、被许可方 名称" in back[0] and not told.get("maps"), (back[0], told)
    made = {one["contract_no"]: one for one in who.get("/records/deal?fields=*&q=虚构台账项目").json["items"]}
    assert [(one["type"], one["signed"], one["amount"], one["related_party"], one["licence_term"], one["currency"]) for _, one in sorted(made.items())] == [
        ("licence", "2025-10-06", "120000.00", False, {"from": "2026-01-01", "to": "2028-12-31"}, "CNY"),
        ("transfer", "2025-10-06", "120000.00", False, {"from": "2026-01-01", "to": "2028-12-31"}, "CNY"),
        ("open_licence", "2025-10-06", "120000.00", True, {"from": "2026-01-01", "to": "2028-12-31"}, "CNY")], made
    assert [(one["role"], one["name"], one["credit_code"]) for one in made["虚构台账-1"]["sides"]] == [
        ("giver", "虚构台账甲中心", bodies.credit_code(820001)), ("taker", "虚构台账乙厂1", bodies.credit_code(820101))], made
    # The unit's next register has the mapping of its last; what was left out then is not proposed again.
    again, _ = proposed(who, "deal", bodies.workbook([["合同号", "是否关联交易", "甲方公司", "乙单位（被许可方）"], ["x", "", "y", "z"]]))
    assert again == {"合同号": "contract_no", "是否关联交易": "related_party", "乙单位（被许可方）": "sides[taker].name"}, again
    assert who.ask("POST", f"/records/deal/imports/{done['id']}/undo").json["undone"] == 3


def test_a_register_of_patents_is_read(world):
    who = world["centre_far"]
    rows = [["序号", "申请号/专利号", "专利名称", "专利类型", "申请日期", "授权时间", "是否实施"], ["1", "CN109998001A", "虚构台账专利甲", "发明专利", "2020.5.6", "", "是"],
            ["2", "CN209998002U", "虚构台账专利乙", "实用新型", "43966", "2020年12月1日", "否"], ["合计", "2", "", "", "", "", ""]]
    maps, query = proposed(who, "patent_holding", bodies.workbook(rows))
    assert maps == {"申请号/专利号": "number", "专利名称": "title", "专利类型": "type", "申请日期": "filed", "授权时间": "granted", "是否实施": "implemented"}, maps
    # Many systems call a page with a table .xls.
    page = "<html><meta charset=gb2312><table>" + "".join("<tr><td>" + "<td>".join(row) for row in rows) + "</table></html>"
    assert proposed(who, "patent_holding", page.encode("gb18030"))[0] == maps
    for book in (page.encode("gb18030"), bodies.workbook(rows)):
        done = who.ask("POST", "/records/patent_holding/import?" + query[1:], raw=book, headers={"Accept-Language": "zh"}).json
        assert (done["created"], done["rejected"]) == (2, 0), done
        made = sorted(who.get("/records/patent_holding?fields=*&q=虚构台账专利").json["items"], key=lambda one: one["number"])
        assert [(one["number"], one["type"], one["filed"], one["granted"], one["implemented"]) for one in made] == [
            ("CN109998001A", "invention", "2020-05-06", None, True), ("CN209998002U", "utility", "2020-05-15", "2020-12-01", False)], made
        assert who.ask("POST", f"/records/patent_holding/imports/{done['id']}/undo").json["undone"] == 2


def test_references_of_a_workbook_are_names(world):
    """…out and in; a name that is not one record's alone goes out with its id, and is told when it comes in without."""
    who, other = world["centre_far"], world["centre_neighbour"]

    def party(name, n, by=who):
        return by.create("served_party", {"name": name, "credit_code": bodies.credit_code(810000 + n)}).json["id"]

    def exported():
        return [[str(cell) for cell in row] for row in workbooks.opened(who.get("/records/demand/export.xlsx?q=虚构指名").content)[0]]

    def written():
        return client.ask_sql(world, "SELECT (SELECT count(*) FROM log_entry), (SELECT count(*) FROM record_version), (SELECT count(*) FROM record_import)")

    def brought(rows):
        kept, counts = written(), ("created", "changed", "unchanged", "rejected")
        told = who.ask("POST", "/records/demand/import?check=true", raw=bodies.workbook(rows)).json
        assert told["state"] == "checked" and "id" not in told and written() == kept, told
        done = who.ask("POST", "/records/demand/import", raw=bodies.workbook(rows)).json
        assert [told[part] for part in (*counts, "rejects")] == [done[part] for part in (*counts, "rejects")], (told, done)
        return done, [done[count] for count in counts]
    names = ["虚构指名甲", "虚构指名乙", "虚构指名同", "虚构指名同", "虚构指名止", "", "", bodies.credit_code(810000)]
    ids = [party(name, n) for n, name in enumerate(names[:5])]
    names[5:7] = str(ids[0]), f"虚构指名甲 #{ids[0]}"
    ids += [party(name, n) for n, name in enumerate(names[5:], 5)]
    party("虚构指名别家", 20, other)
    party("虚构指名甲", 21, other)  # which this reader does not see: it makes nothing ambiguous
    demands = [who.create("demand", {"title": f"虚构指名需求{n}", "text": f"虚构{n}", "party": one}).json["id"] for n, one in enumerate(ids)]
    ended = who.ask("POST", f"/records/served_party/{ids[4]}/actions/end?reason=x", {})
    assert ended.status == 200, ended
    rows = exported()
    at, title = rows[0].index("Demander"), rows[0].index("Title")
    cells = {row[title]: row[at] for row in rows[1:]}
    told = [cells[f"虚构指名需求{n}"] for n in range(len(ids))]
    assert told[:2] == names[:2] and told[2:] == [f"{name} #{one}" for name, one in zip(names[2:], ids[2:])], told
    assert brought(rows)[1] == [0, 0, len(ids), 0]
    # One reference is another name: that changes, and nothing else. A key names its record too.
    before = {one: who.get(f"/records/demand/{one}").json for one in demands}
    line = next(row for row in rows if row[title] == "虚构指名需求0")
    for word, one in (("虚构指名乙", 1), (bodies.credit_code(810002), 2), (f"#{ids[3]}", 3), (str(ids[1]), 1), (f"{ids[0]} #{ids[5]}", 5), (f"虚构指名同 #{ids[2]}", 2)):
        line[at], line[rows[0].index("Version")] = word, ""
        assert brought(rows)[1] == [0, 1, len(ids) - 1, 0], word
        after = {n: who.get(f"/records/demand/{n}").json for n in demands}
        assert after[demands[0]]["party"] == ids[one], (word, after[demands[0]])
        assert all(after[n] == before[n] for n in demands[1:]), word
    # What names no record alone is told by its row and column, with the candidates.
    number = rows.index(line) + 1
    wrong = {"虚构指名同": [f"#{ids[2]} ({bodies.credit_code(810002)})", f"#{ids[3]}", "write the id"], "虚构指名别家": ["no Served party '虚构指名别家' that you can see"],
             "虚构指名无": ["no Served party"], "虚构指名止": ["no Served party"], f"虚构指名乙 #{ids[0]}": ["no Served party"],
             bodies.credit_code(810000): ["several", f"#{ids[0]} (虚构指名甲)", f"#{ids[7]}"], str(ids[0]): ["several", f"#{ids[0]} ", f"#{ids[5]} "]}
    for word, said in wrong.items():
        line[at] = word
        done, counts = brought(rows)
        assert counts == [0, 0, len(ids) - 1, 1] and done["rejects"][0]["row"] == number, (word, done)
        reason = done["rejects"][0]["reason"]
        assert reason.startswith("Demander: ") and all(part in reason for part in said), reason
    back = workbooks.opened(who.get(f"/records/demand/imports/{done['id']}/rejects.xlsx").content)[0]
    assert word in back[1], back  # as it came
    assert world["auditor"].ask("POST", "/records/demand/import?check=true", raw=bodies.workbook(rows)).status == 403


def test_the_list_filters_sorts_and_pages(world):
    who = world["centre_other_province"]
    for n in range(25):
        body = {"contract_no": f"P{n:03d}", "type": "licence" if n % 2 else "transfer",
                "amount": f"{n}.50", "signed": f"2026-01-{n + 1:02d}"}
        assert who.create("deal", body).status == 201
    got = who.get("/records/deal?filter=amount>=10 and type=licence&sort=-amount&fields=contract_no,amount").json
    assert got["total"] == 7 and got["items"][0]["contract_no"] == "P023", got
    seen, cursor = [], ""
    while True:
        page = who.get(f"/records/deal?sort=contract_no&limit=10{cursor}").json
        seen += [i["contract_no"] for i in page["items"]]
        assert page["total"] == 25
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"P{n:03d}" for n in range(25)], seen
    third = who.get("/records/deal?sort=contract_no&limit=10&page=3").json
    assert [i["contract_no"] for i in third["items"]] == seen[20:], third
    bad = who.get("/records/deal?filter=amount>=10 and colour=1")
    assert bad.status == 400 and "16" in bad.json["detail"], bad


def test_every_write_leaves_exactly_one_entry(world):
    """T4: state-changing requests and refusals, each one more entry than before."""
    who, stranger = world["centre_manager"], world["centre_neighbour"]

    def entries():
        return int(client.ask_sql(world, "SELECT count(*) FROM log_entry")[0][0])
    made = who.create("task", {"title": "虚构", "due": "2099-12-31"}).json["id"]
    ending = who.create("training", {"title": "虚构", "date": "2026-02-02"}).json["id"]
    steps = [
        ("create", lambda: who.create("task", {"title": "虚构2", "due": "2099-12-31"}), 201),
        ("change", lambda: who.change("task", made, 1, {"reply": "好"}), 200),
        ("act", lambda: who.act("task", made, "reply"), 200),
        ("refused change", lambda: stranger.change("task", made, 3, {"title": "x"}), 404),
        ("refused act", lambda: stranger.act("task", made, "accept"), 404),
        ("refused end", lambda: who.act("task", made, "end", query="?reason=x"), 403),
        ("end", lambda: who.act("training", ending, "end", query="?reason=x"), 200),
        ("account", lambda: world[client.FIRST].ask("POST", "/accounts", {
            "name": "onemore", "display_name": "虚构", "unit": world.units["centreA"]}), 201),
    ]
    for title, step, status in steps:
        before = entries()
        done = step()
        assert done.status == status, (title, done)
        assert entries() == before + 1, (title, entries() - before)
    for title, step in (("faulty body", lambda: who.create("task", {})), ("read", lambda: who.get("/records/task"))):
        before = entries()
        step()
        assert entries() == before, title


def test_a_receipt_of_a_write_can_be_kept_and_checked(world):
    who, stranger = world["centre_manager"], world["centre_far"]
    entry = who.create("training", {"title": "回执", "date": "2026-06-01"}).json["entry"]
    receipt = who.get(f"/receipts/{entry}")
    assert receipt.status == 200 and receipt.content.startswith(b"c2sp.org/tlog-proof@v1\n"), receipt
    assert stranger.get(f"/receipts/{entry}").status == 404
    head = world["public"].get("/log/head")
    assert head.status == 200 and head.content.decode().splitlines()[0].startswith("zhiyun/"), head
    size = int(head.content.decode().splitlines()[1])
    proof = world["public"].get(f"/log/proof?old={size // 2}")
    assert proof.status == 200 and proof.content.startswith(b"old "), proof
    assert world["auditadmin"].get("/log/entries/0").json["leaf"] == 0
    assert who.get("/log/entries/0").status == 403
    if "verify" in world.server.run("help"):
        path = os.path.join(world.data, "kept.receipt")
        with open(path, "wb") as file:
            file.write(receipt.content)
        said = json.loads(world.server.run("--json", "verify", "--receipt", path))
        assert said["ok"] is True, said
        with open(path, "wb") as file:
            file.write(receipt.content.replace(b"\nindex ", b"\nindex 1", 1))
        done = world.server.command("--json", "verify", "--receipt", path)
        assert __import__("subprocess").run(done, capture_output=True, check=False).returncode == 1


def test_the_log_verifies_after_all_of_this(world):
    if "verify" not in world.server.run("help"):
        raise tap.Skip("there is no verify yet")
    world.server.stop()
    try:
        said = json.loads(world.server.run("--json", "verify"))
        assert said["ok"] is True and said["entries"] > 100, said
        print(f"# {said['entries']} entries verify")
    finally:
        world.server.start()


def actions(world, count):
    """Of the newest entries, the newest first."""
    rows = client.ask_sql(world, "SELECT body FROM log_entry ORDER BY id DESC LIMIT 40")
    return [json.loads(row[0])["do"] for row in rows][:count]


def test_security_settings_are_changed_by_two_once_there_has_been_a_second(world):
    """Last: from here on the first administrator does nothing of this alone."""
    boss = world[client.FIRST]
    assert boss.ask("PUT", "/settings", {"name": "second_factor", "value": "nobody", "reason": "x"}).status == 200
    assert boss.ask("PUT", "/settings", {"name": "idle_minutes", "value": "29", "reason": "x"}).status == 200
    assert actions(world, 1) == ["set access.idle_minutes 29 (alone)"], actions(world, 9)
    world.add_person("secadmin2", "office51", "security_administrator")
    world.add_person("secadmin3", "office51", "security_administrator", second="secadmin2")
    two, three = (client.Browser(world, name) for name in ("secadmin2", "secadmin3"))
    for browser in (two, three):
        assert browser.link().status == 200
        assert browser.ask("PUT", "/session/password", {"password": client.PASSWORD + " of somebody"}).status == 200
    cas = {"kind": "cas", "label_zh": "虚构", "label_en": "Fictional", "server": "https://cas.example.invalid/cas",
           "service": "https://zhiyun.example.cn/api/v1/session/providers/two/return"}
    oidc = {"kind": "oidc", "label_zh": "虚构", "label_en": "Fictional", "issuer": "https://sso.example.invalid",
            "client_id": "x", "client_secret": "a fictional secret", "redirect": "https://zhiyun.example.cn/api/v1/session/providers/sso/return"}
    host = {"host": "two.example.invalid", "port": 443}
    changes = [("PUT", "/settings", {"name": "idle_minutes", "value": "17", "reason": "a"}, {"value": "18"},
                "SELECT count(*) FROM setting WHERE name = 'access.idle_minutes' AND value = '17'"),
               ("PUT", "/outside-providers/two", {"configuration": cas, "reason": "a"}, {"configuration": {**cas, "version": 2}},
                "SELECT count(*) FROM setting WHERE name = 'outside.two'"),
               ("PUT", "/outside-providers/sso", {"configuration": oidc, "reason": "a"},
                {"configuration": {**oidc, "client_secret": "another"}}, "SELECT count(*) FROM setting WHERE name = 'outside.sso'"),
               ("DELETE", "/outside-providers/two?reason=a", None, None,
                "SELECT 1 - count(*) FROM setting WHERE name = 'outside.two'"),
               ("PUT", "/outward-hosts", {**host, "inside": False, "reason": "a"}, {"inside": True},
                "SELECT count(*) FROM outward_host WHERE host = 'two.example.invalid'"),
               ("DELETE", f"/outward-hosts?host={host['host']}&port=443&reason=a", None, None,
                "SELECT 1 - count(*) FROM outward_host WHERE host = 'two.example.invalid'")]
    for method, path, body, other, is_done in changes:
        def is_it():
            return client.ask_sql(world, is_done)[0][0] == "1"
        done = boss.ask(method, path, body)
        assert done.status == 202 and not is_it(), (path, done)
        assert actions(world, 1)[0].startswith("propose "), actions(world, 1)
        todo = [i for i in two.ask("GET", "/todo").json["items"] if i["type"] == "setting"]
        assert len(todo) == 1 and "fictional secret" not in json.dumps(todo), todo
        waiting = f"/proposals/{todo[0]['proposal']}"
        if path == "/settings":  # people read its name, not its code
            assert "Minutes until a silent session ends" in json.dumps(todo), todo
        assert not [i for i in boss.get("/todo").json["items"] if i["type"] == "setting"]
        before = int(client.ask_sql(world, "SELECT count(*) FROM log_entry")[0][0])
        # Nobody alone, no program, nothing else than was proposed.
        assert boss.ask(method, path, body).status == 409
        assert world["secadmin2"].ask(method, path, body).status == 403
        assert world["sysadmin"].ask(method, path, body).status == 403
        if other:
            assert two.ask(method, path, {**body, **other}).status == 409, path
        assert not is_it() and before == int(client.ask_sql(world, "SELECT count(*) FROM log_entry")[0][0])
        # Refused by another, taken back by oneself, over after its time: each begins anew.
        assert world["sysadmin"].ask("DELETE", f"{waiting}?reason=x").status == 404
        assert two.ask("DELETE", f"{waiting}?reason=no").status == 204
        assert two.ask("DELETE", f"{waiting}?reason=no").status == 404
        assert boss.ask(method, path, body).status == 202
        one_more = boss.get("/todo?box=mine").json["items"][0]["proposal"]
        assert boss.ask("DELETE", f"/proposals/{one_more}?reason=x").status == 204
        assert [a.split()[0] for a in actions(world, 3)] == ["withdraw", "propose", "refuse"], actions(world, 3)
        assert boss.ask(method, path, body).status == 202
        client.run_sql(world, ["UPDATE proposal SET expires_ms = 1 WHERE type = 'setting' AND state = 'open'"])
        assert two.ask(method, path, body).status == 202 and not is_it()  # his own now
        assert three.ask(method, path, body).status == 200 and is_it(), path
        assert actions(world, 1)[0].endswith("(second)"), actions(world, 1)
    # What signs another of them in waits as well, and is told by its number.
    for path, body in ((f"/accounts/{world['secadmin2'].account}/link", {}),
                       ("/outside-identities", {"provider": "sso", "subject": "x", "account": world["secadmin2"].account})):
        done = boss.ask("POST", path, {**body, "reason": "a"})
        assert done.status == 202 and not done.json.get("done") and "link" not in done.json, (path, done)
        assert boss.ask("DELETE", f"/proposals/{done.json['proposal']}?reason=x").status == 204
    # Who proposed it has lost the role meanwhile; who is left of two waits, and is not alone again.
    assert two.ask("PUT", "/settings", {"name": "idle_minutes", "value": "11", "reason": "a"}).status == 202
    ended = "UPDATE role_grant SET state = '%s' WHERE account = %d AND role = 'security_administrator'"
    client.run_sql(world, [ended % ("ended", world["secadmin2"].account)])
    assert three.ask("PUT", "/settings", {"name": "idle_minutes", "value": "11", "reason": "a"}).status == 409
    client.run_sql(world, [ended % ("ended", world["secadmin3"].account)])
    assert boss.ask("PUT", "/settings", {"name": "national", "value": "no", "reason": "a"}).status == 202
    said = json.loads(world.server.run("--json", "doctor"))["checks"]
    assert "waits for another" in next(c["text"] for c in said if c["check"] == "security_settings"), said


def test_the_long_answer_of_a_search_is_the_same_in_gzip(world):
    rows = [f"CN2994{n:05}A,{'虚构的长题名' * 400},虚构甲公司" for n in range(100)]
    done = world["province_officer"].ask("POST", "/imports?name=long.csv&source=patsnap", raw="\n".join(["公开号,标题,申请人", *rows]).encode())
    assert done.status == 200, done
    who, path = world["centre_staff"], "/search?query=长题名&k=100"
    plain = who.get(path)
    while plain.json.get("total") != len(rows):  # at first there is no index
        time.sleep(0.02)
        plain = who.get(path)
    packed = who.get(path, **{"Accept-Encoding": "gzip"})
    assert len(plain.content) > 1 << 20 and len(plain.json["hits"]) == len(rows) and "content-encoding" not in plain.headers, plain
    assert packed.headers["content-encoding"] == "gzip" and len(packed.content) * 5 < len(plain.content), packed.headers
    assert {**json.loads(gzip.decompress(packed.content)), "ms": 0} == {**plain.json, "ms": 0}


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
