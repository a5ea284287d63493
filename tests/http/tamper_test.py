#!/usr/bin/env python3
"""tamper_test.py ZHIYUN: ids that are not one's own, put wherever the description takes one (P4).

Two organisations of different cities have one record each of every type, with texts that only its owner
may see. The second then asks for everything with the ids of the first, and the other way round: in paths,
queries, bodies, references in fields, in rows of tables and in lists, in bulk, in headers. Nothing may come
back, nothing may change, and an id of another's is answered like one that nobody has.
"""
import json
import os
import re
import sys

import wire  # noqa: F401  (finds the other folders)

import bodies
import client
import tap

ZHIYUN = os.path.abspath(sys.argv[1])
NOBODYS = 987654321
OWNERS = ("centre_manager", "centre_far")
MARK = "泄露标记"  # stands in every text of the first owner's records


class Marked(bodies.Maker):
    """Bodies whose free texts say whose they are."""

    def text(self, field):
        made = super().text(field)
        return (f"{MARK}{self.count}"[:int(field.get("max", 200))] if made.startswith("虚构") else made)


def make_all(world, person):
    """{type: id} of one record of every type that the person may make; and its file's digest."""
    made, who = {}, world[person]
    digest = world.upload(person)

    def refs(kind):
        return make(kind)

    def make(name):
        if name in made or name not in world.types:
            return made.get(name)
        kind = world.types[name]
        made[name] = None
        rules = [rule for rule in kind["access"] if "create" in rule.get("verbs", []) and who.role in rule["roles"]]
        if not rules or kind.get("written_by", "people") != "people":
            return None
        theirs = {field["name"] for field in kind["fields"] for rule in rules
                  if field["name"] in rule.get("fields", [field["name"]])}
        def holds(number, kind="deal"):
            return who.get(f"/records/{kind}/{make(kind)}").json[{"deal": "contract_no", "project": "project_no"}.get(kind, "number")]
        # the second owner's bodies must not hold the mark
        maker = (Marked if person == OWNERS[0] else bodies.Maker)(len(name) * 31 + 7, refs, digest, world.states_of(person),
                                                                  holds)
        done = who.create(name, {field: value for field, value in maker.body(kind).items() if field in theirs})
        assert done.status == 201, (name, person, done)
        made[name] = done.json["id"]
        return made[name]
    for name in world.types:
        make(name)
    return {name: one for name, one in made.items() if one}, digest


def hidden_from(world, theirs, who):
    """Those of their records that the other may not read: `published` ones are everybody's."""
    return {name: one for name, one in theirs.items() if who.get(f"/records/{name}/{one}").status == 404}


def snapshot(world, person, made):
    return {name: world[person].get(f"/records/{name}/{one}").content for name, one in made.items()}


class Asker:
    """Asks the same thing with another's id and with nobody's: both must be told alike."""

    def __init__(self, world, who):
        self.world, self.who, self.cells, self.faults = world, who, 0, []

    def check(self, where, method, path, body=None, headers=None, raw=None, theirs=None):
        """`path` and `body` hold the word ID where the id stands."""
        replies = []
        for one in (theirs, NOBODYS):
            target = path.replace("ID", str(one))
            content = json.loads(json.dumps(body).replace('"ID"', str(one)).replace("ID", str(one))) if body is not None else None
            reply = self.who.ask(method, target, content, headers, raw)
            text = client.unnumbered(reply.content).decode(errors="replace")
            if MARK in text and self.who.name != OWNERS[0]:
                self.faults.append(f"{where}: leaks {text[:200]}")
            replies.append((reply.status, re.sub(rf"\b{one}\b", "ID", text)))
            self.cells += 1
        if replies[0] != replies[1]:
            self.faults.append(f"{where}: another's {replies[0][0]} {replies[0][1][:150]}, nobody's "
                               f"{replies[1][0]} {replies[1][1][:150]}")
        return replies[0]


def refs_of(kind, wanted):
    """(way to write an id into a body, title) for each reference to the type `wanted`."""
    for field in kind["fields"]:
        if field["type"] in ("ref", "refs") and field.get("to") == wanted:
            value = "ID" if field["type"] == "ref" else ["ID"]
            yield {field["name"]: value}, field["name"]
        if field["type"] == "table":
            for inner in field["fields"]:
                if inner["type"] in ("ref", "refs") and inner.get("to") == wanted:
                    yield {field["name"]: [{inner["name"]: "ID" if inner["type"] == "ref" else ["ID"]}]}, \
                        f"{field['name']}[0].{inner['name']}"


