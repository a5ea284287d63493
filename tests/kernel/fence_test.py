#!/usr/bin/env python3
"""fence_test.py ZHIYUN: the API and the second fence on PostgreSQL, under every role (docs/security.md).

Records of every type with labels that chance draws (SEED); everybody of the matrix' world is asked about each twice. Over
the API, where the kernel's checks and the fence stand together: a row that the fence hid would be missing there. And by
plain SQL under the settings that the program itself makes for him, where the kernel has no part: a row that the fence
does not hold back is seen. What is right says policy.py, from the types' files.
"""
import json
import os
import random
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import door  # noqa: E402
import matrix  # noqa: E402
import policy  # noqa: E402
import tap  # noqa: E402
import yaml  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("SEED", "20261124"))
ROWS, FIRST_ID = 20, 2000  # of each type; below what is listed out of columns
# Who is given a paper to serve may do so wherever it is from, and reads those of his own place; who enters what is under seal
# reads, of his unit's, his own alone.
ACTED_ON = {"paper_service", "disclosure", "assessment", "filing_order"}
VERBS = ("read", "create", "change", "end", "import", "export")
ROLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "types", "roles.yaml")


def labelled(world, name, kind, draw):
    """{id: labels} of one type, straight into the store."""
    units = {unit: region for unit, (_, _, region) in client.UNITS.items() if unit not in ("service", "pool")}
    people = [world[who].account for who in ("centre_staff", "centre_manager", "city_officer", "province_officer", "expert")]
    givings = [(world["expert"].account, None), (None, world["bank_officer"].unit), (world["company_staff"].account, None),
               (None, world["city_officer"].unit), (world["centre_far"].account, None), (None, world["province_officer"].unit)]
    with_programme = any(field["name"] == "programme" for field in kind["fields"])
    states, found, rows, given = [state for state, _ in matrix.states_of(kind)], {}, [], []
    for number in range(FIRST_ID, FIRST_ID + ROWS):
        unit = draw.choice(list(units))
        programme = draw.choice((matrix.PROGRAMME, "another")) if with_programme else None
        labels = found[number] = policy.Labels(world.units[unit], units[unit], draw.choice([*people, 0]), draw.choice(states),
                                               draw.randrange(3), draw.random() < 0.3, programme)
        for account, to in draw.sample(givings, draw.randrange(3)):
            over = draw.random() < 0.3
            given.append(f"('{name}', {number}, {account or 'NULL'}, {to or 'NULL'}, {matrix.LONG_AGO}, "
                         f"{matrix.TILL_THEN if over else 'NULL'})")
            if not over:
                labels.accounts |= {account} - {None}
                labels.units |= {to} - {None}
        city = f"'{units[unit][:4]}'" if units[unit][2:4] != "00" else "NULL"
        rows.append(f"({number}, 1, '{labels.state}', {labels.owner_unit}, {city}, '{units[unit][:2]}', {labels.secrecy}, "
                    f"{int(labels.published)}, 1, {labels.created_by}, 1, 0"
                    + (f", '{programme}')" if programme else ")"))
    client.run_sql(world, [
        f"INSERT INTO record_{name} (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by,"
        f" changed_ms, changed_by{', programme' if with_programme else ''}) VALUES {', '.join(rows)}",
        *([f"INSERT INTO assignment (type, record_id, account, unit, from_ms, to_ms) VALUES {', '.join(given)}"] if given else []),
        "INSERT INTO record_version (type, record_id, version, at_ms, account, role, action, content, seal, entry) SELECT"
        f" '{name}', id, 1, 1, 0, '', 'create', '{{}}', '{{}}', 'entry {name} ' || id FROM record_{name} WHERE id BETWEEN"
        f" {FIRST_ID} AND {FIRST_ID + ROWS - 1} AND id % 5 = 0"])
    return found


def reached(kind, subject, labels):
    """Does some rule of his reach it, whatever the verb?"""
    return any(policy.allowed(kind, subject, verb, labels) for verb in VERBS) or any(
        policy.allowed(kind, subject, "act", labels, action) for rule in kind["access"] for action in rule.get("actions", []))


