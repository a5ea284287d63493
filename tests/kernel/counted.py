"""What the operations on policies must say they counted over (member `read`), decided from the type files.

docs/record-types.md (facts, facts_of, fact, completes) and "Access" are the source, with the labels of the
records that are there: for each kind of record how many of the party who asks may read, whether that
is all there could be, whether a list statement closes the list, which fields he does not see or sees
masked. Nothing here asks the program.
"""
import contextlib
import os

import bodies
import client
import matrix
import policy

ON = "2026-01-01"  # statements of lists cover later days than anybody asks about
FOR_EVER = "2099-12-31"
PACK = "sc-yunying-2025"


@contextlib.contextmanager
def off(*words):
    """Checks that are passed over meanwhile."""
    policy.OFF.update(words)
    try:
        yield
    finally:
        policy.OFF.clear()


def fact_of(field):
    """The key that a field gives, or None."""
    if field.get("retired") == "true" or field.get("fact") == "none":
        return None
    return field.get("fact") or (None if field["type"] == "computed" else field["name"])


class Counted:
    def __init__(self, world):
        self.world = world
        with open(os.path.join(bodies.ROOT, "types", "facts.yaml"), encoding="utf-8") as file:
            self.lists = {one["name"]: one for one in bodies.yaml.load(file, Loader=bodies.READER)["facts"]}
        self.kinds = {name: kind for name, kind in world.types.items() if kind.get("facts") in self.lists}
        self.rows, self.known, self.same = None, {}, {}

    # --- records to count ---------------------------------------------------------------------------

    def make(self):
        """Of a party and of an office: a record of each kind in each state, one at each other level, one of a
        policy's own; and statements of each list by each of them."""
        statements, number = [], 10000  # lists of types with numbers from 20000 on would come from columns
        for unit in ("centreA", "office51"):
            code, region = self.code(unit), client.UNITS[unit][2]
            for name, kind in self.kinds.items():
                of = kind.get("facts_of", "owner")
                owner = unit if of == "owner" else "office51"
                states, level = matrix.states_of(kind), matrix.secrecy_of(kind)
                wanted = [(state, level, None) for state in states]
                wanted += [(states[0], other, None) for other in {0, 1, 2} - {level}]
                if any(f["name"] == "programme" for f in kind["fields"]):
                    wanted += [(states[0], level, PACK), (states[0], level, matrix.PROGRAMME)]
                for state, secrecy, programme in wanted if of != "province" or unit == "office51" else ():
                    number += 1
                    more = {"programme": programme, "party": code if of == "party" else None}
                    statements.append(self.insert(name, number, owner, state, secrecy, more))
            for at, listed in enumerate(self.lists):
                for owner in ("centreA", "office51") if at % 2 else (unit,):
                    number += 1
                    kind = self.world.types["list_statement"]
                    state = matrix.states_of(kind)[at % len(matrix.states_of(kind))]
                    statements.append(self.insert("list_statement", number, owner, state, (1, 2)[at % 5 == 4], {
                        "party": code, "list": listed, "up_to": FOR_EVER}))
            assert region
        client.run_sql(self.world, statements)

    def code(self, unit):
        return bodies.credit_code(900000 + list(client.UNITS).index(unit))

    def insert(self, name, number, owner, state, secrecy, more):
        region, by = client.UNITS[owner][2], self.world["centre_staff"].account
        city = f"'{region[:4]}'" if region[2:4] != "00" else "NULL"
        more = {column: value for column, value in more.items() if value}
        columns, values = "".join(f", {c}" for c in more), "".join(f", '{v}'" for v in more.values())
        return (f"INSERT INTO record_{name} (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, "
                f"created_ms, created_by, changed_ms, changed_by{columns}) VALUES ({number}, 1, '{state[0]}', "
                f"{self.world.units[owner]}, {city}, '{region[:2]}', {secrecy}, {int(state[1])}, 1, {by}, 1, 0{values})")

    def read_rows(self):
        """{type: [(labels, party's code, row)]} of all records that are there."""
        self.rows = {}
        for name, kind in {**self.kinds, "list_statement": self.world.types["list_statement"]}.items():
            naming = {rule["named"] for rule in kind["access"] if rule["relation"] == "named"}
            columns = [f["name"] for f in kind["fields"] if f["name"] in {"programme", "party", "list", "up_to"} | naming]
            given = {}
            for one, account, unit in client.ask_sql(self.world, "SELECT record_id, account, unit FROM assignment WHERE type = "
                                                     f"'{name}' AND kind = 'do' AND to_ms IS NULL"):
                accounts, units = given.setdefault(one, (set(), set()))
                accounts |= {int(account)} if account else set()
                units |= {int(unit)} if unit else set()
            self.rows[name] = []
            for row in client.ask_sql(self.world, "SELECT id, owner_unit, owner_city, owner_province, created_by, state, secrecy, "
                                      f"published{''.join(', ' + c for c in columns)} FROM record_{name} WHERE ended_ms IS NULL"):
                one, unit, city, province, by, state, secrecy, published, *rest = row
                more = dict(zip(columns, rest))
                labels = policy.Labels(int(unit), city + "00" if city else province + "0000", int(by), state, int(secrecy),
                                       published == "1", more.get("programme") or None)
                labels.accounts, labels.units = given.get(one, (set(), set()))
                labels.named = {field: unit for field in naming for whose, unit in self.world.units.items() if self.code(whose) == more[field]}
                self.rows[name].append((labels, more))

    # --- what is to be said -------------------------------------------------------------------------------

    def of_unit(self, name, unit):
        """The records of a kind whose facts are those of a unit, for the policy."""
        of, region = self.world.types[name].get("facts_of", "owner"), client.UNITS[unit][2]
        for labels, more in self.rows[name]:
            whose = {"owner": labels.owner_unit == self.world.units[unit], "party": more.get("party") == self.code(unit),
                     "province": labels.region[:2] == region[:2]}[of]
            if whose and (name == "list_statement" or labels.programme in (None, PACK)):
                yield labels, more

    def reads_all(self, kind, subject, unit):
        """Could a record of this kind be hidden? Asked of every state, of a record that nobody in person made."""
        own, region = kind.get("facts_of", "owner") == "owner", client.UNITS[unit][2]
        return all(policy.allowed(kind, subject, "read", policy.Labels(
            self.world.units[unit] if own else 0, region if own else region[:2] + "0000", 0, state, matrix.secrecy_of(kind), public,
            PACK)) for state, public in matrix.states_of(kind))

    def may_state(self, listed, labels, unit):
        """Who keeps a list says that it is complete: the party, or else its office; what the program keeps, nobody."""
        kinds = [k for k in self.kinds.values() if k["facts"] == listed]
        if all(k.get("kept") == "here" for k in kinds):
            return False
        if all(k.get("facts_of", "owner") == "owner" and k["owner"] == "unit" and k.get("written_by", "people") == "people"
               for k in kinds):
            return labels.owner_unit == self.world.units[unit]
        offices = {self.world.units[name] for name, (core, _, _) in client.UNITS.items() if core == "office"}
        region = client.UNITS[unit][2]
        return labels.owner_unit in offices and labels.region[:2] == region[:2] and (
            labels.region[2:4] == "00" or labels.region[:4] == region[:4])

    def lists_stated(self, subject, unit):
        """Lists that a statement which he may read closes."""
        kind = self.world.types["list_statement"]
        return {more["list"] for labels, more in self.of_unit("list_statement", unit) if more["up_to"] == FOR_EVER
                and self.may_state(more["list"], labels, unit) and policy.allowed(kind, subject, "read", labels)}

    def stated(self, subject, unit):
        key = (id(subject), unit)
        if key not in self.known:
            self.known[key] = self.lists_stated(subject, unit)
        return self.known[key]

    def gives(self, kind, for_report):
        """Names of the fields that give facts to a report, or to a verdict."""
        only = self.lists[kind["facts"]].get("report", [])
        return {f["name"]: f for f in kind["fields"] if fact_of(f) and (for_report or fact_of(f) not in only)}

    def of_type(self, name, subject, unit, for_report, without=()):
        """(records, all, stated, hidden, masked), or None: not spoken of. `without`: ends of names of checks that are off."""
        kind = self.kinds[name]
        if not for_report and self.lists[kind["facts"]].get("report") == ["all"]:
            return None
        rows, everything = ([one.removeprefix(begin) for one in without if one.startswith(begin)] for begin in (
            "facts decide ", "facts all decide "))
        with off(*rows):
            read = [labels for labels, _ in self.of_unit(name, unit) if policy.allowed(kind, subject, "read", labels)]
            fields = [policy.fields(kind, subject, "read", labels) for labels in read]
            plain = [policy.unmasked(kind, subject, labels) for labels in read]
        with off(*everything):
            every = self.reads_all(kind, subject, unit)
        stated = kind["facts"] in self.stated(subject, unit) or (kind.get("kept") == "here" and every)
        gives = self.gives(kind, for_report)
        hidden = {f for f in gives if "facts fields" not in without and any(f not in seen for seen in fields)}
        masked = {f for f, field in gives.items() if field["type"] == "person" and "facts plain" not in without
                  and any(f not in seen for seen in plain)}
        return (len(read), every, stated, hidden, masked) if read or not every or stated else None

    def expected(self, subject, unit, for_report):
        if self.rows is None:
            self.read_rows()
        key = (id(subject), unit, for_report)
        if key not in self.known:
            found = {name: self.of_type(name, subject, unit, for_report) for name in self.kinds}
            self.known[key] = (subject, {name: told for name, told in found.items() if told})
        return self.known[key][1]

    def same_without(self, checks, subject, unit, for_report):
        """Would the tables have the same said without these checks, all of one kind?"""
        key = (tuple(checks), id(subject), unit, for_report)
        if key not in self.same:
            name, rests = checks[0].partition(" ")[0], [check.partition(" ")[2] for check in checks]
            if name == "list_statement" and all(rest.startswith("facts decide ") for rest in rests):
                with off(*(rest.removeprefix("facts decide ") for rest in rests)):
                    without = self.lists_stated(subject, unit)
                self.same[key] = without == self.lists_stated(subject, unit)
            else:
                self.same[key] = name not in self.kinds or self.of_type(name, subject, unit, for_report, rests) == self.expected(
                    subject, unit, for_report).get(name)
        return self.same[key]


