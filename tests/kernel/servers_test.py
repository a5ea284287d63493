#!/usr/bin/env python3
"""servers_test.py ZHIYUN: two servers of one PostgreSQL store, asked for what excludes each other at the same moment; and one
of them killed while eight write.

ROUNDS (3; in make check 100) races of each kind: a number of a contract, a filing that only one deal of a unit may have, a
version, the next numbers of a unit."""
import copy
import itertools
import os
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
ROUNDS = int(os.environ.get("ROUNDS", "3"))
NUMBERS = itertools.count(1)


def deal(**more):
    return {"type": "transfer", "title": f"虚构{next(NUMBERS)}", **more}


def writers(world, count):
    """The same person on connections of its own, by turns to each of the servers."""
    made = [copy.copy(world["centre_manager"]) for _ in range(count)]
    for at, person in enumerate(made):
        person.server, person.connection = world.servers[at % 2], None
    return made


def one_wins(replies, lost):
    won = [reply.status for reply in replies if reply.status in (200, 201)]
    assert len(won) == 1 and all(reply.status in (200, 201, *lost) for reply in replies), replies


def test_a_number_is_one_deals(world):
    for _ in range(ROUNDS):
        body = deal(contract_no=f"HT-{next(NUMBERS)}")
        one_wins(client.at_once([lambda who=who: who.create("deal", body) for who in writers(world, 4)]), (409,))


def test_what_a_rule_forbids_beside_another_record_is_there_once(world):
    """No database index says this: the second must see what the first wrote."""
    for _ in range(ROUNDS):
        filing = f"BA-{next(NUMBERS)}"
        one_wins(client.at_once([lambda who=who: who.create("deal", deal(filing_no=filing)) for who in writers(world, 4)]), (400,))
        assert client.ask_sql(world, f"SELECT count(*) FROM record_deal WHERE filing_no = '{filing}'") == [("1",)]


def test_a_version_is_changed_once(world):
    for _ in range(ROUNDS):
        made = world["centre_manager"].create("deal", deal()).json["id"]
        one_wins(client.at_once([lambda who=who: who.change("deal", made, 1, {"title": f"虚构{next(NUMBERS)}"}) for who in writers(world, 4)]), (409, 412))


def test_numbers_of_a_unit_follow_each_other(world):
    def serials():
        return sorted(int(number.rsplit("-", 1)[1]) for number, in client.ask_sql(
            world, f"SELECT number FROM record_deal WHERE owner_unit = {world['centre_manager'].unit}"))
    before = serials()
    for _ in range(ROUNDS):
        replies = client.at_once([lambda who=who: who.create("deal", deal()) for who in writers(world, 8)])
        assert all(reply.status == 201 for reply in replies), replies
    after = serials()
    assert len(after) == len(before) + 8 * ROUNDS and after == list(range(after[0], after[0] + len(after))), after


def test_what_a_killed_server_acknowledged_is_there_once(world):
    """Who is not answered does not know; what was answered is there once, and the other server goes on."""
    for _ in range(1 if ROUNDS < 10 else 10):
        done, stop = set(), threading.Event()

        def write(who):
            while not stop.is_set():
                title = f"虚构{next(NUMBERS)}"
                try:
                    if who.create("deal", {"type": "transfer", "title": title}).status == 201:
                        done.add(title)
                except OSError:
                    return
        threads = [threading.Thread(target=write, args=(who,)) for who in writers(world, 8)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        world.servers[1].kill()
        gone = len(done)
        begun = time.monotonic()
        while len(done) < gone + 20:
            assert time.monotonic() - begun < 60, "nobody writes any more"
            time.sleep(0.01)
        stop.set()
        for thread in threads:
            thread.join()
        kept = [title for title, in client.ask_sql(world, "SELECT title FROM record_deal")]
        assert len(kept) == len(set(kept)) and done <= set(kept), done - set(kept)
        world.servers[1].start()
    world.server.run("verify")


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    FOLDER = tempfile.mkdtemp(prefix="zhiyun-kernel-")
    OTHER = client.Server(ZHIYUN, os.path.join(FOLDER, "data"), WORLD.server.store)
    try:
        shutil.copytree(WORLD.data, OTHER.data, ignore=shutil.ignore_patterns("index", "*.lock", "LOCK"))
        OTHER.start()
        WORLD.servers = [WORLD.server, OTHER]
        tap.run(sys.modules[__name__], WORLD)
    finally:
        OTHER.stop()
        WORLD.close()
        shutil.rmtree(FOLDER, ignore_errors=True)
