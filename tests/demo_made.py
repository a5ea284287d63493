"""The demo for tests that live in one but are not about its making, which takes a processor a quarter of
a minute: made once for a build and a day, and copied (prepared.py). On PostgreSQL each makes its own."""
import datetime
import os
import subprocess

import prepared
import store

UNSYNCED = "ZHIYUN_UNSYNCED"  # src/cmd/instance_disk.c: the mark of an instance that no disk was waited for


def make(zhiyun, data):
    """In Chinese; all that it said."""
    env = {name: value for name, value in os.environ.items() if name != UNSYNCED}
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
    said = prepared.copied(zhiyun, ["demo", datetime.date.today().isoformat()],
                           lambda folder: make(zhiyun, os.path.join(folder, "data")), data)
    if os.environ.get(UNSYNCED) == "1":
        with open(os.path.join(data, "unsynced"), "w", encoding="ascii"):
            pass
    return said
