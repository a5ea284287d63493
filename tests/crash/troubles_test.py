#!/usr/bin/env python3
"""troubles_test.py ZHIYUN: a server whose disk is full, that has no descriptor left, whose folder is on a medium that
nobody may write; under a mixed load of those who ask again until they are answered. Nothing is lost, halved or
done twice, and it goes on by itself once the trouble is over.

CYCLES of each (2; LONG=1: 20), SEED. Clocks that jump: http/clock; deaths: kill, powercut, postgres.
"""
import contextlib
import errno
import http.client
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types

import load
import client
import tap

del os.environ["ZHIYUN_UNSYNCED"]  # what is acknowledged is on the disk

ZHIYUN = os.path.abspath(sys.argv[1])
CYCLES = int(os.environ.get("CYCLES", "20" if os.environ.get("LONG") else "2"))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 31)))
DISK = 1 << 30  # of which what many cycles write is a part


@contextlib.contextmanager
def mounted(at, *arguments):
    if subprocess.run(["mount", *arguments, at], capture_output=True, check=False).returncode != 0:
        raise tap.Skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", at], check=False)


@contextlib.contextmanager
def small_disk():
    disk = tempfile.mkdtemp(prefix="zhiyun-disk-")
    try:
        with mounted(disk, "-t", "tmpfs", "-o", f"size={DISK}", "none"):
            yield disk
    finally:
        os.rmdir(disk)


def fill(path):
    """To the last byte."""
    with open(path, "wb", buffering=0) as file:
        for piece in (1 << 24, 1 << 12, 1):
            try:
                while True:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, piece)
            except OSError as fault:
                assert fault.errno == errno.ENOSPC, fault


def settled(run, cycle):
    """After a cycle: its writers stop, and everything is looked at."""
    run.stop()
    asked, had = run.settle_unknown()
    run.check_writes()
    if cycle % 4 == 3:
        run.check_log()
        run.verify()
    return asked, had


def told(what, run):
    run.check()
    run.verify()
    print(f"# {CYCLES} times {what}: {len(run.ledger.done)} acknowledged writes, 0 lost, 0 doubled; meanwhile answered by "
          f"{dict(run.troubles)} (0: not)", flush=True)


def healthz(world):
    return client.Person(world.server).ask("GET", "/healthz").status


def test_a_full_disk_loses_nothing_and_is_written_again_by_itself():
    print(f"# SEED={SEED}", flush=True)
    with small_disk() as disk, load.loaded(ZHIYUN, SEED, patient=True, disk=disk) as run:
        filler = os.path.join(disk, "filler")
        for cycle in range(CYCLES):
            run.start()
            assert run.first_ack.wait(600), "nothing is acknowledged"
            before = run.troubles[507]
            fill(filler)
            run.wait_for(lambda: run.troubles[507] > before)  # noqa: B023: asked within this round
            assert healthz(run.world) == 507
            reader = client.Person(run.world.server, run.world["writer0"].token)
            assert reader.get("/records/demand?limit=1").status == 200  # what is there is read
            os.unlink(filler)
            run.until_all_write()
            run.wait_for(lambda: healthz(run.world) == 200)
            settled(run, cycle)
        assert set(run.troubles) == {507}, run.troubles
        told("a full disk", run)


def highest_free(pid):
    """No descriptor below it is free; those above stay open, but no new one comes."""
    have = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
    return next(n for n in range(1 << 20) if n not in have)


class Crowd:
    """Who comes anew while nobody can be let in; each is answered in the end, or told at once that he is not."""

    def __init__(self, world, count):
        self.statuses = []
        self.threads = [threading.Thread(target=self.come, args=(world,), daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def come(self, world):
        while True:
            try:
                self.statuses.append(client.Person(world.server).ask("GET", "/healthz").status)
                return
            except OSError:
                time.sleep(0.05)

    def answered(self):
        for thread in self.threads:
            thread.join()
        return set(self.statuses)


def is_refused(who, cycle):
    """Whether one of many uploads is: by an answer that names no place, or by a connection that is shut."""
    for number in range(200):
        try:
            done = who.ask("POST", "/files?name=fictional.txt", raw=f"fictional {cycle} {number}".encode())
        except (http.client.HTTPException, OSError):
            return True
        if done.status >= 500:
            assert done.status in (503, 507) and "/" not in done.json["detail"], done
            return True
    return False


def leave(world):
    """Everybody inside, amid what he asks: libmicrohttpd lets nobody in again before somebody left, or was idle for long."""
    for name in load.PEOPLE:
        connection = world[name].connection
        if connection and connection.sock:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)


def test_without_descriptors_nothing_is_lost_and_it_goes_on_by_itself():
    with load.loaded(ZHIYUN, SEED, patient=True) as run:
        who, refused = run.world["writer0"], 0
        uploader = client.Person(run.world.server, who.token)
        for cycle in range(CYCLES):
            run.start()
            assert run.first_ack.wait(600), "nothing is acknowledged"
            assert uploader.get("/records/demand?limit=1").status == 200  # it has its connection
            pid = run.world.server.process.pid
            bounds = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (highest_free(pid), bounds[1]))
            crowd = Crowd(run.world, 20)
            refused += is_refused(uploader, cycle)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, bounds)
            leave(run.world)
            assert crowd.answered() == {200}
            run.until_all_write()
            done = uploader.ask("POST", "/files?name=fictional.txt", raw=f"fictional {cycle}".encode())
            assert done.status in (200, 201), done
            settled(run, cycle)
        assert refused == CYCLES, f"descriptors ran out in {refused} of {CYCLES} cycles"
        told("no descriptor", run)


def on_read_only_medium(server, was_killed):
    """What the manual says of it: it is read in place, and nothing is written; what was not shut properly is copied first."""
    with mounted(server.data, "--bind", server.data):
        subprocess.run(["mount", "-o", "remount,ro,bind", server.data], check=True)
        there = sorted(os.listdir(server.data))
        said = subprocess.run(server.command("--json", "verify"), capture_output=True, text=True, env=server.env, check=False)
        if was_killed:
            assert said.returncode != 0 and "copy" in said.stderr, said
        else:
            assert said.returncode == 0, said
        serve = subprocess.run(server.command("--quiet", "serve", "--listen", "127.0.0.1:0"), capture_output=True, text=True,
                               env=server.env, check=False)
        assert serve.returncode != 0 and serve.stderr.strip(), serve
        assert sorted(os.listdir(server.data)) == there


def test_a_medium_that_nobody_may_write_is_read_and_loses_nothing():
    with load.loaded(ZHIYUN, SEED) as run:
        for cycle in range(CYCLES):
            run.start()
            assert run.first_ack.wait(600), "nothing is acknowledged"
            run.until_all_write()
            if cycle % 2:
                run.world.server.kill()
                run.stop()
            else:
                run.stop()
                run.world.server.stop()
            on_read_only_medium(run.world.server, cycle % 2)
            run.world.server.start()
            run.settle_unknown()
            run.check_writes()
        told("a medium that nobody may write", run)


tap.run(types.SimpleNamespace(**{k: v for k, v in globals().items() if k.startswith("test_")}))
