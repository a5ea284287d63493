#!/usr/bin/env python3
"""races.py A B [--times N]: what happens at the moment of a recognition, in two programs.

A case stands before the second person. He confirms, and at the same moment something else is asked: an objection is
entered, his role ends, another one confirms, a sheet of the panel is opened again, the call is closed. What comes of it
is what comes of the two one after the other, in one order or the other: nothing else is allowed, N times each (200).
Told are the outcomes that are allowed in one program alone, and those that were not allowed; the status is 1 then.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import copy
import json
import os
import shutil
import sys
import tempfile
import time
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", ".."), os.path.join(HERE, "..", "..", "tools")]
import played  # noqa: E402,F401: it finds the helpers of other tests
import client  # noqa: E402
import makers  # noqa: E402
import races_test  # noqa: E402
import scenario  # noqa: E402
import store  # noqa: E402
import test as runner  # noqa: E402

STATE = {"case": "SELECT stage, state FROM flow_case", "recognitions": "SELECT count(*) FROM record_recognition",
         "centres": "SELECT state, count(*) FROM record_centre GROUP BY 1", "objections": "SELECT state, count(*) FROM record_objection GROUP BY 1",
         "proposals": "SELECT state, count(*) FROM proposal WHERE type = 'case' GROUP BY 1", "call": "SELECT state FROM record_call",
         "sheets": "SELECT state, count(*) FROM panel_sheet GROUP BY 1", "steps": "SELECT kind, step, count(*) FROM flow_step GROUP BY 1, 2 ORDER BY 1, 2",
         "papers": "SELECT paper, count(*) FROM case_paper GROUP BY 1 ORDER BY 1", "log": "SELECT count(*) FROM log_entry WHERE body LIKE '%\"case\"%'"}


class Ready:
    """The store of the case, stopped; one copy of it for each race."""

    def __init__(self, zhiyun):
        self.zhiyun = zhiyun
        steps = scenario.read(os.path.join(HERE, "ready.scenario"))
        shim = os.path.join(os.path.dirname(zhiyun), "tests", "clock.so")
        self.run = run = scenario.Run(zhiyun, shim, makers, steps[0].lines[0].removeprefix("at "))
        for step in steps:
            run.step(step)
        world, saved = run.world, run.saved
        world.add_person("second_leader", "office51", "province_leader")
        world.add_person("province_second", "office51", "province_officer")
        client.run_sql(world, ["UPDATE role_grant SET created_ms = created_ms - 1728000000"])  # in office for some time
        case, call = saved["case_centreA"], saved["call"]
        grant = client.ask_sql(world, f"SELECT id FROM role_grant WHERE state = 'active' AND account = {world['province_leader'].account}")[0][0]
        panel, sheet = client.ask_sql(world, "SELECT panel, id FROM panel_sheet ORDER BY id LIMIT 1")[0]
        recognise = ("POST", f"/cases/{case}/actions/recognise", {})
        self.confirms = ("province_leader!", *recognise)
        self.races = {
            "an objection": ("province_second", "POST", f"/cases/{case}/actions/object",
                             {"reason": "虚构", "records": {"objection": {"ground": "虚构理由", "content": "虚构事实"}}}),
            "the end of his role": ("secadmin!", "POST", f"/grants/{grant}/end", {"reason": "虚构"}),
            "another who confirms": ("second_leader!", *recognise),
            "a sheet opened again": ("province_officer!", "POST", f"/panels/{panel}/sheets/{sheet}/actions/reopen", {"reason": "虚构"}),
            "the call closed": ("province_officer", "POST", f"/records/call/{call}/actions/close?reason=虚构", {}),
        }
        asks = {self.confirms[0], *(other[0] for other in self.races.values())}
        self.people = {who: makers.signed_in(world, who[:-1]) if who.endswith("!") else run.who(who) for who in asks}
        self.now = run.now()
        world.server.stop()

    @contextlib.contextmanager
    def copied(self):
        """(server, {who: person}) of a copy, at the moment at which the case was ready."""
        folder = tempfile.mkdtemp(prefix="zhiyun-races-")
        clock, server = scenario.wire.Clock(self.run.clock.library), client.Server(self.zhiyun, os.path.join(folder, "data"), said=2)
        try:
            shutil.copytree(self.run.world.data, server.data)
            clock.base = self.now - time.time()
            clock.before(server)
            server.start()
            yield server, {who: moved(person, server) for who, person in self.people.items()}
        finally:
            if server.process:
                server.process.kill()
                server.process.wait()
            clock.close()
            shutil.rmtree(folder)

    def outcome(self, race, together):
        """What came of the two asked by `together`: whether each was done, and what stands in the store then."""
        with self.copied() as (server, people):
            def ask(who, method, path, body):
                status = people[who].ask(method, path, body).status  # who came too late is refused in several ways
                return "done" if status < 400 else "refused" if status < 500 else status
            replies = together([lambda: ask(*self.confirms), lambda: ask(*self.races[race])])
            return json.dumps([replies, {name: store.run(server.data, query) for name, query in STATE.items()}], ensure_ascii=False, default=str)

    def allowed(self, race):
        """The outcomes of the two one after the other."""
        return {self.outcome(race, lambda calls: [call() for call in calls]),
                self.outcome(race, lambda calls: [call() for call in calls[::-1]][::-1])}


def moved(person, server):
    """The same, who asks another server."""
    other = copy.copy(person)
    if isinstance(person, client.Browser):
        other.world, other.person = types.SimpleNamespace(server=server), moved(person.person, server)
    else:
        other.server, other.connection = server, None
    return other


def main():
    words = argparse.ArgumentParser(usage=__doc__)
    words.add_argument("programs", nargs=2)
    words.add_argument("--times", type=int, default=200)
    words.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    asked, began, differences = words.parse_args(), time.monotonic(), 0
    with runner.scratch(), concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        ready = [Ready(os.path.abspath(program)) for program in asked.programs]
        for race in ready[0].races:
            allowed = [one.allowed(race) for one in ready]
            for outcome in sorted(allowed[0] ^ allowed[1]):
                differences += 1
                print(f"{race}: allowed in {'the first' if outcome in allowed[0] else 'the second'} alone: {outcome}")
            for number, one in enumerate(ready):
                seen = collections.Counter(pool.map(lambda _, one=one: one.outcome(race, races_test.at_once), range(asked.times)))
                for outcome in seen.keys() - allowed[number]:
                    differences += seen[outcome]
                    print(f"{race}: not allowed, {seen[outcome]} times in {asked.programs[number]}: {outcome}")
                print(f"# {race}: {'first' if number == 0 else 'second'} program {asked.times} times, each of the allowed "
                      f"{[seen[outcome] for outcome in sorted(allowed[number])]} times", flush=True)
        for one in ready:
            one.run.close()
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"{2 * asked.times * len(ready[0].races)} races, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
