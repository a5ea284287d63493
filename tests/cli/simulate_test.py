#!/usr/bin/env python3
"""simulate_test.py ZHIYUN CLOCK.SO: a simulation changes nothing that anybody else reads. In a demo, over HTTP: what is checked, kept as a
decision and reported is byte for byte the same before, while and after numbers of its policies are simulated, whichever worker
answers; what is handed in is judged by the numbers that the policy has; and parties do not simulate."""
import atexit
import datetime
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "http")]
import demo_made  # noqa: E402
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402

ZHIYUN, CLOCK = (os.path.abspath(path) for path in sys.argv[1:3])
WORK = tempfile.mkdtemp(prefix="zhiyun-simulate-")
DATA = os.path.join(WORK, "demo")
SC, DAY = "sc-yunying-2025", "2026-11-20"
CHANGES = (["staff-count=99"], ["staff-count=0"], ["cumulative-amount=0.01", "project-count=0", "served-parties=0"], ["served-parties=99"])
ASKERS, AT_ONCE = 8, 4  # more at once than there are workers, and packs on the shelf
PORT, TOKENS = None, {}
JUST = "成都岷川工业软件运营中心（演示）"  # an application that is just enough waits to be handed in
NOON = datetime.datetime(2026, 11, 20, 4, tzinfo=datetime.timezone.utc)
clock = wire.Clock(CLOCK)


def environment():
    """The programs live on the demo's day, whenever the test runs."""
    base = str(int((NOON.timestamp() - time.time()) * 1e6))
    return {**os.environ, "LD_PRELOAD": CLOCK, "TEST_CLOCK": clock.file.name, "TEST_CLOCK_BASE": base}


def zhiyun(*arguments):
    done = subprocess.run([ZHIYUN, *store.words(DATA), "--json", "--quiet", *arguments], capture_output=True, text=True,
                          env=environment())
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


def serve():
    at = ports.free_port()
    with open(os.path.join(WORK, "serve.log"), "wb") as log:
        process = subprocess.Popen([ZHIYUN, *store.words(DATA), "--quiet", "serve", "--listen", f"127.0.0.1:{at}"],
                                   stdout=log, stderr=log, env=environment())
    atexit.register(lambda: (process.terminate(), process.wait(), shutil.rmtree(WORK, ignore_errors=True)))
    while socket.socket().connect_ex(("127.0.0.1", at)) != 0:
        assert process.poll() is None, open(os.path.join(WORK, "serve.log")).read()
        time.sleep(0.05)
    return at


def world():
    global PORT
    if PORT is None:
        demo_made.copy_to(ZHIYUN, DATA)
        PORT = serve()
        for who in ("officer", "leader", "ipcentre", "city", "city-leader", "centre1", "centre", "company", "service", "expert", "auditor"):
            TOKENS[who] = json.loads(zhiyun("user", "token", who))["token"]
    return PORT


def ask(who, path, body=None):
    """(status, bytes)"""
    asked = urllib.request.Request(f"http://127.0.0.1:{world()}/api/v1{path}",
                                   headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKENS[who]}"},
                                   data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(asked) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as e:
        return e.code, e.read()


def parties():
    status, text = simulated("officer", ["staff-count=99"])
    assert status == 200, text
    found = [p["party"] for p in json.loads(text)["changed"] if "party" in p]
    assert len(found) >= 5, text
    return found[:3]


def simulated(who, change):
    return ask(who, f"/packs/{SC}/simulate", {"set": change, "as_of": DAY})


def checked(party):
    status, text = ask("officer", f"/packs/{SC}/check", {"party": party, "as_of": DAY})
    assert status == 200, text
    return text


def reported(party):
    status, text = ask("officer", f"/reports/{SC}/annual-evaluation?party={party}&year=2025")
    assert status == 200, text
    return text


