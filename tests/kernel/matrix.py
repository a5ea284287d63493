"""The cells of the permission matrix: every role x type x relation x state, by every way of asking.

For each record type there is a record of each owner in each of its states and at each level of
secrecy, some of them assigned. Everybody then asks for it in every way: alone, in lists and their
totals, by filter, order and words, in exports, in bulk, and tries to change it, to act on it, to end
it, to import and to make one. What must come back is decided in policy.py from the type files.

No cell changes a record: writes name a version that is not there, so an allowed one is a conflict.
"""
import copy
import io
import json
import os
import re
import time
import urllib.parse
import zipfile

import bodies
import client
import given_days
import door
import policy

OWNERS = {"centreA": "centre_manager", "centreB": "centre_neighbour", "centreC": "centre_far",
          "centreD": "centre_other_province"}
OFFICES = {"office51": "province_officer", "city5101": "city_officer", "city5107": "city_other",
           "office14": "province_other"}
CORE = {"party": "unit", "organisation": "unit", "office": "unit", "account": "account", "role_grant": "role_grant",
        "authority": "authority", "file": "file", "case": "flow_case"}
# patent is not among them: its records have no rows until something is imported (search/ serves it).
NOT_HERE = {"patent"}
NARROW = {  # name: (whose token, its scopes)
    "reading_token": ("centre_manager", ["records:read"]),
    "writing_token": ("centre_manager", ["records:write"]),
    "other_token": ("centre_manager", ["jobs"]),
}
NO_VERSION = 999999
VERSION_NOW = 7  # of a record as it is now
PROGRAMME = "fictional-programme"
LONG_AGO, TILL_THEN = 1000, 2000
NO_SUCH_BOOK = bodies.workbook([["no such column"], ["x"]])


def states_of(kind):
    listed = kind.get("states", {}).get("list", [{"name": "active"}])
    return [(s["name"], s.get("public") == "true" or kind.get("public") == "true") for s in listed]


def secrecy_of(kind):
    return policy.LEVELS[kind.get("secrecy", "internal")]


def probes_of(kind):
    """Text fields whose values tell whether they were seen: those that some rule hides, else one."""
    plain = [f["name"] for f in kind["fields"]
             if f["type"] == "text" and not f.get("pattern") and int(f.get("max", 200)) >= 20
             and f.get("unique") != "true" and f.get("by_cases") != "true" and f["name"] not in ["programme", *kind.get("key", [])]]
    hidden = [n for n in plain if any(n not in policy.fields_of(kind, rule) for rule in kind["access"])]
    return hidden[:3] or plain[:1]


