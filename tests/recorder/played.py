"""Plays one scenario and keeps what was asked and answered: every request of the tests goes through client.Person.send,
which is replaced here, in the process that plays, and nowhere else."""
import ctypes
import glob
import io
import json
import mmap
import os
import random
import re
import shutil
import sys
import tempfile
import time
import types
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [TESTS, os.path.join(TESTS, "programmes")]
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import demo_made  # noqa: E402
import described  # noqa: E402
import experts  # noqa: E402
import makers  # noqa: E402
import receipts  # noqa: E402
import statements  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402,F401: an instance under test is not waited for on the disk

PROGRAMMES, API = os.path.join(TESTS, "programmes"), os.path.join(TESTS, "api", "scenarios")
HOUR_S, LATER_S = 3600, 300
SETTLE_S = 60  # after so long a round has come to nothing
LOOKS = 20  # rounds at most, while what is due is written
IDLE_S = 2  # so long who answered the last request may take to be ready for the next
SLEEPS = 1000  # of the tests of one scenario, at most
HEAD_S = 0.65  # after so long a head of the log is signed: always at the same place, then
INSIDE_US = 300  # of a millisecond, so that it is the same one however moves are rounded
IGNORED = {"connection", "content-length", "date", "transfer-encoding", "server"}  # headers that HTTP has by itself
REFUSED, ASKED, REFUSED_SHARE = re.compile(r"^4\d\d$", re.M), re.compile(r"^\S+ [A-Z]{3,6} /", re.M), 0.3
LIBC, SYS_FUTEX, FUTEX_WAKE = ctypes.CDLL(None), {"x86_64": 202}.get(os.uname().machine, 98), 1
ENTRIES = "SELECT body FROM log_entry ORDER BY id"
PAPERS = "SELECT content FROM case_paper WHERE content <> '' ORDER BY id"


def names(whole):
    """Of scenarios; those of the API begin with "api/". Not `whole`: of those that are refused often enough."""
    found = []
    for folder, before in ((PROGRAMMES, ""), (API, "api/")):
        for path in sorted(glob.glob(os.path.join(folder, "*.scenario"))):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if whole or len(REFUSED.findall(text)) >= REFUSED_SHARE * len(ASKED.findall(text)):
                found.append(before + os.path.basename(path).removesuffix(".scenario"))
    return found


def json_or_text(content):
    """A body as it is compared: JSON; the members of a zip or workbook; of a PDF, or a picture of its page, that it is one; else text."""
    if content is None:
        return None
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            return [{"name": name, "content": json_or_text(box.read(name))} for name in box.namelist()]
    if content[:5] == b"%PDF-":
        return "a PDF" if len(content) > 200 else content.decode("latin-1")
    if content[:4] == b"\x89PNG":  # it may print an entry of the log, which is drawn
        return "a picture"
    text = content.decode("utf-8", "replace")
    if text.startswith("c2sp.org/"):
        return [line if len(line) < 100 else "a long line" for line in text.split("\n")]
    if text[:1] in "{[":
        try:
            return json.loads(text)
        except ValueError:
            pass
    return text.split("\n") if "\n" in text else text


class Shared(ctypes.Structure):
    """struct shared of settle.c."""
    _fields_ = [(name, ctypes.c_int64) for name in ("wanted", "threads", "done", "wall_us", "since_ns")] + [
        ("drawn", ctypes.c_int64 * 3), ("turn", ctypes.c_int64), ("awake", ctypes.c_int64)]


