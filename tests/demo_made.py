"""The demo for tests that live in one but are not about its making, which takes a processor a quarter of
a minute: made once for a build, and copied (prepared.py). On PostgreSQL each makes its own.

It is made at ten in the morning of its last day, whatever day the tests are run on: a server under test that stands at
noon of that day then sees no later time in it."""
import os
import subprocess
import time

import prepared
import store

UNSYNCED = "ZHIYUN_UNSYNCED"  # src/cmd/instance_disk.c: the mark of an instance that no disk was waited for


MADE_S = 1795140000  # 2026-11-20 10:00 in China


def make(zhiyun, data):
    """In Chinese; all that it said."""
    clock = os.path.join(os.path.dirname(os.path.abspath(zhiyun)), "tests", "clock.so")  # tests/http/clock.c
    env = {name: value for name, value in os.environ.items() if name != UNSYNCED}
    if os.path.exists(clock):
        env |= {"LD_PRELOAD": clock, "TEST_CLOCK_BASE": str(int((MADE_S - time.time()) * 1e6))}
    done = subprocess.run([zhiyun, "--lang", "zh", *store.words(data), "demo"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=env)
    if done.returncode != 0:
        raise RuntimeError(f"demo: {done.returncode} {done.stdout}")
    return done.stdout


def copy_to(zhiyun, data):
    """Makes `data` a demo, for which it must not be there yet; what the making said, in Chinese."""
    if store.SERVER:
        return make(zhiyun, data)
    assert not os.path.exists(data), data
    said = prepared.copied(zhiyun, ["demo", MADE_S],
                           lambda folder: make(zhiyun, os.path.join(folder, "data")), data)
    if os.environ.get(UNSYNCED) == "1":
        with open(os.path.join(data, "unsynced"), "w", encoding="ascii"):
            pass
    return said