def paths_of(description, kind):
    """(method, path with ID) of every operation under a type that takes an id in its path."""
    for path, operations in description["paths"].items():
        found = re.fullmatch(rf"/api/v1(/records/{kind}/.*\{{id\}}.*)", path)
        for method in operations if found else ():
            yield method.upper(), found[1].replace("{id}", "ID")


def test_ids_in_paths(world):
    description = json.loads(world.server.run("openapi", "--types"))
    for who, theirs, _ in world.pairs:
        asker = Asker(world, who)
        for name, one in theirs.items():
            kind = world.types[name]
            actions = [t["name"] for t in kind.get("states", {}).get("transitions", [])] + ["end"]
            for method, path in paths_of(description, name):
                for target in ([path.replace("{action}", a) for a in actions] if "{action}" in path else [path]):
                    if "/imports/" in target:
                        continue  # ids of imports: below
                    head = {"If-Match": '"1"'} if method == "PATCH" or "actions" in target else {}
                    query = "?reason=x" if "actions" in target else ""
                    asker.check(f"{method} {target} {name}", method, target + query,
                                {} if method != "GET" else None, head, theirs=one)
        world.report("paths", asker)


def test_ids_in_queries(world):
    for who, theirs, _ in world.pairs:
        asker = Asker(world, who)
        for name, one in theirs.items():
            for query in ("filter=id=ID", "filter=id=ID or id=ID", "filter=not id=ID&fields=id&limit=1",
                          f"q={MARK}", f"q={MARK}&fields=*&limit=500", "sort=-id&fields=*&limit=500"):
                asker.check(f"{name}?{query}", "GET", f"/records/{name}?{query}", theirs=one)
            for other, kind in world.types.items():
                for value, field in refs_of(kind, name):
                    if "[" not in field and other in theirs:
                        asker.check(f"{other}?filter={field}", "GET", f"/records/{other}?filter={field}=ID", theirs=one)
        world.report("queries", asker)


def test_ids_in_references_in_rows_of_tables_and_in_lists(world):
    kinds = 0
    for who, theirs, own in world.pairs:
        asker = Asker(world, who)
        for other, kind in world.types.items():
            if other not in own:
                continue
            for name, one in theirs.items():
                for value, field in refs_of(kind, name):
                    kinds += 1
                    full = {**world.maker(who.name, 55).body(kind, all_fields=False), **value}
                    status, text = asker.check(f"create {other}.{field}", "POST", f"/records/{other}", full, theirs=one)
                    if status != 400:
                        asker.faults.append(f"create {other}.{field}: {status} {text[:200]}")
                    status, text = asker.check(f"change {other}.{field}", "PATCH", f"/records/{other}/{own[other]}", value,
                                               {"If-Match": '"1"'}, theirs=one)
                    if status not in (400, 403, 409):
                        asker.faults.append(f"change {other}.{field}: {status} {text[:200]}")
        world.report("references", asker)
    print(f"# {kinds} fields that refer")
    assert kinds >= 10


def test_ids_in_bulk(world):
    for who, theirs, own in world.pairs:
        asker = Asker(world, who)
        for name, one in theirs.items():
            kind = world.types[name]
            acts = [t["name"] for t in kind.get("states", {}).get("transitions", [])] + ["end"]
            items = [{"change": {}, "id": "ID", "version": 1}] + [{"act": a, "id": "ID", "reason": "x"} for a in acts]
            for item in items:
                status, text = asker.check(f"bulk {name} {item}", "POST", f"/records/{name}/bulk", {"items": [item]}, theirs=one)
                if status == 200 and any(i["status"] < 400 for i in json.loads(text)["items"]):
                    asker.faults.append(f"bulk {name}: {text[:200]}")
        world.report("bulk", asker)


