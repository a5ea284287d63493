#!/usr/bin/env python3
"""faults_test.py ZHIYUN SHIM: the n-th file call fails, once or from then on (D3).

Each scenario runs once to count its calls of a kind; then again and again with one of them failing.
Whatever fails: the server does not crash and answers with a result or an error of its own; when the
fault is lifted and the server started again, everything acknowledged is there and nothing half. After
a failed fsync of the store no write is acknowledged before that start. POINTS (3 of each scenario, LONG=1: 4;
0: every one), SEED.
"""
import errno
import http.client
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import types

import load
import powercut
import client
import tap
from bodies import workbook

del os.environ["ZHIYUN_UNSYNCED"]  # what is acknowledged is on the disk

ZHIYUN, SHIM = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
POINTS = int(os.environ.get("POINTS", "4" if os.environ.get("LONG") else "3"))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 31)))
WRITER = "writer0"
WAYS = [  # kinds of calls, error, short write first
    (powercut.SYNC_CALL, errno.EIO, False),
    (powercut.WRITE_CALL, errno.EIO, False),
    (powercut.WRITE_CALL, errno.ENOSPC, True),
    (powercut.WRITE_CALL, errno.EINTR, False),
    (powercut.READ_CALL, errno.EIO, False),
    (powercut.READ_CALL, errno.EINTR, False),
    (powercut.OPEN_CALL, errno.EIO, False),
    (powercut.TRUNCATE_CALL | powercut.RENAME_CALL | powercut.UNLINK_CALL, errno.EIO, False),
]
# A call that is interrupted for ever is no fault of a disk: everybody asks again.
SHAPES = [(way, sticky) for way in WAYS for sticky in (False, True) if not (sticky and way[1] == errno.EINTR)]


class Faults:
    def __init__(self):
        self.chance = random.Random(SEED)
        self.beside = tempfile.mkdtemp(prefix="zhiyun-ledger-")
        self.ledger = load.Ledger(os.path.join(self.beside, "ledger"))
        self.world = client.World(ZHIYUN, people=load.PEOPLE)
        self.server = self.world.server
        self.run = load.Load(self.world, self.ledger, SEED)
        self.shim = powercut.Shim(SHIM, self.world.data)
        self.shim.around(self.server)
        self.server.stop()
        self.points, self.hit, self.refused, self.other = 0, 0, 0, []
        self.server.start()

    def close(self):
        self.shim.set()
        self.world.close()
        self.shim.close()
        self.ledger.close()
        shutil.rmtree(self.beside)

    def ask(self, method, path, body=None, raw=None):
        """The answer; None where the connection ended without one. Only a fault may cause 5xx."""
        person = self.world[WRITER]
        self.run.drop_connection(WRITER)
        try:
            answer = person.ask(method, path, body, raw=raw)
        except (http.client.HTTPException, OSError):
            return None
        assert answer.status < 400 or answer.status >= 500, f"{method} {path}: {answer}"
        self.inside(answer)
        self.refused += answer.status >= 500
        return answer

    def inside(self, answer):
        """A refusal names neither a place of this machine nor the store's own words."""
        said = str(answer)
        assert answer.status < 400 or not re.search(r"sqlite|postgresql:|constraint|SQLSTATE|\.db\b", said), said
        assert answer.status < 400 or self.world.data not in said, said

    def write(self, do, path, version=0, one=0, body=None, method="POST"):
        """A write that the ledger knows. Whether it was acknowledged."""
        key = f"{WRITER}-{self.run.next_number()}"
        sent = {"key": key, "method": method, "path": path.replace("{key}", key), "type": "demand", "id": one,
                "version": version, "body": {"title": key, **body} if body is not None else {}, "do": do}
        self.ledger.intend(key, sent)
        self.run.drop_connection(WRITER)
        try:
            answer = load.Request.send(self.world[WRITER], sent)
        except (http.client.HTTPException, OSError):
            return None
        if answer.status in (200, 201):
            self.run.acknowledge(WRITER, sent, answer)
            return answer.json
        assert answer.status >= 500, f"{sent}: {answer}"
        self.inside(answer)
        self.refused += 1
        return None

    def create(self):
        return self.write("create", "/records/demand", body={"text": "虚构"})

    def started_again(self):
        """Without any fault: what was acknowledged is there."""
        self.shim.set()
        if self.server.process.poll() is None:
            self.server.kill()
        self.server.start()
        lost = self.run.lost()
        assert not lost, f"{len(lost)} acknowledged writes lost, the first: {lost[:3]}"
        for sort, one, version, entry in self.other:
            assert self.run.read(f"SELECT count(*) FROM record_version WHERE type = '{sort}' AND record_id = "
                                 f"{one} AND version = {version} AND entry = '{entry}'") == [(1,)], (sort, one)
        self.run.settle_unknown()

    def alive(self):
        code = self.server.process.poll()
        assert code is None, f"the server ended with {code}"


