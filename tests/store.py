"""Where the records of an instance under test live: a file in its folder or, with DB=postgres, a
schema of its own in the database that ZHIYUN_POSTGRES names (tools/pg.py run sets both)."""
import contextlib
import hashlib
import os
import sqlite3
import subprocess
import sys

import sqlite_file

SERVER = os.environ.get("ZHIYUN_POSTGRES") if os.environ.get("DB") == "postgres" else None
known = {}


def psql(url, text):
    return subprocess.run(["psql", url, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text], check=True,
                          capture_output=True, text=True).stdout


def address(data):
    """The address of the store of the instance in the folder `data`; made at its first use."""
    if not SERVER:
        return f"sqlite:{data}/zhiyun.db"
    data = os.path.abspath(data)
    if data not in known:
        schema = "test_" + hashlib.sha256(data.encode()).hexdigest()[:16]
        psql(SERVER, f"CREATE SCHEMA IF NOT EXISTS {schema}")
        known[data] = f"{SERVER}{'&' if '?' in SERVER else '?'}options=-csearch_path%3D{schema}"
    return known[data]


def words(data):
    """What a command needs to find its instance."""
    return ["--data", data, *(["--store", address(data)] if SERVER else [])]


def coded(zhiyun, data, url, statements):
    """In one transaction, as the program `zhiyun` would: rows get their codes (coded_sql.c beside it)."""
    if not statements:
        return
    done = subprocess.run([os.path.join(os.path.dirname(zhiyun), "tests", "coded_sql"), os.path.join(data, "keys"), url],
                          input="".join(f"{statement}\0" for statement in statements), text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{done.stderr}: {statements}")


def run(data, sql):
    """One statement; its rows, each a list of texts. Fails with an exception. What it changes is the program's."""
    if sql.startswith(("INSERT", "UPDATE", "DELETE")) and os.path.isdir(os.path.join(data, "keys")):
        coded(sys.argv[1], data, address(data), [sql])
        return []
    return plant(data, sql)


def plant(data, sql):
    """The same by another hand, beside the program."""
    if SERVER:
        return [line.split("|") for line in psql(address(data), sql).splitlines()]
    with contextlib.closing(sqlite_file.connect(os.path.join(data, "zhiyun.db"), isolation_level=None)) as db:
        return [[str(value) for value in row] for row in db.execute(sql)]


def has_table(data, name):
    try:
        run(data, f"SELECT count(*) FROM {name}")
    except (sqlite3.Error, subprocess.CalledProcessError):
        return False
    return True


@contextlib.contextmanager
def held(data):
    """Somebody else writes for as long as this lasts."""
    if not SERVER:
        other = sqlite_file.connect(os.path.join(data, "zhiyun.db"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
        return
    session = subprocess.Popen(["psql", address(data), "-XAtq"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        session.stdin.write("BEGIN; LOCK TABLE change; SELECT 'locked';\n")
        session.stdin.flush()
        assert session.stdout.readline() == "locked\n"
        yield
    finally:
        session.communicate("ROLLBACK;\n", timeout=20)
