"""The demo for tests that live in one but are not about its making, which takes a processor a quarter of
a minute: made once for a build, in its folder, and copied. On PostgreSQL each makes its own."""
import contextlib
import datetime
import fcntl
import hashlib
import os
import shutil
import subprocess

import store

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UNSYNCED = "ZHIYUN_UNSYNCED"  # src/cmd/instance_disk.c: the mark of an instance that no disk was waited for


def name_of(zhiyun):
    """Another program, other types, packs or papers, another day: another demo."""
    known = hashlib.sha256(datetime.date.today().isoformat().encode())
    files = [zhiyun]
    for folder in ("packs", "po", "reference", "types"):
        for at, _, names in os.walk(os.path.join(SOURCE, folder)):
            files += [os.path.join(at, name) for name in names]
    for path in sorted(files):
        about = os.stat(path)
        known.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return known.hexdigest()[:20]


def make(zhiyun, data):
    """In Chinese; all that it said."""
    env = {name: value for name, value in os.environ.items() if name != UNSYNCED}
    done = subprocess.run([zhiyun, "--lang", "zh", *store.words(data), "demo"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=env)
    if done.returncode != 0:
        raise RuntimeError(f"demo: {done.returncode} {done.stdout}")
    return done.stdout


@contextlib.contextmanager
def alone(path):
    with open(path, "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def copy_to(zhiyun, data):
    """Makes `data` a demo, for which it must not be there yet; what the making said, in Chinese."""
    if store.SERVER:
        return make(zhiyun, data)
    shelf = os.path.join(os.path.dirname(os.path.abspath(zhiyun)), "demo-made")
    os.makedirs(shelf, exist_ok=True)
    with alone(shelf + ".lock"):
        made = os.path.join(shelf, name_of(zhiyun))
        said = os.path.join(made, "said")
        if not os.path.exists(said):  # written last
            shutil.rmtree(shelf)
            os.makedirs(made)
            words = make(zhiyun, os.path.join(made, "data"))
            with open(said, "w", encoding="utf-8") as file:
                file.write(words)
        subprocess.run(["cp", "-a", "--reflink=auto", os.path.join(made, "data"), data], check=True)
        with open(said, encoding="utf-8") as file:
            words = file.read()
    if os.environ.get(UNSYNCED) == "1":
        with open(os.path.join(data, "unsynced"), "w", encoding="ascii"):
            pass
    return words
