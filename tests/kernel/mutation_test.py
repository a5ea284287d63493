#!/usr/bin/env python3
"""mutation_test.py ZHIYUN: each check of access is switched off in turn, and the matrix must see it.

ZHIYUN is a build with -Dmutation=true (src/access/mutation.h). First cells of a type are asked with
all checks on: they must be right, and their replies name the checks that refused something. Each pair
of a way of asking and such a check is one mutant. It is switched off, and cells of that type and way
that met it are asked again until one of them is wrong: killed. Where none is, but a second check has
now refused instead, both are switched off together: that must be killed as well ("behind").

A sample of SAMPLE cells for each way of asking comes first; what is not killed by it, or what the
type's file lets expect and the sample did not meet, is held against all cells of that way.

Prints a table by type, and survivors by name; exits 1 if there is one, or if an expected check was never
met. WORKERS processes take types in turn, each against a server of its own.
ZHIYUN_MATRIX_TYPES names the only types to ask about ("fixed": the fixed resources); SEED=n takes another sample.

Of the fixed resources (fixed.py) each pair of an operation and a check is a mutant; what stands behind
another check is switched off with it, and every name of a check in the sources must have been seen so.
"""
import collections
import multiprocessing
import multiprocessing.connection
import os
import random as rand
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import counted  # noqa: E402
import door  # noqa: E402
import fixed  # noqa: E402
import matrix  # noqa: E402
import policy  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
ONLY = os.environ.get("ZHIYUN_MATRIX_TYPES", "").split()
SEED = int(os.environ.get("SEED", "20261120"))
SAMPLE = 60
DEEPEST = 4  # checks behind each other
WORKERS = 2


def ask(cell, off=None):
    """What is wrong with a cell while some checks are off, and the checks that refused something."""
    client.Person.mutation, client.Person.asked = off, set()
    try:
        return cell.fault(), client.Person.asked
    finally:
        client.Person.mutation = None


CASE_PAGES = {f"GET /api/v1/cases/{{id}}{end}" for end in ("", "/actions", "/form", "/verdict")}
ENDPOINTS = {  # place: the endpoint it asks; a check of that is one mutant, whichever place sees it
    "get": "GET one", "history": "GET history", "change": "PATCH", "end": "POST action", "act": "POST action",
    "bulk": "POST bulk", "created": "POST", "exported": "GET export", "brought_in": "POST import",
}
IDLE = {  # (endpoint, check): why it makes no difference that could be seen
    ("GET export", "shown"): "a book has a column for every field; where it is hidden, each row leaves it empty",
}
WAYS = {  # place: what the policy is asked there, as the names of checks begin
    "get": [("decide", "read")],
    "history": [("decide", "read")], "change": [("decide", "change")], "end": [("decide", "end")],
    "act": [("decide", "act")], "bulk": [("decide", "change"), ("decide", "end")],
    "listed": [("where", "read"), ("count where", "read")], "exported": [("where", "export")],
    "created": [("decide", "create")],
}


def expected(name, kind, place):
    """Checks that the type's file must make the program ask for."""
    found = set()
    if place == "created" and kind.get("written_by", "people") != "people":
        return found
    for how, verb in WAYS.get(place, []):
        rules = [r for r in kind["access"] if (r.get("actions") if verb == "act" else verb in r.get("verbs", []))]
        if rules and (verb != "act" or kind.get("states", {}).get("transitions")):
            found.add(f"{name} {how} {verb} role")
        if place == "created":
            continue  # a record to be is the creator's own, and in its first state
        if any(r["relation"] != "any" for r in rules) and found:
            found.add(f"{name} {how} {verb} relation")
        if any("states" in r for r in rules) and found:
            found.add(f"{name} {how} {verb} state")
    return found


