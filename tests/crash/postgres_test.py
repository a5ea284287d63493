#!/usr/bin/env python3
"""postgres_test.py ZHIYUN STORE_WRITER: what the store acknowledged on PostgreSQL survives the server's
death, its standby's promotion, and a commit that is cancelled (reliability D8)."""
import contextlib
import os
import random
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "kernel"), os.path.join(HERE, "..", "..", "tools")]
import client  # noqa: E402
import load  # noqa: E402
import pg  # noqa: E402
import tap  # noqa: E402

ZHIYUN, WRITER = (os.path.abspath(path) for path in sys.argv[1:3])
CYCLES = int(os.environ.get("CYCLES", "4"))
SEED = int(os.environ.get("SEED", "20261120"))


class Writer:
    """store_writer under load; keeps what it was told, and when."""

    def __init__(self, url):
        self.acks, self.failures, self.last = set(), [], 0.0
        self.process = subprocess.Popen([WRITER, url], stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "ZHIYUN_LANG": "en"})
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        for line in self.process.stdout:
            word, number, *rest = line.split(maxsplit=2)
            if word == "ack":
                self.acks.add(int(number))
                self.last = time.monotonic()
            else:
                self.failures.append((int(number), rest[0].strip()))

    def wait_for(self, more, seconds=30):
        """Until so many further steps are acknowledged."""
        target, until = len(self.acks) + more, time.monotonic() + seconds
        while len(self.acks) < target:
            assert self.process.poll() is None, "the writer ended"
            assert time.monotonic() < until, f"{len(self.acks)} of {target}; {self.failures[-3:]}"
            time.sleep(0.01)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.thread.join()


def check(cluster, acks):
    """Every acknowledged pair is there, and no half of any."""
    rows = {int(n) for n in cluster.sql("zhiyun", "SELECT n FROM pair").split()}
    missing = {n for n in acks if n not in rows}
    assert not missing, f"{len(missing)} of {len(acks)} acknowledged steps are gone"
    halves = {n for n in rows if -n not in rows}
    assert not halves, f"{len(halves)} halves"


@contextlib.contextmanager
def writing(url):
    writer = Writer(url)
    try:
        yield writer
    finally:
        writer.stop()


def test_a_killed_server_keeps_what_was_acknowledged():
    chance = random.Random(SEED)
    with pg.Cluster() as server:
        with writing(server.url) as writer:
            for _ in range(CYCLES):
                writer.wait_for(200)
                time.sleep(chance.uniform(0.01, 0.3))
                server.kill()
                time.sleep(chance.uniform(0, 0.3))
                begun = time.monotonic()
                server.start()
                writer.wait_for(50, 15)
                print(f"# writes again {time.monotonic() - begun:.1f} s after the start")
                check(server, set(writer.acks))
        check(server, writer.acks)
        print(f"# {len(writer.acks)} acknowledged, {len(writer.failures)} refused, seed {SEED}")


def sockets(*clusters):
    hosts = ",".join(cluster.folder for cluster in clusters)
    return f"postgresql:///zhiyun?host={hosts}&user=postgres&connect_timeout=2"


def test_a_promoted_standby_has_what_was_acknowledged():
    total = 0
    for cycle in range(max(1, CYCLES // 2)):
        with pg.Cluster(synchronous_standby_names="*", synchronous_commit="local") as primary, \
                primary.standby(wal_retrieve_retry_interval="200ms") as standby:
            with writing(sockets(primary, standby)) as writer:
                writer.wait_for(300)
                before = primary.sql("zhiyun", "SELECT count(*) FROM pg_stat_replication"
                                               " WHERE sync_state = 'sync'")
                assert before.strip() == "1", before
                primary.kill()
                begun = time.monotonic()
                standby.sql("postgres", "SELECT pg_promote()")
                acks = set(writer.acks)
                writer.wait_for(100, 10)  # by itself, and within 10 s
                print(f"# writes again {time.monotonic() - begun:.1f} s after the death")
                check(standby, acks)
            check(standby, writer.acks)
            total += len(writer.acks)
    print(f"# {total} acknowledged")


def test_the_program_outlives_lost_connections_and_the_death_of_its_database():
    """Under the load of those who ask again until they are answered: nothing is lost, nothing done twice, and it goes on by
    itself."""
    chance = random.Random(SEED)
    with pg.Cluster() as server, load.loaded(ZHIYUN, SEED, patient=True, store=server.url) as run:
        for cycle in range(CYCLES):
            run.world.server.hang_up()  # who looks at the store beside it is no part of this
            run.start()
            assert run.first_ack.wait(600), "nothing is acknowledged"
            run.until_all_write()
            time.sleep(chance.uniform(0, 0.1))
            if cycle % 2:
                server.sql("postgres", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'zhiyun'")
            else:
                server.kill()
                server.start()
            run.until_all_write()
            run.stop()
            run.settle_unknown()
            run.check_writes()
        run.verify()
        print(f"# {CYCLES} times: {len(run.ledger.done)} acknowledged writes, 0 lost, 0 doubled; meanwhile answered by "
              f"{dict(run.troubles)} (0: not), seed {SEED}")


def test_a_commit_whose_wait_was_cancelled_is_no_success():
    with pg.Cluster(synchronous_standby_names="*", synchronous_commit="local") as primary, \
            primary.standby() as standby:
        with writing(primary.url) as writer:
            writer.wait_for(50)
            standby.kill()
            time.sleep(0.3)
            writer.failures.clear()
            acks = set(writer.acks)
            for _ in range(12000):
                primary.sql("postgres", "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                                        " WHERE wait_event = 'SyncRep'")
                if len(writer.failures) > 4:
                    break
                time.sleep(0.05)
            assert writer.acks == acks, "a step was acknowledged that its standby does not have"
            assert len(writer.failures) > 4 and all(
                "look before" in why for _, why in writer.failures), writer.failures[:3]


def test_a_store_that_is_down_is_to_be_asked_again_and_names_no_place():
    asked = [("GET", "/cases", None), ("GET", "/records/demand?fields=*", None), ("GET", "/todo", None),
             ("POST", "/records/demand", {"title": "虚构", "text": "虚构"}), ("GET", "/notifications", None)]
    with pg.Cluster() as database:
        world = client.World(ZHIYUN, store=database.url, people=load.PEOPLE)
        try:
            writer = world["writer0"]
            before = [writer.ask(*one).status for one in asked]
            assert all(status < 300 for status in before), before
            database.kill()
            refused = [(one, writer.ask(*one)) for one in asked for _ in range(2)]
            for one, reply in refused:
                assert reply.status == 503 and int(reply.headers["retry-after"]) > 0, (one, reply)
                assert not re.search(r"postgres|constraint|SQLSTATE|/tmp", str(reply)), (one, reply)
            database.start()
            assert [writer.ask(*one).status for one in asked] == before
        finally:
            world.close()


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
