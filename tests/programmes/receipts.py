"""The receipts of a scenario: those that the server gave, and one for each entry that it named in an answer. Each is judged
by verifiers written apart (receipt_check.py; `zhiyun verify`, through verify_many for very many), as it is and with one
byte changed at places drawn by a seed (SEED)."""
import json
import os
import random
import re
import subprocess
import tempfile
import time

import client
import receipt_check

UID = re.compile(r"[0-9a-f]{32}")
FIRST_LINE = b"c2sp.org/tlog-proof@v1\n"
FURTHER = 8  # changed bytes of each receipt, besides one in each line
WAIT_S = 600  # a head is signed within a second


def entries_in(value):
    """Every entry that an answer names, at any depth."""
    if isinstance(value, list):
        return {uid for item in value for uid in entries_in(item)}
    if not isinstance(value, dict):
        return set()
    own = value.get("entry")
    found = {own} if isinstance(own, str) and UID.fullmatch(own) else set()
    return found.union(*(entries_in(item) for item in value.values()))


class Receipts:
    def __init__(self):
        self.given, self.entries = set(), set()
        self.ask = ask = client.Person.ask

        def heard(person, *arguments, **named):
            reply = ask(person, *arguments, **named)
            self.note(reply)
            return reply
        client.Person.ask = heard

    def close(self):
        client.Person.ask = self.ask

    def note(self, reply):
        if reply.content.startswith(FIRST_LINE):
            self.given.add(reply.content)
        elif b'"entry":"' in reply.content and "json" in reply.headers.get("content-type", ""):
            self.entries |= entries_in(reply.json)

    def fetch(self, who):
        """The receipt of each entry; the latest is under a head soon."""
        for uid in sorted(self.entries):
            end = time.monotonic() + WAIT_S
            while (done := who.get(f"/receipts/{uid}")).status == 503 and time.monotonic() < end:
                time.sleep(0.1)
            assert done.status == 200, (uid, done)


def changed(receipt, random_, count=None):
    """With one byte changed: at `count` places; without a count at one in each line besides."""
    places = {random_.randrange(len(receipt)) for _ in range(count or FURTHER)}
    if not count:
        ends = [match.end() for match in re.finditer(rb"\n", receipt)]
        places |= {random_.randrange(start, end) for start, end in zip([0, *ends], ends)}
    for place in sorted(places):
        yield receipt[:place] + bytes([receipt[place] ^ random_.randrange(1, 256)]) + receipt[place + 1:]


def judged_by_many(verify_many, vkey, receipts):
    """One verdict each, by the code of `zhiyun verify --receipt` in one process."""
    said = b"trust 1 0 0\n" + vkey.encode() + b"\n" + b"".join(b"receipt %d\n%b" % (len(r), r) for r in receipts)
    done = subprocess.run([verify_many], input=said, capture_output=True, check=True)
    verdicts = done.stdout.decode().splitlines()
    assert len(verdicts) == len(receipts), (len(verdicts), len(receipts))
    return [verdict.split()[0] for verdict in verdicts]


def judged_by_command(zhiyun, vkey, receipt):
    with tempfile.NamedTemporaryFile(suffix=".receipt") as file:
        file.write(receipt)
        file.flush()
        done = subprocess.run([zhiyun, "--json", "verify", "--receipt", file.name, "--key", vkey], capture_output=True,
                              cwd=os.path.dirname(file.name), check=False)
    return done.returncode == 0 and json.loads(done.stdout)["ok"]


def check(kept, zhiyun, verify_many, vkey, who):
    """All of them; a sentence that says how many."""
    seed = int(os.environ.get("SEED") or random.randrange(2 ** 32))
    random_ = random.Random(seed)
    kept.fetch(who)
    receipts = sorted(kept.given)
    assert kept.entries and len(receipts) >= len(kept.entries), (len(receipts), len(kept.entries))
    proved = [receipt_check.good(receipt, vkey) for receipt in receipts]
    assert all(proved), receipts[proved.index(None)]
    assert {entry["uid"] for entry in proved} >= kept.entries, "a receipt of another entry"
    verdicts = judged_by_many(verify_many, vkey, receipts)
    assert set(verdicts) == {"good"}, set(verdicts)
    wrong = [(receipt, one) for receipt in receipts for one in changed(receipt, random_)]
    for (receipt, one), verdict in zip(wrong, judged_by_many(verify_many, vkey, [one for _, one in wrong])):
        assert verdict != "good", (f"SEED={seed}", receipt, one)
    for receipt in receipts:
        for one in changed(receipt, random_, 2):
            assert not receipt_check.good(one, vkey), (f"SEED={seed}", receipt, one)
    one = random_.choice(receipts)
    assert judged_by_command(zhiyun, vkey, one), one
    assert not judged_by_command(zhiyun, vkey, next(changed(one, random_, 1))), (f"SEED={seed}", one)
    return f"{len(receipts)} receipts of {len(kept.entries)} entries, {len(wrong)} with a changed byte; SEED={seed}"