class Mutants:
    """The mutants of one type, (endpoint, check), and which cells met each."""

    def __init__(self, name, kind, cells, random):
        self.faults, self.met, self.asked = [], collections.defaultdict(list), 0
        self.rest = collections.defaultdict(list)  # by place: not asked yet
        self.by_cell = {}  # what refused something there with all checks on
        for cell in cells:
            self.rest[cell.place].append(cell)
        for place, there in self.rest.items():
            random.shuffle(there)
            for cell in there[:SAMPLE]:
                self.meet(cell)
            del there[:SAMPLE]
        self.never = []
        for place in list(self.rest):
            for check in expected(name, kind, place):
                if not self.knows(place, check):
                    self.meet_all(endpoint(place))
                    if not self.knows(place, check):
                        self.never.append(f"{name}: {place}: {check} never refused anything")

    def knows(self, place, check):
        """As a condition of SQL or, where records have great numbers, of columns in memory."""
        return any((endpoint(place), one) in self.met for one in (check, check.replace("where", "labels")))

    def meet(self, cell):
        fault, asked = ask(cell)
        self.asked += 1
        self.by_cell[cell] = asked
        if fault:
            self.faults.append(fault)
        for check in asked:
            if cell not in self.met[(endpoint(cell.place), check)]:
                self.met[(endpoint(cell.place), check)].append(cell)

    def meet_all(self, there):
        for place in self.rest:
            while endpoint(place) == there and self.rest[place]:
                self.meet(self.rest[place].pop())

    def killed(self, there, checks, depth=1):
        """The checks whose absence together was seen, or None."""
        behind = collections.Counter()
        for cell in self.met[(there, checks[0])]:
            fault, asked = ask(cell, ", ".join(checks))
            self.asked += 1
            if fault:
                return checks
            behind.update(asked - self.by_cell[cell])
        for check, _ in behind.most_common(3) if depth < DEEPEST else []:
            found = self.killed(there, checks + [check], depth + 1)
            if found:
                return found
        return None

    def judge(self, there, check):
        found = self.killed(there, [check])
        if not found and any(self.rest[p] for p in self.rest if endpoint(p) == there):
            self.meet_all(there)
            found = self.killed(there, [check])
        if not found and " labels " in check:  # columns are made while cells are asked: those before came from SQL
            for cell in [one for one in self.by_cell if endpoint(one.place) == there]:
                self.meet(cell)
            found = self.killed(there, [check])
        return found


def endpoint(place):
    return ENDPOINTS.get(place, "GET list")


def everybody(world, kind):
    """Every role that the type names, and one that it does not, in units that stand in each way to a
    record's: also those whom no law allows. Then the people of the world."""
    named = sorted({role for rule in kind["access"] for role in rule["roles"]})
    other = next(r for _, r in client.PEOPLE.values() if r not in named)
    for name in ("centre_manager", "city_officer", "city_other", "province_officer", "province_other",
                 "ip_centre_officer"):
        one = world.subjects[name]
        for role in named + [other]:
            yield policy.Subject(one.account, one.unit, one.region, [role], one.authorities)
    yield world.subjects["public"]
    for name in matrix.NARROW:
        yield world.subjects[name]


def everything(kind, labels):
    """Records of two owners in each state, at each level, published and not, assigned and not, of each's making."""
    owners = {}
    for one in labels.values():
        owners.setdefault(one.owner_unit, one)
        if one.programme:
            owners[one.owner_unit] = one
    owners = sorted(owners.values(), key=lambda one: one.owner_unit)
    people = {one.created_by for one in owners}
    for one in owners[:1] + owners[-1:]:
        for state, _ in matrix.states_of(kind):
            for level in (0, 1, 2):
                for published in (False, True):
                    for assigned in (set(), people):
                        for by in {one.created_by, 0}:
                            like = policy.Labels(one.owner_unit, one.region, by, state, level, published, one.programme)
                            like.accounts = assigned
                            yield like


def columns(kind, subject):
    """Fields that somebody may ever see of this type: no list has more columns for him (view.c)."""
    return set().union(*(policy.fields_of(kind, rule) for rule in policy.rules_for(kind, subject, "read", None)))