class Place:
    """The matrix' world, records of every fenced type, and the settings of everybody who asks."""

    def __init__(self):
        self.world = matrix.build_world(ZHIYUN, specimens=False)
        self.world.server.door = self.door = door.Door(self.world.server)
        draw = random.Random(SEED)
        fenced = {row[0] for row in client.ask_sql(self.world, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                                                   " AND relrowsecurity AND relforcerowsecurity")}
        self.types = {name: kind for name, kind in self.world.types.items() if f"record_{name}" in fenced}
        self.records = {name: labelled(self.world, name, kind, draw) for name, kind in self.types.items()}
        self.role = client.ask_sql(self.world, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'zhiyun_fence_' || (SELECT oid FROM"
                                   " pg_database WHERE datname = current_database()) || '_%'")[0][0]
        self.settings = {}

    def people(self):
        """A token's scopes are no matter of rows."""
        return {name: subject for name, subject in self.world.subjects.items() if subject.scopes is None}

    def ids(self, name, test):
        return {one for one, labels in self.records[name].items() if test(self.types[name], labels)}

    def alone(self, person, query):
        """What plain SQL reads under his settings."""
        settings = self.settings[person].replace("'", "''")
        return client.ask_sql(self.world, f"BEGIN; SET LOCAL ROLE {self.role}; SET LOCAL zhiyun.subject = '{settings}'; {query}; ROLLBACK")

    def close(self):
        self.world.close()


def log_of_the_server():
    return os.path.join(re.search(r"[?&]host=(/[^&]*)", client.database_server())[1], "log")


def test_the_world_has_somebody_in_every_role(place):
    with open(ROLES, encoding="utf-8") as file:
        roles = {role["name"] for role in yaml.safe_load(file)["roles"]}
    assert roles == set().union(*(subject.roles for subject in place.people().values())), roles
    assert len(place.types) > 60, len(place.types)


def test_the_settings_are_of_whoever_asks(place):
    """As the server meets them, told by its log: what reads them tells them there."""
    told = client.ask_sql(place.world, "SELECT pg_get_functiondef('zy_fence_who()'::regprocedure)")
    mark = f"settings in {client.ask_sql(place.world, 'SELECT current_database()')[0][0]}: "
    client.run_sql(place.world, [
        "CREATE OR REPLACE FUNCTION zy_fence_who() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE LOG '%', "
        f"'{mark}' || current_user || ' ' || current_setting('zhiyun.subject', true);"
        " RETURN nullif(current_setting('zhiyun.subject', true), '')::jsonb; END $$"])
    with open(log_of_the_server(), encoding="utf-8", errors="replace") as log:
        for number, (person, subject) in enumerate(place.people().items(), 1):
            log.seek(0, os.SEEK_END)
            reply = place.world[person].get(f"/records/centre?limit={number}")  # no two ask the same: answers are kept
            assert reply.status == 200, (person, reply)
            found = {line.split(mark)[1].strip() for line in log if mark in line}
            found = {words.partition(" ")[::2] for words in found}
            assert {role for role, _ in found} == {place.role}, (person, found)
            [settings] = {settings for _, settings in found} - {"{}"}
            assert {role for role, _ in json.loads(settings)["grants"]} == subject.roles, (person, settings)
            place.settings[person] = settings
    client.run_sql(place.world, ["\n".join(row[0] for row in told)])


def test_the_fence_alone_shows_what_a_rule_reaches_and_no_row_more(place):
    rows = " UNION ALL ".join(f"SELECT '{name}', id FROM record_{name} WHERE id BETWEEN {FIRST_ID} AND {FIRST_ID + ROWS - 1}"
                              for name in place.types)
    versions = f"SELECT type, record_id FROM record_version WHERE entry LIKE 'entry %' AND record_id >= {FIRST_ID}"
    shown, faults, beside = 0, [], set()
    for person, subject in place.people().items():
        right = {(name, one) for name in place.types for one in place.ids(name, lambda kind, labels, who=subject: reached(kind, who, labels))}
        read = {(name, one) for name in place.types
                for one in place.ids(name, lambda kind, labels, who=subject: policy.allowed(kind, who, "read", labels))}
        beside |= {name for name, _ in right - read}
        for query, wanted in ((rows, right), (versions, {(name, one) for name, one in right if one % 5 == 0})):
            seen = {(name, int(one)) for name, one in place.alone(person, query)}
            shown += len(seen)
            if seen != wanted:
                faults.append(f"{person}: foreign {sorted(seen - wanted)[:5]}, missing {sorted(wanted - seen)[:5]}")
    print(f"# {len(place.types)} types, {len(place.people())} people, {shown} rows seen (SEED={SEED})")
    assert not faults, " | ".join(faults)
    assert beside <= ACTED_ON, beside
    assert shown > 4000, shown


def one_of_each_role(place):
    drawn = list(place.people().items())
    random.Random(SEED).shuffle(drawn)
    return {frozenset(subject.roles): (person, subject) for person, subject in drawn}.values()


def test_the_api_lists_reads_and_changes_what_the_policy_says(place):
    cells = [matrix.Cell("api", f"{name} by {person}", lambda p=person, s=subject, n=name: asked(place, p, s, n))
             for person, subject in one_of_each_role(place) for name in place.types]
    faults = [cell.named(fault) for cell, fault in door.together(place.door, cells).items() if fault]
    print(f"# {len(cells)} lists")
    assert not faults, f"{len(faults)} cells: " + " | ".join(faults[:5])


def asked(place, person, subject, name):
    kind, records, who = place.types[name], place.records[name], door.Later(place.world[person])
    visible = place.ids(name, lambda kind, labels: policy.allowed(kind, subject, "read", labels))
    closed = not policy.rules_for(kind, subject, "read", None)
    reply = yield who.get(f"/records/{name}?limit=500&fields=id")
    matrix.expect(reply, 403 if closed else 200, "list")
    if not closed:
        found = {item["id"] for item in reply.json["items"]}
        assert found & set(records) == visible, f"{sorted(found & set(records) ^ visible)} are shown or hidden"
        assert reply.json["total"] == len(found), f"total {reply.json['total']}, not {len(found)}"
    one = random.Random(f"{SEED} {name} {person}").choice(sorted(records))
    reply = yield who.get(f"/records/{name}/{one}")
    matrix.expect(reply, 200 if one in visible else 404, f"get {one}")
    ok = policy.allowed(kind, subject, "change", records[one]) and kind.get("written_by", "people") == "people"
    refused = 401 if person == "public" else 403 if one in visible else 404
    reply = yield who.change(name, one, matrix.NO_VERSION, {})
    matrix.expect(reply, 409 if ok else refused, f"change {one}")


def test_the_api_reads_through_the_fence(place):
    """Closed to everybody, it hides what the kernel would show."""
    who = place.world["province_officer"]
    seen = iter(sorted(place.ids("demand", lambda kind, labels: policy.allowed(kind, place.world.subjects["province_officer"], "read", labels))))

    def total():
        return who.get(f"/records/demand?filter=id={next(seen)}").json["total"]
    [(rule,)] = client.ask_sql(place.world, r"SELECT replace(qual, E'\n', ' ') FROM pg_policies WHERE policyname = 'zy_fence'"
                               " AND tablename = 'record_demand'")
    assert total() == 1
    client.run_sql(place.world, ["ALTER POLICY zy_fence ON record_demand USING (false)"])
    assert total() == 0
    client.run_sql(place.world, [f"ALTER POLICY zy_fence ON record_demand USING ({rule})"])
    assert total() == 1


if __name__ == "__main__":
    if os.path.isdir("/dev/shm"):  # what a power cut would leave is not asked here
        tempfile.tempdir = "/dev/shm"
    PLACE = Place()
    try:
        tap.run(sys.modules[__name__], PLACE)
    finally:
        PLACE.close()
