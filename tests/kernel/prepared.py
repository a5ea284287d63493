"""A world is built once and copied: the folder of its instance, its database on PostgreSQL, and who is in it.

Templates lie in `prepared/` beside the program under test, one for each kind of world (people, types, day, engine). Whoever
needs one first builds it under its lock. They belong to this very program: another build makes its own, and the old ones go.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess

DAY_S = 86400


def program_name(zhiyun):
    """Of this build of the program."""
    there = os.stat(zhiyun)
    return hashlib.sha256(f"{there.st_size} {there.st_mtime_ns} {there.st_ino}".encode()).hexdigest()[:12]


def place(zhiyun):
    top = os.path.join(os.path.dirname(zhiyun), "prepared")
    here = os.path.join(top, program_name(zhiyun))
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


def sql(server, statement):
    done = subprocess.run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement, server], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"{statement}: {done.stderr}")


def database(server, name):
    """The address of a database of the same server."""
    return re.sub(r"^(postgresql://[^/]*/)[^?]*", lambda m: m[1] + name, server)


def template(zhiyun, server, kind, build):
    """(folder, description, name of the database or None) of the template of this kind; `build(folder, store)` makes one that
    is not there yet, stops what it started, and returns the description."""
    key = hashlib.sha256(json.dumps([kind, server or ""], sort_keys=True).encode()).hexdigest()[:16]
    path = os.path.join(place(zhiyun), key)
    name = f"prepared_{program_name(zhiyun)}_{key}" if server else None
    with locked(path):
        if not os.path.isdir(path):
            part = path + ".part"
            shutil.rmtree(part, ignore_errors=True)
            os.makedirs(part)
            if server:
                sql(server, f"DROP DATABASE IF EXISTS {name}")
                sql(server, f"CREATE DATABASE {name} TEMPLATE template0")
            about = build(os.path.join(part, "data"), database(server, name) if server else None)
            with open(os.path.join(part, "about.json"), "w", encoding="utf-8") as file:
                json.dump(about, file)
            os.rename(part, path)
    with open(os.path.join(path, "about.json"), encoding="utf-8") as file:
        return os.path.join(path, "data"), json.load(file), name


def copied(zhiyun, server, kind, build, to, copy):
    """The description of a world of this kind whose folder is now `to` and whose database is `copy`."""
    folder, about, name = template(zhiyun, server, kind, build)
    shutil.copytree(folder, to, dirs_exist_ok=True)
    if server:
        with locked(os.path.join(place(zhiyun), "copies")):  # a template is copied by one at a time
            sql(server, f"CREATE DATABASE {copy} TEMPLATE {name}")
    return about