def tables_say(kind, check, there, subject, labels):
    """What the answer depends on, of those a check with this name decides about."""
    may_read = policy.allowed(kind, subject, "read", labels)
    if there == "POST":
        labels = policy.Labels(subject.unit, subject.region or "000000", subject.account, matrix.states_of(kind)[0][0],
                               matrix.secrecy_of(kind), matrix.states_of(kind)[0][1])
        return policy.allowed(kind, subject, "create", labels)
    if " may " in check or " proposals " in check:
        return [policy.allowed(kind, subject, v, labels) and not (v == "end" and matrix.stands_by_two(kind, labels.state))
                for v in ("change", "end")] + [
            policy.allowed(kind, subject, "act", labels, t["name"])
            for t in kind.get("states", {}).get("transitions", [])]
    closing = {"GET list": "read", "GET export": "export"}.get(there)
    if closing and not any(subject.roles & set(r["roles"]) and closing in r.get("verbs", []) for r in kind["access"]):
        return 403  # the whole kind is closed to who holds no such role, before any record is looked at
    if there in ("GET one", "GET history", "GET list"):
        return may_read, may_read and sorted(policy.fields(kind, subject, "read", labels)), may_read and sorted(
            policy.unmasked(kind, subject, labels))
    if there == "GET export":
        exports = may_read and policy.allowed(kind, subject, "export", labels)
        return exports, exports and sorted(policy.fields(kind, subject, "read", labels))
    verbs = [("change", None), ("end", None)] + [("act", t["name"]) for t in kind.get("states", {}).get("transitions", [])]
    return [1 if policy.allowed(kind, subject, verb, labels, action) else 2 if may_read else 3
            for verb, action in verbs if kind.get("written_by", "people") == "people" or verb == "act"]


def is_condition(words):
    """Of a page, of its total or of columns: it says which records there are, and of no field whether it is shown."""
    return words[1:3] in (["where", "read"], ["count", "where"], ["labels", "read"])


class Tables:
    """What the type's file says, without the program."""

    def __init__(self, world, kind, records):
        self.kind, self.known = kind, {}
        self.pairs = [(s, labels) for labels in everything(kind, records.labels) for s in everybody(world, kind)]

    def same_without(self, there, check):
        """Would everybody get the same of every record without this check?"""
        words = check.split(" ")
        if there == "GET list" and words[1:] in (["row", "fields"], ["row", "whose"], ["count", "shown", "whose"]):
            # each row that is there shows every column
            return all(columns(self.kind, subject) <= policy.fields(self.kind, subject, "read", labels)
                       for subject, labels in self.pairs if policy.allowed(self.kind, subject, "read", labels))
        if words[-1] not in ("role", "relation", "state", "secrecy", "verb", "action", "scope"):
            return False
        inside = words[1] in ("row", "shown", "may", "proposals")  # asked of what is read already
        if words[1] == "shown" and words[-1] in ("role", "verb"):
            return True  # view.c has cut the rules to those that somebody holds and that read
        key = (there, inside, words[1] in ("may", "proposals"), is_condition(words), " ".join(words[-2:]))
        if key not in self.known:
            self.known[key] = all(self.alike(there, check, inside, *pair) for pair in self.pairs)
        return self.known[key]

    def alike(self, there, check, inside, subject, labels):
        if inside and not policy.allowed(self.kind, subject, "read", labels):
            return True
        words = check.split(" ")
        with_it, seen = tables_say(self.kind, check, there, subject, labels), columns(self.kind, subject)
        policy.OFF.add(" ".join(check.split(" ")[-2:]))
        try:
            without = tables_say(self.kind, check, there, subject, labels)
        finally:
            policy.OFF.clear()
        if there == "GET list" and with_it != 403 and is_condition(words):
            return without[0] == with_it[0]
        if there == "GET list" and " row " in check and with_it != 403 and with_it[0] and without[0]:
            with_it, without = [(r, sorted(seen & set(shown)), plain) for r, shown, plain in (with_it, without)]
        return without == with_it