class Records:
    """One record per owner and state of a type, and some more at the other levels of secrecy."""

    def __init__(self, world, name):
        self.world, self.name, self.kind, self.labels = world, name, world.types[name], {}
        self.core, self.with_versions = name in CORE, set()
        self.proposed, self.then = {}, {}  # by id: the action; the labels of the kept version
        self.probes = [] if self.core else probes_of(self.kind)
        self.decided_by_two = any(t.get("two_persons") == "true" for t in self.kind.get("states", {}).get("transitions", []))
        self.whole = self.decided_by_two or any(f["type"] == "person" for f in self.kind["fields"])
        self.statements = []
        self.number = 800000 + sum(map(ord, name)) * 50
        if self.core:
            self.find()
        else:
            self.make()
            for field in sorted({rule["named"] for rule in self.kind["access"] if rule["relation"] == "named"}):
                self.name_units(field)
        client.run_sql(world, self.statements)
        self.propose()

    def propose(self):
        """What two persons decide waits for the second, where there is something to wait for."""
        fields, maker = {f["name"]: f for f in self.kind["fields"]}, self.world.maker("province_officer", seed=len(self.name))
        for transition in self.kind["states"]["transitions"] if self.decided_by_two else []:
            for one in self.with_versions if transition.get("two_persons") == "true" else ():
                needed = {name: maker.value(fields[name]) for name in transition.get("need", [])}
                done = self.world["province_officer"].act(self.name, one, transition["name"], needed, query="?reason=x")
                if done.status in (200, 202):
                    self.proposed[one] = transition["name"]
        if self.decided_by_two and not self.proposed:  # rules of the type refuse what is made by chance
            self.wait_for_a_second(next(t["name"] for t in self.kind["states"]["transitions"] if t.get("two_persons") == "true"))
        for one in [] if self.core else sorted(self.proposed)[1:][-1:]:  # decided otherwise meanwhile, where another still waits
            state, public = states_of(self.kind)[-1]
            self.labels[one].state, self.labels[one].published = state, public
            client.run_sql(self.world, [f"UPDATE record_{self.name} SET state = '{state}', published = {int(public)} "
                                        f"WHERE id = {one}"])

    def wait_for_a_second(self, action):
        """As the program keeps it."""
        by = self.world["province_officer"]
        for one in self.with_versions or sorted(self.labels)[:6]:
            client.run_sql(self.world, [
                "INSERT INTO proposal (state, action, type, record_id, arguments, digest, reason, proposed_by, unit, role, proposed_ms,"
                f" expires_ms, untold) VALUES ('open', '{action}', '{self.name}', {one}, '{{}}', '{'0' * 64}', 'x', {by.account}, {by.unit},"
                " 'province_officer', 1, 9999999999999, 0)"])
            self.proposed[one] = action

    def find(self):
        """Core records are there already: units, accounts, grants, files of the world; and some at the other levels."""
        kind, levels = self.kind, {}
        for level in {0, 1, 2} - {secrecy_of(kind)}:
            for one in self.more_of_the_core():
                levels[one] = level
        self.statements = [f"UPDATE {CORE[self.name]} SET secrecy = {level} WHERE id = {one}" for one, level in levels.items()]
        where = kind.get("core", {}).get("where", {})
        rows = client.ask_sql(self.world, "SELECT id, owner_unit, owner_city, owner_province, created_by, state, "
                              f"secrecy, published FROM {CORE[self.name]} WHERE " + (" AND ".join(
                                  f"{k} IN ({', '.join(repr(v) for v in vs)})" for k, vs in where.items()) or "1 = 1")
                              + " AND ended_ms IS NULL ORDER BY id")
        for one, unit, city, province, by, state, secrecy, published in rows:
            region = city + "00" if city else province + "0000"
            level = levels.get(int(one), int(secrecy))
            self.labels[int(one)] = policy.Labels(int(unit), region, int(by), state, level, published == "1")
        for one in levels:
            self.keep_version(one)

    def more_of_the_core(self):
        """Ids of two new ones, of two owners, that nothing else in the world stands on."""
        world, boss, code = self.world, self.world[client.FIRST], bodies.credit_code
        self.number += 2

        def account(unit, number):
            return boss.ask("POST", "/accounts", {"name": f"level{number}", "display_name": "虚构", "unit": world.units[unit]})

        def grant(unit, role, number):
            return world.grant(account(unit, number).json["id"], role)

        def unit(what, region, number):
            return boss.create(self.name if self.name == "office" else "party", {"name": f"虚构{number}", "kind": what, "region": region,
                                                                                 "credit_code": code(number)})

        def authority(region):
            return boss.create("authority", {"programme": "another-programme", "function": "accept", "region": region,
                                             "from_date": "2026-01-01"})

        def case(person, pack, city):
            return world[person].ask("POST", "/cases", {"pack": pack, "process": "application",
                                                        "fields": {"to": "city", "office_city": city}})

        def file(person, number):
            return world[person].ask("POST", "/files?name=fictional.txt", raw=f"虚构{number}".encode())
        first, second = {
            "account": lambda n: (account("centreA", n), account("bank", n + 1)),
            "role_grant": lambda n: (grant("centreA", "centre_staff", n), grant("bank", "bank_officer", n + 1)),
            "party": lambda n: (unit("party", "510100", n), unit("service_org", "140100", n + 1)),
            "organisation": lambda n: (unit("party", "510100", n), unit("bank", "140100", n + 1)),
            "office": lambda n: (unit("city_office", "510100", n), unit("city_office", "140100", n + 1)),
            "authority": lambda n: (authority("510100"), authority("140100")),
            "case": lambda n: (case("centre_manager", "sc-yunying-2025", "510100"),
                               case("centre_other_province", "sx-yunying-draft", "140100")),
            "file": lambda n: (file("centre_manager", n), file("city_officer", n)),
        }[self.name](self.number)
        assert first.status == 201 and second.status == 201, (first, second)
        return [first.json["id"], second.json["id"]]

    def make(self):
        first, default = states_of(self.kind)[0], secrecy_of(self.kind)
        owners = OFFICES if self.kind.get("owner") == "office" else OWNERS
        for at, (unit, person) in enumerate(owners.items()):
            maker = self.world.maker(person, seed=len(self.name) * 7 + 3 + len(self.labels) * 100)
            for state in states_of(self.kind):
                self.add(unit, person, maker, state, default)
            for level in {0, 1, 2} - {default} if at in (0, 2) else ():
                self.add(unit, person, maker, states_of(self.kind)[-1] if level == 0 else first, level)
            if at == 1:  # published, whatever its state says
                self.add(unit, person, maker, (first[0], not first[1]), default)
        for at, one in enumerate(sorted(self.labels)):
            self.assign(one)
            self.statements += [f"DELETE FROM record_text WHERE type = '{self.name}' AND record_id = {one}",
                                f"INSERT INTO record_text (type, record_id, text) VALUES ('{self.name}', {one}, '探针')"]
            for probe in self.probes:
                value = self.value(one, probe)
                # A text that the type sorts by has its key of pinyin beside it; these texts have their own order.
                key = f", {probe}_order = '{value}'" if probe in re.findall(r"\w+", self.kind.get("sort", "")) else ""
                self.statements.append(f"UPDATE record_{self.name} SET {probe} = '{value}'{key} "
                                       f"WHERE id = {one}")
            if any(f["name"] == "programme" for f in self.kind["fields"]):
                self.labels[one].programme = PROGRAMME if at % 2 == 0 else "another"
            if self.labels[one].programme == PROGRAMME:
                self.statements.append(f"UPDATE record_{self.name} SET programme = '{PROGRAMME}' WHERE id = {one}")
            self.keep_version(one)

    def keep_version(self, one):
        """A version of the record as it is by now, besides the one that its making left."""
        labels = self.then[one] = copy.copy(self.labels[one])
        fields = [f["name"] for f in self.kind["fields"] if f["type"] not in ("person", "table") and f.get("retired") != "true"]
        content = {**{name: self.value(one, name) for name in fields}, "published": labels.published,
                   "secrecy": labels.secrecy, "state": labels.state}
        text = json.dumps(dict(sorted(content.items())), ensure_ascii=False)
        self.statements.append(
            "INSERT INTO record_version (type, record_id, version, at_ms, account, role, action, content, seal, entry) VALUES "
            f"('{self.name}', {one}, {VERSION_NOW}, 2, 0, '', 'change', '{text}', '{{}}', 'version of {self.name} {one}')")
        if self.name == "case":  # a version of it is told to whom the line of its history is: its readers
            self.statements.append(
                "INSERT INTO flow_step (case_id, version, kind, step, label, to_stage, at_ms, date, account, late, entry) "
                f"VALUES ({one}, {VERSION_NOW}, 'step', 'it', '它', 'draft', 2, '2026-01-01', 0, 0, 'step of case {one}')")

    def at_first(self, labels):
        """What the record was in its first version: before the statements that gave it state and level."""
        state, public = states_of(self.kind)[0]
        then = policy.Labels(labels.owner_unit, labels.region, labels.created_by, state, secrecy_of(self.kind), public,
                             labels.programme)
        then.accounts, then.units, then.named = labels.accounts, labels.units, labels.named
        return then

    def value(self, one, probe):
        """What the probed field of the record holds; it sorts against the ids."""
        return f"探{9000000 - one}{probe}"

    def add(self, unit, person, maker, state, level):
        kind, world, name = self.kind, self.world, self.name
        who, region, subject = world[person], client.UNITS[unit][2], world.subjects[person]
        state, public = state
        own = policy.Labels(who.unit, region, who.account, states_of(kind)[0][0], secrecy_of(kind), False)
        if kind.get("written_by", "people") == "people" and policy.allowed(kind, subject, "create", own):
            may = policy.fields(kind, subject, "create", own)
            done = who.create(name, {k: v for k, v in maker.body(kind, all_fields=self.whole).items() if k in may})
            assert done.status == 201, (name, person, done)
            one, by = done.json["id"], who.account
            self.with_versions.add(one)
            self.statements.append(f"UPDATE record_{name} SET state = '{state}', published = {int(public)}, "
                                   f"secrecy = {level} WHERE id = {one}")
        else:  # only the program makes these: a row as it would
            self.number += 1
            one, by = self.number, 0
            city = f"'{region[:4]}'" if region[2:4] != "00" else "NULL"
            self.statements.append(
                f"INSERT INTO record_{name} (id, version, state, owner_unit, owner_city, owner_province, secrecy, "
                f"published, created_ms, created_by, changed_ms, changed_by) VALUES ({one}, 1, '{state}', "
                f"{who.unit}, {city}, '{region[:2]}', {level}, {int(public)}, 1, 0, 1, 0)")
        self.labels[one] = policy.Labels(who.unit, region, by, state, level, public)

    def assign(self, one):
        """To an account, to a unit, to one but no longer, or to nobody; in each state to each of them once."""
        expert, bank, staff = self.world["expert"], self.world["bank_officer"], self.world["company_staff"]
        givings = [(expert.account, None, None), (None, bank.unit, None), (staff.account, None, None),
                   (expert.account, None, TILL_THEN), None]
        states = [name for name, _ in states_of(self.kind)]
        owner = list(dict.fromkeys(l.owner_unit for l in self.labels.values())).index(self.labels[one].owner_unit)
        turn = owner + states.index(self.labels[one].state)
        given = {givings[turn % 5], givings[(turn + 2) % 5], givings[2] if owner == 2 else None} - {None}
        roles = {role for rule in self.kind["access"] if rule["relation"] == "assigned" for role in rule["roles"]}
        if "centre_manager" in roles and owner == 0:  # besides what they may do with their own
            given.add((self.world["centre_far"].account, None, None))
        for one_of_them in sorted(given, key=str) if roles else ():
            self.give(one, *one_of_them)

    def name_units(self, field):
        """In each state three records name the units of people who may have a role of the rule; each once, since it may be a key."""
        units = {}
        for one in sorted(self.labels):
            left = units.setdefault(self.labels[one].state, [self.world[person].unit for person in ("company_staff", "centre_far", "centre_manager")])
            unit = left.pop() if left else 0
            self.statements.append(f"UPDATE record_{self.name} SET {field} = (SELECT credit_code FROM unit WHERE id = {unit}) WHERE id = {one}")
            self.labels[one].named[field] = unit

    def give(self, one, account, unit, end):
        self.statements.append("INSERT INTO assignment (type, record_id, account, unit, from_ms, to_ms) VALUES "
                               f"('{self.name}', {one}, {account or 'NULL'}, {unit or 'NULL'}, {LONG_AGO}, "
                               f"{end or 'NULL'})")
        if not end:
            self.labels[one].accounts |= {account} - {None}
            self.labels[one].units |= {unit} - {None}


