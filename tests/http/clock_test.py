#!/usr/bin/env python3
"""clock_test.py ZHIYUN CLOCK: what becomes of a server whose clock jumps, while it runs and while it does not (R3), and
how two persons say what time it is. CYCLES (6; LONG=1: 20)."""
import json
import os
import signal
import subprocess
import sys
import time

import wire

import client
import tap

ZHIYUN, CLOCK = os.path.abspath(sys.argv[1]), sys.argv[2]
PATENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/ingest/csv/google_lists.in")
DAY = 86400
YEARS = 3650 * DAY
JUMPS = (3600, -3600, 31 * DAY, -31 * DAY, YEARS, -YEARS)
CYCLES = int(os.environ.get("CYCLES", "20" if os.environ.get("LONG") else "6"))
WHY = {"reason": "looked at two other clocks"}
LATER = time.time() + YEARS / 2  # than anything that the right time brings
LATER_DAY = time.strftime("%Y-%m-%d", time.gmtime(LATER))


def until(test):
    """Waits for what the server brings about within its next rounds."""
    while not (said := test()):
        time.sleep(0.05)
    return said


def number(world, query):
    return int(client.ask_sql(world, query)[0][0])


def in_doubt(world):
    reply = client.Person(world.server).ask("GET", "/healthz")
    assert reply.status == 200, reply
    return reply.json["clock_in_doubt"]


def doubt(world):
    """As the store has it; nobody may be signed in at a wrong time."""
    return client.ask_sql(world, "SELECT coalesce(doubt, 'none') FROM clock_state")[0][0]


def signed(world):
    return number(world, "SELECT coalesce(max(size), 0) FROM log_head")


def actions(world):
    return [json.loads(row[0])["do"] for row in client.ask_sql(world, "SELECT body FROM log_entry ORDER BY id")]


def is_all_signed(world):
    return signed(world) == number(world, "SELECT count(*) FROM log_entry")


def settle(world):
    """By a security administrator who has signed in anew."""
    if "secadmin2" not in world.people:
        world.add_person("secadmin2", "office51", "security_administrator")
    one = client.Browser(world, "secadmin2")
    assert one.link().status == 200
    done = one.ask("PUT", "/clock", WHY)
    assert done.status == 200 and done.json["doubt"] == "none", done
    until(lambda: not in_doubt(world))


def restart(world, jump):
    world.server.stop()
    for person in world.people.values():
        person.connection = None
    world.clock.jump(jump)
    world.server.start()


def doctor(world):
    done = subprocess.run(world.server.command("--json", "doctor"), capture_output=True, text=True, env=world.server.env, check=False)
    return next(c for c in json.loads(done.stdout)["checks"] if c["check"] == "clock")


def test_a_clock_that_goes_right_asks_nobody(world):
    assert not in_doubt(world) and doubt(world) == "none"
    assert doctor(world)["state"] == "ok"
    done = world[client.FIRST].ask("PUT", "/clock", WHY)
    assert done.status == 409 and "not in doubt" in done.json["detail"], done


def test_ten_years_for_a_moment_make_nothing_and_sign_nothing(world):
    until(lambda: is_all_signed(world))
    looked = number(world, f"SELECT count(*) FROM programme_told WHERE day > '{LATER_DAY}'")
    before = signed(world)
    jobs = number(world, "SELECT count(*) FROM job WHERE kind IN ('year', 'timers', 'notices')")
    world.clock.jump(YEARS)
    assert in_doubt(world)  # who reads the clock finds it out
    world.clock.jump(0)
    until(lambda: doubt(world) == "jump")
    wire.has_come_by(world.server.process.pid, "clock")
    said = world["auditadmin"].get("/clock").json
    assert said["shown_ms"] - said["due_ms"] > (YEARS - DAY) * 1000, said
    assert number(world, f"SELECT count(*) FROM programme_told WHERE day > '{LATER_DAY}'") == looked == 0
    assert number(world, "SELECT count(*) FROM job WHERE kind IN ('year', 'timers', 'notices')") == jobs
    assert said["doubt"] == "jump" and signed(world) == before and actions(world).count("clock doubted (jump)") == 1
    assert number(world, f"SELECT count(*) FROM log_head WHERE at_ms > {int(LATER * 1000)}") == 0
    for who in (client.FIRST, "sysadmin", "auditadmin"):
        told = [n["kind"] for n in world[who].get("/notifications").json["items"]]
        assert told.count("clock_doubted") == 1, (who, told)
    assert "clock_doubted" not in [n["kind"] for n in world["province_officer"].get("/notifications").json["items"]]
    found = doctor(world)
    assert found["state"] == "fault" and "in doubt" in found["text"], found


def test_a_start_settles_nothing(world):
    restart(world, 0)
    assert in_doubt(world) and doubt(world) == "jump"
    assert actions(world).count("clock doubted (jump)") == 1