class Kept:
    """What was asked and answered, in order."""

    def __init__(self):
        self.items, self.statements, self.most, self.settled, self.slept = [], None, 0, None, 0
        self.file = tempfile.NamedTemporaryFile(prefix="zhiyun-settle-")
        self.file.write(bytes(ctypes.sizeof(Shared)))
        self.file.flush()
        self.shared = Shared.from_buffer(mmap.mmap(self.file.fileno(), ctypes.sizeof(Shared)))
        os.environ["TEST_SETTLE"] = self.file.name
        makers.time = experts.time = types.SimpleNamespace(**{**vars(time), "sleep": self.sleep, "monotonic": lambda: self.now()})
        self.send = client.Person.send
        client.Person.send = lambda person, *asked: self.sent(person, *asked)
        client.BUILT_BY += " under the recorder"
        experts.secrets = random.Random(1)
        experts.secrets.token_bytes = experts.secrets.randbytes
        self.before = scenario.wire.Clock.before
        scenario.wire.Clock.before = lambda clock, server: self.stop_time(clock, server)

    def sent(self, person, method, target, content, head):
        last = self.items[-1] if self.items else {}
        if last.get("asked") == f"{person.name} {method} {target}":
            self.settle(waits=True)  # somebody waits for something
        end = time.monotonic() + IDLE_S
        while self.shared.awake > 0 and time.monotonic() < end:
            time.sleep(0.0005)
        reply = self.send(person, method, target, content, head)
        if person.connection:
            person.connection.close()  # the clock moves: the server would shut one that waits
            person.connection = None
        if method != "GET":
            self.settle()
        item = {"asked": f"{person.name} {method} {target}", "sent": json_or_text(content), "status": reply.status,
                "headers": {n: v for n, v in reply.headers.items() if n not in IGNORED}, "body": json_or_text(reply.content)}
        if self.statements and method != "GET":
            item["statements"] = self.counted(method)
        # Of what is asked until a job has been there, the last answer counts.
        if (last.get("asked"), last.get("sent")) == (item["asked"], item["sent"]) and (method == "GET" or last["status"] in (409, 503)):
            self.items.pop()
        if target != "/metrics":  # times are in it
            self.items.append(item)
        return reply

    def count(self, world):
        """From here on it is kept, with the statements of each writing request: the making of the world is not the scenario's."""
        self.items.clear()
        self.world, self.statements, world.keeps_file = world, {}, True
        self.move = world.clock.forward

        def forward(seconds):
            self.settle()
            self.move(seconds)
            self.settle(waits=True)
        world.clock.forward = forward
        self.settle(waits=True)
        self.counted("")

    def stop_time(self, clock, server):
        """It is where the scenario begins, and time goes by what the scenario moves it alone."""
        at_s = (clock.base + clock.ahead + time.time()) // LATER_S * LATER_S
        self.shared.wall_us = int(at_s * 1e6) + INSIDE_US - int(clock.base * 1e6) - int(clock.ahead * 1e6)
        self.shared.since_ns = time.monotonic_ns() // 10**9 * 10**9
        self.shared.drawn[:] = [int(at_s)] * 3
        moved = clock.ahead
        self.now = lambda: at_s + clock.ahead - moved
        self.before(clock, server)

    def sleep(self, _seconds):
        """Of a test that waits until something is done."""
        self.slept += 1
        assert self.slept < SLEEPS, "what is waited for does not come"
        self.settle(waits=True)

    def settle(self, waits=False):
        """After a request that wrote something, or `waits`: until nothing is due any more, and who looks for work has found none."""
        if self.statements is None or self.world.server.process.poll() is not None:
            return
        with client.opened(self.world) as db:
            if not waits and db.execute("PRAGMA data_version").fetchone() == self.settled:
                return
            self.look()
            self.move(HEAD_S)
            commits, seen = None, db.execute("PRAGMA data_version").fetchone()
            for _ in range(LOOKS):
                if commits == seen:
                    break
                self.look()
                commits, seen = seen, db.execute("PRAGMA data_version").fetchone()
            self.settled = seen

    def look(self):
        """One round of those who look for work."""
        self.shared.done = 0
        self.shared.wanted += 1
        LIBC.syscall(SYS_FUTEX, ctypes.byref(self.shared), FUTEX_WAKE, 2 ** 31 - 1, None, None, 0)
        end, pause = time.monotonic() + SETTLE_S, 0.001
        while self.shared.done < max(self.shared.threads, self.most):
            assert time.monotonic() < end, f"jobs do not come to an end: {self.shared.done} of {self.shared.threads} threads"
            time.sleep(pause)
            pause = min(pause * 1.2, 0.01)
        self.most = max(self.most, self.shared.threads)

    def counted(self, method):
        scraper = client.Person(self.world.server, self.statements.get("token"))
        while (done := self.send(scraper, *scraper.request("GET", "/metrics"))).status != 200:
            scraper.token = self.statements["token"] = self.world.token("sysadmin", "metrics")
        now = {(how, path): int(n) for how, path, n in statements.COUNTED.findall(done.content.decode())}
        before, self.statements["last"] = self.statements.get("last", {}), now
        return sum(n - before.get(kind, 0) for kind, n in now.items() if kind[0] == method)

    def patiently(self, one, test, *seconds):
        """Of a question that is repeated the last round counts."""
        at = len(self.items)

        def again():
            del self.items[at:]
            return test()
        return scenario.Asked.patiently(one, again, *seconds)


