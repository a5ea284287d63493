#!/usr/bin/env python3
"""kill_test.py ZHIYUN: kill -9 at any moment of a mixed load loses and halves nothing (D1).

CYCLES (8; LONG=1: 20), SEED. A cycle in which the writers got fewer than 100 answers a second is void: it is
checked, but not counted.
"""
import os
import random
import sys
import time
import types

import load
import sqlite_file
import tap

del os.environ["ZHIYUN_UNSYNCED"]  # what is acknowledged is on the disk

ZHIYUN = os.path.abspath(sys.argv[1])
CYCLES = int(os.environ.get("CYCLES", "20" if os.environ.get("LONG") else "8"))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 31)))
RATE = 100  # answers a second, else the cycle is void
RESTART_S = 5  # of processor: how long others keep it is not the server's


def test_a_killed_server_loses_nothing_it_acknowledged():
    print(f"# SEED={SEED}", flush=True)
    chance = random.Random(SEED)
    with load.loaded(ZHIYUN, SEED) as run:
        world = run.world
        counted = void = acked = unknown = done = 0
        seconds, slowest = 0.0, 0.0
        while counted < CYCLES:
            run.start()
            assert run.first_ack.wait(600), "nothing is acknowledged"
            started, before = time.monotonic(), len(run.ledger.done)
            time.sleep(chance.uniform(0.010, 2.0))
            rate = (len(run.ledger.done) - before) / (time.monotonic() - started)
            seconds += time.monotonic() - started
            world.server.kill()
            acked += run.stop()
            world.server.start()
            took = load.processor_s(world.server.process)
            slowest = max(slowest, took)
            lost = run.lost()  # before anything is asked again
            assert not lost, f"{len(lost)} acknowledged writes lost, the first: {lost[:3]}"
            asked, had = run.settle_unknown()
            run.check_records()
            if counted % 4 == 3:  # the whole log from its first entry
                run.check()
                run.verify()
            unknown, done = unknown + asked, done + had
            assert took <= RESTART_S, f"restart took {took:.1f} s of processor"
            if rate >= RATE:
                counted += 1
            else:
                void += 1
                assert void <= 20 * CYCLES, f"the writers get {rate:.0f} answers a second: no test"
        run.check()
        run.verify()
        print(f"# {counted} kills (and {void} void), {acked} acknowledged writes ({acked / seconds:.0f}/s), "
              f"0 lost; {unknown} without answer, {done} of them done, 0 twice; restart at most {slowest:.2f} s of processor",
              flush=True)


def test_the_check_sees_each_kind_of_loss():
    """The control: a store out of which one thing is taken by hand is found wanting."""
    with load.loaded(ZHIYUN, SEED) as run:
        world = run.world
        run.start()
        assert run.first_ack.wait(600), "nothing is acknowledged"
        time.sleep(1)
        run.stop()
        run.check()
        world.server.stop()
        run.signed_s = 0  # nobody signs any more
        last = "(SELECT max(rowid) FROM record_version WHERE action = 'create')"
        unseen = 0
        for taken in (
                f"DELETE FROM record_version WHERE rowid = {last}",
                f"UPDATE record_version SET content = replace(content, 'writer', 'reader') WHERE rowid = {last}",
                "UPDATE record_demand SET version = version + 1 WHERE id = (SELECT max(id) FROM record_demand)",
                "UPDATE record_demand SET title = 'x' WHERE id = (SELECT max(id) FROM record_demand)",
                "DELETE FROM record_service_record WHERE id = (SELECT max(id) FROM record_service_record)",
                f"DELETE FROM log_entry WHERE uid = (SELECT entry FROM record_version WHERE rowid = {last})",
                "UPDATE log_entry SET body = replace(body, '\"v\":1', '\"v\":2') WHERE leaf = 3",
                "DELETE FROM log_head WHERE size = (SELECT max(size) FROM log_head)"):
            with sqlite_file.connect(os.path.join(world.data, "zhiyun.db"), isolation_level=None) as db:
                db.execute("BEGIN")
                assert db.execute(taken).rowcount == 1, taken
                run.read = lambda query, db=db: db.execute(query).fetchall()
                try:
                    run.check()
                    print(f"# not seen: {taken}")
                    unseen += 1
                except AssertionError:
                    pass
                db.execute("ROLLBACK")
                run.check()
            db.close()
        assert unseen == 0


tap.run(types.SimpleNamespace(**{k: v for k, v in globals().items() if k.startswith("test_")}))