def test_a_security_administrator_says_that_it_is_right(world):
    for who in ("sysadmin", "auditadmin", "province_officer"):
        assert world[who].ask("PUT", "/clock", WHY).status == 403, who
    assert world["province_officer"].ask("GET", "/clock").status == 403
    assert world[client.FIRST].ask("PUT", "/clock", {}).status == 400  # no reason
    assert world[client.FIRST].ask("PUT", "/clock", WHY).status == 403  # a token confirms nothing
    settle(world)
    assert doubt(world) == "none" and "set clock" in actions(world)
    until(lambda: is_all_signed(world))
    assert doctor(world)["state"] == "ok"


def test_an_hour_a_month_and_ten_years_either_way_are_jumps(world):
    made = f"SELECT (SELECT count(*) FROM flow_case) + (SELECT count(*) FROM programme_told WHERE day > '{LATER_DAY}')"
    before = number(world, made)
    for cycle in range(CYCLES):
        seconds = JUMPS[cycle % len(JUMPS)]
        world.clock.jump(seconds)
        assert in_doubt(world), seconds
        world.clock.jump(0)
        until(lambda: doubt(world) == "jump")
        settle(world)
        assert number(world, made) == before
    until(lambda: is_all_signed(world))
    world.clock.jump(30)  # what a time service sets right
    assert not in_doubt(world)
    world.clock.jump(0)
    assert not in_doubt(world)


def test_a_start_before_the_last_known_time_asks(world):
    until(lambda: is_all_signed(world))
    restart(world, -3600)
    assert in_doubt(world) and doubt(world) == "behind"
    assert doctor(world)["state"] == "fault"
    restart(world, 0)  # set right by the machine's keeper: it is still asked
    assert doubt(world) == "behind"
    settle(world)
    until(lambda: is_all_signed(world))


def test_standing_still_is_no_jump_and_more_than_thirty_days_are_asked_once(world):
    restart(world, 29 * DAY)
    assert not in_doubt(world) and doubt(world) == "none"
    assert number(world, "SELECT seen_ms FROM clock_state") > (time.time() + 28 * DAY) * 1000
    restart(world, 61 * DAY)
    assert in_doubt(world) and doubt(world) == "ahead"
    settle(world)
    until(lambda: is_all_signed(world))


def test_doctor_says_what_the_next_start_will_ask(world):
    """61 days on, and the server has kept that."""
    assert doctor(world)["state"] == "ok"
    world.server.stop()
    for days, state, words in ((61, "ok", "the clock says"), (60, "fault", "behind"), (95, "warn", "30 days")):
        world.clock.jump(days * DAY)
        said = doctor(world)
        assert said["state"] == state and words in said["text"], (days, said)
    restart(world, 61 * DAY)
    assert doubt(world) == "none"


def command(world, *words):
    done = subprocess.run(world.server.command(*words), capture_output=True, text=True, env=world.server.env, check=False)
    assert done.returncode == 0, done
    return done


def test_a_command_without_a_server_sees_it_as_a_server_does(world):
    """183 days on."""
    before = signed(world)
    world.server.stop()
    for how, days in (("ahead", 183 + 3650), ("behind", 0)):
        told = actions(world).count(f"clock doubted ({how})")
        world.clock.jump(days * DAY)
        said = command(world, "import", PATENTS)
        assert "the clock is in doubt" in said.stderr, said
        assert doubt(world) == how and signed(world) == before
        assert actions(world).count(f"clock doubted ({how})") == told + 1
    assert number(world, f"SELECT count(*) FROM log_head WHERE at_ms > {int(LATER * 1000)}") == 0
    restart(world, 183 * DAY - 300)
    settle(world)
    until(lambda: is_all_signed(world))


def test_a_command_beside_a_server_leaves_the_clock_to_it(world):
    """The server, stopped here so that it tells the store nothing, has seen the days pass that the store knows nothing of."""
    told = actions(world)
    os.kill(world.server.process.pid, signal.SIGSTOP)
    world.clock.forward(40 * DAY)
    command(world, "user", "token", "auditadmin")
    os.kill(world.server.process.pid, signal.SIGCONT)
    wire.has_come_by(world.server.process.pid, "clock")
    assert not in_doubt(world) and doubt(world) == "none"
    assert not [one for one in actions(world)[len(told):] if "clock doubted" in one]
    until(lambda: is_all_signed(world))


if __name__ == "__main__":
    wire.needs_clock(ZHIYUN)
    WANTED = ("province_officer", "sysadmin", "auditadmin")
    WORLD = client.World(ZHIYUN, people={name: client.PEOPLE[name] for name in WANTED})
    WORLD.clock = wire.Clock(CLOCK)
    WORLD.clock.before(WORLD.server)
    WORLD.server.stop()
    WORLD.server.start()
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
        WORLD.clock.close()
