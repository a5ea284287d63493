#!/usr/bin/env python3
"""matrix_test.py ZHIYUN: every role x type x relation x state against a running server.

For each record type there is a record of each owner in each of its states. Everybody then asks for
it in every way: alone, in lists and their totals, in searches, in exports, in bulk, and tries to
change it, to act on it, to end it and to make one. What must come back is decided in policy.py from
the type files. No request of this test changes a record: writes name a version that is not there,
so an allowed one is a conflict. Prints TAP and the number of cells.
"""
import io
import os
import re
import sys
import types
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import policy  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
OWNERS = {"centreA": "centre_manager", "centreB": "centre_neighbour", "centreC": "centre_far",
          "centreD": "centre_other_province"}
OFFICES = {"office51": "province_officer", "city5101": "city_officer", "city5107": "city_other",
           "office14": "province_other"}
CORE = {"party", "office", "account", "role_grant", "authority", "file", "patent"}
NO_VERSION = 999999
ONLY = os.environ.get("ZHIYUN_MATRIX_TYPES", "").split()


def states_of(kind):
    listed = kind.get("states", {}).get("list", [{"name": "active"}])
    return [(s["name"], s.get("public") == "true" or kind.get("public") == "true") for s in listed]


class Records:
    """One record per owner and state of a type."""

    def __init__(self, world, name):
        kind = world.types[name]
        self.kind, self.labels = kind, {}
        statements = []
        office = kind.get("owner") == "office"
        by_people = kind.get("written_by", "people") == "people"
        made_by_hand = 800000 + sum(map(ord, name)) * 50
        for unit, person in (OFFICES if office else OWNERS).items():
            maker = world.maker(person, seed=len(name) * 7 + 3 + len(self.labels) * 100)
            for number, (state, public) in enumerate(states_of(kind)):
                who = world[person]
                region = client.UNITS[unit][2]
                subject = world.subjects[person]
                if by_people and policy.allowed(kind, subject, "create", policy.Labels(
                        who.unit, region, who.account, states_of(kind)[0][0], self.secrecy(), False)):
                    done = who.create(name, maker.body(kind, all_fields=False))
                    assert done.status == 201, (name, person, done)
                    one, by = done.json["id"], who.account
                    statements.append(f"UPDATE record_{name} SET state = '{state}', published = "
                                      f"{int(public)} WHERE id = {one}")
                else:  # only the program makes these: a row as it would
                    made_by_hand += 1
                    one, by = made_by_hand, 0
                    city = f"'{region[:4]}'" if region[2:4] != "00" else "NULL"
                    statements.append(
                        f"INSERT INTO record_{name} (id, version, state, owner_unit, owner_city, "
                        f"owner_province, secrecy, published, created_ms, created_by, changed_ms, "
                        f"changed_by) VALUES ({one}, 1, '{state}', {who.unit}, {city}, "
                        f"'{region[:2]}', {self.secrecy()}, {int(public)}, 1, 0, 1, 0)")
                self.labels[one] = policy.Labels(who.unit, region, by, state, self.secrecy(), public)
        client.run_sql(world, statements)

    def secrecy(self):
        return policy.LEVELS[self.kind.get("secrecy", "internal")]


def expect(reply, wanted, where):
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    assert reply.status in wanted, f"{where}: {reply.status} instead of {wanted}: {reply.content[:300]!r}"


