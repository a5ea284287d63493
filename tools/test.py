#!/usr/bin/env python3
"""test.py BUILD [OPTION…]: runs tests of a build side by side, and says what came of them.

    (nothing)     what guards a change (make test): the tests that tools/which_tests.py names for what the last commit or the
                  working tree touches; of those that the change can reach a third, of the others a tenth, drawn by the
                  hash of the last commit, or DRAW=…, printed; on PostgreSQL the suite "core"; no test that exhausts
                  descriptors, disk, memory or clock of the machine (suites of LONG_SUITES)
    --all         everything, on both databases (make check)
    --sanitized   for builds with a sanitizer: C tests, the API, one life a programme
    --part WORDS  one part alone, of the table below
    --only TEXT   only tests whose names hold it
    --shares      writes tests/shares anew: processor seconds of each test
    --slowest     names the ten slowest tests of every part

A test is a program of Meson's list that prints TAP. Several run at once (JOBS=…; else four more than there are cores,
for tests wait, too; browser tests take two of these places). No test fails by the clock: one is ended when it hangs, that is,
when it has printed nothing for HANGS_S and used no processor meanwhile, or MUCH_S of processor without a line. tests/shares
orders them, the longest first, and says which are short.

Processor seconds are those of a test and of all that it started, also of what outlived its parent: each test runs below a
process that adopts orphans (PR_SET_CHILD_SUBREAPER), ends them when the test ends, and waits for them.

Ends with the ten dearest programs and one line `N passed, N failed[, N skipped]`.
"""
import argparse
import collections
import contextlib
import ctypes
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pg
import small_fonts
import test_env
from draw import draw, touched
from which_tests import choose

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SHARES = os.path.join(ROOT, "tests", "shares")
PARTS = [  # name, suites of Meson, those of them that are drawn from unless --all
    ("unit and property", ["unit"]),
    ("fuzz corpus", ["fuzz"]),
    ("packs", ["packs"]),
    ("API and matrix", ["api"]),
    ("programmes", ["programmes"]),
    ("PostgreSQL", ["core", "postgres", "api-postgresql", "programmes-postgresql"]),
    ("crash", ["crash", "crash-postgresql"]),
    ("papers", ["papers"]),
    ("second verifier", ["verifier"]),
    ("browser", ["browser"]),
]
POSTGRES = {"postgres", "api-postgresql", "programmes-postgresql", "crash-postgresql"}  # of which make test runs from the core
LONG_SUITES = {"crash", "crash-postgresql", "check"}  # make check alone
SANITIZED = {"unit", "fuzz", "api", "one-life", "postgres"}  # and the C tests of "crash"
WHOLE_FONTS = {"papers", "unit", "browser", "whole-fonts"}  # what is about how text looks; elsewhere small ones, but with --all
TEXTS = ("packs", "types", "po", "reference", "tests")  # whose characters papers may have
HANGS_S, IDLE = 600, 0.02  # a server that is asked nothing uses less than a fiftieth of a core
MUCH_S = 1800
SOURCES = (".py", ".sh", ".scenario", ".ts", ".md", ".txt")  # that a test is made of
SCRATCH_BYTES = 6 << 30
SKIPS_ALL = 77  # exit status, as Meson reads it
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


# --- which ------------------------------------------------------------------------------------


class Test:
    def __init__(self, entry):
        self.name, self.command, self.priority = entry["name"], entry["cmd"], entry["priority"]
        self.suites = [suite.split(":")[-1] for suite in entry["suite"]]
        self.env, self.alone, self.by_status = entry["env"], not entry["is_parallel"], entry["protocol"] == "exitcode"
        if os.path.basename(self.command[0]).startswith("python3"):  # not what a search path has in front of it
            self.command = [sys.executable, *self.command[1:]]
        self.part = next((name for name, suites in PARTS if set(suites) & set(self.suites)), None)
        self.is_c = not any(word.endswith((".py", ".sh")) for word in self.command)
        self.folder = next((suite.removeprefix("src/") for suite in self.suites if suite.startswith("src/")), None)
        self.files = {os.path.relpath(word, ROOT) for word in self.command if word.startswith(ROOT + "/") and word.endswith(SOURCES)}
        self.places = 2 if "browser" in self.suites else 1  # of the JOBS: a server, a browser and node