# Scenarios: prepare(f) gives what play(f, prepared) needs; only the second meets faults. They are
# written as one generator: what stands before its yield prepares.

def create_a_record(f):
    yield
    f.create()


def change_a_record(f):
    made = f.create()
    yield
    f.write("change", f"/records/demand/{made['id']}", made["version"], made["id"], {}, "PATCH")


def act_on_a_record(f):
    made = f.create()
    yield
    f.write("close", f"/records/demand/{made['id']}/actions/close?reason={{key}}", made["version"], made["id"])


def many_at_once(f):
    yield
    items = [{"create": {"address": f"虚构{n}"}} for n in range(5)]
    answer = f.ask("POST", "/records/workplace/bulk", {"items": items})
    if answer is not None and answer.status == 200:
        assert all(i["status"] == 201 or i["status"] >= 500 or i["status"] == 200 for i in answer.json["items"]), answer
        f.other += [("workplace", i["id"], i["version"], i["entry"]) for i in answer.json["items"] if i["status"] < 300]


def list_records(f):
    f.create()
    yield
    f.ask("GET", "/records/demand?q=虚构")


def read_a_record(f):
    made = f.create()
    yield
    f.ask("GET", f"/records/demand/{made['id']}")
    f.ask("GET", f"/records/demand/{made['id']}/history")


def import_a_workbook(f):
    book = workbook([["名称", "统一社会信用代码"], *([f"虚构{n}", ""] for n in range(50))])
    before = f.run.read("SELECT count(*) FROM record_served_party")[0][0]
    yield
    answer = f.ask("POST", "/records/served_party/import?name=fictional.xlsx", raw=book)
    if answer is not None and answer.status == 200:
        f.after = lambda: f.run.read("SELECT count(*) FROM record_served_party")[0][0] - before
        f.wanted = answer.json["created"]


def upload_a_file(f):
    content = b"%PDF-1.4\n% " + f.chance.randbytes(20000).hex().encode() + b"\n%%EOF\n"
    yield
    answer = f.ask("POST", "/files?name=fictional.pdf", raw=content)
    if answer is not None and answer.status in (200, 201):
        f.wanted = content
        f.after = lambda: f.ask("GET", f"/files/{answer.json['digest']}").content


def export_a_workbook(f):
    f.create()
    yield
    f.ask("GET", "/records/demand/export.xlsx")


def search_patents(f):
    yield
    f.ask("GET", "/search?query=竹编")


def a_head_is_signed(f):
    f.create()
    yield
    time.sleep(1.0)  # the head of what was just written
    f.create()


def stop(f):
    f.create()
    yield
    f.server.process.terminate()
    code = f.server.process.wait(timeout=600)
    assert code >= 0, f"stopping ended by signal {-code}"


def start(f):
    f.create()
    f.server.stop()
    yield
    start_under_faults(f)


def start_after_a_kill(f):
    for _ in range(5):
        f.create()
    f.server.kill()
    yield
    start_under_faults(f)


def start_under_faults(f):
    """It serves, or says why not; it does not end by a signal."""
    try:
        f.server.start()
        f.create()
    except RuntimeError:
        code = f.server.process.wait(timeout=600)
        assert code > 0, f"starting ended with {code}"