class Told:
    """What one operation says of one unit; `at`: where in its reply (None: in none, for it is a file)."""

    def __init__(self, counted, unit, for_report, at=lambda body: body):
        self.counted, self.unit, self.for_report, self.at = counted, unit, for_report, at

    def check(self, subject, reply):
        if not self.at:
            return
        said = {one["type"]: (one["records"], one["all"], one["stated"], set(one["hidden"]), set(one["masked"]))
                for one in self.at(reply.json)["read"]}
        wanted = self.counted.expected(subject, self.unit, self.for_report)
        wrong = {name: (said.get(name), wanted.get(name)) for name in {*said, *wanted} if said.get(name) != wanted.get(name)}
        assert not wrong, f"counted over (said, wanted): {wrong}"

    def same_without(self, checks, subject):
        """Of checks that begin alike, and that `decides` says are about what is counted, or whether there is such a unit."""
        words, kind, labels = checks[0].split(" "), self.counted.world.types[client.UNITS[self.unit][0]], self.unit_labels()
        reads = policy.allowed(kind, subject, "read", labels)
        if words[1] == "where":
            with off(*(" ".join(check.split(" ")[2:]) for check in checks)):
                return words[0] != kind["name"] or policy.allowed(kind, subject, "read", labels) == reads
        return not reads or self.counted.same_without(checks, subject, self.unit, self.for_report)

    def unit_labels(self):
        return unit_labels(self.counted.world, self.unit)


def with_another(check):
    """The check with one that could stand behind it."""
    begin, _, word = check.rpartition(" ")
    if begin.endswith(" read"):
        yield from ([check, f"{begin} {other}"] for other in ("relation", "role", "state", "secrecy", "verb") if other != word)


def decides(check):
    """Is it a check of what is counted over, or of whose it is?"""
    words = check.split(" ")
    return words[1] == "facts" or words[1:3] == ["where", "read"]


def unit_labels(world, unit):
    """Of the world's units: they own themselves, and nobody in person made them."""
    return policy.Labels(world.units[unit], client.UNITS[unit][2], 0, "active", policy.LEVELS["internal"], False)
