#!/usr/bin/env python3
"""A private PostgreSQL server for tests, in a temporary folder, reached by a Unix socket only.

    pg.py run [--synced] COMMAND…
                         runs it with DB=postgres and ZHIYUN_POSTGRES=postgresql://…; uses the
                         server that ZHIYUN_POSTGRES names already, else starts one for the command;
                         --synced: one of its own that syncs every commit to disk
    pg.py psql           starts one and opens psql on it

As root the server runs as the user postgres (else nobody), as PostgreSQL refuses root. The database
orders text by ICU's Chinese rules, so that whatever relies on the order of bytes without saying so
fails. Unless asked for, data is not synced to disk: a killed server loses nothing, a power cut is not tested here.
"""
import contextlib
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "jit": "off",
    "checkpoint_timeout": "1h",
    "plan_cache_mode": "force_generic_plan",  # a statement runs a few times on its connection: plans of its values cost more
    "max_wal_size": "4GB",
    "logging_collector": "off",
    "timezone": "UTC",
}


def programs():
    """Folder of initdb and postgres: the newest version of Debian's, else where pg_config says."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"),
                   key=lambda path: int(path.split("/")[4]) if path.split("/")[4].isdigit() else 0)
    if found:
        return os.path.dirname(found[-1])
    initdb = shutil.which("initdb")
    if initdb:
        return os.path.dirname(os.path.realpath(initdb))
    sys.exit("pg.py: PostgreSQL's initdb is not installed; type tools/setup.sh test")


def drop_root():
    """Words before a command so that it does not run as root, and the user's numbers."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"], user
    sys.exit("pg.py: no user to run PostgreSQL as")


def children_of(parent):
    """Process ids, out of /proc: a minimal Debian has no pgrep."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(pid))
    return found


def runs(pid):
    """Not gone, nor a zombie that holds nothing any more."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Cluster:
    """with Cluster() as c: c.url … ; c.kill() and c.start() for crash tests, c.standby() for a
    copy that follows it."""

    def __init__(self, primary=None, **settings):
        self.bin = programs()
        self.settings = {**SETTINGS, **settings}
        self.prefix, user = drop_root()
        self.folder = tempfile.mkdtemp(prefix="zhiyun-pg-")
        if user:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(self.folder, "log")
        self.process = None
        self.url = f"postgresql:///zhiyun?host={self.folder}&user=postgres"
        try:
            if primary:
                self.run("pg_basebackup", "-h", primary.folder, "-U", "postgres", "-D", self.data,
                         "-R", "-X", "stream", "-c", "fast", "--no-sync")
                self.start()
                return
            self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8", "--lc-collate=C", "--no-sync")
            self.start()
            self.sql("postgres", "CREATE DATABASE zhiyun TEMPLATE template0 LOCALE_PROVIDER icu"
                                 " ICU_LOCALE 'zh'")
        except BaseException:
            self.close()
            raise

    def environment(self):
        """The machine's clock, whatever that of the tests: with libfaketime 0.9.10 its lock_timeout never ends."""
        return {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LD_PRELOAD"))}

    def run(self, program, *args):
        done = subprocess.run([*self.prefix, os.path.join(self.bin, program), *args], cwd="/",
                              env=self.environment(), capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def sql(self, database, text):
        return self.run("psql", "-h", self.folder, "-U", "postgres", "-d", database, "-XAtq",
                        "-v", "ON_ERROR_STOP=1", "-c", text)

    def start(self):
        settings = {**self.settings, "unix_socket_directories": self.folder}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, os.path.join(self.bin, "postgres"), "-D", self.data, *options],
                cwd="/", env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        until = time.monotonic() + 60
        ready = [os.path.join(self.bin, "pg_isready"), "-q", "-h", self.folder]
        while subprocess.run(ready, env=self.environment()).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > until:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise RuntimeError(f"postgres did not start: {log.read()[-2000:]}")
            time.sleep(0.05)

    def standby(self, **settings):
        return Cluster(primary=self, **settings)

    def kill(self):
        """As a crash: the server and all its children get SIGKILL. Until the last is gone, none can be started again."""
        self.process.send_signal(signal.SIGSTOP)  # it makes no further children
        children = children_of(self.process.pid)
        for pid in [self.process.pid, *children]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(runs(pid) for pid in children):
            time.sleep(0.005)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in ("run", "psql"):
        sys.exit(__doc__)
    synced = sys.argv[2:3] == ["--synced"]
    if synced:
        del sys.argv[2]
    elif sys.argv[1] == "run" and os.environ.get("ZHIYUN_POSTGRES"):
        os.environ["DB"] = "postgres"
        os.execvp(sys.argv[2], sys.argv[2:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server must not outlive us
    with Cluster(**({"fsync": "on", "full_page_writes": "on"} if synced else {})) as cluster:
        command = sys.argv[2:] if sys.argv[1] == "run" else ["psql", cluster.url]
        environment = {**os.environ, "DB": "postgres", "ZHIYUN_POSTGRES": cluster.url}
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
