"""Tests in Python that print TAP: functions named test_*, run in the order they are written.
TAP_ONLY=WORD runs those alone whose names hold the word."""
import os
import subprocess
import sys
import traceback

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import draw  # noqa: E402
import test_env  # noqa: E402

test_env.settle()

# An instance under test is not waited for on the disk (src/cmd/instance_disk.c). What is about durability takes this back.
os.environ.setdefault("ZHIYUN_UNSYNCED", "1")


class Skip(Exception):
    """Raised by a test that cannot run here; the text says why."""


def instrumented(program):
    """Whether a sanitizer or coverage is built in: memory and seconds are then not the program's own."""
    return subprocess.run(["grep", "-qE", "__[at]san_init|__gcov_init", program], check=False).returncode == 0


def leave(reason):
    """The whole program cannot run here."""
    print(f"1..1\nok 1 all of it # SKIP {reason}")
    sys.exit(0)


def meets(*rows):
    """The test below asserts the figure or the refusal of these rows of reference/requirement_rows.csv;
    `zhiyun requirements` says so (tools/requirement_tests.py reads it at the build)."""
    def tagged(function):
        assert function.__name__.startswith("test_") and rows, function
        return function
    return tagged


def exhausts(function):
    """The test below exhausts descriptors, memory, disk, processor or clock of the machine, or compares times: it runs in
    `make check` alone (LONG=1)."""
    function.exhausts = True
    return function


def sample(names, what, always=(), one_in=3, size=lambda name: 1):
    """One in so many of the names, by their sizes together, drawn by the commit (tools/draw.py), and `always`; all of them in
    `make check` (LONG=1) and where a test must see everything (ZHIYUN_WHOLE=1). In order, and printed."""
    names = sorted(names)
    if os.environ.get("LONG") or os.environ.get("ZHIYUN_WHOLE"):
        return names
    by, taken, left = draw.draw(), set(always), -(-sum(map(size, names)) // one_in)
    for name in draw.shuffled(names, by):
        if size(name) <= left:
            taken.add(name)
            left -= size(name)
    drawn = [name for name in names if name in taken]
    print(f"# {len(drawn)} of {len(names)} {what}, one in {one_in} drawn by DRAW={by}: {' '.join(drawn)}", flush=True)
    return drawn


def touched_types():
    """Names of the record types whose files the last commit or the working tree change."""
    return {os.path.basename(path)[:-len(".yaml")] for path in draw.touched() if path.startswith("types/") and path.endswith(".yaml")}


def run(module, *arguments):
    tests = [(name, function) for name, function in vars(module).items()
             if name.startswith("test_") and callable(function) and os.environ.get("TAP_ONLY", "") in name
             and (os.environ.get("LONG") or not getattr(function, "exhausts", False))]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        title = name[len("test_"):]
        try:
            function(*arguments)
            print(f"ok {number} {title}", flush=True)
        except Skip as reason:
            print(f"ok {number} {title} # SKIP {reason}", flush=True)
        except Exception:  # the test's own failure, whatever it is
            failed += 1
            print(f"not ok {number} {title}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