def tests_of(build):
    listing = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True).stdout
    found = [test for test in map(Test, json.loads(listing))]
    stray = [test.name for test in found if not test.part]
    if stray:
        sys.exit(f"test.py: {stray} are of no part; name their suite in PARTS")
    return found


def weight(test, shares):
    """Its share; of one that was never measured on PostgreSQL that of the same test on SQLite."""
    return shares.get(test.name, shares.get(test.name.removesuffix(", PostgreSQL"), 1.0))


# --- processor seconds ------------------------------------------------------------------------


def read_shares():
    """{test: processor seconds}"""
    shares = {}
    with contextlib.suppress(FileNotFoundError), open(SHARES, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, seconds = line.rstrip("\n").rsplit("\t", 1)
                shares[name] = float(seconds)
    return shares


def write_shares(runs):
    kept = {**read_shares(), **{run.test.name: run.processor for run in runs}}
    with open(SHARES, "w", encoding="utf-8") as file:
        file.write("# Processor seconds of each test (tools/test.py --shares):\n"
                   "# the longest begin first.\n")
        for name, seconds in sorted(kept.items()):
            file.write(f"{name}\t{seconds:.1f}\n")


# --- one test -----------------------------------------------------------------------------------


def start_adopting(command, folder, env, errors):
    """Starts a process that runs the command and adopts what it leaves: (its id, the command's output). It ends with the
    command, as the command ended, or when it gets SIGTERM; nothing that the command started goes on."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(BaseException):
            os.close(reader)
            status = adopt(command, folder, env, writer, errors.fileno())
        os._exit(status)
    os.close(writer)
    os.set_blocking(reader, False)
    return pid, open(reader, "rb", buffering=0)


def adopt(command, folder, env, output, errors):
    """The process above; its exit status."""
    prctl = ctypes.CDLL(None).prctl
    os.setsid()
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    ended = []

    def end_children(*_):
        ended.append(True)
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            for child in file.read().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)

    signal.signal(signal.SIGTERM, end_children)
    first = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
    os.close(output)
    status = 0
    while True:
        try:
            pid, how = os.wait()
        except ChildProcessError:
            return status
        if pid == first.pid:
            code = os.waitstatus_to_exitcode(how)
            status = code if code >= 0 else 128 - code
            ended.append(True)
        if ended:
            end_children()


class Run:
    """A test under way, and what it printed."""

    def __init__(self, test, build, log, perturbs, faces):
        self.test, self.began, self.lines, self.rest = test, time.monotonic(), [], b""
        self.times, self.last, self.quiet_since, self.used_then = [], self.began, self.began, None
        self.hung, self.heard, self.processor, self.seconds, self.status = False, False, 0.0, 0.0, None
        self.log = open(log, "ab", buffering=0)  # what servers say goes there beside what the test prints, not into it
        env = {**os.environ, **test.env}
        if "crash" in test.suites or "crash-postgresql" in test.suites:
            env.pop("TMPDIR", None)  # what is about the disk is on one
        whole, small = faces
        env["FONTCONFIG_FILE"] = whole if WHOLE_FONTS & set(test.suites) else small
        if "REACH" in os.environ:  # what it runs is noted there (tests/reach)
            env["REACH"] = os.path.join(os.environ["REACH"], test.name.replace("/", "%"))
            os.makedirs(env["REACH"], exist_ok=True)
            os.chmod(env["REACH"], 0o777)
        if perturbs or {"unit", "fuzz"} & set(test.suites):  # new and freed memory holds this; papers then take twice as long
            env["MALLOC_PERTURB_"] = str(len(test.name) * 37 % 255 + 1)
        # Its mounts end with it, whatever becomes of it.
        own = ["unshare", "--mount"] if os.geteuid() == 0 and can_unshare() else []
        command = [sys.executable if os.path.basename(word) == "python3" else word for word in test.command]  # no shim before it
        self.pid, self.stdout = start_adopting([*own, *command], build, env, self.log)

    def hear(self):
        """False: its output has ended."""
        piece = self.stdout.read(65536)
        self.heard = bool(piece)
        if piece is None:
            return True
        now = time.monotonic()
        self.log.write(piece)
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            self.take(line.decode("utf-8", "replace"), now)
        self.quiet_since, self.used_then = now, None
        return bool(piece)

    def take(self, line, now):
        self.lines.append(line)
        if re.match(r"(not )?ok \d", line):
            self.times.append((now - self.last, line))
            self.last = now

    def used(self):
        """Processor seconds of it and of all that it started, so far."""
        parents, seconds = {}, {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
                parents[int(pid)] = int(fields[1])
                seconds[int(pid)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        below = {self.pid}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        return sum(seconds.get(pid, 0) for pid in below)

    def look(self):
        """Ends it when it hangs, or works without end."""
        quiet = time.monotonic() - self.quiet_since
        if quiet > HANGS_S / 10 and self.used_then is None:
            self.used_then = self.used()
        elif quiet > HANGS_S:
            used = self.used() - self.used_then
            if used < IDLE * quiet or used > MUCH_S:
                self.hung = True
                self.end()

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def close(self):
        """Waits for it. One that has closed its output and goes on is given a minute."""
        for _ in range(600):
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
            time.sleep(0.1)
        else:
            self.hung = True
            self.end()
        _, status, used = os.wait4(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        self.processor, self.seconds = used.ru_utime + used.ru_stime, time.monotonic() - self.began
        while self.hear() and self.heard:  # its last lines may have come since it was last heard
            pass
        if self.rest:
            self.take(self.rest.decode("utf-8", "replace"), time.monotonic())
        self.stdout.close()
        self.log.close()

    def verdict(self):
        """(passed, [what was skipped], [what failed])

        Our C tests say "# skipped: why" and pass: cmocka 1.1.5 prints its own skip() as "not ok"."""
        if self.test.by_status and not self.hung:
            return (1, [], []) if self.status == 0 else (0, [], [f"{self.test.name}: it ended with {self.status}"])
        good, skipped, failed, planned = 0, [], [], None
        told = [line[len("# skipped:"):].strip() for line in self.lines if line.startswith("# skipped:")]
        for line in self.lines:
            plan = re.match(r"1\.\.(\d+)", line)
            found = re.match(r"(not )?ok \d+ ?-? ?(.*)", line)
            if plan:
                planned = int(plan[1])
            elif found and found[1]:
                failed.append(f"{self.test.name}: {found[2]}")
            elif found and re.search(r"# *skip", line, re.I):
                skipped.append(found[2])
            elif found:
                good += 1
        none = next((line for line in self.lines if re.match(r"1\.\.0 +# *skip", line, re.I)), None)
        if not good and not failed and not self.status and none:
            return 0, [none.split("#", 1)[1].strip()[len("skip"):].strip() or "all of it"], []
        if self.status == SKIPS_ALL and planned is None and not good and not failed:
            return 0, ["all of it"], []
        if self.hung:
            failed.append(f"{self.test.name}: it hung: nothing printed, and no work done, for {HANGS_S} s (or work without end);"
                          " it was ended")
        elif not planned or good + len(skipped) + len(failed) != planned:
            failed.append(f"{self.test.name}: it ended with {self.status} after {good + len(skipped) + len(failed)} of {planned} tests")
        elif self.status and not failed:
            failed.append(f"{self.test.name}: all passed, and it ended with {self.status}")
        told = told[:good]
        return good - len(told), told + skipped, failed


def can_unshare(answer=[]):  # noqa: B006: asked once
    if not answer:
        answer.append(shutil.which("unshare") is not None and
                      subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0)
    return answer[0]


# --- all of them --------------------------------------------------------------------------------


def run_all(tests, build, jobs, shares, perturbs, faces):
    """The longest first, several at once; then those that want to be alone."""
    waiting = sorted(tests, key=lambda t: (t.alone, -t.priority, -weight(t, shares)))
    running, done, log = {}, [], os.path.join(build, "test-logs")
    shutil.rmtree(log, ignore_errors=True)
    os.makedirs(log)
    with selectors.DefaultSelector() as ear:
        def start(test):
            run = Run(test, build, os.path.join(log, re.sub(r"[^\w.-]+", "_", test.name) + ".txt"), perturbs, faces)
            running[run.stdout] = run
            ear.register(run.stdout, selectors.EVENT_READ)

        def finish(run):
            ear.unregister(run.stdout)
            del running[run.stdout]
            run.close()
            tell(run, len(tests) - len(waiting) - len(running), len(tests))
            done.append(run)

        try:
            while waiting or running:
                while waiting and (not running or not waiting[0].alone and
                                   sum(run.test.places for run in running.values()) + waiting[0].places <= jobs):
                    start(waiting.pop(0))
                for key, _ in ear.select(timeout=5):
                    if not running[key.fileobj].hear():
                        finish(running[key.fileobj])
                for run in list(running.values()):
                    run.look()
        finally:  # whoever ends us ends them: each is a session of its own
            for run in running.values():
                run.end()
    return done


def tell(run, number, of):
    good, skipped, failed = run.verdict()
    print(f"{number:4}/{of} {'FAILED' if failed else 'ok'} {run.test.name}: {good} passed"
          + (f", {len(failed)} failed" if failed else "") + (f", {len(skipped)} skipped" if skipped else "")
          + f" ({run.seconds:.1f} s, {run.processor:.1f} s of the processor)", flush=True)
    if failed:
        with open(run.log.name, encoding="utf-8", errors="replace") as log:
            print(log.read()[-20000:], flush=True)
        print(*why(run.lines), sep="\n", flush=True)


def why(lines):
    """What stands under each failure: what servers said beside it may be far more than is shown."""
    under = False
    for line in lines:
        under = line.startswith("not ok") or (under and line.startswith("#"))
        if under:
            yield line[:2000]


def slowest(runs):
    found = sorted(((seconds, run.test.name, line) for run in runs for seconds, line in run.times), reverse=True)[:10]
    return [f"    {seconds:7.1f} s  {name}: {re.sub(r'^(not )?ok [0-9]+ ?-? ?', '', line)[:110]}" for seconds, name, line in found]


def report(runs, all_slow):
    """Prints the table, and what is to be said; the number of failures."""
    passed, failed, skipped, rows, notes = 0, [], 0, [], []
    by_part = collections.defaultdict(list)
    for run in runs:
        by_part[run.test.part].append(run)
    for part, _ in PARTS:
        there = by_part.get(part)
        if not there:
            rows.append((part, "has no tests here", "", ""))
            continue
        used, wall = sum(run.processor for run in there), sum(run.seconds for run in there)
        bad, good, left_out = [], 0, 0
        for run in there:
            one_good, one_skipped, one_bad = run.verdict()
            good, left_out, bad = good + one_good, left_out + len(one_skipped), bad + one_bad
            if one_skipped:
                notes.append(f"SKIPPED {len(one_skipped)} of {run.test.name}: {'; '.join(dict.fromkeys(one_skipped))}")
        if all_slow:
            notes += [f"{part}: its slowest tests:", *slowest(there)]
        passed, failed, skipped = passed + good, failed + bad, skipped + left_out
        rows.append((part, f"{good} passed, {len(bad)} failed, {left_out} skipped", f"{used:.0f} s", f"{wall:.0f} s"))
    print(f"\n{'part':22} {'tests':36} {'processor':>9} {'wall, one by one':>17}")
    for part, tests, used, wall in rows:
        print(f"{part:22} {tests:36} {used:>9} {wall:>17}")
    print("dearest:")
    for run in sorted(runs, key=lambda run: -run.processor)[:10]:
        print(f"    {run.processor:7.1f} s of the processor in {run.seconds:6.1f} s  {run.test.name}")
    print("\n".join(notes + [f"FAILED {name}" for name in failed]))
    return passed, failed, skipped


def has_memory(shm="/dev/shm"):
    with contextlib.suppress(OSError):
        there = os.statvfs(shm)
        return there.f_bavail * there.f_frsize >= SCRATCH_BYTES and not there.f_flag & os.ST_NOEXEC and os.access(shm, os.W_OK)
    return False


@contextlib.contextmanager
def scratch():
    """Where there is memory for it, temporary files are there: no test but those of crashes is about the disk."""
    if not has_memory():
        yield
        return
    with tempfile.TemporaryDirectory(prefix="zhiyun-tests-", dir="/dev/shm", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o1777)  # PostgreSQL runs as somebody else
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        yield


@contextlib.contextmanager
def fonts(small):
    """Values of FONTCONFIG_FILE for tests that are about the looks of papers and pages, and for others. Both see only fonts
    of the packages that tests install."""
    if small and not shutil.which("hb-subset"):
        print("papers are made from whole fonts, which takes twice as long: hb-subset is not installed", flush=True)
        small = False
    with tempfile.TemporaryDirectory(prefix="zhiyun-fonts-") as folder:
        os.chmod(folder, 0o755)
        whole = os.path.realpath(test_env.FONTS)
        if not small:
            yield whole, whole
            return
        texts = [os.path.join(at, name) for top in TEXTS for at, _, names in os.walk(os.path.join(HERE, "..", top))
                 for name in names if name.endswith((".yaml", ".po", ".md", ".py", ".scenario", ".tsv", ".csv"))]
        faces = os.path.join(folder, "small")
        os.mkdir(faces)
        yield whole, small_fonts.make(faces, texts)


@contextlib.contextmanager
def server(tests):
    """One PostgreSQL server for all tests that want one; each makes a schema or a database of its own there."""
    if not any(POSTGRES & set(t.suites) for t in tests) or os.environ.get("ZHIYUN_POSTGRES"):
        yield
        return
    with pg.Cluster() as cluster:
        os.environ["ZHIYUN_POSTGRES"] = cluster.url
        yield


def main():
    words = argparse.ArgumentParser(usage=__doc__)
    words.add_argument("build")
    for name in ("--all", "--sanitized", "--shares", "--slowest"):
        words.add_argument(name, action="store_true")
    words.add_argument("--part", choices=[name for name, _ in PARTS])
    words.add_argument("--only", default="")
    asked = words.parse_args()
    test_env.settle()
    build, began = os.path.abspath(asked.build), time.monotonic()
    tests = [t for t in tests_of(build) if asked.only in t.name and asked.part in (None, t.part)]
    shares = read_shares()
    if asked.all or asked.sanitized or asked.only or asked.part:
        os.environ["ZHIYUN_WHOLE"] = "1"  # no program draws from its own tests (tests/tap.py)
    if asked.sanitized:
        tests = [t for t in tests if SANITIZED & set(t.suites) or ("crash" in t.suites and t.is_c)]
    elif not (asked.all or asked.only or asked.part):
        by = draw()
        tests = [t for t in tests if not LONG_SUITES & set(t.suites) and ("core" in t.suites or not POSTGRES & set(t.suites))]
        tests, drawn = choose(tests, touched(), by, lambda test: weight(test, shares))
        os.environ["DRAW"] = by  # of programs that draw from their own tests, too
        print("drawn by DRAW=%s: of %d programs that the change can reach %d, of %d others %d" % (by, *drawn[0], *drawn[1]), flush=True)
    jobs = int(os.environ.get("JOBS", (os.cpu_count() or 1) + 4))
    with scratch(), server(tests), fonts(not asked.all) as faces:
        runs = run_all(tests, build, jobs, shares, asked.all, faces)
    if asked.shares:
        write_shares(runs)
    passed, failed, skipped = report(runs, asked.slowest)
    with contextlib.suppress(FileNotFoundError), open(os.path.join(build, "seconds"), encoding="ascii") as file:
        wall, used = file.read().split()
        print(f"the last build took {used} s of the processor in {wall} s")
    print(f"{len(runs)} programs took {sum(run.processor for run in runs):.0f} s of the processor in {time.monotonic() - began:.0f} s, "
          f"{jobs} at a time")
    print(f"{passed} passed, {len(failed)} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    # Ended is ended like any end: with the servers and folders that it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main())
