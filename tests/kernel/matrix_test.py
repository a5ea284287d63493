#!/usr/bin/env python3
"""matrix_test.py ZHIYUN [STORE]: every role x type x relation x state against a running server.

For each record type there is a record of each owner in each of its states. Everybody then asks for
it in every way: alone, in lists and their totals, in searches, in exports, in bulk, and tries to
change it, to act on it, to end it and to make one. What must come back is decided in policy.py from
the type files. No request of this test changes a record: writes name a version that is not there,
so an allowed one is a conflict. Prints TAP and the number of cells.
"""
import io
import os
import re
import subprocess
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


def run_sql(world, statements):
    """Straight into the store: states and owners that no request makes."""
    store = world.server.store
    if store:
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", store], input=";\n".join(statements) + ";\n",
                       text=True, check=True)
        return
    import sqlite3  # here, because only this engine needs it
    with sqlite3.connect(os.path.join(world.data, "zhiyun.db"), timeout=30) as db:
        for statement in statements:
            db.execute(statement)
    db.close()


def states_of(kind):
    listed = kind.get("states", {}).get("list", [{"name": "active"}])
    return [(s["name"], s.get("public") == "true" or kind.get("public") == "true") for s in listed]


class Records:
    """One record per owner and state of a type."""

    def __init__(self, world, name):
        kind = world.types[name]
        self.kind, self.labels = kind, {}
        maker = bodies.Maker(seed=len(name) * 7 + 3)
        statements = []
        office = kind.get("owner") == "office"
        by_people = kind.get("written_by", "people") == "people"
        made_by_hand = 800000 + sum(map(ord, name)) * 50
        for unit, person in (OFFICES if office else OWNERS).items():
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
                    needed = self.needed_columns(maker)
                    columns = "".join(f", {c}" for c in needed)
                    values = "".join(f", {v}" for v in needed.values())
                    statements.append(
                        f"INSERT INTO record_{name} (id, version, state, owner_unit, owner_city, "
                        f"owner_province, secrecy, published, created_ms, created_by, changed_ms, "
                        f"changed_by{columns}) VALUES ({one}, 1, '{state}', {who.unit}, {city}, "
                        f"'{region[:2]}', {self.secrecy()}, {int(public)}, 1, 0, 1, 0{values})")
                self.labels[one] = policy.Labels(who.unit, region, by, state, self.secrecy(), public)
        run_sql(world, statements)

    def needed_columns(self, maker):
        """Columns of the natural key, so that rows made by hand differ."""
        return {}

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

        def listed():
            seen, cursor = set(), ""
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
            reply = who.get(f"/records/{name}?filter=id={some}&fields=id")
            expect(reply, 200, "filter")
            assert reply.json["total"] == int(some in visible), f"filter finds {reply.json['total']}"

        def searched():
            reply = who.get(f"/records/{name}?q=虚构&fields=id&limit=500")
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


def build_world(store):
    world = client.World(ZHIYUN, store)
    world.subjects = {}
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
    store = sys.argv[2] if len(sys.argv) > 2 else None
    world = build_world(store)
    matrix = Matrix(world)
    names = [n for n in world.types if n not in CORE and (not ONLY or n in ONLY)]
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