def expect(reply, wanted, where):
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    assert reply.status in wanted, f"{where}: {reply.status} instead of {wanted}: {reply.content[:300]!r}"


def workbook_text(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


class Cell:
    """One question: `place` says which way of asking, `where` of whom and of what. `check` asks, or is a
    generator of what is asked (door.py)."""

    def __init__(self, place, where, check):
        self.place, self.where, self.check = place, where, check

    def fault(self):
        """The text of what is wrong, or None."""
        try:
            door.answered(self.check())
        except door.FAULTS as fault:
            return self.named(fault)
        return None

    def named(self, fault):
        return f"{self.place}, {self.where}: {fault!r}"


class Matrix:
    def __init__(self, world):
        self.world, self.records, self.topics_read = world, {}, []

    def cells(self, name):
        """Every cell of a type; its records are made first."""
        if name not in self.records:
            self.records[name] = Records(self.world, name)
        records, cells = self.records[name], []
        for person in self.world.people:
            cells += self.of_many(name, records, person)
        for one in records.labels:
            for person in self.world.people:
                if self.world.subjects[person].scopes is None:
                    cells += self.of_one(name, records, person, one)
        return cells

    # --- one record ---------------------------------------------------------------------

    def shown(self, records, subject, labels, item, where):
        """No field but those that may be seen, and numbers of persons in plain only where they may."""
        seen = policy.fields(records.kind, subject, "read", labels)
        extra = set(item) - {"id", "version", "state", "_may", "_proposals", "_erased"} - seen
        assert not extra, f"{where}: fields {extra} are shown"
        plain = policy.unmasked(records.kind, subject, labels)
        for field in records.kind["fields"]:
            value = item.get(field["name"])
            if field["type"] == "person" and value:
                assert ("*" in value) != (field["name"] in plain), f"{where}: {field['name']} is {value}"

    def may(self, records, subject, labels, ended=False):
        """What `_may` says: verbs and transitions that could be asked for now."""
        kind = records.kind
        names = []
        if kind.get("written_by", "people") == "people":
            names += [v for v in ("change", "end") if policy.allowed(kind, subject, v, labels)
                      and not (v == "end" and stands_by_two(kind, labels.state))]
        return names + [t["name"] for t in kind.get("states", {}).get("transitions", [])
                        if (not t.get("from") or labels.state in t["from"])
                        and policy.allowed(kind, subject, "act", labels, t["name"])]

    def of_one(self, name, records, person, one):
        kind, labels = records.kind, records.labels[one]
        who, subject = door.Later(self.world[person]), self.world.subjects[person]
        can_read = policy.allowed(kind, subject, "read", labels)
        # Changing and ending are things of people who signed in; hidden ones are not there.
        refused = 401 if person == "public" else 403 if can_read else 404
        by_people = kind.get("written_by", "people") == "people"

        def get():
            reply = yield who.get(f"/records/{name}/{one}")
            expect(reply, 200 if can_read else 404, "get")
            if can_read:
                self.shown(records, subject, labels, reply.json, "get")
                if not records.core or records.proposed:
                    told = bool(reply.json.get("_proposals"))
                    right = policy.allowed(kind, subject, "act", labels, records.proposed.get(one))
                    assert told == right, f"_proposals are {'' if told else 'not '}told"
                    # No token confirms anything: of whoever asks here each proposal is as his own.
                    assert all(proposal["yours"] for proposal in reply.json.get("_proposals", [])), reply.json["_proposals"]
                assert reply.json["_may"] == self.may(records, subject, labels), f"_may {reply.json['_may']}"

        def change():
            ok = policy.allowed(kind, subject, "change", labels) and by_people
            reply = yield who.change(name, one, NO_VERSION, {})
            expect(reply, 409 if ok else refused, "change")

        def end():
            ok = policy.allowed(kind, subject, "end", labels) and by_people
            reply = yield who.ask("POST", f"/records/{name}/{one}/actions/end", {}, {"If-Match": f'"{NO_VERSION}"'})
            expect(reply, 409 if ok else refused, "end")

        def history():
            reply = yield who.get(f"/records/{name}/{one}/history")
            expect(reply, 401 if person == "public" else 200 if can_read else 404, "history")
            versions = reply.json["items"] if reply.status == 200 and one in records.then else []
            for version in versions if not records.core else [v for v in versions if v["version"] == VERSION_NOW]:
                then = records.then[one] if version["version"] == VERSION_NOW else records.at_first(labels)
                self.shown(records, subject, then, version.get("content", {}), "history")
            assert not versions or any(v["version"] == VERSION_NOW for v in versions), versions

        def bulk():
            items = [{"change": {}, "id": one, "version": NO_VERSION}, {"act": "end", "id": one, "version": NO_VERSION}]
            reply = yield who.ask("POST", f"/records/{name}/bulk", {"items": items})
            if person == "public":
                expect(reply, 401, "bulk")
                return
            expect(reply, 200, "bulk")
            for verb, got in zip(("change", "end"), reply.json["items"]):
                ok = policy.allowed(kind, subject, verb, labels) and by_people
                assert got["status"] == (409 if ok else refused), f"bulk {verb} {got['status']}"

        checks = [get, change, end, history, bulk]
        for transition in kind.get("states", {}).get("transitions", []):
            def act(transition=transition):
                ok = policy.allowed(kind, subject, "act", labels, transition["name"])
                reply = yield who.ask("POST", f"/records/{name}/{one}/actions/{transition['name']}?reason=x", {},
                                      {"If-Match": f'"{NO_VERSION}"'})
                expect(reply, 409 if ok else refused, transition["name"])
            checks.append(act)
        where = f"{name} {one} {labels.state} level {labels.secrecy} of {labels.owner_unit} by {person}"
        return [Cell(check.__name__, where, check) for check in checks]

    # --- many records -------------------------------------------------------------------

    # --- what the retrieval engine holds ---------------------------------------------------

    def read_topics(self, records):
        """(id, labels, name, {member's id: number}) of each topic database of the members made here; their
        patents are imported first, each published and found by its application number. One is secret."""
        if self.topics_read:
            return
        client.run_sql(self.world, [f"UPDATE record_topic_database SET secrecy = {policy.LEVELS['secret']} WHERE id = (SELECT "
                                    f"min(topic) FROM record_topic_member WHERE id IN ({', '.join(map(str, records.labels))}))"])
        rows = client.ask_sql(self.world, "SELECT id, topic, number FROM record_topic_member WHERE ended_ms IS NULL")
        members = {int(one): (int(topic), number) for one, topic, number in rows}
        told = client.ask_sql(self.world, "SELECT id, owner_unit, owner_city, owner_province, created_by, state, "
                              "secrecy, published, name FROM record_topic_database WHERE ended_ms IS NULL")
        for one, unit, city, province, by, state, secrecy, published, name in told:
            numbers = {m: number for m, (topic, number) in members.items() if topic == int(one)}
            if numbers and set(numbers) <= set(records.labels):
                labels = policy.Labels(int(unit), city + "00" if city else province + "0000", int(by), state,
                                       int(secrecy), published == "1")
                self.topics_read.append((int(one), labels, name, numbers))
        assert len(self.topics_read) > 2, self.topics_read
        distinct = sorted({n for _, _, _, numbers in self.topics_read for n in numbers.values()})
        path = os.path.join(self.world.data, "members.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("公开（公告）号,申请号,标题,IPC\n")
            for at, number in enumerate(distinct):
                file.write(f"CN1999{at:05d}A,{number},专题虚构波导{at},G02B6/10\n")
        self.world.server.run("--quiet", "import", path)
        boss, until = self.world[client.FIRST], time.monotonic() + 30
        while boss.get("/search?query=&k=1").json["total"] < len(distinct):
            assert time.monotonic() < until, "the index does not follow"
            time.sleep(0.1)

    def by_topic(self, who, topic, numbers):
        """By every way of asking: hits, total, facets, a text to match, cells; None: there is no such topic."""
        query = urllib.parse.quote(f'topic="{topic}"' if isinstance(topic, str) else f"topic={topic}")
        asked = [who.get(f"/search?query=&k=1000&facets=true&filter={query}"),
                 who.ask("POST", "/match", {"text": "专题虚构波导", "k": 1000, "facets": True, "filters": [
                     urllib.parse.unquote(query)]}),
                 who.ask("POST", "/landscape", {"by": ["ipc4"], "filters": [urllib.parse.unquote(query)]})]
        for question in asked:
            reply = yield question
            expect(reply, 401 if who.name == "public" else 200 if numbers is not None else 400, f"search by topic {topic}")
            if reply.status == 400:
                assert "there is no topic database" in reply.json["detail"], reply.content
            if reply.status != 200:
                continue
            assert reply.json["total"] == len(numbers), f"{reply.json['total']} of topic {topic}, not {len(numbers)}"
            counts = [v["count"] for f in reply.json.get("facets", []) if f["name"] == "office" for v in f["values"]]
            counts += [c["count"] for c in reply.json.get("cells", [])]
            assert sum(counts) == len(numbers), f"{counts} are counted of topic {topic}, not {len(numbers)}"

    def of_many(self, name, records, person):
        kind, probes = records.kind, records.probes
        who, subject = door.Later(self.world[person]), self.world.subjects[person]
        visible = {one for one, labels in records.labels.items()
                   if policy.allowed(kind, subject, "read", labels)}
        exportable = {one for one in visible
                      if policy.allowed(kind, subject, "export", records.labels[one])}
        seen = {one: policy.fields(kind, subject, "read", records.labels[one]) for one in visible}
        probed = {probe: {one for one in visible if probe in seen[one]} for probe in probes}
        ever = set().union(*(policy.fields_of(kind, r) for r in policy.rules_for(kind, subject, "read", None)))
        reads = bool(policy.rules_for(kind, subject, "read", None))
        by_people = kind.get("written_by", "people") == "people"
        some = sorted(records.labels)[:: max(1, len(records.labels) // 3)]
        # A whole kind that is closed to somebody, or a token that does not reach so far.
        closed = 403 if not reads or not policy.in_scope(subject, "read") else None
        no_writes = (401 if person == "public" else 403) if person == "public" or not policy.in_scope(
            subject, "create") else None

        def ask(query):
            reply = yield who.get(f"/records/{name}{query}")
            expect(reply, closed or 200, query)
            return None if closed else reply.json

        def listed():
            found, cursor = set(), ""
            while True:
                page = yield from ask(f"?limit=500&fields=id{cursor}")
                if page is None:
                    return
                found |= {item["id"] for item in page["items"]}
                if not page["next"]:
                    break
                cursor = f"&cursor={page['next']}"
            assert found & set(records.labels) == visible, f"list shows {len(found)} of {len(visible)}"
            assert page["total"] == len(found), f"total {page['total']}, not {len(found)}"

        def listed_fields():
            page = yield from ask("?limit=500&fields=*")
            for item in page["items"] if page else []:
                if item["id"] in records.labels:
                    self.shown(records, subject, records.labels[item["id"]], item, "list")

            never = [f["name"] for f in kind["fields"] if f["name"] not in ever]
            if never and not closed:
                reply = yield who.get(f"/records/{name}?fields={never[0]}")
                expect(reply, 400, "list of a hidden field")

        def counted():
            for one in some:
                page = yield from ask(f"?filter=id={one}&fields=id")
                if page:
                    assert page["total"] == int(one in visible), f"filter finds {page['total']}"

        def filtered():
            for one, probe in ((one, probe) for one in some for probe in probes):
                reply = yield who.get(f"/records/{name}?filter={probe}={records.value(one, probe)}&fields=id")
                expect(reply, closed or (200 if probe in ever else 400), "filter by a field")
                if reply.status == 200:
                    assert reply.json["total"] == int(one in probed[probe]), f"filter finds {one} by its {probe}"

        def sorted_by():
            for probe in probes:
                reply = yield who.get(f"/records/{name}?sort={probe}&fields=id&limit=500")
                expect(reply, closed or (200 if probe in ever else 400), "sort by a field")
                if reply.status == 200:
                    order = sorted(probed[probe], reverse=True) + sorted(visible - probed[probe])
                    got = [item["id"] for item in reply.json["items"] if item["id"] in records.labels]
                    assert got == order, f"order {got} instead of {order}"

        def by_labels():
            """By whose a record is: of those alone of which that is seen."""
            told = {one for one in visible if "owner_unit" in seen[one]}
            for owner in sorted({records.labels[one].owner_unit for one in some}):
                reply = yield who.get(f"/records/{name}?filter=owner_unit={owner}&fields=id&limit=500")
                expect(reply, closed or (200 if "owner_unit" in ever else 400), "filter by the owner")
                if reply.status == 200:
                    found = {item["id"] for item in reply.json["items"]} & set(records.labels)
                    assert found == {one for one in told if records.labels[one].owner_unit == owner}, f"the owner tells {found}"
                    assert reply.json["total"] == len(reply.json["items"]), f"the owner counts {reply.json['total']}"
            reply = yield who.get(f"/records/{name}?sort=owner_unit&fields=id&limit=500")
            expect(reply, closed or (200 if "owner_unit" in ever else 400), "sort by the owner")
            if reply.status == 200:
                got = [item["id"] for item in reply.json["items"] if item["id"] in records.labels]
                right = sorted(told, key=lambda one: (records.labels[one].owner_unit, one)) + sorted(visible - told)
                assert got == right, f"order {got} instead of {right}"
            reply = yield who.get(f"/records/{name}?fields=changed_by,owner_unit&limit=500")
            expect(reply, closed or (200 if "owner_unit" in ever else 400), "list of system columns")
            for item in reply.json["items"] if reply.status == 200 else []:
                if item["id"] in records.labels:
                    self.shown(records, subject, records.labels[item["id"]], item, "list of system columns")
                    assert ("owner_unit" in item) == (item["id"] in told), f"whose {item['id']} is"

        def searched():
            words = {word.split(".")[0] for word in kind.get("search", [])}  # a column is seen with its table
            right = visible if records.core else {one for one in visible if words <= seen[one]}
            page = yield from ask(f"?q={'虚构' if records.core else '探针'}&fields=id&limit=500")
            if page is None:
                return
            found = {item["id"] for item in page["items"]}
            assert found <= right if records.core else found == right, f"words find {found} instead of {right}"
            assert page["total"] == len(found), "words count hidden records"

        def exported():
            reply = yield who.get(f"/records/{name}/export.xlsx")
            if person == "public":
                expect(reply, 401, "export")
                return
            expect(reply, 200 if policy.rules_for(kind, subject, "export", None) else 403, "export")
            if reply.status != 200:
                return
            text = workbook_text(reply.content)
            ids = {int(n) for n in re.findall(r'<c r="A\d+" t="inlineStr"><is><t>(\d+)</t>', text)}
            assert ids & set(records.labels) == exportable, f"export has {ids} instead of {exportable}"
            for probe in probes:
                told = {one for one in records.labels if records.value(one, probe) in text}
                assert told == probed[probe] & exportable, f"export tells the {probe} of {told}"
            plain = any(policy.unmasked(kind, subject, records.labels[one]) for one in exportable & records.with_versions)
            numbers = re.findall(r">[0-9]{17}[0-9X]<", text)
            assert plain or not numbers or not any(f["type"] == "person" for f in kind["fields"]), "export unmasks"

        def created():
            own = policy.Labels(getattr(who, "unit", None), subject.region or "000000", subject.account,
                                states_of(kind)[0][0], secrecy_of(kind), states_of(kind)[0][1])
            ok = policy.allowed(kind, subject, "create", own) and by_people
            body = {"no_such_field": 1}
            if name in ("party", "office") and subject.region:
                body["region"] = subject.region  # such a record is its own unit: there it would be
            reply = yield who.create(name, body)
            expect(reply, no_writes or (400 if ok else 403), "create")
            reply = yield who.ask("POST", f"/records/{name}/bulk", {"items": [{"create": body}]})
            expect(reply, no_writes or 200, "bulk")
            if reply.status == 200:
                got = reply.json["items"][0]["status"]
                assert got == (400 if ok else 403), f"bulk create {got}"

        def brought_in():
            roles = bool(policy.rules_for(kind, subject, "import", None))
            reply = yield who.ask("POST", f"/records/{name}/import", raw=NO_SUCH_BOOK)
            expect(reply, no_writes or (400 if roles else 403), "import")
            may = any(subject.roles & set(rule["roles"]) and {"create", "import"} & set(rule.get("verbs", []))
                      for rule in kind["access"])  # an empty form: whatever the token
            reply = yield who.get(f"/records/{name}/template.xlsx")
            expect(reply, 401 if person == "public" else 403 if not policy.in_scope(subject, "read") else 200 if may else 403,
                   "template")

        def searched_by_topic():
            for topic, labels, name_of, members in self.topics_read:
                right = {members[one] for one in visible & set(members)}
                open_to = policy.allowed(self.world.types["topic_database"], subject, "read", labels)
                yield from self.by_topic(who, topic if topic % 2 else name_of, right if open_to else None)

        checks = [listed, listed_fields, by_labels, counted, searched, exported, created, brought_in]
        if name == "topic_member" and subject.scopes is None:
            self.read_topics(records)
            checks.append(searched_by_topic)
        if probes:
            checks += [filtered, sorted_by]
        return [Cell(check.__name__, f"{name} by {person}", check) for check in checks]


def stands_by_two(kind, state):
    """Two persons alone lead to this state: one does not end what they decided."""
    states = kind.get("states", {})
    leading = [t.get("two_persons") == "true" for t in states.get("transitions", []) if t.get("to") == state]
    return bool(leading) and all(leading) and state != states["initial"]


def hand_in(world, unit, office):
    """A case of this unit came to this office, and is over: straight into the store."""
    owner, number = world.units[unit], "虚构交来"
    client.run_sql(world, [
        "INSERT INTO flow_case (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
        "changed_by, ended_ms, number, title, programme, pack_version, pack_digest, process, stage, stage_label, stage_on, trial, "
        f"record_type, record_id) SELECT 1, 'done', id, owner_province, 1, 0, 0, 0, 0, 0, 1, '{number}', '虚构', '{PROGRAMME}', '1', '', "
        f"'application', 'end', '结束', '2026-01-01', 0, 'application', 0 FROM unit WHERE id = {owner}",
        "INSERT INTO assignment (type, record_id, unit, kind, from_ms, done_ms) SELECT 'case', id, "
        f"{world.units[office]}, 'do', {LONG_AGO}, {TILL_THEN} FROM flow_case WHERE number = '{number}'"])
    policy.HANDED_IN.add((world.units[office], owner, PROGRAMME))


def registered(world):
    """Every unit stands in the registers whose reports and summaries it hands in; the rows are nobody's whom the matrix asks."""
    client.run_sql(world, [
        "INSERT INTO record_centre (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by,"
        " changed_ms, changed_by, name, credit_code, programme, region, entered) SELECT 1, 'active', 999999, '9999', '99', 1, 0, 1, 0, 1, 0,"
        f" '虚构' || id, credit_code, '{programme}', '510100', '1999-01-01' FROM unit WHERE credit_code IS NOT NULL"
        for programme in ("sc-yunying-2025", "sc-shifan-draft")])


def build_world(zhiyun, specimens=True):
    """On given days, where the test lives on such (given_days.live)."""
    world = client.World(zhiyun, specimens=specimens, **(given_days.WORLD if "TEST_CLOCK_BASE" in os.environ else {}))
    world.keeps_file = True
    world.subjects = {}
    boss = world[client.FIRST]
    ip_centre = world["ip_centre_officer"]
    done = boss.create("authority", {"programme": PROGRAMME, "function": "accept", "region": "510100",
                                     "from_date": "2026-01-01", "office": ip_centre.unit})
    client.run_sql(world, [
        "INSERT INTO authority (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, "
        "created_ms, created_by, changed_ms, changed_by, programme, function, region, from_date) VALUES "
        f"(700001, 1, 'active', {ip_centre.unit}, NULL, '51', 1, 0, 1, 0, 1, 0, '{PROGRAMME}', 'accept', '510100', "
        "'2020-01-01')"] if done.status != 201 else [])
    hand_in(world, "centreB", "ip51")
    registered(world)
    for name, person in world.people.items():
        if name == "public":
            world.subjects[name] = policy.Subject(None, None, None, [])
        elif name == client.FIRST:
            world.subjects[name] = policy.Subject(None, None, None, ["security_administrator"])
        else:
            unit, role = client.PEOPLE[name]
            held = [(PROGRAMME, "accept", "510100")] if name == "ip_centre_officer" else []
            world.subjects[name] = policy.Subject(person.account, person.unit, client.UNITS[unit][2], [role], held)
    for name, (whose, scopes) in NARROW.items():
        owner = world[whose]
        person = client.Person(world.server, world.token(whose, *scopes), name)
        person.account, person.unit, person.role = owner.account, owner.unit, owner.role
        world.people[name] = person
        subject = world.subjects[whose]
        world.subjects[name] = policy.Subject(subject.account, subject.unit, subject.region, subject.roles, (), scopes)
    return world


def names_of(world, only=()):
    """Types with cells: all, but those whose records need files where none can be uploaded."""
    files = world.upload("centre_manager") is not None
    for person in ("centre_neighbour", "province_officer"):
        world.upload(person)
    return [n for n, kind in world.types.items() if n not in NOT_HERE and (not only or n in only) and (
        files or not any(f["type"] in ("file", "files") and f.get("required") for f in kind["fields"]))]
