#!/usr/bin/env python3
"""writers.py BUILD [ZHIYUN…]: what 1 to 32 writers do in a second over HTTP: deals made and changed, steps of cases, imports.

The program of BUILD and the others named are measured in turn, row by row, each on SQLite and on PostgreSQL: a server of its own that
syncs every commit (tools/pg.py), whose settings are printed and which looks at its tables (ANALYZE) before each row, as autovacuum does
where it is on. Two servers of one PostgreSQL store share the writers of the rows "by two servers".

Each deal is given the next number of its unit, and has sides and parties. Each writer changes a deal of its own. A step is one that a
city takes with an application: four with each of forty-eight applications, when what their papers ask of
the machine is done. An import has 200 publications.
SECONDS (10) a row of deals; KINDS (steps,imports,changes,creates); bench/load asks for deals, on the server's own cores.
"""
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
if os.environ.get("DB") != "postgres":
    os.execvp(sys.executable, [sys.executable, os.path.join(ROOT, "tools", "pg.py"), "run", "--synced", sys.executable, *sys.argv])
sys.path.insert(0, os.path.join(ROOT, "tests", "programmes"))
BUILD = os.path.abspath(sys.argv[1])
PROGRAMS = [os.path.join(BUILD, "zhiyun"), *map(os.path.abspath, sys.argv[2:])]
sys.argv[1] = PROGRAMS[0]  # the tests' modules are told the program
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import makers  # noqa: E402

UNITS = 8
SECONDS = os.environ.get("SECONDS", "10")
KINDS = os.environ.get("KINDS", "steps,imports,changes,creates").split(",")
ROWS = ((1, 1), (4, 1), (8, 1), (8, 8), (32, 8))
STORES = ("sqlite", "postgres")
PACK, REGION = "sc-yunying-2025", "510100"
CASES = 48  # of a row
COLUMNS = "公开号,标题,摘要,申请人,法律状态"
SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'plan_cache_mode', 'server_version')"


class Side:
    """One program on one store, and a second server of it on PostgreSQL."""

    def __init__(self, program, store):
        os.environ["DB"] = store
        self.run = scenario.Run(program, os.path.join(BUILD, "tests", "clock.so"), makers, "2026-02-02 09:00")
        self.world = self.run.world
        for n in range(UNITS + 32):
            name = f"unit{n}"
            done = self.world[client.FIRST].create("party", {"name": f"虚构{name}", "kind": "party", "region": REGION,
                                                             "credit_code": client.bodies.credit_code(700000 + n)})
            assert done.status == 201, done
            self.world.units[name] = done.json["id"]
            self.world.add_person(name, name, "centre_manager")
            makers.PEOPLE[name], makers.CITY[name] = name, REGION
        makers.make_activate(self.world, PACK)
        self.call = makers.make_call(self.world, PACK, "2026-02-01", "2026-12-31")["call"]
        self.first, self.second, self.applied = self.world.server, None, 0
        if store == "postgres":
            self.folder = tempfile.mkdtemp(prefix="zhiyun-writers-")
            self.second = client.Server(program, os.path.join(self.folder, "data"), self.first.store)
            shutil.copytree(self.world.data, self.second.data, ignore=shutil.ignore_patterns("index", "*.lock", "LOCK"))
            self.run.clock.before(self.second)

    def measured(self, kind, servers, *row):
        """By its first server alone, or with the second, which runs only then."""
        if self.second:
            client.run_sql(self.world, ["ANALYZE"])
        if servers == 1:
            return kind(self, [self.first], *row)
        self.second.start()
        try:
            return kind(self, [self.first, self.second], *row)
        finally:
            self.second.stop()

    def close(self):
        if self.second:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.run.close()


