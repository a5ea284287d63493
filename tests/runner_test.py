"""The runner of the tests itself (tools/test.py): what it calls a failure, and what it does not."""
import contextlib
import io
import os
import sys
import tempfile
import time

import tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import test as runner  # noqa: E402


def of(script, name="a", suite="unit"):
    """A test of Meson's list that is this script."""
    return runner.Test({"name": name, "cmd": ["bash", "-c", script], "priority": 0, "suite": [f"zhiyun:{suite}"], "env": {},
                        "is_parallel": True, "protocol": "tap"})


def verdicts(*tests):
    """{name: (passed, skipped, failed)} as the runner finds them, run side by side."""
    with tempfile.TemporaryDirectory() as build, contextlib.redirect_stdout(io.StringIO()):
        runs = runner.run_all(list(tests), build, 8, {}, False, (os.devnull, os.devnull))
    return {run.test.name: run.verdict() for run in runs}


def test_what_is_not_all_passed_is_a_failure():
    found = verdicts(of("echo 1..2; echo ok 1 x; echo ok 2 y", "good"),
                     of("echo 1..2; echo ok 1 x; echo not ok 2 y; exit 1", "one fails"),
                     of("echo 1..2; echo ok 1 x", "too few"),
                     of("echo ok 1 x", "no plan"),
                     of("true", "nothing"),
                     of("echo 1..1; echo ok 1 x; exit 3", "ends badly"),
                     of("echo 1..1; echo ok 1 x; kill -9 $$", "is killed"),
                     of("echo '1..0 # SKIP no chromium'", "skipped"),
                     of("echo 1..2; echo ok 1 x; echo 'ok 2 y # SKIP no node'", "half"))
    assert found["good"] == (2, [], []) and found["skipped"] == (0, ["no chromium"], []), found
    assert found["half"][0] == 1 and len(found["half"][1]) == 1 and not found["half"][2], found["half"]
    bad = {name: len(failed) for name, (_, _, failed) in found.items() if failed}
    assert bad == {"one fails": 1, "too few": 1, "no plan": 1, "nothing": 1, "ends badly": 1, "is killed": 1}, bad


def lives(pid):
    """Whether a process goes on; one that was killed may still be waited for."""
    with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    return False


def test_what_hangs_is_ended_with_what_it_started_and_what_works_goes_on():
    runner.HANGS_S, before = 2, runner.HANGS_S
    try:
        with tempfile.TemporaryDirectory() as folder:
            left = os.path.join(folder, "left")
            found = verdicts(of(f"sleep 600 & echo $! > {left}; echo 1..1; sleep 600", "hangs"),
                             of("echo 1..1; for ((i = 0; i < 1000000; i++)); do :; done; echo ok 1 x", "works"))
            with open(left, encoding="ascii") as file:
                pid = file.read().strip()
            until = time.monotonic() + 600  # a signal takes effect when its process gets its turn
            while lives(pid) and time.monotonic() < until:
                time.sleep(0.05)
            assert not lives(pid), "what it started goes on"
    finally:
        runner.HANGS_S = before
    assert "hung" in found["hangs"][2][0] and found["works"] == (1, [], []), found


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
