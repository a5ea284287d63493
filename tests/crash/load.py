"""A mixed load of writes with a ledger of what was answered, and the check of a store against it.

The ledger lies outside the server's folder. A request has a line there before it is sent (intent)
and one after its whole answer was read (acknowledged); it is synced before anything is checked.
A request without an answer may have been done or not, never half.
"""
import base64
import collections
import contextlib
import functools
import hashlib
import hmac
import http.client
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kernel"))
import client  # noqa: E402
import sqlite_file  # noqa: E402

PEOPLE = {f"writer{n}": (f"centre{'ABC'[n % 3]}", "centre_manager") for n in range(6)}
REFUSED = range(400, 500)
SIGNED_S = 600  # a head follows an entry within a second; on a busy machine later
parsed = functools.cache(json.loads)  # the same texts are read after each restart; nobody changes what comes


class Ledger:
    """Requests by their key: {key: (what was sent, answer or None)}."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")
        self.lock = threading.Lock()
        self.sent, self.done = {}, {}
        self.writes = collections.Counter()  # acknowledged ones, of each writer

    def intend(self, key, request):
        with self.lock:
            self.sent[key] = request
            self.file.write(json.dumps({"key": key, "sent": request}, ensure_ascii=False) + "\n")

    def acknowledge(self, key, answer):
        with self.lock:
            self.done[key] = answer
            self.writes[key.split("-")[0]] += 1
            self.file.write(json.dumps({"key": key, "answer": answer}) + "\n")
            self.file.flush()

    def refuse(self, key):
        """Nothing was done: the answer said so."""
        with self.lock:
            del self.sent[key]
            self.file.write(json.dumps({"key": key, "refused": True}) + "\n")

    def sync(self):
        with self.lock:
            self.file.flush()
            os.fsync(self.file.fileno())

    def unknown(self):
        return [key for key in self.sent if key not in self.done]

    def close(self):
        self.file.close()


class Request:
    """One write: everything that is needed to send it again as it was."""

    @staticmethod
    def send(person, sent):
        head = {"Idempotency-Key": sent["key"]}
        if sent["version"]:
            head["If-Match"] = f'"{sent["version"]}"'
        return person.ask(sent["method"], sent["path"], sent["body"], head)


class Writer(threading.Thread):
    """One person who writes without pause until the server is gone or `until` is set."""

    def __init__(self, load, name, seed):
        super().__init__(daemon=True)
        self.load, self.name_of, self.random = load, name, random.Random(seed)
        self.failed = None

    def run(self):
        try:
            while not self.load.until.is_set():
                if not self.one():
                    return
        except Exception as fault:  # told by Load.stop
            self.failed = fault

    def choose(self):
        key = f"{self.name_of}-{self.load.next_number()}"
        mine = self.load.records[self.name_of]
        dice = self.random.random()
        open_ones = [one for one, r in mine.items() if r["state"] == "received"] if dice >= 0.5 else []
        if not open_ones:
            kind = "demand" if dice < 0.35 else "service_record"
            body = {"title": key, "text": "虚构" * self.random.randint(1, 400)} if kind == "demand" else \
                   {"title": key, "date": "2026-01-01", "goal": "risk", "duty": "services", "mode": "own",
                    "content": "虚构" * self.random.randint(1, 400)}
            return {"key": key, "method": "POST", "path": f"/records/{kind}", "type": kind, "id": 0,
                    "version": 0, "body": body, "do": "create"}
        one = self.random.choice(open_ones)
        r = mine[one]
        sent = {"key": key, "type": one[0], "id": one[1], "version": r["version"]}
        if dice < 0.85:
            return {**sent, "method": "PATCH", "path": f"/records/{one[0]}/{one[1]}",
                    "body": {"title": key}, "do": "change"}
        return {**sent, "method": "POST", "path": f"/records/{one[0]}/{one[1]}/actions/close?reason={key}",
                "body": {}, "do": "close"}

    def answer_to(self, sent):
        """None: nobody knows whether it was done. Who is patient asks again until it is known."""
        while True:
            try:
                answer = Request.send(self.load.world[self.name_of], sent)
            except (http.client.HTTPException, OSError):
                answer = None
            if not self.load.patient or (answer and answer.status < 500):
                return answer
            self.load.trouble(answer)
            if self.load.until.is_set():
                return None
            time.sleep(0.02)

    def one(self):
        """Whether to go on."""
        sent = self.choose()
        self.load.ledger.intend(sent["key"], sent)
        answer = self.answer_to(sent)
        if answer is None:
            return False
        if answer.status in REFUSED:
            raise AssertionError(f"{sent}: {answer}")
        if answer.status >= 500:
            self.load.failures.append((sent["key"], answer.status))
            return self.load.until_failure is False
        self.load.acknowledge(self.name_of, sent, answer)
        return True


class Load:
    """Writers over one world; lives across restarts of its server. `patient`: what fails, or is not answered, is sent again
    as it was until it is done."""

    def __init__(self, world, ledger, seed, patient=False):
        self.patient, self.troubles = patient, collections.Counter()
        self.world, self.ledger, self.random = world, ledger, random.Random(seed)
        self.records = {name: {} for name in PEOPLE}
        self.until, self.until_failure = threading.Event(), False
        self.failures, self.number, self.lock = [], 0, threading.Lock()
        self.heads, self.checked, self.signed_s = {}, 0, SIGNED_S
        self.first_ack = threading.Event()

    def next_number(self):
        with self.lock:
            self.number += 1
            return self.number

    def trouble(self, answer):
        """By its status, 0: no answer."""
        with self.lock:
            self.troubles[answer.status if answer else 0] += 1

    def wait_for(self, test):
        """While everybody writes."""
        while not test():
            assert all(writer.is_alive() for writer in self.writers), [writer.failed for writer in self.writers]
            time.sleep(0.01)

    def until_all_write(self):
        """Each of them has been answered once more."""
        before = dict(self.ledger.writes)
        self.wait_for(lambda: all(self.ledger.writes[name] > before.get(name, 0) for name in PEOPLE))

    def acknowledge(self, name, sent, answer):
        got = answer.json
        self.ledger.acknowledge(sent["key"], {m: got[m] for m in ("id", "version", "state", "entry")})
        if sent["type"] == "demand":
            self.records[name][(sent["type"], got["id"])] = {"version": got["version"], "state": got["state"]}
        self.first_ack.set()

    def start(self):
        self.until.clear()
        self.first_ack.clear()
        for name in PEOPLE:
            self.drop_connection(name)
        self.acked_before = len(self.ledger.done)
        self.writers = [Writer(self, name, self.random.random()) for name in PEOPLE]
        for writer in self.writers:
            writer.start()

    def drop_connection(self, name):
        if self.world[name].connection:
            self.world[name].connection.close()
            self.world[name].connection = None

    def stop(self):
        """Acknowledged by this run of the writers."""
        self.until.set()
        for writer in self.writers:
            writer.join(timeout=600)
            assert not writer.is_alive(), "a request is never answered"
            if writer.failed:
                raise writer.failed
        self.ledger.sync()
        return len(self.ledger.done) - self.acked_before

    # --- after a restart -------------------------------------------------------------

    def read(self, query):
        """Rows of the store, beside the running server."""
        if self.world.server.store:
            return [tuple(int(value) if value.isdigit() else value for value in row) for row in client.ask_sql(self.world, query)]
        db = sqlite_file.connect(os.path.join(self.world.data, "zhiyun.db"), timeout=600)
        try:
            return db.execute(query).fetchall()
        finally:
            db.close()

    def settle_unknown(self):
        """Each request without an answer is there whole or not at all, and asking again does it
        exactly once. Returns (how many there were, how many of them had been done)."""
        unknown = self.ledger.unknown()
        for name in PEOPLE:
            self.drop_connection(name)  # to the server that was
        done = {key for (key,) in self.read("SELECT key FROM request_done")}
        made = self.made()
        for key in unknown:
            assert len(made.get(key, [])) == (1 if key in done else 0), \
                f"{key} is half done: known as a request {key in done}, versions {made.get(key)}"
        for key in unknown:
            sent = self.ledger.sent[key]
            answer = Request.send(self.world[key.split("-")[0]], sent)
            assert answer.status in (200, 201), f"again {sent}: {answer}"
            assert answer.json["repeated"] == (key in done), f"again {sent}: {answer}"
            self.acknowledge(key.split("-")[0], sent, answer)
        for key in self.random.sample(sorted(self.ledger.done), min(5, len(self.ledger.done))):
            answer = Request.send(self.world[key.split("-")[0]], self.ledger.sent[key])
            was = self.ledger.done[key]
            assert answer.status == 200 and answer.json["repeated"], f"{key} again: {answer}"
            assert all(answer.json[m] == was[m] for m in was), f"{key} again: {answer}, was {was}"
        return len(unknown), len([key for key in unknown if key in done])

    def made(self):
        """{key: versions that it made}: a key is the title, or the reason, of what it did."""
        made = collections.defaultdict(list)
        for kind, one, version, action, reason, content, entry in self.read(
                "SELECT type, record_id, version, action, reason, content, entry FROM record_version "
                "WHERE type IN ('demand', 'service_record')"):
            key = reason if action == "close" else parsed(content)["title"]
            made[key].append((kind, one, version, action, entry))
        return made

    def lost(self, made=None):
        """Acknowledged requests of which the store does not hold exactly what was answered."""
        made, lost = made or self.made(), []
        for key, was in self.ledger.done.items():
            sent = self.ledger.sent[key]
            if made.get(key) != [(sent["type"], was["id"], was["version"], sent["do"], was["entry"])]:
                lost.append((key, was, made.get(key)))
        return lost

    def check_writes(self):
        """What was acknowledged is there, once; nothing else, nothing half."""
        made = self.made()
        lost = self.lost(made)
        assert not lost, f"{len(lost)} acknowledged writes lost or doubled, the first: {lost[:3]}"
        strange = [key for key in made if key not in self.ledger.done]
        assert not strange, f"made and never sent: {strange[:5]}"
        self.check_records()

    def check(self):
        """The whole store: its writes, the log's tree and heads."""
        self.check_writes()
        self.check_log()

    def verify(self):
        """The product's own verifier, over the same store."""
        said = json.loads(self.world.server.run("--json", "verify"))
        assert said["ok"] is True, said

    def check_records(self):
        for kind in ("demand", "service_record"):
            rows = self.read(
                f"SELECT r.id, r.version, r.title, v.content, r.state FROM record_{kind} r LEFT JOIN "
                f"record_version v ON v.type = '{kind}' AND v.record_id = r.id AND v.version = r.version")
            for one, version, title, content, state in rows:
                assert content, f"{kind} {one} has no version {version}"
                kept = parsed(content)
                assert kept["title"] == title and kept["state"] == state, f"{kind} {one}: {kept['title']}, {title}"
            gaps = self.read(
                f"SELECT v.record_id, count(*), max(v.version), r.version FROM record_version v LEFT JOIN "
                f"record_{kind} r ON r.id = v.record_id WHERE v.type = '{kind}' GROUP BY v.record_id"
                f", r.version HAVING count(*) <> max(v.version) OR r.version IS NULL OR max(v.version) <> r.version")
            assert not gaps, f"{kind}: versions without gap up to the record's: {gaps[:3]}"
        assert self.world.server.store or self.read("PRAGMA integrity_check") == [("ok",)]

    def check_log(self):
        """Every version has its entry and the reverse, commitments open, and every head that was
        ever seen is the root of the entries before it."""
        end = time.monotonic() + self.signed_s
        while time.monotonic() < end and self.read(
                "SELECT count(*) FROM log_entry WHERE leaf IS NULL OR leaf >= (SELECT max(size) FROM log_head)") != [(0,)]:
            time.sleep(0.05)
        entries = self.read("SELECT uid, body, leaf FROM log_entry ORDER BY leaf NULLS LAST, id")
        assert [leaf for _, _, leaf in entries] == list(range(len(entries))), "leaves have gaps"
        by_uid = {uid: parsed(body) for uid, body, _ in entries}
        versions = self.read("SELECT type, record_id, version, action, content, seal, entry FROM "
                             "record_version ORDER BY rowid")
        for number, (kind, one, version, action, content, seal, uid) in enumerate(versions):
            entry = by_uid.get(uid)
            assert entry, f"{kind} {one} version {version} has no entry"
            said = (entry["type"], entry["id"], entry["version"], entry["do"])
            assert said == (kind, one, version, action), f"{uid}: {said}"
            if number >= self.checked:
                assert entry["content"] == commitment(parsed(content), json.loads(seal)), f"{kind} {one}"
        self.checked = len(versions)
        seen = {uid for *_, uid in versions}
        orphans = [uid for uid, entry in by_uid.items()
                   if entry.get("type") in ("demand", "service_record") and "version" in entry and uid not in seen]
        assert not orphans, f"entries without a version: {orphans[:3]}"
        heads = dict(self.read("SELECT size, note FROM log_head"))
        for size, note in self.heads.items():
            assert heads.get(size) == note, f"the head of size {size} that was signed is gone or another"
        self.heads = heads
        assert max(heads) == len(entries), f"the log has {len(entries)} entries, its head covers {max(heads)}"
        tree = []  # roots of full subtrees, (height, hash), the largest first
        for size, (_, body, _) in enumerate(entries, 1):
            tree.append((0, hashlib.sha256(b"\0" + body.encode()).digest()))
            while len(tree) > 1 and tree[-1][0] == tree[-2][0]:
                (height, left), (_, right) = tree[-2:]
                tree[-2:] = [(height + 1, hashlib.sha256(b"\1" + left + right).digest())]
            if size in heads:
                root = tree[-1][1]
                for _, left in reversed(tree[:-1]):
                    root = hashlib.sha256(b"\1" + left + root).digest()
                told = heads[size].split("\n")
                assert told[1] == str(size) and base64.b64decode(told[2]) == root, f"the head of size {size}"


@contextlib.contextmanager
def loaded(zhiyun, seed, patient=False, store=None, disk=None):
    """A world, on that disk, and who writes there, with a ledger that lies elsewhere."""
    beside, usual = tempfile.mkdtemp(prefix="zhiyun-ledger-"), tempfile.tempdir
    ledger = Ledger(os.path.join(beside, "ledger"))
    tempfile.tempdir = disk or usual
    try:
        world = client.World(zhiyun, people=PEOPLE, store=store)
    finally:
        tempfile.tempdir = usual
    try:
        yield Load(world, ledger, seed, patient)
    finally:
        world.close()
        ledger.close()
        shutil.rmtree(beside)


def processor_s(process):
    """What a running process has used."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        numbers = file.read().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def commitment(content, seal):
    """docs/evidence-log.md, "Content and its commitment"."""
    whole = hashlib.sha256(b"zhiyun-content/1\n")
    for name in sorted(content):
        value = json.dumps(content[name], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        opened = hmac.digest(bytes.fromhex(seal[name]["k"]), name.encode() + b"\0" + value.encode(), "sha256")
        whole.update(name.encode() + b"\0" + opened)
    return whole.hexdigest()