def loaded(side, servers, writers, units, *what):
    """What a second all processes of bench/load do, and the longest that 99 of 100 requests of one of them take."""
    each = max(1, writers // units // len(servers))
    running = []
    for n in range(units):
        for server in servers:
            kind, text = what[0], what[1](n, each)
            running.append(subprocess.Popen([os.path.join(BUILD, "bench", "load"), str(server.port), side.world[f"unit{n}"].token, str(each),
                                             SECONDS, kind, text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    answers = [(process.communicate(), process.returncode) for process in running]
    if any(code for _, code in answers):
        sys.exit(next(why for (_, why), code in answers if code))
    done = [json.loads(out) for (out, _), _ in answers]
    return sum(d["per_second"] for d in done), max(d["p99_ms"] for d in done)


def creates(side, servers, row, writers, units):
    return loaded(side, servers, writers, units, "create", lambda n, each: f"HT-{row}-{len(servers)}-{time.monotonic_ns()}-{n}")


def changes(side, servers, row, writers, units):
    def first_of(n, each):
        who = side.world[f"unit{n}"]
        made = [who.create("deal", {"type": "transfer", "title": "虚构"}).json["id"] for _ in range(each)]
        assert made[-1] - made[0] == each - 1, "others make deals"
        return str(made[0])
    return loaded(side, servers, writers, units, "change", first_of)


def timed(jobs):
    """Each list of jobs by a thread of its own, one after the other: how many a second, and the time of 99 of 100."""
    took = []

    def work(mine):
        for job in mine:
            begun = time.monotonic()
            job()
            took.append(time.monotonic() - begun)
    threads = [threading.Thread(target=work, args=(mine,)) for mine in jobs]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == sum(map(len, jobs)), "a writer failed"
    return len(took) / (time.monotonic() - begun), 1000 * sorted(took)[(99 * (len(took) - 1)) // 100]


def hands(side, name, servers, count):
    """The same person on connections of its own."""
    made = [copy.copy(side.world[name]) for _ in range(count)]
    for at, person in enumerate(made):
        person.server, person.connection = servers[at % len(servers)], None
    return made


def steps(side, servers, row, writers, units):
    """Each writer an officer of the city with applications of its own."""
    officer = makers.OFFICES[REGION[:2]][0]

    def jobs(hand):
        for _ in range(max(1, CASES // writers)):
            party = f"unit{UNITS + side.applied % 32}"
            side.applied += 1
            makers.make_admitted(side.world, party, PACK, 1, side.call)
            case = makers.make_applied(side.world, PACK, party, f"虚构产业{side.applied}", side.call)[f"case_{party}"]
            for action in ("accept", "check-eligibility", "check-materials", "recommend"):
                yield lambda case=case, action=action: makers.step(hand, case, action, {"reason": "虚构：符合"})

    work = [list(jobs(hand)) for hand in hands(side, officer, servers, writers)]
    while client.ask_sql(side.world, "SELECT count(*) FROM job WHERE state IN ('queued', 'running')")[0][0] not in (0, "0"):
        time.sleep(0.2)
    return timed(work)


def imports(side, servers, row, writers, units):
    def job(hand, at):
        rows = [f"CN{at * 1000 + n:09d}A,虚构的钠离子电池{n},一种虚构的钠离子电池隔膜及其制备方法{n},虚构公司{n % 17},审中" for n in range(200)]
        done = hand.ask("POST", f"/imports?name=x{at}.csv&source=patsnap", raw="\n".join([COLUMNS, *rows]).encode())
        assert done.status == 200, done
    base = 100000 + int(time.monotonic() * 10) % 90000 * 10
    return timed([[lambda hand=hand, at=base + 5 * k + i: job(hand, at) for i in range(3)]
                  for k, hand in enumerate(hands(side, "province_officer", servers, writers))])


def main():
    sides = {(program, store): Side(program, store) for program in PROGRAMS for store in STORES}
    try:
        for (_, store), side in sides.items():
            if store == "postgres":
                side.measured(creates, 1, "first", 8, 8)
        print(*("=".join(row) for row in client.ask_sql(sides[PROGRAMS[0], "postgres"].world, SETTINGS)))
        print(f"{'writers, units':34}" + "".join(f"{store + ' /s':>14} {'p99 ms':>9}" for _, store in sides) + "   postgres / sqlite")
        for kind in KINDS:
            for row, (writers, units) in enumerate(ROWS):
                if kind in ("steps", "imports") and (writers, units) == (8, 8):
                    continue  # they are no unit's
                for servers in (1, 2) if writers == 8 else (1,):
                    out, rates = "", []
                    for side in sides.values():
                        if servers > 1 and not side.second:
                            rates.append(rates_of_one[len(rates)])
                            out += f"{'–':>14} {'–':>9}"
                            continue
                        rate, p99 = side.measured(globals()[kind], servers, row, writers, units)
                        rates.append(rate)
                        out += f"{rate:>14.1f} {p99:>9.1f}"
                    rates_of_one = rates
                    by = " by two servers" if servers == 2 else ""
                    print(f"{kind} {writers}, {units}{by}".ljust(34) + out +
                          "   " + " ".join(f"{rates[i + 1] / rates[i]:.2f}" for i in range(0, len(rates), 2)), flush=True)
    finally:
        for side in sides.values():
            side.close()


if __name__ == "__main__":
    main()