def asked_of_a_type(cell, check):
    """Checks that the cells of types kill: an action on a record, and what is read with it and not shown here;
    the rows of a form or of a case's paper, which are a list and its records read one by one; the record that
    experts score."""
    of_rows = re.match(r"(?!party |office |door )\w+ (where|count|row|shown|decide|kind|plain|fields)( |$)", check)
    of_a_form = cell.place.startswith(fixed.PAPER) and of_rows
    # What a case tells of other records: cells of its form, records that an obstacle or a criterion names. Whether the form is
    # there is decided by the application.
    of_a_case = cell.place in CASE_PAGES and of_rows and not check.startswith("case ") and not (
        cell.place.endswith("/form") and check.startswith("application decide read "))
    of_a_paper = cell.place.startswith("POST /api/v1/cases/{id}/papers/") and not check.startswith(
        ("case ", "case_papers ", "document_numbers ", "door ", "panels ")) or (
        cell.place == "POST /api/v1/cases/{id}/papers/{paper}" and check == "panels experts")  # told as its draft tells it
    of_a_list = cell.place == "GET /api/v1/cases" and re.match(r"\w+ (row|shown) ", check) or (
        cell.place in ("GET /api/v1/calls/{id}/publicity", "GET /api/v1/calls/{id}/overview") and re.match(r"case (count|row) ", check))  # of it the ids alone are read
    # Whether a list of few records comes from columns is no question of what it has (columns_leave); whose a record is, is told with
    # the record alone.
    of_a_way = re.match(r"\w+ (labels read |whose$)", check)
    # Whoever reads a secret specimen takes no step of it, a step has its own states, a title is no person's number.
    of_a_todo = cell.place == "GET /api/v1/todo" and check.endswith((" act secrecy", " act state", " plain"))
    # The records of a call say what waits for a second; its pages are read with it, and say nothing of that.
    of_a_call = cell.place.split(" ")[-1].startswith("/api/v1/calls/{id}/") and re.match(r"call (proposals |decide read verb$)", check)
    of_a_panel = cell.place.startswith("GET /api/v1/panels/") and " decide read " in check
    return of_a_way or of_a_call or of_a_case or of_a_form or of_a_paper or of_a_list or of_a_todo or of_a_panel or cell.place.endswith("specimen action") and check.startswith("specimen ") or (
        cell.place == "POST specimen" and " decide " in check) or " may " in check


class FixedMutants:
    """Those of the fixed resources. A cell tells the checks that refused it; switched off alone, then with
    those that refuse in their place, until it is answered otherwise."""

    def __init__(self, cells):
        self.faults, self.killed, self.alive, self.behind, self.asked, self.alike = [], set(), {}, set(), 0, set()
        self.pairs = []
        for cell in cells:
            fault, asked = ask(cell)
            self.asked += 1
            if fault:
                self.faults.append(fault)
            self.pairs += [(cell, check, asked) for check in sorted(asked) if not asked_of_a_type(cell, check)]
        for cell, check, asked in self.pairs:
            self.judge(cell, check, asked)
        for cell, check, _ in self.pairs:
            self.judge_with_another(cell, check)

    def judge(self, cell, check, asked):
        told = cell.same_without is not None and counted.decides(check)
        place = fixed.SAME.get(cell.place, cell.place) if told else cell.place
        if (place, check) in self.killed and (told or not cell.deep):
            return
        if told and cell.same_without([check]):
            self.alike.add((place, check))
            return
        off = [check]
        while len(off) <= DEEPEST:
            fault, now = ask(cell, ", ".join(off))
            self.asked += 1
            if fault:
                self.killed |= {(place, one) for one in off}
                self.behind |= {(place, one) for one in off[1:]}
                return
            more = sorted(now - asked - set(off))
            if not more:
                break
            off.append(more[0])
        if (place, check) not in self.killed and not self.seen_with_all(cell, place, check, asked):
            self.alive[(place, check)] = cell.where

    def seen_with_all(self, cell, place, check, asked):
        """With all that refuses in its place off at once, and what refuses then: none of it was asked before."""
        off, now = [check], asked
        while True:
            fault, now = ask(cell, ", ".join(off))
            self.asked += 1
            more = sorted(now - asked - set(off))
            if fault:
                self.killed.add((place, check))
                self.behind.add((place, check))
            if fault or not more:
                return fault is not None
            off += more

    def judge_with_another(self, cell, check):
        """Of a check without which the tables say the same of everybody: with another off as well, which alone is
        no difference either."""
        place = fixed.SAME.get(cell.place, cell.place)
        if (place, check) not in self.alike or (place, check) in self.killed or (place, check) in self.alive:
            return
        for both in counted.with_another(check):
            if cell.same_without(both[1:]) and not cell.same_without(both):
                fault, _ = ask(cell, ", ".join(both))
                self.asked += 1
                if fault:
                    self.killed.add((place, check))
                    self.behind.add((place, check))
                else:
                    self.alive[(place, check)] = cell.where
                return

    def survivors(self, root):
        """Mutants that no cell has killed, and names in the sources that none has met."""
        left = [f"{place}: {check} ({where})" for (place, check), where in sorted(self.alive.items())
                if (place, check) not in self.killed]
        seen = {check for _, check in self.killed}
        return left + [f"the sources ask \"{name}\", and no cell of the fixed resources saw it off"
                       for name in sorted(fixed.names_in_source(root) - seen)]