def decided():
    """Every decision that was kept, said again out of what was kept with it."""
    kept = json.loads(zhiyun("decision", "list"))["decisions"]
    assert kept
    shown = [zhiyun("decision", "show", str(kept[i]["id"] if "id" in kept[i] else kept[i]["number"])) for i in (0, len(kept) // 2, -1)]
    assert all(json.loads(one)["same"] is True for one in shown), shown
    return shown


def at_once(*jobs):
    """Each job again and again, all side by side; the first that fails is told."""
    wrong = []

    def run(job):
        try:
            job()
        except Exception as e:  # told below, from the thread that tests
            wrong.append(repr(e)[:2000])
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong, wrong[0]


def test_checks_reports_and_decisions_are_the_same_before_while_and_after_simulations():
    before = {party: (checked(party), reported(party)) for party in parties()}
    kept = decided()
    turned = []

    def simulate(change, who):
        def job():
            for _ in range(3):
                status, text = simulated(who, change)
                assert status == 200, text
                turned.append((change[0], who, text))
        return job

    def look(party):
        def job():
            for _ in range(10):
                assert (checked(party), reported(party)) == before[party], party
        return job
    at_once(*(simulate(change, who) for change, who in zip(CHANGES, ("officer", "leader", "ipcentre", "officer"))),
            *(look(party) for party in before))
    for change, who in {(c, w) for c, w, _ in turned}:  # each says the same each time, whatever ran beside it
        assert len({text for c, w, text in turned if (c, w) == (change, who)}) == 1, (change, who)
    # Every worker and every pack on the shelf is asked once more.
    at_once(*([look(party) for party in before] * ASKERS)[:ASKERS])
    assert decided() == kept


def test_a_simulation_shows_what_it_asks():
    assert json.loads(simulated("officer", ["staff-count=99"])[1])["changed"]
    assert json.loads(simulated("officer", ["staff-count=5"])[1])["changed"] == []  # the number that it has


def handed_in(who):
    """(status, reply) of its application, which is committed to and sent to its city."""
    if who not in TOKENS:
        TOKENS[who] = json.loads(zhiyun("user", "token", who))["token"]
    draft, = [c["id"] for c in json.loads(ask(who, "/cases?limit=200")[1])["items"]
              if c["process"] == "application" and c["stage_label"] == "草稿"]
    commitment = json.loads(ask(who, f"/cases/{draft}/materials")[1])["commitment"]
    status, text = ask(who, f"/cases/{draft}/actions/submit-city", {"commitment": commitment["digest"]})
    return status, json.loads(text)


def test_what_is_handed_in_is_judged_by_the_numbers_that_the_policy_has():
    world()
    (who,), = store.run(DATA, "SELECT min(a.name) FROM account a JOIN unit u ON u.id = a.owner_unit"
                              f" WHERE u.name = '{JUST}' AND a.name LIKE 'centre_%'")
    staff = f"record_staff WHERE ended_ms IS NULL AND owner_unit = (SELECT id FROM unit WHERE name = '{JUST}')"
    ids = [int(one) for one, in store.run(DATA, f"SELECT id FROM {staff} ORDER BY id")]
    assert len(ids) == 6, ids
    ended = f"record_staff WHERE id IN ({ids[0]}, {ids[1]})"
    at_once(*[lambda: simulated("officer", ["staff-count=0"])] * ASKERS)
    store.run(DATA, ended.replace("record_staff", "UPDATE record_staff SET ended_ms = 1", 1))
    told = []
    at_once(*[lambda: simulated("officer", ["staff-count=0"])] * AT_ONCE, lambda: told.append(handed_in(who)))
    (status, said), = told
    assert status == 400 and "staff-count" in [e["field"] for e in said["errors"]], (status, said)
    store.run(DATA, ended.replace("record_staff", "UPDATE record_staff SET ended_ms = NULL", 1))
    before = len(json.loads(zhiyun("decision", "list"))["decisions"])
    at_once(*[lambda: simulated("officer", ["staff-count=99"])] * ASKERS)
    told.clear()
    at_once(*[lambda: simulated("officer", ["staff-count=99"])] * AT_ONCE, lambda: told.append(handed_in(who)))
    (status, said), = told
    assert status == 200 and said["stage"] == "with-city", (status, said)
    assert len(json.loads(zhiyun("decision", "list"))["decisions"]) > before
    decided()


def test_parties_do_not_simulate_and_are_told():
    for who in ("centre1", "centre", "company", "service", "expert"):
        status, text = simulated(who, ["staff-count=0"])
        assert status == 403, (who, status, text)
        said = json.loads(text)
        assert said["detail"] and "changed" not in said, said
    for who in ("officer", "leader", "ipcentre", "city", "city-leader"):
        assert simulated(who, ["staff-count=8"])[0] == 200, who


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