def played(zhiyun, shim, name):
    """{requests, entries, papers, failed: [titles of steps whose expectations did not hold]} of a scenario."""
    described.check = receipts.Receipts.note = lambda *_: None  # other tests do that
    kept, failed = Kept(), []
    play = of_the_api if name.startswith("api/") else of_a_programme
    entries, papers = play(zhiyun, shim, name, kept, failed)
    return {"requests": kept.items, "entries": [json.loads(body) for body in entries], "papers": [json.loads(text) for text in papers],
            "failed": failed}


def of_a_programme(zhiyun, shim, name, kept, failed):
    steps = scenario.read(os.path.join(PROGRAMMES, f"{name}.scenario"))
    run = scenario.Run(zhiyun, shim, makers, steps[0].lines[0].removeprefix("at "))
    run.patiently = lambda *arguments: kept.patiently(run, *arguments)
    try:
        run.now = kept.now
        kept.count(run.world)
        for step in steps:
            try:
                run.step(step)
            except Exception as why:  # the step's own failure, whatever it is: what follows is asked all the same
                failed.append(f"{step.title}: {str(why)[:300]}")
        return [[row[0] for row in client.ask_sql(run.world, query)] for query in (ENTRIES, PAPERS)]
    finally:
        run.close()


def of_the_api(zhiyun, shim, name, kept, failed):
    """Of a demo, at noon of its last day."""
    work, clock = tempfile.mkdtemp(prefix="zhiyun-recorder-"), scenario.wire.Clock(shim)
    server = client.Server(zhiyun, os.path.join(work, "data"))
    try:
        demo_made.copy_to(zhiyun, server.data)
        clock.base = demo_made.MADE_S + 2 * HOUR_S - time.time()
        clock.before(server)
        token = json.loads(server.run("--json", "user", "token", "officer"))["token"]
        queries = [query.replace(" ORDER BY", f" {word} id > {(store.run(server.data, f'SELECT max(id) FROM {table}')[0][0])} ORDER BY")
                   for query, word, table in ((ENTRIES, "WHERE", "log_entry"), (PAPERS, "AND", "case_paper"))]
        server.start()
        people = {who: client.Person(server, given, who) for who, given in (("officer", token), ("stranger", "none"))}
        asked = scenario.Asked(people, API)
        for step in scenario.read(os.path.join(API, f"{name.removeprefix('api/')}.scenario")):
            try:
                asked.request(list(step.lines))
            except Exception as why:  # the step's own failure, whatever it is
                failed.append(f"{step.title}: {str(why)[:300]}")
        return [[row[0] for row in store.run(server.data, query)] for query in queries]  # the demo's own are not the scenario's
    finally:
        server.stop()
        clock.close()
        shutil.rmtree(work, ignore_errors=True)