class Judged:
    """What came of a type, or of the fixed resources."""

    def __init__(self, name, count, faults, survivors, alike):
        self.name, self.count, self.faults, self.survivors, self.alike, self.seconds = name, count, faults, survivors, alike, 0


def judge_type(world, table, name):
    mutants = Mutants(name, world.types[name], table.cells(name), rand.Random(f"{SEED} {name}"))
    tables, count, survivors, alike = Tables(world, world.types[name], table.records[name]), collections.Counter(), mutants.never, []
    for place, check in sorted(mutants.met):
        found = mutants.judge(place, check)
        if not found and ((place, check.partition(" ")[2]) in IDLE or tables.same_without(place, check)):
            alike.append(f"{name}: {place}: {check}")
            continue
        count.update(mutants=1, killed=found is not None, behind=bool(found) and len(found) > 1)
        if found is None:
            survivors.append(f"{name}: {place}: {check}")
    count["cells"] = mutants.asked
    return Judged(name, count, mutants.faults, survivors, alike)


def judge_fixed(world):
    mutants = FixedMutants(fixed.cells(world))
    left = mutants.survivors(bodies.ROOT)
    count = collections.Counter(cells=mutants.asked, mutants=len(mutants.killed) + len(left), killed=len(mutants.killed),
                                behind=len(mutants.behind))
    return Judged("fixed resources", count, mutants.faults, left, [f"{place}: {check}" for place, check in sorted(
        mutants.alike - mutants.killed - set(mutants.alive))])


def build_world():
    world = matrix.build_world(ZHIYUN)
    world.server.door = door.Door(world.server)
    return world


def work(turn, to):
    """Against a server of its own: what comes next, until nothing is left."""
    world = build_world()
    try:
        # In the order of the matrix, where the records of a type come before those of others that name them.
        names = (["fixed"] if not ONLY or "fixed" in ONLY else []) + matrix.names_of(world, ONLY)
        while True:
            with turn.get_lock():
                at, turn.value = turn.value, turn.value + 1
            if at >= len(names):
                return
            began = time.monotonic()
            judged = judge_fixed(world) if names[at] == "fixed" else judge_type(world, matrix.Matrix(world), names[at])
            judged.seconds = time.monotonic() - began
            to.send(judged)
            if names[at] == "fixed":  # types have a world without what that made
                world.close()
                world = build_world()
    finally:
        world.close()


def judgements():
    """Each as it comes, from WORKERS processes. One that ends otherwise than well ends the test."""
    turn, workers, pipes = multiprocessing.Value("i", 0), [], []
    for _ in range(WORKERS):
        pipe, end = multiprocessing.Pipe(duplex=False)
        workers.append(multiprocessing.Process(target=work, args=(turn, end)))
        workers[-1].start()
        end.close()
        pipes.append(pipe)
    while pipes:
        for pipe in multiprocessing.connection.wait(pipes):
            try:
                yield pipe.recv()
            except EOFError:
                pipes.remove(pipe)
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers), "a worker has failed: see above"


def main():
    start = time.monotonic()
    if os.path.isdir("/dev/shm"):  # what a power cut would leave is not asked here
        tempfile.tempdir = "/dev/shm"
    totals, survivors, faults, alike = collections.Counter(), [], [], []
    line = "{:24} {:>7} {:>8} {:>7} {:>7} {:>8.1f}"
    print(f"{'type':24} {'cells':>7} {'mutants':>8} {'killed':>7} {'behind':>7} {'seconds':>8}", flush=True)

    def show(name, count, seconds):
        print(line.format(name, count["cells"], count["mutants"], count["killed"], count["behind"], seconds), flush=True)
    for one in judgements():
        show(one.name, one.count, one.seconds)
        totals.update(one.count)
        faults += one.faults
        survivors += one.survivors
        alike += one.alike
    show("all", totals, time.monotonic() - start)
    print(f"not counted, for the tables say the same without them: {len(alike)}")
    if os.environ.get("ALIKE"):
        print("\n".join(alike))
    for fault in faults:
        print(f"wrong with every check on: {fault}")
    for survivor in survivors:
        print(f"survivor: {survivor}")
    seconds = time.monotonic() - start
    print(f"{totals['killed']} of {totals['mutants']} killed, {len(faults)} wrong with every check on, {seconds:.0f} s")
    sys.exit(1 if survivors or faults or not totals["mutants"] else 0)


if __name__ == "__main__":
    main()