class Matrix:
    def __init__(self, world):
        self.world, self.cells, self.faults = world, 0, []

    def cell(self, check, where):
        self.cells += 1
        try:
            check()
        except AssertionError as fault:
            self.faults.append(f"{where}: {fault}")

    def one_record(self, name, records, person, one):
        kind, labels = records.kind, records.labels[one]
        who, subject = self.world[person], self.world.subjects[person]
        can_read = policy.allowed(kind, subject, "read", labels)
        # Changing and ending are things of people who signed in; hidden ones are not there.
        refused = 401 if person == "public" else 403 if can_read else 404
        by_people = kind.get("written_by", "people") == "people"

        def get():
            reply = who.get(f"/records/{name}/{one}")
            expect(reply, 200 if can_read else 404, "get")
            if can_read:
                seen = policy.readable_fields(kind, subject, labels)
                extra = set(reply.json) - set(bodies.SYSTEM) - (seen if seen is not None else set(reply.json))
                assert not extra, f"fields {extra} are shown"

        def change():
            ok = policy.allowed(kind, subject, "change", labels) and by_people
            expect(who.change(name, one, NO_VERSION, {}), 409 if ok else refused, "change")

        def end():
            ok = policy.allowed(kind, subject, "end", labels) and by_people
            reply = who.ask("POST", f"/records/{name}/{one}/actions/end", {}, {"If-Match": f'"{NO_VERSION}"'})
            expect(reply, 409 if ok else refused, "end")

        def history():
            if not self.world.has_history:
                return
            expect(who.get(f"/records/{name}/{one}/history"), 401 if person == "public" else 200 if can_read
                   else 404, "history")

        def bulk():
            reply = who.ask("POST", f"/records/{name}/bulk",
                            {"items": [{"change": {}, "id": one, "version": NO_VERSION}]})
            if person == "public":
                expect(reply, 401, "bulk")
                return
            expect(reply, 200, "bulk")
            ok = policy.allowed(kind, subject, "change", labels) and by_people
            got = reply.json["items"][0]["status"]
            assert got == (409 if ok else refused), f"bulk item {got}"

        checks = [get, change, end, history, bulk]
        for transition in kind.get("states", {}).get("transitions", []):
            def act(transition=transition):
                ok = policy.allowed(kind, subject, "act", labels, transition["name"])
                reply = who.ask("POST", f"/records/{name}/{one}/actions/{transition['name']}?reason=x", {},
                                {"If-Match": f'"{NO_VERSION}"'})
                expect(reply, 409 if ok else refused, transition["name"])
            checks.append(act)
        for check in checks:
            self.cell(check, f"{name} {one} {labels.state} of {labels.owner_unit} by {person}")

    def many_records(self, name, records, person):
        kind = records.kind
        who, subject = self.world[person], self.world.subjects[person]
        visible = {one for one, labels in records.labels.items()
                   if policy.allowed(kind, subject, "read", labels)}
        exportable = {one for one, labels in records.labels.items()
                      if policy.allowed(kind, subject, "export", labels)}

        reads = any("read" in rule.get("verbs", []) and subject.roles & set(rule["roles"])
                    for rule in kind["access"])

        def listed():
            seen, cursor = set(), ""
            if not reads:  # the whole kind is closed to them
                expect(who.get(f"/records/{name}"), 403, "list")
                return
            while True:
                reply = who.get(f"/records/{name}?limit=500&fields=id{cursor}")
                expect(reply, 200, "list")
                seen |= {item["id"] for item in reply.json["items"]}
                if not reply.json["next"]:
                    break
                cursor = f"&cursor={reply.json['next']}"
            assert seen & set(records.labels) == visible, f"list shows {len(seen)} of {len(visible)}"
            if name not in CORE:
                assert reply.json["total"] == len(visible), f"total {reply.json['total']}, not {len(visible)}"

        def counted_by_filter():
            some = sorted(records.labels)[0]
            if not reads:
                expect(who.get(f"/records/{name}?filter=id={some}"), 403, "filter")
                return
            reply = who.get(f"/records/{name}?filter=id={some}&fields=id")
            expect(reply, 200, "filter")
            assert reply.json["total"] == int(some in visible), f"filter finds {reply.json['total']}"

        def searched():
            reply = who.get(f"/records/{name}?q=虚构&fields=id&limit=500")
            if not reads:
                expect(reply, 403, "search")
                return
            expect(reply, 200, "search")
            found = {item["id"] for item in reply.json["items"]}
            assert found & set(records.labels) <= visible, "search shows hidden records"
            assert reply.json["total"] == len(found), "search counts hidden records"

        def exported():
            reply = who.get(f"/records/{name}/export.xlsx")
            roles = {role for rule in kind["access"] if "export" in rule.get("verbs", []) for role in rule["roles"]}
            if person == "public":
                expect(reply, 401, "export")
                return
            if not roles & subject.roles:
                expect(reply, 403, "export")
                return
            expect(reply, 200, "export")
            with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
                text = book.read("xl/worksheets/sheet1.xml").decode()
            ids = {int(n) for n in re.findall(r'<c r="A\d+" t="inlineStr"><is><t>(\d+)</t>', text)}
            assert ids & set(records.labels) == exportable, f"export has {len(ids)} of {len(exportable)}"

        def created():
            own = policy.Labels(getattr(who, "unit", None), client.UNITS.get(
                client.PEOPLE.get(person, ("",))[0], ("", "", "000000"))[2], getattr(who, "account", None),
                states_of(kind)[0][0], records.secrecy(), states_of(kind)[0][1])
            ok = policy.allowed(kind, subject, "create", own) and kind.get("written_by", "people") == "people"
            reply = who.create(name, {"no_such_field": 1})
            expect(reply, 401 if person == "public" else 400 if ok else 403, "create")

        checks = [listed, counted_by_filter, searched, exported, created]
        for check in checks:
            self.cell(check, f"{name} by {person}")

    def run(self, name):
        records = Records(self.world, name)
        before = self.cells
        for person in self.world.people:
            self.many_records(name, records, person)
            for one in records.labels:
                self.one_record(name, records, person, one)
        return self.cells - before


def build_world():
    world = client.World(ZHIYUN)
    world.subjects = {}
    world.has_history = "/records/deal/{id}/history" in world["public"].get("/openapi.json").content.decode()
    for name, person in world.people.items():
        if name == "public":
            world.subjects[name] = policy.Subject(None, None, None, [])
        elif name == client.FIRST:
            world.subjects[name] = policy.Subject(None, None, None, ["security_administrator"])
        else:
            unit, role = client.PEOPLE[name]
            world.subjects[name] = policy.Subject(person.account, person.unit, client.UNITS[unit][2], [role])
    return world


def main():
    world = build_world()
    matrix = Matrix(world)
    files = world.upload("centre_manager") is not None
    names = [n for n, kind in world.types.items() if n not in CORE and (not ONLY or n in ONLY) and (
        files or not any(f["type"] in ("file", "files") and f.get("required") for f in kind["fields"]))]
    try:
        tests = types.SimpleNamespace()
        for name in names:
            def test(name=name):
                first = len(matrix.faults)
                matrix.run(name)
                faults = matrix.faults[first:]
                assert not faults, f"{len(faults)} cells: " + " | ".join(faults[:5])
            setattr(tests, f"test_{name}: everybody sees and does what its file says", test)
        tap.run(tests)
    finally:
        print(f"# {matrix.cells} cells, {len(matrix.faults)} faults")
        world.close()


if __name__ == "__main__":
    main()