def test_ids_of_what_is_no_record(world):
    """Imports, uploads, files, jobs, webhooks, notifications, tokens, accounts, grants, receipts."""
    assert world[client.FIRST].ask("PUT", "/outward-hosts", {"host": "example.invalid", "port": 443, "reason": "x"}).status == 200
    for who, theirs, _ in world.pairs:
        owner = world[OWNERS[0] if who.name == OWNERS[1] else OWNERS[1]]
        asker = Asker(world, who)
        upload = owner.ask("POST", "/files/uploads?name=part.pdf&size=10", {})
        if upload.status in (200, 201):
            one = upload.json["id"]
            for method, path, raw in (("GET", f"/files/uploads/{one}", None), ("PUT", f"/files/uploads/{one}?at=0", b"x"),
                                      ("POST", f"/files/uploads/{one}/finish", None)):
                reply = who.ask(method, path, None, None, raw)
                asker.cells += 1
                if reply.status != 404 and reply.status != 400:
                    asker.faults.append(f"{method} {path}: {reply}")
        digest = world.digests[owner.name]
        for path in (f"/files/{digest}", f"/files/{digest}/text"):
            reply = who.get(path)
            asker.cells += 1
            if reply.status != 404:
                asker.faults.append(f"{path}: {reply}")
        for name in theirs:
            kind = world.types[name]
            for field in kind["fields"]:
                if field["type"] in ("file", "files") and name in world.own[who.name]:
                    value = {"digest": digest, "name": "x.pdf"}
                    body = {**world.maker(who.name, 77).body(kind, all_fields=False),
                            field["name"]: value if field["type"] == "file" else [value]}
                    reply = who.create(name, body)
                    asker.cells += 1
                    if reply.status != 400:
                        asker.faults.append(f"{name}.{field['name']} names another's file: {reply}")
        for path, method, body in ((f"/accounts/{owner.account}", "POST", {"do": "disable"}),
                                   (f"/accounts/{owner.account}/link", "POST", {}),
                                   ("/grants", "POST", {"account": owner.account, "role": "centre_staff"}),
                                   ("/tokens", "POST", {"account": owner.account, "name": "x"}),
                                   (f"/records/account/{owner.account}", "GET", None),
                                   (f"/records/party/{owner.unit}/history", "GET", None)):
            reply = who.ask(method, path, body)
            asker.cells += 1
            if reply.status < 400:
                asker.faults.append(f"{method} {path}: {reply}")
        hook = owner.ask("POST", "/webhooks", {"url": "https://example.invalid/x", "events": ["deal.*"]})
        assert hook.status == 201, hook
        for path, method in (("/webhooks/ID", "DELETE"), ("/jobs/ID", "GET"), ("/jobs/ID/cancel", "POST"),
                             ("/jobs/ID/retry", "POST"), ("/tokens/ID/end", "POST"), ("/grants/ID/end", "POST"),
                             ("/records/deal/imports/ID/rejects.xlsx", "GET"), ("/records/deal/imports/ID/undo", "POST")):
            one = hook.json.get("id", 1) if "webhooks" in path and hook.status < 300 else world.imports[owner.name] \
                if "imports" in path else 1
            reply = who.ask(method, path.replace("ID", str(one)), {} if method == "POST" and "imports" not in path else None)
            asker.cells += 1
            if reply.status < 400:
                asker.faults.append(f"{method} {path}: {reply}")
        entry = owner.get(f"/records/deal/{world.own[owner.name]['deal']}/history").json["items"][0]["entry"]
        asker.check("receipt", "GET", "/receipts/ID", theirs=entry)
        world.report("others", asker)


def test_nothing_of_all_this_changed_anything(world):
    for person in OWNERS:
        assert snapshot(world, person, world.own[person]) == world.before[person], person
    # and the mark is there to be found by whoever may see it:
    seen = sum(MARK in world[OWNERS[0]].get(f"/records/{name}/{one}").content.decode()
               for name, one in world.own[OWNERS[0]].items())
    assert seen >= 20, seen
    print(f"# {world.cells} cells; the owner finds the mark in {seen} records, the other in none")


def main():
    world = client.World(ZHIYUN, people={name: client.PEOPLE[name] for name in OWNERS})
    world.cells, world.own, world.digests, world.imports = 0, {}, {}, {}

    def report(title, asker):
        world.cells += asker.cells
        print(f"# {title}: {asker.cells} cells by {asker.who.name}")
        assert not asker.faults, f"{len(asker.faults)}: " + " | ".join(asker.faults[:6])
    world.report = report
    try:  # ids that stand for nothing else in an answer
        client.run_sql(world, [sql for number, name in enumerate(world.types) for sql in (
            f"DELETE FROM sqlite_sequence WHERE name = 'record_{name}'",
            f"INSERT INTO sqlite_sequence (name, seq) VALUES ('record_{name}', {7000000 + number * 1000})")])
        for person in OWNERS:
            world.own[person], world.digests[person] = make_all(world, person)
            book = world[person].get("/records/deal/template.xlsx").content
            done = world[person].ask("POST", "/records/deal/import?name=x.xlsx", raw=book)
            world.imports[person] = done.json.get("id", 1) if done.status == 200 else 1
        first, second = OWNERS
        world.pairs = [(world[second], hidden_from(world, world.own[first], world[second]), world.own[second]),
                       (world[first], hidden_from(world, world.own[second], world[first]), world.own[first])]
        assert len(world.pairs[0][1]) >= 20, sorted(world.pairs[0][1])
        print(f"# {len(world.own[first])} records each, {len(world.pairs[0][1])} hidden from the other")
        world.before = {person: snapshot(world, person, world.own[person]) for person in OWNERS}
        tap.run(sys.modules[__name__], world)
    finally:
        world.close()


if __name__ == "__main__":
    main()