def import_patents(f):
    path = os.path.join(f.beside, "patents.csv")
    f.number = getattr(f, "number", 40000000) + 100
    with open(path, "w", encoding="utf-8") as file:
        file.write("公开（公告）号,标题,摘要,公开（公告）日,申请人\n")
        file.writelines(f"CN1{f.number + n:08d}A,一种虚构机器人{n},竹编,2020-01-02,虚构公司\n" for n in range(50))
    count = f.run.read("SELECT count(*) FROM publication")[0][0]
    yield
    done = subprocess.run(f.server.command("--json", "import", path), env=f.server.env, capture_output=True,
                          text=True, timeout=600, check=False)
    assert done.returncode >= 0, f"the import ended by signal {-done.returncode}: {done.stderr}"
    f.after = lambda: f.run.read("SELECT count(*) FROM publication")[0][0] - count
    f.wanted = 50 if done.returncode == 0 else None


SCENARIOS = [create_a_record, change_a_record, act_on_a_record, many_at_once, list_records, read_a_record,
             import_a_workbook, upload_a_file, export_a_workbook, search_patents, a_head_is_signed, stop, start,
             start_after_a_kill, import_patents]
ENDS = {stop, start, start_after_a_kill}  # the server does not run before or after them
# Another process or file: the records may go on after a failed sync.
OF_OTHERS = {import_patents, upload_a_file, export_a_workbook}


def play(f, scenario, shape=SHAPES[0], fail_at=0):
    """({kind: calls}, failed) of one run."""
    (kinds, error, half), sticky = shape
    f.after = f.wanted = None
    steps = scenario(f)
    next(steps)
    f.shim.set(kinds, fail_at, error, sticky, half)
    next(steps, None)
    calls, failed = f.shim.counts(), f.shim.failures()
    if scenario not in ENDS:
        f.alive()
    if failed and kinds == powercut.SYNC_CALL and scenario not in ENDS | OF_OTHERS:
        f.shim.set()
        for _ in range(3):
            assert f.create() is None, "a write is acknowledged after a failed fsync"
    f.started_again()
    if f.wanted is not None:
        there = f.after()
        assert there == f.wanted, f"{str(f.wanted)[:50]} acknowledged, {str(there)[:50]} there"
    return calls, failed


def scenario_test(scenario):
    def test(f):
        calls, _ = play(f, scenario)
        points = [(shape, n) for shape in SHAPES
                  for n in range(1, sum(c for kind, c in calls.items() if kind & shape[0][0]) + 1)]
        whole = len(points)
        if POINTS:
            # Each shape has the same chance, however many calls of it there are.
            by_shape = [[p for p in points if p[0] == shape] for shape in SHAPES]
            by_shape = [some for some in by_shape if some]
            points = [f.chance.choice(some) for some in f.chance.sample(by_shape, min(POINTS, len(by_shape)))]
        hit = 0
        for shape, n in points:
            try:
                hit += play(f, scenario, shape, n)[1] > 0
            except Exception as fault:
                raise AssertionError(f"SEED={SEED}, call {n} of {shape}: {fault}") from fault
        f.run.check()
        f.shim.away_from(f.server)
        f.run.verify()
        f.shim.around(f.server)
        f.points, f.hit = f.points + len(points), f.hit + hit
        print(f"# {scenario.__name__}: {len(points)} of {whole} points, a call failed in {hit}", flush=True)
    return test


def test_something_failed(f):
    print(f"# {len(SCENARIOS)} scenarios, {f.points} points, a call failed in {f.hit}, {f.refused} answers of 5xx, "
          f"{len(f.ledger.done)} acknowledged, 0 lost", flush=True)
    assert f.hit >= f.points / 2 and f.refused > 0


def main():
    print(f"# SEED={SEED}", flush=True)
    module = types.SimpleNamespace()
    for scenario in SCENARIOS:
        setattr(module, f"test_{scenario.__name__}", scenario_test(scenario))
    module.test_something_failed = test_something_failed
    faults = Faults()
    try:
        tap.run(module, faults)
    finally:
        faults.close()


if __name__ == "__main__":
    main()
