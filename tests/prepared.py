"""What is made once for a build and copied by every test that wants one: worlds (kernel/client.py) and the demo
(demo_made.py), the folder of an instance each, and its database on PostgreSQL.

They lie in `prepared/` beside the program under test, under the name of this build of it; another build makes its own,
and the old ones go. Those of a PostgreSQL server lie in its own folder and go with it. Whoever needs one first makes it under its lock.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess


def digest(about):
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]


def build_name(zhiyun):
    there = os.stat(zhiyun)
    return digest([there.st_size, there.st_mtime_ns, there.st_ino])


def place(zhiyun, server):
    """The folder of what was made for this build, and for this server."""
    held = re.search(r"[?&]host=(/[^&]*)", server or "")
    top = os.path.join(held[1] if held else os.path.dirname(os.path.abspath(zhiyun)), "prepared")
    here = os.path.join(top, build_name(zhiyun))
    if not os.path.isdir(here):
        os.makedirs(here, exist_ok=True)
        for other in os.listdir(top):
            if other != os.path.basename(here):
                shutil.rmtree(os.path.join(top, other), ignore_errors=True)
    return here


@contextlib.contextmanager
def locked(path):
    with open(path + ".lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def kept(zhiyun, kind, make, server=None):
    """(folder, description) of this kind; `make(folder)` makes one that is not there yet, and returns the description."""
    path = os.path.join(place(zhiyun, server), digest([kind, server]))
    with locked(path):
        if not os.path.isdir(path):
            part = path + ".part"
            shutil.rmtree(part, ignore_errors=True)
            os.makedirs(part)
            about = make(part)
            with open(os.path.join(part, "about.json"), "w", encoding="utf-8") as file:
                json.dump(about, file)
            os.rename(part, path)
    with open(os.path.join(path, "about.json"), encoding="utf-8") as file:
        return path, json.load(file)


def copied(zhiyun, kind, make, to):
    """Copies the folder `data` of this kind to `to`; its description."""
    path, about = kept(zhiyun, kind, make)
    shutil.copytree(os.path.join(path, "data"), to, dirs_exist_ok=True)
    return about


# --- with a database of a PostgreSQL server -----------------------------------------------------


def sql(server, statement):
    done = subprocess.run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement, server], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"{statement}: {done.stderr}")


def database(server, name):
    """The address of a database of the same server."""
    return re.sub(r"^(postgresql://[^/]*/)[^?]*", lambda m: m[1] + name, server)


def copied_with_database(zhiyun, server, kind, make, to, copy):
    """The same; `make(folder, address of a database)`, and the copy of that database is called `copy`."""
    name = f"prepared_{build_name(zhiyun)}_{digest(kind)}"

    def make_both(folder):
        sql(server, f"DROP DATABASE IF EXISTS {name}")
        sql(server, f"CREATE DATABASE {name} TEMPLATE template0")
        return make(folder, database(server, name))
    path, about = kept(zhiyun, kind, make_both, server)
    shutil.copytree(os.path.join(path, "data"), to, dirs_exist_ok=True)
    with locked(os.path.join(place(zhiyun, server), "copies")):  # a template is copied by one at a time
        sql(server, f"CREATE DATABASE {copy} TEMPLATE {name} STRATEGY file_copy")
    return about
