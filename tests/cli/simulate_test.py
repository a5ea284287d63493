#!/usr/bin/env python3
"""simulate_test.py ZHIYUN: a simulation changes nothing that anybody else reads. In a demo, over HTTP: what is checked, kept as a
decision and reported is byte for byte the same before, while and after numbers of its policies are simulated, whichever worker
answers; and parties do not simulate."""
import atexit
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
sys.path.insert(0, os.path.join(HERE, ".."))
import demo_made  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="zhiyun-simulate-")
DATA = os.path.join(WORK, "demo")
SC, DAY = "sc-yunying-2025", "2026-11-20"
CHANGES = (["staff-count=99"], ["staff-count=0"], ["cumulative-amount=0.01", "project-count=0", "served-parties=0"], ["served-parties=99"])
ASKERS, AT_ONCE = 8, 4  # more at once than there are workers, and packs on the shelf
PORT, TOKENS = None, {}


def zhiyun(*arguments):
    done = subprocess.run([ZHIYUN, *store.words(DATA), "--json", "--quiet", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


def serve():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        at = probe.getsockname()[1]
    with open(os.path.join(WORK, "serve.log"), "wb") as log:
        process = subprocess.Popen([ZHIYUN, *store.words(DATA), "--quiet", "serve", "--listen", f"127.0.0.1:{at}"],
                                   stdout=log, stderr=log)
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
